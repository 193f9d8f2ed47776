"""Type hints of `predict`: what a model says about its data, and the data brought into that form.

This module is pickled by value together with a model, as `runyard.models.python_model` is: it imports nothing but the
standard library, and nothing of it may need the rest of the package.
"""

from __future__ import annotations

import datetime
import functools
import inspect
import types
import typing
from typing import Any

__all__ = [
    "argument_names",
    "checked",
    "convert",
    "data_hint",
    "data_name",
    "element_of",
    "is_checkable",
    "result_hint",
]

SCALARS = (bool, int, float, str, bytes, datetime.datetime)

_BESIDE_DATA = ("self", "context", "params")


def argument_names(function: Any) -> list[str]:
    """Return the names of what a function takes; none where it is a built-in one that does not say."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def data_name(function: Any) -> str | None:
    """Return the name of the argument that takes the data, `None` if the function has none or does not say."""
    return next((name for name in argument_names(function) if name not in _BESIDE_DATA), None)


def data_hint(function: Any) -> Any:
    """Return the annotation of the argument that takes the data, `None` if it has none or names what is unknown."""
    name = data_name(function)
    return None if name is None else _annotation(function, name)


def result_hint(function: Any) -> Any:
    """Return the annotation of the result, `None` if there is none."""
    return _annotation(function, "return")


def _annotation(function: Any, name: str) -> Any:
    function = inspect.unwrap(getattr(function, "__func__", function))
    given = getattr(function, "__annotations__", {}).get(name)
    if given is None:
        return None
    holder: Any = types.SimpleNamespace(__annotations__={name: given})
    try:
        return typing.get_type_hints(holder, getattr(function, "__globals__", {})).get(name)
    except Exception:  # a name that is not defined, or defined later: any code may stand in an annotation
        return None


def element_of(hint: Any) -> Any:
    """Return the type of the items that a list hint names, `None` for any other hint."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is list else None


def is_checkable(hint: Any) -> bool:
    """Say whether data can be brought into the form of a hint: a list of scalars, lists, dictionaries or data models.

    Anything stands for itself below a list, but no item may be optional.
    """
    element = element_of(hint)
    return element is not None and not is_optional(element) and _is_known(element)


def _is_known(hint: Any) -> bool:
    if hint is Any or hint in SCALARS or is_union(hint) or is_data_model(hint):
        return True
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is list:
        return _is_known(arguments[0])
    return typing.get_origin(hint) is dict and arguments[0] is str and _is_known(arguments[1])


def is_union(hint: Any) -> bool:
    """Say whether a hint names several types."""
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def is_optional(hint: Any) -> bool:
    """Say whether a hint allows `None`."""
    return is_union(hint) and type(None) in typing.get_args(hint)


def is_data_model(hint: Any) -> bool:
    """Say whether a hint is a model of pydantic; the library is not imported to answer no."""
    return inspect.isclass(hint) and any(
        base.__name__ == "BaseModel" and base.__module__.partition(".")[0] == "pydantic" for base in hint.__mro__
    )


def convert(data: Any, hint: Any) -> Any:
    """Return data in the form of a checkable hint.

    A DataFrame becomes a list: of its first column, or of its rows where the items are dictionaries or data models.

    Raises:
        InvalidInput: It does not fit; the message names the item and both types.
    """
    if hasattr(data, "iloc"):
        data = _from_frame(data, element_of(hint))
    return _convert(data, hint, "The input")


def _from_frame(frame: Any, element: Any) -> list[Any]:
    columns = list(frame.columns) if hasattr(frame, "columns") else None
    if columns is None:
        return [_plain(cell, element) for cell in frame.tolist()]
    is_record = element is dict or typing.get_origin(element) is dict or is_data_model(element)
    if is_record and columns != [0]:
        return [
            {name: _plain(cell, None) for name, cell in zip(columns, row, strict=True)}
            for row in frame.itertuples(index=False, name=None)
        ]
    return [_plain(cell, element) for cell in frame.iloc[:, 0].tolist()]


def _plain(cell: Any, element: Any) -> Any:
    """Return a cell as Python knows it: no array, and nothing where pandas marks a gap."""
    if hasattr(cell, "tolist"):
        return cell.tolist()
    if type(cell).__name__ in ("NaTType", "NAType") or (cell != cell and element is not float):
        return None
    return cell.to_pydatetime() if hasattr(cell, "to_pydatetime") else cell


def _convert(value: Any, hint: Any, where: str) -> Any:
    if hint is Any or is_union(hint):
        return value
    if hint in SCALARS:
        return _convert_scalar(value, hint, where)
    if is_data_model(hint):
        return _convert_model(value, hint, where)
    arguments = typing.get_args(hint)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if typing.get_origin(hint) is list:
        if not isinstance(value, (list, tuple)):
            raise _misfit(value, hint, where)
        return [_convert(item, arguments[0], f"{where}, item {index}") for index, item in enumerate(value)]
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _misfit(value, hint, where)
    return {key: _convert(item, arguments[1], f"{where}, key {key!r}") for key, item in value.items()}


def _convert_scalar(value: Any, hint: Any, where: str) -> Any:
    if hasattr(value, "item") and hasattr(value, "dtype"):
        value = value.item()
    if isinstance(value, hint) and not (hint is int and isinstance(value, bool)):
        return value
    if hint is float and type(value) is int:
        return float(value)
    if hint is datetime.datetime and isinstance(value, str):  # as JSON has it
        try:
            return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            pass
    raise _misfit(value, hint, where)


def _convert_model(value: Any, hint: Any, where: str) -> Any:
    if isinstance(value, hint):
        return value
    if not isinstance(value, dict):
        raise _misfit(value, hint, where)
    validate = getattr(hint, "model_validate", None) or hint.parse_obj
    try:
        return validate(value)
    except ValueError as error:
        raise _invalid(f"{where} is no {hint.__name__}: {error}") from None


def _misfit(value: Any, hint: Any, where: str) -> Exception:
    text = repr(value)
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return _invalid(f"{where} is {shown}, of type {type(value).__name__}; predict takes {describe(hint)}.")


def describe(hint: Any) -> str:
    """Return a hint as people write it."""
    return hint.__name__ if inspect.isclass(hint) and not typing.get_args(hint) else str(hint).replace("typing.", "")


def _invalid(message: str) -> Exception:
    try:
        from runyard.errors import InvalidInput
    except ImportError:  # the model was loaded by the reference system
        return ValueError(message)
    return InvalidInput(message)


def checked(function: Any) -> Any:
    """Return a function that brings its data into the form of its own hint; the function itself if it has none."""
    hint = data_hint(function)
    if not is_checkable(hint) or hasattr(function, "takes_hinted_data"):
        return function
    name = str(data_name(function))
    place = argument_names(function).index(name)

    @functools.wraps(function)
    def check(*positional: Any, **named: Any) -> Any:
        if name in named:
            named[name] = convert(named[name], hint)
        elif len(positional) > place:
            positional = (*positional[:place], convert(positional[place], hint), *positional[place + 1 :])
        return function(*positional, **named)

    check.takes_hinted_data = True  # type: ignore[attr-defined] # a mark that is pickled with the function
    return check


pyfunc = checked
"""What the reference system calls this; nobody has to call it here, functions are checked as they are saved."""
