"""Making the same calls to several stores, and comparing what they answer."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from histories.calls import Call, Subject

START_TIME = 1_700_000_000_000
CLOCKS = ("runyard.testing.memory.state", "runyard_file.base", "runyard_sql.base")
"""The modules in which stores look at the clock."""

_names = (f"{uuid.uuid4().hex[:8]}-{number}-" for number in itertools.count())


class Clock:
    """Stands in for the module `time`: every store makes the n-th call of a history in its n-th millisecond."""

    def __init__(self) -> None:
        self.tick = 0

    def time_ns(self) -> int:
        """Return nanoseconds since 1970 UTC."""
        return (START_TIME + self.tick) * 1_000_000


@contextmanager
def one_clock() -> Iterator[Clock]:
    """Let all stores read one clock inside the block."""
    clock = Clock()
    with ExitStack() as stack:
        for module in CLOCKS:
            stack.enter_context(mock.patch(f"{module}.time", clock))
        yield clock


def check(subjects: Sequence[Subject], calls: Sequence[Call], clock: Clock) -> None:
    """Make calls to every store, one by one, and fail at the first that is answered in different ways."""
    mine = next(_names)
    for subject in subjects:
        subject.begin(mine)
    for clock.tick, call in enumerate(calls):
        answers = [subject.answer(call, clock.tick) for subject in subjects]
        wrong = [
            f"{subject.name}: {difference}"
            for subject, answer in zip(subjects, answers, strict=True)
            for difference in differences(answers[0], answer)
        ]
        assert not wrong, "\n".join([f"{call} is not answered as by {subjects[0].name}:", *wrong])


def differences(one: Any, other: Any, place: str = "answer") -> Iterator[str]:
    """Yield where two answers differ."""
    if one == other:
        return
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], f"{place}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{place}[{number}]")
    else:
        yield f"{place} is {other!r}, not {one!r}"
