"""Schemas and signatures of what type hints of `predict` say."""

from __future__ import annotations

import datetime
import typing
from typing import Any

from runyard.models.hints import describe, element_of, is_checkable, is_data_model, is_optional, is_union, result_hint
from runyard.models.schema import AnyType, Array, ColSpec, DataType, Map, Object, Property, Schema, Type
from runyard.models.signature import ModelSignature

__all__ = ["is_checked_elsewhere", "signature_of", "unusable"]

_SCALARS: dict[Any, DataType] = {
    bool: DataType.boolean,
    int: DataType.long,
    float: DataType.double,
    str: DataType.string,
    bytes: DataType.binary,
    datetime.datetime: DataType.datetime,
}
_ARRAYS = frozenset({"DataFrame", "Series", "ndarray", "csr_matrix", "csc_matrix"})


def is_checked_elsewhere(hint: Any) -> bool:
    """Say whether a hint is a type of pandas, NumPy or SciPy, whose columns and extents an example has to show."""
    return getattr(hint, "__name__", "") in _ARRAYS


def signature_of(predict: Any, hint: Any) -> ModelSignature:
    """Return the signature that the hints of a function declare.

    Args:
        predict: The function.
        hint: The hint of its data; a checkable one.
    """
    result = result_hint(predict)
    output = _type_of(element_of(result)) if is_checkable(result) else _SCALARS.get(result, AnyType())
    return ModelSignature(Schema([ColSpec(_type_of(element_of(hint)))]), Schema([ColSpec(output)]))


def _type_of(hint: Any) -> Type:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_data_model(hint):
        return _object_of(hint)
    if typing.get_origin(hint) is list:
        return Array(_type_of(typing.get_args(hint)[0]))
    if typing.get_origin(hint) is dict:
        return Map(_type_of(typing.get_args(hint)[1]))
    return AnyType()


def _object_of(model: Any) -> Type:
    """Return the type of a data model: fields that allow `None` are optional members."""
    members = []
    for name, hint in typing.get_type_hints(model).items():
        if name not in _fields(model):
            continue
        required = not is_optional(hint)
        if not required:
            present = [part for part in typing.get_args(hint) if part is not type(None)]
            hint = present[0] if len(present) == 1 else Any
        members.append(Property(name, AnyType() if is_union(hint) else _type_of(hint), required))
    return Object(tuple(members)) if members else AnyType()


def _fields(model: Any) -> Any:
    return getattr(model, "model_fields", None) or getattr(model, "__fields__", {})


def unusable(hint: Any) -> str:
    """Return why a hint gives no signature, for a warning."""
    return (
        f"The type hint {describe(hint)} of predict gives no signature and is not checked: write list[...] with a "
        "scalar type, a dictionary with text keys, a list or a pydantic model as its items, none of them optional."
    )
