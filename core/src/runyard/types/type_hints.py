"""Type hints with a meaning of their own for models."""

from __future__ import annotations

__all__ = ["TypeFromExample"]


class TypeFromExample:
    """The type hint of a `predict` whose data comes in the form of the model's input example."""
