"""Logged models: made, filled, found, and the active one that metrics are linked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from runyard.entities import LoggedModel, LoggedModelInput
from runyard.errors import InvalidInput
from runyard.tracking import active, context
from runyard.tracking.client import RunyardClient
from runyard.tracking.fluent.experiments import active_experiment_id
from runyard.tracking.requests import RunInputsBatch
from runyard.tracking.searching import all_pages, logged_model_query
from runyard.tracking.tables import require_pandas
from runyard.tracking.uris import tracking_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import pandas

    from runyard.entities import LoggedModelStatus

__all__ = [
    "ActiveModel",
    "clear_active_model",
    "create_external_model",
    "delete_logged_model_tag",
    "finalize_logged_model",
    "get_active_model_id",
    "get_logged_model",
    "initialize_logged_model",
    "last_logged_model",
    "log_model_params",
    "search_logged_models",
    "set_active_model",
    "set_logged_model_tags",
]

EXTERNAL = "mlflow.model.isExternal"
"""The tag of a logged model whose files are elsewhere."""


class ActiveModel(LoggedModel, kw_only=True):
    """A logged model that metrics are linked to; as a context manager it gives way to the one before it."""

    _before: str | None = None

    def __enter__(self) -> ActiveModel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        active.set_model_id(self._before)


def initialize_logged_model(
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    experiment_id: str | int | None = None,
) -> LoggedModel:
    """Make a logged model in the status ``PENDING``; its files follow, then `finalize_logged_model`.

    Args:
        name: Its name; made up when absent.
        source_run_id: The run that makes it; the active one, if any, when absent.
        tags: Its tags; they win over those that its context gives.
        params: Its params.
        model_type: A free word for what it is.
        experiment_id: Where; in the run's experiment, or the active one, when absent.

    Raises:
        InvalidInput: The name or a key is not valid.
    """
    frames = active.stack()
    if source_run_id is None and frames:
        source_run_id = frames[-1].run_id
    if experiment_id is None:
        running = next((frame for frame in frames if frame.run_id == source_run_id), None)
        store = tracking_store()
        experiment_id = running.run.info.experiment_id if running else active_experiment_id(store)
    return RunyardClient().create_logged_model(
        experiment_id, name, source_run_id, {**context.run_tags(), **(tags or {})}, params, model_type
    )


def create_external_model(
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    experiment_id: str | int | None = None,
) -> LoggedModel:
    """Make a logged model whose files are elsewhere; it is ``READY`` at once.

    Args:
        name: Its name; made up when absent.
        source_run_id: The run that makes it; the active one, if any, when absent.
        tags: Its tags; they win over those that its context gives.
        params: Its params.
        model_type: A free word for what it is.
        experiment_id: Where; in the run's experiment, or the active one, when absent.

    Raises:
        InvalidInput: The name or a key is not valid.
    """
    marked = {**(tags or {}), EXTERNAL: "true"}
    model = initialize_logged_model(name, source_run_id, marked, params, model_type, experiment_id)
    return finalize_logged_model(model.model_id, "READY")


def finalize_logged_model(model_id: str, status: str | LoggedModelStatus) -> LoggedModel:
    """Say that the files of a logged model are complete (``READY``), or given up (``FAILED``).

    Raises:
        InvalidInput: There is no such status.
        NotFound: There is no such model.
    """
    return RunyardClient().finalize_logged_model(model_id, status)


def get_logged_model(model_id: str) -> LoggedModel:
    """Return a logged model.

    Raises:
        NotFound: There is no such model, or it is deleted.
    """
    return tracking_store().get_logged_model(model_id)


def last_logged_model() -> LoggedModel | None:
    """Return the logged model that was made last in this thread, as the store has it now."""
    model_id = active.last_model_id()
    return tracking_store().get_logged_model(model_id) if model_id else None


@overload
def search_logged_models(
    experiment_ids: Sequence[str | int] | None = None,
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, str]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, Any] | str] | None = None,
    output_format: Literal["pandas"] = "pandas",
) -> pandas.DataFrame: ...
@overload
def search_logged_models(
    experiment_ids: Sequence[str | int] | None = None,
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, str]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, Any] | str] | None = None,
    *,
    output_format: Literal["list"],
) -> list[LoggedModel]: ...
def search_logged_models(
    experiment_ids: Sequence[str | int] | None = None,
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, str]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, Any] | str] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
) -> pandas.DataFrame | list[LoggedModel]:
    """Return the logged models that a filter finds, on all pages.

    Args:
        experiment_ids: Where to look; in the active experiment when absent.
        filter_string: Such as ``metrics.acc > 0.9 AND name = 'rf'``.
        datasets: ``{"dataset_name": ..., "dataset_digest": ...}``: count only metrics measured on these.
        max_results: How many at most; all when absent.
        order_by: Sort keys, as text or as ``{"field_name": ..., "ascending": ...}``.
        output_format: ``pandas`` for a table with a column for each attribute, ``list`` for `LoggedModel` objects.

    Raises:
        InvalidInput: The filter, a sort key or another argument is not valid.
        PluginMissing: A table is asked for and pandas is not installed.
    """
    if output_format not in ("pandas", "list"):
        raise InvalidInput(f"Unknown output format {output_format!r}; there are 'pandas' and 'list'.")
    store = tracking_store()
    where = experiment_ids or [active_experiment_id(store)]
    query = logged_model_query(where, filter_string, datasets, order_by)
    found = all_pages(store.search_logged_models, query, max_results)
    if output_format == "list":
        return found
    require_pandas("Tables of logged models")
    import pandas

    columns = sorted(set(LoggedModel.__struct_fields__) - {"lifecycle_stage"})
    rows = [[getattr(model, name) for name in columns] for model in found]
    table: pandas.DataFrame = pandas.DataFrame(rows, columns=columns)
    return table


def log_model_params(params: Mapping[str, Any], model_id: str | None = None) -> None:
    """Add params to a logged model.

    Args:
        params: Values by key; their text is recorded.
        model_id: The model; the active one when absent.

    Raises:
        InvalidInput: No model is active, or the model has a param with another value.
        NotFound: There is no such model.
    """
    target = model_id or active.model_id()
    if not target:
        raise InvalidInput("No model is active; name one with model_id, or use set_active_model.")
    RunyardClient().log_model_params(target, params)


def set_logged_model_tags(model_id: str, tags: Mapping[str, Any]) -> None:
    """Set tags of a logged model.

    Raises:
        NotFound: There is no such model.
    """
    RunyardClient().set_logged_model_tags(model_id, tags)


def delete_logged_model_tag(model_id: str, key: str) -> None:
    """Remove a tag of a logged model.

    Raises:
        NotFound: There is no such model, or it has no tag of that key.
    """
    tracking_store().delete_logged_model_tag(model_id, key)


def set_active_model(*, name: str | None = None, model_id: str | None = None) -> ActiveModel:
    """Choose the logged model that metrics of this thread are linked to; the active run reads it.

    Args:
        name: The name of a model of the active experiment, the newest of that name; an external one is made if there
            is none.
        model_id: Its id, which counts more than the name.

    Returns:
        The model; as a context manager it gives way to the one that was active before.

    Raises:
        InvalidInput: Neither is given, or the name is not valid.
        NotFound: There is no model of that id.
    """
    if not name and not model_id:
        raise InvalidInput("Give name or model_id.")
    store = tracking_store()
    if model_id:
        model = store.get_logged_model(model_id)
    else:
        query = logged_model_query([active_experiment_id(store)], f"name = '{_checked(name)}'", None, None)
        found = all_pages(store.search_logged_models, query, 1)
        model = found[0] if found else create_external_model(name)
    frames = active.stack()
    if frames:
        frames[-1].store.log_inputs(
            RunInputsBatch.checked(frames[-1].run_id, models=[LoggedModelInput(model.model_id)])
        )
    fields = {field: getattr(model, field) for field in model.__struct_fields__}
    chosen = ActiveModel(**fields, _before=active.own_model_id())
    active.set_model_id(model.model_id)
    return chosen


def _checked(name: str | None) -> str:
    from runyard.entities import limits

    return limits.check_logged_model_name(name)


def clear_active_model() -> None:
    """Choose no model; metrics are linked to the models that the run makes at their step."""
    active.set_model_id(None)


def get_active_model_id() -> str | None:
    """Return the id of the active model of this thread, if any."""
    return active.model_id()
