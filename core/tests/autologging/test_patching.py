"""Patches: what is replaced looks like what it replaces, and is put back."""

from __future__ import annotations

import inspect
import pickle
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from runyard.autologging.patching import Patches


class Base:
    def inherited(self) -> str:
        return "base"


class Model(Base):
    def fit(self, x: int, *, weight: int = 1) -> int:
        """Fit it."""
        return x * weight

    @property
    def prop(self) -> int:
        return 1

    other = "text"


def doubled(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: [function(*args, **kwargs)] * 2


@pytest.fixture
def patches():
    patches = Patches()
    yield patches
    patches.restore()


def test_wrapper_looks_like_the_original(patches: Patches) -> None:
    original = Model.fit
    patches.wrap(Model, "fit", doubled)
    assert Model().fit(2, weight=3) == [6, 6]
    assert Model.fit.__doc__ == "Fit it."
    assert inspect.signature(Model.fit) == inspect.signature(original)
    patches.restore()
    assert vars(Model)["fit"] is original
    assert Model().fit(2) == 2


def test_twice_is_once(patches: Patches) -> None:
    patches.wrap(Model, "fit", doubled)
    patches.wrap(Model, "fit", doubled)
    assert Model().fit(1) == [1, 1]


def test_only_what_the_owner_has(patches: Patches) -> None:
    before = dict(vars(Model))
    for name in ("inherited", "missing", "other", "prop"):
        patches.wrap(Model, name, doubled)
    assert dict(vars(Model)) == before


def test_inherited_attribute_is_removed_again(patches: Patches) -> None:
    patches.replace(Model, "inherited", lambda self: "own")
    assert Model().inherited() == "own"
    patches.restore()
    assert "inherited" not in vars(Model)
    assert Model().inherited() == "base"


def test_what_somebody_else_replaced_stays(patches: Patches, monkeypatch: pytest.MonkeyPatch) -> None:
    patches.wrap(Model, "fit", doubled)
    monkeypatch.setattr(Model, "fit", lambda self, x: "theirs")
    patches.restore()
    assert Model().fit(1) == "theirs"


class _Conditional:
    """As scikit-learn's: a method that only some instances have."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self.function
        if not instance.able:
            raise AttributeError("not this one")
        return self.function.__get__(instance)


class Sometimes:
    def __init__(self, able: bool) -> None:
        self.able = able

    @_Conditional
    def predict(self, x: int) -> int:
        return x


def test_methods_of_some_instances(patches: Patches) -> None:
    patches.wrap(Sometimes, "predict", doubled)
    able, unable = Sometimes(True), Sometimes(False)
    assert able.predict(1) == [1, 1]
    assert able.predict.__func__ is able.predict.__func__
    assert inspect.signature(able.predict) == inspect.signature(lambda x: x).replace(
        parameters=[inspect.signature(Model.fit).parameters["x"]], return_annotation="int"
    )
    assert not hasattr(unable, "predict")
    with pytest.raises(AttributeError, match="not this one"):
        unable.predict(1)


def test_function_of_a_module_can_be_pickled(patches: Patches, monkeypatch: pytest.MonkeyPatch) -> None:
    package = ModuleType("some_package")
    monkeypatch.setitem(sys.modules, "some_package", package)
    package.dumps = pickle.dumps  # type: ignore[attr-defined] # not a Python function: left alone
    package.getsource = inspect.getsource  # type: ignore[attr-defined]
    patches.wrap(package, "dumps", doubled)
    patches.wrap(package, "getsource", doubled)
    assert package.dumps is pickle.dumps
    assert package.getsource is not inspect.getsource
    assert pickle.loads(pickle.dumps(package.getsource)) is package.getsource
