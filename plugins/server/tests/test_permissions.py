"""Every route takes a permission, and answers nobody who lacks it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from asking import Answer, ask, ask_route, example
from runyard.entities import RunTag, ViewType
from runyard.errors import PluginFailed, RunyardError, Unauthenticated
from runyard.registry.registries import open_registry
from runyard.rest import artifacts
from runyard.rest.access import PUBLIC, Action, Permission, Resource
from runyard.rest.extension import (
    AccessRequest,
    Authenticator,
    ExtraRoute,
    Identity,
    Receive,
    Scope,
    Send,
    ServerContext,
    ServerExtension,
)
from runyard.rest.route import PREFIXES
from runyard.rest.routes import ROUTES
from runyard.tracking.requests import ExperimentQuery, NewExperiment, NewRun, RunBatch, RunQuery
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store
from runyard_asgi.http import reply
from runyard_server.application import Application
from runyard_server.table import Entry
from serving import serving_application

ROLES: Mapping[str, frozenset[Action]] = {
    "nobody": frozenset(),
    "reader": frozenset({Action.READ}),
    "writer": frozenset({Action.READ, Action.WRITE}),
    "owner": frozenset(Action),
}


FILE = {"path": "a", "run_uuid": "1", "name": "a", "version": "1", "artifact_file_path": "a"}
"""What routes that are not of the protocol may want to know: which file is meant."""
KNOWN = {
    (route.method, f"/x{prefix}/{route.version}{route.path}"): route
    for route in (*ROUTES, *artifacts.TAILED)
    for prefix in PREFIXES
}
CHANGE = Permission(Resource.SERVER, Action.WRITE)


class Roles(Authenticator):
    """Takes the name of a role for a token, and notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[AccessRequest] = []

    async def authenticate(self, headers: Mapping[str, str]) -> Identity:
        name = headers.get("authorization", "").removeprefix("Bearer ")
        if name not in ROLES:
            raise Unauthenticated("Say who you are: export RUNYARD_TRACKING_TOKEN=<the name of a role>")
        return Identity(name)

    async def allows(self, who: Identity, request: AccessRequest) -> bool:
        self.asked.append(request)
        return request.permission.action in ROLES[who.name]


class Team(ServerExtension):
    """Adds users, and routes of its own."""

    def __init__(self, permission: Permission = CHANGE) -> None:
        self.roles = Roles()
        self.permission = permission

    def routes(self, context: ServerContext) -> Iterator[ExtraRoute]:
        for method in ("GET", "POST"):
            yield ExtraRoute(method=method, path="/team/{name}/x", endpoint=self.echo, permission=self.permission)

    async def echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, scope["path_params"]["name"].encode())

    def authenticator(self) -> Authenticator:
        return self.roles


def bearer(role: str) -> dict[str, str]:
    return {"authorization": f"Bearer {role}"} if role else {}


@pytest.fixture
def store(memory_uri: str) -> TrackingStore:
    store = open_store(memory_uri)
    experiment_id = store.create_experiment(NewExperiment(name="kept"))
    run = store.create_run(NewRun(experiment_id=experiment_id, user_id="me", start_time=1, run_name="kept"))
    store.log_batch(RunBatch(run_id=run.info.run_id, tags=(RunTag("kept", "kept"),)))
    return store


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def application(memory_uri: str, store: TrackingStore, team: Team) -> Application:
    context = ServerContext(store=store, registry=open_registry(memory_uri), artifacts=None, prefix="/x")
    return Application(context, [team])


@pytest.fixture
def server(application: Application) -> Iterator[str]:
    with serving_application(application) as address:
        yield address


def contents(store: TrackingStore) -> object:
    experiments = [*store.search_experiments(ExperimentQuery(view=ViewType.ALL))]
    ids = tuple(experiment.experiment_id for experiment in experiments)
    runs = [*store.search_runs(RunQuery(experiment_ids=ids, view=ViewType.ALL))]
    return [item.to_dictionary() for item in (*experiments, *runs)]


