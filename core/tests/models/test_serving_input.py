from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard import pyfunc
from runyard.errors import InvalidInput, PluginMissing
from runyard.models import convert_input_example_to_serving_input, validate_serving_input

pytest.importorskip("cloudpickle")


@pytest.fixture(autouse=True)
def plugins(runyard_isolated: None) -> Iterator[None]:
    from runyard.testing.isolation import plugins_in_place

    with plugins_in_place():
        yield


def test_requests_with_an_example() -> None:
    convert = convert_input_example_to_serving_input
    assert convert(None) is None
    assert json.loads(convert([1, 2]) or "") == {"inputs": [1, 2]}
    assert json.loads(convert(([1], {"by": 2})) or "") == {"inputs": [1], "params": {"by": 2}}
    chat = {"messages": [{"role": "user", "content": "hi"}]}
    assert json.loads(convert(chat) or "") == chat
    pd = pytest.importorskip("pandas")
    assert json.loads(convert(pd.DataFrame({"a": [1]})) or "") == {"dataframe_split": {"columns": ["a"], "data": [[1]]}}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    def scale(model_input: list[float], params: Any = None) -> list[float]:
        return [value * params["by"] for value in model_input]

    pyfunc.save_model(tmp_path / "model", python_model=scale, input_example=([1.0], {"by": 2.0}))
    return tmp_path / "model"


def test_a_request_is_tried_without_a_server(model: Path) -> None:
    pytest.importorskip("runyard_serving", reason="runyard-serving reads requests")
    request = (model / "serving_input_example.json").read_text()
    assert validate_serving_input(model, request) == [2.0]
    assert validate_serving_input(str(model), {"inputs": [1.5], "params": {"by": 4}}) == [6.0]
    with pytest.raises(InvalidInput, match="item 0 is 'a'"):
        validate_serving_input(model, {"inputs": ["a"]})
    with pytest.raises(InvalidInput, match="none of these"):
        validate_serving_input(model, {"data": [1]})


def test_the_reader_of_requests_may_be_missing(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "runyard_serving.reading.reader", None)
    with pytest.raises(PluginMissing, match="pip install runyard-serving"):
        validate_serving_input(model, {"inputs": [1]})
