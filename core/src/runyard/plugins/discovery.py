"""Finding plugins: entry points are read, filtered, and imported one by one, so that one fault stays one fault.

pluggy's own loader imports everything, stops at the first plugin that raises and skips a second plugin of the same name
in silence; this loop does none of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from types import ModuleType

import msgspec

from runyard import config
from runyard.plugins.installed import EntryPoint, entry_points

CORE = "core"


class State(str, Enum):
    """How a plugin stands in this process."""

    OK = "ok"
    BLOCKED = "blocked"
    FAILED = "failed"

    def __str__(self) -> str:
        return self.value


class Plugin(msgspec.Struct, eq=False, repr_omit_defaults=True):
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
    error: BaseException | None = None
    implementation: ModuleType | None = None

    @property
    def source(self) -> str:
        """The distribution and version, as messages name it."""
        return f"{self.distribution} {self.version}".strip()

    def fail(self, reason: str, error: BaseException | None = None) -> None:
        """Take the plugin out of use and say why, in one line."""
        self.state, self.reason, self.error, self.implementation = State.FAILED, " ".join(reason.split()), error, None


def discover(path: Sequence[str] | None = None) -> list[Plugin]:
    """Find and import the plugins that are installed and allowed.

    ``RUNYARD_PLUGINS`` (only these and the core's own) and ``RUNYARD_PLUGINS_BLOCK`` (never these) are applied before
    anything is imported. A plugin that cannot be imported is kept with its fault; of two distributions that use one
    entry-point name, the second by name of distribution fails and says so.

    Args:
        path: Where to look for distributions, in the manner of ``sys.path``; there when absent.

    Returns:
        The plugins by name, then by distribution.
    """
    only, blocked = config.PLUGINS.get(), config.PLUGINS_BLOCK.get()
    plugins: list[Plugin] = []
    taken: dict[str, Plugin] = {}
    for entry_point in sorted(entry_points(path), key=lambda found: (found.name, found.distribution)):
        plugin = Plugin(
            name=entry_point.name,
            distribution=entry_point.distribution,
            version=entry_point.version,
            module=entry_point.value,
        )
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


def _import(plugin: Plugin, entry_point: EntryPoint) -> None:
    try:
        loaded = entry_point.load()
    except (Exception, SystemExit) as error:  # a script that was named by mistake may end the process
        plugin.fail(f"{type(error).__name__}: {error}", error)
        return
    if not isinstance(loaded, ModuleType):
        plugin.fail(f"its entry point {entry_point.value!r} names {type(loaded).__name__}, not a module")
        return
    plugin.implementation = loaded
