"""What is to be moved: all that the source has and the target has not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from runyard_sql.tables import logged_models, registered_models, runs

if TYPE_CHECKING:
    from runyard_sql.importing.source import Source
    from runyard_sql.importing.target import Target

__all__ = ["Experiment", "Plan", "name_in", "plan"]

_DEFAULT_WORKSPACE = "default"
_LARGEST = 2**31 - 1

# What our entities have no place for. Tables that only serve others of these are left out.
_LEFT_BEHIND = {
    "trace_info": "traces",
    "spans": "spans of traces",
    "assessments": "assessments",
    "issues": "issues",
    "evaluation_datasets": "evaluation datasets",
    "evaluation_dataset_records": "records of evaluation datasets",
    "scorers": "scorers",
    "online_scoring_configs": "online scoring configurations",
    "label_schemas": "label schemas",
    "review_queues": "review queues",
    "jobs": "jobs",
    "webhooks": "webhooks",
    "secrets": "gateway secrets",
    "endpoints": "gateway endpoints",
    "model_definitions": "gateway model definitions",
    "budget_policies": "gateway budget policies",
    "guardrails": "gateway guardrails",
    "mcp_servers": "MCP servers",
    "users": "users",
}


class Experiment(msgspec.Struct, frozen=True, kw_only=True):
    """Where the runs of an experiment go.

    Attributes:
        source: Its number in MLflow's tables.
        name: What it is called with us.
        number: Its number with us; `None` if it gets one when it is made.
        is_new: Whether it has to be made, or is the untouched one that every database begins with.
        artifact_location: Where it keeps artifacts; empty if nobody said.
        creation_time: When it was made, in milliseconds since 1970 UTC; `None` if that is not known.
        last_update_time: Likewise.
        is_deleted: Whether it is in the trash.
    """

    source: int
    name: str
    number: int | None
    is_new: bool
    artifact_location: str
    creation_time: int | None
    last_update_time: int | None
    is_deleted: bool


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to do.

    Attributes:
        experiments: Every experiment of the source.
        runs: The ids of the runs that are missing or not whole, the oldest one first.
        logged_models: The ids of the logged models that are missing.
        registered_models: Workspace and name of the registered models that are missing.
        found: How much the source has of each kind.
        left_behind: How much there is of what has no place in our tables.
    """

    experiments: list[Experiment]
    runs: list[str]
    logged_models: list[str]
    registered_models: list[tuple[str | None, str]]
    found: dict[str, int]
    left_behind: dict[str, int]


def plan(source: Source, target: Target) -> Plan:
    """Compare two databases.

    Raises:
        Unavailable, StorageFailure: One of them cannot be reached, or refuses.
    """
    with source.state():
        experiments = source.all(
            source.select(
                "experiments",
                "experiment_id name artifact_location lifecycle_stage creation_time last_update_time workspace",
            ).order_by(source.column("experiments", "experiment_id"))
        )
        run_ids = _ids(source, "runs", "run_uuid", "start_time")
        model_ids = _ids(source, "logged_models", "model_id", "creation_timestamp_ms")
        orphans = source.count("runs") - len(run_ids)
        registered = source.all(
            source.select("registered_models", "workspace name").order_by(
                source.column("registered_models", "creation_time"), source.column("registered_models", "name")
            )
        )
        left_behind = {"runs without an experiment": orphans}
        left_behind |= {what: source.count(table) for table, what in _LEFT_BEHIND.items()}
        found = {
            "experiments": len(experiments),
            "runs": len(run_ids),
            "metric points": source.count("metrics"),
            "logged models": len(model_ids),
            "registered models": len(registered),
        }
    run_there = target.present(runs.c.run_id, run_ids) - target.unfinished_runs()
    model_there = target.present(logged_models.c.model_id, model_ids)
    registered_there = target.present(
        registered_models.c.name, [name_in(workspace, name, ".") for workspace, name in registered]
    )
    return Plan(
        experiments=_placed(experiments, target.experiments()),
        runs=[each for each in run_ids if each not in run_there],
        logged_models=[each for each in model_ids if each not in model_there],
        registered_models=[
            (workspace, name) for workspace, name in registered if name_in(workspace, name, ".") not in registered_there
        ],
        found=found,
        left_behind={what: count for what, count in left_behind.items() if count},
    )


def name_in(workspace: str | None, name: str, separator: str) -> str:
    """Return what we call something of a workspace: its name, behind that of the workspace unless that is the usual."""
    return name if workspace in (None, _DEFAULT_WORKSPACE) else f"{workspace}{separator}{name}"


def _ids(source: Source, table: str, key: str, order: str) -> list[str]:
    """Return every id of what an experiment has, in the order of a time, so that what is of one time lies together."""
    if not source.has(table):
        return []
    query = (
        source.select(table, key)
        .where(source.column(table, "experiment_id").in_(source.select("experiments", "experiment_id")))
        .order_by(source.column(table, order), source.column(table, key))
    )
    return [row[0] for row in source.all(query)]


def _placed(rows: Sequence[tuple[Any, ...]], there: Iterable[tuple[Any, ...]]) -> list[Experiment]:
    """Find the experiment with us for each of MLflow's.

    It is the one of the same name; or of the same number and birth, which was renamed since it had been moved; or the
    untouched ``0``, for MLflow's ``0``. Otherwise a new one is made, of the same number where that is free.
    """
    by_name = {row[1]: row for row in there}
    by_number = {row[0]: row for row in by_name.values()}
    placed = []
    for number, plain_name, location, stage, created, updated, workspace in rows:
        name = name_in(workspace, plain_name, "/")
        same_number = by_number.get(number)
        is_new = False
        if name in by_name and not (number == by_name[name][0] == 0 and not by_name[name][2]):
            into = by_name[name][0]
        elif same_number is not None and created is not None and same_number[3] == created:
            into = number
        elif number == 0 and same_number is not None and same_number[1] == "Default" and not same_number[2]:
            into, is_new = 0, True
        else:
            into, is_new = number if same_number is None and 0 <= number <= _LARGEST else None, True
        placed.append(
            Experiment(
                source=number,
                name=name,
                number=into,
                is_new=is_new,
                artifact_location=location or "",
                creation_time=created,
                last_update_time=updated,
                is_deleted=stage == "deleted",
            )
        )
    return placed
