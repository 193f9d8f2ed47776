"""Freezes a database of the last revision for the upgrade tests: ``python plugins/sql/tests/revisions/freeze.py``.

It goes into a folder that is called like the revision and never changes once a release has come out with it: the schema
of each kind of database, the rows of every table, and what the store and the registry say about them.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import column, table

from runyard import RunyardClient
from runyard.cli.output import plain
from runyard.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    RunTag,
    ViewType,
)
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.revision import HEAD
from runyard_sql.schema.scripts import SCRIPTS, script
from runyard_sql.tables import metadata

HERE = Path(__file__).parent
POINTS = [0.5, math.nan, math.inf, -math.inf, 0.25, 1e300]


def fill(client: RunyardClient) -> None:
    """Put something into every table."""
    experiment = client.create_experiment("frozen", "file:///frozen/artifacts", {"team": "ice", "size": "12"})
    client.rename_experiment(client.create_experiment("old", "file:///frozen/old"), "older")
    client.delete_experiment(client.get_experiment_by_name("older").experiment_id)  # type: ignore[union-attr]
    runs = [client.create_run(experiment, 1_700_000_000_000 + i, run_name=f"run {i}").info.run_id for i in range(3)]
    model = client.create_logged_model(experiment, "cube", runs[0], {"kind": "water"}, {"edge": 3}, "ice").model_id
    client.finalize_logged_model(model, "READY")
    data = Dataset(name="lake", digest="d1", source_type="local", source='{"uri": "lake.csv"}', schema="{}")
    client.log_inputs(runs[0], [DatasetInput(data, [InputTag("context", "train")])])
    client.log_inputs(runs[1], models=[LoggedModelInput(model)])
    client.log_outputs(runs[0], [LoggedModelOutput(model, 4)])
    for run in runs:
        client.log_batch(
            run,
            [Metric("loss", value, 1_700_000_000_000 + step, step) for step, value in enumerate(POINTS)],
            [Param("depth", "3"), Param("name", "Grönland ❄"), Param("rate", "NaN")],
            [RunTag("stage", "early"), RunTag("score", "-inf")],
        )
    client.log_batch(runs[0], [Metric("melt", 0.5, 1, 0, model, "lake", "d1")])
    client.set_terminated(runs[0], "FINISHED", 1_700_000_009_000)
    client.set_terminated(runs[1], "FAILED", 1_700_000_009_500)
    client.delete_run(runs[2])
    client.create_registered_model("fridge", {"team": "ice"}, "Keeps cool.")
    for run in runs[:2]:
        client.create_model_version("fridge", f"runs:/{run}/model", run, {"checked": "yes"}, description=f"of {run}")
    client.create_model_version("fridge", f"models:/{model}", description="of a logged model")
    client.transition_model_version_stage("fridge", "1", "Production")
    client.set_registered_model_alias("fridge", "champion", "2")


def answers(client: RunyardClient) -> Any:
    """Return all that the store and the registry say."""
    experiments = client.search_experiments(ViewType.ALL, order_by=["name"])
    ids = [experiment.experiment_id for experiment in experiments]
    runs = client.search_runs(ids, run_view_type=ViewType.ALL, order_by=["start_time"])
    found = {
        # that of the first one lies beside the database
        "experiments": [experiment for experiment in experiments if experiment.name != "Default"],
        "runs": [*runs],
        "best": [run.info.run_id for run in client.search_runs(ids, "params.depth = '3'", order_by=["metrics.loss"])],
        "histories": [client.get_metric_history(run.info.run_id, "loss") for run in runs],
        "logged_models": [*client.search_logged_models(ids)],
        "registered_models": [*client.search_registered_models()],
        "versions": [*client.search_model_versions("name = 'fridge'", order_by=["version_number"])],
        "champion": client.get_model_version_by_alias("fridge", "champion"),
    }
    answered = plain(msgspec.to_builtins(found))
    for run in answered["runs"]:
        run["data"]["latest_metrics"].sort(key=lambda metric: metric["key"])  # they are in no order
    return answered


def rows(database: Database) -> dict[str, Any]:
    """Return columns and rows of every table."""
    with database.read() as session:
        return {
            name: {
                "columns": each.columns.keys(),
                "rows": plain(sorted(session.all(each.select()), key=str)),
            }
            for name, each in metadata.tables.items()
            if name not in ("runyard_revision", "runyard_staged_points")  # which is empty as soon as anybody reads
        }


def thaw(database: Database, folder: Path) -> None:
    """Make a database as it was frozen."""
    with database.alone() as session:
        dialect = session.dialect
        for statement in folder.joinpath(f"{dialect.script}.sql").read_text("utf-8").split(";\n"):
            if statement.strip():
                session.run(statement)
        session.run("INSERT INTO runyard_revision (version_num) VALUES (?)", (folder.name,))
        tables: dict[str, Any] = json.loads(folder.joinpath("rows.json").read_text("utf-8"))
        for name, frozen in tables.items():
            insertion = table(name, *map(column, frozen["columns"])).insert()
            for row in frozen["rows"]:
                # JSON has no infinities, and MySQL has none either
                cells = [dialect.number(float(cell)) if cell in ("Infinity", "-Infinity") else cell for cell in row]
                session.run(insertion.values(dict(zip(frozen["columns"], cells, strict=True))))
            if dialect.name == "postgresql" and "id" in frozen["columns"]:
                session.all(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), GREATEST(MAX(id), 1)) FROM {name}")


def main() -> None:
    """Freeze a database of today."""
    folder = HERE / HEAD
    folder.mkdir(exist_ok=True)
    for name in SCRIPTS:
        folder.joinpath(f"{name}.sql").write_text(script(name), "utf-8")
    with tempfile.TemporaryDirectory() as place:
        address = f"sqlite:///{place}/runs.db"
        client = RunyardClient(address)
        fill(client)
        frozen = rows(Database(StoreURI.parse(address)))
        empty = [name for name, each in frozen.items() if not each["rows"]]
        if empty:
            sys.exit(f"Nothing in {', '.join(empty)}: let `fill` put something there.")
        for name, document in (("rows", frozen), ("answers", answers(client))):
            text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
            folder.joinpath(f"{name}.json").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
