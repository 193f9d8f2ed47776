"""The environment manager ``conda``: environments made by conda, mamba or micromamba, built once and shared."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from runyard.documents import load_yaml
from runyard.errors import ExecutionFailed, InvalidInput
from runyard.models.environment import write_yaml
from runyard.projects.backend import Activation, EnvironmentManager
from runyard.projects.mlproject import Environment
from runyard.projects.python_env import PythonEnvironment, read_python_environment
from runyard.uris import ArtifactPath
from runyard_local import indexes, settings
from runyard_local.environments import activation_of, announce, contents_of, digest_of, provide, python_of
from runyard_local.tools import run_tool, tool_environment

PROGRAMS = ("conda", "mamba", "micromamba")


class CondaManager(EnvironmentManager):
    """Makes conda environments.

    What pip shall install is installed by the environment's own pip, with the settings of pip. Scripts that packages
    have for ``conda activate`` are not run.
    """

    kinds = ("conda_env", "python_env")

    def check(self, environment: Environment, folder: Path) -> None:
        if environment.kind == "docker_env":
            raise InvalidInput("The environment manager 'conda' makes no containers; use --backend docker.")
        find_conda()
        _document(environment, folder)

    def activate(self, environment: Environment, folder: Path) -> Activation:
        program = find_conda()
        asked, document = _document(environment, folder)
        contents = contents_of(asked, folder)
        others = {key: value for key, value in document.items() if key != "dependencies"}
        packages = [item for item in document["dependencies"] if isinstance(item, str)]
        name = f"conda-{digest_of([others, packages, contents, indexes.decisive_settings(for_uv=False)])}"

        def build(target: Path, inherited: Sequence[int]) -> Mapping[str, Any]:
            announce(target)
            _create(program, document, target, inherited)
            if not python_of(target).exists():
                raise ExecutionFailed(
                    f"The environment of {environment.file} has no Python. Name one among its dependencies: "
                    f"python={platform.python_version()}."
                )
            return {"python": asked.python, "builder": os.path.basename(program), **document}

        made, _ = provide(name, build)
        return activation_of(made, {"CONDA_PREFIX": str(made), "CONDA_DEFAULT_ENV": str(made)})


def find_conda() -> str:
    """Return the program that makes conda environments.

    Raises:
        ExecutionFailed: There is none.
    """
    home, asked = settings.CONDA_HOME.get(), settings.CONDA_CREATE_ENV_CMD.get()
    names = (asked,) if asked else PROGRAMS
    folders = [os.path.join(home, "bin"), os.path.join(home, "condabin")] if home else []
    for name in names:
        found = shutil.which(name, path=os.pathsep.join(folders)) if home else shutil.which(name)
        if found is not None:
            return found
    own = os.environ.get("CONDA_EXE") or os.environ.get("MAMBA_EXE")
    if not asked and not home and own and os.access(own, os.X_OK):
        return own
    place = f"in {home!r}, which RUNYARD_CONDA_HOME names" if home else "on the path"
    raise ExecutionFailed(
        f"The environment manager 'conda' needs one of the programs {', '.join(names)}, and there is none {place}. "
        "Install Miniforge or micromamba, or use --env-manager virtualenv for what pip can install."
    )


def _document(environment: Environment, folder: Path) -> tuple[PythonEnvironment, dict[str, Any]]:
    """Return what an environment is made of, and the contents of the file that conda is given."""
    asked = read_python_environment(environment, folder)
    lines = [*asked.lines.requirements]
    if environment.kind != "conda_env":
        python = asked.python or platform.python_version()
        pip = [*asked.build, *lines]
        dependencies = [f"python={python}", "pip", *([{"pip": pip}] if pip else [])]
        return asked, {"channels": ["conda-forge"], "dependencies": dependencies}
    data = load_yaml(ArtifactPath(str(environment.file)).below(folder).read_bytes())
    # the name and the place of an environment are ours
    kept = {key: value for key, value in data.items() if key not in ("dependencies", "name", "prefix")}
    packages = [item for item in data.get("dependencies") or () if isinstance(item, str)]
    if lines and not any(re.match(r"(\S+::)?pip\s*([=<>!~].*)?$", item) for item in packages):
        packages.append("pip")
    return asked, {**kept, "dependencies": [*packages, *([{"pip": lines}] if lines else [])]}


def _create(program: str, document: Mapping[str, Any], target: Path, inherited: Sequence[int]) -> None:
    variables = tool_environment(
        {**indexes.pip_variables(), "CONDA_ALWAYS_YES": "true", "MAMBA_ALWAYS_YES": "true", "PIP_NO_INPUT": "1"}
    )
    with TemporaryDirectory(prefix="runyard-conda-") as temporary:
        file = Path(temporary, "environment.yaml")
        write_yaml(file, document)
        words = ["create"] if "micromamba" in os.path.basename(program) else ["env", "create"]
        run_tool(
            [program, *words, "--prefix", str(target), "--file", str(file)],
            "The conda environment cannot be made",
            folder=Path(temporary),
            variables=variables,
            inherited=inherited,
        )