def use(server: str, entry: Entry, role: str) -> Answer:
    """Send what an endpoint takes."""
    route = KNOWN.get((entry.method, entry.path))
    path = re.sub(r"{(\w+)(:path)?}", "1", entry.path)
    if route is None or entry.method == "GET":
        query = FILE if route is None else example(route.request)
        return ask(server, entry.method, path, query=query, headers=bearer(role))
    return ask(server, entry.method, path, example(route.request), headers=bearer(role))


def test_strangers_and_those_without_rights_get_nothing(
    server: str, application: Application, store: TrackingStore
) -> None:
    before = contents(store)
    public = []
    for entry in application.table.entries:
        answer = use(server, entry, "")
        if entry.permission == PUBLIC:
            assert answer.status not in (401, 403), entry.path
            public.append(entry.path.removeprefix("/x"))
            continue
        assert answer.error == (401, "UNAUTHENTICATED"), (entry.method, entry.path)
        assert answer.headers["www-authenticate"]
        assert use(server, entry, "somebody else").status == 401
        answer = use(server, entry, "nobody")
        assert answer.error == (403, "PERMISSION_DENIED"), (entry.method, entry.path, answer.body)
    assert contents(store) == before
    said = {"/health", "/version", "/2.0/runyard/openapi.json", "/3.0/mlflow/server-info"}
    parts = "/2.0/mlflow-artifacts/mpu/parts/{upload_id}"  # these take the token of an upload
    assert {re.sub("^/(ajax-)?api", "", path) for path in public} == {*said, parts, f"{parts}/{{number}}"}


@pytest.mark.parametrize("role", ["reader", "writer", "owner"])
def test_a_role_may_do_what_it_may_and_nothing_else(server: str, role: str) -> None:
    for route in ROUTES:
        if route.permission == PUBLIC:
            continue
        status = ask_route(f"{server}/x", route, example(route.request), bearer(role)).status
        is_let_in = status not in (401, 403)
        assert is_let_in == (route.permission.action in ROLES[role]), (route.method, route.path, status)


def test_whoever_only_reads_changes_nothing(server: str, application: Application, store: TrackingStore) -> None:
    before = contents(store)
    for entry in application.table.entries:
        use(server, entry, "reader")
    assert contents(store) == before


def test_a_page_answers_head_as_it_answers_get(server: str, application: Application) -> None:
    for entry in application.table.entries:
        if entry.method == "GET" and entry.permission != PUBLIC:
            path = re.sub(r"{(\w+)(:path)?}", "1", entry.path)
            assert ask(server, "HEAD", path).status == 401


def test_the_authenticator_is_told_what_it_is_about(server: str, team: Team) -> None:
    fields = {"run_id": "1", "key": "m", "value": 1.0, "timestamp": 1}
    assert ask(server, "POST", "/x/api/2.0/mlflow/runs/log-metric", fields, headers=bearer("reader")).status == 403
    asked = team.roles.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/x/api/2.0/mlflow/runs/log-metric")
    assert asked.permission == Permission(Resource.RUN, Action.WRITE)
    assert getattr(asked.message, "run_id") == "1"  # noqa: B009 - of which type it is depends on the route
    assert ask(server, "GET", "/x/team/blue/x", headers=bearer("writer")).body == b"blue"
    assert team.roles.asked[-1].parameters == {"name": "blue"}


def test_a_message_is_not_read_for_strangers(server: str) -> None:
    path = "/x/api/2.0/mlflow/runs/log-metric"
    assert ask(server, "POST", path, b"{", headers={"content-type": "application/json"}).status == 401
    assert ask(server, "POST", path, b"x", headers={"content-type": "text/plain"}).status == 401


def test_a_server_with_a_route_without_permission_does_not_start(memory_uri: str, store: TrackingStore) -> None:
    context = ServerContext(store=store, registry=None, artifacts=None)
    with pytest.raises(RunyardError, match=r"/team/\{name\}/x declares no permission") as caught:
        Application(context, [Team(None)])  # type: ignore[arg-type]
    assert "Team" in str(caught.value)


def test_two_who_know_the_users_are_one_too_many(memory_uri: str, store: TrackingStore) -> None:
    class Other(Team):
        def routes(self, context: ServerContext) -> Iterator[ExtraRoute]:
            return iter(())

    with pytest.raises(PluginFailed, match=r"Team.*Other"):
        Application(ServerContext(store=store, registry=None, artifacts=None), [Team(), Other()])
