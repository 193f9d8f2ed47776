"""What describes a model, where scripts of the reference system import it from."""

from __future__ import annotations

from runyard.models.functions import get_model_info
from runyard.models.info import ModelInfo
from runyard.models.mlmodel import MLModel as Model

__all__ = ["Model", "ModelInfo", "get_model_info"]
