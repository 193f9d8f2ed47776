"""The commands of ``runyard models`` that make, name and delete models and versions."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.bulk import Report, confirm_final
from runyard.cli.lookup import check_alias, find_model, find_version, open_client
from runyard.cli.model_page import model_versions
from runyard.cli.options import json_option, model_argument
from runyard.cli.output import print_json
from runyard.cli.pairs import pairs
from runyard.entities import ModelStage
from runyard.errors import AlreadyExists

if TYPE_CHECKING:
    from runyard.entities import ModelVersion
    from runyard.tracking.client import RunyardClient


@click.command()
@click.argument("uri")
@model_argument
@click.option("--description", metavar="TEXT", default="", help="What the version is about.")
@click.option("-t", "--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A tag; may be given several times.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a registry that takes its time until the version is ready; 0: do not.",
)
@click.option("--no-check", is_flag=True, help="Do not look whether there is a model, as it cannot be read from here.")
@json_option
def register(
    uri: str, name: str, description: str, tags: tuple[str, ...], wait: float, no_check: bool, as_json: bool
) -> None:
    """Make a version of the model NAME from what is at URI; the model is made if it is missing.

    URI is runs:/RUN_ID/PATH, models:/MODEL_ID, models:/NAME/VERSION, a folder or another address.

    \b
    Examples:
      runyard models register runs:/4b1c.../model fraud
      runyard models register ./model fraud -t validated=yes
    """  # noqa: D301 - click wants the control character
    values = pairs(tags, "--tag")
    source = _source(uri, check=not no_check)
    client = open_client()
    with suppress(AlreadyExists):
        client.create_registered_model(name)
    version = client.create_model_version(name, source, tags=values, description=description, await_creation_for=wait)
    _tell_made(version, as_json)


def _source(uri: str, *, check: bool) -> str:
    """Return the address of a model; a path is made absolute, as others will look for it from elsewhere.

    Raises:
        NotFound: There is no model.
    """
    from runyard.models.location import describe
    from runyard.uris import ArtifactURI

    if check:
        describe(uri)
    if uri.startswith(("runs:", "models:", "file:")):
        return uri
    parsed = ArtifactURI.parse(uri)
    return parsed.path if parsed.scheme == "file" else uri


@click.command()
@click.argument("uri")
@model_argument
@json_option
def copy(uri: str, name: str, as_json: bool) -> None:
    """Make a version of the model NAME from the version at URI: models:/MODEL/VERSION or models:/MODEL@ALIAS.

    It has the same files, run, tags and description. The model NAME is made if it is missing.
    """
    _tell_made(open_client().copy_model_version(uri, name), as_json)


def _tell_made(version: ModelVersion, as_json: bool) -> None:
    if as_json:
        print_json(version.to_dictionary())
    else:
        click.echo(f"Made version {version.version} of the model '{version.name}' from {version.source}")


@click.command()
@model_argument
@click.argument("new_name")
@json_option
def rename(name: str, new_name: str, as_json: bool) -> None:
    """Give the model NAME and its versions the name NEW_NAME."""
    client = open_client()
    find_model(client, name)
    model = client.rename_registered_model(name, new_name)
    if as_json:
        print_json(model.to_dictionary())
    else:
        click.echo(f"The model '{name}' has been renamed to '{model.name}'.")


@click.command("set-alias")
@model_argument
@click.argument("alias")
@click.argument("version")
@json_option
def set_alias(name: str, alias: str, version: str, as_json: bool) -> None:
    """Let ALIAS point to VERSION; it leaves the version that it pointed to.

    \b
    Examples:
      runyard models set-alias fraud champion 7
      runyard models set-alias fraud champion @challenger
    """  # noqa: D301 - click wants the control character
    client = open_client()
    number = find_version(client, name, version).version
    client.set_registered_model_alias(name, alias, number)
    if as_json:
        print_json(client.get_registered_model(name).to_dictionary())
    else:
        click.echo(f"The alias '{alias}' of the model '{name}' points to version {number}.")


@click.command("delete-alias")
@model_argument
@click.argument("alias")
@json_option
def delete_alias(name: str, alias: str, as_json: bool) -> None:
    """Remove ALIAS; the version that it points to stays."""
    client = open_client()
    check_alias(find_model(client, name), alias)
    client.delete_registered_model_alias(name, alias)
    if as_json:
        print_json(client.get_registered_model(name).to_dictionary())
    else:
        click.echo(f"The alias '{alias}' of the model '{name}' has been deleted.")


@click.command("set-stage")
@model_argument
@click.argument("version")
@click.argument("stage", type=click.Choice([stage.value for stage in ModelStage], case_sensitive=False))
@click.option("--archive-existing", is_flag=True, help="Move the other versions in that stage to Archived.")
@json_option
def set_stage(name: str, version: str, stage: str, archive_existing: bool, as_json: bool) -> None:
    """Put VERSION into a stage. An alias says more, and a version can have several."""
    client = open_client()
    number = find_version(client, name, version).version
    moved = client.transition_model_version_stage(name, number, stage, archive_existing)
    if as_json:
        print_json(moved.to_dictionary())
    else:
        click.echo(f"Version {number} of the model '{name}' is in the stage {moved.current_stage}.")


@click.command()
@model_argument
@click.option(
    "-v",
    "--version",
    "versions",
    multiple=True,
    metavar="VERSION",
    help="Only this version; may be given several times.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@json_option
def delete(name: str, versions: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Delete a model with its versions, or some of its versions. There is no way back.

    Files stay where they are; aliases go with their versions, whose numbers are not used again.
    """
    client = open_client()
    find_model(client, name)
    if versions:
        _delete_versions(client, name, versions, yes, as_json)
        return
    if not yes:
        number = sum(1 for _ in model_versions(client, name))
        confirm_final(f"Delete the model '{name}' with its {number} versions? There is no way back.", yes)
    with Report("deleted", as_json) as report:
        client.delete_registered_model(name)
        report.add(name, f"The model '{name}' has been deleted.")


def _delete_versions(client: RunyardClient, name: str, versions: tuple[str, ...], yes: bool, as_json: bool) -> None:
    found = {each.version: each for each in (find_version(client, name, given) for given in versions)}
    listed = ", ".join(
        f"{each.version} ({', '.join(each.aliases)})" if each.aliases else each.version for each in found.values()
    )
    confirm_final(f"Delete version {listed} of the model '{name}'? There is no way back.", yes)
    with Report("deleted", as_json) as report:
        for number in found:
            client.delete_model_version(name, number)
            report.add(number, f"Version {number} of the model '{name}' has been deleted.")


COMMANDS = (register, copy, rename, set_alias, delete_alias, set_stage, delete)
