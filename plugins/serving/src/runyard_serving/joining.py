"""Questions of one form joined into one, and predictions for many rows taken apart."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from runyard_serving.reading import Question

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Form", "form_of", "join", "split"]


class Form(NamedTuple):
    """What questions have to have in common.

    Attributes:
        kind: ``frame`` or ``array``; ``columns`` for an array that stands for a DataFrame.
        columns: The names of the columns; the extents of a row for an array.
        types: The types of the columns, or that of the array.
    """

    kind: str
    columns: tuple[Hashable, ...]
    types: tuple[Any, ...]


def form_of(question: Question, most: int) -> Form | None:
    """Return the form of a question; `None` if it cannot be put together with others.

    Args:
        question: The question.
        most: How many rows there may be.
    """
    import numpy as np

    data = question.data
    if question.params or not question.is_wrapped:
        return None
    if isinstance(data, np.ndarray):
        is_small = data.ndim > 0 and 0 < len(data) < most and data.dtype.kind in "biuf"
        kind = "columns" if question.is_array else "array"
        return Form(kind, data.shape[1:], (data.dtype,)) if is_small else None
    import pandas as pd

    if isinstance(data, pd.DataFrame) and isinstance(data.index, pd.RangeIndex) and 0 < len(data) < most:
        return Form("frame", tuple(data.columns.tolist()), tuple(data.dtypes.tolist()))
    return None


def join(form: Form, questions: Sequence[Question]) -> Question:
    """Return questions of one form as one question."""
    return questions[0]._replace(data=_join(form, [question.data for question in questions]))


def _join(form: Form, data: Sequence[Any]) -> Any:
    import numpy as np

    if form.kind == "array":
        return np.concatenate(data)
    if form.kind == "columns":
        return np.concatenate([values.T for values in data], axis=1).T
    import pandas as pd

    if len(set(form.types)) == 1 and isinstance(form.types[0], np.dtype) and form.types[0].kind in "iuf":
        values: NDArray[Any] = np.concatenate([frame.to_numpy().T for frame in data], axis=1)
        return pd.DataFrame(values.T, columns=data[0].columns, copy=False)
    return pd.concat(data, ignore_index=True)


def split(predictions: Any, rows: Sequence[int]) -> list[Any] | None:
    """Return the predictions of each question; `None` if there is not one for each row.

    Args:
        predictions: What a model gave.
        rows: How many rows each question has.
    """
    if isinstance(predictions, dict):
        by_name = {name: split(values, rows) for name, values in predictions.items()}
        if not by_name or None in by_name.values():
            return None
        return [
            {name: parts[number] for name, parts in by_name.items() if parts is not None} for number in range(len(rows))
        ]
    is_sequence = isinstance(predictions, (list, tuple)) or hasattr(predictions, "shape")
    if not is_sequence or getattr(predictions, "shape", True) == () or len(predictions) != sum(rows):
        return None
    part = getattr(predictions, "iloc", predictions)
    starts = [sum(rows[:number]) for number in range(len(rows))]
    return [part[start : start + count] for start, count in zip(starts, rows, strict=True)]
