"""``runyard db import``, with a database that MLflow has written: see ``reference/freeze.py``."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Double, Float, MetaData, create_engine

from runyard import RunyardClient
from runyard.cli.main import main
from runyard.entities import Run, ViewType
from runyard.errors import InvalidInput, InvalidState, StorageFailure
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.engine import bound
from runyard_sql.importing import runs as run_module
from runyard_sql.importing.moving import Progress, Report, import_from
from runyard_sql.maintenance.checks import problems

DUMP = Path(__file__).parent / "reference" / "mlflow.sql"
START = 1_700_000_000_000
MOVED = {
    "experiments": 3,
    "runs": 8,
    "metric points": 18,
    "logged models": 3,
    "registered models": 3,
    "model versions": 5,
}


def thaw(path: Path, *changes: str) -> str:
    """Make the database of a file as MLflow has left it, change it, and return its address."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text("utf-8"))
        for change in changes:
            connection.executescript(change)
        connection.commit()
    return f"sqlite:///{path}"


@pytest.fixture
def source(tmp_path: Path, databases: None) -> str:
    return thaw(tmp_path / "mlflow.db")


def move(source: str, into: str | None = None, **options: Any) -> Report:
    with (
        closing(Database(StoreURI.parse(source))) as database,
        closing(Database(StoreURI.parse(into or source))) as target,
    ):
        return import_from(database, target, **options)


def assert_sound(address: str) -> None:
    with closing(Database(StoreURI.parse(address))) as database:
        assert problems(database, full=True) == []


def tables(path: Path) -> list[str]:
    """Return the lines of a dump of MLflow's tables."""
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if "runyard_" not in line and "sqlite_sequence" not in line]


def run_of(client: RunyardClient, name: str) -> Run:
    (found,) = client.search_runs(["0", "1", "2"], f"run_name = '{name}'", run_view_type=ViewType.ALL)
    return client.get_run(found.info.run_id)


def history(client: RunyardClient, run: Run, key: str) -> list[tuple[int, int, str]]:
    return sorted(
        (each.step, each.timestamp - START, str(each.value)) for each in client.get_metric_history(run.info.run_id, key)
    )


def test_into_the_same_database(source: str, tmp_path: Path) -> None:
    before = tables(tmp_path / "mlflow.db")
    report = move(source)
    assert report.moved == MOVED
    assert (report.renumbered, report.left_behind) == ({}, {"traces": 1, "spans of traces": 1, "assessments": 1})
    assert tables(tmp_path / "mlflow.db") == before
    assert_sound(source)


def test_experiments(source: str) -> None:
    move(source)
    client = RunyardClient(source)
    default, main, gone = (client.get_experiment(each) for each in "012")
    assert (default.name, default.artifact_location) == ("Default", "file:///ice/0")
    assert (main.name, main.artifact_location) == ("glacier", "file:///ice/artifacts")
    assert main.tags == {"team": "ice ❄", "size": "12"}
    assert main.creation_time == main.last_update_time
    assert main.creation_time is not None
    assert main.creation_time > START
    assert (gone.lifecycle_stage, run_of(client, "dried up").info.lifecycle_stage) == ("deleted", "deleted")
    client.restore_experiment("2")
    assert run_of(client, "dried up").info.lifecycle_stage == "active"
    assert client.create_experiment("next") == "3"


def test_runs(source: str) -> None:
    move(source)
    client = RunyardClient(source)
    assert run_of(client, "by default").info.artifact_uri == "file:///ice/0/a"
    run = run_of(client, "run 0")
    assert (run.info.status, run.info.start_time, run.info.end_time) == ("FINISHED", START, START + 1000)
    assert run.info.artifact_uri == f"file:///ice/artifacts/{run.info.run_id}/artifacts"
    assert run.data.params == {"depth": "3", "rate": "NaN", "text": "Grönland\nand 更大"}
    assert run.data.tags == {"mlflow.runName": "run 0", "stage": "early", "empty": ""}
    statuses = [run_of(client, f"run {number}").info.status for number in range(5)]
    assert statuses == ["FINISHED", "FAILED", "KILLED", "SCHEDULED", "RUNNING"]
    assert run_of(client, "run 5").info.lifecycle_stage == "deleted"
    assert [each.info.run_name for each in client.search_runs(["1"], "params.depth = '3' and metrics.loss < 0.3")] == [
        "run 0"
    ]


def test_metrics(source: str) -> None:
    move(source)
    client = RunyardClient(source)
    run = run_of(client, "run 0")
    assert history(client, run, "loss") == [(step, step, str(1 / (step + 1))) for step in range(5)]
    assert history(client, run, "odd") == [
        *((0, 0, "nan"), (1, 0, "inf"), (2, 0, "-inf"), (3, 0, "0.5"), (4, 0, "0.0"), (4, 0, "nan"))
    ]
    assert history(client, run, "back") == [(3, 1, "2.0"), (9, 8, "3.0"), (9, 9, "1.0")]
    assert run.data.metrics["back"] == 1.0
    assert run.data.metrics["odd"] == 0.0


