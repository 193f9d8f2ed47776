"""What estimators predict for tables of numbers is the same, to the last bit, as for the DataFrame itself."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from runyard_sklearn.arrays import Arrays
from runyard_sklearn.predictor import SklearnPredictor

QUICK = (
    LogisticRegression(max_iter=200),
    Ridge(),
    SGDClassifier(random_state=0),
    SVC(),
    DecisionTreeClassifier(random_state=0),
    RandomForestClassifier(5, random_state=0),
    GradientBoostingClassifier(n_estimators=5, random_state=0),
    KNeighborsClassifier(),
    GaussianNB(),
    LinearDiscriminantAnalysis(),
    MLPClassifier((4,), max_iter=20, random_state=0),
    KMeans(3, n_init=1, random_state=0),
    make_pipeline(StandardScaler(), PCA(3), LogisticRegression(max_iter=200)),
)
OTHER = (
    HistGradientBoostingClassifier(max_iter=5),
    GridSearchCV(LogisticRegression(max_iter=200), {"C": [1.0]}, cv=2),
    make_pipeline(make_column_transformer((StandardScaler(), ["b", "a"]), remainder="drop"), Ridge()),
    make_pipeline(StandardScaler().set_output(transform="pandas"), Ridge()),
    make_pipeline("passthrough", Ridge()),
)


def name_of(model: Any) -> str:
    return "-".join(str(name) for name, _ in getattr(model, "steps", [(type(model).__name__, None)]))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(size=(60, 4)), columns=list("abcd"))


@pytest.fixture(scope="module")
def kinds(table: pd.DataFrame) -> np.ndarray[Any, Any]:
    return np.asarray((table["a"] > table["b"]).astype(int))


def fitted(model: Any, table: pd.DataFrame, kinds: np.ndarray[Any, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(table, kinds)


@pytest.mark.parametrize("model", [*QUICK, *OTHER], ids=name_of)
def test_a_predictor_predicts_what_its_model_does(model: Any, table: pd.DataFrame, kinds: np.ndarray[Any, Any]) -> None:
    predictor = SklearnPredictor(fitted(model, table, kinds), "predict")
    for rows in (table.iloc[:1], table, table.iloc[:0:-3], table.round().astype("int64")):
        assert np.array_equal(predictor.predict(rows), model.predict(rows))


@pytest.mark.parametrize("model", QUICK, ids=name_of)
def test_tables_of_numbers_go_as_arrays(model: Any, table: pd.DataFrame, kinds: np.ndarray[Any, Any]) -> None:
    arrays = Arrays.of(fitted(model, table, kinds))
    assert arrays is not None
    assert arrays.values(table) is not None
    assert list(model.feature_names_in_) == list("abcd")


@pytest.mark.parametrize("model", OTHER, ids=name_of)
def test_estimators_that_may_look_at_columns_get_the_table(
    model: Any, table: pd.DataFrame, kinds: np.ndarray[Any, Any]
) -> None:
    assert Arrays.of(fitted(model, table, kinds)) is None


def test_other_tables_go_as_they_are(table: pd.DataFrame, kinds: np.ndarray[Any, Any]) -> None:
    arrays = Arrays.of(fitted(Ridge(), table, kinds))
    assert arrays is not None
    assert arrays.values(table[list("bacd")]) is None
    assert arrays.values(table.astype("Float64")) is None
    assert arrays.values(table.assign(a=True)) is None
    assert arrays.values(table.to_numpy()) is None


def test_columns_in_another_order_are_refused_as_by_the_model(table: pd.DataFrame, kinds: np.ndarray[Any, Any]) -> None:
    predictor = SklearnPredictor(fitted(Ridge(), table, kinds), "predict")
    with pytest.raises(ValueError, match="feature names"):
        predictor.predict(table[list("bacd")])


@pytest.mark.parametrize("model", QUICK, ids=name_of)
def test_arrays_in_place_of_tables_get_the_same_answers(
    model: Any, table: pd.DataFrame, kinds: np.ndarray[Any, Any]
) -> None:
    predictor = SklearnPredictor(fitted(model, table, kinds), "predict")
    ask = predictor.for_arrays(list("abcd"))
    assert ask is not None
    for number in (1, len(table)):
        # of the same layout in memory, on which the last bit of a sum depends
        values = np.asfortranarray(table.to_numpy()[:number])
        rows = pd.DataFrame(values, columns=table.columns, copy=False)
        assert np.array_equal(ask(values, None), predictor.predict(rows))
        assert np.array_equal(ask(values, {"unknown": 1}), predictor.predict(rows, {"unknown": 1}))


def test_arrays_with_other_columns_are_not_taken(table: pd.DataFrame, kinds: np.ndarray[Any, Any]) -> None:
    predictor = SklearnPredictor(fitted(Ridge(), table, kinds), "predict")
    assert predictor.for_arrays(list("bacd")) is None
    assert predictor.for_arrays(list("abc")) is None


@pytest.mark.parametrize("model", OTHER, ids=name_of)
def test_models_that_may_look_at_columns_take_no_arrays(
    model: Any, table: pd.DataFrame, kinds: np.ndarray[Any, Any]
) -> None:
    assert SklearnPredictor(fitted(model, table, kinds), "predict").for_arrays(list("abcd")) is None
