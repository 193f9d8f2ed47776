"""``runyard runs``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.bulk import Report, confirm_several
from runyard.cli.completion import complete_runs
from runyard.cli.errors import note
from runyard.cli.lookup import every, open_client, selected_experiment, view_type
from runyard.cli.options import (
    experiment_options,
    json_anyway,
    json_option,
    required,
    run_option,
    search_options,
    view_option,
    yes_option,
)
from runyard.cli.output import is_terminal, print_json, print_table
from runyard.cli.pairs import pairs

if TYPE_CHECKING:
    from runyard.entities import Run
    from runyard.tracking.client import RunyardClient

_run_argument = click.argument("run", required=False, shell_complete=complete_runs)


@click.group()
def runs() -> None:
    """List, show, compare, export and delete runs.

    Without an experiment, `list` and `export` look at every experiment that is not in the trash.
    """


def _experiments(client: RunyardClient, given: tuple[str | None, str | None, str | None]) -> dict[str, str]:
    """Return the experiments to look at, names by ids."""
    one = selected_experiment(client, *given)
    found = every(client.search_experiments) if one is None else [one]
    return {experiment.experiment_id: experiment.name for experiment in found}


@runs.command("list")
@experiment_options
@search_options
@view_option
@click.option(
    "-m",
    "--max-results",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="How many at most.",
)
@click.option(
    "-c",
    "--columns",
    metavar="NAMES",
    help="The columns, separated by commas: run_id, name, experiment, status, start_time, metrics.KEY, params.KEY, "
    "tags.KEY, ...; KEY may be a pattern, as in 'metrics.*'.",
)
@json_option
def list_runs(
    experiment: str | None,
    experiment_name: str | None,
    experiment_id: str | None,
    filter_string: str,
    order_by: tuple[str, ...],
    view: str,
    max_results: int,
    columns: str | None,
    as_json: bool,
) -> None:
    """List runs, the latest first; on a terminal with their metrics.

    \b
    Examples:
      runyard runs list -e baseline --filter "metrics.rmse < 0.8"
      runyard runs list -c "run_id,name,metrics.*" --order-by "metrics.rmse ASC"
    """  # noqa: D301 - click wants the control character
    from runyard.cli import run_columns

    names = run_columns.parse_columns(columns) if columns is not None else ()
    client = open_client()
    experiments = _experiments(client, (experiment, experiment_name, experiment_id))
    found = list(
        every(
            client.search_runs,
            max_results + 1,
            experiment_ids=list(experiments),
            filter_string=filter_string,
            order_by=list(order_by),
            run_view_type=view_type(view),
        )
    )
    if len(found) > max_results:
        found.pop()
        note(f"These are the first {max_results}; --max-results shows more.")
    shown = run_columns.columns(
        names or run_columns.default_columns(len(experiments), metrics=is_terminal()), found, experiments
    )
    if not as_json:
        print_table([column.name for column in shown], ([column.value(run) for column in shown] for run in found))
    elif names:
        print_json([{column.name: column.value(run) for column in shown} for run in found])
    else:
        print_json([run.to_dictionary() for run in found])


@runs.command()
@_run_argument
@run_option
@json_option
def show(run: str | None, run_id: str | None, as_json: bool) -> None:
    """Show one run: what it is, its params, metrics, tags and datasets."""
    found = open_client().get_run(required("run", RUN=run, run_id=run_id))
    if as_json:
        print_json(found.to_dictionary())
    else:
        from runyard.cli.run_page import print_run

        print_run(found)


@runs.command()
@_run_argument
@run_option
@json_anyway
def describe(run: str | None, run_id: str | None) -> None:
    """Print one run as JSON."""
    print_json(open_client().get_run(required("run", RUN=run, run_id=run_id)).to_dictionary())


@runs.command()
@click.argument("run", nargs=-1, required=True, shell_complete=complete_runs)
@click.option("--all", "everything", is_flag=True, help="Also what is the same in all of them.")
@json_option
def compare(run: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Show several runs side by side, and of them only what differs."""
    from runyard.cli.run_comparison import compare_runs, print_comparison

    if len(set(run)) < 2:
        raise click.UsageError("Name at least two runs.")
    client = open_client()
    found = [client.get_run(run_id) for run_id in dict.fromkeys(run)]
    rows = compare_runs(found, everything=everything)
    if as_json:
        print_json({"runs": [each.info.run_id for each in found], "rows": [row._asdict() for row in rows]})
    else:
        print_comparison(found, rows)


