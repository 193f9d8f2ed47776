"""Webhooks and traces: the server keeps none, and says so in the terms of the protocol."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from asking import ask, ask_route, example
from runyard.rest import traces, webhooks
from runyard.rest.extension import ServerContext
from runyard.rest.route import AnyRoute
from runyard.testing.memory.registry import MemoryModelRegistry
from runyard.testing.memory.store import MemoryTrackingStore
from runyard.uris import StoreURI
from runyard_server.application import Application
from serving import serving_application


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    uri = StoreURI.parse("memory://absent")
    context = ServerContext(store=MemoryTrackingStore(uri), registry=MemoryModelRegistry(uri), artifacts=None)
    with serving_application(Application(context)) as address:
        yield address


def name_of(route: AnyRoute) -> str:
    return f"{route.method} {route.full_path}"


@pytest.mark.parametrize(
    "route",
    [webhooks.LIST, traces.SEARCH, traces.SEARCH_BY_QUERY, traces.GET_SEVERAL, traces.GET_INFOS],
    ids=name_of,
)
def test_whoever_looks_finds_nothing(server: str, route: AnyRoute) -> None:
    fields = {"filter": "name = 'x'", "max_results": 10, "trace_ids": ["tr-1"], "locations": [{"type": "x"}]}
    answer = ask_route(server, route, fields)
    assert (answer.status, answer.json) == (200, {})


@pytest.mark.parametrize("route", traces.MISSING, ids=name_of)
def test_one_trace_is_not_found(server: str, route: AnyRoute) -> None:
    assert ask_route(server, route, {"trace_id": "tr-1"}).error == (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_no_trace_is_deleted(server: str, version: str) -> None:
    fields = {"experiment_id": "0", "max_timestamp_millis": 10**12}
    answer = ask(server, "POST", f"/api/{version}/mlflow/traces/delete-traces", fields)
    assert (answer.status, answer.json) == (200, {"traces_deleted": 0})


@pytest.mark.parametrize("route", [*webhooks.REFUSED, *traces.REFUSED], ids=name_of)
def test_the_rest_is_refused_in_a_way_that_is_not_tried_again(server: str, route: AnyRoute) -> None:
    answer = ask_route(server, route, {**example(route.request), "name": "x", "url": "https://hooks", "trace": {}})
    assert answer.error == (501, "NOT_IMPLEMENTED")
