"""What a new run is made of, whoever makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.entities import RunTag
from runyard.errors import InvalidInput
from runyard.tracking.names import random_name
from runyard.tracking.recording import now
from runyard.tracking.requests import PARENT_TAG, NewRun, run_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

RUN_NAME = "mlflow.runName"
PARENT = PARENT_TAG
USER = "mlflow.user"
DESCRIPTION = "mlflow.note.content"


def new_run(
    experiment_id: str,
    tags: Mapping[str, Any],
    run_name: str | None = None,
    start_time: int | None = None,
    user_id: str | None = None,
) -> NewRun:
    """Return a request for a run.

    Args:
        experiment_id: Where.
        tags: Its first tags; ``mlflow.user`` says who starts it.
        run_name: Its name; that in the tags, or a random one, when absent.
        start_time: Milliseconds since 1970 UTC; now when absent.
        user_id: Who starts it; what the tags say when absent.

    Raises:
        InvalidInput: A tag is not valid, or the name differs from that in the tags.
    """
    checked = {tag.key: tag.value for tag in run_tags(tags)}
    name = run_name or checked.get(RUN_NAME) or random_name()
    if checked.setdefault(RUN_NAME, name) != name:
        raise InvalidInput(f"The run shall be named {name!r}, but its tag {RUN_NAME!r} is {checked[RUN_NAME]!r}.")
    return NewRun(
        experiment_id=experiment_id,
        user_id=checked.get(USER, "unknown") if user_id is None else user_id,
        start_time=now() if start_time is None else start_time,
        run_name=name,
        tags=tuple(RunTag(key, value) for key, value in checked.items()),
    )
