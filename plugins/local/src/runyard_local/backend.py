"""The project backend ``local``: each job is a process on this machine, in a session of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from runyard.errors import ExecutionFailed, InvalidInput
from runyard.projects.backend import Job, ProjectBackend
from runyard.projects.environments import open_manager
from runyard_local.process import LocalRun, uninterrupted

if TYPE_CHECKING:
    from runyard.entities import Run


class LocalBackend(ProjectBackend):
    """Runs commands with bash, in the project's folder itself.

    A job is over when its command is: what the command has left in the background is ended then. Its output goes to
    the standard output and error of this process as it comes, and is kept with the run.
    """

    shares_files = True

    def check(self, job: Job) -> None:
        if job.config:
            raise InvalidInput(
                f"The backend 'local' has no setting {', '.join(map(repr, sorted(job.config)))}; docker_args, "
                "docker_auth and build_image are for backends that run containers."
            )
        if job.environment.kind == "docker_env":
            raise InvalidInput("The backend 'local' runs no containers; use --backend docker.")
        if os.name != "posix":
            raise ExecutionFailed(
                "The backend 'local' runs on Linux and macOS; on Windows use WSL or --backend docker."
            )
        _bash()
        open_manager(job.environment, job.env_manager).check(job.environment, job.project)

    def submit(self, job: Job, run: Run) -> LocalRun:
        manager = open_manager(job.environment, job.env_manager)
        activation = manager.activate(job.environment, job.project)
        # without it, Python keeps its output to itself until its end when it writes into a pipe
        environment = {"PYTHONUNBUFFERED": "1", **os.environ, **activation.variables, **job.variables}
        submitted: LocalRun | None = None
        try:
            with uninterrupted():
                process = subprocess.Popen(
                    [_bash(), "-c", job.command],
                    cwd=job.project,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
                submitted = LocalRun(process, job.tracking_uri, run.info.run_id)
        except OSError as error:
            raise ExecutionFailed(f"The command of {job.entry_point!r} cannot be started: {error}.") from error
        except KeyboardInterrupt:
            if submitted is not None:
                submitted.cancel()
            raise
        return submitted


def _bash() -> str:
    found = shutil.which("bash")
    if found is None:
        raise ExecutionFailed("Commands of projects are run by bash, and there is no program 'bash'. Install it.")
    return found
