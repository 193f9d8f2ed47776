"""What the core makes of a flavor: saved, logged and registered models that are loaded again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from runyard import pyfunc
from runyard.errors import DataDamaged, InvalidInput, NotFound, PermissionDenied
from runyard.models import functions
from runyard.models.consent import PickleWarning
from runyard.models.flavor import Flavor
from runyard.models.mlmodel import MLMODEL, PYTHON_FUNCTION, MLModel
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import FlavorPlugin
from runyard.testing.contract import refused
from runyard.testing.flavor.base import FlavorClauses
from runyard.testing.isolation import isolated, plugins_in_place

_CONSENT = "RUNYARD_ALLOW_PICKLE_DESERIALIZATION"


class SavedModelClauses(FlavorClauses):
    """A flavor in use. Nothing is installed for it: it is put in place, beside the memory backends."""

    @pytest.fixture
    def in_place(self, flavor: Flavor, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Let the core find the flavor, by its name and by its loader module, and log into memory."""
        with isolated(), plugins_in_place("runyard.testing.memory.plugin") as plugins:
            others = [] if flavor.name in plugins.flavors else [_plugin(flavor)]
            with plugins_in_place("runyard.testing.memory.plugin", *others):
                monkeypatch.setenv("RUNYARD_TRACKING_URI", "memory://contract")
                yield

    @pytest.fixture
    def details(self, data: Any) -> dict[str, Any]:
        """Return what is said of a model when it is saved: the example, if it can be one."""
        return {"input_example": data} if self.infers_signature else {}

    @pytest.fixture
    def folder(
        self,
        in_place: None,
        flavor: Flavor,
        model: Any,
        details: dict[str, Any],
        options: dict[str, Any],
        tmp_path: Path,
    ) -> Path:
        """Return the folder of a saved model."""
        functions.save_model(flavor, model, tmp_path / "saved", **details, **options)
        return tmp_path / "saved"

    def test_sections_of_a_saved_model(self, flavor: Flavor, folder: Path) -> None:
        described = MLModel.load(folder)
        if flavor.name != PYTHON_FUNCTION:
            assert flavor.name in described.flavors, "A model names its flavor."
        assert (PYTHON_FUNCTION in described.flavors) == self.predicts, "A model that predicts says how it is loaded."
        if self.predicts:
            loader = described.flavors[PYTHON_FUNCTION]["loader_module"]
            assert loader == flavor.loader_module, "A model names the loader module of its flavor."

    def test_requirements_are_pinned(self, flavor: Flavor, folder: Path) -> None:
        lines = (folder / "requirements.txt").read_text("utf-8").splitlines()
        pinned = {_normal(line.partition("==")[0]) for line in lines if "==" in line}
        missing = [name for name in flavor.requirements() if _normal(name) not in pinned]
        assert not missing, f"The requirements of a model pin {', '.join(missing)}, which loading always needs."

    def test_pyfunc_predicts_what_the_model_predicts(self, folder: Path, data: Any, expected: Any) -> None:
        self.require("predicts")
        loaded = pyfunc.load_model(folder)
        self.assert_same(loaded.predict(data), expected, "runyard.pyfunc predicts what the model itself does.")
        self.assert_same(loaded.predict(data), expected, "Predicting changes nothing about the model.")

    def test_signature_is_inferred_and_enforced(self, folder: Path, data: Any, expected: Any) -> None:
        self.require("predicts")
        self.require("infers_signature")
        loaded = pyfunc.load_model(folder)
        signature = loaded.metadata.signature
        assert signature is not None, "The signature follows from the input example."
        assert signature.inputs is not None
        assert signature.outputs is not None, "The model predicts its input example when it is saved."
        with refused(InvalidInput, "Data that does not fit the signature"):
            loaded.predict(object())
        self.assert_same(loaded.predict(loaded.input_example), expected, "The stored example is what was given.")

    def test_every_file_of_the_model_is_guarded(self, flavor: Flavor, folder: Path) -> None:
        digests = MLModel.load(folder).digests
        assert digests, "A model has files of its own."
        functions.load_model(flavor, folder)
        for path in digests:
            whole = (folder / path).read_bytes()
            (folder / path).write_bytes(whole + b" ")
            with refused(DataDamaged, f"A change of {path}"):
                functions.load_model(flavor, folder)
            (folder / path).unlink()
            with pytest.raises(DataDamaged, match=re.escape(path)):
                functions.load_model(flavor, folder)
            (folder / path).write_bytes(whole)
        functions.load_model(flavor, folder)

    def test_models_load_from_wherever_they_were_logged(
        self,
        in_place: None,
        flavor: Flavor,
        model: Any,
        data: Any,
        expected: Any,
        options: dict[str, Any],
        details: Any,
    ) -> None:
        import runyard

        with runyard.start_run() as run:
            logged = functions.log_model(
                flavor, model, name="logged", registered_model_name="contract", **details, **options
            )
        runyard.MlflowClient().set_registered_model_alias("contract", "best", "1")
        addresses = (
            logged.model_uri,
            f"runs:/{run.info.run_id}/logged",
            "models:/contract/1",
            "models:/contract@best",
        )
        for uri in addresses:
            assert flavor.accepts(functions.load_model(flavor, uri)), uri
            if self.predicts:
                self.assert_same(pyfunc.load_model(uri).predict(data), expected, f"The model is what was logged: {uri}")

    def test_other_flavors_models_are_refused(self, in_place: None, flavor: Flavor, tmp_path: Path) -> None:
        (tmp_path / "foreign").mkdir()
        MLModel.new(flavors={"somebody_elses": {}}).save(tmp_path / "foreign" / MLMODEL)
        with refused(NotFound, "A model that was saved with another flavor"):
            functions.load_model(flavor, tmp_path / "foreign")

    def test_nothing_is_half_written(
        self, in_place: None, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        for refusal, arguments in {
            "An option that the flavor does not know": {**options, "no_such_option": 1},
            "A requirement that is none": {**options, "pip_requirements": ["not a requirement!"]},
        }.items():
            with refused(InvalidInput, refusal):
                functions.save_model(flavor, model, tmp_path / "place" / "model", **arguments)
            left = [path.name for path in (tmp_path / "place").iterdir()]
            assert left == [], f"A save that fails leaves nothing behind: {refusal}."

    def test_pickles_need_consent(self, flavor: Flavor, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        elsewhere = folder.rename(folder.with_name("from elsewhere"))
        if self.data_only:
            monkeypatch.setenv(_CONSENT, "false")
            functions.load_model(flavor, elsewhere)
            return
        with pytest.warns(PickleWarning):
            functions.load_model(flavor, elsewhere)
        monkeypatch.setenv(_CONSENT, "true")
        functions.load_model(flavor, elsewhere)
        monkeypatch.setenv(_CONSENT, "false")
        with refused(PermissionDenied, f"A pickle, where {_CONSENT} is false"):
            functions.load_model(flavor, elsewhere)


def _plugin(flavor: Flavor) -> ModuleType:
    """Return a module that registers a flavor as the plugin of an installed distribution does."""
    kind = type(flavor)
    descriptor = FlavorPlugin(
        name=flavor.name,
        factory=f"{kind.__module__}:{kind.__qualname__}",
        loaders=(flavor.loader_module,),
        summary="The flavor that is tested.",
    )

    def runyard_flavors() -> Iterator[FlavorPlugin]:
        yield descriptor

    module = ModuleType("runyard_flavor_in_test.plugin")
    module.runyard_flavors = hookimpl(runyard_flavors)  # type: ignore[attr-defined]
    return module


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
