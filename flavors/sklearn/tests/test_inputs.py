"""What users pass to the predictions of their estimators arrives there as it did when they fitted them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import runyard_sklearn
from runyard import pyfunc
from runyard.models import infer_signature

pytestmark = pytest.mark.usefixtures("runyard_isolated")

CHANCE = np.random.default_rng(1)
NUMBERS = CHANCE.normal(size=(30, 3))
KINDS = CHANCE.integers(0, 2, size=30)
TABLE = pd.DataFrame(
    {
        "size": NUMBERS[:, 0],
        "count": CHANCE.integers(0, 9, size=30),
        "kind": CHANCE.choice(["a", "b"], size=30),
        "class": pd.Categorical(CHANCE.choice(["u", "v"], size=30)),
        "open": CHANCE.choice([True, False], size=30),
    }
)
TEXTS = ["red fish", "blue fish", "one fish", "two"]
ENCODE = make_column_transformer(
    (OneHotEncoder(), ["kind", "class"]),
    (StandardScaler(), make_column_selector(dtype_include=np.number)),
    remainder="passthrough",
)


def columns() -> tuple[Any, Any]:
    return make_pipeline(ENCODE, RandomForestClassifier(3)).fit(TABLE, KINDS), TABLE


def search() -> tuple[Any, Any]:
    pipeline = make_pipeline(ENCODE, LogisticRegression())
    return GridSearchCV(pipeline, {"logisticregression__C": [0.1, 1]}, cv=2).fit(TABLE, KINDS), TABLE


def labels_of_text() -> tuple[Any, Any]:
    return LogisticRegression().fit(TABLE[["size"]], np.where(KINDS, "yes", "no")), TABLE[["size"]]


def numbered_columns() -> tuple[Any, Any]:
    return LogisticRegression().fit(pd.DataFrame(NUMBERS), KINDS), pd.DataFrame(NUMBERS)


def text_column() -> tuple[Any, Any]:
    table = pd.DataFrame({"text": TEXTS})
    model = make_pipeline(make_column_transformer((TfidfVectorizer(), "text")), LogisticRegression())
    return model.fit(table, [0, 1, 0, 1]), table


def text_array() -> tuple[Any, Any]:
    return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, [0, 1, 0, 1]), np.array(TEXTS)


def sparse_matrix() -> tuple[Any, Any]:
    return LogisticRegression().fit(sparse.csr_matrix(NUMBERS), KINDS), sparse.csr_matrix(NUMBERS)


def several_outputs() -> tuple[Any, Any]:
    return MultiOutputClassifier(LogisticRegression()).fit(NUMBERS, np.stack([KINDS, 1 - KINDS], 1)), NUMBERS


def halves() -> tuple[Any, Any]:
    return IsolationForest(n_estimators=5).fit(NUMBERS.astype("float32")), NUMBERS.astype("float32")


@pytest.mark.parametrize(
    "fit",
    [
        columns,
        search,
        labels_of_text,
        numbered_columns,
        text_column,
        text_array,
        sparse_matrix,
        several_outputs,
        halves,
    ],
    ids=lambda fit: fit.__name__,
)
def test_predictions_are_the_estimators_and_nothing_warns(tmp_path: Path, fit: Any) -> None:
    model, data = fit()
    runyard_sklearn.save_model(model, tmp_path / "model", input_example=data)
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.metadata.signature is not None
    assert loaded.metadata.flavors["sklearn"]["serialization_format"] == "skops"
    expected, predicted = model.predict(data), loaded.predict(data)
    assert type(predicted) is type(expected)
    np.testing.assert_array_equal(predicted, expected)


@pytest.mark.parametrize("method", ["decision_function", "transform", "predict_log_proba"])
def test_any_method_can_answer(tmp_path: Path, method: str) -> None:
    kind = StandardScaler() if method == "transform" else LogisticRegression()
    model = kind.set_output(transform="pandas") if method == "transform" else kind
    model.fit(TABLE[["size", "count"]], KINDS)
    runyard_sklearn.save_model(
        model, tmp_path / "model", pyfunc_predict_fn=method, input_example=TABLE[["size", "count"]]
    )
    expected = getattr(model, method)(TABLE[["size", "count"]])
    predicted = pyfunc.load_model(tmp_path / "model").predict(TABLE[["size", "count"]])
    assert type(predicted) is type(expected)
    np.testing.assert_array_equal(predicted, expected)


def test_sparse_results_stay_sparse(tmp_path: Path) -> None:
    model = OneHotEncoder().fit(TABLE[["kind"]])
    runyard_sklearn.save_model(model, tmp_path / "model", pyfunc_predict_fn="transform", input_example=TABLE[["kind"]])
    predicted = pyfunc.load_model(tmp_path / "model").predict(TABLE[["kind"]])
    assert sparse.issparse(predicted)
    assert (predicted != model.transform(TABLE[["kind"]])).nnz == 0


def test_lists_of_text_and_of_rows(tmp_path: Path) -> None:
    texts = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, [0, 1, 0, 1])
    rows = LogisticRegression().fit(NUMBERS, KINDS)
    for name, model, data in (("texts", texts, TEXTS), ("rows", rows, NUMBERS.tolist())):
        runyard_sklearn.save_model(model, tmp_path / name, signature=infer_signature(data, model.predict(data)))
        loaded = pyfunc.load_model(tmp_path / name)
        np.testing.assert_array_equal(loaded.predict(data), model.predict(data))
        np.testing.assert_array_equal(loaded.predict(data[:1]), model.predict(data[:1]))


def test_dictionaries_with_gaps(tmp_path: Path) -> None:
    records = [{"a": 1, "b": 2}, {"a": 2}]
    model = make_pipeline(DictVectorizer(), LogisticRegression()).fit(records, [0, 1])
    with pytest.warns(UserWarning, match="gets no signature"):
        runyard_sklearn.save_model(model, tmp_path / "model", input_example=records)
    assert pyfunc.load_model(tmp_path / "model").predict(records).tolist() == [0, 1]


def test_params_reach_the_last_step_of_a_pipeline(tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), GaussianProcessRegressor()).fit(NUMBERS, KINDS)
    signature = infer_signature(NUMBERS, model.predict(NUMBERS), {"return_std": False})
    runyard_sklearn.save_model(model, tmp_path / "model", signature=signature)
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.predict(NUMBERS).shape == (30,)
    assert len(loaded.predict(NUMBERS, {"return_std": True})) == 2
