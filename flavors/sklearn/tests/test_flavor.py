from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.datasets import dump_svmlight_file
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import runyard_sklearn
from runyard import pyfunc
from runyard.errors import DataDamaged, InvalidInput, PermissionDenied
from runyard.models import MLModel, infer_signature
from runyard.models.consent import PickleWarning

pytestmark = pytest.mark.usefixtures("runyard_isolated")

X = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [4, 5, 6, 9]})
Y = np.array([0, 1, 1, 0])


@pytest.fixture
def regression() -> LinearRegression:
    return LinearRegression().fit(X, Y)


def section(folder: Path) -> dict[str, Any]:
    return MLModel.load(folder).flavors["sklearn"]


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        DecisionTreeClassifier(),
        RandomForestClassifier(5),
        GradientBoostingRegressor(n_estimators=5),
        HistGradientBoostingClassifier(max_iter=3),
        KNeighborsClassifier(2),
        SVC(),
        MLPClassifier(max_iter=2000, random_state=0, tol=1),
        GaussianProcessRegressor(),
        GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, cv=2),
        make_pipeline(StandardScaler(), RandomForestClassifier(3)),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_scikit_learns_own_estimators_need_no_pickle(
    tmp_path: Path, estimator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    estimator.fit(X, Y)
    runyard_sklearn.save_model(estimator, tmp_path / "model")
    assert section(tmp_path / "model")["serialization_format"] == "skops"
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    loaded = runyard_sklearn.load_model(tmp_path / "model")
    assert type(loaded) is type(estimator)
    np.testing.assert_allclose(loaded.predict(X), estimator.predict(X))


def test_what_the_reference_system_reads(tmp_path: Path, regression: LinearRegression) -> None:
    import sklearn

    runyard_sklearn.save_model(regression, tmp_path / "model", input_example=X)
    model = MLModel.load(tmp_path / "model")
    assert model.flavors["sklearn"] == {
        "code": None,
        "pickled_model": "model.skops",
        "serialization_format": "skops",
        "skops_trusted_types": None,
        "sklearn_version": sklearn.__version__,
    }
    python_function = model.flavors["python_function"]
    assert python_function["loader_module"] == "mlflow.sklearn"
    assert (python_function["model_path"], python_function["predict_fn"]) == ("model.skops", "predict")
    assert model.signature == infer_signature(X, regression.predict(X))
    names = [line.partition("==")[0] for line in (tmp_path / "model" / "requirements.txt").read_text().splitlines()]
    assert names == ["mlflow<4", "numpy", "pandas", "scikit-learn", "skops"]


def test_types_to_trust_are_listed(tmp_path: Path) -> None:
    runyard_sklearn.save_model(DecisionTreeClassifier().fit(X, Y), tmp_path / "model")
    assert section(tmp_path / "model")["skops_trusted_types"] == ["sklearn.tree._tree.Tree"]


@pytest.mark.parametrize("serialization", ["cloudpickle", "pickle"])
def test_pickles(tmp_path: Path, regression: LinearRegression, serialization: str) -> None:
    runyard_sklearn.save_model(regression, tmp_path / "model", serialization_format=serialization)
    assert section(tmp_path / "model")["pickled_model"] == "model.pkl"
    assert runyard_sklearn.load_model(tmp_path / "model").predict(X).tolist() == regression.predict(X).tolist()
    requirements = (tmp_path / "model" / "requirements.txt").read_text()
    assert ("cloudpickle==" in requirements) == (serialization == "cloudpickle")


class Doubling(TransformerMixin, BaseEstimator):
    """A transformer that is not scikit-learn's."""

    def fit(self, X: Any, y: Any = None) -> Doubling:  # noqa: N803
        return self

    def transform(self, X: Any) -> Any:  # noqa: N803
        return X * 2


@pytest.mark.filterwarnings("ignore:The model refers to:UserWarning")
def test_code_of_the_user_is_pickled_unless_it_is_vouched_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or sys)
    monkeypatch.setattr(sys.modules[__name__], "Doubling", Doubling, raising=False)
    model = make_pipeline(Doubling(), LinearRegression()).fit(X, Y)
    runyard_sklearn.save_model(model, tmp_path / "chosen")
    assert section(tmp_path / "chosen")["serialization_format"] == "cloudpickle"
    name = f"{Doubling.__module__}.Doubling"
    with pytest.raises(InvalidInput, match=rf"{name}.*skops_trusted_types"):
        runyard_sklearn.save_model(model, tmp_path / "model", serialization_format="skops")
    assert not (tmp_path / "model").exists()
    runyard_sklearn.save_model(model, tmp_path / "model", serialization_format="skops", skops_trusted_types=[name])
    np.testing.assert_allclose(runyard_sklearn.load_model(tmp_path / "model").predict(X), model.predict(X))
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match="Doubling"):
        runyard_sklearn.load_model(tmp_path / "model")


