"""The folder that an engine builds an image from: the Dockerfile, what the environment is made of, the model."""

from __future__ import annotations

import os
import platform
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard import config
from runyard.errors import InvalidInput, PermissionDenied
from runyard_serving.image.dockerfile import CACHE, Recipe, render
from runyard_serving.image.requirements import write_requirements
from runyard_serving.image.settings import CONTAINER_ENV_MANAGER, ENABLE_MLSERVER

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel
    from runyard_serving.image.options import ImageOptions

__all__ = ["programs_in", "write_context"]

_MOMENT = 315532800  # the first that archives know: 1980-01-01
_PICKLES = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".cloudpickle")
_VERSION = re.compile(r"\d+\.\d+")


def write_context(folder: Path, options: ImageOptions) -> list[str]:
    """Write everything that an image is built from into an empty folder, the same for the same model and options.

    Args:
        folder: The folder.
        options: What the image shall be like.

    Returns:
        The model's files that run code while they are loaded.

    Raises:
        NotFound: There is no model at the address.
        DataDamaged: A file of it is missing or was changed.
        InvalidInput: Something in it does not fit into an image; the message names it.
        PermissionDenied: It is a program, and such models are forbidden.
        PluginMissing: The flavor that loads it is not installed.
    """
    from runyard.models.location import open_model

    environment, place = folder / "environment", folder / "model"
    environment.mkdir()
    programs: list[str] = []
    labels: dict[str, str] = {}
    variables: dict[str, str] = {}
    model: MLModel | None = None
    if options.model_uri is not None:
        source, model = open_model(options.model_uri)
        programs = programs_in(source)
        if programs:
            variables = _consent(source, programs)
        _copy(source, place)
        labels = _labels(options.model_uri, model)
    python, has_constraints = write_requirements(environment, place if model else None, model, options)
    if model is None:
        variables = _without_model(options)
    if options.mlserver:
        variables[ENABLE_MLSERVER.variables[0]] = "true"
    recipe = Recipe(
        base_image=options.base_image or f"python:{_minor(python)}-slim",
        apt_packages=options.apt_packages,
        has_model=model is not None,
        sees_base=options.env_manager == "local",
        has_constraints=has_constraints,
        has_wheels=options.wheels is not None,
        start_seconds=60 if model is not None else 900,
        labels=labels,
        variables=variables,
    )
    (folder / "Dockerfile").write_text(render(recipe), encoding="utf-8")
    _level(folder)
    return programs


def programs_in(folder: Path) -> list[str]:
    """Return the paths of a model's files that run code while they are loaded, by their names."""
    return [name for name, file in _files(folder) if file.suffix in _PICKLES]


def _consent(folder: Path, programs: list[str]) -> dict[str, str]:
    """Return the variable by which the image loads what its builder has put into it."""
    setting = config.ALLOW_PICKLE_DESERIALIZATION
    if not setting.get():
        raise PermissionDenied(
            f"{str(folder / programs[0])!r} runs code while it is loaded, and {setting.variables[0]} is false: no "
            "image is built that would load it. Save the model in a format that is data only, or allow it."
        )
    return {setting.variables[0]: "true"}


def _without_model(options: ImageOptions) -> dict[str, str]:
    variables = {CONTAINER_ENV_MANAGER.variables[0]: options.env_manager, config.ENV_ROOT.variables[0]: CACHE}
    if options.wheels is not None:
        variables.update(PIP_FIND_LINKS="/opt/wheels", UV_FIND_LINKS="/opt/wheels")
    return variables


def _labels(uri: str, model: MLModel) -> dict[str, str]:
    from runyard.uris import ArtifactURI, without_secrets

    is_local = not uri.startswith(("runs:", "models:")) and ArtifactURI.parse(uri).scheme == "file"
    known: Mapping[str, Any] = {
        "runyard.model.uri": None if is_local else without_secrets(uri),  # a path of this machine tells nobody anything
        "runyard.model.uuid": model.model_uuid,
        "runyard.model.id": model.model_id,
        "runyard.run.id": model.run_id,
        "runyard.model.flavors": " ".join(sorted(model.flavors)),
        "runyard.version": model.runyard_version,
    }
    return {name: str(value) for name, value in known.items() if value}


def _minor(python: str | None) -> str:
    found = _VERSION.match(python or platform.python_version())
    if found is None:
        raise InvalidInput(f"The model asks for the Python {python!r}, which is no version such as 3.12.1.")
    return found.group()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a model with their paths in it, sorted.

    Raises:
        InvalidInput: One is neither a file nor a folder of its own.
    """
    base = os.path.realpath(folder)
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        target = os.path.realpath(file)
        if not target.startswith(f"{base}{os.sep}"):
            raise InvalidInput(f"The model's file {name!r} is a link that leads out of {str(folder)!r}.")
        if file.is_symlink() and os.path.isdir(target):
            raise InvalidInput(f"The model's folder {name!r} is a link; put the folder itself there.")
        if os.path.isdir(target):
            continue
        if not os.path.isfile(target):
            raise InvalidInput(f"The model's file {name!r} is no regular file.")
        yield name, file


def _copy(source: Path, target: Path) -> None:
    target.mkdir()
    for name, file in _files(source):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def _level(folder: Path) -> None:
    """Give everything the same rights and time: an image is readable by all, and the same when it is built again."""
    for root, _, files in os.walk(folder, topdown=False):
        for name in files:
            file = os.path.join(root, name)
            os.chmod(file, stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IROTH)
            os.utime(file, (_MOMENT, _MOMENT))
        os.chmod(root, 0o755)  # noqa: S103 - as is everything that an image brings
        os.utime(root, (_MOMENT, _MOMENT))
