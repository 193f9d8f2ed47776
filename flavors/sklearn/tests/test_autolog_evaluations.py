"""What is computed with a model's predictions after the fit."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from typing import Any

import pytest
from sklearn import metrics
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split

import runyard
from runyard_sklearn import evaluations

FEATURES, LABELS = load_iris(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(FEATURES, LABELS, random_state=0)


@pytest.fixture
def model(autolog: Callable[..., None]) -> LogisticRegression:
    autolog(log_models=False)
    return LogisticRegression(max_iter=1000).fit(X_train, y_train)


def later(recorded: Any) -> dict[str, float]:
    """Return the metrics that are not of the training."""
    values = recorded.run().data.metrics
    return {name: value for name, value in values.items() if not name.startswith("training_")}


def info(recorded: Any) -> dict[str, str]:
    return json.loads(recorded.artifacts(recorded.run())["metric_info.json"])


def test_metrics_of_predictions(recorded, model: LogisticRegression) -> None:
    predicted = model.predict(X_test)
    accuracy = metrics.accuracy_score(y_test, predicted)
    f1 = metrics.f1_score(y_true=y_test, y_pred=predicted, average="macro")
    again = metrics.f1_score(y_test, predicted, average="micro")
    loss = metrics.log_loss(y_test, model.predict_proba(X_test))
    assert later(recorded) == {
        "accuracy_score_X_test": accuracy,
        "f1_score_X_test": f1,
        "f1_score-2_X_test": again,
        "log_loss_X_test": loss,
    }
    assert info(recorded)["accuracy_score_X_test"] == "accuracy_score(y_true=y_test, y_pred=predicted)"
    assert info(recorded)["f1_score-2_X_test"] == "f1_score(y_true=y_test, y_pred=predicted, average='micro')"
    assert info(recorded)["log_loss_X_test"].startswith("log_loss(y_true=y_test, ")
    assert recorded.run().info.status == "FINISHED"
    assert runyard.active_run() is None


def test_score(recorded, model: LogisticRegression) -> None:
    first, second = model.score(X_test, y_test), model.score(X_train, y_train)
    assert later(recorded) == {
        "LogisticRegression_score_X_test": first,
        "LogisticRegression_score-2_X_train": second,
    }
    assert info(recorded)["LogisticRegression_score_X_test"] == "LogisticRegression.score(X=X_test, y=y_test)"


def test_names_of_data(recorded, model: LogisticRegression) -> None:
    metrics.accuracy_score(y_test[:5], model.predict(X_test[:5]))
    metrics.accuracy_score(y_test[:6], model.predict(X_test[:6]))
    part = X_test[:10]
    metrics.recall_score(y_test[:10], model.predict(part), average="macro")
    part = X_test[:20]
    metrics.precision_score(y_test[:20], model.predict(part), average="macro")
    assert set(later(recorded)) == {
        "accuracy_score_unknown_dataset",
        "accuracy_score-2_unknown_dataset-2",
        "recall_score_part",
        "precision_score_part-2",
    }


def test_data_of_predictions_is_an_input(recorded, model: LogisticRegression) -> None:
    model.predict(X_test)
    model.predict_proba(X_test)
    contexts = [entry.tags[0].value for entry in recorded.run().inputs.dataset_inputs]
    assert sorted(contexts) == ["eval", "train"]


def test_not_too_many_inputs(recorded, model: LogisticRegression, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "MAX_DATASETS", 3)
    rows = [X_test[index : index + 1] for index in range(10)]
    for row in rows:
        model.predict(row)
    assert len(recorded.run().inputs.dataset_inputs) == 1 + 3


def test_metrics_are_linked_to_the_model(recorded, autolog: Callable[..., None]) -> None:
    autolog()
    fitted = LogisticRegression(max_iter=1000).fit(X_train, y_train)
    fitted.score(X_test, y_test)
    assert "LogisticRegression_score_X_test" in {metric.key for metric in recorded.models()["model"].metrics}


def test_what_is_not_a_prediction_is_not_logged(recorded, model: LogisticRegression) -> None:
    predicted = model.predict(X_test)
    metrics.accuracy_score(y_test, predicted.copy())
    metrics.accuracy_score(y_test, list(predicted))
    metrics.confusion_matrix(y_test, predicted)
    metrics.classification_report(y_test, predicted)
    assert later(recorded) == {}


def test_two_models_have_runs_of_their_own(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False)
    models = [LogisticRegression(C=C, max_iter=1000).fit(X_train, y_train) for C in (1e-3, 1.0)]
    values = [metrics.accuracy_score(y_test, model.predict(X_test)) for model in models]
    found = {run.data.params["C"]: run.data.metrics["accuracy_score_X_test"] for run in recorded.runs()}
    assert found == {"0.001": values[0], "1.0": values[1]}


def test_fit_again_is_another_run(recorded, model: LogisticRegression) -> None:
    model.fit(X_train, y_train)
    model.score(X_test, y_test)
    latest, first = sorted(recorded.runs(), key=lambda run: "LogisticRegression_score_X_test" in run.data.metrics)[::-1]
    assert "LogisticRegression_score_X_test" in latest.data.metrics
    assert "LogisticRegression_score_X_test" not in first.data.metrics


def test_search(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False, max_tuning_runs=0)
    found = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [0.1, 1]}, cv=2).fit(X_train, y_train)
    metrics.accuracy_score(y_test, found.predict(X_test))
    found.score(X_test, y_test)
    assert {"accuracy_score_X_test", "GridSearchCV_score_X_test"} <= set(recorded.run().data.metrics)


def test_switched_off(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False, log_post_training_metrics=False)
    fitted = LogisticRegression(max_iter=1000).fit(X_train, y_train)
    fitted.score(X_test, y_test)
    metrics.accuracy_score(y_test, fitted.predict(X_test))
    assert later(recorded) == {}


def test_predictions_of_several_outputs(recorded, autolog: Callable[..., None]) -> None:
    from sklearn.tree import DecisionTreeClassifier

    autolog(log_models=False)
    both = LABELS.to_frame("a").assign(b=LABELS)
    model = DecisionTreeClassifier().fit(FEATURES, both)
    assert len(model.predict_proba(X_test)) == 2
    assert len(recorded.run().inputs.dataset_inputs) == 2


def test_nothing_is_kept_alive(recorded, autolog: Callable[..., None]) -> None:
    from runyard.autologging import switches

    autolog(log_models=False)
    fitted = LogisticRegression(max_iter=1000).fit(X_train, y_train)
    predicted = fitted.predict(X_test)
    followed = switches._switches["sklearn"]._autologger._evaluations
    assert (len(followed._models), len(followed._predictions)) == (1, 1)
    del fitted, predicted
    gc.collect()
    assert (len(followed._models), len(followed._predictions)) == (0, 0)


def test_names_of_variables() -> None:
    import sys

    value, other = object(), object()
    frame = sys._getframe()
    assert evaluations.variable_name(value, frame) == "value"
    assert evaluations.variable_name(LABELS, frame) == "LABELS"
    assert evaluations.variable_name(object(), frame) is None
    assert (value is not None, other is not None) == (True, True), "the variables are as they were"
    _hidden = [object()]
    assert evaluations.variable_name(_hidden, frame) is None
