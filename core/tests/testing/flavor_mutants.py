"""A flavor that keeps the contract, and others that break one clause each; `test_flavor_contract.py` runs their suites.

The flavor saves tables, which answer a key with a value, of a library called ``lookup``.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from runyard.errors import DataDamaged, InvalidInput
from runyard.models.consent import require_consent
from runyard.models.flavor import Flavor, Predictor, SavedFlavor
from runyard.models.mlmodel import MLModel
from runyard.testing import FlavorContract


class Table:
    """The model of the library."""

    def __init__(self, answers: dict[str, float]) -> None:
        self.answers = answers

    @property
    def raw_model(self) -> Table:
        return self

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> list[float]:
        keys = data.iloc[:, 0].tolist() if hasattr(data, "iloc") else data
        return [self.answers[key] for key in keys]


class LookupFlavor(Flavor):
    name = "lookup"
    loader_module = "runyard_lookup"

    def accepts(self, model: Any) -> bool:
        return isinstance(model, Table)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        if not self.accepts(model):
            raise InvalidInput(f"The flavor lookup saves tables, not {type(model).__name__}.")
        if options:
            raise InvalidInput(f"The flavor lookup has no options {', '.join(options)}.")
        self.write(model, folder)
        return SavedFlavor({"table": "table.json"}, {"model_path": "table.json"})

    def write(self, model: Table, folder: Path) -> None:
        (folder / "table.json").write_text(json.dumps(model.answers))

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        if options:
            raise InvalidInput(f"Loading a table takes no arguments {', '.join(options)}.")
        path = folder / model.flavors["lookup"]["table"]
        try:
            return self.read(path, model)
        except (OSError, ValueError, pickle.UnpicklingError) as error:
            raise DataDamaged(f"{path} cannot be read: {error}.") from error

    def read(self, path: Path, model: MLModel) -> Table:
        return Table(json.loads(path.read_bytes()))

    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = {}) -> Predictor:
        predictor: Predictor = self.load(folder, model, {})
        return predictor

    def requirements(self) -> list[str]:
        return ["msgspec"]


class LookupContract(FlavorContract):
    library = "lookup"

    @pytest.fixture
    def flavor(self) -> Flavor:
        return LookupFlavor()

    @pytest.fixture
    def model(self) -> Table:
        return Table({"a": 1.0, "b": 2.0})

    @pytest.fixture
    def data(self) -> list[str]:
        return ["b", "a", "b"]

    @pytest.fixture
    def expected(self) -> list[float]:
        return [2.0, 1.0, 2.0]


class PickledFlavor(LookupFlavor):
    """Writes pickles, and asks before it reads them."""

    def write(self, model: Table, folder: Path) -> None:
        (folder / "table.json").write_bytes(pickle.dumps(model))

    def read(self, path: Path, model: MLModel) -> Table:
        require_consent(model, path)
        table: Table = pickle.loads(path.read_bytes())
        return table


class TestWhole(LookupContract):
    pass


class TestPickled(LookupContract):
    data_only = False

    @pytest.fixture
    def flavor(self) -> Flavor:
        return PickledFlavor()


MUTANTS: dict[str, str] = {}
"""The clause that catches a mutant, by the name of the mutant's suite."""


def breaks(clause: str, **said: bool) -> Callable[[type[Flavor]], type[Flavor]]:
    """Make a suite for a mutant, and note the clause that has to fail; `said` is what the suite says of the flavor."""

    def register(mutant: type[Flavor]) -> type[Flavor]:
        name = f"Test{mutant.__name__}"
        suite = {"flavor": pytest.fixture(lambda self: mutant()), "__module__": __name__, **said}
        globals()[name] = type(name, (LookupContract,), suite)
        assert hasattr(FlavorContract, clause), clause
        MUTANTS[name] = clause
        return mutant

    return register


@breaks("test_names")
class HasNoName(LookupFlavor):
    name = "Look Up"


@breaks("test_accepts_its_models")
class AcceptsNothing(LookupFlavor):
    def accepts(self, model: Any) -> bool:
        return False


@breaks("test_accepts_nothing_else")
class AcceptsAnything(LookupFlavor):
    def accepts(self, model: Any) -> bool:
        return True


@breaks("test_library_is_not_imported_to_answer_no")
class ImportsItsLibrary(LookupFlavor):
    def accepts(self, model: Any) -> bool:
        sys.modules["lookup"] = ModuleType("lookup")
        return isinstance(model, Table)


