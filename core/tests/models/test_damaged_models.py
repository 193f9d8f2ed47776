"""Whatever stands in the files of a model, it loads or is refused with an error of ours."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from runyard import pyfunc
from runyard.errors import DataDamaged, NotFound, RunyardError
from runyard.models import MLModel, ModelSignature
from runyard.models.example import InputExample, read_example

pytest.importorskip("cloudpickle")
pd = pytest.importorskip("pandas")

JUNK = [None, 1, -1.5, "x", "../../etc/passwd", [], [1], {"a": 1}, True, "\x00", 10**400]


@pytest.fixture(autouse=True)
def plugins(runyard_isolated: None) -> Iterator[None]:
    from runyard.testing.isolation import plugins_in_place

    with plugins_in_place():
        yield


def places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where the values of nested data are."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield (*place, key)
        yield from places(value, (*place, key))


def with_value(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


def identity(model_input: Any, params: Any = None) -> Any:
    return model_input


@pytest.mark.filterwarnings("ignore")
def test_any_value_in_any_place_of_the_mlmodel_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    table = pd.DataFrame({"a": [1]})
    pyfunc.save_model(
        tmp_path / "model",
        python_model=identity,
        artifacts={"text": str(tmp_path / "a.txt")},
        input_example=(table, {"p": 1}),
        model_config={"a": 1},
        metadata={"x": 1},
    )
    file = tmp_path / "model" / "MLmodel"
    good = yaml.safe_load(file.read_text())
    good.pop("digests")
    refused = 0
    for place in places(good):
        for value in JUNK:
            file.write_text(yaml.safe_dump(with_value(good, place, value)))
            try:
                loaded = pyfunc.load_model(tmp_path / "model")
                loaded.predict(table)
                assert loaded.input_example is not False
                loaded.metadata.load_input_example_params(tmp_path / "model")
                loaded.metadata.get_serving_input(tmp_path / "model")
                assert loaded.metadata.to_yaml()
            except RunyardError:
                refused += 1
    assert refused > 50


COLUMNS = [
    {"type": "array", "items": {"type": "long"}, "name": "a", "required": True},
    {"type": "object", "properties": {"x": {"type": "long", "required": True}}, "name": "b"},
    {"type": "map", "values": {"type": "string"}, "name": "c"},
]
TENSORS = [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}, "name": "x"}]
PARAMS = [
    {"name": "p", "type": "long", "default": 1, "shape": None},
    {"name": "q", "type": "double", "default": [1.0], "shape": [-1]},
]


@pytest.mark.parametrize(
    ("part", "good"),
    [("inputs", COLUMNS), ("inputs", TENSORS), ("params", PARAMS)],
    ids=["columns", "tensors", "params"],
)
def test_any_value_in_any_place_of_a_signature(part: str, good: Any) -> None:
    for place in places(good):
        for value in JUNK:
            try:
                signature = ModelSignature.from_dict({part: json.dumps(with_value(good, place, value))})
                assert repr(signature)
                hash(signature)
                assert ModelSignature.from_dict(signature.to_dict()) == signature
                if signature.inputs:
                    signature.inputs.numpy_types()
            except RunyardError:
                pass


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", ["", "{", "null", "3", '"x"', "[[]]", '{"columns": 1}', '{"data": [[1], [1, 2]]}'])
def test_any_contents_of_an_input_example(tmp_path: Path, text: str) -> None:
    examples = [pd.DataFrame({"a": [1]}), [1], ([1], {"p": 1}), {"a": pd.Series([1]).to_numpy()}]
    for example in examples:
        written = InputExample(example)
        written.write(tmp_path)
        (tmp_path / "input_example.json").write_text(text)
        with suppress(DataDamaged):
            read_example(tmp_path, written.info)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("flavors: {python_function: null}", "'flavors'"),
        ("flavors: {python_function: {}}\nsignature: [1]", "'signature' is list, and no mapping"),
        ("flavors: {python_function: {}}\ndigests: {a: 1}", "'digests' holds something else"),
        ("flavors: {python_function: {}}\nenv_vars: {a: 1}", "'env_vars' is dict, and no list"),
        ("flavors: {python_function: {}}\nrun_id: [1]", "'run_id' is list, and no text"),
        ("flavors: {python_function: {}}\nmodel_size_bytes: many", "'model_size_bytes' is 'many'"),
        ("flavors: {python_function: {}}", "loader_module of its python_function flavor is None"),
        ("flavors: {python_function: {loader_module: ../x}}", "the name of no module"),
        ("flavors: {sklearn: {}}", "has no python_function flavor; it has sklearn"),
        (f"flavors: {'[' * 5000}", "nested more than"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "\n".join(
                f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "more than 100,000 values",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "MLmodel").write_text(text)
    with pytest.raises((DataDamaged, NotFound), match=message) as caught:
        pyfunc.load_model(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_every_file_of_a_model_is_guarded(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    pyfunc.save_model(
        tmp_path / "model", python_model=identity, artifacts={"t": str(tmp_path / "a.txt")}, input_example=[1]
    )
    guarded = MLModel.load(tmp_path / "model").digests or {}
    assert set(guarded) == {"artifacts/a.txt", "input_example.json", "python_model.pkl", "serving_input_example.json"}
    for name in guarded:
        file = tmp_path / "model" / name
        contents = file.read_bytes()
        file.write_bytes(contents + b" ")
        with pytest.raises(DataDamaged, match=f"its file '{name}' is not the one that was saved"):
            pyfunc.load_model(tmp_path / "model")
        file.write_bytes(contents)
    assert pyfunc.load_model(tmp_path / "model").predict([1]) is not None


OLD = """\
artifact_path: model
flavors:
  python_function:
    artifacts:
      text: {path: artifacts/a.txt, uri: /tmp/a.txt}
    cloudpickle_version: 1.2.2
    code: null
    env: conda.yaml
    loader_module: mlflow.pyfunc.model
    python_model: python_model.pkl
    python_version: 3.6.5
