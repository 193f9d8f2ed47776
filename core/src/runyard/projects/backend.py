"""The contracts of a project backend and of an environment manager.

Every backend passes `runyard.testing.ProjectBackendContract`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runyard.projects.mlproject import Environment

if TYPE_CHECKING:
    from runyard.entities import Run


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A command that a backend shall run.

    Attributes:
        project: The project's folder on this machine; the command starts in it, or in a copy of it.
        name: The project's name, for what a backend has to name (images, jobs); not checked for what such names allow.
        entry_point: The entry point that the command came from.
        command: The shell command of the entry point, every value in it quoted.
        environment: What the project says of its environment.
        env_manager: The environment manager that was asked for; `None` for the one that suits the environment.
        commit: The git commit of the project, where it has one.
        tracking_uri: Where the run is recorded, absolute. A backend whose commands see another network or other files
            gives them another address in `variables`.
        variables: Environment variables that the command needs, the run's id and the tracking address among them.
            Complete when the job is submitted; those that name the run are missing when it is checked.
        config: The backend's own settings: ``--backend-config``, and what other options were given under the names
            ``docker_args``, ``docker_auth`` and ``build_image``.
    """

    project: Path
    command: str
    tracking_uri: str
    name: str = ""
    entry_point: str = "main"
    environment: Environment = Environment()
    env_manager: str | None = None
    commit: str | None = None
    variables: Mapping[str, str] = {}
    config: Mapping[str, Any] = {}


class SubmittedRun(ABC):
    """A handle on a job that a backend has started.

    The backend, not the command, sets the final status of the run: ``FINISHED`` for exit code 0, ``FAILED`` otherwise,
    ``KILLED`` after `cancel`; `runyard.projects.outcome` records it, with the exit code, the reason and the output.
    """

    run_id: str

    @abstractmethod
    def wait(self) -> bool:
        """Wait until the job has ended and its run says so; return whether it succeeded.

        May be called again, and by any thread.
        """

    @abstractmethod
    def get_status(self) -> str:
        """Return a name of `RunStatus`, as it is now."""

    @abstractmethod
    def cancel(self) -> None:
        """End the job with everything that it started, and wait for that; nothing happens if it has ended."""


class ProjectBackend(ABC):
    """Runs commands somewhere.

    Its module is ``runyard_NAME.backend``; ``runyard_NAME.plugin`` registers it:

        @hookimpl
        def runyard_project_backends():
            yield ProjectBackendPlugin(name="NAME", factory="runyard_NAME.backend:NameBackend")

    Attributes:
        shares_files: Whether its commands see the files of this machine under the same paths. Parameters of the type
            ``path`` are then made absolute, or downloaded; otherwise they reach the command as they were given.
    """

    shares_files: bool = False

    def check(self, job: Job) -> None:
        """Find out before a run is made, and before anything is started, whether this job can run here.

        Raises:
            InvalidInput: A setting is missing or not valid, or the environment is one that it cannot make; the message
                names it.
            ExecutionFailed: A tool that it needs is missing; the message says how to get it.
            PluginMissing: The environment manager is not installed.
        """

    @abstractmethod
    def submit(self, job: Job, run: Run) -> SubmittedRun:
        """Start the job for a run that was made for it, and return at once.

        The job goes on when this process ends, or is waited for at its end; it does not end with it unseen. An
        interrupt (`KeyboardInterrupt`) that arrives meanwhile is passed on, and leaves nothing that runs.

        Raises:
            ExecutionFailed: It could not be started; nothing of it runs. The caller sets the status of the run.
        """


class Activation(msgspec.Struct, frozen=True, kw_only=True):
    """How a process gets into an environment.

    Attributes:
        python: The environment's Python.
        variables: What its environment variables are to be, ``PATH`` among them; added to those of the process.
    """

    python: str
    variables: Mapping[str, str] = {}


class EnvironmentManager(ABC):
    """Makes the environment that a command or a model runs in.

    Every manager that makes something passes `runyard.testing.EnvironmentManagerContract`.

    Attributes:
        kinds: The kinds of environment files that it reads, the one that it makes the most of first; none if it makes
            nothing.
    """

    kinds: tuple[str, ...] = ("python_env", "conda_env")

    def check(self, environment: Environment, folder: Path) -> None:
        """Find out before anything is started whether it can make this environment.

        Raises:
            InvalidInput: It is of a kind that this manager does not make, or a file of it is missing.
            ExecutionFailed: A tool that it needs is missing; the message says how to get it.
        """

    @abstractmethod
    def activate(self, environment: Environment, folder: Path) -> Activation:
        """Make the environment, or find it in the cache, and return how to get into it.

        Args:
            environment: What is asked for.
            folder: The folder that relative paths in it refer to.

        Raises:
            ExecutionFailed: It could not be made; the message holds the end of the tool's output.
        """
