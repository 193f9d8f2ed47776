"""Requests are put together where the model gives one prediction for each row, and only then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from runyard.models.schema import ColSpec, Schema
from runyard.models.signature import ModelSignature
from runyard_serving.joining import form_of, join, split
from runyard_serving.reading import Question

if TYPE_CHECKING:
    from conftest import Serving

    from asking import Answer

Serve = Callable[..., "Serving"]

NUMBERS = ModelSignature(inputs=Schema([ColSpec("double", "x")]))


class Model:
    """Doubles what it is given, when it is let go; negative numbers are a mistake."""

    def __init__(self, answer: Callable[[Any], Any] = lambda frame: (frame["x"] * 2).to_numpy()) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.rows: list[int] = []
        self._answer = answer

    def __call__(self, frame: Any) -> Any:
        self.entered.release()
        assert self.open.wait(60)
        self.rows.append(len(frame))
        if (frame["x"] < 0).any():
            raise ValueError("negative")
        return self._answer(frame)


@pytest.fixture
def model() -> Iterator[Model]:
    model = Model()
    yield model
    model.open.set()


def ask_many(serving: Serving, model: Model, bodies: list[Any]) -> list[Answer]:
    """Send requests while the model is busy with another one, and let it go when all of them wait."""
    with ThreadPoolExecutor(len(bodies) + 1) as pool:
        first = pool.submit(serving.ask, record(0))
        assert model.entered.acquire(timeout=60)
        others = [pool.submit(serving.ask, body) for body in bodies]
        assert model.entered.acquire(timeout=60)  # as many as are put together wait: another thread begins with them
        model.open.set()
        assert first.result().json == {"predictions": [0.0]}
        return [other.result() for other in others]


def record(number: float) -> Any:
    return {"dataframe_records": [{"x": number}]}


def test_requests_that_wait_are_predicted_for_together(serve: Serve, model: Model) -> None:
    serving = serve(model, NUMBERS, batch_rows=4)
    answers = ask_many(serving, model, [record(number) for number in (1, 2, 3, 4)])
    assert [answer.json for answer in answers] == [{"predictions": [2.0 * number]} for number in (1, 2, 3, 4)]
    assert sorted(model.rows) == [1, 4]


def test_only_the_guilty_one_gets_an_error(serve: Serve, model: Model) -> None:
    serving = serve(model, NUMBERS, batch_rows=4)
    missing = {"dataframe_records": [{"y": 1}]}
    answers = ask_many(serving, model, [record(1), record(-1), missing, record(2)])
    assert [answer.status for answer in answers] == [200, 400, 400, 200]
    assert answers[0].json == {"predictions": [2.0]}
    assert answers[3].json == {"predictions": [4.0]}
    assert "ValueError" in answers[1].json["message"]
    assert "'x'" in answers[2].json["message"]


def test_forms_are_not_mixed(serve: Serve, model: Model) -> None:
    serving = serve(model, NUMBERS, batch_rows=4)
    split = {"dataframe_split": {"columns": ["x"], "data": [[3]]}}
    columns = {"inputs": {"x": [4]}}
    answers = ask_many(serving, model, [record(1), split, columns, record(2)])
    assert [answer.json["predictions"] for answer in answers] == [[2.0], [6.0], [8.0], [4.0]]


@pytest.mark.parametrize("answer", [lambda frame: {"sum": frame["x"].sum()}, lambda _: [1, 2, 3, 4, 5]])
def test_what_cannot_be_taken_apart_is_asked_one_by_one(serve: Serve, answer: Callable[[Any], Any]) -> None:
    model = Model(lambda frame: (frame["x"] * 2).to_numpy() if len(frame) == 1 else answer(frame))
    serving = serve(model, NUMBERS, batch_rows=2)
    answers = ask_many(serving, model, [record(1), record(2)])
    assert [answer.json["predictions"] for answer in answers] == [[2.0], [4.0]]


def test_a_request_alone_is_not_kept_waiting_for_ever(serve: Serve, model: Model) -> None:
    model.open.set()
    serving = serve(model, NUMBERS, batch_rows=64, batch_milliseconds=1)
    assert serving.ask(record(1)).json == {"predictions": [2.0]}


def test_tables_of_numbers_are_joined() -> None:
    questions = [Question(pd.DataFrame({"a": [number], "b": [0.5]}, dtype="float64")) for number in range(3)]
    form = form_of(questions[0], 8)
    assert form is not None
    assert form == form_of(questions[1], 8)
    joined = join(form, questions).data
    pd.testing.assert_frame_equal(joined, pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [0.5] * 3}))


def test_tables_of_several_types_are_joined() -> None:
    questions = [Question(pd.DataFrame({"a": [number], "s": ["x"]})) for number in range(3)]
    form = form_of(questions[0], 8)
    assert form is not None
    assert join(form, questions).data["a"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "question",
    [
        Question(pd.DataFrame({"a": [1.0]}, index=[7])),
        Question(pd.DataFrame({"a": []})),
        Question(pd.DataFrame({"a": range(8)})),
        Question(np.array(1.0)),
        Question(np.array(["a"])),
        Question(np.array([1.0]), {"a": 1}),
        Question({"prompt": "a"}, None, is_wrapped=False),
        Question([1.0]),
    ],
)
def test_others_stay_alone(question: Question) -> None:
    assert form_of(question, 8) is None


@pytest.mark.parametrize(
    ("predictions", "parts"),
    [
        (np.array([1, 2, 3]), [[1], [2, 3]]),
        ([1, 2, 3], [[1], [2, 3]]),
        (pd.Series([1, 2, 3], index=[5, 6, 7]), [[1], [2, 3]]),
        (pd.DataFrame({"a": [1, 2, 3]}), [[[1]], [[2], [3]]]),
    ],
)
def test_predictions_are_taken_apart(predictions: Any, parts: list[Any]) -> None:
    found = split(predictions, [1, 2])
    assert found is not None
    assert [getattr(part, "to_numpy", lambda part=part: np.asarray(part))().tolist() for part in found] == parts


def test_predictions_by_name_are_taken_apart() -> None:
    assert split({"a": [1, 2], "b": [3, 4]}, [1, 1]) == [{"a": [1], "b": [3]}, {"a": [2], "b": [4]}]


@pytest.mark.parametrize("predictions", [1, "ab", np.array(1), [1], {"a": 1}, {}, {"a": [1, 2], "b": [1]}, None])
def test_predictions_for_other_numbers_of_rows_are_not(predictions: Any) -> None:
    assert split(predictions, [1, 1]) is None
