"""Files that cannot be read: the error names the file and says what to do."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import textwrap
import types
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

import runyard_sklearn
from runyard import pyfunc
from runyard.errors import DataDamaged, InvalidInput, NotFound, PermissionDenied
from runyard.models import MLModel
from runyard.models.consent import PickleWarning

pytestmark = pytest.mark.usefixtures("runyard_isolated")

X, Y = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]]), np.array([0, 1, 1])

MODULE = """
from sklearn.base import BaseEstimator, TransformerMixin

class Doubling(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X * 2
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module beside the script, importable while the model is made."""
    (tmp_path / "doubling_code.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "doubling_code.py"
    sys.modules.pop("doubling_code", None)


def forget_digests(folder: Path) -> None:
    """Take a model for one of the reference system, which writes none."""
    model = MLModel.load(folder)
    model.digests = None
    model.save(folder / "MLmodel")


@pytest.mark.parametrize(("serialization", "file"), [("skops", "model.skops"), ("pickle", "model.pkl")])
def test_cut_and_changed_files_are_named(tmp_path: Path, serialization: str, file: str) -> None:
    folder = tmp_path / "model"
    model = RandomForestClassifier(3, random_state=0).fit(X, Y)
    runyard_sklearn.save_model(model, folder, serialization_format=serialization)
    forget_digests(folder)
    whole = (folder / file).read_bytes()
    for place in (0, 10, len(whole) // 3, len(whole) // 2, len(whole) - 30):
        (folder / file).write_bytes(whole[:place])
        with pytest.raises(DataDamaged, match=file):
            runyard_sklearn.load_model(folder)
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        (folder / file).write_bytes(changed)
        with suppress(DataDamaged, NotFound, PermissionDenied):  # some changes leave a model, if another one
            runyard_sklearn.load_model(folder)


def test_digests_notice_every_change(tmp_path: Path) -> None:
    runyard_sklearn.save_model(LinearRegression().fit(X, Y), tmp_path / "model")
    file = tmp_path / "model" / "model.skops"
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("more.txt", "nobody reads this")
    with pytest.raises(DataDamaged, match=r"model\.skops"):
        pyfunc.load_model(tmp_path / "model")


@pytest.mark.parametrize("serialization", ["cloudpickle", "pickle"])
def test_code_that_is_not_there(tmp_path: Path, code: Path, serialization: str) -> None:
    model = make_pipeline(imported("doubling_code").Doubling(), LinearRegression()).fit(X, Y)
    with pytest.warns(UserWarning, match="doubling_code"):
        runyard_sklearn.save_model(model, tmp_path / "bare", serialization_format=serialization)
    runyard_sklearn.save_model(model, tmp_path / "whole", serialization_format=serialization, code_paths=[str(code)])
    code.unlink()
    del sys.modules["doubling_code"]
    with pytest.raises(NotFound, match=r"model\.pkl.*'doubling_code'.*code_paths"):
        runyard_sklearn.load_model(tmp_path / "bare")
    np.testing.assert_allclose(runyard_sklearn.load_model(tmp_path / "whole").predict(X), model.predict(X))


def test_code_in_a_skops_file(tmp_path: Path, code: Path) -> None:
    model = make_pipeline(imported("doubling_code").Doubling(), LinearRegression()).fit(X, Y)
    trusted = ["doubling_code.Doubling"]
    with pytest.raises(InvalidInput, match=r"skops_trusted_types=\['doubling_code.Doubling'\]"):
        runyard_sklearn.save_model(model, tmp_path / "model", serialization_format="skops")
    runyard_sklearn.save_model(
        model,
        tmp_path / "model",
        serialization_format="skops",
        skops_trusted_types=trusted,
        code_paths=[str(code)],
    )
    code.unlink()
    del sys.modules["doubling_code"]
    np.testing.assert_allclose(pyfunc.load_model(tmp_path / "model").predict(X), model.predict(X))
    described = MLModel.load(tmp_path / "model")
    described.flavors["sklearn"]["skops_trusted_types"] = None
    described.save(tmp_path / "model" / "MLmodel")
    with pytest.raises(PermissionDenied, match=r"save it again with skops_trusted_types=\['doubling_code.Doubling'\]"):
        runyard_sklearn.load_model(tmp_path / "model")


def test_objects_that_a_release_has_no_longer(tmp_path: Path) -> None:
    runyard_sklearn.save_model(LinearRegression().fit(X, Y), tmp_path / "model", serialization_format="pickle")
    file = tmp_path / "model" / "model.pkl"
    file.write_bytes(file.read_bytes().replace(b"LinearRegression", b"LunarRegressions"))
    model = MLModel.load(tmp_path / "model")
    model.digests = None
    model.flavors["sklearn"]["sklearn_version"] = "0.99"
    model.save(tmp_path / "model" / "MLmodel")
    with pytest.raises(NotFound, match=r"LunarRegressions.*saved with scikit-learn 0\.99"):
        runyard_sklearn.load_model(tmp_path / "model")


class Majority(ClassifierMixin, BaseEstimator):
    """An estimator of another library, which follows scikit-learn's conventions."""

    def fit(self, X: Any, y: Any) -> Majority:  # noqa: N803
        self.classes_, counts = np.unique(y, return_counts=True)
        self.answer_ = self.classes_[counts.argmax()]
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        return np.full(len(X), self.answer_)


class Mean:
    """An estimator that shares nothing with scikit-learn but the names of its methods."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {}

    def fit(self, X: Any, y: Any) -> Mean:  # noqa: N803
        self.answer = float(np.mean(y))
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        return np.full(len(X), self.answer)


@pytest.mark.parametrize("kind", [Majority, Mean])
def test_estimators_of_other_libraries(tmp_path: Path, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    library = types.ModuleType("other_library")
    monkeypatch.setitem(sys.modules, "other_library", library)
    monkeypatch.setattr(kind, "__module__", "other_library")
    monkeypatch.setattr(library, kind.__name__, kind, raising=False)
    model = kind().fit(X, Y)
    runyard_sklearn.save_model(model, tmp_path / "model", input_example=X)
    assert MLModel.load(tmp_path / "model").flavors["sklearn"]["serialization_format"] == "cloudpickle"
    np.testing.assert_allclose(pyfunc.load_model(tmp_path / "model").predict(X), model.predict(X))


@pytest.mark.parametrize("section", [{"pickled_model": "model.pkl", "sklearn_version": "0.20.3"}, None])
def test_layouts_of_old_releases(tmp_path: Path, section: dict[str, Any] | None) -> None:
    model = LinearRegression().fit(X, Y)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    flavors: dict[str, Any] = {"python_function": {"loader_module": "mlflow.sklearn", "data": "model.pkl"}}
    MLModel(flavors=flavors if section is None else {**flavors, "sklearn": section}).save(tmp_path / "MLmodel")
    with pytest.warns(PickleWarning):
        np.testing.assert_allclose(pyfunc.load_model(tmp_path).predict(X), model.predict(X))


def test_loading_takes_no_options(tmp_path: Path) -> None:
    from runyard_sklearn.flavor import SklearnFlavor

    runyard_sklearn.save_model(LinearRegression().fit(X, Y), tmp_path / "model")
    with pytest.raises(InvalidInput, match="no arguments device"):
        SklearnFlavor().load(tmp_path / "model", MLModel.load(tmp_path / "model"), {"device": "cpu"})


def test_saving_imports_no_other_library_for_arrays(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("import sys; sys.exit('torch was imported')")
    program = f"""\
        import runyard_sklearn
        from sklearn.linear_model import LinearRegression

        runyard_sklearn.save_model(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), {str(tmp_path / "model")!r})
        print(runyard_sklearn.load_model({str(tmp_path / "model")!r}).predict([[3.0]]).round(6))
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[3.]\n", done.stderr


