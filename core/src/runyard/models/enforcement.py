"""Schema enforcement: what is passed to `predict` becomes what the signature declares, or an error says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard.models.foreign import to_known
from runyard.models.schema import AnyType, ColSpec, DataType, Schema, TensorSpec
from runyard.models.values import convert_array, convert_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["enforce", "enforcer"]

Enforce = Callable[[Any], Any]

_MISSING_HINT = (
    " Integer columns cannot hold missing values, so pandas turned them into floats: fill the gaps, or declare the "
    "column as double when you infer the signature."
)


def enforcer(schema: Schema) -> Enforce:
    """Return the function that brings data into the form of a schema: made once, called for each prediction."""
    if schema.is_tensor_spec():
        from runyard.models.tensors import TensorEnforcer

        return TensorEnforcer([item for item in schema.inputs if isinstance(item, TensorSpec)])
    return ColumnEnforcer([item for item in schema.inputs if isinstance(item, ColSpec)])


def enforce(data: Any, schema: Schema) -> Any:
    """Return data in the form of a schema.

    Raises:
        InvalidInput: It does not fit; the message names the column or tensor and both types.
    """
    return enforcer(schema)(data)


class ColumnEnforcer:
    """Makes a DataFrame with the declared columns, in the declared order and types."""

    def __init__(self, columns: list[ColSpec]) -> None:
        self._columns = columns
        self._named = columns[0].name is not None
        self._names = [column.name for column in columns]
        self._accepts = [_exact(column) for column in columns]
        # An unnamed column of lists or dictionaries: each value that comes is one cell
        self._is_cell = not self._named and len(columns) == 1 and not isinstance(columns[0].type, (DataType, AnyType))

    def __call__(self, data: Any) -> pd.DataFrame:
        """Return the DataFrame; the one that was given where nothing is to be changed.

        Raises:
            InvalidInput: A required column is missing, or one cannot be converted without loss.
        """
        import pandas as pd

        frame = data if isinstance(data, pd.DataFrame) else self._frame(to_known(data))
        if self._fits(frame):
            return frame
        return self._convert(frame)

    def _fits(self, frame: pd.DataFrame) -> bool:
        """Say whether nothing is to be done; the common case, and so the quick one."""
        names = frame.columns.tolist()
        if len(names) != len(self._columns) or (self._named and names != self._names):
            return False
        return all(accepts(dtype) for accepts, dtype in zip(self._accepts, frame.dtypes.tolist(), strict=True))

    def _convert(self, frame: pd.DataFrame) -> pd.DataFrame:
        import pandas as pd

        if self._named:
            given = set(frame.columns)
            chosen = [column for column in self._columns if column.name in given]
            if len(chosen) < len(self._columns):
                self._check_missing(given)
            names = [column.name for column in chosen]
            sources = [frame[name] for name in names]
        else:
            if len(frame.columns) < len(self._columns):
                raise InvalidInput(
                    f"The input has {len(frame.columns)} columns; the signature declares {len(self._columns)}."
                )
            chosen = self._columns
            names = frame.columns[: len(chosen)].tolist()
            sources = [frame.iloc[:, position] for position in range(len(chosen))]
        converted = [_convert_column(*item) for item in zip(sources, chosen, names, strict=True)]
        result: pd.DataFrame = pd.DataFrame(dict(enumerate(converted)), index=frame.index, copy=False)
        result.columns = frame.columns[: len(chosen)] if not self._named else pd.Index(names)
        return result

    def _check_missing(self, given: set[Any]) -> None:
        missing = [column.name for column in self._columns if column.required and column.name not in given]
        if not missing:
            return
        extra = sorted(map(str, given - set(self._names)))
        raise InvalidInput(
            f"The input lacks the columns {', '.join(map(repr, missing))} that the signature requires."
            + (f" It has others that the signature does not know: {', '.join(map(repr, extra))}." if extra else "")
        )

    def _frame(self, data: Any) -> Any:
        """Return a DataFrame of what is none."""
        import numpy as np
        import pandas as pd

        if isinstance(data, pd.DataFrame):
            return data
        if isinstance(data, pd.Series):
            return data.to_frame() if data.name is not None else data.to_frame(0)
        if isinstance(data, np.ndarray):
            if data.ndim > 2:
                raise InvalidInput(f"An array of {data.ndim} dimensions is given; the signature declares columns.")
            return pd.DataFrame(data if data.ndim else [data.item()])
        if self._is_cell and isinstance(data, (Mapping, list)):
            return pd.DataFrame({0: pd.Series(data if isinstance(data, list) else [data], dtype=object)})
        if isinstance(data, Mapping):
            try:
                return pd.DataFrame([dict(data)]) if self._is_record(data) else pd.DataFrame(dict(data))
            except ValueError as error:  # columns of different lengths, arrays of several dimensions
                raise InvalidInput(f"The dictionary that is given cannot be read as columns: {error}.") from None
        if isinstance(data, list):
            return pd.DataFrame(data)
        if isinstance(data, (str, bytes, bool, int, float, np.generic)) or hasattr(data, "isoformat"):
            return pd.DataFrame([data])
        raise InvalidInput(
            f"The input is {type(data).__name__}; the signature declares columns, so pass a DataFrame, a dictionary, "
            "a list of records or an array."
        )

    def _is_record(self, data: Mapping[Any, Any]) -> bool:
        """Say whether a dictionary is one row, and not columns by name."""
        if any(not isinstance(column.type, (DataType, AnyType)) for column in self._columns):
            return True
        return not any(
            hasattr(value, "__len__") and not isinstance(value, (str, bytes, Mapping)) for value in data.values()
        )


def _exact(column: ColSpec) -> Callable[[Any], bool]:
    """Return the test for a pandas type that needs no conversion."""
    if isinstance(column.type, AnyType):
        return lambda _: True
    if not isinstance(column.type, DataType):
        return lambda _: False
    if column.type is DataType.string:
        return lambda dtype: dtype.name in ("object", "str", "string")
    if column.type is DataType.binary:
        return lambda dtype: dtype.name == "object"
    expected = column.type.to_pandas()
    return lambda dtype: bool(dtype == expected)


def _convert_column(series: pd.Series[Any], column: ColSpec, name: Any) -> Any:
    """Return a column as its declared type.

    Raises:
        InvalidInput: It cannot be converted without loss.
    """
    import numpy as np
    import pandas as pd

    where = f"The column {name!r}"
    if isinstance(column.type, AnyType):
        return series
    if not isinstance(column.type, DataType):
        cells = [
            None if cell is None and not column.required else convert_value(cell, column.type, f"{where}, row {row}")
            for row, cell in enumerate(series.tolist())
        ]
        return pd.Series(cells, index=series.index, dtype=object)
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return (
            series
            if _exact(column)(dtype.categories.dtype)
            else _convert_column(series.astype(dtype.categories.dtype), column, name)
        )
    if dtype.name == "object":
        if column.type in (DataType.string, DataType.binary):
            return series
        series = series.infer_objects()
        dtype = series.dtype
        if dtype.name == "object":
            return _convert_objects(series, column.type, where)
    if _exact(column)(dtype):
        return series
    if column.type is DataType.datetime:
        return _convert_dates(series, where)
    if column.type is DataType.binary and dtype.name in ("str", "string"):
        return series
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) and hasattr(dtype, "numpy_dtype"):
        return _convert_nullable(series, column.type, where)
    converted = convert_array(series.to_numpy(), column.type) if isinstance(dtype, np.dtype) else None
    if converted is None:
        gaps = dtype.kind == "f" and column.type in (DataType.integer, DataType.long) and bool(series.isna().any())
        raise _misfit(where, dtype, column.type, _MISSING_HINT if gaps else "")
    return pd.Series(converted, index=series.index)


def _convert_objects(series: pd.Series[Any], dtype: DataType, where: str) -> Any:
    """Return a column of objects of several kinds: decimals become doubles, dates datetimes, the rest stays."""
    import pandas as pd

    if dtype is DataType.boolean:
        return series
    if dtype is DataType.datetime:
        return _convert_dates(series, where)
    if dtype is DataType.double:
        try:
            return pd.to_numeric(series).astype("float64")
        except (ValueError, TypeError) as error:
            raise InvalidInput(f"{where} holds what is no number ({error}); the signature declares double.") from None
    raise _misfit(where, series.dtype, dtype)


def _convert_dates(series: pd.Series[Any], where: str) -> Any:
    import pandas as pd

    if getattr(series.dtype, "tz", None) is not None:
        raise InvalidInput(
            f"{where} is {series.dtype}, with a time zone; the signature declares datetime, which has none. "
            "Convert it first: .dt.tz_convert('UTC').dt.tz_localize(None)"
        )
    if series.dtype.kind not in "MOT" and series.dtype.name not in ("str", "string"):
        raise _misfit(where, series.dtype, DataType.datetime)
    try:
        try:
            dates = pd.to_datetime(series, format="ISO8601")
        except ValueError:
            dates = pd.to_datetime(series, format="mixed")
        return dates.astype("datetime64[ns]")
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"{where} holds what is no date ({error}); the signature declares datetime.") from None


def _convert_nullable(series: pd.Series[Any], dtype: DataType, where: str) -> Any:
    """Return a column of one of pandas' nullable types as NumPy's; gaps become NaN where the declared type has one."""
    import pandas as pd

    plain: Any = getattr(series.dtype, "numpy_dtype")  # noqa: B009 - stubs know no nullable types
    if not bool(series.isna().any()):
        converted = convert_array(series.to_numpy(dtype=plain), dtype)
    elif dtype is DataType.boolean and plain.kind == "b":
        return series.astype(object).where(series.notna(), None)
    elif dtype in (DataType.float, DataType.double) and plain.kind in "iuf":
        present = convert_array(series.dropna().to_numpy(dtype=plain), dtype)
        converted = None if present is None else series.to_numpy(dtype=dtype.to_numpy(), na_value=float("nan"))
    elif plain.kind in "iu" and dtype in (DataType.integer, DataType.long):
        raise _misfit(where, series.dtype, dtype, _MISSING_HINT)
    else:
        converted = None
    if converted is None:
        raise _misfit(where, series.dtype, dtype)
    return pd.Series(converted, index=series.index)


def _misfit(where: str, given: object, declared: DataType, hint: str = "") -> InvalidInput:
    numpy_name = declared.to_numpy().name if declared not in (DataType.string, DataType.binary) else ""
    declared_text = f"{declared} ({numpy_name})" if numpy_name and numpy_name != declared.value else str(declared)
    return InvalidInput(
        f"{where} is {given}; the signature declares {declared_text}, and this cannot be converted safely.{hint}"
    )
