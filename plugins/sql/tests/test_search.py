"""Searches find what the core's matcher finds, in its order, whatever the filter and the order."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import runyard_sql.search.walks
from runyard.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    InputTag,
    LoggedModel,
    LoggedModelStatus,
    Metric,
    ModelVersion,
    Page,
    Param,
    RegisteredModel,
    Run,
    RunTag,
    ViewType,
)
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.rest.tables import GetColumnsReply, GetTableReply
from runyard.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    OrderBy,
    Scope,
    experiment_record,
    find,
    logged_model_record,
    mentions_tag,
    model_version_record,
    parse_filter,
    parse_order_by,
    registered_model_record,
    run_record,
)
from runyard.testing.filters import KEYS, NUMBERS, TEXTS, filters, orders
from runyard.tracking.requests import (
    ExperimentQuery,
    LoggedModelQuery,
    NewExperiment,
    NewLoggedModel,
    NewRun,
    RunBatch,
    RunInputsBatch,
    RunQuery,
    RunUpdate,
)
from runyard.tracking.store import TrackingStore
from runyard.tracking.table_requests import RunTableQuery
from runyard.uris import StoreURI
from runyard_sql.registry import SqlRegistry
from runyard_sql.store import SqlStore

IS_PROMPT = "mlflow.prompt.is_prompt"
VALUES = (
    *TEXTS,
    "nan",
    "inf",
    "-inf",
    "1e300",
    "-1",
    "0",
    "-0.125",
    " 1 ",
    "\u0661",
    "\u00a01",
    "\x1f1",
    "0" * 500 + "1",
    "1_0",
    "false",
    "true",
    "\U0001f600",
    "\uffff",
)
FLOATS = (*map(float, NUMBERS), math.nan, math.inf, -math.inf, -0.0, 1e308, 5e-324)
DATASETS = (("wine", "1"), ("wine", "2"), ("a", "1"), ("A", "x'y"))
STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")


class Population:
    """What is in a store and a registry, as entities.

    Args:
        store: An empty store.
        registry: An empty registry.
        seed: What decides about everything.
    """

    def __init__(self, store: SqlStore, registry: SqlRegistry, seed: int = 0) -> None:
        self.store = store
        self.registry = registry
        self._random = random.Random(seed)
        self.histories: dict[tuple[str, str], list[float]] = {}
        self.experiment_ids = [
            "0",
            *(store.create_experiment(NewExperiment(name=name, tags=self._values())) for name in ("a", "A", "ab", "É")),
        ]
        self.model_ids = [self._logged_model() for _ in range(16)]
        self.run_ids = [self._run() for _ in range(48)]
        for run_id in self.run_ids[::7]:
            store.delete_run(run_id)
        store.delete_experiment(self.experiment_ids[-1])
        store.delete_logged_model(self.model_ids[0])
        self._register()
        self._experiments = [store.get_experiment(experiment_id) for experiment_id in self.experiment_ids]
        self._runs = [store.get_run(run_id) for run_id in self.run_ids]
        self._logged_models = [store.get_logged_model(model_id) for model_id in self.model_ids[1:]]
        self._registered_models = [registry.get_registered_model(name) for name in self.names]
        self._model_versions = [registry.get_model_version(*pair) for pair in self.versions]

    def experiments(self, query: ExperimentQuery) -> list[Experiment]:
        """Return what a query finds."""
        seen = [one for one in self._experiments if query.view.shows(one.lifecycle_stage)]
        return find(seen, query.filter, query.order_by, EXPERIMENTS, experiment_record)

    def runs(self, query: RunQuery) -> list[Run]:
        """Return what a query finds."""
        seen = [
            run
            for run in self._runs
            if run.info.experiment_id in query.experiment_ids and query.view.shows(run.info.lifecycle_stage)
        ]

        def record(run: Run) -> Any:
            return run_record(run, lambda key: self.histories[run.info.run_id, key])

        return find(seen, query.filter, query.order_by, RUNS, record)

    def logged_models(self, query: LoggedModelQuery) -> list[LoggedModel]:
        """Return what a query finds."""
        seen = [
            shown
            for model in self._logged_models
            if model.experiment_id in query.experiment_ids
            and ((shown := _measured(model, query.datasets)).metrics or not query.datasets)
        ]
        found = find(seen, query.filter, query.order_by, LOGGED_MODELS, logged_model_record)
        whole = {model.model_id: model for model in self._logged_models}
        return [whole[model.model_id] for model in found]

    def registered_models(self, query: RegisteredModelQuery) -> list[RegisteredModel]:
        """Return what a query finds."""
        seen = [
            one for one in self._registered_models if mentions_tag(query.filter, IS_PROMPT) or IS_PROMPT not in one.tags
        ]
        return find(seen, query.filter, query.order_by, REGISTERED_MODELS, registered_model_record)

    def model_versions(self, query: ModelVersionQuery) -> list[ModelVersion]:
        """Return what a query finds."""
        return find(self._model_versions, query.filter, query.order_by, MODEL_VERSIONS, model_version_record)

    def _some(self, choices: Collection[Any], most: int) -> list[Any]:
        return self._random.sample([*choices], self._random.randint(0, most))

    def _values(self) -> dict[str, str]:
        return {key: self._random.choice(VALUES) for key in self._some(KEYS, 6)}

    def _run(self) -> str:
        random, store = self._random, self.store
        name = random.choice(("a", "A", "ab", "1", "x'y"))
        run = store.create_run(
            NewRun(
                experiment_id=random.choice(self.experiment_ids),
                user_id=random.choice(TEXTS),
                start_time=random.choice((-1, 0, 1, 2, 3, 2**63 - 1)),
                run_name=name,
                tags=(RunTag("mlflow.runName", name),),
            )
        )
        run_id = run.info.run_id
        points = [
            Metric(key, random.choice(FLOATS), random.randint(0, 2), random.randint(-1, 1), *self._subject())
            for key in self._some(KEYS, 6)
            for _ in range(random.choice((1, 1, 3)))
        ]
        for point in points:
            self.histories.setdefault((run_id, point.key), []).append(point.value)
        store.log_batch(
            RunBatch(
                run_id=run_id,
                metrics=points,
                params=[Param(*pair) for pair in self._values().items()],
                tags=[RunTag(*pair) for pair in self._values().items()],
            )
        )
        inputs = [
            DatasetInput(
                Dataset(name=dataset, digest=digest, source_type="code", source="{}"),
                [InputTag("mlflow.data.context", random.choice(TEXTS))] if random.random() < 0.7 else [],
            )
            for dataset, digest in self._some(DATASETS, 2)
        ]
        if inputs:
            store.log_inputs(RunInputsBatch.checked(run_id, inputs))
        if random.random() < 0.7:
            end = random.choice((None, 1, 2))
            store.update_run(RunUpdate(run_id=run_id, status=random.choice(STATUSES), end_time=end))
        if random.random() < 0.2:  # as in what other programs have written
            store._database.write(
                lambda session: session.run("UPDATE runyard_runs SET start_time = NULL WHERE run_id = ?", (run_id,))
            )
        return run_id

    def _subject(self) -> tuple[str | None, str | None, str | None]:
        """Return the model and the dataset that a point is about."""
        model_id = self._random.choice((None, *self.model_ids))
        return model_id, *self._random.choice(((None, None), *DATASETS))

    def _logged_model(self) -> str:
        random = self._random
        model = self.store.create_logged_model(
            NewLoggedModel(
                experiment_id=random.choice(self.experiment_ids),
                name=random.choice(("a", "A", "ab", "1", "x y")),
                source_run_id=random.choice((None, "a", "b")),
                model_type=random.choice((None, *TEXTS[1:])),
                params=self._values(),
                tags=self._values(),
            )
        )
        if random.random() < 0.6:
            self.store.finalize_logged_model(model.model_id, random.choice(("READY", "FAILED")))
        return model.model_id

    def _register(self) -> None:
        random, registry = self._random, self.registry
        self.names = ["a", "A", "ab", "1", "x y", "É"]
        self.versions = []
        for name in self.names:
            prompt = random.choice(({}, {}, {IS_PROMPT: "true"}, {IS_PROMPT: "false"}))
            registry.create_registered_model(NewRegisteredModel(name=name, tags={**self._values(), **prompt}))
            for _ in range(random.randint(0, 4)):
                made = registry.create_model_version(
                    NewModelVersion(
                        name=name,
                        source=random.choice(("a", "models:/a/1", "x'y")),
                        run_id=random.choice((None, "a", "b")),
                        tags=self._values(),
                    )
                )
                self.versions.append((name, made.version))


def _measured(model: LoggedModel, datasets: Collection[tuple[str, str | None]]) -> LoggedModel:
    """Return a model with what was measured on some datasets."""
    if not datasets:
        return model
    points = [
        point
        for point in model.metrics
        if any(point.dataset_name == name and digest in (None, point.dataset_digest) for name, digest in datasets)
    ]
    return msgspec.structs.replace(model, metrics=points)


LITERALS: dict[Scope, dict[str, tuple[Any, ...]]] = {
    RUNS: {"status": (*STATUSES, "running", ""), "start_time": (*NUMBERS, 2**63 - 1, -1e300, 1.5)},
    EXPERIMENTS: {"experiment_id": ("0", "1", "2", "01", "x", "%")},
    LOGGED_MODELS: {
        "status": (*LoggedModelStatus.__members__, "ready", "LOGGED_MODEL_READY"),
        "experiment_id": ("0", "1", "2", "01", "x", "99999999999999999999"),
        "lifecycle_stage": ("active", "deleted", "ACTIVE", ""),
    },
    REGISTERED_MODELS: {},
    MODEL_VERSIONS: {},
}
PROMPT_KEYS = (*KEYS[:3], IS_PROMPT)

examples = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module", params=("sqlite", "postgresql", "mariadb"))
def population(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, served: Callable[[str], Any]
) -> Iterator[Population]:
    folder = tmp_path_factory.mktemp("search")
    if request.param == "sqlite":
        uri = StoreURI.parse(f"sqlite:///{folder}/runs.db")
    else:
        database = served(request.param)
        database.empty()
        uri = database.uri
    with pytest.MonkeyPatch.context() as patch:
        # Short stretches, so that few runs go every way that many would.
        patch.setattr(runyard_sql.search.walks, "_STRETCH", 1)
        patch.setattr(runyard_sql.search.walks, "_LONGEST", 12)
        store, registry = SqlStore(uri, str(folder / "artifacts")), SqlRegistry(uri)
        yield Population(store, registry)
        store.close()
        registry.close()


def parsed(scope: Scope, text: str, order_by: list[tuple[Any, bool, str]]) -> dict[str, Any]:
    return {
        "filter": parse_filter(text, scope),
        "order_by": parse_order_by([key for _, _, key in order_by], scope),
    }


@st.composite
def queries(draw: st.DrawFn, scope: Scope, keys: tuple[str, ...] = KEYS) -> dict[str, Any]:
    text = draw(st.one_of(st.just(""), filters(scope, keys, LITERALS[scope]).map(lambda pair: pair[1])))
    return parsed(scope, text, draw(orders(scope, keys)))


def check(search: Callable[[Any], Page[Any]], query: type, expected: list[Any], size: int, **fields: Any) -> None:
    """Compare what a search finds on all its pages with what it should find."""
    found: list[Any] = []
    token = None
    while len(found) <= len(expected):
        page = search(query(**fields, max_results=size, page_token=token))
        found += page
        token = page.token
        if token is None:
            break
        assert len(page) == size
    assert found == expected


sizes = st.sampled_from((1, 2, 3, 5, 100))
SOME_DATASETS = st.lists(
    st.sampled_from([*DATASETS, *((name, None) for name, _ in DATASETS), ("nobody", None)]), max_size=2, unique=True
)


@examples
@given(fields=queries(RUNS), size=sizes, view=st.sampled_from(ViewType), data=st.data())
def test_runs(population: Population, fields: dict[str, Any], size: int, view: ViewType, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.sampled_from([*population.experiment_ids, "77", "x"]), min_size=1, max_size=4))
    fields |= {"experiment_ids": tuple(ids), "view": view}
    expected = population.runs(RunQuery(**fields))
    assert population.store.count_runs(RunQuery(**fields)) == len(expected)
    check(population.store.search_runs, RunQuery, expected, size, **fields)


@examples
@given(fields=queries(RUNS), size=sizes, view=st.sampled_from(ViewType), data=st.data())
def test_tables(population: Population, fields: dict[str, Any], size: int, view: ViewType, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.sampled_from([*population.experiment_ids, "77"]), min_size=1, max_size=2))
    keys = data.draw(st.tuples(*[st.lists(st.sampled_from([*KEYS, "nobody"]), max_size=3).map(tuple)] * 3))
    metrics, params, tags = keys
    fields |= {"experiment_ids": tuple(ids), "view": view}
    store, search = population.store, RunQuery(**fields)
    expected = [run.info.run_id for run in population.runs(search)]
    for offset in {0, 1, data.draw(st.integers(0, 40)), len(expected) - 1, len(expected)} - {-1}:
        query = RunTableQuery(
            **fields, offset=offset, max_results=size, metrics=metrics, params=params, tags=tags, nested=size == 5
        )
        table = store.run_table(query)
        assert (table.run_ids, table.total) == (expected[offset : offset + size], len(expected))
        assert GetTableReply.of(table) == GetTableReply.of(TrackingStore.run_table(store, query))
    for most in (None, size):
        columns = GetColumnsReply.of(store.run_columns(search, most))
        assert columns == GetColumnsReply.of(TrackingStore.run_columns(store, search, most))
    assert store.run_counts(ids) == TrackingStore.run_counts(store, ids)


@examples
@given(fields=queries(EXPERIMENTS), size=sizes, view=st.sampled_from(ViewType))
def test_experiments(population: Population, fields: dict[str, Any], size: int, view: ViewType) -> None:
    fields["view"] = view
    expected = population.experiments(ExperimentQuery(**fields))
    check(population.store.search_experiments, ExperimentQuery, expected, size, **fields)


@examples
@given(fields=queries(LOGGED_MODELS), size=sizes, datasets=SOME_DATASETS, data=st.data())
def test_logged_models(
    population: Population, fields: dict[str, Any], size: int, datasets: list[Any], data: st.DataObject
) -> None:
    where = st.one_of(
        st.just((None, None)), st.sampled_from(DATASETS), st.sampled_from(DATASETS).map(lambda d: (d[0], None))
    )
    fields["order_by"] = tuple(
        OrderBy(key.text, key.field, key.descending, *data.draw(where)) if key.field.kind == "metric" else key
        for key in fields["order_by"]
    )
    fields |= {"experiment_ids": tuple(population.experiment_ids[:3]), "datasets": tuple(datasets)}
    expected = population.logged_models(LoggedModelQuery(**fields))
    check(population.store.search_logged_models, LoggedModelQuery, expected, size, **fields)


@examples
@given(fields=queries(REGISTERED_MODELS, PROMPT_KEYS), size=sizes)
def test_registered_models(population: Population, fields: dict[str, Any], size: int) -> None:
    expected = population.registered_models(RegisteredModelQuery(**fields))
    check(population.registry.search_registered_models, RegisteredModelQuery, expected, size, **fields)


@examples
@given(fields=queries(MODEL_VERSIONS), size=sizes)
def test_model_versions(population: Population, fields: dict[str, Any], size: int) -> None:
    expected = population.model_versions(ModelVersionQuery(**fields))
    check(population.registry.search_model_versions, ModelVersionQuery, expected, size, **fields)
