"""The autologger keeps the contract of autologgers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from runyard.autologging.autologger import Autologger
from runyard.testing import AutologgerContract
from runyard_sklearn.autologger import SklearnAutologger

X = numpy.array([[0.0], [1.0], [2.0], [3.0]])


class TestSklearnAutologger(AutologgerContract):
    plugins = ("runyard_sklearn.plugin",)

    @pytest.fixture
    def autologger(self) -> Autologger:
        return SklearnAutologger()

    @pytest.fixture
    def fit(self) -> Callable[[], Any]:
        return lambda: LinearRegression().fit(X, [0.0, 0.5, 1.0, 2.0]).coef_.tolist()

    @pytest.fixture
    def failing_fit(self) -> Callable[[], Any]:
        return lambda: LinearRegression().fit(X, [0.0])

    @pytest.fixture
    def watched(self) -> list[tuple[Any, str]]:
        import sklearn.base
        import sklearn.metrics

        return [
            (LogisticRegression, "fit"),
            (LinearRegression, "fit"),
            (sklearn.base.ClassifierMixin, "score"),
            (sklearn.base.BaseEstimator, "__init_subclass__"),
            (sklearn.metrics, "accuracy_score"),
        ]