def test_inputs_and_outputs(source: str) -> None:
    move(source)
    client = RunyardClient(source)
    maker, reader = run_of(client, "run 0"), run_of(client, "run 1")
    (lake,) = maker.inputs.dataset_inputs
    assert (lake.dataset.name, lake.dataset.digest, lake.dataset.source_type) == ("lake", "d1", "local")
    assert (lake.dataset.source, lake.dataset.schema) == ('{"uri": "lake.csv"}', '{"columns": []}')
    assert lake.dataset.profile == '{"rows": 3}'
    assert {tag.key: tag.value for tag in lake.tags} == {"mlflow.data.context": "train", "fold": "1"}
    assert [each.dataset.name for each in reader.inputs.dataset_inputs] == ["lake", "sea"]
    (made,) = maker.outputs.model_outputs
    (read,) = reader.inputs.model_inputs
    assert (made.model_id, made.step) == (read.model_id, 4)
    assert client.get_logged_model(made.model_id).name == "cube"


def test_logged_models(source: str) -> None:
    move(source)
    client = RunyardClient(source)
    models = {model.name: model for model in client.search_logged_models(["1"])}
    assert {name: str(model.status) for name, model in models.items()} == {"cube": "READY", "slush": "FAILED"}
    cube = models["cube"]
    run = run_of(client, "run 0")
    assert (cube.model_type, cube.source_run_id) == ("ice", run.info.run_id)
    assert (cube.params, cube.tags["kind"]) == ({"edge": "3"}, "water")
    assert cube.artifact_location == f"file:///ice/artifacts/models/{cube.model_id}/artifacts"
    points = {(each.key, each.dataset_name): (each.step, str(each.value), each.run_id) for each in cube.metrics or ()}
    assert points == {
        ("melt", None): (1, "0.5", run.info.run_id),
        ("melt", "lake"): (0, "nan", run.info.run_id),
        ("zero", None): (0, "0.0", run.info.run_id),
    }


def test_registry(source: str) -> None:
    move(source)
    client = RunyardClient(source)
    fridge = client.get_registered_model("fridge")
    assert (fridge.description, fridge.tags) == ("Keeps cool.", {"team": "ice"})
    assert fridge.aliases == {"champion": "2", "coldest": "4"}
    versions = sorted(client.search_model_versions("name = 'fridge'"), key=lambda each: each.version)
    assert [(each.version, each.current_stage) for each in versions] == [
        *(("1", "Production"), ("2", "None"), ("3", "None"), ("4", "None"))
    ]
    first, *_, fourth = versions
    assert (first.tags, first.description, first.run_id) == (
        {"checked": "yes"},
        "cold",
        run_of(client, "run 0").info.run_id,
    )
    assert first.source == f"file:///ice/{first.run_id}"
    assert fourth.source == f"models:/{fourth.model_id}"
    assert client.get_logged_model(fourth.model_id or "").name == "cube"
    assert client.get_registered_model("empty").latest_versions == []
    assert client.get_model_version("greeting", "1").tags["mlflow.prompt.text"] == "Hello, {{name}}!"
    assert client.create_model_version("fridge", "file:///new").version == "6", "5 was deleted and is not used again"


def test_into_another_database(source: str, tmp_path: Path) -> None:
    into = f"sqlite:///{tmp_path}/ours.db"
    move(source, into)
    assert run_of(RunyardClient(into), "run 0").data.metrics["loss"] == 0.2
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name LIKE 'runyard%'").fetchall()


def test_again(source: str) -> None:
    move(source)
    client = RunyardClient(source)
    run = run_of(client, "run 0").info.run_id
    client.log_metric(run, "loss", 7.0, step=99)
    client.set_tag(run, "stage", "late")
    client.rename_experiment("1", "iceberg")
    report = move(source)
    assert set(report.moved.values()) == {0}
    assert client.get_run(run).data.metrics["loss"] == 7.0
    assert client.get_run(run).data.tags["stage"] == "late"
    assert len(client.search_experiments(ViewType.ALL)) == 3
    assert_sound(source)


