"""Logs PyTorch models: `write_torch_models.py SYSTEM FOLDER`; prints where they are and what they predict, as JSON."""

from __future__ import annotations

import importlib
import json
import pickle
import platform
import sys

import torch
from torch_models import NUMBERS, network

SYSTEM, FOLDER = sys.argv[1:]
system = importlib.import_module(SYSTEM)
flavor = importlib.import_module(f"{SYSTEM}.pytorch")
infer_signature = importlib.import_module(f"{SYSTEM}.models").infer_signature


def log(name: str, model, **options) -> dict[str, object]:
    with system.start_run(run_name=name) as run:
        info = flavor.log_model(model, name=name, **options)
        flavor.log_state_dict(network().state_dict(), "state")
    return {
        "uris": [info.model_uri, f"runs:/{run.info.run_id}/{name}"],
        "state": f"runs:/{run.info.run_id}/state",
        "python": platform.python_version(),
    }


def log_all() -> dict[str, object]:
    system.set_tracking_uri(FOLDER)
    system.set_experiment("torch models")
    module = network()
    predictions = module(torch.from_numpy(NUMBERS)).detach().numpy()
    logged = {
        "exported": log("exported", module, input_example=NUMBERS[:2], metadata={"owner": "ä"}),
        "declared": log(
            "declared",
            module,
            input_example=NUMBERS[:1].repeat(2, axis=0),
            signature=infer_signature(NUMBERS, predictions),
            serialization_format="pt2",
        ),
        "pickled": log(
            "pickled",
            module,
            signature=infer_signature(NUMBERS, predictions),
            serialization_format="pickle",
            registered_model_name="net",
        ),
        "plain": log("plain", module, serialization_format="pickle", pickle_module=pickle),
        "scripted": log(
            "scripted",
            torch.jit.trace(module, torch.from_numpy(NUMBERS)),
            serialization_format="pickle",
            extra_pip_requirements=["packaging<99"],
        ),
    }
    system.MlflowClient().set_registered_model_alias("net", "best", "1")
    logged["pickled"]["uris"] += ["models:/net/1", "models:/net@best"]
    return {"predictions": predictions.tolist(), "models": logged}


if __name__ == "__main__":
    logged = log_all()
    sys.stdout.write("\n" + json.dumps(logged))
