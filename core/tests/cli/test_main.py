from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from runyard.cli.commands import CORE_COMMANDS
from runyard.plugins import Plugins, hookimpl
from runyard.plugins.descriptors import CommandPlugin
from runyard.plugins.discovery import Plugin, State
from runyard.plugins.manager import set_plugins
from runyard.testing.isolation import plugins_in_place

Runyard = Callable[..., Any]


@click.command()
@click.argument("what", default="")
def fail(what: str) -> None:
    """Fail in a way of your choice."""
    if what == "interrupt":
        raise KeyboardInterrupt
    if what == "file":
        os.stat("/nonexistent/file")
    if what:
        raise ZeroDivisionError(what)
    click.echo("fine")


def plugin_with_commands(name: str, *commands: CommandPlugin) -> ModuleType:
    module = ModuleType(f"runyard_{name}.plugin")

    @hookimpl
    def runyard_commands() -> Iterator[CommandPlugin]:
        yield from commands

    module.runyard_commands = runyard_commands  # type: ignore[attr-defined]
    return module


@pytest.fixture
def failing(runyard: Runyard) -> Iterator[None]:
    """A plugin whose command ``fail`` is the one above."""
    sys.modules["fail_command"] = sys.modules[__name__]
    module = plugin_with_commands("fail", CommandPlugin(name="fail", factory="fail_command:fail", summary="Fail."))
    with plugins_in_place(module):
        yield
    del sys.modules["fail_command"]


def test_help_names_the_commands_and_the_exit_codes(runyard: Runyard) -> None:
    shown = runyard("--help")
    assert shown.code == 0
    assert all(name in shown.out for name in CORE_COMMANDS)
    assert "130 interrupted" in shown.out


def test_every_core_command_says_in_its_help_what_the_table_says(runyard: Runyard) -> None:
    from runyard.cli.program import program

    for name, core in CORE_COMMANDS.items():
        if name == "run":  # its module comes with the projects
            pytest.importorskip("runyard.cli.run")
        command = program.get_command(click.Context(program), name)
        assert command is not None
        assert command.name == name
        assert command.help
        assert core.summary.endswith(".")


def test_an_unknown_command_is_wrong_usage_and_the_nearest_one_is_named(runyard: Runyard) -> None:
    shown = runyard("expriments")
    assert (shown.code, shown.out) == (2, "")
    assert "There is no command 'expriments'. Did you mean 'experiments'?" in shown.err


def test_a_command_of_a_plugin_of_ours_that_is_missing_names_its_install_command(runyard: Runyard) -> None:
    shown = runyard("server")
    assert shown.code == 1
    assert "pip install runyard-server" in shown.err


def test_a_plugins_command_is_listed_and_called(failing: None, runyard: Runyard) -> None:
    assert "Commands of plugins" in runyard("--help").out
    assert runyard("fail").out == "fine\n"


def test_an_unforeseen_error_is_one_message_without_a_stack_trace(failing: None, runyard: Runyard) -> None:
    shown = runyard("fail", "division")
    assert shown.code == 1
    assert shown.err.startswith("Error: ZeroDivisionError: division.")
    assert "Traceback" not in shown.err
    assert "--debug" in shown.err


def test_an_error_of_the_system_names_the_file(failing: None, runyard: Runyard) -> None:
    shown = runyard("fail", "file")
    assert shown.code == 1
    assert shown.err == "Error: No such file or directory: /nonexistent/file\n"


def test_debug_lets_the_error_through(failing: None, runyard: Runyard) -> None:
    with pytest.raises(ZeroDivisionError):
        runyard("--debug", "fail", "division")


def test_an_interrupt_ends_with_130(failing: None, runyard: Runyard) -> None:
    assert runyard("fail", "interrupt").code == 130


def test_control_characters_in_an_error_are_not_obeyed(failing: None, runyard: Runyard) -> None:
    assert "\x1b" not in runyard("fail", "\x1b[31m").err


def test_a_broken_command_fails_when_called_and_hinders_no_other(runyard: Runyard) -> None:
    module = plugin_with_commands("broken", CommandPlugin(name="broken", factory="runyard_absent.x:y", summary="B."))
    with plugins_in_place(module, "runyard.testing.memory.plugin"):
        shown = runyard("broken")
        assert shown.code == 1
        assert "the command 'broken' of runyard-broken 0 cannot be loaded" in shown.err.lower()
        assert runyard("plugins", "list").code == 0
        assert "broken" in runyard("--help").out


def test_a_factory_that_is_no_command_is_reported(runyard: Runyard) -> None:
    module = plugin_with_commands("odd", CommandPlugin(name="odd", factory="os:sep", summary="Odd."))
    with plugins_in_place(module):
        shown = runyard("odd")
    assert shown.code == 1
    assert "is of the type str, not a click command" in shown.err


