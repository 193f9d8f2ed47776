"""The inference runtime that MLServer loads: any model that `runyard.pyfunc` loads."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request, Response
from mlserver import MLModel, types  # noqa: TID253 - this module is imported by MLServer only
from mlserver.errors import MLServerError  # noqa: TID253 - as above
from mlserver.handlers import custom_handler  # noqa: TID253 - as above
from mlserver.utils import generate_uuid  # noqa: TID253 - as above

from runyard.errors import RunyardError
from runyard_serving.model import ServedModel
from runyard_serving.reading.content_type import parse
from runyard_serving.refusals import Refused
from runyard_serving.settings import SERVING_MODEL_CONFIG
from runyard_serving.v2 import Description, RequestReader, Tensor, describe, write_reply
from runyard_serving.v2.tensors import BYTES

if TYPE_CHECKING:
    from runyard.models.signature import ModelSignature

__all__ = ["RunyardRuntime"]


async def _sent(request: Request) -> tuple[bytes, str]:
    """Return the body of a request and its content type: they travel to another process, which a request does not."""
    return await request.body(), request.headers.get("content-type", "")


_SENT = Depends(_sent)


class RunyardRuntime(MLModel):  # type: ignore[misc]  # MLServer has no types
    """Serves the model in the folder that ``parameters.uri`` names."""

    async def load(self) -> bool:
        folder = Path(self.settings.parameters.uri)
        self._model = await asyncio.to_thread(ServedModel.load, folder, SERVING_MODEL_CONFIG.get())
        self._signature: ModelSignature | None = self._model.metadata.signature
        self._reader = RequestReader(self._signature)
        if self._signature is not None:
            self.inputs = [_metadata(each) for each in describe(self._signature.inputs, "input")]
            self.outputs = [_metadata(each) for each in describe(self._signature.outputs, "output")]
        return True

    async def predict(self, payload: types.InferenceRequest) -> types.InferenceResponse:
        request_id = payload.id or generate_uuid()
        try:
            return await asyncio.to_thread(self._predict, payload, request_id)
        except RunyardError as error:
            raise MLServerError(error.message, error.get_http_status_code()) from None

    def _predict(self, payload: types.InferenceRequest, request_id: str) -> types.InferenceResponse:
        given = payload.parameters
        question = self._reader.read(
            [_tensor(each) for each in payload.inputs],
            given.content_type if given is not None else None,
            given.model_extra if given is not None else None,
        )
        predictions = self._model.predict(question, request_id)
        schema = self._signature.outputs if self._signature is not None else None
        outputs, content_type = write_reply(predictions, schema, [each.name for each in payload.outputs or ()])
        return types.InferenceResponse(
            id=request_id,
            model_name=self.name,
            model_version=self.version,
            parameters=_parameters(content_type),
            outputs=[_output(each) for each in outputs],
        )

    @custom_handler(rest_path="/invocations")  # type: ignore[untyped-decorator]
    async def invocations(self, sent: Any = _SENT) -> Any:
        """Answer ``/invocations`` as the server of runyard does."""
        if not self.ready:
            return _not_ready()
        body, content_type = sent
        try:
            kind = parse(content_type.encode("latin-1"))
            answer = await asyncio.to_thread(self._model.answer, body, kind, generate_uuid())
        except Refused as refused:
            return Response(refused.text, refused.status, media_type="text/plain")
        except RunyardError as error:
            return Response(error.serialize_as_json(), error.get_http_status_code(), media_type="application/json")
        return Response(answer, media_type="application/json")

    @custom_handler(rest_path="/ping", rest_method="GET")  # type: ignore[untyped-decorator]
    async def ping(self) -> Any:
        """Say whether the model is loaded: MLServer has this route before it is."""
        return _not_ready() if not self.ready else Response("\n", media_type="application/json")


def _not_ready() -> Any:
    return Response("The model is not loaded yet.", 503, {"retry-after": "1"}, "text/plain")


def _tensor(given: types.RequestInput) -> Tensor:
    return Tensor(
        name=given.name,
        datatype=types.Datatype(given.datatype).value,
        shape=tuple(given.shape),
        data=given.data.root,
        content_type=given.parameters.content_type if given.parameters is not None else None,
    )


def _output(tensor: Tensor) -> types.ResponseOutput:
    data = tensor.data
    if tensor.datatype == BYTES:  # gRPC has no texts; over HTTP they become texts again
        data = [each.encode() if isinstance(each, str) else each for each in data]
    return types.ResponseOutput(
        name=tensor.name,
        datatype=tensor.datatype,
        shape=list(tensor.shape),
        data=data,
        parameters=_parameters(tensor.content_type),
    )


def _metadata(given: Description) -> types.MetadataTensor:
    return types.MetadataTensor(
        name=given.name,
        datatype=given.datatype,
        shape=list(given.shape),
        parameters=_parameters(given.content_type),
    )


def _parameters(content_type: str | None) -> types.Parameters | None:
    return None if content_type is None else types.Parameters(content_type=content_type)
