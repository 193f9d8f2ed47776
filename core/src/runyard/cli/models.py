"""``runyard models``: what is in the registry, and the commands that change it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli import model_changes, model_environments, model_labels
from runyard.cli.completion import complete_models
from runyard.cli.groups import OpenGroup
from runyard.cli.lookup import every, find_model, find_version, open_client
from runyard.cli.model_page import latest_versions, model_versions, print_model, print_version
from runyard.cli.moments import moment
from runyard.cli.options import json_option, model_argument, search_options, version_option
from runyard.cli.output import Cell, print_json, print_table

if TYPE_CHECKING:
    from runyard.entities import ModelVersion


@click.group(cls=OpenGroup, path="models")
def models() -> None:
    """List, register, promote and delete models; predict with them and serve them.

    Where NAME stands, give the name of a registered model; where VERSION stands, a number or @ALIAS, such as 3,
    @champion or @latest. Commands that change something print the model or version as it is then with --json.
    """


_limit_option = click.option("-m", "--max-results", type=click.IntRange(min=1), metavar="N", help="How many at most.")


@models.command("list")
@search_options
@_limit_option
@json_option
def list_models(filter_string: str, order_by: tuple[str, ...], max_results: int | None, as_json: bool) -> None:
    """List registered models with the newest version of each stage, by name.

    \b
    Examples:
      runyard models list --filter "name LIKE 'fraud%' AND tags.team = 'risk'"
      runyard models list --order-by "last_updated_timestamp DESC" -m 10
    """  # noqa: D301 - click wants the control character
    found = every(
        open_client().search_registered_models, max_results, filter_string=filter_string, order_by=list(order_by)
    )
    if as_json:
        print_json([model.to_dictionary() for model in found])
        return
    print_table(
        ("name", "latest", "aliases", "updated", "description"),
        (
            (
                model.name,
                latest_versions(model),
                ", ".join(f"{alias} {version}" for alias, version in sorted(model.aliases.items())),
                moment(model.last_updated_timestamp),
                model.description,
            )
            for model in found
        ),
    )


# as for experiments
models.add_command(list_models, "search")


@models.command()
@click.argument("name", required=False, shell_complete=complete_models)
@search_options
@_limit_option
@json_option
def versions(
    name: str | None, filter_string: str, order_by: tuple[str, ...], max_results: int | None, as_json: bool
) -> None:
    """List the versions of a model, the highest number first, or those of all models, the last updated first.

    \b
    Examples:
      runyard models versions fraud --filter "tags.validated = 'yes'"
      runyard models versions --filter "run_id = '4b1c...'"
    """  # noqa: D301 - click wants the control character
    client = open_client()
    if name is None:
        found = every(client.search_model_versions, max_results, filter_string=filter_string, order_by=list(order_by))
    else:
        find_model(client, name)
        found = islice(model_versions(client, name, filter_string, order_by), max_results)
    if as_json:
        print_json([version.to_dictionary() for version in found])
        return
    headers = ("version", "stage", "aliases", "created", "run_id", "source")
    if name is None:
        print_table(("name", *headers), ((version.name, *_row(version)) for version in found), keep=2)
    else:
        print_table(headers, map(_row, found))


def _row(version: ModelVersion) -> tuple[Cell, ...]:
    return (
        int(version.version),
        version.current_stage,
        ", ".join(version.aliases),
        moment(version.creation_timestamp),
        version.run_id,
        version.source,
    )


@models.command()
@model_argument
@version_option
@json_option
def show(name: str, version: str | None, as_json: bool) -> None:
    """Show a model and its versions, or one version."""
    client = open_client()
    if version is not None:
        found = find_version(client, name, version)
        if as_json:
            print_json(found.to_dictionary())
        else:
            print_version(found)
        return
    model = find_model(client, name)
    if as_json:
        numbered = [each.to_dictionary() for each in model_versions(client, name)]
        print_json({**model.to_dictionary(), "versions": numbered})
    else:
        print_model(model, model_versions(client, name))


for _command in (*model_changes.COMMANDS, *model_labels.COMMANDS, *model_environments.COMMANDS):
    models.add_command(_command)
