"""Calls that old tutorials use, under names that the reference system has given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.entities import Page, ViewType
from runyard.tracking.client.experiments import ExperimentClient
from runyard.tracking.client.runs import RunClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runyard.entities import Experiment, RunInfo


class OldNames(RunClient, ExperimentClient):
    """What `search_experiments` and `search_runs` find, as it was called before."""

    def list_experiments(
        self, view_type: int = ViewType.ACTIVE_ONLY, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Experiment]:
        """Return a page of experiments; `search_experiments` can filter and order them.

        Args:
            view_type: Active, deleted or all experiments.
            max_results: The size of the page.
            page_token: The token of the page before.
        """
        return self.search_experiments(view_type, max_results, page_token=page_token)

    def list_run_infos(
        self,
        experiment_id: str | int,
        run_view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int = 1000,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Page[RunInfo]:
        """Return what identifies the runs of an experiment, a page of them; `search_runs` returns their data too.

        Args:
            experiment_id: The experiment.
            run_view_type: Active, deleted or all runs.
            max_results: The size of the page.
            order_by: Sort keys; latest start first when absent.
            page_token: The token of the page before.
        """
        runs = self.search_runs([experiment_id], "", run_view_type, max_results, order_by, page_token)
        return Page([run.info for run in runs], runs.token)
