"""Searches of runs."""

from __future__ import annotations

from using.session import START, Session, step

FILTERS = (
    "",
    "metrics.acc > 0.5",
    "metrics.acc >= 0.5 AND params.model = 'rf'",
    "params.model LIKE 'x%'",
    "params.model ILIKE 'X%'",
    "params.model != 'rf'",
    "tags.team = 'a' and metrics.`val loss` < 1",
    "attributes.status = 'FINISHED'",
    "status != 'FINISHED'",
    "attributes.run_name LIKE '%3'",
    "run_name ILIKE 'RUN 1'",
    "start_time >= 1700000000000",
    "tags.`mlflow.runName` = 'run 4'",
    "metrics.none = 1",
    "params.number = '2'",
)
ORDERS = (["metrics.acc DESC", "params.number"], ["params.model", "run_name DESC"], ["start_time ASC"], ["run_name"])
REFUSED = (
    "metrics.acc",
    "metrics.acc > 'x'",
    "metrics.acc LIKE 'x'",
    "params.a > '1'",
    "nonsense.a = '1'",
    "attributes.nonsense = '1'",
    "params.a = b",
    "tags.a = 1",
    "params.a = 'x' AND",
    "status > 'FINISHED'",
)


def names(runs) -> list[str]:
    return [run.info.run_name for run in runs]


@step()
def runs(session: Session) -> None:
    client, entities = session.client, session.entities
    experiment_id = session.experiment("searched")
    other = session.experiment("searched too")
    session.run(other, "other")
    for number in range(8):
        run = client.create_run(experiment_id, start_time=START + number, run_name=f"run {number}")
        run_id = session.knows(run.info.run_id, f"run {number}")
        metrics = [entities.Metric("acc", number / 8, START, 0), entities.Metric("val loss", 2 - number / 4, START, 0)]
        params = [entities.Param("model", ("rf", "RF", "xgb")[number % 3]), entities.Param("number", str(number))]
        tags = [entities.RunTag("team", "ab"[number % 2])]
        client.log_batch(run_id, metrics[: number % 3], params, tags)
        if number % 2:
            client.set_terminated(run_id, end_time=START + 100 + number)
    for text in FILTERS:
        session.see(f"filter {text}", names(client.search_runs([experiment_id], text, order_by=["run_name"])))
    for order in ORDERS:
        session.see(f"order {order}", names(client.search_runs([experiment_id], order_by=order)))
    session.see("order by default", names(client.search_runs([experiment_id])))
    session.see("of two", names(client.search_runs([experiment_id, other], order_by=["run_name"])))
    session.see("of none", names(client.search_runs([])))
    session.see("of an unknown one", names(client.search_runs(["99999999"])))
    session.see("whole", client.search_runs([experiment_id], "run_name = 'run 5'"))
    token, pages = None, []
    while token or not pages:
        page = client.search_runs([experiment_id], order_by=["run_name"], max_results=3, page_token=token)
        pages.append(names(page))
        token = page.token
    session.see("pages", pages)
    for text in REFUSED:
        session.refused(f"filter {text}", lambda text=text: client.search_runs([experiment_id], text))
    session.refused("order", lambda: client.search_runs([experiment_id], order_by=["nonsense.a"]))
    session.refused("too many", lambda: client.search_runs([experiment_id], max_results=50_001))
    session.refused("token", lambda: client.search_runs([experiment_id], page_token="nonsense"))
