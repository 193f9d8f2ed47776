"""The core's own commands: where each lives and what it is for, so that help is printed without importing any."""

from __future__ import annotations

from typing import NamedTuple


class CoreCommand(NamedTuple):
    """A command of the core.

    Attributes:
        factory: Where it lives, ``"package.module:attribute"``.
        summary: Its line in the help of the program.
    """

    factory: str
    summary: str


CORE_COMMANDS: dict[str, CoreCommand] = {
    "artifacts": CoreCommand("runyard.cli.artifacts:artifacts", "List, log and download the files of runs."),
    "completion": CoreCommand("runyard.cli.completion:completion", "Print the completion script of a shell."),
    "doctor": CoreCommand("runyard.cli.doctor:doctor", "Say what is installed, where runs go and what is wrong."),
    "experiments": CoreCommand("runyard.cli.experiments:experiments", "List, create, rename and delete experiments."),
    "gc": CoreCommand("runyard.cli.gc:gc", "Remove what is in the trash for good, with its artifacts."),
    "models": CoreCommand("runyard.cli.models:models", "List, register, promote, delete, serve and try models."),
    "plugins": CoreCommand("runyard.cli.plugins:plugins", "List the installed plugins, or check one."),
    "run": CoreCommand("runyard.cli.run:run", "Run an entry point of a project."),
    "runs": CoreCommand("runyard.cli.runs:runs", "List, show, compare, export and delete runs."),
}
