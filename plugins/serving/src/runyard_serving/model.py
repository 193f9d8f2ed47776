"""A model that is served: loaded once, asked many times."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import RunyardError
from runyard_serving.reading import Question, Reader
from runyard_serving.refusals import ModelFailed
from runyard_serving.replies import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runyard.pyfunc import PyFuncModel
    from runyard_serving.metrics import ServingMetrics

__all__ = ["ServedModel", "is_shareable"]

_log = logging.getLogger(__name__)


class ServedModel:
    """Answers the bodies of requests with the bodies of replies. Its methods may be called by several threads.

    Args:
        model: What `runyard.pyfunc.load_model` returns.

    Attributes:
        metadata: Its ``MLmodel`` file.
        metrics: What counts its predictions; nothing is counted when `None`.
        starts_cold: Whether it answers the usual requests without what `warm_up` imports.
    """

    def __init__(self, model: PyFuncModel) -> None:
        self.metadata = model.metadata
        self.metrics: ServingMetrics | None = None
        self._model = model
        metadata = model.metadata
        # Its hints are those of an example: to the form of that everything is brought while it is checked
        self._has_example = metadata.type_hint_from_example
        self._predict_array = None if self._has_example else model.for_arrays()
        self.starts_cold = self._predict_array is not None
        self._reader = Reader(
            metadata.signature,
            is_hinted=metadata.is_signature_from_type_hint,
            takes_arrays=self._predict_array is not None,
        )

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any] | None = None) -> ServedModel:
        """Load the model in a folder.

        Raises:
            RunyardError: It cannot be loaded; as `runyard.pyfunc.load_model` says.
        """
        from runyard.pyfunc import load_model

        started = time.perf_counter()
        model = cls(load_model(folder, model_config=config))
        if not model.starts_cold:
            model.warm_up()
        _log.info("Loaded the model %s in %.2f s", folder, time.perf_counter() - started)
        return model

    def warm_up(self) -> None:
        """Import what requests need, so that the first of them need not wait for it."""
        self._reader.warm_up()

    def answer(self, body: bytes, content_type: str, request_id: str) -> bytes:
        """Return the reply to a request.

        Args:
            body: What was sent.
            content_type: Its type, one of those that are understood.
            request_id: What the request is called in the log.

        Raises:
            InvalidInput: The body cannot be read, or does not fit the signature.
            ModelFailed: The model raised an error; the log has it beside the request id.
        """
        question = self.read(body, content_type)
        return self.reply(question, self.predict(question, request_id))

    def read(self, body: bytes, content_type: str) -> Question:
        """Return what a request asks.

        Raises:
            InvalidInput: The body cannot be read.
        """
        return self._reader.read(body, content_type)

    def predict(self, question: Question, request_id: str) -> Any:
        """Return what the model gives for a question.

        Raises:
            InvalidInput: The data do not fit the signature.
            ModelFailed: As `answer` does.
        """
        try:
            return self._predict(question)
        except RunyardError:
            raise
        except (Exception, SystemExit) as error:
            code, status = getattr(error, "error_code", None), getattr(error, "get_http_status_code", None)
            if isinstance(code, str) and callable(status):  # the reference system's own class, raised by the model
                raise RunyardError(str(error), code) from None
            _log.exception("The model failed", extra={"fields": {"request_id": request_id}})
            raise ModelFailed(
                f"The model failed with {type(error).__name__} while it predicted. The log of the server says why, "
                f"beside the request id {request_id}.",
                request_id=request_id,
            ) from None

    def predict_together(self, question: Question) -> Any:
        """Return what the model gives for several questions that were joined, whatever it raises."""
        return self._predict(question)

    def reply(self, question: Question, predictions: Any) -> bytes:
        """Return the reply to a question.

        Raises:
            ModelFailed: The predictions have no form in JSON.
        """
        return encode(predictions, is_wrapped=question.is_wrapped)

    def _predict(self, question: Question) -> Any:
        if question.is_array and self._predict_array is not None:
            predict = self._predict_array
        elif question.is_checked and not self._has_example:
            predict = self._model.predict_checked
        else:
            predict = self._model.predict
        if self.metrics is None:
            return predict(question.data, question.params)
        started = time.perf_counter()
        is_good = False
        try:
            predictions = predict(question.data, question.params)
            is_good = True
            return predictions
        finally:
            self.metrics.predicted(_rows(question.data), time.perf_counter() - started, is_good=is_good)


def _rows(data: Any) -> int:
    """Return how many rows data have; 0 for what has none."""
    shape = getattr(data, "shape", None)
    if shape is not None:
        return int(shape[0]) if shape else 0
    return len(data) if isinstance(data, list) else 0


def is_shareable(folder: Path) -> bool:
    """Say whether processes that are copied from one which has loaded a model can predict with it.

    Raises:
        RunyardError: There is no model, or its flavor is not installed.
    """
    from runyard.models.flavors import flavor_by_loader
    from runyard.models.mlmodel import MLMODEL, PYTHON_FUNCTION, MLModel

    section = MLModel.read(folder / MLMODEL).flavors.get(PYTHON_FUNCTION, {})
    flavor = flavor_by_loader(str(section.get("loader_module")))
    return flavor is not None and flavor.survives_fork
