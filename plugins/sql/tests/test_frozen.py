"""Databases of every earlier revision, with data, as they were left by it: see ``revisions/freeze.py``."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import inspect

from runyard import RunyardClient
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.engine import bound
from runyard_sql.maintenance.checks import problems
from runyard_sql.migrations.upgrade import revisions, upgrade
from runyard_sql.revision import HEAD
from runyard_sql.schema.scripts import SCRIPTS, script

FOLDER = Path(__file__).with_name("revisions")
FROZEN = sorted(path for path in FOLDER.iterdir() if path.joinpath("rows.json").is_file())
freezer = SimpleNamespace(**runpy.run_path(str(FOLDER / "freeze.py")))


@contextmanager
def opened(uri: StoreURI) -> Iterator[Database]:
    with closing(Database(uri)) as database:
        yield database


def schema_of(database: Database) -> dict[str, Any]:
    """Return all that can be told of the tables of a database."""
    with database.alone() as session, bound(session) as connection:
        inspector = inspect(connection)
        tables = [name for name in inspector.get_table_names() if name.startswith("runyard_")]
        return {
            table: {
                "columns": sorted(
                    (each["name"], repr(each["type"]), each["nullable"], each["default"], each.get("autoincrement"))
                    for each in inspector.get_columns(table)
                ),
                "key": inspector.get_pk_constraint(table)["constrained_columns"],
                "unique": sorted(each["column_names"] for each in inspector.get_unique_constraints(table)),
                "indexes": sorted(
                    (each["name"], each["column_names"], each.get("column_sorting"), each["unique"])
                    for each in inspector.get_indexes(table)
                ),
                "options": inspector.get_table_options(table),
            }
            for table in tables
        }


def holds(actual: Any, expected: Any) -> bool:
    """Say whether an answer is the expected one; a later release may say more."""
    if isinstance(expected, dict):
        return all(key in actual and holds(actual[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(holds, actual, expected))
    return bool(actual == expected)


def test_every_revision_is_frozen() -> None:
    missing = {step.revision for step in revisions()} - {folder.name for folder in FROZEN}
    assert not missing, "Run: python plugins/sql/tests/revisions/freeze.py"


@pytest.mark.parametrize("name", SCRIPTS)
def test_schema_of_the_last_revision_has_not_changed(name: str) -> None:
    frozen = FOLDER.joinpath(HEAD, f"{name}.sql").read_text("utf-8")
    assert script(name) == frozen, "Tables have changed without a revision: see runyard_sql/migrations/__init__.py"


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: str(folder.name))
def test_upgraded_database_has_the_tables_of_a_fresh_one(blank: StoreURI, folder: Path, tmp_path: Path) -> None:
    with opened(blank) as database:
        freezer.thaw(database, folder)
        upgrade(database)
        upgraded = schema_of(database)
        with database.alone() as session:
            for table in upgraded:
                session.run(f"DROP TABLE {table}")
    with opened(blank) as database:
        database.prepare()
        assert upgraded == schema_of(database)


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: str(folder.name))
def test_upgraded_database_says_what_it_said_before(blank: StoreURI, folder: Path) -> None:
    with opened(blank) as database:
        freezer.thaw(database, folder)
        upgrade(database)
        assert problems(database, full=True) == []
    client = RunyardClient(blank.text)
    expected = json.loads(folder.joinpath("answers.json").read_text("utf-8"))
    actual = freezer.answers(client)
    assert {part: holds(actual[part], answer) for part, answer in expected.items()} == dict.fromkeys(expected, True)
    # and goes on from there
    run = client.create_run("1").info.run_id
    client.log_metric(run, "loss", 0.125)
    assert client.create_model_version("fridge", f"runs:/{run}/model").version == "4"
