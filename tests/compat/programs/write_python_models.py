"""Saves Python models: `write_python_models.py SYSTEM FOLDER`, each in a folder of its name."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from python_model_data import TABLE, TENSORS

SYSTEM, GIVEN = sys.argv[1:]
pyfunc = importlib.import_module(f"{SYSTEM}.pyfunc")
infer_signature = importlib.import_module(f"{SYSTEM}.models").infer_signature
types = importlib.import_module(f"{SYSTEM}.types.schema")
models = importlib.import_module(f"{SYSTEM}.models")

FOLDER = Path(GIVEN)
SCRIPT = """
import mlflow
from mlflow.models import ModelConfig, set_model


class Scripted(mlflow.pyfunc.PythonModel):
    def __init__(self):
        self.add = ModelConfig(development_config={"add": 1}).get("add")

    def predict(self, context, model_input, params=None):
        return (model_input["size"] + self.add).tolist()


set_model(Scripted())
"""
LIBRARY = """
def triple(values):
    return [3 * value for value in values]
"""
LOADER = """
from pathlib import Path


class Adding:
    def __init__(self, add):
        self.add = add

    def predict(self, model_input):
        return (model_input["size"] + self.add).tolist()


def _load_pyfunc(path):
    return Adding(float(Path(path).read_text()))
"""


class WithArtifacts(pyfunc.PythonModel):
    def load_context(self, context):
        self.factor = float(Path(context.artifacts["factor"]).read_text())
        self.words = sorted(path.name for path in Path(context.artifacts["words"]).iterdir())

    def predict(self, context, model_input, params=None):
        times = (params or {}).get("times", 1)
        sizes = (model_input["size"] * self.factor * times).tolist()
        return {"sizes": sizes, "words": self.words, "unit": context.model_config["unit"]}


class Columns(pyfunc.PythonModel):
    def predict(self, context, model_input):
        frame = model_input
        return {"types": [str(kind).replace("str", "object") for kind in frame.dtypes], "rows": frame["count"] * 2}


class Hinted(pyfunc.PythonModel):
    def predict(self, model_input: list[str]) -> list[str]:
        return [text.upper() for text in model_input]


class Tensors(pyfunc.PythonModel):
    def predict(self, context, model_input):
        return {"sum": model_input["left"].sum(axis=1) + model_input["right"].sum()}


class Tripling(pyfunc.PythonModel):
    def predict(self, context, model_input):
        from tripling_library import triple

        return triple(model_input)


class Streaming(pyfunc.PythonModel):
    def predict(self, context, model_input):
        return list(model_input)

    def predict_stream(self, context, model_input):
        yield from model_input


def double(model_input):
    return [2 * value for value in model_input]


def save(name: str, **options) -> None:
    pyfunc.save_model(path=str(FOLDER / name), pip_requirements=["cloudpickle", "pandas"], **options)


def save_all() -> None:
    sources = FOLDER / "sources"
    (sources / "words").mkdir(parents=True)
    for name, text in {
        "script.py": SCRIPT,
        "tripling_library.py": LIBRARY,
        "adding_loader.py": LOADER,
        "factor.txt": "2.5",
        "words/one.txt": "1",
        "words/two.txt": "2",
    }.items():
        (sources / name).write_text(text)
    save(
        "artifacts",
        python_model=WithArtifacts(),
        artifacts={"factor": str(sources / "factor.txt"), "words": str(sources / "words")},
        model_config={"unit": "cm"},
        signature=infer_signature(TABLE, None, {"times": 1}),
        metadata={"owner": "ä"},
    )
    inputs = [
        types.ColSpec("double", "size"),
        types.ColSpec("integer", "count"),
        types.ColSpec("string", "kind"),
        types.ColSpec("datetime", "when"),
        types.ColSpec("boolean", "open", required=False),
    ]
    save("columns", python_model=Columns(), signature=models.ModelSignature(inputs=types.Schema(inputs)))
    save("function", python_model=double)
    save("hinted", python_model=Hinted())
    save("tensors", python_model=Tensors(), signature=infer_signature(TENSORS))
    save("code_paths", python_model=Tripling(), code_paths=[str(sources / "tripling_library.py")])
    save("from_code", python_model=str(sources / "script.py"), model_config={"add": 10})
    save(
        "loader_module",
        loader_module="adding_loader",
        data_path=str(sources / "factor.txt"),
        code_paths=[str(sources / "adding_loader.py")],
    )
    save("stream", python_model=Streaming())


if __name__ == "__main__":
    save_all()
