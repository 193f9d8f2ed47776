"""What is searched, as tables: one target for each scope of the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import (  # noqa: TID253 - imported with the first search
    Column,
    ColumnElement,
    FromClause,
    Table,
    literal_column,
)

from runyard.entities import LoggedModelStatus, RunStatus
from runyard.search import EXPERIMENTS, LOGGED_MODELS, MODEL_VERSIONS, REGISTERED_MODELS, RUNS, Kind, Scope
from runyard_sql import tables

__all__ = ["Attribute", "Target", "target_of"]


class Attribute(msgspec.Struct, frozen=True):
    """Where an attribute is kept.

    Attributes:
        column: The column.
        words: The texts that its numbers stand for, where it is kept as a number.
        is_id: Whether the text is the number itself.
    """

    column: ColumnElement[Any]
    words: Mapping[int, str] | None = None
    is_id: bool = False

    @property
    def is_nullable(self) -> bool:
        """Whether some objects have none."""
        return bool(getattr(self.column, "nullable", False))


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The tables of a scope.

    Attributes:
        scope: The scope.
        source: What is selected from.
        id: The number of an object.
        attributes: Its attributes by their canonical names.
        values: The tables of its params and tags; their first column is the number of the object.
    """

    scope: Scope
    source: FromClause
    id: Column[int]
    attributes: Mapping[str, Attribute]
    values: Mapping[Kind, Table]


def _columns(table: Table, *names: str) -> dict[str, Attribute]:
    return {name: Attribute(table.c[name]) for name in names}


_RUNS = Target(
    scope=RUNS,
    source=tables.runs,
    id=tables.runs.c.id,
    attributes={
        **_columns(tables.runs, "run_id", "user_id", "artifact_uri", "start_time", "end_time"),
        "run_name": Attribute(tables.runs.c.name),
        "status": Attribute(tables.runs.c.status, {int(status): status.name for status in RunStatus}),
    },
    values={Kind.PARAM: tables.run_params, Kind.TAG: tables.run_tags},
)

_EXPERIMENTS = Target(
    scope=EXPERIMENTS,
    source=tables.experiments,
    id=tables.experiments.c.id,
    attributes={
        **_columns(tables.experiments, "name", "creation_time", "last_update_time"),
        "experiment_id": Attribute(tables.experiments.c.id, is_id=True),
    },
    values={Kind.TAG: tables.experiment_tags},
)

_LOGGED_MODELS = Target(
    scope=LOGGED_MODELS,
    source=tables.logged_models,
    id=tables.logged_models.c.id,
    attributes={
        **_columns(
            tables.logged_models,
            *("model_id", "name", "model_type", "status_message", "source_run_id", "artifact_location"),
            *("creation_timestamp", "last_updated_timestamp"),
        ),
        "status": Attribute(
            tables.logged_models.c.status, {status.to_int(): status.value for status in LoggedModelStatus}
        ),
        "experiment_id": Attribute(tables.logged_models.c.experiment_id, is_id=True),
        # The others are out of view.
        "lifecycle_stage": Attribute(literal_column("0"), {0: "active"}),
    },
    values={Kind.PARAM: tables.logged_model_params, Kind.TAG: tables.logged_model_tags},
)

_REGISTERED_MODELS = Target(
    scope=REGISTERED_MODELS,
    source=tables.registered_models,
    id=tables.registered_models.c.id,
    attributes=_columns(tables.registered_models, "name", "creation_timestamp", "last_updated_timestamp"),
    values={Kind.TAG: tables.registered_model_tags},
)

_MODEL_VERSIONS = Target(
    scope=MODEL_VERSIONS,
    source=tables.model_versions.join(
        tables.registered_models, tables.registered_models.c.id == tables.model_versions.c.registered_model_id
    ),
    id=tables.model_versions.c.id,
    attributes={
        **_columns(tables.model_versions, "run_id", "creation_timestamp", "last_updated_timestamp"),
        "name": Attribute(tables.registered_models.c.name),
        "source_path": Attribute(tables.model_versions.c.source),
        "version_number": Attribute(tables.model_versions.c.version),
    },
    values={Kind.TAG: tables.model_version_tags},
)

_TARGETS = {
    target.scope.noun: target for target in (_RUNS, _EXPERIMENTS, _LOGGED_MODELS, _REGISTERED_MODELS, _MODEL_VERSIONS)
}


def target_of(scope: Scope) -> Target:
    """Return the tables of a scope."""
    return _TARGETS[scope.noun]
