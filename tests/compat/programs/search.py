"""Answers searches: `search.py SYSTEM FOLDER`, with a JSON list of [what, filter, orders] on standard input."""

from __future__ import annotations

import importlib
import json
import sys

SYSTEM, FOLDER = sys.argv[1:]
system = importlib.import_module(SYSTEM)
ViewType = importlib.import_module(f"{SYSTEM}.entities").ViewType


def answer(client, what: str, text: str, orders: list) -> list[str]:
    if what == "runs":
        ids = [experiment.experiment_id for experiment in client.search_experiments()]
        found = client.search_runs(ids, text, max_results=1000, order_by=orders)
        return [run.info.run_id for run in found]
    if what == "experiments":
        found = client.search_experiments(view_type=ViewType.ALL, filter_string=text, order_by=orders or None)
        return [experiment.name for experiment in found]
    if what == "registered models":
        return [model.name for model in client.search_registered_models(text, order_by=orders)]
    if what == "model versions":
        return [f"{found.name}/{found.version}" for found in client.search_model_versions(text, order_by=orders)]
    ids = [experiment.experiment_id for experiment in client.search_experiments()]
    return [model.name for model in client.search_logged_models(ids, text, order_by=orders)]


def answers() -> list[object]:
    system.set_tracking_uri(FOLDER)
    client = system.MlflowClient()
    found: list[object] = []
    for what, text, orders in json.load(sys.stdin):
        try:
            found.append(answer(client, what, text, orders))
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    return found


if __name__ == "__main__":
    json.dump(answers(), sys.stdout)
