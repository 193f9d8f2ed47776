"""Runs: made, changed, ended, deleted and restored."""

from __future__ import annotations

import re

from using.session import START, Session, step

LIMIT = 2**63 - 1


@step()
def one(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("runs")
    run = client.create_run(experiment_id, start_time=START, tags={"team": "ä", "empty": ""}, run_name="first")
    session.knows(run.info.run_id, "run one")
    session.see("made", run)
    session.see("shape of its id", bool(re.fullmatch("[0-9a-f]{32}", run.info.run_id)))
    session.see("read", client.get_run(run.info.run_id))
    client.update_run(run.info.run_id, status="SCHEDULED", name="second")
    session.see("changed", client.get_run(run.info.run_id))
    client.set_tag(run.info.run_id, "mlflow.runName", "third")
    session.see("renamed by its tag", client.get_run(run.info.run_id).info.run_name)
    client.set_terminated(run.info.run_id, "FAILED", START + 5)
    session.see("ended", client.get_run(run.info.run_id))
    client.update_run(run.info.run_id, status="RUNNING")
    session.see("goes on", client.get_run(run.info.run_id).info)


@step()
def defaults(session: Session) -> None:
    client = session.client
    run = client.create_run(session.experiment("defaults"))
    session.knows(run.info.run_id, "run without a name")
    session.see("shape of its name", bool(re.fullmatch(r"[a-z]+-[a-z]+-\d+", run.info.run_name)))
    session.see("in its tag", run.data.tags["mlflow.runName"] == run.info.run_name)
    session.see("start", run.info.start_time)
    session.see("end", run.info.end_time)
    client.set_terminated(run.info.run_id)
    ended = client.get_run(run.info.run_id).info
    session.see("ended", [ended.status, ended.end_time])


@step()
def trash(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("trash of runs")
    run_id = session.run(experiment_id, "deleted")
    client.delete_run(run_id)
    session.see("deleted", client.get_run(run_id))
    session.refused("metric", lambda: client.log_metric(run_id, "m", 1.0))
    session.refused("param", lambda: client.log_param(run_id, "p", "1"))
    session.refused("tag", lambda: client.set_tag(run_id, "t", "1"))
    session.refused("end", lambda: client.set_terminated(run_id))
    session.see("found as active", [*client.search_runs([experiment_id])])
    found = client.search_runs([experiment_id], run_view_type=session.entities.ViewType.DELETED_ONLY)
    session.see("found as deleted", [run.info.run_name for run in found])
    client.delete_run(run_id)
    client.restore_run(run_id)
    client.restore_run(run_id)
    session.see("restored", client.get_run(run_id).info)


@step("get_parent_run")
def nested(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("nested")
    parent = session.run(experiment_id, "parent")
    child = session.run(experiment_id, "child", tags={"mlflow.parentRunId": parent})
    session.see("parent of the child", client.get_parent_run(child).info)
    session.see("parent of the parent", client.get_parent_run(parent))


@step()
def refusals(session: Session) -> None:
    client = session.client
    unknown = "0123456789abcdef" * 2
    run_id = session.run(session.experiment("refusals of runs"), "refuses")
    session.refused("read unknown", lambda: client.get_run(unknown))
    session.refused("delete unknown", lambda: client.delete_run(unknown))
    session.refused("restore unknown", lambda: client.restore_run(unknown))
    session.refused("end unknown", lambda: client.set_terminated(unknown))
    session.refused("rename unknown", lambda: client.update_run(unknown, name="x"))
    session.refused("run in unknown experiment", lambda: client.create_run("99999999"))
    session.refused("two names", lambda: client.create_run("0", tags={"mlflow.runName": "a"}, run_name="b"))
    session.refused("unknown tag", lambda: client.delete_tag(run_id, "none"))
    session.refused("strange path", lambda: client.list_artifacts(run_id, "../x"))
