"""The commands of ``runyard models`` for what people write on a model or version: tags and a description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.lookup import find_model, find_version, open_client
from runyard.cli.options import json_option, model_argument, version_option
from runyard.cli.output import print_json
from runyard.cli.pairs import pairs
from runyard.cli.text import did_you_mean
from runyard.entities import ModelVersion, RegisteredModel
from runyard.errors import NotFound
from runyard.registry.requests import check_tags

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient


@click.command("set-tag")
@model_argument
@click.argument("tags", nargs=-1, required=True, metavar="KEY=VALUE...")
@version_option
@json_option
def set_tag(name: str, tags: tuple[str, ...], version: str | None, as_json: bool) -> None:
    """Set tags of a model, or of a version.

    \b
    Examples:
      runyard models set-tag fraud team=risk
      runyard models set-tag fraud validated=yes --version @challenger
    """  # noqa: D301 - click wants the control character
    values = check_tags(pairs(tags, "KEY=VALUE"))
    client = open_client()
    found = _find(client, name, version)
    for key, value in values.items():
        if isinstance(found, ModelVersion):
            client.set_model_version_tag(name, found.version, key, value)
        else:
            client.set_registered_model_tag(name, key, value)
    _tell(client, found, f"Tags of {_title(found)} have been set: {', '.join(values)}.", as_json)


@click.command("delete-tag")
@model_argument
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@version_option
@json_option
def delete_tag(name: str, keys: tuple[str, ...], version: str | None, as_json: bool) -> None:
    """Remove tags of a model, or of a version."""
    client = open_client()
    found = _find(client, name, version)
    for key in keys:
        if key not in found.tags:
            there_are = ", ".join(sorted(found.tags)) or "none"
            raise NotFound(
                f"There is no tag {key!r} of {_title(found)}.{did_you_mean(key, found.tags)} It has: {there_are}."
            )
    for key in dict.fromkeys(keys):
        if isinstance(found, ModelVersion):
            client.delete_model_version_tag(name, found.version, key)
        else:
            client.delete_registered_model_tag(name, key)
    _tell(client, found, f"Tags of {_title(found)} have been deleted: {', '.join(dict.fromkeys(keys))}.", as_json)


@click.command("set-description")
@model_argument
@click.argument("text")
@version_option
@json_option
def set_description(name: str, text: str, version: str | None, as_json: bool) -> None:
    """Describe a model, or a version; an empty TEXT takes the description away."""
    client = open_client()
    found = _find(client, name, version)
    if isinstance(found, ModelVersion):
        client.update_model_version(name, found.version, text)
    else:
        client.update_registered_model(name, text)
    _tell(client, found, f"The description of {_title(found)} has been set.", as_json)


def _find(client: RunyardClient, name: str, version: str | None) -> RegisteredModel | ModelVersion:
    return find_model(client, name) if version is None else find_version(client, name, version)


def _title(found: RegisteredModel | ModelVersion) -> str:
    model = f"the model {found.name!r}"
    return f"version {found.version} of {model}" if isinstance(found, ModelVersion) else model


def _tell(client: RunyardClient, found: RegisteredModel | ModelVersion, message: str, as_json: bool) -> None:
    """Print what was done, or what was changed as it is now."""
    if not as_json:
        click.echo(message)
    elif isinstance(found, ModelVersion):
        print_json(client.get_model_version(found.name, found.version).to_dictionary())
    else:
        print_json(client.get_registered_model(found.name).to_dictionary())


COMMANDS = (set_tag, delete_tag, set_description)
