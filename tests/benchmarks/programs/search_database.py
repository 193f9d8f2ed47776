"""Reads from a database that `fill_database.py` has filled: `search_database.py SYSTEM URI WHAT [again]`.

WHAT is `page` (filter and order by a metric, first 100), `frame` (all runs as a DataFrame) or `history` (all points of
the long series); with `again`, once more after a call that does not count.
"""

from __future__ import annotations

from stopwatch import system, watch

mlflow, _, (what, *again) = system()
client = mlflow.MlflowClient()
experiment_id = client.get_experiment_by_name("searched").experiment_id
(longest,) = client.search_runs([client.get_experiment_by_name("history").experiment_id])


def read() -> object:
    if what == "page":
        return client.search_runs(
            [experiment_id],
            "metrics.acc > 0.5 AND params.model = 'rf'",
            order_by=["metrics.loss ASC"],
            max_results=100,
        )
    if what == "frame":
        return mlflow.search_runs([experiment_id], max_results=100_000)
    return client.get_metric_history(longest.info.run_id, "loss")


if what == "frame":
    import pandas  # noqa: F401 - whether that is imported before or after the watch starts is not the question
if again:
    read()
with watch():
    found = read()
assert len(found) == {"page": 100}.get(what, len(found)) > 0
