"""What every part of the client builds on: the store of its address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runyard.tracking import uris
from runyard.tracking.stores import open_store
from runyard.uris import StoreURI

if TYPE_CHECKING:
    from runyard.tracking.store import TrackingStore


class StoreClient:
    """Knows the tracking store; it is opened when it is used first.

    Args:
        tracking_uri: An address or a folder; the one in force when absent.

    Raises:
        InvalidInput: The text is not an address.
    """

    def __init__(self, tracking_uri: str | os.PathLike[str] | None = None) -> None:
        self._tracking_uri = os.fspath(tracking_uri) if tracking_uri else uris.get_tracking_uri()
        self._address = StoreURI.parse(self._tracking_uri)

    @property
    def tracking_uri(self) -> str:
        """The address of the tracking store."""
        return self._tracking_uri

    @property
    def _store(self) -> TrackingStore:
        return open_store(self._address)
