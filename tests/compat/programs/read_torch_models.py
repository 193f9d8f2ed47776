"""Loads PyTorch models and asks them: `read_torch_models.py SYSTEM FOLDER`, what was written on standard input."""

from __future__ import annotations

import importlib
import json
import sys

import numpy as np
import pandas as pd
import torch
from model_environment import environment
from torch_models import NUMBERS

SYSTEM, FOLDER = sys.argv[1:]
system = importlib.import_module(SYSTEM)
flavor = importlib.import_module(f"{SYSTEM}.pytorch")
pyfunc = importlib.import_module(f"{SYSTEM}.pyfunc")
models = importlib.import_module(f"{SYSTEM}.models")


def read(uri: str) -> dict[str, object]:
    loaded = pyfunc.load_model(uri)
    info = models.get_model_info(uri)
    example = loaded.input_example
    found: dict[str, object] = {
        "predictions": np.asarray(loaded.predict(NUMBERS)).tolist(),
        "one": np.asarray(loaded.predict(NUMBERS[:1])).tolist(),
        "native": flavor.load_model(uri)(torch.from_numpy(NUMBERS)).detach().numpy().tolist(),
        "signature": info.signature and info.signature.to_dict(),
        "example": None if example is None else np.asarray(example).tolist(),
        "metadata": info.metadata,
        "flavors": {key: plain(section) for key, section in info.flavors.items()},
        "environment": environment(SYSTEM, uri),
    }
    if info.signature is None:
        frame = loaded.predict(pd.DataFrame(NUMBERS, index=[9, 8, 7, 6]))
        found["frame"] = [list(frame.index), frame.to_numpy().tolist()]
    return found


def plain(section: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in section.items() if value is not None}


def read_all() -> dict[str, object]:
    system.set_tracking_uri(FOLDER)
    written = json.load(sys.stdin)
    return {
        name: {
            "models": {uri: read(uri) for uri in model["uris"]},
            "state": {key: value.tolist() for key, value in flavor.load_state_dict(model["state"]).items()},
        }
        for name, model in written.items()
    }


if __name__ == "__main__":
    answers = read_all()
    sys.stdout.write("\n" + json.dumps(answers))
