"""Calls that mean the same to every store, though each has ids, a folder and a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import asdict, replace

from runyard.entities import Experiment, LoggedModel, Page, Run, RunInputs, RunOutputs
from runyard.errors import RunyardError
from runyard.search import Scope, parse_filter, parse_order_by

IDS = {"experiment_id", "run_id", "model_id", "source_run_id", "id"}
LOCATIONS = {"artifact_uri", "artifact_location"}
STORES_OWN = {"moved_to"}
"""Fields that stores fill as they like."""
IN_ORDER = {"steps", "timestamps", "values"}
"""Fields with lists of which the order counts."""
UNORDERED = {"list_trash"}
"""Methods of which the results are ordered by ids."""
NOBODY = {"experiment": "999999", "run": "f" * 32, "model": "m-" + "f" * 32}
"""Ids of nothing."""
ENDLESS = 1000
"""More pages than there can be."""


class Ref(NamedTuple):
    """The id of something that was made before: of the first, the second, ...; of nothing for -1."""

    kind: str
    number: int


class Request(NamedTuple):
    """A request or an entity in it, to be built for each store."""

    make: Callable[..., Any]
    fields: Mapping[str, Any]

    def __repr__(self) -> str:
        words = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.make.__qualname__}({words})"


class Where(NamedTuple):
    """A filter."""

    scope: Scope
    text: str

    def __repr__(self) -> str:
        return repr(self.text)


class By(NamedTuple):
    """An order."""

    scope: Scope
    texts: Sequence[str]

    def __repr__(self) -> str:
        return repr(self.texts)


class Unique(NamedTuple):
    """A number that no other call of a history has."""

    thousands: int


class Call(NamedTuple):
    """One call of a method.

    Attributes:
        method: Its name.
        arguments: What it gets.
        makes: The kind of what it makes, of which the id is remembered.
        pages_of: The size of a page: it is called until all pages are read.
        options: What it gets by name.
    """

    method: str
    arguments: Sequence[Any]
    makes: str | None = None
    pages_of: int | None = None
    options: Mapping[str, Any] = MappingProxyType({})


class Subject:
    """A store or registry, and what it calls the things that all of them were told to make.

    In texts that go to it, ``<mine>`` stands for what names of this history begin with and ``<run 0>`` for an id.
    """

    def __init__(self, name: str, backend: Any) -> None:
        self.name = name
        self.backend = backend
        self.begin("<mine>")

    def begin(self, mine: str) -> None:
        """Forget what was made; names begin with `mine`, which nothing else in the store begins with."""
        self._made: dict[str, list[str]] = {kind: [] for kind in NOBODY}
        self._labels: dict[str, str] = {}
        self._texts: dict[str, str] = {"<mine>": mine}
        self._tick = 0

    def answer(self, call: Call, tick: int) -> Any:
        """Return what a call gave, in words that all stores share; or the class of the error that it raised."""
        self._tick = tick
        try:
            arguments = [self._resolve(argument) for argument in call.arguments]
            if call.pages_of is not None:
                return self._pages(call.method, arguments[0], call.pages_of)
            result = getattr(self.backend, call.method)(*arguments, **call.options)
        except RunyardError as error:
            return type(error).__name__
        if call.makes is None:
            return self._shared(result)
        label = self._know(call.makes, result)
        return label if isinstance(result, str) else self._shared(result)

    def _know(self, kind: str, result: Any) -> str:
        """Remember what a thing is called that was made, and return what all stores call it."""
        made, number = result, len(self._made[kind])
        if isinstance(result, str):
            experiment: Experiment = self.backend.get_experiment(result)
            made = experiment.experiment_id
            self._labels[experiment.artifact_location] = f"<place {number}>"
        elif isinstance(result, Run):
            made = result.info.run_id
        elif isinstance(result, LoggedModel):
            made = result.model_id
        label = f"<{kind} {number}>"
        self._made[kind].append(made)
        self._labels[made] = label
        self._texts[label] = made
        return label

    def _pages(self, method: str, query: Any, size: int) -> list[Any]:
        pages: list[Any] = []
        token = None
        while not pages or token is not None:
            page: Page[Any] = getattr(self.backend, method)(replace(query, max_results=size, page_token=token))
            pages.append([self._shared(_promised(item), "page") for item in page])
            assert len(pages) < ENDLESS, f"{self.name} gives a page of {method} after each page"
            token = page.token
        return sorted((item for page in pages for item in page), key=repr) if method in UNORDERED else pages

    def _resolve(self, value: Any) -> Any:
        """Return an argument as this store takes it."""
        if isinstance(value, Ref):
            made = self._made[value.kind]
            return made[value.number % len(made)] if made and value.number >= 0 else NOBODY[value.kind]
        if isinstance(value, Request):
            return value.make(**{name: self._resolve(field) for name, field in value.fields.items()})
        if isinstance(value, Where):
            return parse_filter(self._own(value.text), value.scope)
        if isinstance(value, By):
            return parse_order_by([*value.texts], value.scope)
        if isinstance(value, Unique):
            return value.thousands * 1000 + self._tick
        if type(value) is str:  # words such as a status are of other types
            return self._own(value)
        if isinstance(value, (list, tuple)):
            return tuple(self._resolve(item) for item in value)
        if isinstance(value, dict):
            return {self._own(key): self._resolve(item) for key, item in value.items()}
        return value

    def _own(self, text: str) -> str:
        for label, own in self._texts.items() if "<" in text else ():
            text = text.replace(label, own)
        return text

    def _shared(self, value: Any, field: str = "") -> Any:
        """Return an answer, or a field of one, as all stores give it; the order inside of entities is up to them."""
        if isinstance(value, msgspec.Struct):
            fields = {name: item for name, item in asdict(value).items() if name not in STORES_OWN}
            return {"": type(value).__name__, **{name: self._shared(item, name) for name, item in fields.items()}}
        if isinstance(value, float):
            return repr(value + 0.0)  # the sign of zero is not kept by all
        if isinstance(value, str):
            return self._text(str(value), field)
        if isinstance(value, dict):
            return {self._text(key, ""): self._shared(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            items = [self._shared(item, field or "page") for item in value]
            return sorted(items, key=repr) if field and field not in IN_ORDER else items
        return value

    def _text(self, text: str, field: str) -> str:
        if field in IDS:
            text = self._labels.get(text, text)
        elif field in LOCATIONS:
            for own in sorted(self._labels, key=len, reverse=True):
                if len(own) > len(NOBODY["experiment"]):
                    text = text.replace(own, self._labels[own])
        return text.replace(self._texts["<mine>"], "<mine>")


def _promised(found: Any) -> Any:
    """Return what a search promises to tell: of a run, not its models."""
    if not isinstance(found, Run):
        return found
    return replace(found, inputs=RunInputs(dataset_inputs=found.inputs.dataset_inputs), outputs=RunOutputs())
