"""Input examples: stored with a model, readable by people, ready to be sent to a model server."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from runyard.errors import DataDamaged, InvalidInput
from runyard.models.casting import cast_frame, cast_tensors
from runyard.models.foreign import to_known
from runyard.models.hints import is_data_model
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from runyard.models.schema import Schema

__all__ = ["InputExample", "ModelInputExample", "read_example"]

EXAMPLE = "input_example.json"
SERVING_EXAMPLE = "serving_input_example.json"

# A dictionary with one of these keys is a request of its own in the language-model protocols.
_REQUEST_KEYS = frozenset({"messages", "prompt", "input"})

ModelInputExample: TypeAlias = Union[dict[str, Any], list[Any], tuple[Any, ...], str, bytes, float, Any]  # noqa: UP007
"""What can be an input example, for type checkers: see `InputExample`."""


class InputExample:
    """An example of what a model takes.

    Args:
        example: A DataFrame, an array, a dictionary of arrays, a sparse matrix (csr or csc), a dictionary, a list or a
            single value; or a pair of one of these and a dictionary of params. Tensors are stored as arrays.

    Raises:
        InvalidInput: It is something else.

    Attributes:
        data: The example without params.
        params: The params, if it has some.
        info: What ``MLmodel`` says of it (``saved_input_example_info``).
        request: What a model server is asked with it.
    """

    def __init__(self, example: Any) -> None:
        self.data = example
        self.params: dict[str, Any] | None = None
        if isinstance(example, tuple) and len(example) == 2 and isinstance(example[1], (dict, type(None))):
            self.data, self.params = example
        self._content, self.request, kind = _encode(to_known(self.data))
        self.info: dict[str, Any] = {"artifact_path": EXAMPLE, "serving_input_path": SERVING_EXAMPLE, **kind}
        if self.params:
            self.info["params"] = "true"
            params = _plain(self.params)
            self._content = {"inputs": self._content, "params": params}
            is_own_request = bool(_REQUEST_KEYS & self.request.keys())
            self.request = {**self.request, **(params if is_own_request else {"params": params})}

    def write(self, folder: Path) -> None:
        """Write the two files into a model folder."""
        (folder / EXAMPLE).write_text(json.dumps(self._content), encoding="utf-8")
        (folder / SERVING_EXAMPLE).write_text(json.dumps(self.request, indent=2), encoding="utf-8")


def _encode(data: Any) -> tuple[Any, dict[str, Any], dict[str, str]]:
    """Return the stored form of an example, the request, and the kind that ``MLmodel`` names."""
    module = type(data).__module__.partition(".")[0]
    if module == "pandas" and hasattr(data, "columns"):
        return _encode_frame(data)
    if module == "scipy" and getattr(data, "format", "") in ("csr", "csc"):
        content = {key: _plain(getattr(data, key)) for key in ("data", "indices", "indptr")}
        content["shape"] = list(map(int, data.shape))
        return content, {"inputs": _plain(data.toarray())}, {"type": f"sparse_matrix_{data.format}"}
    if module == "numpy" and data.ndim:
        content = _plain(data)
        return content, {"inputs": content}, {"type": "ndarray"}
    if isinstance(data, Mapping):
        content = _plain(data)
        arrays = bool(data) and all(type(v).__module__ == "numpy" and v.ndim for v in data.values())
        request = content if _REQUEST_KEYS & data.keys() and not arrays else {"inputs": content}
        return content, request, {"type": "ndarray" if arrays else "json_object"}
    if (
        isinstance(data, (list, str, bytes, bool, int, float, datetime.date))
        or module == "numpy"
        or is_data_model(type(data))
    ):
        content = _plain(data)
        return content, {"inputs": content}, {"type": "json_object"}
    raise InvalidInput(
        f"An input example cannot be {type(data).__name__}: use a DataFrame, an array, a dictionary, a list, a sparse "
        "matrix (csr or csc) or a single value, or a pair of one of these and a dictionary of params."
    )


def _encode_frame(frame: Any) -> tuple[Any, dict[str, Any], dict[str, str]]:
    import pandas as pd

    cells = [frame.iloc[:, position].tolist() for position in range(frame.shape[1])]
    rows = [[_plain(cell) for cell in row] for row in zip(*cells, strict=True)] if cells else []
    split: dict[str, Any] = {"columns": [_plain(name) for name in frame.columns.tolist()], "data": rows}
    orient = "split"
    if isinstance(frame.columns, pd.RangeIndex):
        del split["columns"]
        orient = "values"
    return split, {"dataframe_split": split}, {"type": "dataframe", "pandas_orient": orient}


def _plain(value: Any) -> Any:
    """Return a value as JSON: dates are ISO text, bytes base64, and what is missing is null."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.encodebytes(value).decode("ascii")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if is_data_model(type(value)):
        return _plain(value.model_dump() if hasattr(value, "model_dump") else value.dict())
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return _plain_dates(value) if value.dtype.kind == "M" else _plain(value.tolist())
    if isinstance(value, float) or type(value).__name__ == "Decimal":
        return None if value != value else float(value)
    if isinstance(value, (str, bool, int)):
        return value
    raise InvalidInput(f"An input example cannot hold {type(value).__name__}: {value!r}.")


def _plain_dates(value: Any) -> Any:
    import numpy as np

    return np.datetime_as_string(value).tolist()


def read_example(
    folder: Path, info: Mapping[str, Any] | None, schema: Schema | None = None
) -> tuple[Any, dict[str, Any] | None]:
    """Return the stored example and its params; two times `None` where there is none.

    Args:
        folder: The model folder.
        info: What ``MLmodel`` says of the example.
        schema: The declared types, which say what JSON cannot.

    Raises:
        DataDamaged: The file is missing or cannot be read.
    """
    if not info:
        return None, None
    file = ArtifactPath(str(info.get("artifact_path", EXAMPLE))).below(folder)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataDamaged(f"The input example {str(file)!r} cannot be read: {error}.") from None
    params = None
    try:
        if str(info.get("params", "")).lower() == "true":
            content, params = content["inputs"], content["params"]
        data = _decode(content, info)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataDamaged(
            f"The input example {str(file)!r} is not the {info.get('type')!r} that MLmodel says it is: {error!r}."
        ) from None
    if schema is not None and info.get("type") == "dataframe":
        data = cast_frame(data, schema)
    elif schema is not None and info.get("type") == "ndarray" and schema.is_tensor_spec():
        data = cast_tensors(data, schema)
    return data, params


def _decode(content: Any, info: Mapping[str, Any]) -> Any:
    kind = info.get("type")
    if kind == "dataframe":
        import pandas as pd

        if isinstance(content, dict):
            return pd.DataFrame(content["data"], columns=content.get("columns"), index=content.get("index"))
        return pd.DataFrame(content)
    if kind == "ndarray":
        import numpy as np

        if info.get("format") == "tf-serving":
            content = content["inputs"] if "inputs" in content else content["instances"]
        if isinstance(content, dict):
            return {name: np.asarray(value) for name, value in content.items()}
        return np.asarray(content)
    if isinstance(kind, str) and kind.startswith("sparse_matrix_"):
        from scipy import sparse

        make = sparse.csc_matrix if kind.endswith("csc") else sparse.csr_matrix
        return make((content["data"], content["indices"], content["indptr"]), shape=tuple(content["shape"]))
    return content
