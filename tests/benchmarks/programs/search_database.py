"""Reads from a database that `fill_database.py` has filled: `search_database.py SYSTEM URI WHAT [again]`.

WHAT is `page` (filter and order by a metric, first 100), `narrow` (filter by a param as well), `frame` (all runs as a
DataFrame) or `history` (all points of the long series); with `again`, once more after a call that does not count.
"""

from __future__ import annotations

from stopwatch import system, watch

FILTERS = {"page": "metrics.acc > 0.5", "narrow": "metrics.acc > 0.5 AND params.model = 'rf'"}

mlflow, _, (what, *again) = system()
client = mlflow.MlflowClient()
experiment_id = client.get_experiment_by_name("searched").experiment_id
(longest,) = client.search_runs([client.get_experiment_by_name("history").experiment_id])


def read() -> object:
    if what in FILTERS:
        return client.search_runs([experiment_id], FILTERS[what], order_by=["metrics.loss ASC"], max_results=100)
    if what == "frame":
        return mlflow.search_runs([experiment_id], max_results=100_000)
    return client.get_metric_history(longest.info.run_id, "loss")


if what == "frame":
    import pandas  # noqa: F401 - whether that is imported before or after the watch starts is not the question
if again:
    read()
with watch():
    found = read()
assert len(found) == (100 if what in FILTERS else len(found)) > 0
