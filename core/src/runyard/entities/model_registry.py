"""The entities of a model registry, where scripts of the reference system import them from."""

from __future__ import annotations

from runyard.entities.registry import ModelVersion, ModelVersionTag, RegisteredModel, RegisteredModelTag

__all__ = ["ModelVersion", "ModelVersionTag", "RegisteredModel", "RegisteredModelTag"]
