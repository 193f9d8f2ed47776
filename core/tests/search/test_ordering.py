from __future__ import annotations

import math

import pytest

from runyard.entities import Experiment, LoggedModel, Metric, ModelVersion, RegisteredModel, Run, RunData, RunInfo
from runyard.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    experiment_record,
    extreme,
    find,
    logged_model_record,
    matcher,
    model_version_record,
    parse_filter,
    parse_order_by,
    registered_model_record,
    run_record,
    sorted_records,
)
from runyard.search.syntax import Statistic


def run(run_id: str, start_time: int | None = 0, acc: float | None = None, **params: str) -> Run:
    metrics = [] if acc is None else [Metric("acc", acc, 0)]
    return Run(
        info=RunInfo(run_id=run_id, run_name=run_id, experiment_id="0", start_time=start_time),
        data=RunData(latest_metrics=metrics, params=params),
    )


def ordered(runs: list[Run], *order_by: str) -> str:
    found = find(runs, None, parse_order_by(order_by, RUNS), RUNS, run_record)
    return "".join(run.info.run_id for run in found)


def test_runs_come_newest_first_then_by_id() -> None:
    assert ordered([run("c", 1), run("d", None), run("b", 2), run("a", 1)]) == "bacd"


@pytest.mark.parametrize(
    ("order", "expected"),
    [("metrics.acc", "ebdafcg"), ("metrics.acc DESC", "fadbecg")],
)
def test_numbers_then_nan_then_missing(order: str, expected: str) -> None:
    runs = [
        run("a", acc=2.0),
        run("b", acc=-1.0),
        run("c", acc=math.nan),
        run("d", acc=1.0),
        run("e", acc=-math.inf),
        run("f", acc=math.inf),
        run("g"),
    ]
    assert ordered(runs, order) == expected


def test_params_are_ordered_as_text() -> None:
    runs = [run("a", x="9"), run("b", x="10"), run("c"), run("d", x="Z")]
    assert ordered(runs, "params.x") == "badc"
    assert ordered(runs, "params.x desc") == "dabc"


def test_ties_fall_back_to_the_default_order() -> None:
    runs = [run("a", 1, x="1"), run("b", 2, x="1"), run("c", 2, x="0"), run("d", 2, x="1")]
    assert ordered(runs, "params.x DESC") == "bdac"
    assert ordered(runs, "params.x DESC", "start_time") == "abdc"
    assert ordered(runs, "params.x", "run_id DESC") == "cdba"


def test_statistics_order_runs() -> None:
    history = {"a": [5.0, 1.0], "b": [3.0, 2.0]}
    runs = [run("a", acc=1.0), run("b", acc=2.0)]
    records = [run_record(item, lambda _, key=item.info.run_id: history[key]) for item in runs]
    by_max = sorted_records(records, parse_order_by(["metrics.acc.max DESC"], RUNS), RUNS)
    assert [record.attribute("run_id") for record in by_max] == ["a", "b"]


def test_find_filters_and_orders() -> None:
    runs = [run("a", acc=1.0), run("b", acc=3.0), run("c", acc=2.0)]
    found = find(runs, parse_filter("metrics.acc > 1", RUNS), parse_order_by(["metrics.acc"], RUNS), RUNS, run_record)
    assert found == [runs[2], runs[1]]


def test_experiments() -> None:
    def experiment(experiment_id: str, created: int | None) -> Experiment:
        return Experiment(
            experiment_id=experiment_id,
            name=f"n{created}",
            artifact_location="",
            creation_time=created,
            tags={"a": "1"},
        )

    items = [experiment("9", 1), experiment("10", 1), experiment("0", 2), experiment("11", None)]

    def ids(*order_by: str) -> list[str]:
        found = find(items, None, parse_order_by(order_by, EXPERIMENTS), EXPERIMENTS, experiment_record)
        return [item.experiment_id for item in found]

    assert ids() == ["0", "9", "10", "11"]
    assert ids("name") == ["10", "9", "0", "11"]
    assert ids("experiment_id DESC") == ["11", "10", "9", "0"]
    record = experiment_record(items[0])
    assert (record.tag("a"), record.tag("b"), record.param("a")) == ("1", None, None)
    assert record.metric("a", Statistic.LAST, None) is None
    assert list(record.datasets("name")) == []


