"""Experiments on a server."""

from __future__ import annotations

from collections.abc import Mapping

from runyard.entities import Experiment, Page
from runyard.errors import NotFound
from runyard.rest import experiments as wire
from runyard.rest.values import pairs
from runyard.tracking.requests import ExperimentQuery, NewExperiment
from runyard_http.base import HttpStoreBase

__all__ = ["HttpExperiments"]


class HttpExperiments(HttpStoreBase):
    """The methods on experiments."""

    def create_experiment(self, experiment: NewExperiment) -> str:
        new = wire.CreateExperiment(
            name=experiment.name,
            artifact_location=experiment.artifact_location or "",
            tags=pairs(experiment.tags),
        )
        return self._call(wire.CREATE, new).experiment_id

    def get_experiment(self, experiment_id: str) -> Experiment:
        return self._call(wire.GET, wire.ExperimentId(experiment_id=experiment_id)).experiment.entity()

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        try:
            return self._call(wire.GET_BY_NAME, wire.ExperimentName(experiment_name=name)).experiment.entity()
        except NotFound as error:
            if error.error_code != NotFound.error_code:  # nothing of the kind is known there
                raise
            return None

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        asked = wire.SearchExperiments(
            max_results=query.max_results,
            page_token=query.page_token or "",
            filter=query.filter.text if query.filter else "",
            order_by=[key.text for key in query.order_by],
            view_type=query.view.name,
        )
        reply = self._call(wire.SEARCH, asked)
        return Page((found.entity() for found in reply.experiments), reply.next_page_token or None)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        self._call(wire.UPDATE, wire.UpdateExperiment(experiment_id=experiment_id, new_name=new_name))

    def delete_experiment(self, experiment_id: str) -> None:
        self._call(wire.MOVE_TO_TRASH, wire.ExperimentId(experiment_id=experiment_id))

    def restore_experiment(self, experiment_id: str) -> None:
        self._call(wire.RESTORE, wire.ExperimentId(experiment_id=experiment_id))

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str]) -> None:
        for key, value in tags.items():
            self._call(wire.SET_TAG, wire.SetExperimentTag(experiment_id=experiment_id, key=key, value=value))

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        self._call(wire.DELETE_TAG, wire.DeleteExperimentTag(experiment_id=experiment_id, key=key))
