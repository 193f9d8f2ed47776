"""Requests put together into one prediction, and its result taken apart again.

Much of the time of a small prediction does not depend on the number of rows. Requests that arrive while the model is
busy wait anyhow, and are then predicted for at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from runyard_serving.joining import Form, form_of, join, split

if TYPE_CHECKING:
    from runyard_asgi.threads import Threads
    from runyard_serving.model import ServedModel
    from runyard_serving.reading import Question

__all__ = ["Batches"]

_PATIENCE = 0.02
"""How many seconds requests wait for a prediction that takes long, before another thread predicts for them."""

_log = logging.getLogger(__name__)


class _Request(NamedTuple):
    body: bytes
    content_type: str
    request_id: str
    done: asyncio.Future[bytes]


class Batches:
    """Collects requests for an event loop, and has them answered together.

    Args:
        model: What answers.
        threads: In which it does.
        most: How many rows are put together.
        seconds: How long a request waits for others, beside the time while the model is busy.
        on_batch: Called in a thread with the number of requests that were put together.
    """

    def __init__(
        self,
        model: ServedModel,
        threads: Threads,
        most: int,
        seconds: float,
        on_batch: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._model = model
        self._threads = threads
        self._most = most
        self._seconds = seconds
        self._on_batch = on_batch
        self._waiting: deque[_Request] = deque()
        self._busy = 0
        self._timer: asyncio.TimerHandle | None = None
        self._is_splittable = True

    def run(self, body: bytes, content_type: str, request_id: str) -> asyncio.Future[bytes]:
        """Return what to wait for: the reply to a request, as `ServedModel.answer` returns it."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bytes] = loop.create_future()
        self._waiting.append(_Request(body, content_type, request_id, done))
        if len(self._waiting) >= self._most or (not self._busy and not self._seconds):
            self._start(loop)
        elif self._timer is None:
            self._timer = loop.call_later(self._seconds + (_PATIENCE if self._busy else 0.0), self._end_waiting, loop)
        return done

    def _end_waiting(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._waiting:
            self._start(loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        self._busy += 1
        call = self._threads.run(self._answer, batch)
        call.add_done_callback(lambda call: self._end(loop, batch, call))

    def _end(self, loop: asyncio.AbstractEventLoop, batch: Sequence[_Request], call: asyncio.Future[list[Any]]) -> None:
        self._busy -= 1
        for request, answer in zip(batch, call.result(), strict=True):
            if request.done.done():  # given up
                continue
            if isinstance(answer, BaseException):
                request.done.set_exception(answer)
            else:
                request.done.set_result(answer)
        if self._waiting and self._timer is None:
            self._start(loop)

    def _answer(self, batch: Sequence[_Request]) -> list[Any]:
        """Return what becomes of each request: a reply or an error; in a thread."""
        answers: list[Any] = [None] * len(batch)
        groups: dict[Form | None, list[tuple[int, Question]]] = {}
        for position, request in enumerate(batch):
            if request.done.done():
                continue
            try:
                question = self._model.read(request.body, request.content_type)
            except Exception as error:
                answers[position] = error
                continue
            form = form_of(question, self._most) if self._is_splittable and len(batch) > 1 else None
            groups.setdefault(form, []).append((position, question))
        for form, questions in groups.items():
            together = self._predict_together(form, [question for _, question in questions]) if form else None
            for number, (position, question) in enumerate(questions):
                answers[position] = self._finish(question, batch[position].request_id, together, number)
        return answers

    def _predict_together(self, form: Form, questions: Sequence[Question]) -> list[Any] | None:
        """Return the predictions for questions of one form; `None` if each is to be asked alone."""
        if len(questions) == 1:
            return None
        try:
            predictions = self._model.predict_together(join(form, questions))
        except (Exception, SystemExit):  # whose fault it is shows when they are asked one by one
            return None
        parts = split(predictions, [len(question.data) for question in questions])
        if parts is None:
            self._is_splittable = False
            _log.warning(
                "The model gives %s for several rows, which cannot be taken apart; requests are not put together.",
                type(predictions).__name__,
            )
            return None
        self._on_batch(len(questions))
        return parts

    def _finish(self, question: Question, request_id: str, together: Sequence[Any] | None, number: int) -> Any:
        try:
            if together is None:
                return self._model.reply(question, self._model.predict(question, request_id))
            return self._model.reply(question, together[number])
        except Exception as error:
            return error