def test_registered_models() -> None:
    def model(name: str, updated: int, **tags: str) -> RegisteredModel:
        return RegisteredModel(name=name, creation_timestamp=0, last_updated_timestamp=updated, tags=tags)

    items = [model("b", 1), model("a", 1), model("c", 2, **{"mlflow.prompt.is_prompt": "true"})]

    def names(filter_text: str, *order_by: str) -> str:
        parsed = parse_filter(filter_text, REGISTERED_MODELS)
        order = parse_order_by(order_by, REGISTERED_MODELS)
        return "".join(item.name for item in find(items, parsed, order, REGISTERED_MODELS, registered_model_record))

    assert names("") == "abc"
    assert names("", "timestamp DESC") == "cab"
    assert names("", "name DESC") == "cba"
    assert names("tags.`mlflow.prompt.is_prompt` = 'true'") == "c"
    assert names("tags.`mlflow.prompt.is_prompt` != 'true'") == "ab"
    assert names("tags.mlflow.prompt.is_prompt = 'false'") == "ab"


def test_model_versions() -> None:
    def version(name: str, number: int, updated: int) -> ModelVersion:
        return ModelVersion(
            name=name,
            version=str(number),
            creation_timestamp=-updated,
            last_updated_timestamp=updated,
            source=f"s3://{name}",
            run_id=None if number == 2 else "r",
        )

    items = [version("b", 1, 5), version("a", 9, 5), version("a", 10, 5), version("b", 2, 7)]

    def keys(filter_text: str, *order_by: str) -> list[str]:
        found = find(
            items,
            parse_filter(filter_text, MODEL_VERSIONS),
            parse_order_by(order_by, MODEL_VERSIONS),
            MODEL_VERSIONS,
            model_version_record,
        )
        return [item.name + item.version for item in found]

    assert keys("") == ["b2", "a10", "a9", "b1"]
    assert keys("", "name DESC") == ["b2", "b1", "a10", "a9"]
    assert keys("", "version_number") == ["b1", "b2", "a9", "a10"]
    assert keys("", "creation_timestamp") == ["b2", "a10", "a9", "b1"]
    assert keys("version_number > 8") == ["a10", "a9"]
    assert keys("version_number = '9'") == ["a9"]
    assert keys("source_path LIKE '%b' AND run_id IS NULL") == ["b2"]


def test_logged_models() -> None:
    def model(model_id: str, created: int, *metrics: Metric, status: str = "READY") -> LoggedModel:
        return LoggedModel(
            model_id=model_id,
            experiment_id="1",
            name="m",
            artifact_location="",
            creation_timestamp=created,
            last_updated_timestamp=0,
            status=status,
            params={"p": "1"},
            metrics=list(metrics),
        )

    items = [
        model("a", 1, Metric("acc", 1.0, 0, 0, dataset_name="d", dataset_digest="1"), Metric("acc", 9.0, 0, 5)),
        model("b", 1, Metric("acc", 3.0, 0, 0, dataset_name="d", dataset_digest="2"), status="FAILED"),
        model("c", 2),
    ]

    def ids(filter_text: str, *order_by: object) -> str:
        found = find(
            items,
            parse_filter(filter_text, LOGGED_MODELS),
            parse_order_by(order_by, LOGGED_MODELS),  # type: ignore[arg-type]
            LOGGED_MODELS,
            logged_model_record,
        )
        return "".join(item.model_id for item in found)

    assert ids("") == "cab"
    assert ids("", "metrics.acc DESC") == "abc"
    assert ids("", {"field_name": "metrics.acc", "ascending": False, "dataset_name": "d"}) == "bac"
    assert ids("", {"field_name": "metrics.acc", "dataset_name": "d", "dataset_digest": "2"}) == "bca"
    assert ids("metrics.acc > 5") == "a"
    assert ids("metrics.acc.min < 2") == "a"
    assert ids("status = 'READY' AND params.p = 1") == "ca"
    assert ids("status = 3") == "b"


def test_extreme() -> None:
    assert extreme([], Statistic.MIN) is None
    assert extreme([math.nan, 2.0, 1.0], Statistic.MIN) == 1.0
    assert extreme(iter([1.0, math.inf]), Statistic.MAX) == math.inf
    assert math.isnan(extreme([math.nan], Statistic.MAX) or 0.0)


def test_sort_keeps_the_records() -> None:
    records = [run_record(run("a")), run_record(run("b", 5))]
    assert sorted_records(iter(records), (), RUNS) == [records[1], records[0]]
    assert matcher(None)(records[0])
