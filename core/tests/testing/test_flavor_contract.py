"""The flavor contract, kept by a flavor of tables that answer a key with a value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from runyard.errors import DataDamaged, InvalidInput
from runyard.models.flavor import Flavor, Predictor, SavedFlavor
from runyard.models.mlmodel import MLModel
from runyard.testing import FlavorContract


class Table:
    """The model of a library called ``lookup``."""

    def __init__(self, answers: dict[str, float]) -> None:
        self.answers = answers

    def predict(self, data: list[str], params: Mapping[str, Any] | None = None) -> list[float]:
        return [self.answers[key] for key in data]


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
        (folder / "table.json").write_text(json.dumps(model.answers))
        return SavedFlavor({"table": "table.json"}, {"model_path": "table.json"})

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        path = folder / model.flavors[self.name]["table"]
        try:
            return Table(json.loads(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise DataDamaged(f"{path} cannot be read: {error}.") from error

    def load_predictor(self, folder: Path, model: MLModel) -> Predictor:
        predictor: Predictor = self.load(folder, model, {})
        return predictor

    def requirements(self) -> list[str]:
        return ["msgspec"]


class TestLookupFlavor(FlavorContract):
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

    @pytest.mark.skip(reason="this flavor is in no module that a fresh process could import")
    def test_library_is_not_imported_to_answer_no(self) -> None: ...
