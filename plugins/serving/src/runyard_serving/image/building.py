"""Writing the context of an image, and building the image."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from runyard.errors import InvalidInput
from runyard_serving.image.context import write_context
from runyard_serving.image.dockerfile import MARK
from runyard_serving.image.options import ImageOptions, check_image_name

__all__ = ["IMAGE_NAME", "OUTPUT_DIRECTORY", "build_docker", "generate_dockerfile"]

IMAGE_NAME = "runyard-model"
OUTPUT_DIRECTORY = "runyard-dockerfile"


def generate_dockerfile(options: ImageOptions, output_directory: str | os.PathLike[str] = OUTPUT_DIRECTORY) -> Path:
    """Write a Dockerfile that serves a model, with everything that it refers to, and return its folder.

    Args:
        options: What the image shall be like.
        output_directory: The folder; one that was written by this function is replaced.

    Raises:
        InvalidInput: The folder holds something else; or as `runyard_serving.image.context.write_context` says.
        NotFound, DataDamaged, PermissionDenied, PluginMissing: As `runyard_serving.image.context.write_context` does.
    """
    target = Path(os.path.abspath(output_directory))
    _check_replaceable(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _announce(write_context(draft, options))
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def build_docker(
    options: ImageOptions,
    name: str = IMAGE_NAME,
    *,
    engine: str | None = None,
    platform: str | None = None,
    pip_config: Path | None = None,
    more: Sequence[str] = (),
) -> str:
    """Build an image that serves a model, and return its name.

    Args:
        options: What the image shall be like.
        name: Its name, with a tag if wanted.
        engine: The program that builds it; ``docker``, else ``podman``.
        platform: The platform that it is for, such as ``linux/amd64``.
        pip_config: A configuration file for pip, for this build only: index, credentials. No layer holds it.
        more: Further words for the engine's ``build``, such as ``["--network=host"]``.

    Raises:
        ExecutionFailed: There is no engine, or it failed; the message has the end of what it said.
        InvalidInput: The name is none; or as `runyard_serving.image.context.write_context` says.
        NotFound, DataDamaged, PermissionDenied, PluginMissing: As `runyard_serving.image.context.write_context` does.
    """
    from runyard_serving.image.engine import build, find_engine

    check_image_name(name)
    program = find_engine(engine)
    with tempfile.TemporaryDirectory(prefix="runyard-image-") as temporary:
        _announce(write_context(Path(temporary), options))
        build(program, Path(temporary), name, platform=platform, pip_config=pip_config, more=more)
    return name


def _check_replaceable(folder: Path) -> None:
    """Make sure that nobody loses anything when a folder is replaced.

    Raises:
        InvalidInput: There is something that was not written here.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        is_ours = (folder / "Dockerfile").read_text("utf-8", "replace").startswith(MARK)
    except OSError:
        is_ours = False
    if not is_ours:
        raise InvalidInput(
            f"{str(folder)!r} is there already and was not written by this command. Name another folder."
        )


def _announce(programs: Sequence[str]) -> None:
    """Say which files of the model run code while they are loaded, as the image will load them unasked."""
    from runyard.models.consent import PickleWarning

    if programs:
        warnings.warn(
            f"{', '.join(programs)} of this model may run code while it is loaded, and the image loads it without "
            "asking. Build images only of models whose origin you trust.",
            PickleWarning,
            stacklevel=3,
        )
