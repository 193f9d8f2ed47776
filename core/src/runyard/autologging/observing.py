"""Observing calls: the original is called exactly once, whatever the observer does.

An observer is a generator function. What stands before its ``yield`` is done before the call, and may change the
arguments; what stands after it is done after the call, whose result the ``yield`` gives. A call that fails raises its
error at the ``yield``. What the observer itself raises is reported and never reaches the caller.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeAlias

from runyard.autologging.guard import guarded
from runyard.autologging.session import Session, is_paused, paused, session

if TYPE_CHECKING:
    from runyard.autologging.autologger import Autologger

Observation: TypeAlias = Generator[None, Any, None]


class Call:
    """A call that is observed.

    Attributes:
        function: The original.
        args: What it is called with; an observer may put others in place before its ``yield``.
        kwargs: The same by name.
        caller: The frame that calls, for the names of its variables; not to be kept.
    """

    __slots__ = ("args", "caller", "function", "kwargs")

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], caller: FrameType
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.caller = caller


def observe(
    autologger: Autologger, original: Callable[..., Any], observer: Callable[[Call], Observation]
) -> Callable[..., Any]:
    """Return a function that calls the original and is observed, unless a training is going on.

    Args:
        autologger: Whose observer it is.
        original: The function.
        observer: A generator function.
    """

    def observed(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1)  # noqa: SLF001 - the documented way is a hundred times slower
        if is_paused() or not autologger.active or _is_inner(autologger, caller):
            return original(*args, **kwargs)
        call = Call(original, args, kwargs, caller)
        return _call(autologger, call, lambda: observer(call))

    return observed


def observe_training(
    autologger: Autologger,
    original: Callable[..., Any],
    observer: Callable[[Session, Call], Observation],
    applies: Callable[..., bool] | None = None,
) -> Callable[..., Any]:
    """Return a function that calls the original and is observed in a session, with a run.

    Calls inside of a training, and those that the library makes itself, are part of what the user began and are not
    observed.

    Args:
        autologger: Whose observer it is.
        original: The function that trains.
        observer: A generator function.
        applies: Says for the arguments of a call whether it is to be observed; every call is when `None`.
    """

    def observed(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1)  # noqa: SLF001 - as above
        if is_paused() or not autologger.active or _is_inner(autologger, caller):
            return original(*args, **kwargs)
        if applies is not None:
            wanted = False
            with guarded(autologger, "asking whether a call is observed"):
                wanted = applies(*args, **kwargs)
            if not wanted:
                return original(*args, **kwargs)
        with session(autologger) as current, paused():
            if current is None:
                return original(*args, **kwargs)
            call = Call(original, args, kwargs, caller)
            return _call(autologger, call, lambda: observer(current, call))

    return observed


def _is_inner(autologger: Autologger, caller: FrameType) -> bool:
    """Say whether the library itself calls, in whatever thread."""
    module = caller.f_globals.get("__name__")
    return isinstance(module, str) and module.partition(".")[0] in autologger.libraries


def _call(autologger: Autologger, call: Call, begin: Callable[[], Observation]) -> Any:
    args, kwargs = call.args, call.kwargs
    observation: Observation | None = None
    with guarded(autologger, "what is done before the call") as guard:
        started = begin()
        next(started)
        observation = started
    if guard.failed:
        call.args, call.kwargs = args, kwargs
    try:
        result = call.function(*call.args, **call.kwargs)
    except BaseException as error:
        if observation is not None:
            with guarded(autologger, "what is done after a failed call"):
                _end(observation.throw, error)
        raise
    if observation is not None:
        with guarded(autologger, "what is done after the call"):
            _end(observation.send, result)
    return result


def _end(resume: Callable[[Any], None], outcome: Any) -> None:
    """Let an observer go on after its ``yield``; a failed call's own error may come back from it."""
    try:
        resume(outcome)
    except StopIteration:
        pass
    except BaseException as error:
        if error is not outcome:
            raise
