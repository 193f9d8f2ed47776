"""Models: the format, signatures, environments and flavors."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.models.code_model import ModelConfig, set_model
    from runyard.models.example import ModelInputExample
    from runyard.models.functions import get_model_info, set_signature, validate_schema
    from runyard.models.info import ModelInfo
    from runyard.models.mlmodel import MLModel
    from runyard.models.mlmodel import MLModel as Model
    from runyard.models.predicting import predict
    from runyard.models.serving_input import convert_input_example_to_serving_input, validate_serving_input
    from runyard.models.signature import ModelSignature, infer_signature
    from runyard.models.updating import update_model_requirements

__all__ = [
    "MLModel",
    "Model",
    "ModelConfig",
    "ModelInfo",
    "ModelInputExample",
    "ModelSignature",
    "convert_input_example_to_serving_input",
    "get_model_info",
    "infer_signature",
    "predict",
    "set_model",
    "set_signature",
    "update_model_requirements",
    "validate_schema",
    "validate_serving_input",
]

_SOURCES = {
    "MLModel": "mlmodel:MLModel",
    "Model": "mlmodel:MLModel",
    "ModelConfig": "code_model:ModelConfig",
    "ModelInfo": "info:ModelInfo",
    "ModelInputExample": "example:ModelInputExample",
    "ModelSignature": "signature:ModelSignature",
    "convert_input_example_to_serving_input": "serving_input:convert_input_example_to_serving_input",
    "get_model_info": "functions:get_model_info",
    "infer_signature": "signature:infer_signature",
    "predict": "predicting:predict",
    "set_model": "code_model:set_model",
    "set_signature": "functions:set_signature",
    "update_model_requirements": "updating:update_model_requirements",
    "validate_schema": "functions:validate_schema",
    "validate_serving_input": "serving_input:validate_serving_input",
}


def __getattr__(name: str) -> object:
    if name in _SOURCES:
        module, _, attribute = _SOURCES[name].partition(":")
        return getattr(import_module(f"runyard.models.{module}"), attribute)
    if name in ("flavor", "signature"):
        return import_module(f"runyard.models.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
