"""Parameter searches: the best params, the table of results, and the child runs."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

import pandas
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

X, Y = load_iris(return_X_y=True, as_frame=True)
GRID = {"max_depth": [1, 2, 3, 4]}
PARTS = ("estimator.html", "training_confusion_matrix.png", "cv_results.csv")
ROW = {"mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"}


def search(**options: Any) -> GridSearchCV:
    return GridSearchCV(DecisionTreeClassifier(random_state=0), GRID, cv=3, **options)


def test_search(recorded, autolog: Callable[..., None]) -> None:
    autolog(max_tuning_runs=3)
    found = search().fit(X, Y)
    run = recorded.run()
    own = found.get_params(deep=False)
    assert run.data.params == {
        **{name: str(value) for name, value in own.items()},
        "best_max_depth": str(found.best_params_["max_depth"]),
    }
    assert run.data.metrics["best_cv_score"] == found.best_score_
    assert run.data.metrics["training_accuracy_score"] == found.score(X, Y)
    artifacts = recorded.artifacts(run)
    assert set(artifacts) == {*PARTS, "metric_info.json"}
    table = pandas.read_csv(io.BytesIO(artifacts["cv_results.csv"]))
    assert list(table.columns) == list(found.cv_results_)
    assert len(table) == 4
    models = recorded.models()
    assert set(models) == {"model", "best_estimator"}
    assert models["best_estimator"].params["max_depth"] == str(found.best_params_["max_depth"])


def test_child_runs(recorded, autolog: Callable[..., None]) -> None:
    autolog(max_tuning_runs=3)
    found = search(return_train_score=True).fit(X, Y)
    parent, children = recorded.run(), recorded.children()
    ranks = sorted(found.cv_results_["rank_test_score"])[:3]
    assert sorted(child.data.metrics["rank_test_score"] for child in children) == ranks
    for child in children:
        index = GRID["max_depth"].index(int(child.data.params["max_depth"]))
        assert child.data.params == {
            name: str(value)
            for name, value in {**found.estimator.get_params(), "max_depth": GRID["max_depth"][index]}.items()
        }
        scores = {"mean_test_score", "std_test_score", "rank_test_score", "mean_train_score", "std_train_score"}
        assert set(child.data.metrics) == ROW | scores
        assert child.data.metrics["mean_test_score"] == found.cv_results_["mean_test_score"][index]
        assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
        assert child.data.tags["mlflow.autologging"] == "sklearn"
        assert child.data.tags["estimator_name"] == "DecisionTreeClassifier"
        assert child.data.tags["estimator_class"] == "sklearn.tree._classes.DecisionTreeClassifier"
        assert child.data.tags["mlflow.user"] == parent.data.tags["mlflow.user"]
        assert child.info.status == "FINISHED"
        assert child.info.start_time == parent.info.start_time
        assert [entry.dataset.digest for entry in child.inputs.dataset_inputs] == [
            entry.dataset.digest for entry in parent.inputs.dataset_inputs
        ]
        assert recorded.artifacts(child) == {}


@pytest.mark.parametrize(("limit", "expected"), [(None, 4), (0, 0), (1, 1), (10, 4)])
def test_number_of_child_runs(recorded, autolog: Callable[..., None], limit: int | None, expected: int) -> None:
    autolog(max_tuning_runs=limit, log_models=False)
    search().fit(X, Y)
    assert len(recorded.children()) == expected


def test_several_scores(recorded, autolog: Callable[..., None], caplog: pytest.LogCaptureFixture) -> None:
    autolog(max_tuning_runs=2, log_models=False)
    with caplog.at_level(logging.INFO, logger="runyard"):
        search(scoring=["f1_macro", "accuracy"], refit="accuracy").fit(X, Y)
    assert {"mean_test_accuracy", "rank_test_f1_macro"} <= set(recorded.children()[0].data.metrics)
    assert {child.data.metrics["rank_test_f1_macro"] for child in recorded.children()} <= {1.0, 2.0}
    assert "the best of 'rank_test_f1_macro'" in caplog.text
    assert "2 of 4 rows" in caplog.text


def test_search_without_refit(recorded, autolog: Callable[..., None]) -> None:
    autolog()
    search(refit=False).fit(X, Y)
    run = recorded.run()
    assert set(run.data.metrics) == {"best_cv_score"}
    assert set(recorded.models()) == {"model"}
    assert len(recorded.children()) == 4


def test_random_search_over_a_pipeline(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    RandomizedSearchCV(pipeline, {"logisticregression__C": [0.1, 1.0]}, n_iter=2, cv=2, random_state=0).fit(X, Y)
    run = recorded.run()
    assert "best_logisticregression__C" in run.data.params
    assert not any(name.startswith("estimator__") for name in run.data.params)
    assert {child.data.params["logisticregression__C"] for child in recorded.children()} == {"0.1", "1.0"}


def test_search_in_processes(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False)
    search(n_jobs=2).fit(X, Y)
    assert len(recorded.runs()) == 5
