"""Loads models and asks them: `read_models.py SYSTEM FOLDER`, with a JSON map of names to URIs on standard input."""

from __future__ import annotations

import importlib
import json
import sys

import numpy as np
from model_data import data_of
from model_environment import environment

SYSTEM, FOLDER = sys.argv[1:]
system = importlib.import_module(SYSTEM)
flavor = importlib.import_module(f"{SYSTEM}.sklearn")
pyfunc = importlib.import_module(f"{SYSTEM}.pyfunc")
models = importlib.import_module(f"{SYSTEM}.models")


def read(name: str, uri: str) -> dict[str, object]:
    loaded = pyfunc.load_model(uri)
    info = models.get_model_info(uri)
    example = loaded.input_example
    data = data_of(name)
    return {
        "predictions": np.asarray(loaded.predict(data)).tolist(),
        "native": np.asarray(flavor.load_model(uri).predict(data)).tolist(),
        "signature": info.signature and info.signature.to_dict(),
        "example": None if example is None else np.asarray(example).tolist(),
        "metadata": info.metadata,
        "flavors": {key: plain(section) for key, section in info.flavors.items()},
        "model_id": loaded.model_id,
        "environment": environment(SYSTEM, uri),
    }


def plain(section: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in section.items() if value is not None}


def read_all() -> dict[str, object]:
    system.set_tracking_uri(FOLDER)
    return {name: {uri: read(name, uri) for uri in uris} for name, uris in json.load(sys.stdin).items()}


if __name__ == "__main__":
    answers = read_all()
    sys.stdout.write("\n" + json.dumps(answers))
