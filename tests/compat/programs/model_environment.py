"""The environment files of a model, as either system reads them."""

from __future__ import annotations

import importlib
from pathlib import Path

from packaging.requirements import Requirement


def environment(system: str, uri: str) -> dict[str, object]:
    pyfunc = importlib.import_module(f"{system}.pyfunc")
    requirements = Path(pyfunc.get_model_dependencies(uri, format="pip"))
    lines = requirements.read_text().splitlines()
    found: dict[str, object] = {
        "requirements": [str(Requirement(line)) for line in lines],
        "conda": Path(pyfunc.get_model_dependencies(uri, format="conda")).read_text(),
    }
    if system == "mlflow":
        from mlflow.utils.environment import _PythonEnv

        restored = _PythonEnv.from_yaml(str(requirements.with_name("python_env.yaml")))
        converted = _PythonEnv.from_conda_yaml(str(requirements.with_name("conda.yaml")))
        found["restored"] = {"python": restored.python, "dependencies": restored.dependencies}
        found["converted"] = {"python": converted.python, "dependencies": sorted(converted.dependencies)}
    return found
