"""What the routes do by which runs record."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec

from runyard.entities import RunTag, limits
from runyard.errors import InvalidInput
from runyard.rest import recording as wire
from runyard.rest.message import Empty
from runyard.tracking.requests import RunBatch
from runyard_server.api.handlers import Handlers

if TYPE_CHECKING:
    from runyard_server.services import Services

HANDLERS = Handlers()

MODELS = "mlflow.log-model.history"
MODEL_KEYS = ("artifact_path", "flavors", "utc_time_created", "run_id")
_noting = threading.Lock()

HANDLERS.records(wire.METRIC, wire.LogMetric.batch)
HANDLERS.records(wire.PARAM, wire.LogParam.batch)
HANDLERS.records(wire.SET_TAG, wire.SetTag.batch)
HANDLERS.records(wire.BATCH, wire.LogBatch.batch)


@HANDLERS.serves(wire.DELETE_TAG)
def delete_tag(services: Services, request: wire.DeleteTag) -> Empty:
    services.store.delete_tag(limits.check_run_id(request.run_id), request.key)
    return Empty()


@HANDLERS.serves(wire.INPUTS)
def log_inputs(services: Services, request: wire.LogInputs) -> Empty:
    services.store.log_inputs(request.inputs())
    return Empty()


@HANDLERS.serves(wire.OUTPUTS)
def log_outputs(services: Services, request: wire.LogOutputs) -> Empty:
    services.store.log_outputs(limits.check_run_id(request.run_id), [model.entity() for model in request.models])
    return Empty()


@HANDLERS.serves(wire.MODEL)
def log_model(services: Services, request: wire.LogModel) -> Empty:
    run_id = limits.check_run_id(request.run())
    with _noting:
        known = _read(services.store.get_run(run_id).data.tags.get(MODELS, "[]"), f"tag {MODELS!r} of the run")
        if not isinstance(known, list):
            raise InvalidInput(f"The tag {MODELS!r} of the run holds something else than a list; delete it.")
        noted = msgspec.json.encode([*known, _model(request.model_json)]).decode()
        services.store.log_batch(RunBatch(run_id=run_id, tags=(RunTag(MODELS, noted),)))
    return Empty()


def _model(text: str) -> dict[str, object]:
    """Return what a client tells of a model.

    Raises:
        InvalidInput: It is no JSON object, or something is missing in it.
    """
    model = _read(text, "model_json")
    if not isinstance(model, dict):
        raise InvalidInput("The model_json is no JSON object.")
    missing = [key for key in MODEL_KEYS if key not in model]
    if missing:
        raise InvalidInput(f"The model_json lacks {', '.join(missing)}.")
    return model


def _read(text: str, what: str) -> object:
    try:
        found: object = msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The {what} is no JSON: {error}.") from None
    return found
