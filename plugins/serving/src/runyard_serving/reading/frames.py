"""DataFrames from the forms ``dataframe_split`` and ``dataframe_records``, from CSV and from parquet."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.models.casting import cast_frame
from runyard.models.schema import ColSpec, DataType, Schema, TensorSpec
from runyard_serving.refusals import RequestInvalid

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["FrameReader"]

_SPLIT_KEYS = frozenset({"columns", "data", "index"})
_CELL = 8
"""The bytes of a cell in memory, at least."""
_MOST_TABLE = 1 << 30
"""The bytes that a parquet file may become."""


class FrameReader:
    """Makes DataFrames, with the types that a schema declares.

    Args:
        schema: What the model takes; anything when `None`.
    """

    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema
        self._names: list[Any] = schema.input_names() if schema is not None else []
        self._index: pd.Index[Any] | None = None
        number = schema.number_type() if schema is not None else None
        self._number = number.to_numpy() if number is not None else None

    def warm_up(self) -> None:
        """Import what makes DataFrames, if the model takes columns."""
        if self._schema is not None and not self._schema.is_tensor_spec():
            import pandas as pd

            self._index = pd.Index(self._names)

    def numbers(self, content: Any) -> NDArray[Any] | None:
        """Return the values of ``dataframe_split`` where they are quickly read, and as the signature declares them.

        That is the common case: all columns are floating-point numbers of one type, and are named in their order.
        `None` stands for all others, right or wrong.
        """
        if self._number is None or not isinstance(content, dict) or len(content) != 2:
            return None
        if content.get("columns") != self._names:
            return None
        import numpy as np

        try:
            # Columns are next to each other in memory, as pandas has them: sums come out the same to the last bit.
            values = np.array(content.get("data"), dtype=self._number, order="F")
        except (ValueError, TypeError):
            return None
        return values if values.ndim == 2 and values.shape[1] == len(self._names) else None

    def frame(self, values: NDArray[Any]) -> pd.DataFrame:
        """Return what `numbers` has read as the DataFrame that the signature declares."""
        import pandas as pd

        if self._index is None:
            self._index = pd.Index(self._names)
        frame: pd.DataFrame = pd.DataFrame(values, columns=self._index, copy=False)
        return frame

    def split(self, content: Any) -> pd.DataFrame:
        """Return the DataFrame of ``{"columns": [...], "data": [[...], ...], "index": [...]}``.

        Raises:
            RequestInvalid: It has another form, or a column cannot be read as its declared type.
        """
        if not isinstance(content, dict):
            raise RequestInvalid(f"Invalid input. 'dataframe_split' is {_kind(content)}; {_SPLIT}")
        if "data" not in content or not _SPLIT_KEYS.issuperset(content):
            odd = [repr(key) for key in content if key not in _SPLIT_KEYS]
            wrong = f"has {', '.join(odd)[:200]}" if odd else "has no 'data'"
            raise RequestInvalid(f"Invalid input. 'dataframe_split' {wrong}; {_SPLIT}")
        import pandas as pd

        columns, data, index = (content.get(key) for key in ("columns", "data", "index"))
        for key, value in (("columns", columns), ("index", index)):
            if value is not None and not isinstance(value, list):
                raise RequestInvalid(f"Invalid input. '{key}' of 'dataframe_split' is {_kind(value)}; {_SPLIT}")
        _check_rows(data, columns)
        try:
            frame = pd.DataFrame(data, index=index, columns=columns)
        except (ValueError, TypeError) as error:
            raise RequestInvalid(f"Invalid input. 'dataframe_split' is no table: {error}.") from None
        return self._cast(frame)

    def records(self, content: Any) -> pd.DataFrame:
        """Return the DataFrame of ``[{"column": value, ...}, ...]``.

        Raises:
            RequestInvalid: It has another form, or a column cannot be read as its declared type.
        """
        if not isinstance(content, list):
            raise RequestInvalid(
                f"Invalid input. 'dataframe_records' is {_kind(content)}; it has to be a list of records, "
                '[{"column": value, ...}, ...].'
            )
        import pandas as pd

        try:
            frame = pd.DataFrame(content)
        except (ValueError, TypeError, AttributeError) as error:
            raise RequestInvalid(f"Invalid input. 'dataframe_records' is no list of records: {error}.") from None
        return self._cast(frame)

    def csv(self, body: bytes) -> pd.DataFrame:
        """Return the DataFrame of a CSV file with a header.

        Raises:
            RequestInvalid: It does not parse, or a column cannot be read as its declared type.
        """
        import pandas as pd

        try:
            frame = pd.read_csv(io.BytesIO(body), dtype=self._csv_types(body))
        except UnicodeDecodeError as error:
            raise RequestInvalid(f"The body is not valid CSV: the byte {error.start} is not UTF-8.") from None
        except (ValueError, TypeError, OverflowError) as error:
            raise RequestInvalid(f"The body is not valid CSV with the declared columns: {error}.") from None
        return self._cast(frame)

    def _csv_types(self, body: bytes) -> dict[Any, Any] | None:
        """Return the types of the columns of a CSV file; dates are read as text first."""
        schema = self._schema
        if schema is None or schema.is_tensor_spec():
            return None
        names = self._names
        if not schema.has_input_names():
            import pandas as pd

            names = pd.read_csv(io.BytesIO(body), nrows=0).columns.tolist()
        text: Any = "object" if schema.has_input_names() else "str"
        return {
            name: text if item.type is DataType.string else item.type.to_pandas()
            for name, item in zip(names, schema.inputs, strict=False)
            if isinstance(item, ColSpec) and isinstance(item.type, DataType) and item.type is not DataType.datetime
        }

    def parquet(self, body: bytes) -> pd.DataFrame:
        """Return the DataFrame of a parquet file.

        Raises:
            RequestInvalid: It is none.
        """
        import pandas as pd

        try:
            _check_size(body)
            return pd.read_parquet(io.BytesIO(body))
        except RequestInvalid:
            raise
        except ImportError:
            raise RequestInvalid(
                "The server cannot read parquet: pyarrow is not installed in the environment of the model. Send JSON "
                "or CSV."
            ) from None
        except Exception as error:  # the reader's own errors have no class in common
            raise RequestInvalid(f"The body is not a valid parquet file: {_first_line(error)}.") from None

    def _cast(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self._schema is None:
            return frame
        try:
            if self._schema.is_tensor_spec():
                return self._cast_to_tensor(frame, self._schema)
            return cast_frame(frame, self._schema)
        except InvalidInput as error:
            raise RequestInvalid(f"Invalid input. {error.message}") from None

    def _cast_to_tensor(self, frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
        """Return a table whose columns have the types of the tensors that they become."""
        import numpy as np
        import pandas as pd

        specs = {item.name: item for item in schema.inputs if isinstance(item, TensorSpec)}
        result: pd.DataFrame = frame.copy(deep=False)
        for position, name in enumerate(frame.columns.tolist()):
            spec = specs.get(name if schema.has_input_names() else None)
            if spec is None or spec.type.kind in "USO" or not len(frame):
                continue
            try:
                if isinstance(frame.iloc[0, position], list):
                    cells = [np.asarray(cell, dtype=spec.type) for cell in frame[name]]
                    result[name] = pd.Series(cells, index=frame.index, dtype=object)
                else:
                    result[name] = frame[name].astype(spec.type)
            except (ValueError, TypeError, OverflowError) as error:
                raise InvalidInput(f"The column {name!r} cannot be read as {spec.dtype}: {error}.") from None
        return result


_SPLIT = "it has to be an object with 'data', a list of rows, and perhaps 'columns' and 'index'."


def _check_size(body: bytes) -> None:
    """Refuse a parquet file that says much with few bytes.

    Raises:
        RequestInvalid: It becomes too large a table.
    """
    import pyarrow.parquet as parquet

    metadata = parquet.ParquetFile(io.BytesIO(body)).metadata
    encoded = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if max(encoded, metadata.num_rows * metadata.num_columns * _CELL) > _MOST_TABLE:
        raise RequestInvalid(
            f"The parquet file has {metadata.num_rows} rows of {metadata.num_columns} columns, which are more than "
            f"the {_MOST_TABLE >> 20} MiB that are taken; send it in parts."
        )


def _check_rows(data: Any, columns: list[Any] | None) -> None:
    """Find the row that is no row, or longer than the header, so that the message can name it.

    Raises:
        RequestInvalid: There is one.
    """
    if not isinstance(data, list):
        raise RequestInvalid(f"Invalid input. 'data' of 'dataframe_split' is {_kind(data)}; {_SPLIT}")
    if columns is None:
        return
    most = len(columns)
    for number, row in enumerate(data):
        if isinstance(row, list) and len(row) > most:
            raise RequestInvalid(
                f"Invalid input. The row {number} of 'dataframe_split' has {len(row)} values; there are {most} columns."
            )


def _kind(value: object) -> str:
    names = {list: "a list", dict: "an object", str: "a text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200].rstrip(".")
