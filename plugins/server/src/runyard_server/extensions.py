"""What installed plugins add to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.errors import PluginFailed
from runyard.plugins import get_plugins
from runyard.plugins.check import faults
from runyard.rest.extension import ServerExtension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runyard.rest.extension import Authenticator

__all__ = ["find_authenticator", "load_extensions", "source_of"]


def load_extensions() -> list[ServerExtension]:
    """Return the extensions of all installed plugins, in the order of their names.

    Raises:
        PluginFailed: One cannot be loaded, or any plugin is broken: it may be the one that keeps strangers out.
    """
    plugins = get_plugins()
    for fault in faults(plugins, ("server_extensions",)):
        raise PluginFailed(
            f"{fault.problem} The server does not start without it, for it may be what keeps strangers out. Mend it: "
            f"{fault.remedy}; or go without it: export RUNYARD_PLUGINS_BLOCK={fault.plugins[-1]}",
            command=fault.remedy,
        )
    found = []
    for name in plugins.server_extensions.keys:
        factory = plugins.server_extensions.load(name)
        try:
            extension = factory()
        except Exception as error:
            source = plugins.server_extensions.source(name).source
            raise PluginFailed(
                f"The server extension {name!r} of {source} cannot be made: {type(error).__name__}: {error}"
            ) from error
        if not isinstance(extension, ServerExtension):
            source = plugins.server_extensions.source(name).source
            raise PluginFailed(
                f"The server extension {name!r} of {source} is of the type {type(extension).__name__}, no "
                "runyard.rest.extension.ServerExtension."
            )
        found.append(extension)
    return found


def source_of(extension: ServerExtension) -> str:
    """Return where an extension comes from: its plugin where one has registered it, else its class."""
    kind = type(extension)
    factory = f"{kind.__module__}:{kind.__qualname__}"
    for plugin, descriptor in get_plugins().server_extensions.claims:
        if descriptor.factory == factory:
            return f"{descriptor.name!r} of {plugin.source}"
    return factory


def find_authenticator(extensions: Sequence[ServerExtension]) -> Authenticator | None:
    """Return the one who knows the users; `None` if nobody does.

    Raises:
        PluginFailed: Several do.
    """
    found = [(extension, known) for extension in extensions if (known := extension.authenticator()) is not None]
    if len(found) > 1:
        sources = " and ".join(f"the server extension {source_of(extension)}" for extension, _ in found)
        raise PluginFailed(f"Who is asking is what both {sources} want to know; one may. Block the other's plugin.")
    return found[0][1] if found else None