@pytest.mark.parametrize("broken", ["link_datasets", "add_points"])
def test_interrupted(source: str, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    whole = getattr(run_module, broken)
    monkeypatch.setattr(run_module, "_POINTS_AT_ONCE", 4)
    calls = 0

    def fail(*arguments: Any, **options: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StorageFailure("The power is gone.")
        whole(*arguments, **options)

    monkeypatch.setattr(run_module, broken, fail)
    with pytest.raises(StorageFailure):
        move(source)
    monkeypatch.setattr(run_module, broken, whole)
    move(source)
    client = RunyardClient(source)
    run = run_of(client, "run 0")
    assert run.data.tags == {"mlflow.runName": "run 0", "stage": "early", "empty": ""}
    assert len(history(client, run, "odd")) == 6
    assert set(move(source).moved.values()) == {0}
    assert_sound(source)


def test_dry_run(source: str, tmp_path: Path) -> None:
    report = move(source, f"sqlite:///{tmp_path}/ours.db", dry_run=True)
    assert report.moved == {kind: MOVED[kind] for kind in report.moved}
    assert report.found == {kind: MOVED[kind] for kind in report.found}
    assert not tmp_path.joinpath("ours.db").exists()


def test_where_other_experiments_are(source: str, tmp_path: Path) -> None:
    into = f"sqlite:///{tmp_path}/ours.db"
    client = RunyardClient(into)
    client.create_run("0")
    other = client.create_experiment("another")
    same = client.create_experiment("puddle")
    assert (other, same) == ("1", "2")
    assert move(source, into, dry_run=True).renumbered == {"1": None}
    report = move(source, into)
    assert report.renumbered == {"1": "3"}
    assert report.moved["experiments"] == 1
    assert client.get_experiment("3").name == "glacier"
    assert len(client.search_runs(["3"])) == 5
    assert client.search_runs(["1"]) == []
    assert [run.info.run_name for run in client.search_runs(["2"], run_view_type=ViewType.ALL)] == ["dried up"]
    assert len(client.search_runs(["0"])) == 2
    assert_sound(into)


def test_workspaces(tmp_path: Path, databases: None) -> None:
    source = thaw(
        tmp_path / "mlflow.db",
        "INSERT INTO experiments VALUES (7, 'glacier', 'file:///team', 'active', 1, 1, 'team')",
        "INSERT INTO registered_models VALUES ('fridge', 1, 1, 'Of the team.', 'team')",
        "INSERT INTO registered_model_tags VALUES ('floor', '2', 'fridge', 'team')",
    )
    move(source)
    client = RunyardClient(source)
    assert client.get_experiment("7").name == "team/glacier"
    assert client.get_registered_model("team.fridge").tags == {"floor": "2"}
    assert client.get_registered_model("fridge").tags == {"team": "ice"}


def test_fields_that_became_tags(tmp_path: Path, databases: None) -> None:
    source = thaw(
        tmp_path / "mlflow.db",
        "UPDATE runs SET source_type = 'PROJECT', source_name = 'train.py', entry_point_name = 'main', "
        "source_version = 'abc' WHERE name = 'run 1'",
        "DELETE FROM tags WHERE value = 'run 2'",
        "UPDATE runs SET name = '' WHERE name = 'run 3'",
    )
    move(source)
    client = RunyardClient(source)
    assert run_of(client, "run 1").data.tags == {
        "mlflow.runName": "run 1",
        "mlflow.source.type": "PROJECT",
        "mlflow.source.name": "train.py",
        "mlflow.project.entryPoint": "main",
        "mlflow.source.git.commit": "abc",
    }
    assert run_of(client, "run 2").data.tags == {"mlflow.runName": "run 2"}
    assert run_of(client, "run 3").info.status == "SCHEDULED"


def test_runs_without_an_experiment(tmp_path: Path, databases: None) -> None:
    source = thaw(tmp_path / "mlflow.db", "UPDATE runs SET experiment_id = 99 WHERE name = 'run 1'")
    report = move(source)
    assert report.found["runs"] == report.moved["runs"] == 7
    assert report.left_behind["runs without an experiment"] == 1


def test_many_runs(source: str, tmp_path: Path) -> None:
    runs, points = 450, 30
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        connection.executemany(
            "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, artifact_uri, experiment_id) "
            "VALUES (?, ?, 'FINISHED', ?, 'active', 'file:///x', 1)",
            [(f"{number:032x}", f"many {number}", START + number) for number in range(runs)],
        )
        connection.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)",
            [
                (f"m{step % 3}", step / 7 - number, START + step, f"{number:032x}", step)
                for number in range(runs)
                for step in range(points)
            ],
        )
        connection.commit()
    seen: list[Progress] = []
    report = move(source, progress=seen.append)
    assert report.moved["metric points"] == MOVED["metric points"] + runs * points
    assert seen[-1] == Progress(
        done=sum(report.moved[kind] for kind in ("experiments", "runs", "logged models", "registered models")),
        total=seen[0].total,
        points=report.moved["metric points"],
    )
    assert [each.done for each in seen] == sorted(each.done for each in seen)
    client = RunyardClient(source)
    found = client.search_runs(["1"], "metrics.m2 > -1 and run_name like 'many%'", order_by=["start_time DESC"])
    assert [run.info.run_name for run in found] == [f"many {number}" for number in range(5, -1, -1)]
    assert_sound(source)


