"""The contract of an autologger: a public on/off pair around the patching that an author writes.

Every implementation passes `runyard.testing.AutologgerContract`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import msgspec


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

    Its module is ``runyard_NAME.autolog``; ``runyard_NAME.plugin`` registers it.

    Attributes:
        name: Its name, also the value of the tag ``mlflow.autologging``.
        options: The options in force.
        active: Whether it is on.
    """

    name: str
    Options: type[AutologOptions] = AutologOptions

    def __init__(self) -> None:
        self.options = self.Options()
        self.active = False

    def instrument(self, options: AutologOptions) -> None:
        """Switch on, or change the options of one that is on; the library is imported already."""
        self.options = options
        if not self.active:
            self._instrument()
            self.active = True

    def uninstrument(self) -> None:
        """Switch off and leave the library as it was."""
        if self.active:
            self._uninstrument()
            self.active = False

    @abstractmethod
    def _instrument(self) -> None:
        """Wrap the library's functions with `runyard.autolog.patching`."""

    @abstractmethod
    def _uninstrument(self) -> None:
        """Take every wrapper off again."""
