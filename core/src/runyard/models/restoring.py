"""Making a model's own environment again, and running programs in it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, ExecutionFailed, InvalidInput
from runyard.models.environment import CONDA, CONSTRAINTS, PYTHON_ENV, REQUIREMENTS, write_yaml
from runyard.models.flavors import distributions_of
from runyard.models.requirements import replace_tool
from runyard.projects.mlproject import Environment
from runyard.projects.python_env import PythonEnvironment, read_python_environment
from runyard.projects.requirement_lines import RequirementLines, read_lines, requirement_name

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel
    from runyard.projects.backend import Activation

__all__ = ["environment_of", "pinned", "placed_environment", "process_variables", "restore", "run_in"]

_OLDEST = (3, 10)

# What would bring code of this process's environment into another one.
_FOREIGN = ("CONDA_DEFAULT_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV")


def restore(
    folder: Path,
    model: MLModel,
    manager: str | None = None,
    *,
    tools: Sequence[str] = (),
    requirements: Sequence[str] | None = None,
) -> Activation:
    """Make the environment of a model, or find it in the cache, and return how to get into it.

    It holds what the model's files ask for, with runyard in the place of the tool that saved the model: the core, the
    distributions of its flavors, and the tools that are named here.

    Args:
        folder: The model's folder on this machine.
        model: Its ``MLmodel`` file.
        manager: The environment manager; ``virtualenv`` by default. With ``local`` nothing is made: it is what runs
            now, and a warning says where that differs from what the model asks for.
        tools: Distributions such as ``runyard-serving`` to have there as well, in the version that is installed here.
        requirements: Requirements that take the place of those of the same names, or are added.

    Raises:
        InvalidInput: An environment file, a requirement or the manager is not valid.
        PluginMissing: The manager, or the flavor that loads the model, does not exist.
        ExecutionFailed: The environment cannot be made; the message holds the end of the installer's output.
    """
    from runyard.projects.environments import open_manager

    asked = environment_of(folder)
    opened = open_manager(Environment(kind="python_env", file=PYTHON_ENV), manager)
    if not opened.kinds:
        _warn_of_differences(folder, asked)
        return opened.activate(Environment(), folder)
    _check_python(folder, asked)
    with tempfile.TemporaryDirectory(prefix="runyard-environment-") as temporary:
        place = Path(temporary)
        kind = next((kind for kind in opened.kinds if _has(folder, kind)), "python_env")
        changed = placed_environment(folder, model, place, kind, tools=tools, requirements=requirements)
        if kind == "conda_env":
            environment = _write_conda(folder / CONDA, changed, place)
        else:
            environment = _write_python_env(changed, place)
        opened.check(environment, place)
        return opened.activate(environment, place)


def placed_environment(
    folder: Path,
    model: MLModel,
    place: Path,
    kind: str = "python_env",
    *,
    tools: Sequence[str] = (),
    requirements: Sequence[str] | None = None,
) -> PythonEnvironment:
    """Return what an environment is made of in which runyard loads a model, for an installer that works in a folder.

    Args:
        folder: The model's folder on this machine.
        model: Its ``MLmodel`` file.
        place: The folder of the installer; the files and folders that the model has installed are copied into it.
        kind: The kind of environment that is wanted, where the model describes several.
        tools: As for `restore`.
        requirements: As for `restore`.

    Raises:
        InvalidInput: An environment file or a requirement is not valid.
        PluginMissing: The flavor that loads the model does not exist.
    """
    if kind == "conda_env":
        asked = read_python_environment(Environment(kind=kind, file=CONDA), folder)
    else:
        asked = environment_of(folder)
    override = read_lines(requirements or (), Path.cwd(), "the requirements given", confined=False)
    return _placed(_replaced(asked, [*distributions_of(model), *map(pinned, tools)], override), place)


def environment_of(folder: Path) -> PythonEnvironment:
    """Return what the environment files of a model ask for.

    That is ``python_env.yaml``, else ``conda.yaml`` as far as pip can install what it names, else
    ``requirements.txt``.

    Raises:
        InvalidInput: A file breaks a rule; the message names it and the line.
    """
    for kind, file in (("python_env", PYTHON_ENV), ("conda_env", CONDA)):
        if (folder / file).is_file():
            return read_python_environment(Environment(kind=kind, file=file), folder)
    if (folder / REQUIREMENTS).is_file():
        return PythonEnvironment(lines=read_lines([f"-r {REQUIREMENTS}"], folder, str(folder)))
    return PythonEnvironment()


def process_variables(activation: Activation, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return all environment variables of a process in a model's environment.

    Those of this process go on, settings, credentials and the folders of wheels among them, except for what would bring
    in code from elsewhere, such as ``PYTHONPATH``.

    Args:
        activation: What `restore` returned.
        variables: Others, which count more.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**kept, **activation.variables, **(variables or {})}


def run_in(
    activation: Activation,
    arguments: Sequence[str],
    *,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
    **streams: Any,
) -> int:
    """Run the Python of an environment to its end, and return its exit code.

    Args:
        activation: What `restore` returned.
        arguments: What its Python is given: ``["-m", "runyard_serving.predict", ...]``.
        variables: Environment variables beside those of this process.
        folder: The folder that it starts in; the current one by default.
        **streams: ``stdin``, ``stdout`` and ``stderr`` as for `subprocess.Popen`; those of this process by default.

    Raises:
        ExecutionFailed: It cannot be started.
    """
    command = [activation.python, *arguments]
    try:
        process = subprocess.Popen(command, cwd=folder, env=process_variables(activation, variables), **streams)
    except OSError as error:
        raise ExecutionFailed(f"{activation.python} cannot be started: {error}.") from error
    with process:
        try:
            return process.wait()
        except BaseException:  # Ctrl-C reaches both; the other one ends by itself
            process.terminate()
            raise


def _has(folder: Path, kind: str) -> bool:
    return (folder / {"python_env": PYTHON_ENV, "conda_env": CONDA}[kind]).is_file()


def pinned(tool: str) -> str:
    """Return the requirement for a distribution, which may have extras, in the version that is installed here."""
    from runyard.models.distributions import get

    name, bracket, extras = tool.partition("[")
    found = get(name)
    return f"{name}{bracket}{extras}=={found.version.partition('+')[0]}" if found is not None else tool


def _check_python(folder: Path, asked: PythonEnvironment) -> None:
    """Refuse a Python that runyard cannot run in, before an environment is begun."""
    major, minor = (int(part) for part in re.findall(r"\d+", f"{asked.python or '3.10'}.0")[:2])
    if (major, minor) < _OLDEST and asked.python not in (None, "3"):
        raise ExecutionFailed(
            f"The model in {str(folder)!r} asks for Python {asked.python}, and runyard needs Python "
            f"{'.'.join(map(str, _OLDEST))} or newer to load it. Try it in the current environment with --env-manager "
            f"local, or name a newer Python in the model's {PYTHON_ENV}."
        )


def _warn_of_differences(folder: Path, asked: PythonEnvironment) -> None:
    from runyard.models.mismatch import warn_of_mismatches

    warn_of_mismatches(folder)
    own = platform.python_version()
    if asked.python is not None and asked.python.split(".")[:2] != own.split(".")[:2]:
        warnings.warn(
            f"The model in {str(folder)!r} was saved with Python {asked.python}, and this is Python {own}.",
            stacklevel=3,
        )


def _replaced(asked: PythonEnvironment, ours: Sequence[str], override: RequirementLines) -> PythonEnvironment:
    """Return an environment with runyard in it, and with what the caller says instead of the model."""
    lines = asked.lines
    names = {requirement_name(line) for line in override.requirements} - {None}
    kept = [line for line in replace_tool(lines.requirements, ours) if requirement_name(line) not in names]
    return PythonEnvironment(
        python=asked.python,
        build=asked.build,
        lines=RequirementLines(
            requirements=(*kept, *override.requirements),
            constraints=(
                *(line for line in lines.constraints if requirement_name(line) not in names),
                *override.constraints,
            ),
            local=(*lines.local, *override.local),
            editable=(*lines.editable, *override.editable),
        ),
        dropped=asked.dropped,
    )


def _placed(environment: PythonEnvironment, place: Path) -> PythonEnvironment:
    """Return an environment whose files are in a folder, so that it depends on nothing beside it.

    What a model wants to have installed in place is installed like anything else: its folder may be a download.
    """
    requirements = [line.removeprefix("--editable ") for line in environment.lines.requirements]
    for number, path in enumerate((*environment.lines.local, *environment.lines.editable)):
        inner = f"files/{number}/{path.name}"
        target = place / inner
        target.parent.mkdir(parents=True)
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns(".git", "__pycache__"))
        else:
            shutil.copyfile(path, target)
        requirements = [_with_path(line, path, f"./{inner}") for line in requirements]
    return PythonEnvironment(
        python=environment.python,
        build=environment.build,
        lines=RequirementLines(requirements=tuple(requirements), constraints=environment.lines.constraints),
        dropped=environment.dropped,
    )


def _with_path(line: str, path: Path, other: str) -> str:
    for text, new in ((path.as_uri(), f"file:{other}"), (str(path), other)):
        start, found, end = line.partition(text)
        if found and not re.match(r"[\w./%+-]", end):  # the whole path, and not the beginning of a longer one
            return f"{start}{new}{end}"
    return line


def _write_python_env(environment: PythonEnvironment, place: Path) -> Environment:
    lines = list(environment.lines.requirements)
    if environment.lines.constraints:
        lines.append(_write_constraints(environment, place))
    data: dict[str, Any] = {"build_dependencies": list(environment.build), "dependencies": lines}
    if environment.python is not None:
        data["python"] = environment.python
    write_yaml(place / PYTHON_ENV, data)
    return Environment(kind="python_env", file=PYTHON_ENV)


def _write_constraints(environment: PythonEnvironment, place: Path) -> str:
    (place / CONSTRAINTS).write_text("\n".join(environment.lines.constraints), encoding="utf-8")
    return f"-c {CONSTRAINTS}"


def _write_conda(file: Path, environment: PythonEnvironment, place: Path) -> Environment:
    """Write the conda environment of a model with other lines for pip."""
    from runyard.documents import load_yaml

    try:
        conda = load_yaml(file.read_bytes())
    except (OSError, ValueError) as error:
        raise DataDamaged(f"The conda environment {str(file)!r} cannot be read: {error}.") from None
    if not isinstance(conda, Mapping):
        raise InvalidInput(f"The conda environment {str(file)!r} is no mapping.")
    lines = list(environment.lines.requirements)
    if environment.lines.constraints:
        lines.append(_write_constraints(environment, place))
    kept = [item for item in conda.get("dependencies") or () if isinstance(item, str)]
    if not any(re.match(r"(\S+::)?pip\s*([=<>!~].*)?$", item) for item in kept):
        kept.append("pip")
    write_yaml(place / CONDA, {**conda, "dependencies": [*kept, {"pip": lines}]})
    return Environment(kind="conda_env", file=CONDA)
