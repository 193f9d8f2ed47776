"""``runyard doctor``."""

from __future__ import annotations

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.diagnosis import Diagnosis, StoreReport, diagnose
from runyard.cli.errors import report
from runyard.cli.options import json_option
from runyard.cli.output import Cell, print_fields, print_json


@click.command()
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=5.0,
    show_default=True,
    help="How long each store may take.",
)
@click.option("--mask-envs", is_flag=True, hidden=True, help="Accepted from users of the reference; always in force.")
@json_option
@click.pass_context
def doctor(context: click.Context, timeout: float, mask_envs: bool, as_json: bool) -> None:  # noqa: ARG001
    """Say what is installed, where runs go, whether that answers, and what is wrong.

    Secrets are not shown. The exit code is 1 if something is wrong.
    """
    found = diagnose(timeout)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(found))
    else:
        print_fields(_fields(found))
        for each in found.problems:
            report(each.problem, "Problem")
            report(each.remedy, "Mend it", "green")
    if found.problems:
        context.exit(1)


def _fields(found: Diagnosis) -> list[tuple[str, Cell]]:
    return [
        ("runyard", found.runyard),
        ("python", f"{found.python}, {found.executable}"),
        ("platform", found.platform),
        *((f"plugin {name}", state) for name, state in found.plugins.items()),
        ("tracking", _store(found.tracking)),
        ("registry", _store(found.registry)),
        *found.settings.items(),
    ]


def _store(store: StoreReport) -> str:
    answer = "does not answer"
    if store.answers:
        answer = "made when it is used first" if store.fresh else f"answers in {store.seconds * 1000:.0f} ms"
    return f"{store.uri} (from {store.source}), {answer}"
