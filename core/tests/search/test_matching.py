from __future__ import annotations

import math

import pytest

from runyard.entities import Dataset, DatasetInput, InputTag, Metric, Run, RunData, RunInfo, RunInputs
from runyard.errors import NotSupported
from runyard.search import RUNS, And, matcher, number, parse_filter, run_record


def dataset(name: str, context: str | None = None) -> DatasetInput:
    tags = [InputTag("mlflow.data.context", context)] if context else []
    return DatasetInput(Dataset(name=name, digest=f"{name}-digest", source_type="local", source="{}"), tags)


HISTORY = {"loss": [0.9, math.nan, 0.2, 0.5], "acc": [0.75], "nan": [math.nan], "inf": [math.inf]}
RUN = Run(
    info=RunInfo(
        run_id="r1",
        run_name="blue owl",
        experiment_id="1",
        user_id="ada",
        status="FINISHED",
        start_time=1000,
        artifact_uri="file:///a/b",
    ),
    data=RunData(
        latest_metrics=[Metric(key, values[-1], 1) for key, values in HISTORY.items()],
        params={"model": "rf", "depth": "10", "rate": "1e-3", "size": "large", "empty": "", "lines": "a\nb"},
        tags={"mlflow.runName": "blue owl", "stage": "Prod", "priority": " 7 "},
    ),
    inputs=RunInputs(dataset_inputs=[dataset("iris", "train"), dataset("wine")]),
)


def fits(text: str, run: Run = RUN) -> bool:
    return matcher(parse_filter(text, RUNS))(run_record(run, HISTORY.__getitem__))


@pytest.mark.parametrize(
    "text",
    [
        "metrics.acc > 0.7",
        "metrics.acc = 0.75",
        "metrics.acc != 0.7",
        "metrics.acc BETWEEN 0.75 AND 0.75",
        "metrics.acc NOT BETWEEN 0.8 AND 0.9",
        "metrics.acc IN (0.5, 0.75)",
        "metrics.acc NOT IN (0.5)",
        "metrics.loss = 0.5",
        "metrics.loss.last = 0.5",
        "metrics.loss.min = 0.2",
        "metrics.loss.max = 0.9",
        "metrics.inf > 1e300",
        "metrics.nan != 1",
        "NOT metrics.nan = 1",
        "NOT (metrics.nan < 0 OR metrics.nan >= 0)",
        "metrics.nan NOT IN (1, 2)",
        "metrics.nan IS NOT NULL",
        "metrics.nan.min != 1",
        "metrics.missing IS NULL",
        "metrics.missing.min IS NULL",
        "params.model = 'rf'",
        "params.model LIKE 'r_'",
        "params.model ILIKE 'R%'",
        "params.model NOT LIKE 'n%'",
        "params.lines LIKE 'a%b'",
        "params.empty = ''",
        "params.empty IS NOT NULL",
        "params.depth > 9",
        "params.depth = 10",
        "params.depth = '10'",
        "params.depth = 10.0",
        "params.depth IN (10, 20)",
        "params.rate = 0.001",
        "tags.priority = 7",
        "params.missing IS NULL",
        "tags.stage = 'Prod'",
        "tags.mlflow.runName = 'blue owl'",
        "run_name = 'blue owl'",
        "status = 'FINISHED'",
        "status IN ('FINISHED', 'FAILED')",
        "start_time >= 1000 AND created < 1001",
        "start_time = 1000.0",
        "end_time IS NULL",
        "start_time IS NOT NULL",
        "artifact_uri LIKE '%/b'",
        "datasets.name = 'iris'",
        "datasets.name != 'iris'",
        "NOT datasets.name = 'iris'",
        "datasets.name NOT IN ('iris')",
        "datasets.name = 'wine' AND datasets.context = 'train'",
        "datasets.digest LIKE 'w%'",
        "datasets.name IS NOT NULL",
        "params.model = 'nn' OR metrics.acc > 0.5",
        "NOT (params.model = 'nn' AND metrics.acc > 0.5)",
        "NOT (params.model = 'nn' OR metrics.acc > 0.8)",
        "params.missing = 'x' OR params.model = 'rf'",
        "NOT (params.missing = 'x' AND params.model = 'nn')",
    ],
)
def test_fits(text: str) -> None:
    assert fits(text)
    assert not fits(f"({text}) AND run_id = 'other'")


@pytest.mark.parametrize(
    "text",
    [
        "metrics.acc > 0.75",
        "metrics.acc != 0.75",
        "metrics.nan = 1",
        "metrics.nan < 1",
        "metrics.nan > 1",
        "metrics.nan BETWEEN 0 AND 1",
        "metrics.nan IN (1)",
        "metrics.nan IS NULL",
        "metrics.missing > 0",
        "metrics.missing != 0",
        "NOT metrics.missing > 0",
        "metrics.missing NOT IN (1)",
        "metrics.missing IS NOT NULL",
        "params.model = 'RF'",
        "params.model LIKE 'R%'",
        "params.Model = 'rf'",
        "params.missing != 'x'",
        "NOT params.missing = 'x'",
        "params.missing NOT LIKE 'x'",
        "params.model > 3",
        "NOT params.model > 3",
        "params.model != 3",
        "params.depth = '10.0'",
        "params.depth NOT IN (10)",
        "params.lines LIKE 'a_'",
        "status = 'finished'",
        "datasets.name = 'x'",
        "datasets.context != 'train'",
        "datasets.name IS NULL",
        "params.missing = 'x' OR params.model = 'nn'",
        "NOT (params.missing = 'x' AND params.model = 'rf')",
        "NOT (params.missing = 'x' OR params.model = 'nn')",
    ],
)
def test_does_not_fit(text: str) -> None:
    assert not fits(text)


def test_run_without_datasets() -> None:
    run = Run(info=RUN.info)
    assert not fits("datasets.name != 'x'", run)
    assert not fits("NOT datasets.name = 'x'", run)
    assert fits("datasets.name IS NULL", run)
    assert fits("datasets.context IS NULL", run)


def test_no_filter_fits_everything() -> None:
    assert matcher(None)(run_record(RUN))


def test_conjunction_of_one() -> None:
    parsed = parse_filter("metrics.acc > 0.7", RUNS)
    assert parsed is not None
    assert matcher(type(parsed)("", And((parsed.tree,))))(run_record(RUN))


def test_extreme_values_need_the_history() -> None:
    with pytest.raises(NotSupported, match=r"'metrics.loss.min' needs every point"):
        matcher(parse_filter("metrics.loss.min < 1", RUNS))(run_record(RUN))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1.0), (" -1.5e3 ", -1500.0), ("inf", math.inf), ("1_0", None), ("", None), ("True", None), ("x", None)],
)
def test_number(text: str, value: float | None) -> None:
    assert number(text) == value
