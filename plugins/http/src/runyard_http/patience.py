"""How often, and after which times, a request is repeated."""

from __future__ import annotations

import random
from email.utils import parsedate_to_datetime
from time import monotonic, sleep, time

import msgspec

from runyard_http import settings

__all__ = ["Patience", "Waiting", "retry_after"]

FIRST_DELAY = 0.1
MOST_DELAY = 10.0
FIRST_CONTACT = 5
"""How often a request is repeated at most to a server that has never answered: its address may be wrong."""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a server is waited for.

    Attributes:
        retries: How often a request is repeated.
        factor: Seconds between the first repetition and the second; the time doubles with each, up to 10 seconds.
        jitter: Seconds by which these times are prolonged at most.
    """

    retries: int
    factor: float
    jitter: float

    @classmethod
    def of_settings(cls) -> Patience:
        """Return what the settings say."""
        return cls(
            retries=settings.HTTP_REQUEST_MAX_RETRIES.get(),
            factor=settings.HTTP_REQUEST_BACKOFF_FACTOR.get(),
            jitter=settings.HTTP_REQUEST_BACKOFF_JITTER.get(),
        )

    def delays(self, *, is_known: bool = True) -> list[float]:
        """Return the seconds before each repetition; fewer for a server that has never answered."""
        count = self.retries if is_known else min(self.retries, FIRST_CONTACT)
        return [FIRST_DELAY, *(min(self.factor * 2**number, MOST_DELAY) for number in range(count - 1))][:count]


class Waiting:
    """One request that waits for a server.

    It ends when all repetitions are used up, or when they would be had each of them failed at once: a server that is
    silent until a request times out is not asked fifteen times.

    Args:
        patience: How long.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._start = monotonic()
        self.repetitions = 0

    def wait(self, least: float = 0.0, *, is_known: bool) -> bool:
        """Return when the request may be repeated; `False` at once when it may not.

        Args:
            least: The seconds that the server asks for.
            is_known: Whether the server has ever answered.
        """
        delays = self._patience.delays(is_known=is_known)
        if self.repetitions >= len(delays):
            return False
        jitter = self._patience.jitter
        delay = delays[self.repetitions]
        if self.repetitions:
            delay += random.uniform(0, jitter)  # noqa: S311 - no secret
        delay = max(delay, least)
        if monotonic() + delay > self._start + sum(delays) + jitter * len(delays):
            return False
        self.repetitions += 1
        sleep(delay)
        return True


def retry_after(text: str | None) -> float:
    """Return the seconds that the header ``Retry-After`` asks for; 0 where it asks for nothing."""
    if not text:
        return 0.0
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except ValueError:
        return 0.0
