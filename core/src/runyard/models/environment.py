"""The environment files of a model: requirements, constraints, conda and Python environment."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runyard.errors import InvalidInput, NotFound
from runyard.models.distributions import installed_version
from runyard.models.requirement_inference import infer_requirements
from runyard.models.requirements import TOOL, read_requirements, tool_missing

if TYPE_CHECKING:
    from runyard.models.observing import Observation

__all__ = ["ENVIRONMENT_FILES", "Overrides", "write_environment", "write_yaml", "yaml_text"]

REQUIREMENTS = "requirements.txt"
CONSTRAINTS = "constraints.txt"
CONDA = "conda.yaml"
PYTHON_ENV = "python_env.yaml"
VARIABLES = "environment_variables.txt"

_VARIABLES_HEADER = """\
# Names of variables of the environment that the model read when it predicted its input example.
# No values are kept here: set those that it needs wherever it is served."""

ENVIRONMENT_FILES: dict[str, str] = {"conda": CONDA, "virtualenv": PYTHON_ENV}
"""The files by kind of environment, as the python_function section names them."""


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What a user says about the environment, instead of what is found.

    Attributes:
        pip_requirements: The whole list, as lines or the path of a file.
        extra_pip_requirements: Additions to what is found.
        conda_env: The contents of ``conda.yaml``, or the path of one.

    Raises:
        InvalidInput: More than one of them is given.
    """

    pip_requirements: Any = None
    extra_pip_requirements: Any = None
    conda_env: Any = None

    def __post_init__(self) -> None:
        given = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        if len(given) > 1:
            raise InvalidInput(f"Give only one of {' and '.join(given)}.")

    @property
    def is_whole(self) -> bool:
        """Whether the user gave the whole environment, so that nothing is to be found."""
        return self.pip_requirements is not None or self.conda_env is not None

    def resolve(
        self, base: Iterable[str], modules: Iterable[str], code_paths: Sequence[Path], seen: Observation | None = None
    ) -> tuple[list[str], list[str], dict[str, Any] | None]:
        """Return requirements, constraints and the contents of ``conda.yaml`` where the user gave them.

        Raises:
            NotFound: A file that was named does not exist.
            InvalidInput: A requirement or the conda environment does not parse.
        """
        if self.conda_env is not None:
            conda = _read_conda(self.conda_env)
            return _pip_part(conda), [], conda
        if self.pip_requirements is not None:
            return *read_requirements(self.pip_requirements), None
        found = infer_requirements(base, modules, code_paths, seen)
        if self.extra_pip_requirements is None:
            return found, [], None
        extra, constraints = read_requirements(self.extra_pip_requirements)
        names = {_name(line) for line in extra}
        return [*(line for line in found if _name(line) not in names), *extra], constraints, None


def write_environment(
    folder: Path,
    overrides: Overrides,
    base: Iterable[str],
    modules: Iterable[str],
    code_paths: Sequence[Path] = (),
    seen: Observation | None = None,
) -> list[str]:
    """Write the environment files of a model and return its requirements.

    Args:
        folder: The model folder.
        overrides: What the user gave.
        base: The distributions that the flavor always needs.
        modules: The modules that the model's files refer to.
        code_paths: What is saved in ``code/``.
        seen: What the model imported, and which variables it read, while it predicted.
    """
    requirements, constraints, conda = overrides.resolve(base, modules, code_paths, seen)
    if tool_missing(requirements):
        requirements = [TOOL, *requirements]
    if constraints:
        (folder / CONSTRAINTS).write_text("\n".join(constraints), encoding="utf-8")
        requirements = [*requirements, f"-c {CONSTRAINTS}"]
    (folder / REQUIREMENTS).write_text("\n".join(requirements), encoding="utf-8")
    python, pip = platform.python_version(), installed_version("pip")
    if conda is None:
        pip_line = f"pip<={pip}" if pip else "pip"
        conda = {
            "channels": ["conda-forge"],
            "dependencies": [f"python={python}", pip_line, {"pip": requirements}],
            "name": "mlflow-env",
        }
    tools = [f"{name}=={version}" if (version := installed_version(name)) else name for name in _BUILD_TOOLS]
    python_env = {"python": python, "build_dependencies": tools, "dependencies": [f"-r {REQUIREMENTS}"]}
    write_yaml(folder / CONDA, conda)
    write_yaml(folder / PYTHON_ENV, python_env)
    if seen is not None and seen.variables:
        text = "\n".join([_VARIABLES_HEADER, *sorted(seen.variables), ""])
        (folder / VARIABLES).write_text(text, encoding="utf-8")
    return requirements


_BUILD_TOOLS = ("pip", "setuptools", "wheel")


def write_yaml(file: Path, data: Mapping[str, Any]) -> None:
    """Write an environment file, its keys in the order given."""
    file.write_text(yaml_text(data), encoding="utf-8")


def yaml_text(data: Mapping[str, Any]) -> str:
    """Return the text of an environment file, its keys in the order given."""
    import yaml

    text: str = yaml.safe_dump(dict(data), default_flow_style=False, sort_keys=False)
    return text


def _read_conda(given: Mapping[str, Any] | str | os.PathLike[str]) -> dict[str, Any]:
    """Return the contents of a conda environment, with the tool among its pip requirements."""
    import yaml

    data: Any = given
    if not isinstance(given, Mapping):
        try:
            data = yaml.safe_load(Path(given).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotFound(f"There is no conda environment file {str(given)!r}.") from None
        except yaml.YAMLError as error:
            raise InvalidInput(f"The conda environment {str(given)!r} is not YAML: {error}") from None
    if not isinstance(data, Mapping) or not isinstance(data.get("dependencies", []), list):
        raise InvalidInput("A conda environment is a mapping with a list 'dependencies'.")
    others = [item for item in data.get("dependencies", []) if not (isinstance(item, Mapping) and "pip" in item)]
    pip = _pip_part(data)
    if tool_missing(pip):
        pip = [TOOL, *pip]
    if not any(isinstance(item, str) and item.partition("=")[0].strip("<> ") == "pip" for item in others):
        others.append("pip")
    return {**data, "dependencies": [*others, {"pip": pip}]}


def _pip_part(conda: Mapping[str, Any]) -> list[str]:
    parts = [item["pip"] for item in conda.get("dependencies", []) if isinstance(item, Mapping) and "pip" in item]
    return [str(line) for part in parts for line in part]


def _name(line: str) -> str:
    """Return the normalized name of the distribution that a requirement line is about, or the line."""
    import re

    from runyard.models.distributions import normalize

    match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    return normalize(match.group()) if match else line
