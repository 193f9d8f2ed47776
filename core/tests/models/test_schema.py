from __future__ import annotations

import pytest

from runyard.errors import InvalidInput
from runyard.models.schema import Array, ColSpec, DataType, Map, Object, Property, Schema, TensorSpec
from runyard.models.signature import ModelSignature

COLUMNS = (
    '[{"type": "double", "name": "a", "required": true}, {"type": "array", "items": {"type": "long"}, "name": "b", '
    '"required": false}, {"type": "object", "properties": {"x": {"type": "long", "required": true}, "y": {"type": '
    '"array", "items": {"type": "string"}, "required": false}}, "name": "c", "required": true}, {"type": '
    '"map", "values": {"type": "double"}, "name": "d", "required": true}, {"type": "any", "name": "e", '
    '"required": false}, '
    '{"type": "sparkml_vector", "name": "f", "required": true}]'
)
TENSORS = (
    '[{"name": "x", "type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}, '
    '{"name": "y", "type": "tensor", "tensor-spec": {"dtype": "str", "shape": [-1]}}]'
)
UNNAMED = '[{"type": "tensor", "tensor-spec": {"dtype": "uint8", "shape": [-1, 28, 28]}}]'


@pytest.mark.parametrize("text", [COLUMNS, TENSORS, UNNAMED, '[{"type": "binary", "required": true}]'])
def test_json_comes_back_as_it_was(text: str) -> None:
    schema = Schema.from_json(text)
    assert schema.to_json() == text
    assert Schema.from_json(schema.to_json()) == schema
    assert hash(Schema.from_json(text)) == hash(schema)


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ('[{"type": "long", "name": "a"}]', True),
        ('[{"type": "long", "name": "a", "optional": true}]', False),
        ('[{"type": "long", "name": "a", "optional": false}]', True),
    ],
)
def test_old_columns(text: str, required: bool) -> None:
    assert Schema.from_json(text).inputs == [ColSpec("long", "a", required)]


def test_reading_a_schema_needs_no_numpy() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from runyard.models.schema import Schema\n"
        f"Schema.from_json({TENSORS!r})\n"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "not JSON"),
        ("{}", "not a list"),
        ("[1]", "not a list"),
        ("[]", "at least one"),
        ('[{"type": "number"}]', "'number'"),
        ('[{"type": "array"}]', "'items'"),
        ('[{"type": "object", "properties": {}}]', "at least one property"),
        ('[{"type": "tensor"}]', "tensor-spec"),
        ('[{"type": "long", "name": "a"}, {"type": "long"}]', "named or unnamed"),
        ('[{"type": "long"}, {"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [1]}}]', "not of both"),
    ],
)
def test_broken_schemas(text: str, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        Schema.from_json(text)


def test_types_are_given_by_name_or_as_types() -> None:
    assert ColSpec("long", "a") == ColSpec(DataType.long, "a")
    assert Array("long").dtype is DataType.long
    assert Map(Array("double")) == Map(Array(DataType.double))
    members = Object((Property("b", "long"), Property("a", "string", required=False)))
    assert [member.name for member in members.properties] == ["a", "b"]
    with pytest.raises(InvalidInput, match="more than once"):
        Object((Property("a", "long"), Property("a", "long")))


def test_what_a_schema_says() -> None:
    schema = Schema([ColSpec("long", "a"), ColSpec("string", "b", required=False)])
    assert schema.input_names() == ["a", "b"]
    assert schema.required_input_names() == ["a"]
    assert schema.optional_input_names() == ["b"]
    assert schema.input_types_dict() == {"a": DataType.long, "b": DataType.string}
    assert schema.input_dict()["b"].required is False
    assert (schema.is_tensor_spec(), schema.has_input_names()) == (False, True)
    assert repr(schema) == "['a': long (required), 'b': string (optional)]"


def test_numpy_types() -> None:
    np = pytest.importorskip("numpy")
    schema = Schema([ColSpec("integer", "a"), ColSpec("string", "b"), ColSpec(Array("long"), "c")])
    assert schema.numpy_types() == [np.dtype("int32"), np.dtype("str"), np.dtype("object")]
    assert schema.pandas_types() == [np.dtype("int32"), np.dtype("object"), np.dtype("object")]
    assert TensorSpec(np.dtype("float32"), (-1, 2)).type == np.dtype("float32")
    assert TensorSpec(np.dtype("str"), (-1,)).to_dict()["tensor-spec"]["dtype"] == "str"
    with pytest.raises(InvalidInput, match="fixed length"):
        TensorSpec(np.dtype("<U10"), (-1,))


def test_a_signature_comes_back_as_it_was() -> None:
    data = {"inputs": COLUMNS, "outputs": UNNAMED, "params": None}
    signature = ModelSignature.from_dict(data)
    assert signature.to_dict() == data
    assert ModelSignature.from_dict({"inputs": COLUMNS}).outputs is None
    with pytest.raises(InvalidInput, match="needs inputs"):
        ModelSignature()
    with pytest.raises(InvalidInput, match="not str"):
        ModelSignature(COLUMNS)  # type: ignore[arg-type]
