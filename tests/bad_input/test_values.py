"""Values that are too long, no numbers, or written twice."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import runyard as ry
from runyard.entities import Metric, Param, RunTag
from runyard.errors import InvalidInput
from runyard.tracking.client import RunyardClient

Files = Callable[[], dict[str, bytes]]


class Pair:
    """What a tensor with two elements looks like."""

    def __float__(self) -> float:
        raise RuntimeError("a Tensor with 2 elements cannot be converted to Scalar")


class Scalar:
    """What a tensor with one element looks like."""

    def __init__(self, value: float) -> None:
        self._value = value

    def __float__(self) -> float:
        return self._value


@pytest.mark.parametrize("what", ["param", "tag"])
def test_a_long_value_is_cut_and_that_is_said(
    client: RunyardClient, run_id: str, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    log, limit = (client.log_param, 6000) if what == "param" else (client.set_tag, 8000)
    with caplog.at_level(logging.WARNING, logger="runyard"):
        log(run_id, "most", "é" * limit)
        assert caplog.text == ""
        log(run_id, "more", "é" * (limit + 1))
    assert f"{what} 'more' has {limit + 1} characters and is cut to {limit}" in caplog.text
    data = client.get_run(run_id).data
    values = data.params if what == "param" else data.tags
    assert values["more"] == values["most"] == "é" * limit


@pytest.mark.parametrize("variable", ["RUNYARD_TRUNCATE_LONG_VALUES", "MLFLOW_TRUNCATE_LONG_VALUES"])
def test_a_long_value_is_refused_where_the_setting_says_so(
    client: RunyardClient, run_id: str, files: Files, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "false")
    before = files()
    with pytest.raises(InvalidInput, match="'p' has 6001 characters; at most 6000"):
        client.log_param(run_id, "p", "x" * 6001)
    with pytest.raises(InvalidInput, match="'t' has 8001 characters; at most 8000"):
        client.set_tag(run_id, "t", "x" * 8001)
    with pytest.raises(InvalidInput, match="'t' has 8001 characters"):
        client.create_run("0", tags={"t": "x" * 8001})
    assert files() == before


def test_long_values_of_other_things_are_refused(client: RunyardClient, run_id: str, files: Files) -> None:
    client.create_registered_model("m")
    before = files()
    for call in (
        lambda: client.set_experiment_tag("0", "t", "x" * 20_001),
        lambda: client.create_experiment("e", tags={"t": "x" * 20_001}),
        lambda: client.set_registered_model_tag("m", "t", "x" * 100_001),
        lambda: client.create_registered_model("n", tags={"t": "x" * 100_001}),
        lambda: client.log_inputs(run_id, [_dataset(name="n" * 501)]),
        lambda: client.log_inputs(run_id, [_dataset(digest="d" * 37)]),
        lambda: client.log_inputs(run_id, [_dataset(source="s" * 65_536)]),
        lambda: client.log_inputs(run_id, [_dataset(schema="s" * 1_048_576)]),
        lambda: client.log_inputs(run_id, [_dataset(), _dataset(tag="v" * 501)]),
    ):
        with pytest.raises(InvalidInput, match="characters; at most"):
            call()
    assert files() == before


def _dataset(tag: str = "train", **fields: str) -> Any:
    from runyard.entities import Dataset, DatasetInput, InputTag

    given = {"name": "d", "digest": "1", "source_type": "local", "source": "{}", **fields}
    return DatasetInput(dataset=Dataset(**given), tags=[InputTag("mlflow.data.context", tag)])


@pytest.mark.parametrize(
    "value",
    [
        "high",
        b"1",
        None,
        [0.5],
        (),
        {},
        1j,
        object(),
        pytest.param(Pair(), id="tensor"),
        10**400,
        Decimal("sNaN"),
        pytest.param(math.sin, id="function"),
    ],
    ids=repr,
)
def test_what_is_no_number_is_no_metric(client: RunyardClient, run_id: str, files: Files, value: Any) -> None:
    before = files()
    for log in (
        lambda: client.log_metric(run_id, "m", value),
        lambda: client.log_batch(run_id, [Metric("good", 1.0, 1, 0), Metric("m", value, 1, 0)], [Param("p", "1")]),
        lambda: ry.log_metrics({"good": 1.0, "m": value}, run_id=run_id),
    ):
        with pytest.raises(InvalidInput, match=r"metric 'm' got .*; a metric is a number"):
            log()
    assert files() == before


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (7, 7.0),
        (Decimal("0.1"), 0.1),
        (Fraction(1, 4), 0.25),
        (Scalar(2.5), 2.5),
        (5e-324, 5e-324),
        (1.7976931348623157e308, 1.7976931348623157e308),
        (-0.0, -0.0),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (math.nan, math.nan),
        (Decimal("Infinity"), math.inf),
    ],
    ids=repr,
)
def test_numbers_of_every_kind_are_kept(client: RunyardClient, run_id: str, value: Any, stored: float) -> None:
    client.log_metric(run_id, "m", value, step=3)
    (point,) = client.get_metric_history(run_id, "m")
    assert (repr(point.value), point.step) == (repr(stored), 3)
    assert repr(client.get_run(run_id).data.metrics["m"]) == repr(stored)
    (found,) = ry.search_runs(["0"], output_format="list")
    assert repr(found.data.metrics["m"]) == repr(stored)


@pytest.mark.parametrize(("value", "stored"), [("0.5", 0.5), ("nan", math.nan), (True, 1.0)])
def test_text_and_booleans_that_stand_for_numbers_are_read_in_calls_and_refused_in_points(
    client: RunyardClient, run_id: str, value: Any, stored: float
) -> None:
    client.log_metric(run_id, "m", value)
    ry.log_metric("m", value, run_id=run_id)
    assert {repr(point.value) for point in client.get_metric_history(run_id, "m")} == {repr(stored)}
    with pytest.raises(InvalidInput, match="a metric is a number"):
        client.log_batch(run_id, [Metric("m", value, 1, 0)])


def test_numbers_of_numpy_are_kept_and_arrays_are_not(client: RunyardClient, run_id: str) -> None:
    numpy = pytest.importorskip("numpy")
    for kind in ("float16", "float32", "float64", "int8", "uint64", "longdouble"):
        client.log_metric(run_id, "m", getattr(numpy, kind)(2))
    client.log_metric(run_id, "m", numpy.array(2.0))
    assert {point.value for point in client.get_metric_history(run_id, "m")} == {2.0}
    for value in (
        numpy.array([1.0, 2.0]),
        numpy.array([]),
        numpy.array("x"),
        numpy.complex128(1j),
        numpy.complex64(1),
        numpy.array(1j),
        numpy.datetime64("NaT", "s"),
    ):
        with pytest.raises(InvalidInput, match="a metric is a number"):
            client.log_metric(run_id, "other", value)
    assert "other" not in client.get_run(run_id).data.metrics


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", 1.5),
        ("step", "x"),
        ("step", 2**63),
        ("step", math.nan),
        ("step", True),
        ("timestamp", -1),
        ("timestamp", 2**63),
        ("timestamp", "now"),
        ("timestamp", math.inf),
    ],
)
def test_an_odd_step_or_time_is_refused(
    client: RunyardClient, run_id: str, files: Files, field: str, value: Any
) -> None:
    before = files()
    with pytest.raises(InvalidInput, match=field):
        client.log_metric(run_id, "m", 1.0, **{field: value})
    assert files() == before


def test_steps_of_the_whole_range_are_kept(client: RunyardClient, run_id: str) -> None:
    for step in (-(2**63), -1, 0, 2**63 - 1):
        client.log_metric(run_id, "m", 1.0, step=step, timestamp=0)
    assert sorted(point.step for point in client.get_metric_history(run_id, "m")) == [-(2**63), -1, 0, 2**63 - 1]


def test_a_param_is_written_once_and_a_batch_that_tries_again_writes_nothing(
    client: RunyardClient, run_id: str, files: Files
) -> None:
    client.log_param(run_id, "alpha", 1)  # the same value again is no mistake
    before = files()
    with pytest.raises(InvalidInput, match=rf"'alpha' of the run '{run_id}' is '1' already .* changed to '2'"):
        client.log_param(run_id, "alpha", 2)
    with pytest.raises(InvalidInput, match="'alpha'"):
        client.log_batch(
            run_id, [Metric("m", 1.0, 1, 0)], [Param("new", "1"), Param("alpha", "2")], [RunTag("new", "1")]
        )
    with pytest.raises(InvalidInput, match="'twice' comes twice"):
        client.log_batch(run_id, [Metric("m", 1.0, 1, 0)], [Param("twice", "1"), Param("twice", "1")])
    assert files() == before
    with ry.start_run(run_id=run_id), pytest.raises(InvalidInput, match="'alpha'"):
        ry.log_params({"new": 1, "alpha": 2})
    assert client.get_run(run_id).data.params == {"alpha": "1"}


def test_keys_that_cannot_both_be_files_are_refused_whole(client: RunyardClient, run_id: str, files: Files) -> None:
    client.log_metric(run_id, "val", 1.0)
    before = files()
    with pytest.raises(InvalidInput, match=r"Rename|another name"):
        client.log_batch(run_id, [Metric("new", 1.0, 1, 0), Metric("val/loss", 1.0, 1, 0)], [Param("p", "1")])
    with pytest.raises(InvalidInput, match=r"Rename|another name"):
        client.log_metric(run_id, "val/loss", 1.0)
    assert files() == before
