"""Which form a body has, and what a model is given for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from runyard_serving.reading.arrays import ArrayReader, columns_of
from runyard_serving.reading.content_type import CSV, JSON
from runyard_serving.reading.frames import FrameReader
from runyard_serving.reading.json_text import decode
from runyard_serving.refusals import RequestInvalid

if TYPE_CHECKING:
    from runyard.models.signature import ModelSignature

__all__ = ["Question", "Reader"]

_DATA_KEYS = ("dataframe_split", "dataframe_records", "instances", "inputs")
_REQUEST_KEYS = frozenset({"messages", "prompt", "input"})
"""An object with one of these is a request of a language model, and is handed over as it is."""


class Question(NamedTuple):
    """What a model is asked.

    Attributes:
        data: What it predicts for.
        params: Values of its params; `None` where the request has none.
        is_wrapped: Whether the reply says ``predictions`` around what the model gives.
        is_checked: Whether the data are in the form of the signature, so that nobody need look at them again.
        is_array: Whether they are an array that stands for the DataFrame which the signature declares.
    """

    data: Any
    params: Any = None
    is_wrapped: bool = True
    is_checked: bool = False
    is_array: bool = False


class Reader:
    """Reads the requests to one model.

    Args:
        signature: What the model takes; anything when `None`.
        is_hinted: Whether the signature came from the hints in the model's code: by these the model converts data
            itself, and gets them as they were sent.
        takes_arrays: Whether the model is asked with arrays in place of DataFrames where all columns are doubles.
    """

    def __init__(
        self, signature: ModelSignature | None, *, is_hinted: bool = False, takes_arrays: bool = False
    ) -> None:
        schema = signature.inputs if signature is not None and not is_hinted else None
        params = signature.params if signature is not None else None
        self._params = frozenset(param.name for param in params or ())
        self._takes_arrays = takes_arrays
        self._frames = FrameReader(schema)
        self._arrays = ArrayReader(schema)
        self._forms: dict[str, Callable[[Any], Any]] = {
            "dataframe_split": self._frames.split,
            "dataframe_records": self._frames.records,
            "instances": lambda data: self._arrays.read(columns_of(data)),
            "inputs": self._arrays.read,
        }
        if is_hinted:
            self._forms |= {"instances": _as_it_is, "inputs": _as_it_is}

    def warm_up(self) -> None:
        """Import what the usual requests need, so that the first of them need not wait for it."""
        import numpy  # noqa: F401 - what is wanted

        self._frames.warm_up()

    def read(self, body: bytes, content_type: str) -> Question:
        """Return what a body asks.

        Args:
            body: The body.
            content_type: One of those that `runyard_serving.reading.content_type.parse` returns.

        Raises:
            RequestInvalid: It does not parse, or has no form that is known.
        """
        if content_type == JSON:
            return self._read_json(body)
        if content_type == CSV:
            return Question(self._frames.csv(body))
        return Question(self._frames.parquet(body))

    def _read_json(self, body: bytes) -> Question:
        content = decode(body)
        if not isinstance(content, dict):
            raise RequestInvalid(f"Invalid input. The body is {_kind(content)}; {_EXPECTED}")
        if not _REQUEST_KEYS.isdisjoint(content):
            return self._request(content)
        found = [key for key in _DATA_KEYS if key in content]
        if len(found) != 1:
            has = f"both {' and '.join(map(repr, found))}" if found else "none of these"
            raise RequestInvalid(f"Invalid input. The body has {has}; {_EXPECTED}")
        (form,) = found
        params = content.get("params")
        if form == "dataframe_split" and (numbers := self._frames.numbers(content[form])) is not None:
            if self._takes_arrays:
                return Question(numbers, params, is_checked=True, is_array=True)
            return Question(self._frames.frame(numbers), params, is_checked=True)
        return Question(self._forms[form](content[form]), params)

    def _request(self, content: Mapping[str, Any]) -> Question:
        """Return a request of a language model: what the signature calls params is taken out of the object."""
        params = {name: value for name, value in content.items() if name in self._params}
        data = {name: value for name, value in content.items() if name not in self._params} if params else content
        return Question(data, params, is_wrapped=False)


def _as_it_is(data: Any) -> Any:
    return data


_EXPECTED = (
    "it has to be a JSON object with exactly one of "
    + ", ".join(repr(key) for key in _DATA_KEYS)
    + ", and 'params' beside it if there are some."
)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
