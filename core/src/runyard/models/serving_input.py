"""Requests with an input example, as a model server takes them."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["convert_input_example_to_serving_input"]


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
