"""The contract of a model flavor: how the models of one library are saved, loaded and asked for predictions.

Every implementation passes `runyard.testing.FlavorContract`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel


class Predictor(Protocol):
    """What ``runyard.pyfunc`` wraps: anything with a `predict`."""

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return predictions for data that fits the signature."""


class Flavor(ABC):
    """Saves and loads the models of one library.

    Its module is ``runyard_NAME.flavor``; ``runyard_NAME.plugin`` registers it, and ``runyard_NAME`` itself offers the
    functions that users call as ``runyard.NAME.save_model`` and so on (`runyard.models.functions` makes them).

    Attributes:
        name: The flavor's name in ``MLmodel``: ``sklearn``.
        loader_module: The module that ``MLmodel`` names for readers of the python_function flavor: ``mlflow.sklearn``,
            so that the reference system loads what we save.
    """

    name: str
    loader_module: str

    @abstractmethod
    def accepts(self, model: Any) -> bool:
        """Say whether this flavor saves such an object; must not import the library to answer no."""

    @abstractmethod
    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        """Write the model's own files into a folder that exists.

        Args:
            model: The object.
            folder: The model folder; ``MLmodel`` and the environment files are written by the core.
            options: The flavor's own keyword arguments, such as ``serialization_format``.

        Raises:
            InvalidInput: The object or an option is not one that this flavor takes.
        """

    @abstractmethod
    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        """Return the object as the library knows it.

        Raises:
            DataDamaged: A file is missing or cannot be read; the message names it.
        """

    @abstractmethod
    def load_predictor(self, folder: Path, model: MLModel) -> Predictor:
        """Return what answers ``runyard.pyfunc`` predictions."""

    @abstractmethod
    def requirements(self) -> list[str]:
        """Return the distributions that loading always needs, without versions: ``["scikit-learn", "cloudpickle"]``."""


class SavedFlavor:
    """What a flavor wrote, as it goes into ``MLmodel``.

    Args:
        options: The flavor's own section.
        python_function: Additions to the ``python_function`` section (``model_path``, ``predict_fn``, ``data``).
    """

    def __init__(self, options: Mapping[str, Any], python_function: Mapping[str, Any] | None = None) -> None:
        self.options = dict(options)
        self.python_function = dict(python_function or {})