@breaks("test_saved_model_predicts_the_same")
class RoundsValues(LookupFlavor):
    def write(self, model: Table, folder: Path) -> None:
        super().write(Table({key: value // 2 for key, value in model.answers.items()}), folder)


@breaks("test_saved_model_comes_back_as_the_library_knows_it")
class GivesAnotherClass(LookupFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        class Wrapper(Table):
            pass

        return Wrapper(super().read(path, model).answers)


@breaks("test_predictors_answer_several_threads")
class AnswersOneThreadAtATime(LookupFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        import threading

        class Impatient(Table):
            lock = threading.Lock()

            def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> list[float]:
                if not self.lock.acquire(blocking=False):
                    raise RuntimeError("somebody else is asking")
                try:
                    threading.Event().wait(0.05)
                    return super().predict(data, params)
                finally:
                    self.lock.release()

        return Impatient(super().read(path, model).answers)


@breaks("test_loading_changes_no_file")
class LeavesTraces(LookupFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        path.with_name("last_loaded.txt").write_text("now")
        return super().read(path, model)


@breaks("test_model_folder_can_be_moved")
class RemembersTheFolder(LookupFlavor):
    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        super().save(model, folder, options)
        return SavedFlavor({"table": str(folder / "table.json")}, {})


@breaks("test_two_models_do_not_mix")
class SharesAFile(LookupFlavor):
    def write(self, model: Table, folder: Path) -> None:
        super().write(model, folder.parent)
        (folder / "table.json").symlink_to(folder.parent / "table.json")
        if folder.name == "second":
            (folder.parent / "table.json").write_text('{"a": 3.0, "b": 4.0}')


@breaks("test_what_is_said_of_a_model_survives_the_file")
class SaysObjects(LookupFlavor):
    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        super().save(model, folder, options)
        return SavedFlavor({"table": "table.json", "keys": tuple(model.answers)}, {})


@breaks("test_core_writes_its_own_files")
class WritesRequirements(LookupFlavor):
    def write(self, model: Table, folder: Path) -> None:
        super().write(model, folder)
        (folder / "requirements.txt").write_text("lookup")


@breaks("test_foreign_object_is_refused")
class SavesAnything(LookupFlavor):
    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        (folder / "table.json").write_text(json.dumps(getattr(model, "answers", {})))
        return SavedFlavor({"table": "table.json"}, {})


@breaks("test_unknown_option_is_refused")
class TakesEveryOption(LookupFlavor):
    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        return super().save(model, folder, {})


@breaks("test_nothing_is_half_written")
class RefusesTooLate(LookupFlavor):
    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        self.write(model, folder.parent)
        return super().save(model, folder, options)


@breaks("test_unknown_argument_of_loading_is_refused")
class TakesEveryArgument(LookupFlavor):
    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        return super().load(folder, model, {})


@breaks("test_missing_file_is_named")
class LoadsAnEmptyTable(LookupFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        return super().read(path, model) if path.exists() else Table({})


@breaks("test_damaged_file_is_named")
class LetsFaultsThrough(LookupFlavor):
    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        return self.read(folder / "table.json", model)


@breaks("test_requirements")
class PinsItself(LookupFlavor):
    def requirements(self) -> list[str]:
        return ["msgspec>=0.18"]


@breaks("test_a_fresh_process_predicts_the_same")
class LivesInItsProcess(LookupFlavor):
    known: dict[str, Table] = {}

    def write(self, model: Table, folder: Path) -> None:
        super().write(model, folder)
        self.known["last"] = model

    def read(self, path: Path, model: MLModel) -> Table:
        return self.known["last"]


@breaks("test_a_fresh_process_predicts_the_same")
class PicklesInSecret(PickledFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        table: Table = pickle.loads(path.read_bytes())
        return table


@breaks("test_pickles_need_consent", data_only=False)
class AsksNobody(PicklesInSecret):
    pass


@breaks("test_sections_of_a_saved_model")
class CannotBeAsked(LookupFlavor):
    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        super().save(model, folder, options)
        return SavedFlavor({"table": "table.json"}, None)


@breaks("test_requirements_are_pinned")
class ForgetsItsLibrary(LookupFlavor):
    def requirements(self) -> list[str]:
        return ["msgspec", "a-library-that-nobody-has"]


@breaks("test_pyfunc_predicts_what_the_model_predicts")
class PredictsOnce(LookupFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        class Weary(Table):
            def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> list[float]:
                predicted = super().predict(data, params)
                self.answers = dict.fromkeys(self.answers, 0.0)
                return predicted

        return Weary(super().read(path, model).answers)


@breaks("test_signature_is_inferred_and_enforced")
class TakesListsOnly(LookupFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        class Strict(Table):
            def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> list[float]:
                return [self.answers[key] for key in data]

        return Strict(super().read(path, model).answers)


@breaks("test_every_file_of_the_model_is_guarded")
class CannotLoadTwice(LookupFlavor):
    loaded: set[str] = set()

    def read(self, path: Path, model: MLModel) -> Table:
        if str(path) in self.loaded:
            raise DataDamaged(f"{path} was read before.")
        self.loaded.add(str(path))
        return super().read(path, model)


@breaks("test_models_load_from_wherever_they_were_logged")
class LoadsOnlyWhatWasSaved(LookupFlavor):
    def read(self, path: Path, model: MLModel) -> Table:
        if model.model_id is not None:
            raise ValueError("that is a logged model")
        return super().read(path, model)


@breaks("test_other_flavors_models_are_refused")
class ClaimsEverything(LookupFlavor):
    name = "somebody_elses"

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        return Table({})
