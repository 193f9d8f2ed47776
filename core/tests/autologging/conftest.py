"""A library of one class, its autologger, and a plugin that offers it."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from runyard.autologging import switches
from runyard.autologging.autologger import Autologger, AutologOptions
from runyard.autologging.observing import Call, Observation, observe, observe_training
from runyard.autologging.session import Session
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import AutologgerPlugin
from runyard.testing.isolation import isolated, plugins_in_place
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store

LIBRARY = '''
class Model:
    calls = 0

    def fit(self, x, fail=False):
        """Fit it."""
        type(self).calls += 1
        if fail:
            raise ValueError("the library refuses")
        self.x = x
        return self

    def predict(self, x):
        return x + 1

def train(x):
    return Model().fit(x)
'''


class LineOptions(AutologOptions, frozen=True, kw_only=True):
    extra: int = 0


class LineAutologger(Autologger):
    name = "line"
    libraries = ("line_library",)
    Options = LineOptions
    options: LineOptions
    faults: tuple[str, ...] = ()
    seen: list[Any] = []

    def _instrument(self) -> None:
        model = sys.modules["line_library"].Model
        self.patches.wrap(model, "fit", lambda fit: observe_training(self, fit, self._fit))
        self.patches.wrap(model, "predict", lambda predict: observe(self, predict, self._predict))

    def fault(self, where: str) -> None:
        if where in self.faults:
            raise RuntimeError(f"fault {where}")

    def _fit(self, session: Session, call: Call) -> Observation:
        session.record(params={"x": call.args[1]})
        self.fault("before")
        try:
            model = yield
        except ValueError as error:
            self.seen.append(error)
            self.fault("failed")
            raise
        self.fault("after")
        with session.part("a part"):
            self.fault("part")
        session.record(metrics={"x": model.x}, tags={"class": type(model).__name__})

    def _predict(self, call: Call) -> Observation:
        self.fault("predict")
        result = yield
        self.seen.append((result, call.caller.f_locals.get("name")))


@pytest.fixture
def library_source() -> str:
    return LIBRARY


@pytest.fixture
def library() -> Iterator[types.ModuleType]:
    module = types.ModuleType("line_library")
    exec(LIBRARY, vars(module))
    sys.modules["line_library"] = module
    yield module
    sys.modules.pop("line_library", None)


@pytest.fixture
def autologger(library: types.ModuleType) -> Iterator[LineAutologger]:
    made = LineAutologger()
    made.seen = []
    yield made
    made.uninstrument()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrackingStore]:
    """Return the memory store that is in force; the plugin of the library is in place, and nothing is switched on."""
    monkeypatch.setitem(sys.modules, "line_autologger", sys.modules[LineAutologger.__module__])
    plugin = types.ModuleType("line")

    @hookimpl
    def runyard_autologgers() -> Iterator[AutologgerPlugin]:
        yield AutologgerPlugin(name="line", factory="line_autologger:LineAutologger", modules=("line_library",))

    plugin.runyard_autologgers = runyard_autologgers  # type: ignore[attr-defined]
    with isolated(), plugins_in_place("runyard.testing.memory.plugin", plugin):
        monkeypatch.setenv("RUNYARD_TRACKING_URI", "memory://autologging")
        switches.forget()
        try:
            yield open_store("memory://autologging")
        finally:
            switches.forget()
