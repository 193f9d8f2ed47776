"""What is installed in an image: the model's requirements, with runyard in the place of the tool that saved it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runyard.errors import InvalidInput
from runyard_serving.image.dockerfile import CONTEXT

if TYPE_CHECKING:
    from packaging.version import Version

    from runyard.models.mlmodel import MLModel
    from runyard_serving.image.options import ImageOptions

__all__ = ["write_requirements"]

REQUIREMENTS, CONSTRAINTS, WHEELS = "requirements.txt", "constraints.txt", "wheels"


def write_requirements(
    folder: Path, model_folder: Path | None, model: MLModel | None, options: ImageOptions
) -> tuple[str | None, bool]:
    """Write ``requirements.txt``, ``constraints.txt``, and the files that they refer to, into a folder.

    Args:
        folder: The folder, which pip is started in.
        model_folder: The model, if there is one in the image.
        model: Its ``MLmodel`` file.
        options: What the image shall be like.

    Returns:
        The Python version that the model asks for, and whether there are constraints.

    Raises:
        InvalidInput: A requirement breaks a rule, or a wheel is none.
        PluginMissing: The flavor that loads the model is not installed.
    """
    from runyard.models.restoring import pinned, placed_environment
    from runyard.projects.requirement_lines import requirement_name

    tools = ["runyard-serving[mlserver]" if options.mlserver else "runyard-serving"]
    if model is None or model_folder is None:
        # What makes the environment of a model that is mounted
        tools += [] if options.env_manager == "local" else ["runyard-local", "uv"]
        python, lines, constraints = None, [pinned(tool) for tool in ("runyard-core", *tools)], []
    else:
        environment = placed_environment(model_folder, model, folder, tools=tools)
        # Without the tools that build distributions: pip brings those that it needs, and none stays in the image
        python, lines = environment.python, [*environment.lines.requirements]
        constraints = [*environment.lines.constraints]
    if options.wheels is not None:
        wheels = _take_wheels(options.wheels, folder)
        # What is not asked for by name may come as a dependency; of what is, pip takes no constraint beside extras
        asked = {requirement_name(line) for line in lines}
        constraints += [f"{name} @ {url}" for name, (_, url) in wheels.items() if name not in asked]
        lines = [_from_wheels(line, wheels) for line in lines]
    _write(folder / REQUIREMENTS, lines)
    if constraints:
        _write(folder / CONSTRAINTS, constraints)
    return python, bool(constraints)


def _take_wheels(source: Path, folder: Path) -> dict[str, tuple[Version, str]]:
    """Copy wheels, and return the version and the address of each by the name of its distribution.

    Where there are several of one name, for several platforms for example, the installer chooses.
    """
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    (folder / WHEELS).mkdir()
    found: dict[str, tuple[Version, str]] = {}
    names: list[str] = []
    for file in sorted(source.glob("*.whl")):
        try:
            name, version, _, _ = parse_wheel_filename(file.name)
        except InvalidWheelFilename as error:
            raise InvalidInput(f"{str(file)!r} is no wheel: {error}.") from None
        shutil.copyfile(file, folder / WHEELS / file.name)
        found[name] = version, f"file://{CONTEXT}/{WHEELS}/{file.name}"
        names.append(name)
    return {name: wheel for name, wheel in found.items() if names.count(name) == 1}


def _from_wheels(line: str, wheels: Mapping[str, tuple[Version, str]]) -> str:
    """Return a requirement as one for a wheel, where there is a wheel for it."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        asked = Requirement(line)
    except InvalidRequirement:  # an option, an address or a path
        return line
    version, url = wheels.get(canonicalize_name(asked.name), (None, ""))
    if version is None or asked.url or not asked.specifier.contains(version, prereleases=True):
        return line
    extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
    marker = f" ; {asked.marker}" if asked.marker else ""
    return f"{asked.name}{extras} @ {url}{marker}"


def _write(file: Path, lines: Iterable[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
