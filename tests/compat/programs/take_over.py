"""Reads what another program left on a server: `take_over.py SYSTEM FOLDER SERVER NAME`; prints it as JSON.

The names are those of the program `use.py`, which was given the same NAME.
"""

from __future__ import annotations

import importlib
import json
import sys

import numpy
from plain import plain
from using.artifacts import files, tree
from using.session import Session

system, folder, server, name = sys.argv[1:]
session = Session(system, folder, server, name)
client = session.client


def runs_of(text: str):
    experiment = client.get_experiment_by_name(session.name(text))
    return client.search_runs([experiment.experiment_id], order_by=["attributes.run_name"])


def read(run) -> dict[str, object]:
    run_id = run.info.run_id
    return {
        "run": plain(run),
        "histories": {key: len(client.get_metric_history(run_id, key)) for key in run.data.metrics},
        "artifacts": [(path, is_folder, size or 0) for path, is_folder, size in tree(session, run_id)],
    }


found: dict[str, object] = {text: [read(run) for run in runs_of(text)] for text in ("metrics", "artifacts", "script")}
[run] = runs_of("artifacts")
found["files"] = files(client.download_artifacts(run.info.run_id, "", str(session.scratch("taken over"))))
trained = session.name("trained")
versions = client.search_model_versions(f"name = '{trained}'", order_by=["version_number"])
# A search of the reference system leaves out aliases.
found["versions"] = [plain(client.get_model_version(trained, each.version)) for each in versions]
loaded = importlib.import_module(f"{system}.pyfunc").load_model(f"models:/{trained}@champion")
found["predictions"] = loaded.predict(numpy.array([[0.0, 1.0], [1.0, 0.0]])).tolist()
client.log_metric(run.info.run_id, "later", 1.0)
client.log_text(run.info.run_id, "later", "later.txt")
found["goes on"] = [
    client.get_run(run.info.run_id).data.metrics["later"],
    "later.txt" in str(tree(session, run.info.run_id)),
]
print(json.dumps(found))
