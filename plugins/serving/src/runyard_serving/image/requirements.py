"""What is installed in an image: the model's requirements, with runyard in the place of the tool that saved it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from runyard.errors import InvalidInput

if TYPE_CHECKING:
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
        constraints += _take_wheels(options.wheels, folder)
    _write(folder / REQUIREMENTS, lines)
    if constraints:
        _write(folder / CONSTRAINTS, constraints)
    return python, bool(constraints)


def _take_wheels(source: Path, folder: Path) -> list[str]:
    """Copy wheels, and return constraints by which they are taken whatever else there is under their names.

    Where there are several of one name, for several platforms for example, the installer chooses.
    """
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    (folder / WHEELS).mkdir()
    files = sorted(source.glob("*.whl"))
    names: dict[Path, str] = {}
    for file in files:
        try:
            names[file] = parse_wheel_filename(file.name)[0]
        except InvalidWheelFilename as error:
            raise InvalidInput(f"{str(file)!r} is no wheel: {error}.") from None
        shutil.copyfile(file, folder / WHEELS / file.name)
    count = Counter(names.values())
    return [
        f"{name} @ file:///tmp/environment/{WHEELS}/{file.name}" for file, name in names.items() if count[name] == 1
    ]


def _write(file: Path, lines: Iterable[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
