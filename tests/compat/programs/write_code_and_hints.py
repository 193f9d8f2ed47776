"""Saves Python models: `write_code_and_hints.py SYSTEM FOLDER`; prints, as JSON, what each predicts."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import pandas as pd
from pydantic import BaseModel

SYSTEM, FOLDER = sys.argv[1:]
pyfunc = importlib.import_module(f"{SYSTEM}.pyfunc")
hints = importlib.import_module(f"{SYSTEM}.types.type_hints")
TABLE = pd.DataFrame({"a": [1.0, 2.5]})

SCRIPT = """\
import mlflow
from mlflow.models import ModelConfig, set_model
from mlflow.pyfunc import PythonModel

config = ModelConfig(development_config={"by": 1.0})

class Scaling(PythonModel):
    def predict(self, context, model_input: list[float], params=None) -> list[float]:
        import mlflow.exceptions
        assert issubclass(mlflow.exceptions.MlflowException, Exception)
        return [value * config.get("by") for value in model_input]

set_model(Scaling())
"""
LOADER = """\
from pathlib import Path

class Reading:
    def __init__(self, path):
        self.text = Path(path).read_text()

    def predict(self, data, params=None):
        return [self.text] * len(data)

_load_pyfunc = Reading
"""


class Base(pyfunc.PythonModel):
    def __init__(self, factor: float) -> None:
        self.factor = factor

    def scale(self, table: pd.DataFrame) -> pd.DataFrame:
        return table * self.factor


class Scaling(Base):
    def load_context(self, context) -> None:
        self.texts = [Path(context.artifacts[name]).read_text() for name in ("one", "two")]

    def predict(self, context, model_input, params=None):
        more = (params or {}).get("more", 0)
        return [str(value + more) + "".join(self.texts) for value in self.scale(model_input)["a"]]


class Message(BaseModel):
    role: str
    size: int | None = None


class Hinted(pyfunc.PythonModel):
    def predict(self, model_input: list[Message], params=None) -> list[str]:
        return [f"{type(message).__name__} {message.role}" for message in model_input]


class Streaming(pyfunc.PythonModel):
    def predict(self, context, model_input):
        return list(self.predict_stream(context, model_input))

    def predict_stream(self, context, model_input, params=None):
        yield from range(3)


class Formed(pyfunc.PythonModel):
    def predict(self, model_input: hints.TypeFromExample):
        return [type(model_input).__name__, len(model_input)]


def make(factor: float):
    def double(model_input: list[float]) -> list[float]:
        return [factor * value for value in model_input]

    return double


def importing(model_input):
    import mlflow
    from mlflow.exceptions import MlflowException

    return [hasattr(mlflow, "log_metric") and issubclass(MlflowException, Exception)] * len(model_input)


def main() -> None:
    folder = Path(FOLDER)
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
        (folder / name / "text.txt").write_text(name)
    script, loader = folder / "scaling.py", folder / "reading_loader.py"
    script.write_text(SCRIPT)
    loader.write_text(LOADER)
    artifacts = {name: str(folder / name / "text.txt") for name in ("one", "two")}
    given: dict[str, dict[str, object]] = {
        "class": {"python_model": Scaling(2.0), "artifacts": artifacts, "input_example": (TABLE, {"more": 1.0})},
        "hinted": {"python_model": Hinted(), "input_example": [{"role": "x", "size": 1}]},
        "closure": {"python_model": make(3.0)},
        "importing": {"python_model": importing},
        "streaming": {"python_model": Streaming(), "streamable": True},
        "formed": {"python_model": Formed(), "input_example": ["x", "y"]},
        "code": {"python_model": str(script), "model_config": {"by": 2.5}},
        "loader": {
            "loader_module": "reading_loader",
            "data_path": str(folder / "one" / "text.txt"),
            "code_paths": [str(loader)],
        },
        "gzip": {"python_model": make(4.0)},
    }
    for name, arguments in given.items():
        if name in ("gzip",):
            os.environ["MLFLOW_LOG_MODEL_COMPRESSION"] = name
        pyfunc.save_model(str(folder / name), pip_requirements=["mlflow", "cloudpickle"], **arguments)


if __name__ == "__main__":
    main()