run_id: 0123456789abcdef0123456789abcdef
saved_input_example_info: {artifact_path: input_example.json, format: tf-serving, type: ndarray}
signature:
  inputs: '[{"name": "a", "type": "double"}, {"name": "b", "type": "string", "optional": true}]'
  outputs: '[{"type": "double"}]'
utc_time_created: 2019-05-06 07:08:09
"""


@pytest.mark.filterwarnings("ignore::runyard.models.consent.PickleWarning")
def test_models_of_the_first_releases(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    pyfunc.save_model(tmp_path / "new", python_model=identity, artifacts={"text": str(tmp_path / "a.txt")})
    folder = (tmp_path / "new").rename(tmp_path / "old")
    (folder / "MLmodel").write_text(OLD)
    (folder / "input_example.json").write_text('{"inputs": [[1.5, 2.5]]}')
    loaded = pyfunc.load_model(folder)
    assert loaded.predict([{"a": 1.5}]).to_dict("list") == {"a": [1.5]}
    assert loaded.metadata.utc_time_created == "2019-05-06 07:08:09"
    assert (loaded.metadata.model_uuid, loaded.metadata.mlflow_version, loaded.model_id) == (None, None, None)
    assert loaded.input_example.tolist() == [[1.5, 2.5]]
    schema = loaded.metadata.get_input_schema()
    assert schema is not None
    assert (schema.required_input_names(), schema.optional_input_names()) == (["a"], ["b"])
    loaded.metadata.save(folder / "MLmodel")
    again = yaml.safe_load((folder / "MLmodel").read_text())
    before = yaml.safe_load(OLD)
    assert {key: again[key] for key in before if key != "utc_time_created"} == {
        key: value for key, value in before.items() if key != "utc_time_created"
    }
