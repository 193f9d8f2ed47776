from __future__ import annotations

import itertools
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runyard.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModel,
    LoggedModelStatus,
    Metric,
    ModelStage,
    Page,
    Run,
    RunData,
    RunInfo,
    RunStatus,
    SourceType,
    ViewType,
)
from runyard.errors import InvalidInput


def test_numbers_are_those_of_files_and_old_clients() -> None:
    assert {status.name: int(status) for status in RunStatus} == {
        "RUNNING": 1, "SCHEDULED": 2, "FINISHED": 3, "FAILED": 4, "KILLED": 5,
    }  # fmt: skip
    assert [int(view) for view in ViewType] == [1, 2, 3]
    assert [int(kind) for kind in SourceType] == [1, 2, 3, 4, 1000]
    assert [status.to_int() for status in LoggedModelStatus] == [0, 1, 2, 3]
    assert [LoggedModelStatus.from_int(number) for number in range(4)] == list(LoggedModelStatus)
    with pytest.raises(InvalidInput, match="no number 4"):
        LoggedModelStatus.from_int(4)
    assert [stage.value for stage in ModelStage] == ["None", "Staging", "Production", "Archived"]


@pytest.mark.parametrize("text", ["FINISHED", "finished", "Finished"])
def test_names_are_taken_in_any_letter_case(text: str) -> None:
    assert RunStatus.from_string(text) is RunStatus.FINISHED
    assert RunStatus.to_string(3) == "FINISHED"


def test_names_and_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(InvalidInput, match="RUNNING, SCHEDULED, FINISHED, FAILED, KILLED"):
        RunStatus.from_string("DONE")
    with pytest.raises(InvalidInput, match="no number 9"):
        RunStatus.to_string(9)
    with pytest.raises(InvalidInput, match="None, Staging, Production, Archived"):
        ModelStage.parse("testing")
    assert ModelStage.parse("pROduction") is ModelStage.PRODUCTION


def test_terminated() -> None:
    ended = {status.name for status in RunStatus if RunStatus.is_terminated(status.name)}
    assert ended == {"FINISHED", "FAILED", "KILLED"}
    assert RunStatus.all_status() == list(RunStatus)


def test_views() -> None:
    seen = {view: [stage for stage in ("active", "deleted") if view.shows(stage)] for view in ViewType}
    assert list(seen.values()) == [["active"], ["deleted"], ["active", "deleted"]]


def test_latest_point_is_by_step_then_time_then_value() -> None:
    points = [
        Metric("m", math.nan, 5, 1), Metric("m", -math.inf, 5, 1), Metric("m", 1.0, 5, 1), Metric("m", 9.0, 6, 1),
        Metric("m", 0.0, 1, 2),
    ]  # fmt: skip
    for shuffled in itertools.permutations(points):
        assert [id(point) for point in sorted(shuffled, key=lambda point: point.order)] == [
            id(point) for point in points
        ]


def test_run_as_plain_data() -> None:
    run = Run(
        info=RunInfo(run_id="1", run_name="n", experiment_id="0"),
        data=RunData(latest_metrics=[Metric("m", 1.5, 1)], params={"p": "x"}, tags={"t": "y"}),
    )
    plain = run.to_dictionary()
    assert plain["data"] == {"metrics": {"m": 1.5}, "params": {"p": "x"}, "tags": {"t": "y"}}
    assert plain["info"]["run_id"] == "1"
    assert plain["inputs"] == {"dataset_inputs": [], "model_inputs": []}
    assert msgspec.json.decode(msgspec.json.encode(run), type=Run) == run


def test_defaults_are_not_shared() -> None:
    first, second = (RunData() for _ in range(2))
    first.tags["a"] = "b"
    first.latest_metrics.append(Metric("m", 1.0, 1))
    assert (second.tags, second.latest_metrics) == ({}, [])


def test_logged_model_has_an_address() -> None:
    model = LoggedModel(
        model_id="m-1",
        experiment_id="0",
        name="net",
        artifact_location="x",
        creation_timestamp=1,
        last_updated_timestamp=1,
    )
    assert model.model_uri == "models:/m-1"


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_pages_hold_everything_once_and_in_order(results: list[int], size: int) -> None:
    seen: list[int] = []
    token = None
    while True:
        page = Page.cut(results, size, token)
        seen += page
        token = page.token
        if not token:
            break
        assert len(page) == size
    assert seen == results
    assert Page.cut(results) == results


@pytest.mark.parametrize("token", ["x", "-1", "1.5", "²", "9" * 30])
def test_token_that_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(InvalidInput, match="page token"):
        Page.cut([1, 2, 3], 1, token)


def test_token_beyond_the_end_gives_an_empty_page() -> None:
    page = Page.cut([1, 2, 3], 1, "7")
    assert (page, page.token) == ([], None)


def test_entities_give_their_names_and_values() -> None:
    assert dict(Metric("m", 0.5, 1, 2)) == {
        "key": "m", "value": 0.5, "timestamp": 1, "step": 2,
        "model_id": None, "dataset_name": None, "dataset_digest": None, "run_id": None,
    }  # fmt: skip
    data = RunData(latest_metrics=[Metric("m", 0.5, 1)], params={"p": "1"})
    assert dict(data) == {"metrics": {"m": 0.5}, "params": {"p": "1"}, "tags": {}}
    model = LoggedModel(
        model_id="m-1",
        experiment_id="0",
        name="a",
        artifact_location="a",
        creation_timestamp=1,
        last_updated_timestamp=1,
    )
    assert dict(model)["model_uri"] == "models:/m-1"


def test_plain_form_of_an_entity_is_its_own() -> None:
    given = DatasetInput(Dataset(name="iris", digest="1", source_type="code", source="{}"), [InputTag("a", "b")])
    assert given.to_dictionary() == {
        "dataset": dict(given.dataset),
        "tags": [{"key": "a", "value": "b"}],
    }
    data = RunData(params={"p": "1"})
    data.to_dictionary()["params"]["p"] = "2"
    assert data.params == {"p": "1"}
