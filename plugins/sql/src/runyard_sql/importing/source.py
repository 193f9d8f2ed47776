"""The tables of MLflow, as they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (  # noqa: TID253 - imported to look at another program's tables only
    ColumnElement,
    FromClause,
    Select,
    column,
    func,
    inspect,
    null,
    select,
    table,
)

from runyard.errors import InvalidInput, InvalidState
from runyard_sql.engine import bound

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from runyard_sql.database import Database
    from runyard_sql.session import Session

__all__ = ["Source", "opened"]

# Every revision since MLflow 2.0 has these; what came later is behind the bar.
_COLUMNS = {
    "experiments": "experiment_id name artifact_location lifecycle_stage creation_time last_update_time | workspace",
    "experiment_tags": "experiment_id key value",
    "runs": (
        "run_uuid name source_type source_name entry_point_name source_version user_id status start_time end_time "
        "lifecycle_stage deleted_time artifact_uri experiment_id"
    ),
    "params": "run_uuid key value",
    "tags": "run_uuid key value",
    "metrics": "run_uuid key value timestamp step is_nan",
    "registered_models": "name creation_time last_updated_time description | workspace",
    "registered_model_tags": "name key value | workspace",
    "model_versions": (
        "name version creation_time last_updated_time description user_id current_stage source run_id run_link status "
        "status_message | storage_location workspace"
    ),
    "model_version_tags": "name version key value | workspace",
}
_LATER = {
    "registered_model_aliases": "name alias version | workspace",
    "datasets": (
        "dataset_uuid experiment_id name digest dataset_source_type dataset_source dataset_schema dataset_profile"
    ),
    "inputs": "input_uuid source_type source_id destination_type destination_id | step",
    "input_tags": "input_uuid name value",
    "logged_models": (
        "model_id experiment_id name artifact_location creation_timestamp_ms last_updated_timestamp_ms status "
        "lifecycle_stage model_type source_run_id status_message"
    ),
    "logged_model_params": "model_id param_key param_value",
    "logged_model_tags": "model_id tag_key tag_value",
    "logged_model_metrics": (
        "model_id metric_name metric_timestamp_ms metric_step metric_value run_id dataset_name dataset_digest"
    ),
}
_MARKS = ("alembic_version", "experiments", "metrics")

_AT_ONCE = 10_000
# What one statement may name, in every database
_MOST_VALUES = 4096


class Source:
    """A database with MLflow's tables. Nothing is ever written to it.

    Args:
        session: A session outside of any transaction.
        connection: SQLAlchemy on the same connection.

    Raises:
        InvalidInput: There are no such tables.
        InvalidState: They are older than MLflow 2.0, or are not what is known of them.
    """

    def __init__(self, session: Session, connection: Connection) -> None:
        self._session = session
        self._connection = connection
        self.where = session.dialect.where
        inspector = inspect(connection)
        self.names = frozenset(inspector.get_table_names())
        if not self.names.issuperset(_MARKS):
            raise InvalidInput(f"There are no tables of MLflow in the database {self.where}, so nothing can be moved.")
        self._tables: dict[str, FromClause] = {}
        for name, wanted in {**_COLUMNS, **_LATER}.items():
            found = {each["name"] for each in inspector.get_columns(name)} if name in self.names else set()
            if found or name in _COLUMNS:
                self._check(name, wanted, found)
            self._tables[name] = table(name, *map(column, sorted(found)))

    def _check(self, name: str, wanted: str, found: set[str]) -> None:
        missing = sorted({*wanted.partition("|")[0].split()} - found)
        if missing:
            raise InvalidState(
                f"The table {name} of the database {self.where} has no column {missing[0]}: it is of an MLflow before "
                "2.0, or of one that is not known yet. Make a copy of the database, bring it up to date with a newer "
                f"MLflow (mlflow db upgrade '{self.where}'), and import it then."
            )

    @contextmanager
    def state(self) -> Iterator[None]:
        """Let what is read in the block be of one moment."""
        self._session.run(self._session.dialect.begin_read)
        yield
        self._session.run("COMMIT")

    def has(self, name: str) -> bool:
        """Say whether there is a table; later releases have more of them."""
        return name in self.names

    def column(self, name: str, key: str) -> ColumnElement[Any]:
        """Return a column of a table; an empty one where this revision lacks it."""
        columns = self._tables[name].c
        return columns[key] if key in columns else null().label(key)

    def select(self, name: str, keys: str) -> Select[Any]:
        """Return a query for columns of a table, which are given with blanks between them."""
        return select(*(self.column(name, key) for key in keys.split())).select_from(self._tables[name])

    def all(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        """Return every row of a query."""
        return [tuple(row) for row in self._connection.execute(query)]

    def of(self, name: str, keys: str, key: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return columns of the rows of a table whose `key` has one of some values; none if there is no such table."""
        if not self.has(name):
            return []
        query, found = self.select(name, keys), []
        for start in range(0, len(values), _MOST_VALUES):
            part = values[start : start + _MOST_VALUES]
            found += self.all(query.where(self.column(name, key).in_(part)))
        return found

    def stream(self, query: Select[Any], size: int) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query, some at a time, so that there may be any number of them."""
        result = self._connection.execute(query, execution_options={"yield_per": min(size, _AT_ONCE)})
        yield from result.partitions(size)

    def count(self, name: str) -> int:
        """Return how many rows a table has; 0 if there is no such table."""
        if not self.has(name):
            return 0
        row = self._connection.execute(select(func.count()).select_from(table(name))).one()
        return int(row[0])


@contextmanager
def opened(database: Database) -> Iterator[Source]:
    """Open an MLflow database to read it.

    Raises:
        InvalidInput: There is none, or none of MLflow's tables in it.
        InvalidState: Its tables are too old.
        Unavailable, StorageFailure: The database cannot be reached, or refuses.
    """
    if not database.dialect.exists():
        raise InvalidInput(f"There is no database {database.dialect.where}.")
    with database.alone() as session, bound(session) as connection:
        yield Source(session, connection)
