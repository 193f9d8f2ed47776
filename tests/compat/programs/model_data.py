"""The data that models are trained on and asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.datasets import load_iris


def flowers() -> tuple[np.ndarray, np.ndarray]:
    data = load_iris()
    return data.data, data.target


def measurements() -> tuple[pd.DataFrame, np.ndarray]:
    """Columns of several types, and a number to predict."""
    chance = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "size in cm": chance.normal(size=40),
            "count": chance.integers(0, 9, size=40),
            "kind": chance.choice(["a", "b", "ç"], size=40),
        }
    )
    return table, chance.normal(size=40)


def texts() -> tuple[np.ndarray, np.ndarray]:
    return np.array(["red fish", "blue fish", "one fish", "two"]), np.array(["no", "yes", "no", "yes"])


def data_of(name: str):
    if name == "texts":
        return texts()[0]
    return measurements()[0] if name in ("pipeline", "optional") else flowers()[0]
