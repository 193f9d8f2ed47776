"""What Python models are asked: data and params by the name of the model. Nothing but data: each process imports it."""

from __future__ import annotations

import numpy as np
import pandas as pd

TABLE = pd.DataFrame(
    {
        "size": [1.5, 2.5],
        "count": pd.Series([3, 4], dtype="int32"),
        "kind": ["a", "ç"],
        "when": pd.to_datetime(["2024-01-31T00:00:00", "2025-02-01T10:20:30"]),
        "open": [True, False],
    }
)
TENSORS = {"left": np.array([[1.0, 2.0]], dtype=np.float32), "right": np.array([[3], [4]], dtype=np.int64)}

QUESTIONS: dict[str, list[tuple[object, dict[str, object] | None]]] = {
    "artifacts": [(TABLE, None), (TABLE.head(1), {"times": 5})],
    "columns": [(TABLE, None), (TABLE.drop(columns="open"), None), (TABLE[TABLE.columns[::-1]], None)],
    "function": [([1.0, 2.0], None)],
    "hinted": [(["a", "b"], None), ([], None)],
    "tensors": [(TENSORS, None)],
    "code_paths": [([1, 2], None)],
    "from_code": [(TABLE, None)],
    "loader_module": [(TABLE, None)],
    "stream": [("abc", None)],
}

REFUSED: dict[str, list[object]] = {
    "columns": [TABLE.drop(columns="size"), TABLE.astype({"count": "int64"}), TABLE.astype({"size": "str"})],
    "tensors": [{"left": TENSORS["left"]}, {**TENSORS, "left": TENSORS["left"].astype("float64")}],
    "hinted": [[1, 2]],
}
"""What the signatures of some do not allow."""


def plain(value: object) -> object:
    """Return predictions as JSON."""
    if isinstance(value, pd.DataFrame):
        return {str(name): plain(value[name]) for name in value.columns}
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return plain(value.tolist()) if hasattr(value, "tolist") else value