def test_functions_that_touch_files_are_not_trusted(tmp_path: Path) -> None:
    model = make_pipeline(FunctionTransformer(dump_svmlight_file), LinearRegression())
    with pytest.raises(InvalidInput, match="dump_svmlight_file"):
        runyard_sklearn.save_model(model, tmp_path / "model", serialization_format="skops")


def test_types_that_the_file_does_not_list_are_refused(tmp_path: Path, regression: LinearRegression) -> None:
    from skops import io

    runyard_sklearn.save_model(regression, tmp_path / "model")
    io.dump(make_pipeline(FunctionTransformer(dump_svmlight_file), regression), tmp_path / "model" / "model.skops")
    with pytest.raises(DataDamaged, match=r"model\.skops"):
        runyard_sklearn.load_model(tmp_path / "model")
    model = MLModel.load(tmp_path / "model")
    model.digests = None
    model.save(tmp_path / "model" / "MLmodel")
    with pytest.raises(PermissionDenied, match="dump_svmlight_file"):
        runyard_sklearn.load_model(tmp_path / "model")


def test_pickles_from_elsewhere_are_announced(tmp_path: Path, regression: LinearRegression) -> None:
    runyard_sklearn.save_model(regression, tmp_path / "model", serialization_format="pickle")
    (tmp_path / "model").rename(tmp_path / "moved")
    with pytest.warns(PickleWarning, match=r"model\.pkl"):
        runyard_sklearn.load_model(tmp_path / "moved")


def test_prediction_methods(tmp_path: Path) -> None:
    model = LogisticRegression().fit(X, Y)
    runyard_sklearn.save_model(model, tmp_path / "model", pyfunc_predict_fn="predict_proba")
    np.testing.assert_allclose(pyfunc.load_model(tmp_path / "model").predict(X), model.predict_proba(X))
    loaded = pyfunc.load_model(tmp_path / "model", model_config={"predict_fn": "predict_log_proba"})
    np.testing.assert_allclose(loaded.predict(X), model.predict_log_proba(X))
    with pytest.raises(InvalidInput, match="'predict_everything'"):
        runyard_sklearn.save_model(model, tmp_path / "other", pyfunc_predict_fn="predict_everything")


def test_params_become_arguments_of_the_method(tmp_path: Path) -> None:
    model = GaussianProcessRegressor().fit(X, Y)
    signature = infer_signature(X, model.predict(X), {"return_std": False, "unrelated": 1})
    runyard_sklearn.save_model(model, tmp_path / "model", signature=signature)
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.predict(X).shape == (4,)
    assert len(loaded.predict(X, {"return_std": True})) == 2


def test_models_that_do_not_predict(tmp_path: Path) -> None:
    runyard_sklearn.save_model(StandardScaler().fit(X), tmp_path / "model", input_example=X)
    assert "python_function" not in MLModel.load(tmp_path / "model").flavors
    assert runyard_sklearn.load_model(tmp_path / "model").mean_.tolist() == [2.5, 6.0]


def test_options_that_do_not_exist(tmp_path: Path, regression: LinearRegression) -> None:
    with pytest.raises(InvalidInput, match="serialization format 'joblib'"):
        runyard_sklearn.save_model(regression, tmp_path / "model", serialization_format="joblib")


def test_wrong_input_is_explained(tmp_path: Path, regression: LinearRegression) -> None:
    runyard_sklearn.save_model(regression, tmp_path / "model", input_example=X)
    loaded = pyfunc.load_model(tmp_path / "model")
    np.testing.assert_allclose(loaded.predict(X[["b", "a"]]), regression.predict(X))
    with pytest.raises(InvalidInput, match=r"lacks the columns 'b'"):
        loaded.predict(X[["a"]])
    with pytest.raises(InvalidInput, match=r"'b' is float64; the signature declares long"):
        loaded.predict(X.astype({"b": float}))


def test_skops_files_hold_no_code(tmp_path: Path, regression: LinearRegression) -> None:
    runyard_sklearn.save_model(regression, tmp_path / "model")
    with zipfile.ZipFile(tmp_path / "model" / "model.skops") as archive:
        assert not [name for name in archive.namelist() if not name.endswith((".json", ".npy", ".npz"))]


def test_reachable_as_an_attribute() -> None:
    from runyard.plugins import get_plugins

    assert get_plugins().flavors.get("sklearn").module == "runyard_sklearn"
