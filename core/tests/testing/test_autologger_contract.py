"""The autologger contract, kept by an autologger of a library of one class."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest

from runyard.autologging.autologger import Autologger
from runyard.testing import AutologgerContract
from runyard.tracking.fluent.runs import active_run, end_run, start_run
from runyard.tracking.fluent.values import log_params, set_tags


class Line:
    """The estimator of a library: a line through the origin."""

    slope = 0.0

    def fit(self, x: list[float], y: list[float]) -> Line:
        if len(x) != len(y):
            raise ValueError("x and y are not of one length")
        self.slope = sum(a * b for a, b in zip(x, y, strict=True)) / sum(a * a for a in x)
        return self


class LineAutologger(Autologger):
    """Wraps `Line.fit`; whatever goes wrong around it is a warning."""

    name = "line"

    def _instrument(self) -> None:
        original = self._original = Line.fit

        @wraps(original)
        def fit(estimator: Line, *args: Any, **kwargs: Any) -> Line:
            open_run = active_run()
            if self.options.disable or (open_run is not None and self.options.exclusive):
                return original(estimator, *args, **kwargs)
            made = open_run is None and self._safely(lambda: start_run(tags={"mlflow.autologging": self.name}))
            recording = made or open_run is not None
            status = "FAILED"
            try:
                result = original(estimator, *args, **kwargs)
                status = "FINISHED"
                if recording:
                    self._safely(lambda: self._record(result))
            finally:
                if made:
                    self._safely(lambda: end_run(status))
            return result

        Line.fit = fit  # type: ignore[method-assign]

    def _uninstrument(self) -> None:
        Line.fit = self._original  # type: ignore[method-assign]

    def _record(self, line: Line) -> None:
        log_params({"slope": line.slope})
        set_tags(self.options.extra_tags or {})

    def _safely(self, logging_step: Callable[[], Any]) -> bool:
        try:
            logging_step()
        except Exception as error:
            if not self.options.silent:
                warnings.warn(f"autologging failed: {error}", RuntimeWarning, stacklevel=2)
                logging.getLogger("runyard").warning("autologging failed: %s", error)
            return False
        return True


class TestLineAutologger(AutologgerContract):
    logs_models = False
    logs_datasets = False

    @pytest.fixture
    def autologger(self) -> Autologger:
        return LineAutologger()

    @pytest.fixture
    def fit(self) -> Callable[[], float]:
        return lambda: Line().fit([1.0, 2.0], [2.0, 4.0]).slope

    @pytest.fixture
    def failing_fit(self) -> Callable[[], Line]:
        return lambda: Line().fit([1.0], [])

    @pytest.fixture
    def watched(self) -> list[tuple[Any, str]]:
        return [(Line, "fit")]
