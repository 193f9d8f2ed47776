"""``runyard models generate-dockerfile`` and ``runyard models build-docker``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.errors import note
from runyard_serving.image.building import IMAGE_NAME, OUTPUT_DIRECTORY
from runyard_serving.image.options import ImageOptions
from runyard_serving.image.settings import CONTAINER_ENGINE

__all__ = ["build_docker", "generate_dockerfile"]

F = TypeVar("F", bound=Callable[..., Any])

JAVA = "default-jre-headless"


def _image_options(function: F) -> F:
    """Add the options that say what the image shall be like."""
    options = (
        click.option("-m", "--model-uri", metavar="URI", help="The model: a folder, runs:/..., models:/..., s3://..."),
        click.option(
            "--env-manager",
            default="virtualenv",
            show_default=True,
            metavar="NAME",
            help="virtualenv or uv for an environment of the model's own; local for one that also sees what the base "
            "image has.",
        ),
        click.option(
            "--base-image", metavar="IMAGE", help="What the image begins with; python:X.Y-slim of the model's Python."
        ),
        click.option(
            "--wheels",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            metavar="FOLDER",
            help="Wheels, of own builds for example, that are taken in the place of those of the package index.",
        ),
        click.option(
            "--apt-package",
            "apt_packages",
            multiple=True,
            metavar="NAME",
            help="A Debian package that the model needs, such as libgomp1; may be given several times.",
        ),
        click.option("--install-java", type=click.BOOL, metavar="BOOLEAN", help=f"Short for --apt-package {JAVA}."),
        click.option("--enable-mlserver", is_flag=True, help="Let MLServer serve the model."),
        click.option("--install-mlflow", is_flag=True, hidden=True),
        click.option("--mlflow-home", hidden=True),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _parse(given: dict[str, Any]) -> ImageOptions:
    if given["mlflow_home"] is not None:
        raise click.UsageError(
            "--mlflow-home installs an own build of MLflow, which the image does not contain. For own builds of other "
            "distributions, runyard's among them, give a folder of wheels: --wheels FOLDER."
        )
    if given["install_mlflow"]:
        note("--install-mlflow is not needed: runyard loads the model in its place.")
    return ImageOptions(
        model_uri=given["model_uri"],
        env_manager=given["env_manager"],
        base_image=given["base_image"],
        wheels=given["wheels"],
        apt_packages=(*given["apt_packages"], *([JAVA] if given["install_java"] else [])),
        mlserver=given["enable_mlserver"],
    )


@click.command()
@_image_options
@click.option(
    "-d",
    "--output-directory",
    default=OUTPUT_DIRECTORY,
    show_default=True,
    metavar="FOLDER",
    help="Where it is written; what this command has written before is replaced.",
)
def generate_dockerfile(output_directory: str, **given: Any) -> None:
    """Write a Dockerfile that serves a model, with all that it refers to.

    Without a model, the image serves the one that is mounted at /opt/ml/model.

    \b
    Example:
      runyard models generate-dockerfile -m models:/fraud@champion -d image
      docker build --tag fraud image
    """  # noqa: D301 - click wants the control character
    from runyard_serving.image.building import generate_dockerfile as generate

    click.echo(generate(_parse(given), output_directory))


@click.command()
@_image_options
@click.option("-n", "--name", default=IMAGE_NAME, show_default=True, metavar="IMAGE", help="The name of the image.")
@click.option("--platform", metavar="PLATFORM", help="What it is for, such as linux/amd64; this machine's by default.")
@click.option(
    "--pip-config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A pip.conf for this build, with the index and its credentials; no layer of the image holds it.",
)
@click.option(
    "--engine",
    envvar=CONTAINER_ENGINE.variables,
    show_envvar=True,
    metavar="PROGRAM",
    help="What builds it: docker, or podman where docker is missing.",
)
@click.argument("more", nargs=-1, type=click.UNPROCESSED, metavar="[-- ENGINE OPTIONS...]")
def build_docker(
    name: str, platform: str | None, pip_config: Path | None, engine: str | None, more: tuple[str, ...], **given: Any
) -> None:
    """Build a Docker image that serves a model.

    Without a model, the image serves the one that is mounted at /opt/ml/model. What stands behind -- is given to the
    engine's build as it is.

    \b
    Examples:
      runyard models build-docker -m models:/fraud@champion -n fraud
      docker run --rm --publish 8080:8080 fraud
      runyard models build-docker -m model -n fraud -- --network=host --pull
    """  # noqa: D301 - click wants the control character
    from runyard_serving.image.building import build_docker as build

    click.echo(build(_parse(given), name, engine=engine, platform=platform, pip_config=pip_config, more=more))
