"""Tables of runs: of each run only the files are read that the table shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from runyard.entities import RunTable
from runyard.tracking.requests import PARENT_TAG, RunQuery
from runyard.tracking.run_tables import MetricCell, TableRow, dataset_of, table_of
from runyard.tracking.table_requests import RunTableQuery
from runyard_file.index import Index
from runyard_file.search import Candidate, find_runs

__all__ = ["read_table"]


def read_table(query: RunTableQuery, indexes: Sequence[Index]) -> RunTable:
    """Return rows of a table.

    Args:
        query: Which rows, and which columns of them.
        indexes: Those of the experiments that it names.
    """
    found = find_runs(query.runs, indexes)
    rows = [_row(run, query) for run in found[query.offset : query.offset + query.max_results]]
    active = find_runs(RunQuery(experiment_ids=query.experiment_ids), indexes) if rows else []
    children = Counter(parent for run in active if (parent := run.tag(PARENT_TAG)) is not None)
    return table_of(query, len(found), rows, children)


def _row(run: Candidate, query: RunTableQuery) -> TableRow:
    cells = {key: cell for key in query.metrics if (cell := _cell(run, key)) is not None}
    params = _present((key, run.param(key)) for key in query.params)
    tags = _present((key, run.tag(key)) for key in (*query.tags, PARENT_TAG))
    return TableRow(run.info, cells, params, tags, [dataset_of(item) for item in run.inputs()])


def _cell(run: Candidate, key: str) -> MetricCell | None:
    summary = run.summary(key, extremes=True)
    if summary is None or summary.minimum is None or summary.maximum is None:
        return None
    return MetricCell(summary.value, summary.minimum, summary.maximum, summary.step)


def _present(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    return {key: value for key, value in pairs if value is not None}
