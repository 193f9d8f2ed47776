"""``runyard db``."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from runyard.cli.main import main
from runyard.entities import Metric
from runyard.tracking.requests import NewRun, RunBatch
from runyard.uris import StoreURI
from runyard_sql.database import Database
from runyard_sql.revision import HEAD, INTERRUPTED
from runyard_sql.store import SqlStore

# not the one in memory, of which each call of the program would see another one
KEPT = pytest.mark.parametrize("address", ["sqlite", "postgresql", "mariadb"], indirect=True)


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def fields(self) -> dict[str, str]:
        return dict(line.split("\t") for line in self.out.splitlines())


@pytest.fixture
def db(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    def call(*words: str) -> Outcome:
        capsys.readouterr()
        return Outcome(main(["db", *words]), *capsys.readouterr())

    return call


def fill(address: str) -> str:
    """Log two runs."""
    for _ in range(2):
        log(address, *(Metric("loss", value, step, step) for step, value in enumerate([0.5, 0.25, math.nan])))
    return address


def log(address: str, *metrics: Metric) -> None:
    """Log a run, with a store that knows nothing of what was in the database before."""
    store = SqlStore(StoreURI.parse(address))
    run = store.create_run(NewRun(experiment_id="0", user_id="me", start_time=1, run_name="a run"))
    store.log_batch(RunBatch.checked(run.info.run_id, metrics))
    store.get_run(run.info.run_id)  # what is read is in its tables


@pytest.fixture
def filled(address: StoreURI) -> str:
    """Return the address of a database with two runs, whose tables stay as they are."""
    return fill(address.text)


@pytest.fixture
def own(blank: StoreURI) -> str:
    """Return the address of a database with two runs, whose tables may be changed."""
    return fill(blank.text)


def change(address: str, *statements: str) -> None:
    with closing(Database(StoreURI.parse(address))) as database, database.alone() as session:
        for statement in statements:
            session.run(statement)


@KEPT
def test_status_of_a_filled_database(db: Callable[..., Outcome], filled: str) -> None:
    code, _, err = outcome = db("status", filled)
    assert (code, err) == (0, "")
    fields = outcome.fields
    assert fields["address"] == str(StoreURI.parse(filled))
    assert fields["database"].split()[0] in ("SQLite", "PostgreSQL", "MariaDB", "MySQL")
    assert fields["revision"] == fields["revision of this release"] == HEAD
    assert fields["to do"] == "nothing"
    assert (fields["experiments"], fields["runs"], fields["metric points"]) == ("1", "2", "6")
    assert int(fields["bytes"]) > 50_000


@KEPT
def test_status_as_json(db: Callable[..., Outcome], filled: str) -> None:
    found = json.loads(db("status", filled, "--json").out)
    assert (found["experiments"], found["runs"], found["points"], found["advice"]) == (1, 2, 6, "")


def test_status_of_a_database_without_tables_makes_none(db: Callable[..., Outcome], blank: StoreURI) -> None:
    for _ in range(2):
        assert db("status", blank.text).fields["revision"].startswith("none")


@pytest.mark.parametrize("words", [("status",), ("check",), ("upgrade", "--dry-run")])
def test_looking_makes_no_file(db: Callable[..., Outcome], tmp_path: Path, words: tuple[str, ...]) -> None:
    assert db(*words, f"sqlite:///{tmp_path}/runs.db").code == (words == ("check",))
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("revision", "advice"),
    [("99.0", "pip install --upgrade"), ("0.1", "runyard db upgrade"), (INTERRUPTED, "runyard db")],
)
def test_status_and_check_say_what_to_do_about_another_revision(
    db: Callable[..., Outcome], own: str, revision: str, advice: str
) -> None:
    change(own, f"UPDATE runyard_revision SET version_num = '{revision}'")
    fields = db("status", own).fields
    assert fields["revision"] == revision
    assert advice in fields["to do"]
    outcome = db("check", own)
    assert outcome.code == 1
    assert advice in outcome.err


@KEPT
def test_check_of_a_sound_database(db: Callable[..., Outcome], filled: str) -> None:
    for words in ((), ("--full",)):
        assert db("check", filled, *words) == (0, f"The database {StoreURI.parse(filled)} is sound.\n", "")
    assert json.loads(db("check", filled, "--json").out)["sound"] is True


def test_check_of_a_database_without_tables(db: Callable[..., Outcome], blank: StoreURI) -> None:
    outcome = db("check", blank.text)
    assert outcome.code == 1
    assert "has no tables yet" in outcome.err


def test_check_finds_what_is_missing_in_the_tables(db: Callable[..., Outcome], own: str) -> None:
    change(
        own,
        "DROP TABLE runyard_metric_datasets",
        "ALTER TABLE runyard_runs DROP COLUMN end_time",
        "ALTER TABLE runyard_runs ADD COLUMN of_the_administrator INTEGER",
    )
    outcome = db("check", own, "--json")
    assert outcome.code == 1
    assert json.loads(outcome.out)["problems"] == [
        "The table runyard_metric_datasets is missing.",
        "The column end_time of the table runyard_runs is missing.",
    ]


def test_check_finds_a_missing_index(db: Callable[..., Outcome], own: str) -> None:
    on = " ON runyard_runs" if own.startswith("mysql") else ""
    change(own, f"DROP INDEX runyard_runs_by_start{on}")
    assert "The index runyard_runs_by_start of the table runyard_runs is missing." in db("check", own).err


def test_check_finds_text_that_is_sorted_by_a_language(db: Callable[..., Outcome], own: str) -> None:
    if own.startswith("sqlite"):
        pytest.skip("compares bytes")
    if own.startswith("mysql"):
        change(own, "ALTER TABLE runyard_names MODIFY name VARCHAR(255) COLLATE utf8mb4_general_ci NOT NULL")
    else:
        change(own, 'ALTER TABLE runyard_names ALTER name TYPE VARCHAR(255) COLLATE "und-x-icu"')
    assert "The column name of the table runyard_names is sorted by another rule" in db("check", own).err


@KEPT
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE runyard_run_metrics SET count = count + 1 WHERE run_id = {run}",
        "UPDATE runyard_run_metrics SET minimum = 0.375 WHERE run_id = {run}",
        "UPDATE runyard_run_metrics SET maximum = NULL WHERE run_id = {run}",
        "UPDATE runyard_run_metrics SET latest_step = 1 WHERE run_id = {run}",
        "UPDATE runyard_run_metrics SET earliest_value = 0.125 WHERE run_id = {run}",
        "DELETE FROM runyard_run_metrics WHERE run_id = {run}",
        "DELETE FROM runyard_metric_points WHERE run_id = {run} AND step = 1",
        "DELETE FROM runyard_metric_points WHERE run_id = {run}",
    ],
)
def test_check_finds_summaries_that_do_not_agree(db: Callable[..., Outcome], filled: str, statement: str) -> None:
    with closing(Database(StoreURI.parse(filled))) as database, database.read() as session:
        ((run,),) = session.all("SELECT MAX(id) FROM runyard_runs")
    change(filled, statement.format(run=run))
    (problem,) = json.loads(db("check", filled, "--json", "--full").out)["problems"]
    assert problem.startswith("The summary of the metric 'loss' of the run")


@KEPT
def test_check_names_a_few_of_many(db: Callable[..., Outcome], filled: str) -> None:
    log(filled, *(Metric(f"m{number}", 1.0, 1, 0) for number in range(30)))
    change(filled, "UPDATE runyard_run_metrics SET count = 7")
    problems = json.loads(db("check", filled, "--json").out)["problems"]
    assert len(problems) == 21
    assert problems[-1] == "And so on, for more metrics."


def test_upgrade_makes_tables_and_then_has_nothing_to_do(db: Callable[..., Outcome], blank: StoreURI) -> None:
    assert db("upgrade", blank.text) == (0, f"The database {blank} has the revision {HEAD} now (done: {HEAD}).\n", "")
    assert db("upgrade", blank.text).out.startswith("Nothing to do")
    assert json.loads(db("upgrade", blank.text, "--json").out)["done"] == []


def test_dry_run_prints_what_upgrade_would_do(db: Callable[..., Outcome], blank: StoreURI) -> None:
    assert "CREATE TABLE runyard_runs" in db("upgrade", blank.text, "--dry-run").out
    db("upgrade", blank.text)
    assert db("upgrade", blank.text, "--dry-run") == (0, "", "Nothing to do.\n")


def test_upgrade_ends_one_that_was_interrupted(db: Callable[..., Outcome], own: str) -> None:
    change(own, f"INSERT INTO runyard_revision (version_num) VALUES ('{INTERRUPTED}')")
    assert "was interrupted" in db("check", own).err
    db("upgrade", own)
    assert db("check", own).code == 0


def test_address_is_where_runs_are_recorded(
    db: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_URI", f"sqlite:///{tmp_path}/mine.db")
    db("upgrade")
    assert (tmp_path / "mine.db").is_file()


@pytest.mark.parametrize("address", ["mlruns", "http://localhost:5000", "oracle://host/db"])
def test_another_store_is_refused(db: Callable[..., Outcome], address: str) -> None:
    outcome = db("status", address)
    assert outcome.code == 2
    assert "is not the address of an SQL database" in outcome.err


def test_password_is_not_shown(db: Callable[..., Outcome]) -> None:
    for words in (("status",), ("check",), ("upgrade",), ("status", "--json")):
        outcome = db(*words, "postgresql://me:s3cret@127.0.0.1:1/runs")
        assert outcome.code == 1
        assert "s3cret" not in outcome.out + outcome.err
        assert "me:***@127.0.0.1:1/runs" in outcome.err
