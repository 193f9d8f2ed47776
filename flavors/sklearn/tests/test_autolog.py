"""What is logged of a fit, under the names that users of the reference system know."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

import joblib
import numpy
import pandas
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import runyard
import runyard_sklearn
from runyard_sklearn import plots

FRAME, SPECIES = load_iris(return_X_y=True, as_frame=True)
IRIS, KINDS = FRAME.to_numpy(), SPECIES.to_numpy()
PAIR = KINDS < 2
X, Y = load_diabetes(return_X_y=True)

CLASSIFIER = {"precision_score", "recall_score", "f1_score", "accuracy_score", "score"}
PROBABLE = CLASSIFIER | {"log_loss", "roc_auc"}
REGRESSOR = {"mean_squared_error", "mean_absolute_error", "r2_score", "root_mean_squared_error", "score"}
PAGE = {"estimator.html"}
MATRIX = PAGE | {"training_confusion_matrix.png"}
CURVES = MATRIX | {"training_roc_curve.png", "training_precision_recall_curve.png"}


@pytest.mark.parametrize(
    ("fit", "metrics", "artifacts", "schema"),
    [
        (lambda: LogisticRegression(max_iter=1000).fit(FRAME, SPECIES), PROBABLE, MATRIX, "mlflow_colspec"),
        (lambda: LogisticRegression(max_iter=1000).fit(IRIS[PAIR], KINDS[PAIR]), PROBABLE, CURVES, "mlflow_tensorspec"),
        (lambda: DummyClassifier().fit(IRIS, KINDS), PROBABLE, MATRIX, "mlflow_tensorspec"),
        (lambda: ElasticNet().fit(X, Y), REGRESSOR, PAGE, "mlflow_tensorspec"),
        (lambda: ElasticNet().fit(X=X, y=Y), REGRESSOR, PAGE, "mlflow_tensorspec"),
        (lambda: make_pipeline(StandardScaler(), ElasticNet()).fit(X, Y), REGRESSOR, PAGE, "mlflow_tensorspec"),
        (lambda: KMeans(3, n_init=1).fit(FRAME), set(), PAGE, "mlflow_colspec"),
        (lambda: KMeans(3, n_init=1).fit_predict(FRAME), set(), PAGE, "mlflow_colspec"),
        (lambda: PCA(2).fit_transform(FRAME), set(), PAGE, "mlflow_colspec"),
        (lambda: LinearRegression().fit(scipy.sparse.csr_matrix(X), Y), REGRESSOR, PAGE, "mlflow_tensorspec"),
    ],
)
def test_names(
    recorded, autolog: Callable[..., None], fit: Callable[[], Any], metrics: set[str], artifacts: set[str], schema: str
) -> None:
    autolog()
    fit()
    run = recorded.run()
    assert run.info.status == "FINISHED"
    assert set(run.data.metrics) == {f"training_{name}" for name in metrics}
    assert {metric.step for metric in run.data.latest_metrics} <= {0}
    assert set(recorded.artifacts(run)) == artifacts
    (entry,) = run.inputs.dataset_inputs
    assert [(tag.key, tag.value) for tag in entry.tags] == [("mlflow.data.context", "train")]
    assert entry.dataset.source_type == "code"
    assert set(json.loads(entry.dataset.source)["tags"]) >= {"mlflow.source.name", "mlflow.source.type"}
    assert schema in (entry.dataset.schema or "")
    model = recorded.models()["model"]
    assert model.status == "READY"
    assert model.source_run_id == run.info.run_id
    assert {metric.key for metric in model.metrics} == set(run.data.metrics)
    assert [output.model_id for output in run.outputs.model_outputs] == [model.model_id]


def test_params_and_tags(recorded, autolog: Callable[..., None]) -> None:
    autolog(extra_tags={"team": "a"})
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=1000))
    pipeline.fit(IRIS, KINDS)
    run = recorded.run()
    assert run.data.params == {name: str(value) for name, value in pipeline.get_params(deep=True).items()}
    assert run.data.params["logisticregression__C"] == "0.5"
    expected = {
        "estimator_name": "Pipeline",
        "estimator_class": "sklearn.pipeline.Pipeline",
        "mlflow.autologging": "sklearn",
        "team": "a",
    }
    assert expected.items() <= run.data.tags.items()


def test_values_of_the_metrics(recorded, autolog: Callable[..., None]) -> None:
    from sklearn import metrics

    weights = numpy.linspace(1, 2, len(KINDS[PAIR]))
    labels = numpy.where(KINDS[PAIR] == 1, "yes", "no")
    data = IRIS[PAIR][:, :1]
    autolog(pos_label="no", log_models=False)
    model = LogisticRegression(max_iter=1000).fit(data, labels, sample_weight=weights)
    found = recorded.run().data.metrics
    runyard_sklearn.autolog(disable=True)
    predicted, shown = model.predict(data), model.predict_proba(data)
    binary = {"average": "binary", "pos_label": "no", "sample_weight": weights}
    assert found == pytest.approx(
        {
            "training_precision_score": metrics.precision_score(labels, predicted, **binary),
            "training_recall_score": metrics.recall_score(labels, predicted, **binary),
            "training_f1_score": metrics.f1_score(labels, predicted, **binary),
            "training_accuracy_score": metrics.accuracy_score(labels, predicted, sample_weight=weights),
            "training_log_loss": metrics.log_loss(labels, shown, sample_weight=weights),
            "training_roc_auc": metrics.roc_auc_score(labels, shown[:, 1], sample_weight=weights),
            "training_score": model.score(data, labels, sample_weight=weights),
        }
    )


def test_model_can_be_loaded(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_input_examples=True, registered_model_name="iris")
    fitted = LogisticRegression(max_iter=1000).fit(FRAME, SPECIES)
    uri = recorded.models()["model"].model_uri
    info = runyard.models.get_model_info(uri)
    assert info.signature.inputs.input_names() == list(FRAME.columns)
    assert info.signature.outputs is not None
    assert info.saved_input_example_info is not None
    loaded = runyard.pyfunc.load_model(uri)
    assert (loaded.predict(FRAME) == fitted.predict(FRAME)).all()
    assert runyard_sklearn.load_model("models:/iris/1").C == 1.0


@pytest.mark.parametrize("serialization_format", ["skops", "cloudpickle", "pickle"])
def test_format_of_the_model(recorded, autolog: Callable[..., None], serialization_format: str) -> None:
    autolog(serialization_format=serialization_format, log_model_signatures=False)
    LinearRegression().fit(X, Y)
    info = runyard.models.get_model_info(recorded.models()["model"].model_uri)
    assert info.flavors["sklearn"]["serialization_format"] == serialization_format
    assert info.signature is None


def test_example_is_taken_before_the_fit(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_input_examples=True)
    data = X.copy()
    LinearRegression(copy_X=False).fit(data, Y)
    model = runyard.pyfunc.load_model(recorded.models()["model"].model_uri)
    assert model.input_example == pytest.approx(X[:5])


@pytest.mark.parametrize(
    "prepare",
    [
        lambda: StandardScaler().fit(IRIS),
        lambda: MinMaxScaler().fit_transform(IRIS),
        lambda: ColumnTransformer([("a", StandardScaler(), [0])]).fit(IRIS),
    ],
)
def test_preparation_is_not_logged(recorded, autolog: Callable[..., None], prepare: Callable[[], Any]) -> None:
    autolog()
    prepare()
    assert recorded.runs() == []


def test_inner_fits_are_not_logged(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False)
    with joblib.parallel_backend("threading"):
        parts = [("a", LogisticRegression(max_iter=1000)), ("b", DummyClassifier())]
        VotingClassifier(parts, n_jobs=2).fit(IRIS, KINDS)
        RandomForestClassifier(3, n_jobs=2).fit(IRIS, KINDS)
    assert [run.data.tags["estimator_name"] for run in recorded.runs()] == [
        "RandomForestClassifier",
        "VotingClassifier",
    ]


@pytest.mark.parametrize("jobs", [None, 2])
def test_cross_validation_is_not_logged(recorded, autolog: Callable[..., None], jobs: int | None) -> None:
    autolog()
    with joblib.parallel_backend("threading"):
        cross_val_score(LogisticRegression(max_iter=1000), IRIS, KINDS, cv=2, n_jobs=jobs)
        cross_validate(LogisticRegression(max_iter=1000), IRIS, KINDS, cv=2, n_jobs=jobs)
    assert recorded.runs() == []


class Mine(BaseEstimator, ClassifierMixin):
    """An estimator of the user's own."""

    def fit(self, data: Any, labels: Any) -> Mine:
        self.inner_ = LogisticRegression(max_iter=1000).fit(data, labels)
        return self

    def predict(self, data: Any) -> Any:
        return self.inner_.predict(data)


