"""One run as a page of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.cli.moments import duration, moment
from runyard.cli.output import Cell, print_fields, print_sections

if TYPE_CHECKING:
    from runyard.entities import Run


def print_run(run: Run) -> None:
    """Print a run: sections under headings on a terminal, ``params.KEY<tab>VALUE`` lines in a pipe."""
    info = run.info
    print_fields(
        [
            ("run_id", info.run_id),
            ("name", info.run_name),
            ("experiment_id", info.experiment_id),
            ("status", info.status),
            ("stage", info.lifecycle_stage),
            ("start_time", moment(info.start_time)),
            ("end_time", moment(info.end_time)),
            ("duration", duration(info.start_time, info.end_time)),
            ("user", info.user_id),
            ("artifact_uri", info.artifact_uri),
        ]
    )
    print_sections(sections(run))


def sections(run: Run) -> dict[str, dict[str, Cell]]:
    """Return what a run recorded, by kind and key."""
    return {
        "params": dict(run.data.params),
        "metrics": dict(run.data.metrics),
        "tags": dict(run.data.tags),
        "datasets": {item.dataset.name: item.dataset.digest for item in run.inputs.dataset_inputs},
        "models": {output.model_id: f"step {output.step}" for output in run.outputs.model_outputs},
    }
