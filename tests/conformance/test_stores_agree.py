"""Every store answers a random history of calls as the others do.

The stores are those that everybody has, and PostgreSQL and MariaDB where ``RUNYARD_TEST_POSTGRES_URL`` and
``RUNYARD_TEST_MARIADB_URL`` say where they are. ``RUNYARD_TEST_STRESS`` makes more histories, ever new ones.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

import stress
from histories import registry, tracking
from histories.agreement import Clock, check, one_clock
from histories.calls import Call, Subject
from runyard.registry.registries import close_registries, open_registry
from runyard.testing.memory import MemoryModelRegistry, MemoryTrackingStore
from runyard.tracking.stores import close_stores, open_store
from runyard.uris import StoreURI

pytestmark = pytest.mark.stress

MEMORY = StoreURI.parse("memory://histories")
examples = settings(
    max_examples=60 + round(4 * stress.SECONDS),
    derandomize=not stress.SECONDS,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    with one_clock() as clock:
        yield clock


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return stress.addresses(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="module")
def stores(addresses: dict[str, str], clock: Clock) -> Iterator[list[Subject]]:
    opened = [Subject(name, open_store(address)) for name, address in addresses.items()]
    yield [Subject("memory", MemoryTrackingStore(MEMORY)), *opened]
    close_stores()


@pytest.fixture(scope="module")
def registries(addresses: dict[str, str], clock: Clock) -> Iterator[list[Subject]]:
    opened = [Subject(name, open_registry(address)) for name, address in addresses.items()]
    yield [Subject("memory", MemoryModelRegistry(MEMORY)), *opened]
    close_registries()


@examples
@given(calls=tracking.histories())
def test_tracking_stores_agree(stores: list[Subject], clock: Clock, calls: list[Call]) -> None:
    check(stores, calls, clock)


@examples
@given(calls=registry.histories())
def test_registries_agree(registries: list[Subject], clock: Clock, calls: list[Call]) -> None:
    check(registries, calls, clock)
