from __future__ import annotations

import logging
import math
from typing import Any

import pytest

from runyard.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, limits
from runyard.errors import InvalidInput, RunyardError
from runyard.registry.requests import NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.tracking.requests import (
    NewExperiment,
    NewLoggedModel,
    RunBatch,
    RunInputsBatch,
    RunQuery,
    RunUpdate,
    check_experiment_tags,
)

RUN = "0" * 32
GOOD_KEYS = (
    "loss",
    "train/loss",
    "a b",
    "a.b",
    "a-b",
    "a:b",
    "_",
    "größe",
    "精度",
    ".hidden",
    "a/..b",
    "k" * 250,
)
BAD_KEYS = (
    "", "k" * 251, "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\n", "a\tb", "a#b", "a\\b", "a=b",
    "a\x00", "..a", "a*", "a'b", "\ud800", None, 1, b"a", ["a"],
)  # fmt: skip


def dataset(**values: Any) -> DatasetInput:
    complete = {"name": "wine", "digest": "1", "source_type": "code", "source": "{}"} | values
    return DatasetInput(Dataset(**complete))


# each row: what is limited, a value of the greatest length, and one that is longer by one
LENGTHS: dict[str, tuple[Any, int]] = {
    "experiment name": (lambda text: NewExperiment(name=text), 500),
    "experiment tag value": (lambda text: check_experiment_tags({"a": text}), 20_000),
    "artifact location": (lambda text: NewExperiment(name="a", artifact_location=f"/{text[1:]}"), 2048),
    "model name": (lambda text: NewRegisteredModel(name=text), 256),
    "registered model tag value": (lambda text: NewRegisteredModel(name="a", tags={"a": text}), 100_000),
    "model version tag value": (lambda text: NewModelVersion(name="a", source="b", tags={"a": text}), 100_000),
    "alias": (limits.check_alias, 255),
    "run id": (limits.check_run_id, 256),
    "metric key": (lambda text: RunBatch.checked(RUN, [Metric(text, 1.0, 1)]), 250),
    "param key": (lambda text: RunBatch.checked(RUN, (), [Param(text, "1")]), 250),
    "tag key": (lambda text: RunBatch.checked(RUN, (), (), [RunTag(text, "1")]), 250),
    "experiment tag key": (lambda text: check_experiment_tags({text: "a"}), 250),
    "registered model tag key": (lambda text: NewRegisteredModel(name="a", tags={text: "a"}), 250),
    "dataset name": (lambda text: RunInputsBatch.checked(RUN, [dataset(name=text)]), 500),
    "dataset digest": (lambda text: RunInputsBatch.checked(RUN, [dataset(digest=text)]), 36),
    "dataset source": (lambda text: RunInputsBatch.checked(RUN, [dataset(source=text)]), 65_535),
    "dataset schema": (lambda text: RunInputsBatch.checked(RUN, [dataset(schema=text)]), 1_048_575),
    "dataset profile": (lambda text: RunInputsBatch.checked(RUN, [dataset(profile=text)]), 16_777_215),
    "input tag key": (
        lambda text: RunInputsBatch.checked(RUN, [DatasetInput(dataset().dataset, [InputTag(text, "1")])]), 255),
    "input tag value": (
        lambda text: RunInputsBatch.checked(RUN, [DatasetInput(dataset().dataset, [InputTag("a", text)])]), 500),
}  # fmt: skip


@pytest.mark.parametrize("what", LENGTHS)
def test_longest_is_taken_and_longer_is_refused(what: str) -> None:
    check, limit = LENGTHS[what]
    check("s" * limit)
    with pytest.raises(InvalidInput) as caught:
        check("s" * (limit + 1))
    assert len(str(caught.value)) < 1000, "a message does not repeat what is too long"


