"""Switching autologgers on and off: all of them, or one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from runyard.autologging.importing import when_imported
from runyard.plugins import get_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from runyard.autologging.autologger import Autologger, AutologOptions
    from runyard.plugins.descriptors import AutologgerPlugin

__all__ = ["autolog", "forget", "switch"]

_lock = threading.RLock()
_switches: dict[str, _Switch] = {}


def autolog(
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    log_traces: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    extra_tags: Mapping[str, str] | None = None,
    exclude_flavors: Iterable[str] | None = None,
) -> None:
    """Log what every supported library does while it trains, whether it is imported already or later.

    A library is observed from when it is imported; none is imported here. What was said about one library with its own
    function, such as `runyard.sklearn.autolog`, stays in force.

    Args:
        log_input_examples: Log the first rows of the training data with each model.
        log_model_signatures: Infer and log the signature of each model.
        log_models: Log the trained models.
        log_datasets: Log the data sets of the training as inputs of the run.
        log_traces: Taken for compatibility; nothing is traced.
        disable: Switch all of them off.
        exclusive: Log into runs of their own only, never into one that is active.
        disable_for_unsupported_versions: Leave those off whose library has a version that was not tested.
        silent: No messages and warnings.
        extra_tags: Tags for the runs that they make.
        exclude_flavors: The names of those that are left alone, such as ``sklearn``.
    """
    del log_traces
    options: dict[str, Any] = {
        "log_input_examples": log_input_examples,
        "log_model_signatures": log_model_signatures,
        "log_models": log_models,
        "log_datasets": log_datasets,
        "disable": disable,
        "exclusive": exclusive,
        "disable_for_unsupported_versions": disable_for_unsupported_versions,
        "silent": silent,
        "extra_tags": dict(extra_tags) if extra_tags else None,
    }
    left_alone = set(exclude_flavors or ())
    for name in get_plugins().autologgers.keys:
        if name not in left_alone:
            with _lock:
                known = _switches.get(name)
                if known is None or not known.own:
                    _set(name, options, own=False)


def switch(name: str, options: Mapping[str, Any]) -> None:
    """Switch one autologger on, with options of its own, which `autolog` does not change afterwards.

    Args:
        name: Its name.
        options: Options by name; ``disable`` switches it off.

    Raises:
        PluginMissing, PluginFailed, PluginConflict: Nobody answers for the name, or more than one.
    """
    _set(name, options, own=True)


def forget() -> None:
    """Switch everything off and forget what was said; for tests."""
    with _lock:
        for one in _switches.values():
            one.off()
        _switches.clear()


def _set(name: str, options: Mapping[str, Any], *, own: bool) -> None:
    with _lock:
        descriptor = get_plugins().autologgers.get(name)
        known = _switches.get(name)
        if known is None:
            known = _switches[name] = _Switch(descriptor)
        known.set(options, own=own)


class _Switch:
    """What is wanted of one autologger, which is loaded when its library is there."""

    def __init__(self, descriptor: AutologgerPlugin) -> None:
        self._descriptor = descriptor
        self._options: Mapping[str, Any] = {}
        self._autologger: Autologger | None = None
        self._waits = False  # for the library
        self._came = False
        self.own = False

    def set(self, options: Mapping[str, Any], *, own: bool) -> None:
        """Take note of what is wanted, and do it as soon as the library is imported."""
        self._options, self.own = options, own
        if self._autologger is not None:
            self._turn()
        elif not options.get("disable"):
            if self._came:
                self._turn()
            elif not self._waits:
                self._waits = True
                for module in self._descriptor.modules:
                    when_imported(module, self._arrived)

    def off(self) -> None:
        """Switch off, also what has not come yet."""
        self._options = {"disable": True}
        if self._autologger is not None:
            self._autologger.uninstrument()

    def _arrived(self, _: ModuleType) -> None:
        with _lock:
            self._came = True
            if self._autologger is None and not self._options.get("disable"):
                self._turn()

    def _turn(self) -> None:
        """Do what is wanted."""
        try:
            autologger = self._autologger or self._load()
            known = autologger.Options.__struct_fields__
            options = autologger.Options(**{key: value for key, value in self._options.items() if key in known})
            self._autologger = autologger
            if not options.disable and not self._fits(options):
                autologger.uninstrument()
            else:
                autologger.instrument(options)
        except Exception as error:
            self._warn(f"it stays off: {type(error).__name__}: {error}")

    def _load(self) -> Autologger:
        autologger: Autologger = get_plugins().autologgers.load(self._descriptor.name)()
        return autologger

    def _fits(self, options: AutologOptions) -> bool:
        """Say whether the library's version is one that the autologger may be switched on for."""
        fault = version_fault(self._descriptor.instruments)
        if not fault:
            return True
        if not options.silent:
            consequence = "It stays off" if options.disable_for_unsupported_versions else "It may log wrongly"
            self._warn(f"{fault}. {consequence}.")
        return not options.disable_for_unsupported_versions

    def _warn(self, message: str) -> None:
        import logging

        logging.getLogger("runyard.autologging").warning("Autologging of %s: %s", self._descriptor.name, message)


def version_fault(requirement: str) -> str:
    """Say how the installed library differs from what an autologger was tested with; the empty text if it does not.

    Args:
        requirement: Such as ``scikit-learn>=1.4``.
    """
    if not requirement:
        return ""
    from importlib import metadata

    from packaging.requirements import Requirement

    wanted = Requirement(requirement)
    try:
        version = metadata.version(wanted.name)
    except metadata.PackageNotFoundError:
        return ""  # imported from somewhere else, a clone for instance
    if wanted.specifier.contains(version, prereleases=True):
        return ""
    return f"it was tested with {requirement}, and {wanted.name} {version} is installed"
