"""Tables of runs on a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runyard.entities import RunColumns, RunCount, RunTable
from runyard.tracking.requests import RunQuery
from runyard_http.base import HttpStoreBase

if TYPE_CHECKING:
    from runyard.tracking.table_requests import RunTableQuery

__all__ = ["HttpTables"]


class HttpTables(HttpStoreBase):
    """The methods on tables; a server that knows none is asked for whole runs, and histories."""

    def run_table(self, query: RunTableQuery) -> RunTable:
        from runyard.rest import tables as wire

        reply = self._call_if_there(wire.TABLE, wire.GetTable.of(query))
        return super().run_table(query) if reply is None else reply.entity()

    def run_columns(self, query: RunQuery, max_runs: int | None = None) -> RunColumns:
        from runyard.rest import tables as wire

        reply = self._call_if_there(wire.COLUMNS, wire.GetColumns.of(query, max_runs))
        return super().run_columns(query, max_runs) if reply is None else reply.entity()

    def run_counts(self, experiment_ids: Sequence[str]) -> dict[str, RunCount]:
        from runyard.rest import tables as wire

        reply = self._call_if_there(wire.COUNTS, wire.CountRunsOf(experiment_ids=[*experiment_ids]))
        return super().run_counts(experiment_ids) if reply is None else reply.entity()
