"""Tables of runs: of each run no more is read than what the table shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runyard.entities import RunColumns, RunCount, RunDataset, RunTable
from runyard.tracking.requests import PARENT_TAG, RunQuery
from runyard_sql.base import row_number
from runyard_sql.runs import OF_NUMBERS, RunStore, info_of
from runyard_sql.search import count, find_from
from runyard_sql.session import Row, Session
from runyard_sql.values import extremes_reader, value_of

if TYPE_CHECKING:
    from runyard.tracking.run_tables import MetricCell
    from runyard.tracking.table_requests import RunTableQuery

__all__ = ["TableStore"]

_CELLS = """
SELECT run_id, name_id, latest_value, latest_special, minimum, maximum, latest_step
FROM runyard_run_metrics WHERE run_id IN (?) AND name_id IN (keys)
"""
_DATASETS = """
SELECT used.run_id, used.position, data.name, data.digest, context.value
FROM runyard_run_datasets used
JOIN runyard_datasets data ON data.id = used.dataset_id
LEFT JOIN runyard_run_dataset_tags context
    ON context.run_id = used.run_id AND context.dataset_id = used.dataset_id AND context."key" = 'mlflow.data.context'
WHERE used.run_id IN (?)
"""
_CHILDREN = """
SELECT parent.value, COUNT(*)
FROM runyard_runs run JOIN runyard_run_tags parent ON parent.run_id = run.id AND parent.name_id = ?
WHERE run.experiment_id {experiments} AND run.deleted_time IS NULL AND parent.value {parents}
GROUP BY parent.value
"""
_COUNTS = """
SELECT experiment_id, COUNT(*), MAX(start_time) FROM runyard_runs
WHERE experiment_id IN (?) AND deleted_time IS NULL GROUP BY experiment_id
"""


class TableStore(RunStore):
    """The part of the store that gives tables of runs."""

    def run_table(self, query: RunTableQuery) -> RunTable:
        from runyard.search import RUNS
        from runyard.tracking.run_tables import TableRow, table_of

        search = replace(query.runs, max_results=query.max_results)
        with self._database.read() as session:
            total = count(session, self._names, RUNS, search)
            numbers = find_from(session, self._names, RUNS, search, query.offset) if query.offset < total else []
            runs = {row[0]: row for row in session.each_of(OF_NUMBERS, numbers)}
            params = self._run_params.some_of_each(session, numbers, query.params)
            tags = self._run_tags.some_of_each(session, numbers, (*query.tags, PARENT_TAG))
            metrics = self._cells(session, numbers, query.metrics)
            datasets = self._datasets_of(session, numbers)
            rows = [
                TableRow(
                    info_of(runs[number]),
                    metrics.get(number, {}),
                    params.get(number, {}),
                    tags.get(number, {}),
                    datasets.get(number, []),
                )
                for number in numbers
            ]
            children = self._child_counts(session, query.experiment_ids, runs.values())
        return table_of(query, total, rows, children)

    def run_columns(self, query: RunQuery, max_runs: int | None = None) -> RunColumns:
        from runyard_sql.run_columns import read_columns

        with self._database.read() as session:
            return read_columns(session, self._names, query, max_runs)

    def run_counts(self, experiment_ids: Sequence[str]) -> dict[str, RunCount]:
        numbers = {experiment_id: row_number(experiment_id) for experiment_id in experiment_ids}
        with self._database.read() as session:
            known = {number for number in numbers.values() if number is not None}
            found = {row[0]: row for row in session.each_of(_COUNTS, known)}
        return {
            experiment_id: RunCount(active=found[number][1], last_start_time=found[number][2])
            if number in found
            else RunCount()
            for experiment_id, number in numbers.items()
        }

    def _cells(self, session: Session, runs: Sequence[int], keys: Sequence[str]) -> dict[int, dict[str, MetricCell]]:
        """Return metrics of runs by the number of the run and by key."""
        from runyard.tracking.run_tables import MetricCell

        names = self._names.found(session, ((key,) for key in keys))
        cells: dict[int, dict[str, MetricCell]] = {}
        if names:
            read = extremes_reader(session.dialect.number)
            for run, name, latest, special, minimum, maximum, step in session.each_of(_CELLS, runs, [*names]):
                cells.setdefault(run, {})[names[name][0]] = MetricCell(
                    value_of(latest, special), read(minimum), read(maximum), step
                )
        return cells

    def _datasets_of(self, session: Session, runs: Sequence[int]) -> dict[int, list[RunDataset]]:
        datasets: dict[int, list[RunDataset]] = {}
        for run, _, name, digest, context in sorted(session.each_of(_DATASETS, runs)):
            datasets.setdefault(run, []).append(RunDataset(name, digest, context or ""))
        return datasets

    def _child_counts(
        self, session: Session, experiment_ids: Sequence[str], parents: Collection[Row]
    ) -> Mapping[str, int]:
        """Return by id how many active runs are nested in runs, which are given by their rows."""
        name = self._names.find(session, (PARENT_TAG,))
        experiments = {number for text in experiment_ids if (number := row_number(text)) is not None}
        if name is None or not parents:
            return {}
        among_experiments, bound_experiments = session.dialect.among([*experiments])
        among_parents, bound_parents = session.dialect.among([row[1] for row in parents])
        statement = _CHILDREN.format(experiments=among_experiments, parents=among_parents)
        return dict(session.all(statement, [name, *bound_experiments, *bound_parents]))
