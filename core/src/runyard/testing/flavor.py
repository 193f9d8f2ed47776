"""The contract suite of a model flavor."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runyard.errors import DataDamaged, InvalidInput
from runyard.models.flavor import Flavor
from runyard.models.mlmodel import PYTHON_FUNCTION, MLModel
from runyard.testing.contract import Contract, refused

OURS = ("MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt", "input_example.json", "registered_model_meta")


class FlavorContract(Contract):
    """What every model flavor does.

    A suite defines the fixtures `flavor`, `model`, `data` and `expected`, and names the library that it wraps:

        class TestMyFlavor(FlavorContract):
            library = "mylib"

            @pytest.fixture
            def flavor(self):
                return MyFlavor()

            @pytest.fixture
            def model(self): ...  # a trained model

            @pytest.fixture
            def data(self): ...  # what it predicts for

            @pytest.fixture
            def expected(self, model, data):
                return model.predict(data)
    """

    library: str
    """The import name of the wrapped library."""

    predicts: bool = True
    """The model can be used through ``runyard.pyfunc``."""
    keeps_class: bool = True
    """What is loaded is of the class that was saved, not of one that the library makes for what it loads."""
    damage_is_noticed: bool = True
    """Loading notices when the files of a model hold something else."""

    @pytest.fixture
    def flavor(self) -> Flavor:
        """Return the flavor; to be defined by its suite."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `flavor`")

    @pytest.fixture
    def model(self) -> Any:
        """Return a model that the flavor saves; to be defined by its suite."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `model`")

    @pytest.fixture
    def data(self) -> Any:
        """Return what the model predicts for; to be defined by its suite."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `data`")

    @pytest.fixture
    def expected(self) -> Any:
        """Return the predictions of the model itself; to be defined by its suite."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `expected`")

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """Return the options to save with; none unless the suite defines others."""
        return {}

    def assert_same(self, actual: Any, expected: Any, clause: str) -> None:
        """Fail unless predictions are the same; a suite whose predictions are no arrays or plain data overrides it."""
        if hasattr(expected, "shape"):
            import numpy as np

            np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-6, err_msg=clause)
        else:
            assert actual == expected, clause

    def save(self, flavor: Flavor, model: Any, folder: Path, options: dict[str, Any]) -> MLModel:
        """Save a model as the core does, and return what its ``MLmodel`` says."""
        folder.mkdir(parents=True)
        saved = flavor.save(model, folder, options)
        sections: dict[str, dict[str, Any]] = {}
        if saved.options is not None:
            sections[flavor.name] = saved.options
        if saved.python_function is not None:
            sections[PYTHON_FUNCTION] = {"loader_module": flavor.loader_module, **saved.python_function}
        return MLModel.new(flavors=sections)

    def test_names(self, flavor: Flavor) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", flavor.name), "The name of a flavor is a key of MLmodel: lower case."
        assert re.fullmatch(r"\w+(\.\w+)*", flavor.loader_module), "The loader module is the dotted name of a module."

    def test_accepts_its_models(self, flavor: Flavor, model: Any) -> None:
        assert flavor.accepts(model) is True

    @pytest.mark.parametrize("foreign", [None, 1, "text", object(), {"a": 1}, object], ids=repr)
    def test_accepts_nothing_else(self, flavor: Flavor, foreign: object) -> None:
        assert flavor.accepts(foreign) is False

    def test_library_is_not_imported_to_answer_no(self, flavor: Flavor) -> None:
        kind = type(flavor)
        program = (
            f"import sys; from {kind.__module__} import {kind.__qualname__} as flavor\n"
            f"assert flavor().accepts(object()) is False\n"
            f"sys.exit({self.library!r} in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"`accepts` imported {self.library} to answer no. {done.stderr}"

    def test_saved_model_predicts_the_same(
        self, flavor: Flavor, model: Any, data: Any, expected: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        self.require("predicts")
        saved = self.save(flavor, model, tmp_path / "model", options)
        predictor = flavor.load_predictor(tmp_path / "model", saved)
        self.assert_same(predictor.predict(data), expected, "A saved model predicts as it did before.")
        self.assert_same(predictor.predict(data, None), expected, "A predictor takes `params`, and None for none.")

    def test_saved_model_comes_back_as_the_library_knows_it(
        self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        saved = self.save(flavor, model, tmp_path / "model", options)
        loaded = flavor.load(tmp_path / "model", saved, {})
        if self.keeps_class:
            assert type(loaded) is type(model), "load returns the object, not a wrapper."
        assert flavor.accepts(loaded), "What was loaded can be saved again."

    def test_model_folder_can_be_moved(
        self, flavor: Flavor, model: Any, data: Any, expected: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        self.require("predicts")
        saved = self.save(flavor, model, tmp_path / "here", options)
        shutil.move(tmp_path / "here", tmp_path / "moved with blank")
        predictor = flavor.load_predictor(tmp_path / "moved with blank", saved)
        self.assert_same(predictor.predict(data), expected, "A model loads from wherever its folder is.")

    def test_two_models_do_not_mix(
        self, flavor: Flavor, model: Any, data: Any, expected: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        self.require("predicts")
        first = self.save(flavor, model, tmp_path / "first", options)
        self.save(flavor, model, tmp_path / "second", options)
        shutil.rmtree(tmp_path / "second")
        predictor = flavor.load_predictor(tmp_path / "first", first)
        self.assert_same(predictor.predict(data), expected, "Each model has files of its own.")

    def test_what_is_said_of_a_model_survives_the_file(
        self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        import yaml

        saved = self.save(flavor, model, tmp_path / "model", options)
        assert yaml.safe_load(yaml.safe_dump(saved.flavors)) == saved.flavors, "A flavor's section is plain data."

    def test_core_writes_its_own_files(
        self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        self.save(flavor, model, tmp_path / "model", options)
        written = {path.relative_to(tmp_path / "model").as_posix() for path in (tmp_path / "model").rglob("*")}
        assert written, "A flavor writes the model's files into the folder."
        assert not written & set(OURS), "MLmodel and the environment files are written by the core."

    def test_foreign_object_is_refused(self, flavor: Flavor, tmp_path: Path) -> None:
        with refused(InvalidInput, "An object that the flavor does not take"):
            self.save(flavor, object(), tmp_path / "model", {})
        assert list((tmp_path / "model").iterdir()) == [], "A save that is refused leaves nothing behind."

    def test_unknown_option_is_refused(
        self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        with refused(InvalidInput, "An option that the flavor does not know"):
            self.save(flavor, model, tmp_path / "model", options | {"no_such_option": 1})

    def test_missing_file_is_named(self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path) -> None:
        saved = self.save(flavor, model, tmp_path / "model", options)
        names = [path.name for path in (tmp_path / "model").iterdir()]
        shutil.rmtree(tmp_path / "model")
        (tmp_path / "model").mkdir()
        with pytest.raises(DataDamaged) as caught:
            flavor.load(tmp_path / "model", saved, {})
        assert any(name in str(caught.value) for name in names), "The message names the file that is missing."

    def test_damaged_file_is_named(self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path) -> None:
        self.require("damage_is_noticed")
        saved = self.save(flavor, model, tmp_path / "model", options)
        files = [path for path in (tmp_path / "model").rglob("*") if path.is_file()]
        for path in files:
            path.write_bytes(b"\x00 not a model \xff")
        with pytest.raises(DataDamaged) as caught:
            flavor.load(tmp_path / "model", saved, {})
        assert any(path.name in str(caught.value) for path in files), "The message names the file that is damaged."

    def test_requirements(self, flavor: Flavor) -> None:
        import importlib.metadata

        requirements = flavor.requirements()
        assert requirements, "Loading needs at least the library."
        for requirement in requirements:
            assert re.fullmatch(r"[A-Za-z0-9][\w.-]*", requirement), (
                f"{requirement!r} is more than a distribution's name."
            )
            importlib.metadata.version(requirement)