@runs.command()
@experiment_options
@search_options
@view_option
@click.option("-m", "--max-results", type=click.IntRange(min=1), metavar="N", help="How many at most; all when absent.")
@click.option(
    "--format", "form", type=click.Choice(("csv", "json")), help="The form; what the file's name ends in, or csv."
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output when absent."
)
def export(
    experiment: str | None,
    experiment_name: str | None,
    experiment_id: str | None,
    filter_string: str,
    order_by: tuple[str, ...],
    view: str,
    max_results: int | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Write runs to a file or to standard output, however many there are.

    CSV has the columns of `search_runs`, JSON is a list of whole runs. A file appears when it is complete.
    """
    from runyard.cli.run_export import export_runs

    client = open_client()
    found = every(
        client.search_runs,
        max_results,
        experiment_ids=list(_experiments(client, (experiment, experiment_name, experiment_id))),
        filter_string=filter_string,
        order_by=list(order_by),
        run_view_type=view_type(view),
    )
    suffix = "json" if output is not None and output.suffix.lower() == ".json" else "csv"
    number = export_runs(found, form or suffix, output)
    if output is not None:
        click.echo(f"Wrote {number} runs to {output}")


@runs.command()
@experiment_options
@click.option("--run-name", metavar="NAME", help="Its name; made up when absent.")
@click.option("--description", metavar="TEXT", help="What it is about.")
@click.option("-t", "--tags", multiple=True, metavar="KEY=VALUE", help="A tag; may be given several times.")
@click.option(
    "--status",
    type=click.Choice(("finished", "failed", "killed"), case_sensitive=False),
    default="finished",
    show_default=True,
    help="How it ended.",
)
@click.option("--parent-run-id", metavar="ID", shell_complete=complete_runs, help="The run that it is a part of.")
@json_anyway
def create(
    experiment: str | None,
    experiment_name: str | None,
    experiment_id: str | None,
    run_name: str | None,
    description: str | None,
    tags: tuple[str, ...],
    status: str,
    parent_run_id: str | None,
) -> None:
    """Record a run that has ended already, and print it as JSON."""
    values = pairs(tags, "--tags")
    client = open_client()
    where = selected_experiment(client, experiment, experiment_name, experiment_id)
    if where is None:
        raise click.UsageError("Which experiment? Give --experiment, --experiment-name or --experiment-id.")
    if description is not None:
        values["mlflow.note.content"] = description
    if parent_run_id is not None:
        values["mlflow.parentRunId"] = client.get_run(parent_run_id).info.run_id
    run = client.create_run(where.experiment_id, tags=values, run_name=run_name)
    client.set_terminated(run.info.run_id, status.upper())
    print_json(
        {
            "run_id": run.info.run_id,
            "experiment_id": run.info.experiment_id,
            "status": status.upper(),
            "run_name": run.info.run_name,
        }
    )


@runs.command()
@click.argument("run", nargs=-1, shell_complete=complete_runs)
@run_option
@yes_option
@json_option
def delete(run: tuple[str, ...], run_id: str | None, yes: bool, as_json: bool) -> None:
    """Move runs to the trash; `runyard runs restore` brings them back."""
    client = open_client()
    found = _resolve_all(client, run, run_id)
    confirm_several("Move to the trash", [f"{each.info.run_id} {each.info.run_name}" for each in found], yes)
    with Report("deleted", as_json) as report:
        for each in found:
            client.delete_run(each.info.run_id)
            report.add(each.info.run_id, f"Run with ID {each.info.run_id} has been deleted.")


@runs.command()
@click.argument("run", nargs=-1, shell_complete=complete_runs)
@run_option
@json_option
def restore(run: tuple[str, ...], run_id: str | None, as_json: bool) -> None:
    """Take runs out of the trash."""
    client = open_client()
    found = _resolve_all(client, run, run_id)
    with Report("restored", as_json) as report:
        for each in found:
            client.restore_run(each.info.run_id)
            report.add(each.info.run_id, f"Run with id {each.info.run_id} has been restored.")


def _resolve_all(client: RunyardClient, run: tuple[str, ...], run_id: str | None) -> list[Run]:
    """Return every run that was named; nothing is done to any of them if one does not exist."""
    ids = dict.fromkeys([*run, *([run_id] if run_id is not None else [])])
    if not ids:
        raise click.UsageError("Which run? Name it.")
    return [client.get_run(each) for each in ids]
