"""A registered model or one of its versions as a page of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.errors import note
from runyard.cli.lookup import every
from runyard.cli.moments import moment
from runyard.cli.output import is_terminal, print_fields, print_heading, print_sections, print_table

if TYPE_CHECKING:
    from runyard.entities import ModelVersion, RegisteredModel
    from runyard.tracking.client import RunyardClient

NO_STAGE = "None"
_SHOWN = 20


def latest_versions(model: RegisteredModel) -> str:
    """Return the newest version of each stage as text: ``7, Production 5``."""
    newest_first = sorted(model.latest_versions, key=lambda version: -int(version.version))
    return ", ".join(
        version.version if version.current_stage == NO_STAGE else f"{version.current_stage} {version.version}"
        for version in newest_first
    )


def model_versions(
    client: RunyardClient, name: str, filter_string: str = "", order_by: Sequence[str] = ()
) -> Iterator[ModelVersion]:
    """Yield the versions of a registered model, the highest number first unless another order is asked for.

    Raises:
        InvalidInput: The filter or a sort key is not valid.
    """
    from runyard import search

    condition = _name_condition(name)
    # read alone, so that a mistake in it is shown in what was written
    asked = search.parse_filter(filter_string, search.MODEL_VERSIONS)
    if asked is not None:
        condition += f" AND ({asked.text})" if isinstance(asked.tree, search.Or) else f" AND {asked.text}"
    found = every(
        client.search_model_versions,
        filter_string=condition,
        order_by=list(order_by) or ["version_number DESC"],
    )
    return (version for version in found if version.name == name)


def _name_condition(name: str) -> str:
    """Return a condition that the name fulfils, and few others if any: not every name can be quoted in a filter."""
    for sign in "'\"":
        if sign not in name and "\\" not in name:
            return f"name = {sign}{name}{sign}"
    pattern = "".join("_" if sign in "'\"\\" else sign for sign in name)
    return f"name LIKE '{pattern}'"


def print_model(model: RegisteredModel, versions: Iterable[ModelVersion]) -> None:
    """Print a registered model: sections under headings on a terminal, ``tags.KEY<tab>VALUE`` lines in a pipe."""
    print_fields(
        [
            ("name", model.name),
            ("description", model.description),
            ("created", moment(model.creation_timestamp)),
            ("last_update", moment(model.last_updated_timestamp)),
        ]
    )
    print_sections({"aliases": model.aliases, "tags": model.tags})
    if not is_terminal():
        print_fields((f"versions.{version.version}", version.current_stage) for version in versions)
        return
    click.echo()
    print_heading("versions")
    first = list(islice(versions, _SHOWN + 1))
    print_table(
        ("version", "stage", "created", "run_id", "source"),
        (
            (
                int(version.version),
                version.current_stage,
                moment(version.creation_timestamp),
                version.run_id,
                version.source,
            )
            for version in first[:_SHOWN]
        ),
    )
    if len(first) > _SHOWN:
        note(f"These are the newest {_SHOWN}; `runyard models versions` shows all.")


def print_version(version: ModelVersion) -> None:
    """Print a version, as `print_model` does a model."""
    print_fields(
        [
            ("name", version.name),
            ("version", version.version),
            ("stage", version.current_stage),
            ("aliases", ", ".join(version.aliases)),
            ("description", version.description),
            ("status", version.status),
            ("status_message", version.status_message),
            ("created", moment(version.creation_timestamp)),
            ("last_update", moment(version.last_updated_timestamp)),
            ("user", version.user_id),
            ("run_id", version.run_id),
            ("run_link", version.run_link),
            ("model_id", version.model_id),
            ("source", version.source),
            ("storage_location", version.storage_location),
        ]
    )
    metrics = {metric.key: metric.value for metric in version.metrics}
    print_sections({"tags": version.tags, "params": version.params, "metrics": metrics})
