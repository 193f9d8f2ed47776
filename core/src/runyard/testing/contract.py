"""What all contract suites have in common: declared capabilities, and failures that say what the contract wants."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pytest

from runyard.errors import RunyardError

T = TypeVar("T")


class Contract:
    """The base of every suite: a subclass names what it tests with fixtures and says what it cannot do.

    A capability is a class attribute with the value `True`. A backend that lacks it sets `False`; the clauses that need
    it are then skipped with that reason. Nothing is found out by trying.
    """

    def __init_subclass__(cls) -> None:
        # of two clauses with one name from two groups, Python would drop the second in silence
        clauses: dict[str, object] = {}
        for base in cls.__bases__:
            for name in dir(base):
                clause = getattr(base, name)
                if name.startswith("test_") and clauses.setdefault(name, clause) is not clause:
                    raise TypeError(f"{cls.__name__} gets two clauses called {name}")

    def require(self, capability: str) -> None:
        """Skip the clause that calls this, unless the capability is declared."""
        if not getattr(self, capability):
            pytest.skip(f"{type(self).__name__} declares {capability} = False")


@contextmanager
def refused(error: type[RunyardError], clause: str) -> Iterator[None]:
    """Fail unless the block raises this error with a message; `clause` is the sentence of the contract."""
    try:
        yield
    except error as caught:
        assert str(caught).strip(), f"{clause}: {type(caught).__name__} is right, but its message is empty."
    except Exception as other:
        raise AssertionError(f"{clause}: wanted {error.__name__}, got {type(other).__name__}: {other}") from other
    else:
        raise AssertionError(f"{clause}: wanted {error.__name__}, nothing was raised")


def next_millisecond() -> None:
    """Return when the clock of backends that count milliseconds has gone on."""
    before = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == before:
        time.sleep(0.0002)


def at_once(tasks: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run tasks in threads that set off together; return what each gave or raised, in the order of the tasks."""
    outcomes: list[T | Exception] = [RuntimeError("the thread has not ended")] * len(tasks)
    start = threading.Barrier(len(tasks))

    def work(number: int) -> None:
        start.wait(timeout=60)
        try:
            outcomes[number] = tasks[number]()
        except Exception as error:
            outcomes[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def values_of(outcomes: Sequence[T | Exception]) -> list[T]:
    """Return what the tasks of `at_once` gave; raise what the first of them raised."""
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
