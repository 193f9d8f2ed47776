"""Metrics of an estimator on the data that it was fitted with."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from runyard_sklearn.training import TrainingData, is_search


class Scores:
    """Predictions on the training data, and the metrics that follow from them.

    Attributes:
        predictions: What the estimator predicts; `None` where it does not.
        probabilities: The probabilities of each class; `None` where it has none.
        metrics: Values by name.
    """

    def __init__(self) -> None:
        self.predictions: Any = None
        self.probabilities: Any = None
        self.metrics: dict[str, float] = {}

    @classmethod
    def of(cls, estimator: Any, data: TrainingData, pos_label: Any = None) -> Scores:
        """Compute what an estimator's kind has metrics for; a metric that is not defined for the data is left out.

        Args:
            estimator: A fitted estimator.
            data: What it was fitted with, with labels.
            pos_label: The positive label; metrics of several labels are weighted averages when `None`.
        """
        scores = cls()
        if is_search(estimator) and not hasattr(estimator, "best_estimator_"):
            return scores
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about labels that are never predicted, for instance
            scores._compute(estimator, data, pos_label)
        return scores

    def _compute(self, estimator: Any, data: TrainingData, pos_label: Any) -> None:
        from sklearn.base import is_classifier, is_regressor

        if is_classifier(estimator):
            self._classifier(estimator, data, pos_label)
        elif is_regressor(estimator):
            self._regressor(estimator, data)
        if hasattr(estimator, "score"):
            weights = {} if data.sample_weight is None else {"sample_weight": data.sample_weight}
            try:
                self._add("score", partial(estimator.score, data.features, data.labels, **weights))
            except TypeError:  # it knows no weights
                self._add("score", partial(estimator.score, data.features, data.labels))

    def _add(self, name: str, compute: Callable[[], Any]) -> None:
        with suppress(ValueError):
            self.metrics[name] = float(compute())

    def _classifier(self, estimator: Any, data: TrainingData, pos_label: Any) -> None:
        from sklearn import metrics

        self.predictions = estimator.predict(data.features)
        common = {"y_true": data.labels, "sample_weight": data.sample_weight}
        average = {"average": "weighted"} if pos_label is None else {"average": "binary", "pos_label": pos_label}
        for name in ("precision_score", "recall_score", "f1_score"):
            self._add(name, partial(getattr(metrics, name), y_pred=self.predictions, **common, **average))
        self._add("accuracy_score", partial(metrics.accuracy_score, y_pred=self.predictions, **common))
        shown: Any = estimator.predict_proba(data.features) if hasattr(estimator, "predict_proba") else None
        if hasattr(shown, "shape"):  # of several outputs it is a list
            self.probabilities, weights = shown, data.sample_weight
            self._add("log_loss", partial(metrics.log_loss, data.labels, shown, sample_weight=weights))
            by_class = {"y_score": shown[:, 1] if shown.shape[1] == 2 else shown}
            self._add(
                "roc_auc", partial(metrics.roc_auc_score, average="weighted", multi_class="ovo", **by_class, **common)
            )

    def _regressor(self, estimator: Any, data: TrainingData) -> None:
        from sklearn import metrics

        self.predictions = estimator.predict(data.features)
        common = {"y_true": data.labels, "y_pred": self.predictions, "sample_weight": data.sample_weight}
        for name in ("mean_squared_error", "mean_absolute_error", "r2_score"):
            self._add(name, partial(getattr(metrics, name), **common))
        if "mean_squared_error" in self.metrics:
            self.metrics["root_mean_squared_error"] = self.metrics["mean_squared_error"] ** 0.5
