"""What a model declares about its data by itself: the type hints of its `predict`."""

from __future__ import annotations

import warnings
from typing import Any

import msgspec

from runyard.models.hint_schemas import is_checked_elsewhere, signature_of, unusable
from runyard.models.hints import is_checkable
from runyard.models.signature import ModelSignature

__all__ = ["Declared", "declared_by"]


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the type hints of a model.

    Attributes:
        signature: The signature that they declare; the model itself checks its data then.
        follows_example: The data comes to the model in the form of the input example.
    """

    signature: ModelSignature | None = None
    follows_example: bool = False


def declared_by(python_model: Any) -> Declared:
    """Return what the hints of a Python model declare; a hint that declares nothing is told of in a warning."""
    hints = python_model.predict_type_hints
    if getattr(hints.input, "__name__", "") == "TypeFromExample":
        return Declared(follows_example=True)
    if is_checkable(hints.input):
        predict = getattr(python_model, "function", None) or python_model.predict
        return Declared(signature=signature_of(predict, hints.input))
    if hints.input not in (None, Any) and not is_checked_elsewhere(hints.input):
        warnings.warn(unusable(hints.input), stacklevel=2)
    return Declared()
