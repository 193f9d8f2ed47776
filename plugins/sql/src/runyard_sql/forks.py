"""What is done around a fork, so that parent and child can both go on with the databases that the parent used."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from weakref import WeakSet

__all__ = ["Forkable", "prepare_for_forks"]


class Forkable(ABC):
    """What has to know of forks. A child has no thread but the one that forked: what others held is held for ever."""

    def before_fork(self) -> None:
        """Come to rest."""

    def after_fork_in_parent(self) -> None:
        """Go on."""

    @abstractmethod
    def after_fork_in_child(self) -> None:
        """Begin anew, with nothing that belongs to the parent."""


_everything: WeakSet[Forkable] = WeakSet()
_at_rest: list[Forkable] = []
_forking = threading.Lock()


def prepare_for_forks(thing: Forkable) -> None:
    """Tell something of each fork from now on, for as long as it lives."""
    _everything.add(thing)


def _before() -> None:
    _forking.acquire()
    _at_rest[:] = _everything
    for thing in _at_rest:
        thing.before_fork()


def _after_in_parent() -> None:
    for thing in _at_rest:
        thing.after_fork_in_parent()
    _at_rest.clear()
    _forking.release()


def _after_in_child() -> None:
    for thing in _at_rest:
        thing.after_fork_in_child()
    _at_rest.clear()
    _forking.release()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no forks
    os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