def test_who_imports_skops_gets_the_whole_of_it(tmp_path: Path) -> None:
    runyard_sklearn.save_model(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), tmp_path / "model")
    program = """
import sys
import runyard.sklearn
runyard.sklearn.load_model(sys.argv[1])
assert "skops" not in sys.modules
import skops.io
print(skops.io.get_untrusted_types(file=f"{sys.argv[1]}/model.skops"))
runyard.sklearn.load_model(sys.argv[1])
"""
    words = [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / "model")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("imports", ["", "import skops.io"])
def test_estimators_are_not_among_what_a_reader_has_to_trust(tmp_path: Path, imports: str) -> None:
    program = f"""
import sys
{imports}
from sklearn.tree import DecisionTreeClassifier
import runyard.sklearn
model = DecisionTreeClassifier().fit([[1.0], [2.0]], [1, 2])
saved = runyard.sklearn.save_model(model, sys.argv[1])
print(saved.flavors["sklearn"]["skops_trusted_types"])
"""
    words = [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / "model")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "['sklearn.tree._tree.Tree']\n"


def test_mixins_alone_are_no_estimators() -> None:
    from runyard_sklearn.flavor import SklearnFlavor

    assert not SklearnFlavor().accepts(TransformerMixin)


def imported(name: str) -> Any:
    import importlib

    return importlib.import_module(name)
