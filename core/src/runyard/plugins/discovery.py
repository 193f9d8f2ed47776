"""Finding plugins: entry points are read, filtered, and imported one by one, so that one fault stays one fault.

pluggy's own loader imports everything, stops at the first plugin that raises and skips a second plugin of the same name
in silence; this loop does none of that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from importlib import metadata  # noqa: TID253 - this module is what is imported late
from types import ModuleType
from typing import Any

from runyard import config

GROUP = "runyard"
CORE = "core"


class State(str, Enum):
    """How a plugin stands in this process."""

    OK = "ok"
    BLOCKED = "blocked"
    FAILED = "failed"

    def __str__(self) -> str:
        return self.value


@dataclass
class Plugin:
    """One entry point of the group ``runyard``, and what became of it.

    Attributes:
        name: The entry point's name: the distribution's without ``runyard-``.
        distribution: The name of the distribution that brings it.
        version: That distribution's version.
        module: The module that the entry point names.
        state: Whether it is loaded.
        reason: Why it is not.
        error: The exception that its import raised.
        implementation: The imported module.
    """

    name: str
    distribution: str
    version: str
    module: str
    state: State = State.OK
    reason: str = ""
    error: BaseException | None = field(default=None, repr=False)
    implementation: ModuleType | None = field(default=None, repr=False)

    @property
    def source(self) -> str:
        """The distribution and version, as messages name it."""
        return f"{self.distribution} {self.version}".strip()

    def fail(self, reason: str, error: BaseException | None = None) -> None:
        """Take the plugin out of use and say why."""
        self.state, self.reason, self.error, self.implementation = State.FAILED, reason, error, None


def discover(distributions: Iterable[metadata.Distribution] | None = None) -> list[Plugin]:
    """Find and import the plugins that are installed and allowed.

    ``RUNYARD_PLUGINS`` (only these and the core's own) and ``RUNYARD_PLUGINS_BLOCK`` (never these) are applied before
    anything is imported.
    A plugin that cannot be imported is kept with its fault; of two distributions that use one entry-point name, the
    second by name of distribution fails and says so.

    Args:
        distributions: Where to look; everything that is installed when absent.
    """
    only, blocked = config.PLUGINS.get(), config.PLUGINS_BLOCK.get()
    plugins: list[Plugin] = []
    taken: dict[str, Plugin] = {}
    found = sorted(_entry_points(distributions), key=lambda pair: (pair[0].name, pair[0].distribution))
    for plugin, entry_point in found:
        plugins.append(plugin)
        other = taken.setdefault(plugin.name, plugin)
        if other is not plugin:
            plugin.fail(f"the name {plugin.name!r} is taken by {other.source}; uninstall one of the two")
        elif only is not None and plugin.name not in (*only, CORE):
            plugin.state, plugin.reason = State.BLOCKED, "not in RUNYARD_PLUGINS"
        elif plugin.name in blocked:
            plugin.state, plugin.reason = State.BLOCKED, "in RUNYARD_PLUGINS_BLOCK"
        else:
            _import(plugin, entry_point)
    return plugins


def _entry_points(
    distributions: Iterable[metadata.Distribution] | None,
) -> Iterable[tuple[Plugin, metadata.EntryPoint]]:
    seen: set[str] = set()
    for distribution in metadata.distributions() if distributions is None else distributions:
        # The raw text is looked at first: parsing the entry points of every installed distribution is what costs.
        text = distribution.read_text("entry_points.txt")
        if not text or f"[{GROUP}]" not in text:
            continue
        name = distribution.metadata["Name"]
        if name in seen:  # the same distribution twice on sys.path: the first one is what an import finds
            continue
        seen.add(name)
        for entry_point in distribution.entry_points:
            if entry_point.group == GROUP:
                yield Plugin(entry_point.name, name, distribution.version, entry_point.value), entry_point


def _import(plugin: Plugin, entry_point: metadata.EntryPoint) -> None:
    try:
        loaded: Any = entry_point.load()
    except Exception as error:
        plugin.fail(f"{type(error).__name__}: {error}", error)
        return
    if not isinstance(loaded, ModuleType):
        plugin.fail(f"its entry point {entry_point.value!r} names {type(loaded).__name__}, not a module")
        return
    plugin.implementation = loaded
