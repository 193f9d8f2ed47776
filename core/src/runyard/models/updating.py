"""Changing the requirements of a model that was saved."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runyard.documents import load_yaml
from runyard.errors import DataDamaged, InvalidInput, NotFound, NotSupported
from runyard.models.environment import CONDA, PYTHON_ENV, REQUIREMENTS, yaml_text
from runyard.models.location import rewrite_files
from runyard.projects.requirement_lines import requirement_name

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["update_model_requirements", "update_requirements"]

OPERATIONS = ("add", "remove")


def update_model_requirements(
    model_uri: str | os.PathLike[str], operation: str, requirement_list: Sequence[str]
) -> None:
    """Add requirements to a model that was saved, or remove them.

    Args:
        model_uri: A folder, an artifact of a run, a logged model, or another address that can be written to.
        operation: ``add`` or ``remove``. What is added takes the place of what has the same name.
        requirement_list: The requirements; to remove one, its name is enough, and what is not there is passed over.

    Raises:
        NotFound: There is no model, or it has no requirements.
        InvalidInput: The operation or a requirement is not valid.
        NotSupported: It is a registered version, which is not changed.
        DataDamaged: A file of the model cannot be read. Nothing has been written.
    """
    update_requirements(model_uri, operation, requirement_list)


def update_requirements(
    model_uri: str | os.PathLike[str], operation: str, requirements: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Do what `update_model_requirements` does, and return the lines before and after.

    ``requirements.txt`` is what counts; the lines for pip in ``conda.yaml``, and lines of ``python_env.yaml`` that do
    not refer to it, are changed in the same way. Nothing is written unless all of them can be.
    """
    if operation not in OPERATIONS:
        raise InvalidInput(f"The operation {operation!r} is not one of {', '.join(OPERATIONS)}.")
    wanted = _parsed(requirements)
    uri = os.fspath(model_uri)
    _check_not_registered(uri)
    changed: list[list[str]] = []

    def change(lines: list[str]) -> list[str]:
        return _changed(lines, wanted, adds=operation == "add")

    def rewrite(files: Mapping[str, bytes]) -> dict[str, bytes]:
        new: dict[str, bytes] = {}
        if REQUIREMENTS in files:
            before = _lines(files[REQUIREMENTS], uri)
            changed[:] = [before, change(before)]
            new[REQUIREMENTS] = "\n".join(changed[1]).encode()
        if CONDA in files:
            document = _document(files[CONDA], CONDA, uri)
            new[CONDA] = _with_pip(document, change, changed, adds=operation == "add")
        if PYTHON_ENV in files:
            document = _document(files[PYTHON_ENV], PYTHON_ENV, uri)
            inline = [str(line) for line in document.get("dependencies") or ()]
            if not any(line.split() == ["-r", REQUIREMENTS] for line in inline):
                changed[:] = changed or [inline, change(inline)]
                new[PYTHON_ENV] = yaml_text({**document, "dependencies": change(inline)}).encode()
        if not changed:
            raise NotFound(f"The model {uri!r} has no requirements: none of {REQUIREMENTS}, {CONDA} names any.")
        return {name: content for name, content in new.items() if content != files[name]}

    rewrite_files(uri, (REQUIREMENTS, CONDA, PYTHON_ENV), rewrite)
    before, after = changed
    return before, after


def _parsed(requirements: Sequence[str]) -> dict[str, str]:
    """Return requirements by their normalized names."""
    from packaging.requirements import InvalidRequirement, Requirement

    if isinstance(requirements, str):
        raise InvalidInput(f"The requirements are a list, not one: [{requirements!r}].")
    found: dict[str, str] = {}
    for text in requirements:
        try:
            parsed = Requirement(text)
        except (InvalidRequirement, TypeError) as error:
            raise InvalidInput(f"{text!r} is not a requirement: {str(error).splitlines()[0]}.") from None
        name = requirement_name(parsed.name)
        if name in found:
            raise InvalidInput(f"{parsed.name!r} is given twice: {found[name]!r} and {text!r}.")
        found[str(name)] = text.strip()
    return found


def _check_not_registered(uri: str) -> None:
    from runyard.uris import ModelURI

    if not uri.startswith("models:"):
        return
    parsed = ModelURI.parse(uri)
    if parsed.name is not None:
        raise NotSupported(
            f"{uri!r} is a registered version, which stays as it was registered. Change the model that it was made "
            "from, and register that again."
        )


def _changed(lines: Sequence[str], wanted: Mapping[str, str], *, adds: bool) -> list[str]:
    """Return lines with the requirements in them, or without them; each keeps the place of the one that it replaces."""
    result: list[str] = []
    left = dict(wanted)
    for line in lines:
        name = requirement_name(line)
        if name is None or name not in wanted:
            result.append(line)
        elif adds and name in left:
            result.append(left.pop(name))
    if adds and left:
        # Options that name files, such as the constraints, stay at the end
        end = next((n for n in range(len(result), 0, -1) if not result[n - 1].startswith("-")), 0)
        result[end:end] = left.values()
    return result


def _lines(content: bytes, uri: str) -> list[str]:
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataDamaged(f"The file {REQUIREMENTS} of {uri!r} cannot be read: {error}.") from None


def _document(content: bytes, file: str, uri: str) -> dict[str, Any]:
    try:
        document = load_yaml(content)
    except ValueError as error:
        raise DataDamaged(f"The file {file} of {uri!r} is not YAML: {error}.") from None
    if not isinstance(document, dict) or not isinstance(document.get("dependencies") or [], list):
        raise DataDamaged(f"The file {file} of {uri!r} is no mapping with a list 'dependencies'.")
    return document


def _with_pip(
    conda: Mapping[str, Any], change: Callable[[list[str]], list[str]], changed: list[list[str]], *, adds: bool
) -> bytes:
    """Return a conda environment whose lines for pip are changed; it gets such lines where there are none to change."""
    dependencies = list(conda.get("dependencies") or ())
    places = [n for n, item in enumerate(dependencies) if isinstance(item, Mapping) and "pip" in item]
    lines = [str(line) for place in places for line in dependencies[place]["pip"] or ()]
    changed[:] = changed or [lines, change(lines)]
    after = change(lines)
    if not places and adds:
        if not any(str(item).partition("=")[0].strip("<> ") == "pip" for item in dependencies):
            dependencies.append("pip")
        dependencies.append({"pip": after})
    for place in places:
        dependencies[place] = {"pip": after if place == places[0] else []}
    dependencies = [item for item in dependencies if item != {"pip": []}]
    return yaml_text({**conda, "dependencies": dependencies}).encode()
