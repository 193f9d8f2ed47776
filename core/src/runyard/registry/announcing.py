"""What follows when a model version is made: its logged model lists it, and plugins hear of it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from runyard.errors import RunyardError

if TYPE_CHECKING:
    from runyard.entities import ModelVersion
    from runyard.tracking.store import TrackingStore

__all__ = ["MODEL_VERSIONS_TAG", "announce_version"]

MODEL_VERSIONS_TAG = "mlflow.modelVersions"
"""The tag of a logged model with its versions: a JSON list of objects with ``name`` and ``version``."""

_log = logging.getLogger(__name__)
_listing = threading.Lock()


def announce_version(version: ModelVersion, store: TrackingStore) -> None:
    """List a new version on the logged model that it was made from, and tell plugins of it.

    It raises nothing: the version is made, and whoever made it must not be led to make another. Two processes that do
    this for one logged model at the same time may lose one of the two from its list.

    Args:
        version: The version.
        store: Where its logged model is.
    """
    from runyard.plugins import get_plugins

    if version.model_id is not None:
        try:
            _list_version(version, version.model_id, store)
        except RunyardError as error:
            _log.warning(
                "Version %s of %r was made, but its logged model %r does not list it: %s",
                *(version.version, version.name, version.model_id, error),
            )
    get_plugins().notify("runyard_model_version_created", version=version)


def _list_version(version: ModelVersion, model_id: str, store: TrackingStore) -> None:
    import json

    with _listing:
        listed = _versions(store.get_logged_model(model_id).tags.get(MODEL_VERSIONS_TAG, ""))
        if (version.name, version.version) not in [(item.get("name"), str(item.get("version"))) for item in listed]:
            listed.append({"name": version.name, "version": int(version.version)})
            store.set_logged_model_tags(model_id, {MODEL_VERSIONS_TAG: json.dumps(listed)})


def _versions(text: str) -> list[dict[str, object]]:
    """Return what the tag lists; nothing where somebody has written something else into it."""
    import json

    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
