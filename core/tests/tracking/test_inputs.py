"""Datasets and models that a run reads."""

from __future__ import annotations

from typing import Any

import pytest

import runyard
from runyard.entities import InputTag, LoggedModelInput
from runyard.errors import InvalidInput
from runyard.tracking.client import RunyardClient

numpy = pytest.importorskip("numpy", reason="datasets need NumPy")


def dataset(name: str, **arguments: Any) -> runyard.data.Dataset:
    return runyard.data.from_numpy(numpy.arange(3), name=name, **arguments)


def test_a_dataset_with_its_purpose() -> None:
    data = dataset("wine", source="https://example.org/wine.csv")
    with runyard.start_run() as run:
        runyard.log_input(data, context="train", tags={"fold": 3})
    (found,) = runyard.get_run(run.info.run_id).inputs.dataset_inputs
    assert found.dataset == data.to_entity()
    assert set(found.tags) == {InputTag("mlflow.data.context", "train"), InputTag("fold", "3")}
    source = runyard.data.get_source(found)
    assert source.to_dict() == {"url": "https://example.org/wine.csv"}


def test_several_datasets_and_models() -> None:
    with runyard.start_run() as run:
        runyard.log_inputs(
            [dataset("a"), None, dataset("b")],
            contexts=["train", None, None],
            tags_list=[None, None, {"x": 1}],
            models=[LoggedModelInput("m-" + "0" * 32), None],
        )
        runyard.log_inputs([dataset("c")])
    inputs = runyard.get_run(run.info.run_id).inputs
    assert sorted(found.dataset.name for found in inputs.dataset_inputs) == ["a", "b", "c"]
    assert inputs.model_inputs == [LoggedModelInput("m-" + "0" * 32)]


def test_runs_are_found_by_their_data() -> None:
    with runyard.start_run() as run:
        runyard.log_input(dataset("wine"), context="train")
    with runyard.start_run():
        runyard.log_input(dataset("cheese"), context="train")
    found = runyard.search_runs(filter_string="dataset.name = 'wine'", output_format="list")
    assert [run.info.run_id for run in found] == [run.info.run_id]


@pytest.mark.parametrize(
    "arguments", [{"contexts": ["train", "test"]}, {"tags_list": []}, {"contexts": [], "tags_list": [None]}]
)
def test_lists_of_different_length_are_refused(arguments: dict[str, Any]) -> None:
    with runyard.start_run() as run, pytest.raises(InvalidInput, match="1 datasets"):
        runyard.log_inputs([dataset("a")], **arguments)
    assert runyard.get_run(run.info.run_id).inputs.dataset_inputs == []


@pytest.mark.parametrize(
    ("data", "arguments"),
    [
        (dataset, {"name": "x" * 501}),
        (dataset, {"name": "d", "digest": "x" * 37}),
        (dataset, {"name": "d", "source": "/" + "x" * 65_535}),
    ],
)
def test_descriptions_that_are_too_long_are_refused(data: Any, arguments: dict[str, Any]) -> None:
    with runyard.start_run() as run, pytest.raises(InvalidInput, match="at most"):
        runyard.log_input(data(**arguments))
    assert runyard.get_run(run.info.run_id).inputs.dataset_inputs == []


def test_tags_that_are_too_long_are_refused() -> None:
    for tags in ({"k" * 256: 1}, {"k": "v" * 501}):
        with runyard.start_run() as run, pytest.raises(InvalidInput, match="at most"):
            runyard.log_inputs([dataset("a"), dataset("b")], tags_list=[None, tags])
        assert runyard.get_run(run.info.run_id).inputs.dataset_inputs == []


def test_the_client_takes_entities(client: RunyardClient) -> None:
    from runyard.entities import DatasetInput

    run_id = client.create_run("0").info.run_id
    client.log_inputs(run_id, [DatasetInput(dataset("a").to_entity())], [LoggedModelInput("m-" + "1" * 32)])
    inputs = client.get_run(run_id).inputs
    assert [found.dataset.name for found in inputs.dataset_inputs] == ["a"]
    assert len(inputs.model_inputs) == 1
