"""Environment managers: the current environment, and what is said where another is wanted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from runyard.errors import PluginMissing
from runyard.plugins.manager import Plugins
from runyard.projects.environments import LocalManager, manager_name, open_manager
from runyard.projects.mlproject import Environment


def test_current_environment() -> None:
    activation = LocalManager().activate(Environment(), Path())
    assert activation.python == sys.executable
    assert activation.variables["PATH"].split(os.pathsep)[0] == os.path.dirname(sys.executable)


def test_path_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        monkeypatch.setenv("PATH", LocalManager().activate(Environment(), Path()).variables["PATH"])
    own = os.path.dirname(sys.executable)
    assert os.environ["PATH"].split(os.pathsep)[:2] != [own, own]


def test_manager_that_suits() -> None:
    assert manager_name(Environment(), None) == "local"
    assert manager_name(Environment(kind="python_env", file="e"), None) == "virtualenv"
    assert manager_name(Environment(kind="conda_env", file="e"), None) == "conda"
    assert manager_name(Environment(kind="conda_env", file="e"), "local") == "local"


def test_nothing_else_is_used_in_its_place(memory_plugins: Plugins) -> None:
    assert isinstance(open_manager(Environment()), LocalManager)
    with pytest.raises(
        PluginMissing,
        match=r"'virtualenv' makes what python_env.yaml describes\)\. Install it: pip install runyard-local\..*local",
    ):
        open_manager(Environment(kind="python_env", file="python_env.yaml"))
    with pytest.raises(
        PluginMissing, match=r"'uv' \('uv' was asked for\)\. Install it: pip install 'runyard-local\[uv\]'"
    ):
        open_manager(Environment(), "uv")
    assert isinstance(open_manager(Environment(kind="conda_env", file="conda.yaml"), "local"), LocalManager)
