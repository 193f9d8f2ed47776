"""The contract of an autologger: a public on/off pair around the patching that an author writes.

Every implementation passes `runyard.testing.AutologgerContract`.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import ModuleType

import msgspec

from runyard.autologging.importing import when_imported
from runyard.autologging.patching import Patches


class AutologOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options that all autologgers share; a library with more of them subclasses this.

    Attributes:
        log_models: Log the trained model.
        log_datasets: Log the data sets of the training as inputs of the run.
        log_input_examples: Log the first rows of the training data with the model.
        log_model_signatures: Infer and log the signature of the model.
        disable: Switch off.
        exclusive: Log into runs of its own only, never into one that the user has opened.
        silent: No messages and warnings.
        disable_for_unsupported_versions: Stay off where the library's version is not a tested one.
        registered_model_name: Register each logged model under this name.
        extra_tags: Tags for the runs that it creates.
    """

    log_models: bool = True
    log_datasets: bool = True
    log_input_examples: bool = False
    log_model_signatures: bool = True
    disable: bool = False
    exclusive: bool = False
    silent: bool = False
    disable_for_unsupported_versions: bool = False
    registered_model_name: str | None = None
    extra_tags: dict[str, str] | None = None


class Autologger(ABC):
    """Logs what a library does while it trains.

    Its module is ``runyard_NAME.autologger``, which does not import the library before it is switched on;
    ``runyard_NAME.plugin`` registers it:

        @hookimpl
        def runyard_autologgers():
            yield AutologgerPlugin(
                name="NAME", factory="runyard_NAME.autologger:NameAutologger", modules=("NAME",), instruments="NAME>=1"
            )

    Two methods are to be written: `_instrument` patches the library, and leaves it to `_uninstrument` to take off what
    is not in `patches`:

        def _instrument(self) -> None:
            import NAME

            self.patches.wrap(NAME.Model, "fit", lambda fit: observe_training(self, fit, self._fit))

        def _fit(self, session: Session, call: Call) -> Observation:
            session.record(params={"epochs": call.kwargs.get("epochs", 1)})
            model = yield
            session.record(metrics={"loss": model.loss})

    Attributes:
        name: Its name, also the value of the tag ``mlflow.autologging``.
        libraries: The top-level packages whose own calls are not observed: a `fit` that the library calls itself is
            part of a training that the user began.
        options: The options in force.
        active: Whether it is on.
        patches: What it has replaced in the library.
    """

    name: str
    libraries: tuple[str, ...] = ()
    Options: type[AutologOptions] = AutologOptions

    def __init__(self) -> None:
        self.options = self.Options()
        self.active = False
        self.patches = Patches()
        self._lock = threading.RLock()

    def instrument(self, options: AutologOptions) -> None:
        """Switch on, or change the options of one that is on; the library is imported already.

        With the option `disable` it is switched off.
        """
        with self._lock:
            self.options = options
            if options.disable:
                self.uninstrument()
            elif not self.active:
                self.active = True
                try:
                    self._instrument()
                except BaseException:
                    self.uninstrument()
                    raise

    def uninstrument(self) -> None:
        """Switch off and leave the library as it was."""
        with self._lock:
            if self.active:
                self.active = False
                self._uninstrument()
                self.patches.restore()

    def when_imported(self, module: str, patch: Callable[[ModuleType], None]) -> None:
        """Call a function of the autologger with a further module of the library, now or when it is imported.

        Nothing is called while the autologger is off.
        """

        def arrived(arrival: ModuleType) -> None:
            with self._lock:
                if self.active:
                    patch(arrival)

        when_imported(module, arrived)

    @abstractmethod
    def _instrument(self) -> None:
        """Replace what is to be observed, through `patches`."""

    def _uninstrument(self) -> None:
        """Undo what `_instrument` did beside `patches`; nothing by default."""
