"""Plots of a classifier on its training data, drawn without touching the user's figures or backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runyard.autologging.session import Session
    from runyard_sklearn.training import TrainingData
    from runyard_sklearn.training_metrics import Scores

DPI = 175

MAX_CLASSES = 200
"""How many classes a confusion matrix is drawn for."""

MAX_SHOWN = 30
"""How many classes it may have for its values to be written into it: each of them costs a millisecond."""


def drawings(
    estimator: Any, data: TrainingData, scores: Scores, pos_label: Any
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the name of each plot that an estimator has, and what draws it; none where matplotlib is not installed.

    Args:
        estimator: A fitted estimator.
        data: What it was fitted with, with labels.
        scores: Its predictions on that.
        pos_label: The positive label; the greater one when `None`.
    """
    from sklearn.base import is_classifier

    if not is_classifier(estimator) or scores.predictions is None or find_spec("matplotlib") is None:
        return
    if getattr(scores.predictions, "ndim", 1) > 1:  # several outputs
        return
    number = len(getattr(estimator, "classes_", ()))
    if number <= MAX_CLASSES:
        yield "training_confusion_matrix", lambda: _confusion_matrix(data, scores, include_values=number <= MAX_SHOWN)
    if scores.probabilities is None or scores.probabilities.shape[1] != 2:
        return
    classes = list(estimator.classes_)
    positive = classes[1] if pos_label is None else pos_label
    given = {
        "y_true": data.labels,
        "y_score": scores.probabilities[:, classes.index(positive)],
        "pos_label": positive,
        "sample_weight": data.sample_weight,
        "name": type(estimator).__name__,
    }
    yield "training_roc_curve", lambda: _roc_curve(given)
    yield "training_precision_recall_curve", lambda: _precision_recall_curve(given)


def _confusion_matrix(data: TrainingData, scores: Scores, *, include_values: bool) -> Any:
    from sklearn.metrics import ConfusionMatrixDisplay

    figure, axes = _figure(6.0)
    ConfusionMatrixDisplay.from_predictions(
        data.labels,
        scores.predictions,
        sample_weight=data.sample_weight,
        normalize="true",
        include_values=include_values,
        cmap="Blues",
        ax=axes,
    )
    axes.set_title("Normalized confusion matrix")
    return figure


def _roc_curve(given: dict[str, Any]) -> Any:
    from sklearn.metrics import RocCurveDisplay

    figure, axes = _figure()
    RocCurveDisplay.from_predictions(**_scored(RocCurveDisplay, given), ax=axes)
    axes.set_title("ROC curve")
    return figure


def _precision_recall_curve(given: dict[str, Any]) -> Any:
    from sklearn.metrics import PrecisionRecallDisplay

    figure, axes = _figure()
    PrecisionRecallDisplay.from_predictions(**_scored(PrecisionRecallDisplay, given), ax=axes)
    axes.set_title("Precision recall curve")
    return figure


def _scored(display: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments under the names that this release has: ``y_pred`` became ``y_score`` in 1.7."""
    import inspect

    if "y_score" in inspect.signature(display.from_predictions).parameters:
        return given
    return {"y_pred" if name == "y_score" else name: value for name, value in given.items()}


def _figure(width: float = 6.4) -> tuple[Any, Any]:
    """Return a figure that pyplot does not know, with axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 4.8), dpi=DPI)
    return figure, figure.subplots()


def log(session: Session, name: str, figure: Any) -> None:
    """Store a figure as an image of the run."""
    from runyard.tracking.content import log_figure

    log_figure(session.repository, figure, f"{name}.png", {"dpi": DPI})
