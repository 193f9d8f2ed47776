"""The description of the server's endpoints in OpenAPI, with the types that the model's signature declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

import runyard
from runyard.models.schema import Array, DataType, Map, Object, SparkMLVector, TensorSpec, Type
from runyard_serving.reading.content_type import CSV, JSON, PARQUET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runyard.models.mlmodel import MLModel
    from runyard.models.params import ParamSchema
    from runyard.models.schema import Schema

__all__ = ["openapi"]

Json = dict[str, Any]

_SCALARS: Mapping[DataType, Json] = {
    DataType.boolean: {"type": "boolean"},
    DataType.integer: {"type": "integer", "format": "int32"},
    DataType.long: {"type": "integer", "format": "int64"},
    DataType.float: {"type": "number", "format": "float"},
    DataType.double: {"type": "number", "format": "double"},
    DataType.string: {"type": "string"},
    DataType.binary: {"type": "string", "contentEncoding": "base64"},
    DataType.datetime: {"type": "string", "format": "date-time"},
}
_KINDS = {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "U": "string", "M": "string"}
_ANYTHING: Json = {}
_ERROR: Json = {
    "type": "object",
    "properties": {"error_code": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error_code", "message"],
}


def openapi(model: MLModel) -> bytes:
    """Return the description as JSON."""
    text: Json = {"type": "string"}
    paths = {
        "/invocations": {"post": _invocations(model)},
        "/ping": {"get": _page("Say that the model is loaded", "application/json", _ANYTHING)},
        "/health": {"get": _page("Say that the model is loaded", "application/json", _ANYTHING)},
        "/version": {"get": _page("Return the release whose protocol this is", "application/json", text)},
    }
    info = {"title": "Model server of runyard", "version": runyard.__version__}
    return msgspec.json.encode({"openapi": "3.1.0", "info": info, "paths": paths})


def _page(summary: str, content_type: str, schema: Json) -> Json:
    return {"summary": summary, "responses": {"200": _content("The answer", content_type, schema)}}


def _content(text: str, content_type: str, schema: Json) -> Json:
    return {"description": text, "content": {content_type: {"schema": schema}}}


def _invocations(model: MLModel) -> Json:
    signature = model.signature
    inputs = signature.inputs if signature is not None else None
    params = signature.params if signature is not None else None
    content: Json = {JSON: {"schema": {"oneOf": _forms(inputs, params)}}}
    for kind in (CSV, PARQUET):
        content[kind] = {"schema": {"type": "string"}}
    outputs = _table(signature.outputs) if signature is not None and signature.outputs is not None else _ANYTHING
    predictions = {"type": "object", "properties": {"predictions": outputs}, "required": ["predictions"]}
    problems = {
        "400": "The body cannot be read, does not fit the signature, or the model failed",
        "413": "The body is too large",
        "503": "Too many requests wait for the model",
    }
    return {
        "summary": "Predict",
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": _content("The predictions", JSON, predictions),
            **{status: _content(problem, JSON, _ERROR) for status, problem in problems.items()},
            "415": {"description": "The content type is not understood"},
            "504": {"description": "The prediction took too long"},
        },
    }


def _forms(inputs: Schema | None, params: ParamSchema | None) -> list[Json]:
    rows: Json = {"type": "array", "items": {"type": "array"}}
    split: Json = {"type": "object", "properties": {"columns": {"type": "array"}, "data": rows}, "required": ["data"]}
    data = _ANYTHING if inputs is None else _table(inputs)
    records = data if inputs is not None and not inputs.is_tensor_spec() else {"type": "array"}
    forms = {"dataframe_split": split, "dataframe_records": records, "instances": data, "inputs": data}
    return [_form(key, schema, params) for key, schema in forms.items()]


def _form(key: str, schema: Json, params: ParamSchema | None) -> Json:
    members = {key: schema}
    if params is not None:
        each = {
            param.name: {
                **(_type(param.dtype) if param.shape is None else {"type": "array", "items": _type(param.dtype)}),
                "default": param.to_dict()["default"],
            }
            for param in params
        }
        members["params"] = {"type": "object", "properties": each}
    return {"type": "object", "properties": members, "required": [key]}


def _table(schema: Schema) -> Json:
    """Return the form of tensors, or of a list of rows."""
    if schema.is_tensor_spec():
        tensors = {str(item.name): _tensor(item) for item in schema.inputs if isinstance(item, TensorSpec)}
        if not schema.has_input_names():
            return tensors["None"]
        return {"type": "object", "properties": tensors, "required": list(tensors)}
    columns = {
        str(name): _type(item.type)
        for name, item in zip(schema.input_names(), schema.inputs, strict=True)
        if not isinstance(item, TensorSpec)
    }
    if not schema.has_input_names():
        only = next(iter(columns.values()))
        return {"type": "array", "items": only if len(columns) == 1 else {"type": "array"}}
    required = [str(name) for name in schema.required_input_names()]
    return {"type": "array", "items": {"type": "object", "properties": columns, "required": required}}


def _tensor(spec: TensorSpec) -> Json:
    kind = _KINDS.get(spec.type.kind)
    result: Json = {} if kind is None else {"type": kind}
    for extent in reversed(spec.shape):
        bounds = {} if extent == -1 else {"minItems": extent, "maxItems": extent}
        result = {"type": "array", "items": result, **bounds}
    return result


def _type(kind: Type) -> Json:
    if isinstance(kind, DataType):
        return _SCALARS[kind]
    if isinstance(kind, Array):
        return {"type": "array", "items": _type(kind.dtype)}
    if isinstance(kind, Map):
        return {"type": "object", "additionalProperties": _type(kind.value_type)}
    if isinstance(kind, Object):
        members = {member.name: _type(member.dtype) for member in kind.properties}
        required = [member.name for member in kind.properties if member.required]
        return {"type": "object", "properties": members, "required": required}
    if isinstance(kind, SparkMLVector):
        return {"type": "array", "items": {"type": "number"}}
    return _ANYTHING
