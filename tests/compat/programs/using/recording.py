"""Metrics, params and tags of runs."""

from __future__ import annotations

import math

from using.session import START, Session, step

LARGEST = 2**63 - 1


@step()
def metrics(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("metrics"), "metrics")
    values = [0.25, -0.0, 1e-300, 123456789.125, math.nan, 3]
    for number, value in enumerate(values):
        client.log_metric(run_id, "plain/ä.b-c d:e", value, timestamp=START + number, step=number)
    for number in (2, -3, LARGEST, 0):
        client.log_metric(run_id, "steps", number % 100, timestamp=START, step=number)
    client.log_metric(run_id, "same", 1.0, timestamp=START, step=1)
    client.log_metric(run_id, "same", 1.0, timestamp=START, step=1)
    client.log_metric(run_id, "same", 0.5, timestamp=START, step=1)
    client.log_metric(run_id, "integer", 7)
    client.log_metric(run_id, "nan", math.nan, timestamp=START)
    session.see("latest", client.get_run(run_id).data.metrics)
    for key in ("plain/ä.b-c d:e", "steps", "same", "nan", "unknown"):
        session.see(f"history of {key}", client.get_metric_history(run_id, key), sort=True)
    points = client.get_metric_history(run_id, "integer")
    session.see("defaults", [(point.step, point.value) for point in points])


@step()
def infinities(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("infinities"), "infinities")
    client.log_metric(run_id, "inf", math.inf, timestamp=START)
    client.log_metric(run_id, "-inf", -math.inf, timestamp=START)
    session.see("latest", client.get_run(run_id).data.metrics)


@step()
def params(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("params"), "params")
    for key, value in {
        "a": "1",
        "a/b.c-d e": "ä\n🦉",
        "empty": "",
        "number": 5,
        "none": None,
        "long": "x" * 6000,
    }.items():
        client.log_param(run_id, key, value)
    client.log_param(run_id, "a", "1")
    session.see("given back", client.log_param(run_id, "again", 5))
    session.refused("changed", lambda: client.log_param(run_id, "a", "2"))
    session.see("params", client.get_run(run_id).data.params)
    client.log_param(run_id, "longer", "y" * 6001)
    session.see("cut", len(client.get_run(run_id).data.params["longer"]))


@step()
def tags(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("tags"), "tags")
    for key, value in {"a": "1", "a/b": "ä\n🦉", "empty": "", "number": 5, "gone": "1"}.items():
        client.set_tag(run_id, key, value)
    client.set_tag(run_id, "a", "2")
    client.delete_tag(run_id, "gone")
    session.see("tags", client.get_run(run_id).data.tags)


@step()
def batches(session: Session) -> None:
    client, entities = session.client, session.entities
    run_id = session.run(session.experiment("batches"), "batches")
    client.log_batch(
        run_id,
        metrics=[entities.Metric("m", number / 4, START + number, number) for number in range(2500)],
        params=[entities.Param(f"p{number}", str(number)) for number in range(250)],
        tags=[entities.RunTag(f"t{number}", str(number)) for number in range(250)],
    )
    data = client.get_run(run_id).data
    session.see("latest", data.metrics)
    session.see("params", len(data.params))
    session.see("tags", len(data.tags))
    points = client.get_metric_history(run_id, "m")
    session.see("points", [len(points), sum(point.value for point in points), sum(point.step for point in points)])
    client.log_batch(run_id)
    session.refused(
        "two values", lambda: client.log_batch(run_id, params=[entities.Param("q", "1"), entities.Param("q", "2")])
    )
    session.refused("other value", lambda: client.log_batch(run_id, params=[entities.Param("p0", "x")]))


@step()
def refusals(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("refusals of recording"), "refuses")
    unknown = "0123456789abcdef" * 2
    session.refused("unknown run", lambda: client.log_metric(unknown, "m", 1.0))
    session.refused("unknown run, param", lambda: client.log_param(unknown, "m", 1.0))
    session.refused("unknown run, tag", lambda: client.set_tag(unknown, "m", 1.0))
    for key in ("", "a//b", "../a", "/a", "a/", "a?b", "x" * 251):
        session.refused(f"metric {key[:9]}", lambda key=key: client.log_metric(run_id, key, 1.0))
        session.refused(f"param {key[:9]}", lambda key=key: client.log_param(run_id, key, 1.0))
        session.refused(f"tag {key[:9]}", lambda key=key: client.set_tag(run_id, key, 1.0))
    session.refused("text as value", lambda: client.log_metric(run_id, "m", "nonsense"))
    session.refused("negative time", lambda: client.log_metric(run_id, "m", 1.0, timestamp=-1))
    session.see("nothing is there", client.get_run(run_id).data)


@step()
def asynchronous(session: Session) -> None:
    if not session.takes("log_metric", "synchronous"):
        return
    client, entities = session.client, session.entities
    run_id = session.run(session.experiment("asynchronous"), "asynchronous")
    pending = [
        client.log_metric(run_id, "m", number / 2, timestamp=START + number, step=number, synchronous=False)
        for number in range(50)
    ]
    pending += [
        client.log_param(run_id, "p", "1", synchronous=False),
        client.set_tag(run_id, "t", "1", synchronous=False),
        client.log_batch(run_id, metrics=[entities.Metric("n", 1.0, START, 0)], synchronous=False),
    ]
    for operation in pending:
        operation.wait()
    data = client.get_run(run_id).data
    session.see("data", data)
    session.see("points", len(client.get_metric_history(run_id, "m")))
