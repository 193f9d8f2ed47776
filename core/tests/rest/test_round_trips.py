"""What is put into the messages of the protocol comes out of them."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from runyard.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    MetricCells,
    MetricColumn,
    MetricSeries,
    Param,
    Run,
    RunColumns,
    RunCount,
    RunData,
    RunDataset,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunTable,
    RunTag,
    TextColumn,
)
from runyard.rest import artifacts
from runyard.rest.experiments import ExperimentMessage
from runyard.rest.histories import GetSeries, SeriesMessage
from runyard.rest.message import Message, decode, encode
from runyard.rest.recording import LogBatch, LogInputs, LogMetric
from runyard.rest.routes import ROUTES
from runyard.rest.runs import MetricMessage, RunMessage
from runyard.rest.tables import CountRunsOfReply, GetColumnsReply, GetTableReply
from runyard.tracking.requests import RunBatch, RunInputsBatch, SeriesQuery

M = TypeVar("M", bound=Message)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
words = st.text("abc_-/é", min_size=1, max_size=8).filter(lambda word: word.strip("/") == word and "//" not in word)
times = st.integers(0, 2**63 - 1)
steps = st.integers(-(2**63), 2**63 - 1)
values = st.floats(allow_nan=False)  # NaN equals nothing; it is looked at by itself below
tags = st.dictionaries(words, texts, max_size=3)
metrics = st.builds(
    Metric,
    words,
    values,
    times,
    steps,
    st.none() | words,
    st.none() | words,
    st.none() | words,
    st.none() | st.just("a"),
)
datasets = st.builds(
    DatasetInput,
    st.builds(
        Dataset,
        name=texts,
        digest=texts,
        source_type=texts,
        source=texts,
        schema=st.none() | texts,
        profile=st.none() | texts,
    ),
    st.lists(st.builds(InputTag, texts, texts), max_size=2),
)
infos = st.builds(
    RunInfo,
    run_id=words,
    run_name=texts,
    experiment_id=words,
    user_id=texts,
    status=st.sampled_from(["RUNNING", "FINISHED"]),
    start_time=st.none() | times,
    end_time=st.none() | times,
    artifact_uri=texts,
    lifecycle_stage=st.sampled_from(["active", "deleted"]),
)
experiments = st.builds(
    Experiment,
    experiment_id=words,
    name=texts,
    artifact_location=texts,
    lifecycle_stage=st.sampled_from(["active", "deleted"]),
    tags=tags,
    creation_time=st.none() | times,
    last_update_time=st.none() | times,
)


def sent(message: M) -> M:
    return decode(encode(message), type(message))


@given(experiments)
def test_experiments(experiment: Experiment) -> None:
    assert sent(ExperimentMessage.of(experiment)).entity() == experiment


@given(metrics)
def test_metrics(metric: Metric) -> None:
    assert sent(MetricMessage.of(metric, metric.run_id)).entity() == metric


@given(
    infos,
    st.lists(metrics, max_size=3),
    tags,
    tags,
    st.lists(datasets, max_size=2),
    st.lists(st.builds(LoggedModelInput, words), max_size=2),
    st.lists(st.builds(LoggedModelOutput, words, steps), max_size=2),
)
def test_runs(
    info: RunInfo,
    points: list[Metric],
    params: dict[str, str],
    labels: dict[str, str],
    read: list[DatasetInput],
    read_models: list[LoggedModelInput],
    made_models: list[LoggedModelOutput],
) -> None:
    points = [Metric(*(getattr(point, name) for name in point.__struct_fields__[:-1])) for point in points]
    run = Run(
        info=info,
        data=RunData(latest_metrics=points, params=params, tags=labels),
        inputs=RunInputs(dataset_inputs=read, model_inputs=read_models),
        outputs=RunOutputs(model_outputs=made_models),
    )
    assert sent(RunMessage.of(run)).entity().to_dictionary() == run.to_dictionary()


@given(st.lists(metrics, max_size=3), tags, tags)
def test_batches(points: list[Metric], params: dict[str, str], labels: dict[str, str]) -> None:
    points = [Metric(*(getattr(point, name) for name in point.__struct_fields__[:-1])) for point in points]
    batch = RunBatch(
        run_id="a",
        metrics=tuple(points),
        params=tuple(Param(key, value) for key, value in params.items()),
        tags=tuple(RunTag(key, value) for key, value in labels.items()),
    )
    assert sent(LogBatch.of(batch)).batch() == batch


@given(st.lists(datasets, max_size=2), st.lists(st.builds(LoggedModelInput, words), max_size=2))
def test_inputs(read: list[DatasetInput], models: list[LoggedModelInput]) -> None:
    inputs = RunInputsBatch(run_id="a", datasets=tuple(read), models=tuple(models))
    assert sent(LogInputs.of(inputs)).inputs() == inputs


@given(st.lists(st.tuples(steps, times, values), max_size=5))
def test_series(points: list[tuple[int, int, float]]) -> None:
    series = MetricSeries(
        run_id="a",
        key="k",
        total=len(points),
        steps=[step for step, _, _ in points],
        timestamps=[time for _, time, _ in points],
        values=[value for _, _, value in points],
    )
    assert sent(SeriesMessage.of(series)).entity() == series


@given(
    st.lists(words.map(lambda word: f"a{word.replace('/', '').replace('é', '')}"), max_size=3),
    st.lists(words, max_size=3),
    st.integers(8, 50_000),
    st.none() | st.integers(-5, 0),
    st.none() | st.integers(0, 5),
)
def test_series_queries(runs: list[str], keys: list[str], most: int, start: int | None, end: int | None) -> None:
    query = SeriesQuery(run_ids=tuple(runs), keys=tuple(keys), max_points=most, start_step=start, end_step=end)
    assert sent(GetSeries.of(query)).query() == query


cells = st.none() | values


@given(
    st.lists(st.tuples(words, texts, st.none() | times, st.none() | words, texts, cells, st.none() | steps), max_size=4)
)
def test_tables(rows: list[tuple[Any, ...]]) -> None:
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(7)]
    ids, names, starts, parents, labels, numbers, latest = columns
    table = RunTable(
        total=len(rows) + 5,
        run_ids=ids,
        run_names=names,
        experiment_ids=ids,
        user_ids=names,
        statuses=["RUNNING"] * len(rows),
        start_times=starts,
        end_times=starts,
        lifecycle_stages=["active"] * len(rows),
        parent_run_ids=parents,
        child_counts=[*range(len(rows))],
        datasets=[[RunDataset(label, label, label)] for label in labels],
        metrics={"m": MetricCells(latest=numbers, minimum=numbers, maximum=numbers, steps=latest)},
        params={"p": parents},
        tags={"t": parents, "": []},
    )
    assert sent(GetTableReply.of(table)).entity() == table


@given(st.integers(0, 10), st.lists(texts, max_size=2), st.lists(texts, max_size=2), cells, st.booleans())
def test_columns(total: int, keys: list[str], examples: list[str], number: float | None, differs: bool) -> None:
    columns = RunColumns(
        total=total + 2,
        runs=total,
        metrics=[MetricColumn(key=key, runs=total, differs=differs, minimum=number, maximum=number) for key in keys],
        params=[TextColumn(key=key, runs=total, differs=differs, distinct=2, values=examples) for key in keys],
        tags=[],
    )
    assert sent(GetColumnsReply.of(columns)).entity() == columns


@given(st.dictionaries(words, st.builds(RunCount, active=times, last_start_time=st.none() | times), max_size=3))
def test_counts(counts: dict[str, RunCount]) -> None:
    assert sent(CountRunsOfReply.of(counts)).entity() == counts


def test_nothing_is_left_out_of_tables() -> None:
    for reply in (
        GetTableReply.of(RunTable(total=0)),
        GetColumnsReply.of(RunColumns(total=0, runs=0)),
        CountRunsOfReply.of({}),
    ):
        fields = {field.encode_name for field in inspect.type_info(type(reply)).fields}  # type: ignore[attr-defined]
        assert {*msgspec.json.decode(encode(reply))} == fields, "A page reads them as they come."


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_odd_numbers(value: str) -> None:
    point = LogMetric(run_id="a", key="k", value=value, timestamp=1)
    metric = sent(point).batch().metrics[0]
    assert MetricMessage.of(metric).value == value


def integers(kind: inspect.Type, place: str) -> list[str]:
    """Return where there are integers without bounds."""
    if isinstance(kind, inspect.Metadata):
        return integers(kind.type, place)
    if isinstance(kind, inspect.UnionType):
        return [found for member in kind.types for found in integers(member, place)]
    if isinstance(kind, inspect.ListType):
        return integers(kind.item_type, place)
    if isinstance(kind, inspect.DictType):
        return integers(kind.value_type, place)
    if isinstance(kind, inspect.StructType):
        return [
            found
            for field in kind.fields
            for found in integers(field.type, f"{kind.cls.__qualname__}.{field.encode_name}")
        ]
    if isinstance(kind, inspect.IntType) and (kind.le is None or kind.ge is None):
        return [place]
    return []


def test_every_integer_fits_into_64_bits() -> None:
    for route in (*ROUTES, *artifacts.TAILED):
        for kind in (route.request, route.reply):
            assert integers(inspect.type_info(kind), "") == []


def test_every_route_has_a_place_of_its_own() -> None:
    places = [(route.method, route.full_path) for route in (*ROUTES, *artifacts.TAILED)]
    assert len(places) == len({*places})
    for route in (*ROUTES, *artifacts.TAILED):
        names = {field.encode_name for field in inspect.type_info(route.request).fields}  # type: ignore[attr-defined]
        assert {*route.parameters} <= names, route.path
        assert route.summary.endswith("."), route.path
