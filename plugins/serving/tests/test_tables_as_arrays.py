"""Models that take arrays in place of DataFrames are asked with arrays, where those say as much."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runyard.models.mlmodel import MLModel
from runyard.models.params import ParamSchema, ParamSpec
from runyard.models.schema import ColSpec, Schema
from runyard.models.signature import ModelSignature
from runyard.pyfunc import PyFuncModel
from runyard_serving.joining import form_of, join
from runyard_serving.model import ServedModel

DOUBLES = Schema([ColSpec("double", "x"), ColSpec("double", "y")])
TABLE = b'{"dataframe_split": {"columns": ["x", "y"], "data": [[1, 2.5], [3, 4]]}}'
PARAMS = ParamSchema([ParamSpec("factor", "double", 2.0)])


class Sums:
    """Adds up rows, and tells what it was given."""

    raw_model = None

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        self.kinds.append(type(data).__name__)
        return self._sum(data.to_numpy(), params)

    def for_arrays(self, names: Sequence[str]) -> Callable[[Any, Mapping[str, Any] | None], Any] | None:
        def ask(values: Any, params: Mapping[str, Any] | None) -> Any:
            self.kinds.append(type(values).__name__)
            return self._sum(values, params)

        return ask if list(names) == ["x", "y"] else None

    def _sum(self, values: Any, params: Mapping[str, Any] | None) -> Any:
        return values.sum(axis=1) * (params or {}).get("factor", 1.0)


def model_of(predictor: Sums, inputs: Schema, params: ParamSchema | None = None) -> ServedModel:
    signature = ModelSignature(inputs=inputs, params=params)
    metadata = MLModel(flavors={"python_function": {"loader_module": "tests"}}, signature=signature)
    return ServedModel(PyFuncModel(metadata, predictor, Path("unused")))


def answer(model: ServedModel, body: bytes) -> bytes:
    return model.answer(body, "application/json", "id")


def test_a_table_of_doubles_goes_as_an_array() -> None:
    sums = Sums()
    model = model_of(sums, DOUBLES)
    assert model.starts_cold
    assert answer(model, TABLE) == b'{"predictions":[3.5,7.0]}'
    assert sums.kinds == ["ndarray"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"dataframe_split": {"columns": ["y", "x"], "data": [[2.5, 1], [4, 3]]}}',
        b'{"dataframe_split": {"columns": ["x", "y"], "data": [[1, 2.5], [3, 4]], "index": [5, 6]}}',
        b'{"dataframe_records": [{"x": 1, "y": 2.5}, {"x": 3, "y": 4}]}',
    ],
)
def test_other_forms_go_as_tables(body: bytes) -> None:
    sums = Sums()
    assert answer(model_of(sums, DOUBLES), body) == b'{"predictions":[3.5,7.0]}'
    assert sums.kinds == ["DataFrame"]


@pytest.mark.parametrize(
    "inputs",
    [
        Schema([ColSpec("float", "x"), ColSpec("float", "y")]),
        Schema([ColSpec("double", "x"), ColSpec("long", "y")]),
        Schema([ColSpec("double", "y"), ColSpec("double", "x")]),
        Schema([ColSpec("double"), ColSpec("double")]),
    ],
)
def test_other_signatures_need_tables(inputs: Schema) -> None:
    assert not model_of(Sums(), inputs).starts_cold


def test_params_are_enforced_as_for_tables() -> None:
    sums = Sums()
    model = model_of(sums, DOUBLES, PARAMS)
    assert answer(model, TABLE) == b'{"predictions":[7.0,14.0]}'
    assert answer(model, TABLE[:-1] + b', "params": {"factor": 10}}') == b'{"predictions":[35.0,70.0]}'
    assert sums.kinds == ["ndarray", "ndarray"]


def test_arrays_are_put_together_apart_from_tables() -> None:
    sums = Sums()
    model = model_of(sums, DOUBLES)
    arrays = [model.read(TABLE, "application/json") for _ in range(2)]
    table = model.read(b'{"dataframe_records": [{"x": 1, "y": 2.5}]}', "application/json")
    form = form_of(arrays[0], 8)
    assert form is not None
    assert form == form_of(arrays[1], 8) != form_of(table, 8)
    joined = join(form, arrays)
    assert joined.data.flags.f_contiguous
    assert np.array_equal(model.predict_together(joined), [3.5, 7.0, 3.5, 7.0])
    assert sums.kinds == ["ndarray"]