@pytest.mark.parametrize(("kind", "limit"), [("param", 6000), ("tag", 8000)])
def test_long_value_is_cut_or_refused(kind: str, limit: int, monkeypatch, caplog) -> None:
    def log(text: str) -> str:
        params = [Param("a", text)] if kind == "param" else []
        tags = [RunTag("a", text)] if kind == "tag" else []
        batch = RunBatch.checked(RUN, (), params, tags)
        return (*batch.params, *batch.tags)[0].value

    assert log("ü" * limit) == "ü" * limit
    assert caplog.records == []
    with caplog.at_level(logging.WARNING, "runyard"):
        assert log("ü" * (limit + 1)) == "ü" * limit
    assert f"the {kind} 'a' has {limit + 1} characters" in caplog.text.lower()
    monkeypatch.setenv("MLFLOW_TRUNCATE_LONG_VALUES", "false")
    with pytest.raises(InvalidInput, match=f"at most {limit}"):
        log("ü" * (limit + 1))


@pytest.mark.parametrize("key", GOOD_KEYS)
@pytest.mark.parametrize("what", ["metric", "param", "tag"])
def test_good_key(key: str, what: str) -> None:
    assert limits.check_key(key, what) == key


@pytest.mark.parametrize("key", BAD_KEYS, ids=repr)
def test_bad_key(key: Any) -> None:
    for _ in range(2):
        with pytest.raises(InvalidInput, match="metric"):
            limits.check_key(key, "metric")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        (0.5, 0.5),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (10**300, 1e300),
    ],
)
def test_number_of_a_metric(value: Any, expected: float) -> None:
    number = limits.check_metric_value("m", value)
    assert (type(number), number) == (float, expected)


def test_numbers_of_numpy() -> None:
    np = pytest.importorskip("numpy", reason="the numbers of NumPy need NumPy")
    for value, expected in ((np.float32(0.5), 0.5), (np.int64(3), 3.0), (np.array(2.5), 2.5)):
        number = limits.check_metric_value("m", value)
        assert (type(number), number) == (float, expected)
    with pytest.raises(InvalidInput, match=r"'m' got .* a metric is a number"):
        limits.check_metric_value("m", np.array([1.0, 2.0]))
    assert limits.check_timestamp(np.int64(5)) == 5
    assert limits.check_step(np.int32(7)) == 7


def test_nan_is_kept() -> None:
    assert math.isnan(limits.check_metric_value("m", math.nan))


@pytest.mark.parametrize("value", [True, "1", b"1", None, [1.0, 2.0], object(), 10**400, 1j], ids=repr)
def test_no_number_of_a_metric(value: Any) -> None:
    with pytest.raises(InvalidInput, match=r"'m' got .* a metric is a number"):
        limits.check_metric_value("m", value)


@pytest.mark.parametrize("timestamp", [0, 1, 1.9, 2**63 - 1])
def test_timestamp(timestamp: Any) -> None:
    assert limits.check_timestamp(timestamp) == int(timestamp)


@pytest.mark.parametrize("timestamp", [-1, -0.5, True, "1", None, math.nan, math.inf, 2**63, 1e30, [1]], ids=repr)
def test_no_timestamp(timestamp: Any) -> None:
    with pytest.raises(InvalidInput, match="timestamp of a metric"):
        RunBatch.checked(RUN, [Metric("m", 1.0, timestamp)])


@pytest.mark.parametrize("step", [0, -1, 5.0, 2**63 - 1, -(2**63)])
def test_step(step: Any) -> None:
    assert limits.check_step(step) == int(step)


@pytest.mark.parametrize("step", [True, 0.5, math.nan, math.inf, "x", None, 2**63, -(2**63) - 1, 1e300], ids=repr)
def test_no_step(step: Any) -> None:
    with pytest.raises(InvalidInput, match="step of a metric"):
        RunBatch.checked(RUN, [Metric("m", 1.0, 1, step)])


@pytest.mark.parametrize("name", ["a", "a b", "..a", "ü", "a.b", "v1", "1"])
def test_model_name(name: str) -> None:
    assert limits.check_model_name(name) == name


