"""Environment managers: which one makes the environment that a project asks for, and the one that makes nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from runyard.errors import PluginMissing
from runyard.plugins import get_plugins
from runyard.plugins.registry import KNOWN, install_command
from runyard.projects.backend import Activation, EnvironmentManager
from runyard.projects.mlproject import Environment

# What makes an environment where nobody says what shall.
DEFAULT_MANAGERS = {"system": "local", "python_env": "virtualenv", "conda_env": "conda"}


class LocalManager(EnvironmentManager):
    """Uses the environment that runyard runs in as it is, whatever the project asks for."""

    kinds = ()

    def activate(self, environment: Environment, folder: Path) -> Activation:  # noqa: ARG002 - neither matters here
        # ``python`` in a command is then the Python that runs this, also where its environment was not activated
        own = os.path.dirname(os.path.abspath(sys.executable))
        path = os.environ.get("PATH", os.defpath)
        if path.partition(os.pathsep)[0] != own:
            path = f"{own}{os.pathsep}{path}"
        return Activation(python=sys.executable, variables={"PATH": path})


def manager_name(environment: Environment, asked: str | None) -> str:
    """Return the name of the manager that was asked for, or that suits the environment."""
    return asked or DEFAULT_MANAGERS.get(environment.kind, "local")


def open_manager(environment: Environment, asked: str | None = None) -> EnvironmentManager:
    """Return the manager for an environment.

    Args:
        environment: What a project or model says.
        asked: The manager that was asked for.

    Raises:
        PluginMissing: It is not installed; nothing else is used in its place.
        PluginFailed, PluginConflict: It cannot be loaded, or there are two.
    """
    managers = get_plugins().environment_managers
    name = manager_name(environment, asked)
    if name not in managers:
        reason = f"{name!r} was asked for" if asked else f"{name!r} makes what {environment.file} describes"
        ours = KNOWN[managers.kind].get(name)
        command = install_command(ours) if ours else None
        install = f"Install it: {command}. " if command else ""
        raise PluginMissing(
            f"There is no environment manager {name!r} ({reason}). {install}Installed are: "
            f"{', '.join(managers.keys) or 'none'}. To run with what the current environment has, use --env-manager "
            "local.",
            command=command,
        )
    manager: EnvironmentManager = managers.load(name)()
    return manager
