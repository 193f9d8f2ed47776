"""The tables, as SQLAlchemy sees them: the source of the schema scripts, of searches and of migrations.

Every name begins with ``runyard_``, so that the tables can share a database with those of other programs. Keys of
metrics, params and tags are kept once, in ``runyard_names``, and named by number elsewhere.

There are no foreign keys: each write checks in its own transaction what it refers to, and on the tables that grow by a
row for every point, a second check by the database would cost as much as the row.

Numbers that not every database can keep have two columns, ``value`` and ``special``:

======== ======= ==============================================
special  value   meaning
======== ======= ==============================================
-2       -inf    NaN (MySQL: the smallest number)
-1       -inf    minus infinity (MySQL: likewise)
0        x       x
1        inf     infinity (MySQL: the largest number)
======== ======= ==============================================

Sorted by ``special``, then ``value``, or by ``value``, then ``special``, numbers are in order, NaN lowest.
"""

from __future__ import annotations

from sqlalchemy import (  # noqa: TID253 - imported where a statement is compiled, never on the way to a first metric
    VARCHAR,
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import mysql, postgresql  # noqa: TID253 - as above
from sqlalchemy.ext.compiler import compiles  # noqa: TID253 - as above
from sqlalchemy.schema import CreateTable  # noqa: TID253 - as above
from sqlalchemy.sql.compiler import DDLCompiler  # noqa: TID253 - as above
from sqlalchemy.types import TypeEngine  # noqa: TID253 - as above

metadata = MetaData()


def key_type(length: int) -> TypeEngine[str]:
    """Return the type of a text that is compared by code points and may be indexed."""
    return String(length).with_variant(VARCHAR(length, collation="C"), "postgresql")


def text_type() -> TypeEngine[str]:
    """Return the type of a text of any length that is compared by code points."""
    return (
        Text()
        .with_variant(postgresql.TEXT(collation="C"), "postgresql")
        .with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
    )


def bytes_type() -> TypeEngine[bytes]:
    """Return the type of any number of bytes."""
    return LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


@compiles(CreateTable, "mysql", "mariadb")
def _create_table(create: CreateTable, compiler: DDLCompiler, **options: object) -> str:
    """Let MySQL compare text by code points and with its trailing blanks; its own default does neither."""
    collation = "utf8mb4_nopad_bin" if getattr(compiler.dialect, "is_mariadb", False) else "utf8mb4_0900_bin"
    text: str = compiler.visit_create_table(create, **options)  # type: ignore[no-untyped-call]
    return f"{text.rstrip()} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={collation}\n\n"


def _values(name: str, owner: str) -> Table:
    """Return a table of params or tags: one text for each owner and key, and the number that it is, if it is one."""
    return Table(
        name,
        metadata,
        Column(owner, Integer, primary_key=True, autoincrement=False),
        Column("name_id", Integer, primary_key=True, autoincrement=False),
        Column("value", text_type(), nullable=False),
        Column("number", Double),
        Column("special", SmallInteger),
        sqlite_with_rowid=False,
    )


def _number(value: str, special: str) -> tuple[Column[float], Column[int]]:
    return Column(value, Double, nullable=False), Column(special, SmallInteger, nullable=False)


names = Table(
    "runyard_names",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", key_type(255), nullable=False, unique=True),
)

experiments = Table(
    "runyard_experiments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", key_type(500), nullable=False, unique=True),
    Column("artifact_location", text_type(), nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("deleted_time", BigInteger),
    sqlite_autoincrement=True,
)
experiment_tags = _values("runyard_experiment_tags", "experiment_id")

runs = Table(
    "runyard_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", key_type(256), nullable=False, unique=True),
    Column("experiment_id", Integer, nullable=False),
    Column("name", text_type(), nullable=False),
    Column("user_id", text_type(), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("start_time", BigInteger),
    Column("end_time", BigInteger),
    Column("artifact_uri", text_type(), nullable=False),
    Column("deleted_time", BigInteger),
    sqlite_autoincrement=True,
)
Index("runyard_runs_by_start", runs.c.experiment_id, runs.c.start_time.desc(), runs.c.run_id, runs.c.deleted_time)
run_params = _values("runyard_run_params", "run_id")
run_tags = _values("runyard_run_tags", "run_id")

run_metrics = Table(
    "runyard_run_metrics",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("name_id", Integer, primary_key=True, autoincrement=False),
    Column("experiment_id", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("ordered", SmallInteger, nullable=False, comment="1 while neither steps nor timestamps ever went back"),
    *_number("earliest_value", "earliest_special"),
    Column("earliest_timestamp", BigInteger, nullable=False),
    Column("earliest_step", BigInteger, nullable=False),
    *_number("latest_value", "latest_special"),
    Column("latest_timestamp", BigInteger, nullable=False),
    Column("latest_step", BigInteger, nullable=False),
    Column("latest_dataset_id", Integer, nullable=False),
    Column("minimum", Double, comment="of the numbers; null if there is only NaN"),
    Column("maximum", Double, comment="likewise"),
    sqlite_with_rowid=False,
)
"""A summary of each metric of a run: all that listing and searching read."""
Index(
    "runyard_run_metrics_by_value",
    run_metrics.c.experiment_id,
    run_metrics.c.name_id,
    run_metrics.c.latest_special,
    run_metrics.c.latest_value,
    run_metrics.c.minimum,
    run_metrics.c.maximum,
)

metric_points = Table(
    "runyard_metric_points",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("name_id", Integer, primary_key=True, autoincrement=False),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("timestamp", BigInteger, primary_key=True, autoincrement=False),
    Column("value", Double, primary_key=True),
    Column("special", SmallInteger, primary_key=True, autoincrement=False),
    Column("dataset_id", Integer, primary_key=True, autoincrement=False, comment="0 without one"),
    sqlite_with_rowid=False,
)
"""Every point, once: the whole row is the key."""

staged_points = Table(
    "runyard_staged_points",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("total", Integer, nullable=False, comment="points in this row and in all before it"),
    Column("points", bytes_type(), nullable=False, comment="rows of runyard_metric_points, in MessagePack"),
)
"""Points that are committed and not yet in the tables above; see `runyard_sql.staging`. In MySQL there are none."""

metric_datasets = Table(
    "runyard_metric_datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", key_type(500), nullable=False),
    Column("digest", key_type(255), nullable=False),
    UniqueConstraint("name", "digest"),
)
"""What points say that they were measured on."""

datasets = Table(
    "runyard_datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("experiment_id", Integer, nullable=False),
    Column("name", key_type(500), nullable=False),
    Column("digest", key_type(36), nullable=False),
    Column("source_type", text_type(), nullable=False),
    Column("source", text_type(), nullable=False),
    Column("schema", text_type()),
    Column("profile", text_type()),
    UniqueConstraint("experiment_id", "name", "digest"),
    sqlite_autoincrement=True,
)
run_datasets = Table(
    "runyard_run_datasets",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("dataset_id", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    sqlite_with_rowid=False,
)
run_dataset_tags = Table(
    "runyard_run_dataset_tags",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("dataset_id", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", key_type(255), nullable=False),
    Column("value", text_type(), nullable=False),
    sqlite_with_rowid=False,
)
run_models = Table(
    "runyard_run_models",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column(
        "output", SmallInteger, primary_key=True, autoincrement=False, comment="1 if the run made it, 0 if it read it"
    ),
    Column("model_id", key_type(256), primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    sqlite_with_rowid=False,
)

logged_models = Table(
    "runyard_logged_models",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model_id", key_type(256), nullable=False, unique=True),
    Column("experiment_id", Integer, nullable=False),
    Column("name", text_type(), nullable=False),
    Column("artifact_location", text_type(), nullable=False),
    Column("creation_timestamp", BigInteger, nullable=False),
    Column("last_updated_timestamp", BigInteger, nullable=False),
    Column("model_type", text_type()),
    Column("source_run_id", key_type(256)),
    Column("status", SmallInteger, nullable=False),
    Column("status_message", text_type()),
    Column("deleted_time", BigInteger),
    sqlite_autoincrement=True,
)
Index(
    "runyard_logged_models_by_creation",
    logged_models.c.experiment_id,
    logged_models.c.creation_timestamp.desc(),
    logged_models.c.model_id,
)
logged_model_params = _values("runyard_logged_model_params", "logged_model_id")
logged_model_tags = _values("runyard_logged_model_tags", "logged_model_id")
logged_model_metrics = Table(
    "runyard_logged_model_metrics",
    metadata,
    Column("logged_model_id", Integer, primary_key=True, autoincrement=False),
    Column("name_id", Integer, primary_key=True, autoincrement=False),
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("dataset_id", Integer, primary_key=True, autoincrement=False, comment="0 without one"),
    *_number("value", "special"),
    Column("timestamp", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The latest point of each key, run and dataset."""

registered_models = Table(
    "runyard_registered_models",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", key_type(256), nullable=False, unique=True),
    Column("description", text_type(), nullable=False),
    Column("creation_timestamp", BigInteger, nullable=False),
    Column("last_updated_timestamp", BigInteger, nullable=False),
    Column("last_version", Integer, nullable=False, comment="the highest number that was ever used"),
    sqlite_autoincrement=True,
)
registered_model_tags = _values("runyard_registered_model_tags", "registered_model_id")
registered_model_aliases = Table(
    "runyard_registered_model_aliases",
    metadata,
    Column("registered_model_id", Integer, primary_key=True, autoincrement=False),
    Column("alias", key_type(255), primary_key=True),
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)
model_versions = Table(
    "runyard_model_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("registered_model_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("creation_timestamp", BigInteger, nullable=False),
    Column("last_updated_timestamp", BigInteger, nullable=False),
    Column("description", text_type(), nullable=False),
    Column("user_id", text_type(), nullable=False),
    Column("stage", key_type(20), nullable=False),
    Column("source", text_type(), nullable=False),
    Column("storage_location", text_type()),
    Column("run_id", key_type(256)),
    Column("run_link", text_type(), nullable=False),
    Column("status", key_type(30), nullable=False),
    Column("status_message", text_type(), nullable=False),
    Column("model_id", key_type(256)),
    UniqueConstraint("registered_model_id", "version"),
    sqlite_autoincrement=True,
)
Index("runyard_model_versions_by_run", model_versions.c.run_id)
model_version_tags = _values("runyard_model_version_tags", "model_version_id")

revision = Table(
    "runyard_revision",
    metadata,
    Column("version_num", String(32), primary_key=True),
)
"""The revision of the schema, kept by Alembic; see `runyard_sql.revision`."""
