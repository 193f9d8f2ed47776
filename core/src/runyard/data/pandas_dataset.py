"""Datasets that are pandas DataFrames."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from runyard.data.dataset import Dataset
from runyard.data.digests import frame_digest
from runyard.errors import InvalidInput

if TYPE_CHECKING:
    import os

    import pandas

    from runyard.data.sources import DatasetSource
    from runyard.models.schema import Schema


class PandasDataset(Dataset):
    """A DataFrame that a run reads.

    Args:
        df: The data.
        source: Where it came from.
        targets: The column that is to be predicted.
        name: Its name.
        digest: Its fingerprint.
        predictions: The column that holds predictions.

    Raises:
        InvalidInput: One of the columns is not there, or nobody knows such a source.
    """

    def __init__(
        self,
        df: pandas.DataFrame,
        source: str | os.PathLike[str] | DatasetSource | None = None,
        targets: str | None = None,
        name: str | None = None,
        digest: str | None = None,
        predictions: str | None = None,
    ) -> None:
        for what, column in (("targets", targets), ("predictions", predictions)):
            if column is not None and column not in df.columns:
                raise InvalidInput(f"The DataFrame has no column {column!r} for the {what}.")
        super().__init__(source, name, digest)
        self._df = df
        self._targets = targets
        self._predictions = predictions

    @property
    def df(self) -> pandas.DataFrame:
        """The data."""
        return self._df

    @property
    def targets(self) -> str | None:
        """The column that is to be predicted."""
        return self._targets

    @property
    def predictions(self) -> str | None:
        """The column that holds predictions."""
        return self._predictions

    def _compute_digest(self) -> str:
        return frame_digest(self._df)

    @cached_property
    def schema(self) -> Schema | None:
        """Its columns; `None` where a column holds values of several types."""
        from runyard.models.inference import infer_schema

        try:
            return infer_schema(self._df)
        except InvalidInput:
            return None

    @property
    def profile(self) -> dict[str, Any]:
        """How many rows and cells it has."""
        return {"num_rows": len(self._df), "num_elements": int(self._df.size)}

    def _schema_to_dict(self) -> dict[str, Any] | None:
        return None if self.schema is None else {"mlflow_colspec": self.schema.to_dict()}


def from_pandas(
    df: pandas.DataFrame,
    source: str | os.PathLike[str] | DatasetSource | None = None,
    targets: str | None = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: str | None = None,
) -> PandasDataset:
    """Return a dataset for `log_input` from a DataFrame.

    Args:
        df: The data.
        source: Where it came from: an address, a path, or a `DatasetSource`; the program itself when absent.
        targets: The column that is to be predicted.
        name: Its name; ``dataset`` when absent.
        digest: Its fingerprint, at most 36 characters; computed when absent.
        predictions: The column that holds predictions.

    Raises:
        InvalidInput: One of the columns is not there, or nobody knows such a source.
    """
    return PandasDataset(df, source, targets, name, digest, predictions)
