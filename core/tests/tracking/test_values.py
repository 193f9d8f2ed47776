"""Params, metrics and tags of the active run."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import runyard
from runyard.errors import InvalidInput, InvalidState, NotFound
from runyard.tracking.client import RunyardClient


def test_logging_starts_a_run() -> None:
    assert runyard.active_run() is None
    runyard.log_metric("loss", 0.5)
    run = runyard.active_run()
    assert run is not None
    assert runyard.get_run(run.info.run_id).data.metrics == {"loss": 0.5}


def test_a_point_has_step_and_time(client: RunyardClient) -> None:
    before = time.time_ns() // 1_000_000
    with runyard.start_run() as run:
        assert runyard.log_metric("loss", 0.5) is None
        runyard.log_metric("loss", 0.25, step=3, timestamp=1_234)
        runyard.log_metrics({"loss": 0.1, "acc": 0.9}, step=-1, timestamp=1_233)
    points = client.get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.value) for point in points] == [(-1, 0.1), (3, 0.25), (0, 0.5)]
    assert before <= points[2].timestamp <= time.time_ns() // 1_000_000
    assert client.get_metric_history(run.info.run_id, "never logged") == []


@pytest.mark.parametrize("value", [1, 0.1, Decimal("0.5"), Fraction(1, 4), -0.0, 5e-324, math.inf, -math.inf])
def test_numbers_of_any_kind_are_values(value: Any) -> None:
    with runyard.start_run() as run:
        runyard.log_metric("m", value)
    assert runyard.get_run(run.info.run_id).data.metrics == {"m": float(value)}


def test_nan_is_kept() -> None:
    with runyard.start_run() as run:
        runyard.log_metric("m", math.nan)
    assert math.isnan(runyard.get_run(run.info.run_id).data.metrics["m"])


def test_arrays_without_dimensions_are_values() -> None:
    numpy = pytest.importorskip("numpy", reason="arrays need NumPy")
    with runyard.start_run() as run:
        runyard.log_metrics({"a": numpy.float32(0.5), "b": numpy.array(2), "c": numpy.int64(3)}, step=numpy.int64(4))
    assert runyard.get_run(run.info.run_id).data.metrics == {"a": 0.5, "b": 2.0, "c": 3.0}


def test_text_and_booleans_stand_for_numbers() -> None:
    with runyard.start_run() as run:
        runyard.log_metrics({"text": "0.5", "yes": True, "no": False, "lost": "nan"})
        RunyardClient().log_metric(run.info.run_id, "client", " 2e3 ")
    metrics = runyard.get_run(run.info.run_id).data.metrics
    assert math.isnan(metrics.pop("lost"))
    assert metrics == {"text": 0.5, "yes": 1.0, "no": 0.0, "client": 2000.0}


@pytest.mark.parametrize("value", ["high", "", None, [1], {}, b"1", 1j])
def test_what_is_no_number_is_refused_and_nothing_is_recorded(value: Any) -> None:
    with runyard.start_run() as run, pytest.raises(InvalidInput, match="number"):
        runyard.log_metrics({"good": 1, "bad": value})
    assert runyard.get_run(run.info.run_id).data.metrics == {}


@pytest.mark.parametrize(
    "arguments",
    [
        {"step": 1.5},
        {"step": True},
        {"step": 2**63},
        {"step": "three"},
        {"timestamp": -1},
        {"timestamp": "now"},
        {"key": ""},
        {"key": "a//b"},
        {"key": "../a"},
        {"key": "/a"},
        {"key": "a\n"},
        {"key": "a,b"},
        {"key": "x" * 251},
        {"key": None},
        {"run_id": "../a"},
    ],
)
def test_bad_arguments_are_refused_and_nothing_is_recorded(arguments: dict[str, Any]) -> None:
    with runyard.start_run() as run, pytest.raises(InvalidInput):
        runyard.log_metric(**{"key": "m", "value": 1, **arguments})
    assert runyard.get_run(run.info.run_id).data.metrics == {}


def test_params_are_text_and_come_back() -> None:
    with runyard.start_run() as run:
        assert runyard.log_param("depth", 3) == 3
        value = [1, 2]
        assert runyard.log_param("layers", value) is value
        assert runyard.log_params({"empty": "", "none": None, "lines": "a\nb", "ü/ы": "日本"}) is None
    assert runyard.get_run(run.info.run_id).data.params == {
        "depth": "3",
        "layers": "[1, 2]",
        "empty": "",
        "none": "None",
        "lines": "a\nb",
        "ü/ы": "日本",
    }


def test_a_param_is_written_once() -> None:
    with runyard.start_run() as run:
        runyard.log_param("depth", 3)
        runyard.log_param("depth", "3")
        with pytest.raises(InvalidInput, match=r"depth.*3.*4"):
            runyard.log_params({"width": 1, "depth": 4})
    assert runyard.get_run(run.info.run_id).data.params == {"depth": "3"}


def test_long_values_are_cut_or_refused(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    with runyard.start_run() as run:
        runyard.log_param("p", "x" * 6001)
        runyard.set_tag("t", "x" * 8001)
        assert "is cut to 6000" in caplog.text
        monkeypatch.setenv("RUNYARD_TRUNCATE_LONG_VALUES", "false")
        with pytest.raises(InvalidInput, match="6001"):
            runyard.log_params({"q": "x" * 6001})
        with pytest.raises(InvalidInput, match="8001"):
            runyard.set_tags({"u": "x" * 8001})
    data = runyard.get_run(run.info.run_id).data
    assert len(data.params["p"]) == 6000
    assert len(data.tags["t"]) == 8000
    assert "q" not in data.params
    assert "u" not in data.tags


def test_tags_are_set_overwritten_and_deleted() -> None:
    with runyard.start_run() as run:
        runyard.set_tag("a", 1)
        runyard.set_tags({"a": 2, "b": True})
        runyard.delete_tag("b")
        with pytest.raises(NotFound):
            runyard.delete_tag("b")
    tags = runyard.get_run(run.info.run_id).data.tags
    assert tags["a"] == "2"
    assert "b" not in tags


def test_values_of_a_run_that_is_named(client: RunyardClient) -> None:
    other = client.create_run("0").info.run_id
    with runyard.start_run() as run:
        runyard.log_metric("m", 1, run_id=other)
        runyard.log_metrics({"n": 2}, run_id=other)
        runyard.log_params({"p": 3}, run_id=other)
        assert runyard.active_run() is run
    found = client.get_run(other).data
    assert (found.metrics, found.params) == ({"m": 1.0, "n": 2.0}, {"p": "3"})
    assert runyard.get_run(run.info.run_id).data.metrics == {}
    with pytest.raises(NotFound):
        runyard.log_metric("m", 1, run_id="0" * 32)


def test_a_deleted_run_takes_no_values() -> None:
    with runyard.start_run() as run:
        runyard.delete_run(run.info.run_id)
        for write in (
            lambda: runyard.log_metric("m", 1),
            lambda: runyard.log_param("p", 1),
            lambda: runyard.set_tag("t", 1),
        ):
            with pytest.raises(InvalidState):
                write()
        runyard.restore_run(run.info.run_id)
    data = runyard.get_run(run.info.run_id).data
    assert data.metrics == data.params == {}
    assert "t" not in data.tags


def test_values_about_a_dataset(client: RunyardClient) -> None:
    class Measured:
        name, digest = "validation", "abcd1234"

    with runyard.start_run() as run:
        runyard.log_metric("m", 1, dataset=Measured())  # type: ignore[arg-type]
    (point,) = client.get_metric_history(run.info.run_id, "m")
    assert (point.dataset_name, point.dataset_digest) == ("validation", "abcd1234")
