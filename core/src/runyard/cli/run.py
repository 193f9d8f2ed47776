"""The command ``runyard run``."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click  # noqa: TID253 - this module is what is imported late

from runyard import config
from runyard.cli.errors import note
from runyard.cli.pairs import pairs


@contextmanager
def _interrupted_by(*signals: signal.Signals) -> Iterator[None]:
    """Let signals end what happens here as Ctrl-C does, so that the run is cancelled and says so."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command()
@click.argument("uri")
@click.option(
    "-e",
    "--entry-point",
    metavar="NAME",
    default="main",
    show_default=True,
    help="The entry point, or a .py or .sh script of the project.",
)
@click.option("-v", "--version", metavar="VERSION", help="The branch, tag or commit of a git repository.")
@click.option(
    "-P",
    "--param-list",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    help="A parameter; may be given several times. One that is not declared is added to the command as '--NAME VALUE'.",
)
@click.option(
    "-A",
    "--docker-args",
    metavar="NAME[=VALUE]",
    multiple=True,
    help="An option of 'docker run', for backends that run containers.",
)
@click.option(
    "--experiment-name",
    metavar="NAME",
    help="The experiment of the run; made if missing.",
)
@click.option(
    "--experiment-id",
    metavar="ID",
    help="The experiment of the run.",
)
@click.option("-b", "--backend", metavar="BACKEND", default="local", show_default=True, help="What runs it.")
@click.option("-c", "--backend-config", metavar="FILE", help="The backend's settings: a .json file, or JSON text.")
@click.option(
    "--env-manager",
    metavar="NAME",
    help="What makes the environment: local (the current one, as it is), or one of a plugin. What suits the project "
    "when absent.",
)
@click.option(
    "--storage-dir",
    metavar="FOLDER",
    envvar=config.STORAGE_DIR.variables,
    show_envvar=True,
    help="Where 'path' parameters are downloaded to.",
)
@click.option("--run-id", metavar="ID", help="Go on with this run instead of a new one.")
@click.option("--run-name", metavar="NAME", help="The name of the run.")
@click.option(
    "--build-image/--skip-image-build",
    default=False,
    help="Build an image with the project's files, for backends that run containers.",
)
def run(
    uri: str,
    entry_point: str,
    version: str | None,
    parameters: tuple[str, ...],
    docker_args: tuple[str, ...],
    experiment_name: str | None,
    experiment_id: str | None,
    backend: str,
    backend_config: str | None,
    env_manager: str | None,
    storage_dir: str | None,
    run_id: str | None,
    run_name: str | None,
    build_image: bool,
) -> None:
    """Run an entry point of a project and wait for its end.

    URI is a folder, a .zip file or a git repository (https://, ssh://, file://, user@host:path); '#folder' at its end
    names the project's folder in it. The exit code is 0 if the command succeeded, 1 if not. Ctrl-C ends the command
    and everything that it started.
    """
    from runyard.projects.launch import run as launch

    if experiment_name and experiment_id:
        raise click.UsageError("Give --experiment-name or --experiment-id, not both.")
    with _interrupted_by(signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        submitted = launch(
            uri,
            entry_point,
            version,
            parameters=pairs(parameters, "-P"),
            docker_args=pairs(docker_args, "-A", flags=True),
            experiment_name=experiment_name or None,
            experiment_id=experiment_id or None,
            backend=backend,
            backend_config=backend_config,
            storage_dir=storage_dir,
            run_id=run_id,
            run_name=run_name,
            env_manager=env_manager,
            build_image=build_image,
        )
    note(f"Run {submitted.run_id} succeeded.")
