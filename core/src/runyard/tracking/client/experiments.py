"""The client's calls on experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.entities import Experiment, ViewType, limits
from runyard.tracking.requests import NewExperiment, check_experiment_tags
from runyard.tracking.store_client import StoreClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runyard.entities import Page


class ExperimentClient(StoreClient):
    """Experiments: made, changed, searched."""

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, Any] | None = None
    ) -> str:
        """Make an experiment and return its id.

        Args:
            name: Its name.
            artifact_location: Where its runs shall keep their artifacts; the store decides when absent.
            tags: Its first tags.

        Raises:
            AlreadyExists: The name is taken, be it by a deleted experiment.
            InvalidInput: The name, location or a tag is not valid.
        """
        texts = {key: str(value) for key, value in (tags or {}).items()}
        location = None if artifact_location is None else str(artifact_location)
        return self._store.create_experiment(NewExperiment(name=name, artifact_location=location, tags=texts))

    def get_experiment(self, experiment_id: str | int) -> Experiment:
        """Return an experiment, deleted or not.

        Raises:
            NotFound: There is no such experiment.
        """
        return self._store.get_experiment(str(experiment_id))

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        """Return the experiment of that name, deleted or not, or `None`."""
        return self._store.get_experiment_by_name(name)

    def search_experiments(
        self,
        view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int | None = 1000,
        filter_string: str | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Page[Experiment]:
        """Return a page of experiments.

        Args:
            view_type: Active, deleted or all experiments.
            max_results: The size of the page.
            filter_string: Such as ``name LIKE 'a%' AND tags.team = 'x'``.
            order_by: Sort keys such as ``name DESC``; newest first when absent.
            page_token: The token of the page before.

        Raises:
            InvalidInput: The filter, a sort key, the size or the token is not valid.
        """
        from runyard.tracking.searching import experiment_query

        size = 1000 if max_results is None else max_results
        query = experiment_query(view_type, filter_string, order_by, max_results=size, page_token=page_token)
        return self._store.search_experiments(query)

    def rename_experiment(self, experiment_id: str | int, new_name: str) -> None:
        """Give an experiment another name.

        Raises:
            AlreadyExists: The name is taken.
            InvalidInput: The name is not valid.
            InvalidState: The experiment is deleted.
            NotFound: There is no such experiment.
        """
        self._store.rename_experiment(str(experiment_id), limits.check_experiment_name(new_name))

    def delete_experiment(self, experiment_id: str | int) -> None:
        """Move an experiment and its runs to the trash.

        Raises:
            NotFound: There is no such experiment, or it is there already.
        """
        self._store.delete_experiment(str(experiment_id))

    def restore_experiment(self, experiment_id: str | int) -> None:
        """Take an experiment and its runs out of the trash.

        Raises:
            NotFound: There is no such experiment, or it is not there.
        """
        self._store.restore_experiment(str(experiment_id))

    def set_experiment_tag(self, experiment_id: str | int, key: str, value: Any) -> None:
        """Set a tag.

        Raises:
            InvalidInput: The tag is not valid.
            InvalidState: The experiment is deleted.
            NotFound: There is no such experiment.
        """
        self._store.set_experiment_tags(str(experiment_id), check_experiment_tags({key: str(value)}))

    def delete_experiment_tag(self, experiment_id: str | int, key: str) -> None:
        """Remove a tag.

        Raises:
            NotFound: There is no such experiment, or it has no tag of that key.
        """
        self._store.delete_experiment_tag(str(experiment_id), key)
