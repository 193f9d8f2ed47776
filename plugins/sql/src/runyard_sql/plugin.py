"""What this distribution offers: a tracking store and a model registry for SQL databases, and ``runyard db``."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import CommandPlugin, ModelRegistryPlugin, TrackingStorePlugin

SCHEMES = ("sqlite", "postgresql", "mysql", "mariadb")


@hookimpl
def runyard_tracking_stores() -> Iterator[TrackingStorePlugin]:
    yield TrackingStorePlugin(
        name="sql",
        schemes=SCHEMES,
        factory="runyard_sql.store:SqlStore",
        summary="Runs in SQLite, PostgreSQL, MySQL or MariaDB.",
    )


@hookimpl
def runyard_model_registries() -> Iterator[ModelRegistryPlugin]:
    yield ModelRegistryPlugin(
        name="sql",
        schemes=SCHEMES,
        factory="runyard_sql.registry:SqlRegistry",
        summary="Registered models in SQLite, PostgreSQL, MySQL or MariaDB.",
    )


@hookimpl
def runyard_commands() -> Iterator[CommandPlugin]:
    yield CommandPlugin(
        name="db",
        factory="runyard_sql.command:db",
        summary="Look after an SQL database: status, check, upgrade, import.",
    )
