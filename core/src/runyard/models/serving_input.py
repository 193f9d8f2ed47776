"""Requests with an input example, as a model server takes them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from runyard.errors import PluginMissing

__all__ = ["convert_input_example_to_serving_input", "validate_serving_input"]


def convert_input_example_to_serving_input(input_example: Any) -> str | None:
    """Return the body of a request that asks a model server about an example; `None` for none.

    Args:
        input_example: An example of what the model takes, or a pair of one and a dictionary of params.

    Raises:
        InvalidInput: It cannot be written as JSON.
    """
    if input_example is None:
        return None
    from runyard.models.example import InputExample

    return json.dumps(InputExample(input_example).request, indent=2)


def validate_serving_input(model_uri: str | os.PathLike[str], serving_input: str | Mapping[str, Any]) -> Any:
    """Predict for the body of a request as a model server would, in this process.

    Args:
        model_uri: A folder or a URI.
        serving_input: The body: JSON, or what it stands for.

    Returns:
        The predictions.

    Raises:
        PluginMissing: runyard-serving is not installed.
        InvalidInput: The body has no form that a model server takes, or its data does not fit the model's signature.
    """
    from runyard.pyfunc import load_model

    try:
        reading = import_module("runyard_serving.reading.reader")
    except ModuleNotFoundError:
        raise PluginMissing(
            "Requests are read by runyard-serving, which is not installed: pip install runyard-serving"
        ) from None
    model = load_model(model_uri)
    reader = reading.Reader(model.metadata.signature, is_hinted=model.metadata.is_signature_from_type_hint)
    body = serving_input if isinstance(serving_input, str) else json.dumps(serving_input)
    question = reader.read(body.encode(), "application/json")
    return model.predict(question.data, question.params)
