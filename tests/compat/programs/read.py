"""Prints everything that a folder holds as JSON: `read.py SYSTEM FOLDER`, with `mlflow` or `runyard` for the system."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from pathlib import Path

from plain import plain

SYSTEM, FOLDER = sys.argv[1:]
system = importlib.import_module(SYSTEM)
ViewType = importlib.import_module(f"{SYSTEM}.entities").ViewType


def pages(search, **arguments):
    token = None
    while True:
        page = search(page_token=token, **arguments)
        yield from page
        token = page.token
        if not token:
            return


def artifacts(client, run_id: str, path: str | None = None) -> list[object]:
    found: list[object] = []
    for info in client.list_artifacts(run_id, path):
        found.append(plain(info))
        if info.is_dir:
            found += artifacts(client, run_id, info.path)
        else:
            content = Path(client.download_artifacts(run_id, info.path)).read_bytes()
            found.append([info.path, hashlib.sha256(content).hexdigest()])
    return found


def read_run(client, run) -> object:
    run_id = run.info.run_id
    whole = client.get_run(run_id)
    listed = plain(run)
    return {
        "run": plain(whole),
        "listed": {"info": listed["info"], "data": listed["data"]},
        "history": {key: plain(client.get_metric_history(run_id, key)) for key in sorted(whole.data.metrics)},
        "artifacts": artifacts(client, run_id) if run.info.lifecycle_stage == "active" else [],
    }


def read_everything() -> object:
    system.set_tracking_uri(FOLDER)
    client = system.MlflowClient()
    experiments = [*pages(client.search_experiments, view_type=ViewType.ALL, max_results=2)]
    ids = [experiment.experiment_id for experiment in experiments]
    active = [experiment.experiment_id for experiment in experiments if experiment.lifecycle_stage == "active"]
    runs = [*pages(client.search_runs, experiment_ids=ids, run_view_type=ViewType.ALL, max_results=7)]
    models = [*pages(client.search_logged_models, experiment_ids=active, max_results=2)]
    registered = [*pages(client.search_registered_models, max_results=2)]
    versions = [*pages(client.search_model_versions, max_results=2)]
    return {
        "experiments": {
            experiment.name: plain(client.get_experiment(experiment.experiment_id)) for experiment in experiments
        },
        "order of experiments": ids,
        "runs": {run.info.run_id: read_run(client, run) for run in runs},
        "order of runs": [run.info.run_id for run in runs],
        "logged models": {model.model_id: plain(client.get_logged_model(model.model_id)) for model in models},
        "order of logged models": [model.model_id for model in models],
        "registered models": {model.name: plain(client.get_registered_model(model.name)) for model in registered},
        "versions": [plain(client.get_model_version(version.name, version.version)) for version in versions],
        "aliases": {
            f"{model.name}@{alias}": str(client.get_model_version_by_alias(model.name, alias).version)
            for model in registered
            for alias in sorted(model.aliases)
        },
    }


if __name__ == "__main__":
    json.dump(read_everything(), sys.stdout)
