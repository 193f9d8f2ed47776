"""Searches runs: `search.py SYSTEM FOLDER SIZE [again]`; with `again`, once more after a search that does not count."""

from __future__ import annotations

from stopwatch import system, watch

mlflow, _, (size, *again) = system()
client = mlflow.MlflowClient()
experiment_id = client.get_experiment_by_name("searched").experiment_id


def search() -> list:
    return client.search_runs(
        [experiment_id],
        "metrics.acc > 0.1 AND params.model = 'rf'" if int(size) < 1000 else "",
        order_by=["metrics.loss ASC"],
        max_results=int(size),
    )


if again:
    search()
with watch():
    found = search()
assert len(found) == int(size)
