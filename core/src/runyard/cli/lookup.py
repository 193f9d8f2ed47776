"""Finding what the words of a command line mean: experiments by name or id, models and their versions, pages of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.text import did_you_mean
from runyard.entities import ViewType
from runyard.errors import NotFound

if TYPE_CHECKING:
    from runyard.entities import Experiment, ModelVersion, Page, RegisteredModel
    from runyard.tracking.client import RunyardClient

T = TypeVar("T")

PAGE = 1000


def open_client() -> RunyardClient:
    """Return a client on the store in force."""
    from runyard.tracking.client import RunyardClient

    return RunyardClient()


def find_experiment(client: RunyardClient, given: str) -> Experiment:
    """Return the experiment of a name or, if there is none, of an id.

    Raises:
        NotFound: There is neither; the message names one that is spelled alike.
    """
    experiment = client.get_experiment_by_name(given)
    if experiment is not None:
        return experiment
    try:
        return client.get_experiment(given)
    except NotFound:
        raise _no_experiment(client, f"There is no experiment with the name or id {given!r}.", given) from None


def selected_experiment(
    client: RunyardClient, experiment: str | None, experiment_name: str | None, experiment_id: str | None
) -> Experiment | None:
    """Return the experiment that the options select, or `None` if none of them was given.

    What is written on the command line goes before what the environment says.

    Raises:
        UsageError: Options contradict each other.
        NotFound: There is no such experiment.
    """
    context = click.get_current_context()
    given = {
        name: value
        for name, value in (
            ("experiment", experiment),
            ("experiment_name", experiment_name),
            ("experiment_id", experiment_id),
        )
        if value is not None
    }
    written = {
        name: value
        for name, value in given.items()
        if context.get_parameter_source(name) is not click.core.ParameterSource.ENVIRONMENT
    }
    if len(written) > 1:
        raise click.UsageError("Give one of --experiment, --experiment-name and --experiment-id.")
    name, value = next(iter((written or given).items()), ("", ""))
    if name == "experiment":
        return find_experiment(client, value)
    if name == "experiment_id":
        return client.get_experiment(value)
    if name == "experiment_name":
        found = client.get_experiment_by_name(value)
        if found is None:
            raise _no_experiment(client, f"There is no experiment named {value!r}.", value)
        return found
    return None


def _no_experiment(client: RunyardClient, message: str, given: str) -> NotFound:
    names = (experiment.name for experiment in every(client.search_experiments, view_type=ViewType.ALL))
    return NotFound(f"{message}{did_you_mean(given, names)} `runyard experiments list` shows those there are.")


def find_model(client: RunyardClient, name: str) -> RegisteredModel:
    """Return a registered model.

    Raises:
        NotFound: There is none of that name; the message names one that is spelled alike.
    """
    try:
        return client.get_registered_model(name)
    except NotFound:
        names = (model.name for model in every(client.search_registered_models))
        raise NotFound(
            f"There is no registered model {name!r}.{did_you_mean(name, names)} `runyard models list` shows those "
            "there are."
        ) from None


def find_version(client: RunyardClient, name: str, given: str) -> ModelVersion:
    """Return the version of a registered model that a number or ``@ALIAS`` names, the highest one for ``@latest``.

    Raises:
        InvalidInput: The text is neither.
        NotFound: There is no such model, version or alias; the message names a model or alias that is spelled alike.
    """
    model = find_model(client, name)
    if not given.startswith("@"):
        return client.get_model_version(name, given)
    if given != "@latest":
        check_alias(model, given[1:])
    return client.get_model_version_by_alias(name, given[1:])


def check_alias(model: RegisteredModel, alias: str) -> None:
    """Raise `NotFound` for an alias that a model does not have; the message names those it has."""
    if alias not in model.aliases:
        there_are = ", ".join(sorted(model.aliases)) or "none"
        raise NotFound(
            f"The registered model {model.name!r} has no alias {alias!r}.{did_you_mean(alias, model.aliases)} It has: "
            f"{there_are}."
        )


def every(search: Callable[..., Page[T]], limit: int | None = None, **query: Any) -> Iterator[T]:
    """Yield what a search of the client finds, page by page.

    Args:
        search: A method such as ``client.search_runs``.
        limit: How many at most; everything when `None`.
        **query: The search's other arguments.
    """
    token: str | None = None
    while limit is None or limit > 0:
        page = search(max_results=PAGE if limit is None else min(PAGE, limit), page_token=token, **query)
        yield from page
        token = page.token
        if token is None:
            return
        if limit is not None:
            limit -= len(page)


def view_type(name: str) -> int:
    """Return the number of a view that was named on the command line."""
    return ViewType.from_string(name)
