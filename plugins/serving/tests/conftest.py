"""Model servers in threads of the tests, with models that are functions of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from asking import Answer, ask
from runyard.models.mlmodel import MLModel
from runyard.models.signature import ModelSignature
from runyard.pyfunc import PyFuncModel
from runyard_asgi.settings import Guarding
from runyard_serving.application import Application
from runyard_serving.model import ServedModel
from runyard_serving.settings import Calls
from serving import serving_application

Predict = Callable[..., Any]
USUAL = Guarding()


class Predictor:
    """Answers predictions with a function."""

    def __init__(self, function: Predict) -> None:
        self.raw_model = function

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        return self.raw_model(data) if params is None else self.raw_model(data, params)


class Serving:
    """Where a model is served.

    Attributes:
        address: The server's.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, body: object, content_type: str | None = "application/json", **headers: str) -> Answer:
        """Send something to ``/invocations``; what is no text is sent as JSON."""
        kind = {} if content_type is None else {"content-type": content_type}
        sent = body.encode() if isinstance(body, str) else body
        return ask(self.address, "POST", "/invocations", sent, headers={**kind, **headers})

    def get(self, path: str, method: str = "GET") -> Answer:
        return ask(self.address, method, path)


def served(function: Predict, signature: ModelSignature | None = None) -> ServedModel:
    """Return a function as a model that can be served."""
    metadata = MLModel(flavors={"python_function": {"loader_module": "tests"}}, signature=signature)
    return ServedModel(PyFuncModel(metadata, Predictor(function), Path("unused")))


@pytest.fixture
def serve() -> Iterator[Callable[..., Serving]]:
    """A function that serves a function until the test ends: `serve(function, signature, **limits)`."""
    with ExitStack() as stack:

        def start(
            function: Predict,
            signature: ModelSignature | None = None,
            *,
            guarding: Guarding = USUAL,
            metrics: Any = None,
            **limits: Any,
        ) -> Serving:
            application = Application(
                lambda: served(function, signature), Calls(**limits), guarding=guarding, metrics=metrics
            )
            return Serving(stack.enter_context(serving_application(application)))

        yield start
