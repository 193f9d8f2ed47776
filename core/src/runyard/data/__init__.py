"""Datasets that a run reads: a name, a fingerprint, where the data came from and what it looks like.

```python
runyard.log_input(runyard.data.from_pandas(frame, source="https://example.org/wine.csv"), context="train")
```
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.data.dataset import Dataset
    from runyard.data.numpy_dataset import NumpyDataset, from_numpy
    from runyard.data.pandas_dataset import PandasDataset, from_pandas
    from runyard.data.sources import DatasetSource, get_source

__all__ = ["Dataset", "DatasetSource", "NumpyDataset", "PandasDataset", "from_numpy", "from_pandas", "get_source"]

_MODULES = {
    "Dataset": "dataset",
    "DatasetSource": "sources",
    "NumpyDataset": "numpy_dataset",
    "PandasDataset": "pandas_dataset",
    "from_numpy": "numpy_dataset",
    "from_pandas": "pandas_dataset",
    "get_source": "sources",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
