"""Pages stay where they are while runs are added, and nothing that a caller makes up becomes a part of a statement."""

from __future__ import annotations

import base64
import math
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

import runyard_sql.search.walks
from runyard.entities import Dataset, DatasetInput, InputTag, Metric, Page, Param, Run, RunTag, ViewType
from runyard.errors import InvalidInput, NotFound
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    Comparison,
    Field,
    Filter,
    Kind,
    Operator,
    OrderBy,
    parse_filter,
    parse_order_by,
)
from runyard.tracking.requests import (
    ExperimentQuery,
    LoggedModelQuery,
    NewExperiment,
    NewLoggedModel,
    NewRun,
    RunBatch,
    RunInputsBatch,
    RunQuery,
)
from runyard.uris import StoreURI
from runyard_sql.registry import SqlRegistry
from runyard_sql.session import Statements
from runyard_sql.store import SqlStore
from runyard_sql.tables import metadata

ORDERS: tuple[tuple[str, ...], ...] = (
    (),
    ("metrics.m",),
    ("metrics.m DESC",),
    ("metrics.m.max DESC",),
    ("params.p", "metrics.m DESC"),
    ("run_name DESC",),
    ("metrics.nobody", "start_time"),
)
FRAGMENTS = (
    "'; DROP TABLE runyard_runs; --",
    "' OR '1'='1",
    '" OR 1=1 --',
    "`; DELETE FROM runyard_run_tags; `",
    "') UNION SELECT 1 FROM runyard_names",
    "%s %(a)s ? :a {} {0} $1",
    "\\'; DROP TABLE runyard_runs; #",
    "/* */ 1; SELECT pg_sleep(1)",
    "back\\",
)


@pytest.fixture
def store(address: StoreURI, tmp_path: Path) -> SqlStore:
    return SqlStore(address, str(tmp_path / "artifacts"))


def add(store: SqlStore, name: str, metric: float | None = None, start_time: int = 0, **values: Any) -> Run:
    tags = (RunTag("mlflow.runName", name),)
    run = store.create_run(NewRun(experiment_id="0", user_id="me", start_time=start_time, run_name=name, tags=tags))
    points = [] if metric is None else [Metric("m", metric, 1)]
    store.log_batch(RunBatch.checked(run.info.run_id, points, **values))
    return run


def query(text: str = "", order_by: Sequence[str] = (), **fields: Any) -> RunQuery:
    return RunQuery(
        experiment_ids=("0",),
        filter=parse_filter(text, RUNS),
        order_by=parse_order_by(order_by, RUNS),
        **fields,
    )


def ids(runs: Page[Run]) -> list[str]:
    return [run.info.run_id for run in runs]


