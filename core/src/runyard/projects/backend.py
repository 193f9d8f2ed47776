"""The contracts of a project backend and of an environment manager.

Every backend passes `runyard.testing.ProjectBackendContract`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from runyard.projects.mlproject import Environment


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A command that a backend shall run for a run that exists already.

    Attributes:
        run_id: The run that the command continues.
        experiment_id: Its experiment.
        project: The project's folder on this machine; the command starts in it.
        command: The shell command of the entry point, every value in it quoted.
        environment: What the project says of its environment.
        env_manager: The environment manager that was asked for; `None` for what the project says.
        variables: Environment variables that the command needs, the tracking address among them.
        config: The backend's own settings, from ``--backend-config``.
    """

    run_id: str
    experiment_id: str
    project: Path
    command: str
    environment: Environment
    env_manager: str | None = None
    variables: Mapping[str, str] = {}
    config: Mapping[str, Any] = {}


class SubmittedRun(ABC):
    """A handle on a job that a backend has started.

    The backend, not the command, sets the final status of the run: ``FINISHED`` for exit code 0, ``FAILED`` otherwise,
    ``KILLED`` after `cancel`.
    """

    run_id: str

    @abstractmethod
    def wait(self) -> bool:
        """Wait until the job has ended; return whether it succeeded. May be called again, by any thread."""

    @abstractmethod
    def get_status(self) -> str:
        """Return a name of `RunStatus`, as it is now."""

    @abstractmethod
    def cancel(self) -> None:
        """End the job and everything that it started; nothing happens if it has ended."""


class ProjectBackend(ABC):
    """Runs commands somewhere.

    Its module is ``runyard_NAME.backend``; ``runyard_NAME.plugin`` registers it.
    """

    def check(self, job: Job) -> None:
        """Find out before anything is started whether this job can run here.

        Raises:
            InvalidInput: A setting is missing or not valid; the message names it.
            ExecutionFailed: A tool that it needs is missing; the message says how to get it.
        """

    @abstractmethod
    def submit(self, job: Job) -> SubmittedRun:
        """Start the job and return at once.

        Raises:
            ExecutionFailed: It could not be started; nothing of it runs.
        """


class EnvironmentManager(ABC):
    """Makes the environment that a command or a model runs in."""

    @abstractmethod
    def activate(self, environment: Environment, folder: Path) -> Sequence[str]:
        """Make the environment, or find it in the cache, and return the words that go before a command to run in it.

        Args:
            environment: What is asked for.
            folder: The folder that relative paths in it refer to.

        Raises:
            ExecutionFailed: It could not be made; the message holds the end of the tool's output.
        """
