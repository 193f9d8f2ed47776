"""What a flavor writes into a model's folder, and what it makes of that again."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from runyard.errors import DataDamaged, InvalidInput
from runyard.models import digests
from runyard.models.flavor import Flavor
from runyard.testing.contract import at_once, refused, values_of
from runyard.testing.flavor.base import FlavorClauses

OURS = ("MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt", "input_example.json", "registered_model_meta")


class FileClauses(FlavorClauses):
    """A flavor by itself."""

    def test_names(self, flavor: Flavor) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", flavor.name), "The name of a flavor is a key of MLmodel: lower case."
        assert re.fullmatch(r"\w+(\.\w+)*", flavor.loader_module), "The loader module is the dotted name of a module."

    def test_accepts_its_models(self, flavor: Flavor, model: Any) -> None:
        assert flavor.accepts(model) is True

    @pytest.mark.parametrize("foreign", [None, 1, "text", object(), {"a": 1}, object], ids=repr)
    def test_accepts_nothing_else(self, flavor: Flavor, foreign: object) -> None:
        assert flavor.accepts(foreign) is False

    def test_saved_model_predicts_the_same(
        self, flavor: Flavor, model: Any, data: Any, expected: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        self.require("predicts")
        saved = self.save(flavor, model, tmp_path / "model", options)
        predictor = flavor.load_predictor(tmp_path / "model", saved)
        self.assert_same(predictor.predict(data), expected, "A saved model predicts as it did before.")
        self.assert_same(predictor.predict(data, None), expected, "A predictor takes `params`, and None for none.")
        assert flavor.accepts(predictor.raw_model), "`raw_model` is the object as the library knows it."

    def test_predictors_answer_several_threads(
        self, flavor: Flavor, model: Any, data: Any, expected: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        self.require("predicts")
        saved = self.save(flavor, model, tmp_path / "model", options)
        predictor = flavor.load_predictor(tmp_path / "model", saved)
        for predicted in values_of(at_once([lambda: predictor.predict(data)] * 4)):
            self.assert_same(predicted, expected, "A server asks a predictor from several threads at once.")

    def test_loading_changes_no_file(self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path) -> None:
        saved = self.save(flavor, model, tmp_path / "model", options)
        before = digests.compute(tmp_path / "model")
        flavor.load(tmp_path / "model", saved, {})
        assert digests.compute(tmp_path / "model") == before, "Loading writes nothing into a model's folder."

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
        assert list((tmp_path / "model").iterdir()) == [], "A save that is refused leaves nothing behind."

    def test_unknown_argument_of_loading_is_refused(
        self, flavor: Flavor, model: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        saved = self.save(flavor, model, tmp_path / "model", options)
        with refused(InvalidInput, "An argument of loading that the flavor does not know"):
            flavor.load(tmp_path / "model", saved, {"no_such_argument": 1})

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