def test_a_plugin_cannot_replace_a_core_command_and_is_reported(runyard: Runyard) -> None:
    module = plugin_with_commands("greedy", CommandPlugin(name="runs", factory="os:sep", summary="Mine."))
    with plugins_in_place(module):
        assert "1 plugin fault: see `runyard plugins list`" in runyard("--help").out
        assert runyard("runs", "--help").code == 0
        shown = runyard("plugins", "list")
    assert "The command 'runs' of runyard-greedy 0 is hidden by the core's" in shown.err


def test_a_command_of_a_group_is_found_in_it_and_nowhere_else(failing: None, runyard: Runyard) -> None:
    grouped = CommandPlugin(name="fail", group="models", factory="fail_command:fail", summary="Fail with a model.")
    with plugins_in_place(plugin_with_commands("grouped", grouped)):
        assert "Fail with a model." in runyard("models", "--help").out
        assert "Fail with a model." not in runyard("--help").out
        assert runyard("models", "fail", "interrupt").code == 130
        assert runyard("fail").code == 2
        shown = runyard("models", "fial")
    assert "Did you mean 'fail'?" in shown.err


def test_a_command_of_a_group_does_not_hide_one_of_the_program(failing: None, runyard: Runyard) -> None:
    grouped = CommandPlugin(name="runs", group="models", factory="fail_command:fail", summary="Other runs.")
    with plugins_in_place(plugin_with_commands("grouped", grouped)):
        assert "plugin fault" not in runyard("--help").out
        assert runyard("models", "runs", "interrupt").code == 130


@pytest.mark.parametrize(("group", "name"), [("models", "list"), ("doctor", "x"), ("absent", "x")])
def test_the_check_of_a_plugin_tells_of_a_command_that_nobody_reaches(
    failing: None, runyard: Runyard, group: str, name: str
) -> None:
    grouped = CommandPlugin(name=name, group=group, factory="fail_command:fail", summary="Fail.")
    with plugins_in_place(plugin_with_commands("grouped", grouped)):
        shown = runyard("plugins", "check", "grouped")
    assert shown.code == 1
    assert repr(group) in shown.out + shown.err


def test_a_command_of_ours_that_is_not_installed_names_its_distribution(runyard: Runyard) -> None:
    with plugins_in_place("runyard.testing.memory.plugin"):
        shown = runyard("models", "serve")
    assert shown.code == 1
    assert "pip install runyard-serving" in shown.err


def test_two_plugins_with_one_command_are_both_named(runyard: Runyard) -> None:
    modules = [
        plugin_with_commands(name, CommandPlugin(name="twice", factory="os:sep", summary="Twice."))
        for name in ("one", "two")
    ]
    with plugins_in_place(*modules):
        shown = runyard("twice")
    assert shown.code == 1
    assert "runyard-one 0" in shown.err
    assert "runyard-two 0" in shown.err


def test_a_plugin_that_cannot_be_imported_is_mentioned_in_the_help(runyard: Runyard) -> None:
    bad = Plugin(
        name="bad",
        distribution="runyard-bad",
        version="0",
        module="runyard_bad.plugin",
        state=State.FAILED,
        reason="ImportError: no such thing",
    )
    before = set_plugins(Plugins([bad]))
    try:
        shown = runyard("--help")
    finally:
        set_plugins(before)
    assert shown.code == 0
    assert "1 plugin fault" in shown.out


def test_no_plugins_leaves_the_core_alone(runyard: Runyard) -> None:
    shown = runyard("--no-plugins", "plugins", "list")
    states = {name: state for name, state, *_ in shown.lines}
    assert states.pop("core") == "ok"
    assert set(states.values()) <= {"blocked"}


def test_the_tracking_uri_of_the_command_line_comes_first(runyard: Runyard) -> None:
    assert runyard("--tracking-uri", "memory://other", "experiments", "create", "there").code == 0
    assert "there" in runyard("experiments", "list").out
    os.environ["RUNYARD_TRACKING_URI"] = "memory://test"
    assert "there" not in runyard("experiments", "list").out


def test_an_env_file_sets_what_is_not_set(runyard: Runyard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_EXPERIMENT_NAME", "from-environment")
    path = tmp_path / "env"
    path.write_text("RUNYARD_EXPERIMENT_NAME=from-file\nRUNYARD_PROGRESS=false\n")
    assert runyard("--env-file", str(path), "plugins", "list").code == 0
    assert os.environ["RUNYARD_EXPERIMENT_NAME"] == "from-environment"
    assert os.environ["RUNYARD_PROGRESS"] == "false"


def test_a_bad_env_file_is_one_message(runyard: Runyard, tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text("what is this\n")
    shown = runyard("--env-file", str(path), "plugins", "list")
    assert (shown.code, shown.out) == (1, "")
    assert "line 1" in shown.err


def test_the_version_is_that_of_the_core(runyard: Runyard) -> None:
    from importlib.metadata import version

    assert runyard("--version").out == f"runyard {version('runyard-core')}\n"
    assert runyard("--no-plugins", "--version").out == f"runyard {version('runyard-core')}\n"
