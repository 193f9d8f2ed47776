"""The form in which a model gets its data, where that is not the DataFrame that its signature makes of it."""

from __future__ import annotations

from typing import Any

from runyard.errors import InvalidInput

__all__ = ["like_example", "single"]


def like_example(data: Any, example: Any) -> Any:
    """Return a DataFrame as a list where the example is one: of its rows if they are dictionaries there, or of values.

    Args:
        data: What the signature made of the input.
        example: The model's input example.
    """
    if not isinstance(example, list) or not hasattr(data, "columns"):
        return data
    return records(data) if example and isinstance(example[0], dict) else data.iloc[:, 0].tolist()


def single(data: Any) -> Any:
    """Return the one input of a prediction in parts: a value, or the row of a table as a dictionary.

    Raises:
        InvalidInput: There are several.
    """
    if hasattr(data, "iloc"):
        is_plain = not hasattr(data, "columns") or list(data.columns) == [0]
        data = (data.iloc[:, 0] if hasattr(data, "columns") else data).tolist() if is_plain else records(data)
    elif hasattr(data, "tolist"):
        data = data.tolist()
    if not isinstance(data, list):
        return data
    if len(data) != 1:
        raise InvalidInput(f"predict_stream takes a single input, and {len(data)} are given; ask for one at a time.")
    return data[0]


def records(frame: Any) -> list[dict[Any, Any]]:
    """Return the rows of a DataFrame as dictionaries."""
    found: list[dict[Any, Any]] = frame.to_dict(orient="records")
    return found