class Better(LogisticRegression):
    """An estimator of the user's own that derives from one of scikit-learn's."""


def test_estimators_of_the_user(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False)
    Mine().fit(IRIS, KINDS).score(IRIS, KINDS)
    assert [run.data.tags["estimator_name"] for run in recorded.runs()] == ["LogisticRegression"]
    Better(max_iter=1000).fit(IRIS, KINDS)
    assert [run.data.tags["estimator_name"] for run in recorded.runs()] == ["Better", "LogisticRegression"]


def test_lists_have_no_dataset(recorded, autolog: Callable[..., None]) -> None:
    autolog()
    LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    run = recorded.run()
    assert run.inputs.dataset_inputs == []
    assert run.data.metrics["training_score"] == 1.0


def test_big_sparse_matrix_has_no_dataset(
    recorded, autolog: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runyard_sklearn.training.MAX_DENSE", 10)
    autolog(log_models=False)
    LinearRegression().fit(scipy.sparse.csr_matrix(X), Y)
    assert recorded.run().inputs.dataset_inputs == []


def test_options_that_switch_parts_off(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False, log_datasets=False)
    LinearRegression().fit(X, Y)
    run = recorded.run()
    assert run.inputs.dataset_inputs == []
    assert recorded.models() == {}


def test_classes_that_are_imported_later(recorded, autolog: Callable[..., None]) -> None:
    names = [name for name in sys.modules if name.startswith("sklearn.naive_bayes")]
    for name in names:
        del sys.modules[name]
    autolog(log_models=False)
    from sklearn.naive_bayes import GaussianNB

    GaussianNB().fit(IRIS, KINDS)
    assert recorded.run().data.tags["estimator_name"] == "GaussianNB"
    autolog(disable=True)
    assert not hasattr(GaussianNB.fit, "__wrapped__") or "autologging" not in GaussianNB.fit.__code__.co_filename


def test_global_switch(recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    runyard.autolog(log_models=False, extra_tags={"by": "all"})
    LinearRegression().fit(X, Y)
    assert recorded.run().data.tags["by"] == "all"


def test_the_users_figures_are_left_alone(recorded, autolog: Callable[..., None]) -> None:
    import matplotlib
    import matplotlib.pyplot as plt

    before = matplotlib.get_backend(), plt.get_fignums()
    autolog(log_models=False)
    LogisticRegression(max_iter=1000).fit(IRIS[PAIR], KINDS[PAIR])
    assert (matplotlib.get_backend(), plt.get_fignums()) == before


def test_many_classes_have_no_plot(recorded, autolog: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "MAX_CLASSES", 2)
    autolog(log_models=False)
    DummyClassifier().fit(IRIS, KINDS)
    assert set(recorded.artifacts(recorded.run())) == PAGE


def test_without_matplotlib(recorded, autolog: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "find_spec", lambda _: None)
    autolog(log_models=False)
    LogisticRegression(max_iter=1000).fit(IRIS, KINDS)
    assert set(recorded.artifacts(recorded.run())) == PAGE


def test_signatures_are_as_before(recorded, autolog: Callable[..., None]) -> None:
    import inspect
    import pickle

    before = inspect.signature(LogisticRegression.fit)
    autolog()
    assert inspect.signature(LogisticRegression.fit) == before
    from sklearn import metrics

    assert pickle.loads(pickle.dumps(metrics.accuracy_score)) is metrics.accuracy_score
    assert type(pickle.loads(pickle.dumps(LogisticRegression(max_iter=1000)))) is LogisticRegression


def test_two_fits_in_one_run(recorded, autolog: Callable[..., None], monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    monkeypatch.delenv("RUNYARD_AUTOLOGGING_TESTING")
    autolog(log_models=False)
    with runyard.start_run():
        ElasticNet(alpha=0.1).fit(X, Y)
        ElasticNet(alpha=0.2).fit(X, Y)
    run = recorded.run()
    assert run.data.params["alpha"] == "0.1"
    assert "logging the params failed" in caplog.text
    assert run.data.metrics["training_score"] == pytest.approx(ElasticNet(alpha=0.2).fit(X, Y).score(X, Y))


def test_frames_with_categories(recorded, autolog: Callable[..., None]) -> None:
    frame = pandas.DataFrame({"a": [1, 2, 3, 4], "b": [0.0, 1.0, 0.0, 1.0]})
    autolog()
    LogisticRegression(max_iter=1000).fit(frame, pandas.Series(["x", "y", "x", "y"], dtype="category"))
    assert recorded.run().data.metrics["training_accuracy_score"] == 1.0


def test_threads(recorded, autolog: Callable[..., None]) -> None:
    autolog(log_models=False)
    threads = [threading.Thread(target=ElasticNet(alpha=alpha).fit, args=(X, Y)) for alpha in (0.1, 0.2, 0.3, 0.4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.data.params["alpha"] for run in recorded.runs()) == ["0.1", "0.2", "0.3", "0.4"]
    assert {run.info.status for run in recorded.runs()} == {"FINISHED"}