def test_tables_of_mlflow_2_0(tmp_path: Path, databases: None) -> None:
    later = "datasets inputs input_tags logged_model_metrics logged_model_params logged_model_tags logged_models"
    changes = [f"DROP TABLE {name}" for name in (*later.split(), "registered_model_aliases")]
    for name in ("experiments", "registered_models", "registered_model_tags", "model_versions", "model_version_tags"):
        columns = re.search(
            rf'CREATE TABLE (?:IF NOT EXISTS )?"{name}" \((.*?)CONSTRAINT', DUMP.read_text("utf-8"), re.DOTALL
        )
        assert columns
        kept = ", ".join(
            line.split()[0] for line in columns[1].splitlines() if line.strip() and "workspace" not in line
        )
        changes += [
            f"CREATE TABLE old AS SELECT {kept} FROM {name}; DROP TABLE {name}; ALTER TABLE old RENAME TO {name}"
        ]
    source = thaw(tmp_path / "mlflow.db", "PRAGMA foreign_keys = OFF", *changes)
    report = move(source)
    assert report.moved == {**MOVED, "logged models": 0}
    client = RunyardClient(source)
    assert client.get_registered_model("fridge").aliases == {}
    assert run_of(client, "run 0").inputs.dataset_inputs == []


def test_tables_of_mlflow_1(tmp_path: Path, databases: None) -> None:
    source = thaw(tmp_path / "mlflow.db", "ALTER TABLE experiments RENAME COLUMN creation_time TO born")
    with pytest.raises(InvalidState, match="no column creation_time"):
        move(source)
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name LIKE 'runyard%'").fetchall()


def test_nothing_to_import(tmp_path: Path, databases: None) -> None:
    with pytest.raises(InvalidInput, match="There is no database"):
        move(f"sqlite:///{tmp_path}/none.db")
    RunyardClient(f"sqlite:///{tmp_path}/ours.db").create_experiment("x")
    with pytest.raises(InvalidInput, match="no tables of MLflow"):
        move(f"sqlite:///{tmp_path}/ours.db")
    assert not tmp_path.joinpath("none.db").exists()


def test_a_database_of_mlflow_is_told_of_once(
    source: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.WARNING, "runyard"):
        RunyardClient(source).create_experiment("first")
        RunyardClient(source).create_experiment("second")
    (told,) = (record.getMessage() for record in caplog.records if "db import" in record.getMessage())
    assert told == (
        f"The database {source} has tables of MLflow, whose runs and models do not show here. Bring them over with: "
        f"runyard db import '{source}'"
    )


def test_an_import_is_not_told_to_import(source: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "runyard"):
        move(source)
    assert caplog.records == []


def test_command(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "import", source, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["dry_run"] is True
    assert main(["db", "import", source]) == 0
    out, err = capsys.readouterr()
    rows = dict(line.split("\t", 1) for line in out.splitlines())
    assert rows["runs"] == "8\t8"
    assert rows["metric points"] == "18\t18"
    assert "Left behind, as there is no place for them here: traces (1), spans of traces (1), assessments (1)." in err
    assert main(["db", "import", source, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["source"], document["into"]) == (source, source)
    assert document["moved"]["runs"] == 0
    assert document["found"]["runs"] == 8


@pytest.mark.parametrize("blank", ["postgresql", "mariadb"], indirect=True)
def test_on_a_server(blank: StoreURI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow's tables on a server, as MLflow declares them, move into ours beside them."""
    file = create_engine(thaw(tmp_path / "mlflow.db"))
    schema = MetaData()
    with file.connect() as reading:
        schema.reflect(reading)
        for table in schema.tables.values():
            table.constraints.clear()
            table.indexes.clear()
            for column in table.columns:
                column.computed = column.server_default = None
                if isinstance(column.type, Float):
                    column.type = Double()
        rows = {table: [row._asdict() for row in reading.execute(table.select())] for table in schema.tables.values()}
    file.dispose()
    with closing(Database(blank)) as database, database.alone() as session, bound(session) as connection:
        schema.create_all(connection)
        for table, found in rows.items():
            if found:
                connection.execute(table.insert(), found)
    monkeypatch.setattr(run_module, "_POINTS_AT_ONCE", 4)
    assert move(blank.text).moved == MOVED
    client = RunyardClient(blank.text)
    odd = history(client, run_of(client, "run 0"), "odd")
    assert [value for *_, value in odd] == ["nan", "inf", "-inf", "0.5", "0.0", "nan"]
    assert client.create_experiment("next") == "3"
    assert set(move(blank.text).moved.values()) == {0}
    assert_sound(blank.text)
