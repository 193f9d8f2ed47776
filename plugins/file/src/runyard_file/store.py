"""The tracking store in a folder of small files, in the ``mlruns`` layout."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.entities import Page, Run, RunTable
from runyard.errors import NotFound
from runyard.tracking.requests import RunQuery
from runyard.tracking.table_requests import RunTableQuery
from runyard_file.index import Index
from runyard_file.trash import TrashStore

__all__ = ["FileStore"]


class FileStore(TrashStore):
    """Keeps experiments, runs and logged models in a local folder that other programs read and write too.

    Every call looks at the files as they are; there is nothing to refresh. A search remembers what it read, see
    `runyard_file.index`.
    """

    def search_runs(self, query: RunQuery) -> Page[Run]:
        from runyard_file.search import find_runs, page_of_runs

        indexes = [*self._searched(query)]
        page = page_of_runs(find_runs(query, indexes), query.max_results, query.page_token)
        for index in indexes:
            index.save()
        return page

    def count_runs(self, query: RunQuery) -> int:
        from runyard_file.search import find_runs

        return len(find_runs(query, self._searched(query)))

    def run_table(self, query: RunTableQuery) -> RunTable:
        from runyard_file.run_tables import read_table

        indexes = [*self._searched(query)]
        table = read_table(query, indexes)
        for index in indexes:
            index.save()
        return table

    def _searched(self, query: RunQuery | RunTableQuery) -> Iterator[Index]:
        """Yield the indexes of the experiments that a query names; those that do not exist hold no runs."""
        for experiment_id in dict.fromkeys(query.experiment_ids):
            try:
                folder = self._layout.experiment(experiment_id)
            except NotFound:
                continue
            yield self._index(folder)
