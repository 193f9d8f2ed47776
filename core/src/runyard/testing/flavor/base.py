"""The fixtures and the helpers of the flavor's suite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runyard.models.flavor import Flavor
from runyard.models.mlmodel import PYTHON_FUNCTION, MLModel
from runyard.testing.contract import Contract


class FlavorClauses(Contract):
    """What the groups of clauses share."""

    library: str
    """The import name of the wrapped library."""

    predicts: bool = True
    """The model can be used through ``runyard.pyfunc``."""
    keeps_class: bool = True
    """What is loaded is of the class that was saved, not of one that the library makes for what it loads."""
    infers_signature: bool = True
    """`data` can be an input example, and the model predicts for what its signature makes of it."""
    damage_is_noticed: bool = True
    """Loading notices when the files of a model hold something else."""
    data_only: bool = True
    """Loading runs no code that comes with the model: its files are no pickles."""

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
