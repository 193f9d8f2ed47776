"""The types that signatures are made of, where scripts of the reference system import them from."""

from __future__ import annotations

from runyard.models.params import ParamSchema, ParamSpec
from runyard.models.schema import AnyType, Array, ColSpec, DataType, Map, Object, Property, Schema, TensorSpec

__all__ = [
    "AnyType",
    "Array",
    "ColSpec",
    "DataType",
    "Map",
    "Object",
    "ParamSchema",
    "ParamSpec",
    "Property",
    "Schema",
    "TensorSpec",
]
