"""The contract of a model flavor: how the models of one library are saved, loaded and asked for predictions.

Every implementation passes `runyard.testing.FlavorContract`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runyard.models.declared import Declared
    from runyard.models.mlmodel import MLModel

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Predictor(Protocol):
    """What ``runyard.pyfunc`` wraps: anything with a `predict`."""

    @property
    def raw_model(self) -> Any:
        """The object as the library knows it."""

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return predictions for data that fits the signature."""


class ArrayPredictor(Predictor, Protocol):
    """A predictor that can do without DataFrames: whoever asks often, and has numbers, saves the making of them."""

    def for_arrays(self, names: Sequence[str]) -> Callable[[NDArray[Any], Mapping[str, Any] | None], Any] | None:
        """Return a function that predicts as `predict` does, for an array in place of a DataFrame.

        Args:
            names: The columns of the DataFrame that the array stands for. All of them are of the type float64.

        Returns:
            A function of an array of the shape (rows, columns) and of params, whose results are those of `predict`;
            `None` if the model looks at more than the values.
        """


class Flavor(ABC):
    """Saves and loads the models of one library.

    Its module is ``runyard_NAME.flavor``; ``runyard_NAME.plugin`` registers it, and ``runyard_NAME`` itself offers the
    functions that users call as ``runyard.NAME.save_model`` and so on, thin typed fronts of `runyard.models.functions`.

    Attributes:
        name: The flavor's name in ``MLmodel``: ``sklearn``.
        loader_module: The module that ``MLmodel`` names for readers of the python_function flavor: ``mlflow.sklearn``,
            so that the reference system loads what we save.
        survives_fork: Whether copies (`os.fork`) of a process that has loaded a model can predict with it. It is false
            where the library starts threads, or opens a device, while it loads: these are not in the copy.
    """

    name: str
    loader_module: str
    survives_fork: bool = False

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

        A file that runs code while it is loaded goes through `runyard.models.consent.require_consent` first.

        Args:
            folder: The model folder.
            model: Its ``MLmodel`` file.
            options: The flavor's own keyword arguments, such as a device.

        Raises:
            DataDamaged: A file is missing or cannot be read; the message names it.
            PermissionDenied: It is a pickle, and pickles are forbidden.
        """

    @abstractmethod
    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = _NOTHING) -> Predictor:
        """Return what answers ``runyard.pyfunc`` predictions.

        Args:
            folder: The model folder.
            model: Its ``MLmodel`` file.
            config: What the caller says about predictions (``model_config``).

        Raises:
            DataDamaged, PermissionDenied: As `load` does.
        """

    @abstractmethod
    def requirements(self) -> list[str]:
        """Return the distributions that loading always needs, without versions: ``["scikit-learn"]``."""


class SavedFlavor:
    """What a flavor wrote, as it goes into ``MLmodel`` and the environment files.

    Args:
        options: The flavor's own section; `None` for a flavor that has only the python_function section.
        python_function: Additions to the ``python_function`` section (``model_path``, ``predict_fn``, ``data``); `None`
            where the model cannot be used through ``runyard.pyfunc``.
        modules: The full names of the modules that the files refer to; the distributions that bring them become
            requirements. `runyard.models.pickles` finds those of a pickle.
        declared: What the model says of its data by itself, if it does.
    """

    def __init__(
        self,
        options: Mapping[str, Any] | None,
        python_function: Mapping[str, Any] | None = _NOTHING,
        modules: Iterable[str] = (),
        declared: Declared | None = None,
    ) -> None:
        self.options = None if options is None else dict(options)
        self.python_function = None if python_function is None else dict(python_function)
        self.modules = frozenset(modules)
        self.declared = declared
