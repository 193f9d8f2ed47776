"""Choosing, finding and changing experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard import config
from runyard.entities import Experiment, ViewType
from runyard.errors import AlreadyExists, InvalidInput, InvalidState
from runyard.tracking import active
from runyard.tracking.requests import NewExperiment, check_experiment_tags
from runyard.tracking.store import DEFAULT_EXPERIMENT_ID
from runyard.tracking.uris import tracking_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runyard.tracking.store import TrackingStore

__all__ = [
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "get_experiment",
    "get_experiment_by_name",
    "restore_experiment",
    "search_experiments",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
]


def active_experiment_id(store: TrackingStore) -> str:
    """Return the id of the experiment that new runs go to.

    The one that was set in this process comes first, then ``RUNYARD_EXPERIMENT_NAME`` (made if missing), then
    ``RUNYARD_EXPERIMENT_ID``, then the default one.

    Raises:
        InvalidInput: Both variables are set and name different experiments.
        InvalidState: The experiment is deleted.
        NotFound: There is no experiment of that id.
    """
    chosen = active.experiment_id()
    if chosen is not None:
        return chosen
    name, experiment_id = config.EXPERIMENT_NAME.get(), config.EXPERIMENT_ID.get()
    if name:
        found = get_or_create_experiment(store, name).experiment_id
        if experiment_id and experiment_id != found:
            raise InvalidInput(
                f"{config.EXPERIMENT_NAME.variables[0]}={name!r} is experiment {found}, but "
                f"{config.EXPERIMENT_ID.variables[0]}={experiment_id!r}; set only one of them."
            )
        return found
    if experiment_id:
        return _check_active(store.get_experiment(experiment_id)).experiment_id
    return DEFAULT_EXPERIMENT_ID


def get_or_create_experiment(store: TrackingStore, name: str) -> Experiment:
    """Return the experiment of a name; somebody else may make it at the same time."""
    experiment = store.get_experiment_by_name(name)
    if experiment is None:
        try:
            experiment = store.get_experiment(store.create_experiment(NewExperiment(name=name)))
        except AlreadyExists:
            experiment = store.get_experiment_by_name(name)
            if experiment is None:
                raise
    return _check_active(experiment)


def _check_active(experiment: Experiment) -> Experiment:
    if experiment.lifecycle_stage != "active":
        raise InvalidState(
            f"The experiment {experiment.name!r} ({experiment.experiment_id}) is deleted and cannot be the active one. "
            "Restore it, or choose another name."
        )
    return experiment


def set_experiment(experiment_name: str | None = None, experiment_id: str | int | None = None) -> Experiment:
    """Choose the experiment that new runs of this process go to, in all threads and in processes started from here.

    Args:
        experiment_name: Its name; it is made if there is none.
        experiment_id: Its id, instead of the name.

    Raises:
        InvalidInput: Not exactly one of the two is given, or the name is not valid.
        InvalidState: The experiment is deleted.
        NotFound: There is no experiment of that id.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise InvalidInput("Give exactly one of experiment_name and experiment_id.")
    store = tracking_store()
    if experiment_id is not None:
        experiment = _check_active(store.get_experiment(str(experiment_id)))
    else:
        experiment = get_or_create_experiment(store, NewExperiment(name=experiment_name or "").name)
    active.set_experiment_id(experiment.experiment_id)
    if config.EXPERIMENT_NAME.is_set():
        config.EXPERIMENT_NAME.export(experiment.name)
    config.EXPERIMENT_ID.export(experiment.experiment_id)
    return experiment


def create_experiment(name: str, artifact_location: str | None = None, tags: Mapping[str, Any] | None = None) -> str:
    """Make an experiment and return its id; it does not become the active one.

    Args:
        name: Its name.
        artifact_location: Where its runs shall keep their artifacts; the store decides when absent.
        tags: Its first tags.

    Raises:
        AlreadyExists: The name is taken, be it by a deleted experiment.
        InvalidInput: The name, location or a tag is not valid.
    """
    texts = {key: str(value) for key, value in (tags or {}).items()}
    return tracking_store().create_experiment(NewExperiment(name=name, artifact_location=artifact_location, tags=texts))


def get_experiment(experiment_id: str | int) -> Experiment:
    """Return an experiment, deleted or not.

    Raises:
        NotFound: There is no such experiment.
    """
    return tracking_store().get_experiment(str(experiment_id))


def get_experiment_by_name(name: str) -> Experiment | None:
    """Return the experiment of that name, deleted or not, or `None`."""
    return tracking_store().get_experiment_by_name(name)


def search_experiments(
    view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Return the experiments that a filter finds, on all pages.

    Args:
        view_type: Active, deleted or all experiments.
        max_results: How many at most; all when absent.
        filter_string: Such as ``name LIKE 'a%' AND tags.team = 'x'``.
        order_by: Sort keys such as ``name DESC``; newest first when absent.

    Raises:
        InvalidInput: The filter or a sort key does not parse.
    """
    from runyard.tracking.searching import all_pages, experiment_query

    store = tracking_store()
    query = experiment_query(view_type, filter_string, order_by)
    return all_pages(store.search_experiments, query, max_results)


def delete_experiment(experiment_id: str | int) -> None:
    """Move an experiment and its runs to the trash.

    Raises:
        NotFound: There is no such experiment, or it is there already.
    """
    tracking_store().delete_experiment(str(experiment_id))


def restore_experiment(experiment_id: str | int) -> None:
    """Take an experiment and its runs out of the trash.

    Raises:
        NotFound: There is no such experiment, or it is not there.
    """
    tracking_store().restore_experiment(str(experiment_id))


def set_experiment_tags(tags: Mapping[str, Any]) -> None:
    """Set tags of the active experiment.

    Raises:
        InvalidInput: A tag is not valid; none is set then.
    """
    store = tracking_store()
    texts = check_experiment_tags({key: str(value) for key, value in tags.items()})
    store.set_experiment_tags(active_experiment_id(store), texts)


def set_experiment_tag(key: str, value: Any) -> None:
    """Set a tag of the active experiment.

    Raises:
        InvalidInput: The tag is not valid.
    """
    set_experiment_tags({key: value})


def delete_experiment_tag(key: str) -> None:
    """Remove a tag of the active experiment.

    Raises:
        NotFound: It has none of that key.
    """
    store = tracking_store()
    store.delete_experiment_tag(active_experiment_id(store), key)
