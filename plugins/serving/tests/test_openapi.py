"""The description of the endpoints is valid OpenAPI, whatever a model takes."""

from __future__ import annotations

import json

import pytest

from runyard.models.mlmodel import MLModel
from runyard.models.params import ParamSchema, ParamSpec
from runyard.models.schema import AnyType, Array, ColSpec, DataType, Map, Object, Property, Schema, TensorSpec
from runyard.models.signature import ModelSignature
from runyard_serving.openapi import openapi

openapi_spec_validator = pytest.importorskip("openapi_spec_validator", reason="it knows the rules")

SCHEMAS = {
    "nothing": None,
    "scalars": Schema([ColSpec(kind, kind.value, kind is not DataType.binary) for kind in DataType]),
    "nested": Schema(
        [
            ColSpec(Array(Object((Property("p", "string"), Property("q", Map("long"), False)))), "a"),
            ColSpec(AnyType(), "b", False),
        ]
    ),
    "unnamed": Schema([ColSpec("double")]),
    "unnamed columns": Schema([ColSpec("double"), ColSpec("long")]),
    "tensor": Schema([TensorSpec("float32", (-1, 28, 28))]),
    "tensors": Schema([TensorSpec("int64", (-1,), "a"), TensorSpec("object", (-1, 2), "b")]),
}
PARAMS = ParamSchema([ParamSpec("temperature", "double", 0.5), ParamSpec("stop", "string", ["."], (-1,))])


@pytest.mark.parametrize("name", SCHEMAS)
def test_description_is_valid(name: str) -> None:
    schema = SCHEMAS[name]
    signature = ModelSignature(inputs=schema, outputs=schema, params=PARAMS)
    described = json.loads(openapi(MLModel(flavors={"python_function": {}}, signature=signature)))
    openapi_spec_validator.validate(described)
    assert set(described["paths"]) == {"/invocations", "/ping", "/health", "/version"}


def test_params_have_their_defaults() -> None:
    described = json.loads(openapi(MLModel(signature=ModelSignature(params=PARAMS))))
    content = described["paths"]["/invocations"]["post"]["requestBody"]["content"]["application/json"]
    for form in content["schema"]["oneOf"]:
        params = form["properties"]["params"]["properties"]
        assert params["temperature"] == {"type": "number", "format": "double", "default": 0.5}
        assert params["stop"] == {"type": "array", "items": {"type": "string"}, "default": ["."]}
