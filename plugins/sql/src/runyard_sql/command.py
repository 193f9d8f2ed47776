"""``runyard db``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.errors import note, report
from runyard.cli.options import json_option
from runyard.cli.output import Cell, print_fields, print_json, print_table
from runyard.tracking.uris import get_tracking_uri
from runyard.uris import StoreURI
from runyard_sql.plugin import SCHEMES

if TYPE_CHECKING:
    from runyard_sql.database import Database
    from runyard_sql.importing.moving import Progress
    from runyard_sql.maintenance.status import Status

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def db() -> None:
    """Look after an SQL database: what is in it, whether it is sound, and the tables of older releases.

    ADDRESS is that of the database, such as sqlite:///runs.db; where runs are recorded, when it is left out.
    """


def _address(_: click.Context, __: click.Parameter, given: str | None) -> StoreURI:
    uri = StoreURI.parse(given or get_tracking_uri())
    if uri.scheme not in SCHEMES:
        raise click.UsageError(
            f"'{uri}' is not the address of an SQL database, such as 'sqlite:///runs.db' or 'postgresql://host/runs'."
        )
    return uri


def _address_argument(function: F) -> F:
    return click.argument("address", required=False, callback=_address)(function)


@contextmanager
def _opened(address: StoreURI) -> Iterator[Database]:
    from runyard_sql.database import Database

    database = Database(address)
    try:
        yield database
    finally:
        database.close()


@db.command()
@_address_argument
@json_option
def status(address: StoreURI, as_json: bool) -> None:
    """Say what a database holds, of which revision its tables are, and what to do about that."""
    from runyard_sql.maintenance.status import status as look

    with _opened(address) as database:
        found = look(database)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(found))
    else:
        print_fields(_fields(found))


def _fields(found: Status) -> Iterator[tuple[str, Cell]]:
    yield "address", found.address
    yield "database", " ".join(filter(None, (found.database, found.version)))
    yield "revision", found.revision or "none: the tables are made when the database is used first"
    yield "revision of this release", found.release
    yield "to do", found.advice or "nothing"
    if found.experiments is not None:
        yield "experiments", found.experiments
        yield "runs", found.runs
        yield "metric points", found.points
    if found.size is not None:
        yield "bytes", found.size


@db.command()
@_address_argument
@click.option("--full", is_flag=True, help="Compare all metrics with their points, not those of a few hundred runs.")
@json_option
@click.pass_context
def check(context: click.Context, address: StoreURI, full: bool, as_json: bool) -> None:
    """Say whether a database is sound: its revision, its tables, its files, and the summaries that searches read.

    The exit code is 1 if something is wrong.
    """
    from runyard_sql.maintenance.checks import problems

    with _opened(address) as database:
        found = problems(database, full=full)
    if as_json:
        print_json({"address": str(address), "sound": not found, "problems": found})
    else:
        for problem in found:
            report(problem, "Problem")
        if not found:
            click.echo(f"The database {address} is sound.")
    if found:
        context.exit(1)


@db.command()
@_address_argument
@click.option("--dry-run", is_flag=True, help="Change nothing; print the SQL statements.")
@json_option
def upgrade(address: StoreURI, dry_run: bool, as_json: bool) -> None:
    """Bring the tables of an older release up to date, or make those of a new database.

    Make a copy of the database first: there is no way back. An upgrade that was interrupted is ended by another one.
    """
    from runyard_sql.migrations.upgrade import sql_of_upgrade
    from runyard_sql.migrations.upgrade import upgrade as bring_up_to_date

    with _opened(address) as database:
        if dry_run:
            written = sql_of_upgrade(database)
            if as_json:
                print_json({"address": str(address), "sql": written})
            elif written:
                click.echo(written, nl=False)
            else:
                note("Nothing to do.")
            return
        done = bring_up_to_date(database)
    if as_json:
        print_json({"address": str(address), "done": done})
    elif done:
        click.echo(f"The database {address} has the revision {done[-1]} now (done: {', '.join(done)}).")
    else:
        click.echo(f"Nothing to do: the database {address} has the revision that this release needs, or a newer one.")


@db.command("import")
@click.argument("source", callback=_address)
@click.option("--into", metavar="ADDRESS", help="The database to move into; SOURCE itself, if left out.")
@click.option("--dry-run", is_flag=True, help="Move nothing; say what there is to move.")
@json_option
@click.pass_context
def import_(context: click.Context, source: StoreURI, into: str | None, dry_run: bool, as_json: bool) -> None:
    """Move experiments, runs and models from an MLflow database into tables of ours, by default beside MLflow's.

    SOURCE is the address that MLflow was given, such as sqlite:///mlflow.db. MLflow's tables are only read. What was
    moved before stays as it is, so an import that was interrupted is ended by another one.
    """
    from runyard_sql.importing.moving import import_from

    destination = _address(context, context.command.params[0], into) if into else source
    with _opened(source) as database, _opened(destination) as target:
        moved = import_from(database, target, dry_run=dry_run, progress=_show_progress)
    if as_json:
        import msgspec

        print_json({**msgspec.to_builtins(moved), "dry_run": dry_run})
        return
    print_table(
        ("KIND", "IN MLFLOW", "TO MOVE" if dry_run else "MOVED"),
        [(kind, moved.found.get(kind), moved.moved.get(kind)) for kind in {**moved.found, **moved.moved}],
    )
    for old, new in moved.renumbered.items():
        note(f"MLflow's experiment {old} has {'another id' if new is None else f'the id {new}'} here.")
    if moved.left_behind:
        kinds = ", ".join(f"{kind} ({number})" for kind, number in moved.left_behind.items())
        note(f"Left behind, as there is no place for them here: {kinds}.")


def _show_progress(progress: Progress) -> None:
    """Say on a terminal how far an import is."""
    if sys.stderr.isatty():
        text = f"\rMoved {progress.done} of {progress.total}, and {progress.points} metric points"
        click.echo(text, err=True, nl=progress.done == progress.total)
