"""``runyard experiments``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.bulk import Report, confirm_several
from runyard.cli.completion import complete_experiments
from runyard.cli.lookup import every, find_experiment, open_client, view_type
from runyard.cli.moments import moment
from runyard.cli.options import json_option, required, search_options, view_option, yes_option
from runyard.cli.output import Cell, print_fields, print_json, print_table
from runyard.cli.pairs import pairs

if TYPE_CHECKING:
    from runyard.entities import Experiment
    from runyard.tracking.client import RunyardClient


@click.group()
def experiments() -> None:
    """List, create, rename and delete experiments.

    Where EXPERIMENT stands, give a name or an id.
    """


_experiment_argument = click.argument("experiment", required=False, shell_complete=complete_experiments)
_id_option = click.option("-x", "--experiment-id", metavar="ID", help="The experiment by its id.")
_name_option = click.option("-n", "--experiment-name", metavar="NAME", help="The experiment by its name.")


def _resolve(client: RunyardClient, experiment: str | None, experiment_id: str | None) -> Experiment:
    if experiment_id is not None and experiment is None:
        return client.get_experiment(experiment_id)
    return find_experiment(client, required("experiment", EXPERIMENT=experiment, experiment_id=experiment_id))


@experiments.command("list")
@search_options
@view_option
@click.option("-m", "--max-results", type=click.IntRange(min=1), metavar="N", help="How many at most.")
@json_option
def list_experiments(
    filter_string: str, order_by: tuple[str, ...], view: str, max_results: int | None, as_json: bool
) -> None:
    """List experiments, the newest first."""
    found = every(
        open_client().search_experiments,
        max_results,
        view_type=view_type(view),
        filter_string=filter_string,
        order_by=list(order_by),
    )
    if as_json:
        import msgspec

        print_json([msgspec.to_builtins(experiment) for experiment in found])
        return
    print_table(
        ("experiment_id", "name", "stage", "created", "artifact_location"),
        (
            (
                experiment.experiment_id,
                experiment.name,
                experiment.lifecycle_stage,
                moment(experiment.creation_time),
                experiment.artifact_location,
            )
            for experiment in found
        ),
    )


# the reference system's name for it
experiments.add_command(list_experiments, "search")


@experiments.command()
@click.argument("name", required=False)
@click.option("-n", "--experiment-name", metavar="NAME", help="Its name.")
@click.option("-l", "--artifact-location", metavar="URI", help="Where its runs shall keep their artifacts.")
@click.option("-t", "--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A tag; may be given several times.")
@json_option
def create(
    name: str | None, experiment_name: str | None, artifact_location: str | None, tags: tuple[str, ...], as_json: bool
) -> None:
    """Create an experiment called NAME."""
    wanted = required("name", NAME=name, experiment_name=experiment_name)
    experiment_id = open_client().create_experiment(wanted, artifact_location, pairs(tags, "--tag"))
    if as_json:
        print_json({"experiment_id": experiment_id, "name": wanted})
    else:
        click.echo(f"Created experiment '{wanted}' with id {experiment_id}")


@experiments.command()
@_experiment_argument
@_id_option
@_name_option
@click.option("--output", type=click.Choice(("table", "json")), default="table", help="The form of the answer.")
@json_option
def get(
    experiment: str | None, experiment_id: str | None, experiment_name: str | None, output: str, as_json: bool
) -> None:
    """Show one experiment."""
    import msgspec

    found = _resolve(open_client(), experiment or experiment_name, experiment_id)
    if as_json or output == "json":
        print_json(msgspec.to_builtins(found))
        return
    fields: list[tuple[str, Cell]] = [
        ("experiment_id", found.experiment_id),
        ("name", found.name),
        ("artifact_location", found.artifact_location),
        ("stage", found.lifecycle_stage),
        ("created", moment(found.creation_time)),
        ("last_update", moment(found.last_update_time)),
    ]
    print_fields(fields + [(f"tags.{key}", value) for key, value in sorted(found.tags.items())])


@experiments.command()
@click.argument("experiment", nargs=-1, shell_complete=complete_experiments)
@_id_option
@yes_option
@json_option
def delete(experiment: tuple[str, ...], experiment_id: str | None, yes: bool, as_json: bool) -> None:
    """Move experiments and their runs to the trash; `runyard experiments restore` brings them back."""
    client = open_client()
    found = _resolve_all(client, experiment, experiment_id)
    confirm_several("Move to the trash", [f"{each.name} (id {each.experiment_id})" for each in found], yes)
    with Report("deleted", as_json) as report:
        for each in found:
            client.delete_experiment(each.experiment_id)
            report.add(each.experiment_id, f"Experiment with ID {each.experiment_id} has been deleted.")


@experiments.command()
@click.argument("experiment", nargs=-1, shell_complete=complete_experiments)
@_id_option
@json_option
def restore(experiment: tuple[str, ...], experiment_id: str | None, as_json: bool) -> None:
    """Take experiments and their runs out of the trash."""
    client = open_client()
    found = _resolve_all(client, experiment, experiment_id)
    with Report("restored", as_json) as report:
        for each in found:
            client.restore_experiment(each.experiment_id)
            report.add(each.experiment_id, f"Experiment with id {each.experiment_id} has been restored.")


def _resolve_all(client: RunyardClient, experiment: tuple[str, ...], experiment_id: str | None) -> list[Experiment]:
    if not experiment and experiment_id is None:
        raise click.UsageError("Which experiment? Name it.")
    found = [find_experiment(client, given) for given in experiment]
    if experiment_id is not None:
        found.append(client.get_experiment(experiment_id))
    return list({each.experiment_id: each for each in found}.values())


@experiments.command()
@_experiment_argument
@click.argument("name", required=False)
@_id_option
@click.option("--new-name", metavar="NAME", help="Its new name.")
@json_option
def rename(
    experiment: str | None, name: str | None, experiment_id: str | None, new_name: str | None, as_json: bool
) -> None:
    """Give EXPERIMENT another NAME."""
    client = open_client()
    wanted = required("name", NAME=name, new_name=new_name)
    found = _resolve(client, experiment, experiment_id)
    client.rename_experiment(found.experiment_id, wanted)
    if as_json:
        print_json({"experiment_id": found.experiment_id, "name": wanted})
    else:
        click.echo(f"Experiment with id {found.experiment_id} has been renamed to '{wanted}'.")


@experiments.command("csv")
@_experiment_argument
@_id_option
@click.option(
    "-o", "--filename", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output when absent."
)
def export_csv(experiment: str | None, experiment_id: str | None, filename: Path | None) -> None:
    """Write the runs of an experiment as CSV, like `runyard runs export`."""
    from runyard.cli.run_export import export_runs

    client = open_client()
    found = _resolve(client, experiment, experiment_id)
    runs = every(client.search_runs, experiment_ids=[found.experiment_id])
    number = export_runs(runs, "csv", filename)
    if filename is not None:
        click.echo(f"Experiment with ID {found.experiment_id} has been exported as CSV to {filename}: {number} runs.")