@pytest.mark.parametrize("order_by", ORDERS, ids=" ".join)
@pytest.mark.parametrize("stretch", [1, 1000])
def test_added_runs_neither_hide_nor_repeat_others(
    store: SqlStore, order_by: tuple[str, ...], stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runyard_sql.search.walks, "_STRETCH", stretch)
    values = (1.0, 2.0, 2.0, math.nan, None, math.inf, -math.inf, 2.0, None, math.nan)
    for number, value in enumerate(values):
        add(store, f"old {number % 3}", value, number // 2, params=[Param("p", str(number % 2))] if number % 4 else [])
    before = ids(store.search_runs(query(order_by=order_by)))
    seen: list[str] = []
    token: str | None = None
    while True:
        page = store.search_runs(query(order_by=order_by, max_results=2, page_token=token))
        seen += ids(page)
        token = page.token
        if token is None:
            break
        for value in (1.5, math.nan, None):
            add(store, "new", value, 1, params=[Param("p", "0"), Param("nobody", "x")])
        store.log_batch(RunBatch.checked(seen[-1], tags=[RunTag("seen", "yes")]))
    assert [run_id for run_id in seen if run_id in before] == before
    assert len(seen) == len({*seen})


def test_token_is_for_its_own_search(store: SqlStore) -> None:
    for number in range(3):
        add(store, "a", float(number))
    token = store.search_runs(query("metrics.m >= 0", ["metrics.m"], max_results=1)).token
    assert token is not None
    assert len(store.search_runs(query("metrics.m >= 0", ["metrics.m"], page_token=token))) == 2
    for other in (
        query("metrics.m > -1", ["metrics.m"], page_token=token),
        query("metrics.m >= 0", ["metrics.m DESC"], page_token=token),
        query("metrics.m >= 0", page_token=token),
        query("", ["metrics.m"], page_token=token),
    ):
        with pytest.raises(InvalidInput, match="another filter or order"):
            store.search_runs(other)
    with pytest.raises(InvalidInput):
        store.search_experiments(ExperimentQuery(page_token=token))


def made_up(token: str) -> Iterator[str]:
    """Yield tokens which are nearly right."""
    yield from ("x", "1", "%", "ä", "\ud800", "=", "A" * 5000, token[:-2], token + "A", token.swapcase())
    packed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    fingerprint, positions = msgspec.msgpack.decode(packed)
    (rank, special, value), start, (run_id,) = positions
    for wrong in (
        [],
        positions[:2],
        [*positions, [1]],
        [[], start, [run_id]],
        [[7], start, [run_id]],
        [[True], start, [run_id]],
        [[rank], start, [run_id]],
        [[rank, special], start, [run_id]],
        [[rank, special, "1"], start, [run_id]],
        [[rank, special, 1], start, [run_id]],
        [[rank, special, math.nan], start, [run_id]],
        [[rank, 2**63, value], start, [run_id]],
        [[rank, special, None], start, [run_id]],
        [[rank, special, value], [0, 2**63], [run_id]],
        [[rank, special, value], [0, 1.5], [run_id]],
        [[rank, special, value], [0, "1"], [run_id]],
        [[rank, special, value], start, [1]],
        [[rank, special, value], start, [[run_id]]],
        [[rank, special, value], start, [{"a": 1}]],
        {"a": 1},
    ):
        yield base64.urlsafe_b64encode(msgspec.msgpack.encode((fingerprint, wrong))).decode()
    yield base64.urlsafe_b64encode(msgspec.msgpack.encode((b"", positions))).decode()
    yield base64.urlsafe_b64encode(msgspec.msgpack.encode(("text", positions))).decode()
    yield base64.urlsafe_b64encode(b"\xff\x00\xc1").decode()


def test_made_up_token_is_refused(store: SqlStore) -> None:
    for number in range(3):
        add(store, "a", float(number))
    token = store.search_runs(query("", ["metrics.m"], max_results=1)).token
    assert token is not None
    for wrong in made_up(token):
        with pytest.raises(InvalidInput, match="Invalid page token"):
            store.search_runs(query("", ["metrics.m"], page_token=wrong))


def test_place_that_nobody_has_can_be_asked_for(store: SqlStore) -> None:
    add(store, "a", 1.0)
    add(store, "b", 2.0)
    token = store.search_runs(query("", ["metrics.m"], max_results=1)).token
    assert token is not None
    fingerprint, _ = msgspec.msgpack.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for place, expected in (
        ([[0, 0, 1.5], [0, 0], ["'; DROP TABLE runyard_runs; --"]], ["b"]),
        ([[0, 1, math.inf], [0, 0], [""]], []),
        ([[0, -1, -math.inf], [0, 0], [""]], ["a", "b"]),
        ([[2], [2], ["\uffff"]], []),
    ):
        made = base64.urlsafe_b64encode(msgspec.msgpack.encode((fingerprint, place))).decode()
        found = store.search_runs(query("", ["metrics.m"], page_token=made))
        assert [run.info.run_name for run in found] == expected


def test_key_that_appears_between_two_pages_keeps_the_token_valid(store: SqlStore) -> None:
    for number in range(4):
        add(store, f"run {number}", start_time=number)
    first = store.search_runs(query("", ["metrics.m"], max_results=2))
    add(store, "new", 1.0)
    rest = store.search_runs(query("", ["metrics.m"], page_token=first.token))
    assert [run.info.run_name for run in [*first, *rest]] == ["run 3", "run 2", "run 1", "run 0"]


def snapshot(store: SqlStore) -> dict[str, list[Any]]:
    """Return everything that is in the database."""
    with store._database.alone() as session:
        return {name: sorted(map(repr, session.all(f"SELECT * FROM {name}"))) for name in metadata.tables}


def test_fragments_of_sql_are_data(store: SqlStore, address: StoreURI, tmp_path: Path) -> None:
    registry = SqlRegistry(address)
    for text in FRAGMENTS:
        run = add(store, text, 1.0, params=[Param("p", text)], tags=[RunTag("t", text)])
        store.log_batch(
            RunBatch(
                run_id=run.info.run_id,
                metrics=[Metric(text, 2.0, 1)],
                params=[Param(text, text)],
                tags=[RunTag(text, text)],
            )
        )
        dataset = Dataset(name=text, digest=text, source_type=text, source=text)
        item = DatasetInput(dataset, [InputTag("mlflow.data.context", text), InputTag(text, text)])
        store.log_inputs(RunInputsBatch.checked(run.info.run_id, [item]))
        experiment = store.create_experiment(NewExperiment(name=text))
        store.set_experiment_tags(experiment, {text: text})
        model = store.create_logged_model(NewLoggedModel(experiment_id=experiment, model_type=text))
        store.log_logged_model_params(model.model_id, {text: text})
        store.set_logged_model_tags(model.model_id, {text: text})
        name = f"model {uuid.uuid4().hex}"
        registry.create_registered_model(NewRegisteredModel(name=name, description=text))
        registry.set_registered_model_tags(name, {text: text})
        version = registry.create_model_version(NewModelVersion(name=name, source=text, run_id=text))
        registry.set_model_version_tags(name, version.version, {text: text})

        whole = store.get_run(run.info.run_id)
        assert whole.info.run_name == text
        assert whole.data.params[text] == whole.data.tags[text] == text
        assert whole.data.metrics[text] == 2.0
        assert store.get_experiment(experiment).tags == {text: text}
        assert store.get_logged_model(model.model_id).params == {text: text}
        assert registry.get_registered_model(name).tags == {text: text}
    before = snapshot(store)
    for text in FRAGMENTS:
        ask_for(store, registry, text)
    assert snapshot(store) == before


def ask_for(store: SqlStore, registry: SqlRegistry, text: str) -> None:
    """Put a text into every place of every search; it finds what has just this text, or nothing."""
    run_searches: list[tuple[Kind, str, int]] = [
        (Kind.ATTRIBUTE, "run_name", 1),
        (Kind.ATTRIBUTE, "run_id", 0),
        (Kind.ATTRIBUTE, "status", 0),
        (Kind.ATTRIBUTE, "user_id", 0),
        (Kind.ATTRIBUTE, "artifact_uri", 0),
        (Kind.PARAM, "p", 1),
        (Kind.TAG, "t", 1),
        (Kind.PARAM, text, 1),
        (Kind.TAG, text, 1),
        (Kind.DATASET, "name", 1),
        (Kind.DATASET, "digest", 1),
        (Kind.DATASET, "context", 1),
    ]
    for kind, key, found in run_searches:
        for operator, value in ((Operator.EQ, text), (Operator.IN, (text,))):
            asked = RunQuery(experiment_ids=("0",), filter=equal(kind, key, operator, value), view=ViewType.ALL)
            assert len(store.search_runs(asked)) == store.count_runs(asked) == found, (kind, key, text)
    order = OrderBy(text, Field(Kind.METRIC, text), descending=True)
    assert store.search_runs(RunQuery(experiment_ids=("0",), order_by=(order,)))[0].info.run_name == text
    assert store.search_runs(RunQuery(experiment_ids=(text,))) == []
    for kind, key, found in ((Kind.ATTRIBUTE, "name", 1), (Kind.TAG, text, 1), (Kind.ATTRIBUTE, "experiment_id", 0)):
        assert len(store.search_experiments(ExperimentQuery(filter=equal(kind, key, Operator.EQ, text)))) == found
    every = tuple(experiment.experiment_id for experiment in store.search_experiments(ExperimentQuery()))
    for kind, key, found in (
        (Kind.ATTRIBUTE, "model_type", 1),
        (Kind.ATTRIBUTE, "status", 0),
        (Kind.ATTRIBUTE, "lifecycle_stage", 0),
        (Kind.PARAM, text, 1),
        (Kind.TAG, text, 1),
    ):
        wanted = LoggedModelQuery(experiment_ids=every, filter=equal(kind, key, Operator.EQ, text))
        assert len(store.search_logged_models(wanted)) == found
    datasets = LoggedModelQuery(experiment_ids=every, datasets=((text, text), (text, None)))
    assert store.search_logged_models(datasets) == []
    tagged = equal(Kind.TAG, text, Operator.EQ, text)
    assert len(registry.search_registered_models(RegisteredModelQuery(filter=tagged))) == 1
    assert len(registry.search_model_versions(ModelVersionQuery(filter=tagged))) == 1
    for key in ("source_path", "run_id"):
        version = ModelVersionQuery(filter=equal(Kind.ATTRIBUTE, key, Operator.EQ, text))
        assert len(registry.search_model_versions(version)) == 1
    for get in (store.get_run, store.get_experiment, store.get_logged_model, registry.get_registered_model):
        with pytest.raises((NotFound, InvalidInput)):
            get(text)
    with pytest.raises(InvalidInput):
        store.search_runs(RunQuery(experiment_ids=("0",), page_token=text))


def equal(kind: Kind, key: str, operator: Operator, value: str | tuple[str, ...]) -> Filter:
    return Filter(f"{kind} {key} {operator} {value}", Comparison(Field(kind, key), operator, value))


def test_long_filters_are_answered_or_refused(store: SqlStore) -> None:
    add(store, "a", 1.0)
    many = " OR ".join(f"run_name = '{number}'" for number in range(3000))
    assert len(store.search_runs(query(f"{many} OR run_name = 'a'"))) == 1
    names = ", ".join(f"'{number}'" for number in range(9000))
    assert len(store.search_runs(query(f"run_name NOT IN ({names})"))) == 1
    deep = "NOT (" * 49 + "run_name = 'a'" + ")" * 49
    assert len(store.search_runs(query(deep))) == 0
    with pytest.raises(InvalidInput, match="pattern"):
        store.search_runs(query(f"run_name LIKE '{'a' * 60_000}'"))
    with pytest.raises(InvalidInput, match="values"):
        store.search_runs(query(f"run_name IN ({', '.join(f'{chr(39)}{n}{chr(39)}' for n in range(10_001))})"))
    with pytest.raises(InvalidInput, match="keys"):
        store.search_runs(query("", [f"metrics.m{number}" for number in range(60)]))
    assert len(store.search_runs(query("", [f"params.`{number}`" for number in range(40)]))) == 1


def test_scopes_have_the_tables_of_all_their_attributes() -> None:
    from runyard_sql.search.targets import target_of

    for scope in (RUNS, EXPERIMENTS, LOGGED_MODELS, REGISTERED_MODELS, MODEL_VERSIONS):
        target = target_of(scope)
        assert {attribute.name for attribute in scope.attributes} == {*target.attributes}
        assert {*scope.kinds} - {Kind.METRIC, Kind.DATASET} == {*target.values}


def test_servers_look_for_the_metric_of_a_run_by_the_run(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With old statistics PostgreSQL compared each run with each row that a subquery had found by its value."""
    texts: list[str] = []
    compiled = Statements.compile

    def compile_and_note(statements: Statements, statement: Any) -> tuple[str, Any]:
        text, values = compiled(statements, statement)
        texts.append(text)
        return text, values

    add(store, "a", 1.0)
    monkeypatch.setattr(Statements, "compile", compile_and_note)
    asked = query("metrics.m > 0 AND params.p IS NULL", ["run_name"])
    assert len(store.search_runs(asked)) == store.count_runs(asked) == 1
    assert any("IN (SELECT" in text for text in texts) is store._database.dialect.in_process