@pytest.mark.parametrize("name", ["", "a/b", "a:b", ".", "..", "a\x00", None, 1, "\ud800"], ids=repr)
def test_no_model_name(name: Any) -> None:
    with pytest.raises(InvalidInput, match="registered model name"):
        limits.check_model_name(name)


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "a.b", "50%", "it's", 'say "x"', None], ids=repr)
def test_no_logged_model_name(name: Any) -> None:
    with pytest.raises(InvalidInput, match="model name"):
        limits.check_logged_model_name(name)
    if name is not None:
        with pytest.raises(InvalidInput, match="model name"):
            NewLoggedModel(experiment_id="0", name=name)


@pytest.mark.parametrize("alias", ["champion", "a-b_c", "vee", "v1a", "größe", "latest2", "1"])
def test_alias(alias: str) -> None:
    assert limits.check_alias(alias) == alias


@pytest.mark.parametrize("alias", ["", "latest", "LATEST", "v1", "V12", "a b", "a/b", "a.b", "a\n", None], ids=repr)
def test_no_alias(alias: Any) -> None:
    with pytest.raises(InvalidInput, match="alias"):
        limits.check_alias(alias)


@pytest.mark.parametrize(("version", "text"), [(1, "1"), ("7", "7"), (" 7 ", "7"), ("007", "7")])
def test_version(version: Any, text: str) -> None:
    assert limits.check_version(version) == text


@pytest.mark.parametrize(
    "version", ["abc", "", "-1", "1.5", "\u0661", True, None, "9" * 5000], ids=lambda value: repr(value)[:9]
)
def test_no_version(version: Any) -> None:
    with pytest.raises(InvalidInput, match="model version"):
        limits.check_version(version)


@pytest.mark.parametrize("run_id", ["", "-a", "_a", "a/b", "../a", "a b", "a\n", None], ids=repr)
def test_no_run_id(run_id: Any) -> None:
    with pytest.raises(InvalidInput, match="run id"):
        RunBatch.checked(run_id)


@pytest.mark.parametrize(
    ("query", "good", "bad"),
    [
        (lambda size: RunQuery(experiment_ids=(), max_results=size), (1, 50_000), (0, -1, 50_001, True, "5", 1.0)),
        (lambda size: RegisteredModelQuery(max_results=size), (1, 1000), (0, 1001)),
    ],
)
def test_page_size(query: Any, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    for size in good:
        query(size)
    for size in bad:
        with pytest.raises(InvalidInput, match="max_results"):
            query(size)


def test_duplicate_params_in_a_batch_are_refused() -> None:
    with pytest.raises(InvalidInput, match="'a' comes twice"):
        RunBatch.checked(RUN, (), [Param("a", "1"), Param("a", "1")])


def test_last_of_duplicate_tags_in_a_batch_wins() -> None:
    assert RunBatch.checked(RUN, (), (), [RunTag("a", "1"), RunTag("a", "2")]).tags == (RunTag("a", "2"),)


def test_values_become_text() -> None:
    assert RunBatch.checked(RUN, (), [Param("a", 0.5), Param("b", None)]).params == (
        Param("a", "0.5"),
        Param("b", "None"),
    )


@pytest.mark.parametrize(
    "build",
    [
        lambda text: RunBatch.checked(RUN, (), [Param("a", text)]),
        lambda text: RunBatch.checked(RUN, (), (), [RunTag("a", text)]),
        lambda text: NewExperiment(name=text),
        lambda text: NewRegisteredModel(name="a", tags={"a": text}),
    ],
)
def test_half_a_character_is_refused(build: Any) -> None:
    with pytest.raises(InvalidInput, match="Unicode"):
        build("a \ud83d b")


@pytest.mark.parametrize("status", ["DONE", "", "5"])
def test_unknown_status_is_refused(status: str) -> None:
    with pytest.raises(InvalidInput, match="RUNNING, SCHEDULED"):
        RunUpdate(run_id=RUN, status=status)


@pytest.mark.parametrize("location", ["runs:/abc/x", "s3://b/../c", "s3://b/a#b", "s3://b/a?b=c", "s3://u:p@h/b"])
def test_artifact_location_that_is_refused(location: str) -> None:
    with pytest.raises(RunyardError):
        NewExperiment(name="a", artifact_location=location)
