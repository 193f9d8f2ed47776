"""``runyard gc``."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click  # noqa: TID253 - this module is what is imported late

from runyard import config
from runyard.cli.errors import note, report
from runyard.cli.main import FAILED
from runyard.cli.moments import moment
from runyard.cli.options import json_option
from runyard.cli.output import is_terminal, print_json, print_table
from runyard.entities import TrashKind

if TYPE_CHECKING:
    from runyard.registry.registry import ModelRegistry
    from runyard.tracking.garbage import Outcome

F = TypeVar("F", bound=Callable[..., Any])

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
_AGE = re.compile(rf"(?:{_NUMBER}d)?(?:{_NUMBER}h)?(?:{_NUMBER}m)?(?:{_NUMBER}s)?")
_UNITS = (86_400_000, 3_600_000, 60_000, 1000)
_NAMES = {TrashKind.RUN: "Run", TrashKind.LOGGED_MODEL: "Logged model", TrashKind.EXPERIMENT: "Experiment"}


def _age(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """Return the milliseconds that an age means."""
    if text is None:
        return None
    found = _AGE.fullmatch(text)
    if found is None or not text:
        raise click.BadParameter(f"{text!r} is not an age: say 30d, 8h or 1d2h30m15s.")
    return round(sum(float(part or 0) * unit for part, unit in zip(found.groups(), _UNITS, strict=True)))


def _ids_option(name: str, what: str) -> Callable[[F], F]:
    def split(_: click.Context, __: click.Parameter, text: str) -> tuple[str, ...]:
        return config.names(text)

    return click.option(name, default="", callback=split, metavar="ID,...", help=f"{what}; nothing that is not named.")


@click.command()
@click.option(
    "--older-than",
    callback=_age,
    metavar="#d#h#m#s",
    help="What was deleted longer ago than this, such as 30d or 1d12h.",
)
@_ids_option("--run-ids", "These runs")
@_ids_option("--experiment-ids", "These experiments, with everything in them")
@_ids_option("--logged-model-ids", "These logged models")
@click.option("--dry-run", is_flag=True, help="Remove nothing; show what would go, and how many bytes.")
@click.option("--force", is_flag=True, help="Also what versions of registered models stand on.")
@click.option("--backend-store-uri", metavar="URI", help="The store, if it is not the one in force.")
@click.option("--tracking-uri", metavar="URI", help="The store or server in force, as before the command.")
@click.option("--registry-store-uri", metavar="URI", help="Where models are registered, if that is not in the store.")
@click.option(
    "--artifacts-destination",
    metavar="URI",
    envvar=config.ARTIFACTS_DESTINATION.variables,
    show_envvar=True,
    help="What is behind mlflow-artifacts: addresses; they are asked of their server when absent.",
)
@click.option("-y", "--yes", is_flag=True, expose_value=False, help="Nothing is asked, with it or without.")
@json_option
def gc(
    older_than: int | None,
    run_ids: tuple[str, ...],
    experiment_ids: tuple[str, ...],
    logged_model_ids: tuple[str, ...],
    dry_run: bool,
    force: bool,
    backend_store_uri: str | None,
    tracking_uri: str | None,
    registry_store_uri: str | None,
    artifacts_destination: str | None,
    as_json: bool,
) -> None:
    """Remove what is in the trash for good, with its artifacts.

    Deleted runs, logged models and experiments, and whatever is in such an experiment: all of it, or what the options
    say. The names of such experiments are free then. This cannot be undone, and nothing is asked: look with --dry-run
    first.

    What a version of a registered model stands on is kept, and named. What cannot be removed is kept too, and named;
    the others go on, the exit code is 1, and the next call tries again.
    """
    from runyard.tracking.garbage import Collector, Selection
    from runyard.tracking.uris import set_tracking_uri, tracking_store

    if tracking_uri is not None:
        set_tracking_uri(tracking_uri)
    collector = Collector(
        tracking_store(backend_store_uri),
        None if force else _registry(registry_store_uri, backend_store_uri),
        artifacts_destination,
    )
    items = collector.select(
        Selection(
            run_ids=run_ids,
            logged_model_ids=logged_model_ids,
            experiment_ids=experiment_ids,
            deleted_before=None if older_than is None else time.time_ns() // 1_000_000 - older_than,
        )
    )
    outcomes: list[Outcome] = []
    try:
        for outcome in collector.collect(items, dry_run=dry_run):
            outcomes.append(outcome)
            if not as_json:
                _tell(outcome, dry_run)
    finally:
        _conclude(outcomes, dry_run, as_json)
    if any(outcome.failed for outcome in outcomes):
        click.get_current_context().exit(FAILED)


def _registry(given: str | None, backend_store_uri: str | None) -> ModelRegistry:
    from runyard.tracking.uris import model_registry

    return model_registry(given or config.REGISTRY_URI.get() or backend_store_uri)


def _tell(outcome: Outcome, dry_run: bool) -> None:
    item = outcome.item
    label = f"{_NAMES[item.kind]} with ID {item.id}"
    if outcome.failed:
        report(f"{label} ({item.name}) is kept: {outcome.kept}", "Failed")
    elif outcome.kept is not None:
        report(f"{label} ({item.name}) is kept: {outcome.kept}.", "Kept", "yellow")
    elif not dry_run:
        click.echo(f"{label} has been permanently deleted.")


def _conclude(outcomes: list[Outcome], dry_run: bool, as_json: bool) -> None:
    gone = [outcome for outcome in outcomes if outcome.kept is None]
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "removed": [_plain(outcome) for outcome in gone],
                "kept": [_plain(outcome) for outcome in outcomes if outcome.kept is not None and not outcome.failed],
                "failed": [_plain(outcome) for outcome in outcomes if outcome.failed],
                "bytes": sum(outcome.size for outcome in gone),
            }
        )
        return
    if dry_run and gone:
        _show(gone)
    note(_summary(gone, len(outcomes) - len(gone), dry_run))


def _plain(outcome: Outcome) -> dict[str, Any]:
    reason = {} if outcome.kept is None else {"reason": outcome.kept}
    return {**outcome.item.to_dictionary(), "bytes": outcome.size, **reason}


def _show(gone: list[Outcome]) -> None:
    from runyard.artifacts.progress import byte_size

    for_people = is_terminal()
    print_table(
        ("kind", "id", "name", "experiment_id", "deleted", "bytes"),
        (
            (
                str(outcome.item.kind),
                outcome.item.id,
                outcome.item.name,
                outcome.item.experiment_id,
                moment(outcome.item.deleted_time),
                byte_size(outcome.size) if for_people else outcome.size,
            )
            for outcome in gone
        ),
        keep=2,
    )


def _summary(gone: list[Outcome], kept: int, dry_run: bool) -> str:
    """Return what happened, or would, in a sentence."""
    from runyard.artifacts.progress import byte_size

    if not gone and not kept:
        return "There is nothing to remove in the trash."
    counts = {kind: sum(outcome.item.kind is kind for outcome in gone) for kind in TrashKind}
    parts = [f"{count} {_NAMES[kind].lower()}{'s' * (count != 1)}" for kind, count in counts.items() if count]
    verb = "Would remove" if dry_run else "Removed"
    text = f"{verb} {', '.join(parts) or 'nothing'}: {byte_size(sum(outcome.size for outcome in gone))} of artifacts."
    return f"{text} {kept} kept." if kept else text
