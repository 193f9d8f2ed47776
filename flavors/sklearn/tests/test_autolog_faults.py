"""A fault at each point of the logging changes nothing of the training, and loses only what it is about."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

import runyard_sklearn

X, Y = load_iris(return_X_y=True)

POINTS = {
    "runyard_sklearn.autologger:shown_params": "logging the params",
    "runyard_sklearn.autologger:TrainingData.of": "what is done before the call",
    "runyard_sklearn.training:as_dataset": "logging the data set",
    "runyard_sklearn.training_metrics:Scores.of": "computing the training metrics",
    "runyard_sklearn.plots:_confusion_matrix": "drawing training_confusion_matrix",
    "runyard_sklearn.plots:log": "drawing training_confusion_matrix",
    "sklearn.utils:estimator_html_repr": "logging the estimator's page",
    "runyard.models.signature:infer_signature": "inferring the signature",
    "runyard_sklearn:log_model": "logging the model",
    "runyard_sklearn.search:_best_rows": "choosing the rows",
    "runyard_sklearn.search:_log_row": "logging a row",
    "runyard_sklearn.evaluations:FittedModel.log": "what is done after the call",
    "runyard_sklearn.evaluations:FittedModel.dataset_name": "what is done after the call",
    "runyard_sklearn.evaluations:Evaluations.remember": "what is done after the call",
}


def train() -> Any:
    search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [0.1, 1.0]}, cv=2).fit(X, Y)
    return search.best_params_, search.best_estimator_.coef_.tolist(), search.predict(X).tolist(), search.score(X, Y)


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> list[str]:
    """Let a function raise, and return where it was called."""
    from importlib import import_module

    module, _, path = request.param.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    calls: list[str] = []

    def fails(*_args: Any, **_kwargs: Any) -> None:
        calls.append(name)
        raise RuntimeError("a fault on purpose")

    getattr(owner, name)
    monkeypatch.setattr(owner, name, fails)
    return calls


@pytest.mark.parametrize(("fault", "part"), POINTS.items(), indirect=["fault"], ids=list(POINTS))
def test_fault(recorded, fault: list[str], part: str, caplog: pytest.LogCaptureFixture) -> None:
    before = train()
    runyard_sklearn.autolog()
    with caplog.at_level(logging.WARNING, logger="runyard"):
        assert train() == before
    assert fault
    assert f"Autologging of sklearn: {part}" in caplog.text
    assert "RuntimeError: a fault on purpose" in caplog.text
    run = recorded.run()
    assert run.info.status == "FINISHED"
    if part != "what is done before the call":
        assert run.data.tags["estimator_name"] == "GridSearchCV"
    if part.startswith("drawing"):
        assert "cv_results.csv" in recorded.artifacts(run)
        assert set(recorded.models()) == {"model", "best_estimator"}


def test_broken_data_raises_what_the_library_raises(recorded, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: LogisticRegression(max_iter=1000).fit(X),
        lambda: LogisticRegression(max_iter=1000).fit(),
        lambda: LogisticRegression(max_iter=1000).fit(X, Y[:3]),
        lambda: LogisticRegression(C=-1).fit(X, Y),
        lambda: LogisticRegression(max_iter=1000).predict(X),
        lambda: LogisticRegression(max_iter=1000).score(X, Y),
        lambda: LogisticRegression.fit(),
    ]

    def messages() -> list[tuple[type, str]]:
        found = []
        for call in calls:
            with pytest.raises(Exception) as caught:
                call()
            found.append((caught.type, str(caught.value)))
        return found

    before = messages()
    runyard_sklearn.autolog()
    assert messages() == before
    assert {run.info.status for run in recorded.runs()} == {"FAILED"}
