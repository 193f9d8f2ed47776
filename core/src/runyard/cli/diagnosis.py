"""What `runyard doctor` finds out: versions, plugins, stores, settings, and what is wrong with them."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

import runyard
from runyard import config
from runyard.cli.errors import explain
from runyard.cli.text import did_you_mean
from runyard.errors import RunyardError, StorageFailure
from runyard.uris import StoreURI, without_secrets

if TYPE_CHECKING:
    from runyard.plugins.check import Fault

_SECRET = re.compile(r"TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|(?<![A-Z])KEY(?![A-Z])|PASSPHRASE")
_PREFIXES = ("RUNYARD_", "MLFLOW_")


class Problem(msgspec.Struct, frozen=True):
    """Something that is wrong, and what mends it."""

    problem: str
    remedy: str


class StoreReport(msgspec.Struct, frozen=True):
    """How a store or registry stands.

    Attributes:
        uri: Its address, without credentials.
        source: What the address comes from: a variable, or the default.
        answers: Whether it does.
        fresh: Whether it is a folder that is not there yet; it is not made for the question.
        seconds: How long that took.
        error: Why it does not.
        remedy: What to do about that.
    """

    uri: str
    source: str
    answers: bool
    fresh: bool
    seconds: float
    error: str | None = None
    remedy: str | None = None


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything that `runyard doctor` says."""

    runyard: str
    python: str
    executable: str
    platform: str
    plugins: dict[str, str]
    tracking: StoreReport
    registry: StoreReport
    settings: dict[str, str]
    problems: list[Problem]


def diagnose(timeout: float) -> Diagnosis:
    """Look at everything once.

    Args:
        timeout: How many seconds a store may take to answer.
    """
    import platform
    import sys

    from runyard.plugins import get_plugins
    from runyard.plugins.check import faults

    installed = get_plugins()
    wrong = faults(installed)
    tracking, registry = _stores(timeout)
    return Diagnosis(
        runyard=str(runyard.__version__),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        executable=sys.executable,
        platform=platform.platform(),
        plugins={
            f"{plugin.name} ({plugin.source})": f"{plugin.state}: {plugin.reason}" if plugin.reason else "ok"
            for plugin in installed
        },
        tracking=tracking,
        registry=registry,
        settings={name: masked(name, os.environ[name]) for name in sorted(os.environ) if name.startswith(_PREFIXES)},
        problems=[*_plugin_problems(wrong), *_setting_problems(), *_store_problems(tracking, registry)],
    )


def masked(name: str, value: str) -> str:
    """Return the value of a variable without what should not be shown: secrets, and credentials in addresses."""
    if _SECRET.search(name.upper()):
        return "***"
    return without_secrets(value)


def _stores(timeout: float) -> tuple[StoreReport, StoreReport]:
    from runyard.registry.requests import RegisteredModelQuery
    from runyard.tracking import uris
    from runyard.tracking.requests import ExperimentQuery

    tracking = _probe(
        uris.get_tracking_uri,
        config.TRACKING_URI,
        "the default",
        lambda: uris.tracking_store().search_experiments(ExperimentQuery(max_results=1)),
        timeout,
    )
    registry = _probe(
        uris.get_registry_uri,
        config.REGISTRY_URI,
        "the tracking address",
        lambda: uris.model_registry().search_registered_models(RegisteredModelQuery(max_results=1)),
        timeout,
    )
    return tracking, registry


def _source(setting: config.Setting[Any], otherwise: str) -> str:
    return next((variable for variable in setting.variables if os.environ.get(variable)), otherwise)


def _probe(
    address: Callable[[], str],
    setting: config.Setting[Any],
    otherwise: str,
    ask: Callable[[], object],
    timeout: float,
) -> StoreReport:
    started = time.monotonic()
    uri, fresh, error, remedy = "", False, None, None
    try:
        text = address()
        uri = without_secrets(text)
        parsed = StoreURI.parse(text)
        fresh = parsed.scheme == "file" and not os.path.exists(parsed.text)
        _within(timeout, ask)  # a question makes no folder
        if fresh:
            _check_place(parsed.text)
    except Exception as fault:
        error = without_secrets(explain(fault))
        named = fault.details.get("command") if isinstance(fault, RunyardError) else None
        remedy = named or f"export {setting.variables[0]}=<an address that answers>"
    seconds = round(time.monotonic() - started, 3)
    return StoreReport(uri, _source(setting, otherwise), error is None, fresh, seconds, error, remedy)


def _check_place(folder: str) -> None:
    """Check that a folder can be made.

    Raises:
        StorageFailure: The folder above it, or what there is of that, may not be written to.
    """
    above = os.path.dirname(folder)
    while not os.path.exists(above):
        above = os.path.dirname(above)
    if not os.access(above, os.W_OK | os.X_OK):
        raise StorageFailure(f"The folder is not there and cannot be made: {above!r} may not be written to.")


def _within(timeout: float, ask: Callable[[], object]) -> None:
    """Call a function; raise what it raises, or `TimeoutError` once the time is over."""
    faults: list[Exception] = []

    def run() -> None:
        try:
            ask()
        except Exception as fault:
            faults.append(fault)

    thread = threading.Thread(target=run, daemon=True)  # one that hangs does not keep the process alive
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        raise RunyardError(f"No answer within {timeout:g} s.")
    if faults:
        raise faults[0]


def _plugin_problems(wrong: list[Fault]) -> list[Problem]:
    return [Problem(fault.problem, fault.remedy) for fault in wrong]


def _setting_problems() -> list[Problem]:
    problems = []
    known = {variable for setting in config.settings().values() for variable in setting.variables}
    for setting in config.settings().values():
        try:
            setting.get()
        except RunyardError as error:
            variable = _source(setting, setting.variables[0])
            problems.append(Problem(error.message, f"unset {variable}"))
    for name in sorted(os.environ):
        # plugins have settings that are not known here: only what looks like a slip is named
        if name.startswith("RUNYARD_") and name not in known:
            hint = did_you_mean(name, known, at_least=0.9)
            if hint:
                problems.append(Problem(f"There is no setting {name}.{hint}", f"unset {name}"))
    return problems


def _store_problems(tracking: StoreReport, registry: StoreReport) -> list[Problem]:
    return [
        Problem(f"The {what} {report.uri} (from {report.source}) does not answer: {report.error}", report.remedy or "")
        for what, report in (("tracking store", tracking), ("model registry", registry))
        if not report.answers
    ]
