"""What a run records, on a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runyard.entities import LoggedModelOutput
from runyard.rest import recording as wire
from runyard.rest.runs import ModelOutputMessage
from runyard.tracking.requests import RunBatch, RunInputsBatch
from runyard_http.base import HttpStoreBase

__all__ = ["HttpRecording", "split"]

MOST_TOGETHER = 1000
MOST_PARAMS = 100
MOST_TAGS = 100
"""What a stock MLflow server takes in one request."""


class HttpRecording(HttpStoreBase):
    """The methods by which runs record."""

    def log_batch(self, batch: RunBatch) -> None:
        # Also where one part fails, a batch is not recorded as a whole: then params of it may be there.
        for part in split(batch):
            self._call(wire.BATCH, wire.LogBatch.of(part))

    def log_inputs(self, inputs: RunInputsBatch) -> None:
        self._call(wire.INPUTS, wire.LogInputs.of(inputs))

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        made = [ModelOutputMessage(model_id=model.model_id, step=model.step) for model in models]
        self._call(wire.OUTPUTS, wire.LogOutputs(run_id=run_id, models=made))


def split(batch: RunBatch) -> Iterator[RunBatch]:
    """Yield a batch in parts that every server takes, itself if it is one; params first, since they may be refused."""
    metrics, params, tags = batch.metrics, batch.params, batch.tags
    if (
        len(metrics) + len(params) + len(tags) <= MOST_TOGETHER
        and len(params) <= MOST_PARAMS
        and len(tags) <= MOST_TAGS
    ):
        yield batch
        return
    while len(params) > MOST_PARAMS:
        yield RunBatch(run_id=batch.run_id, params=params[:MOST_PARAMS])
        params = params[MOST_PARAMS:]
    while params or tags or metrics:
        room = MOST_TOGETHER - len(params) - len(tags[:MOST_TAGS])
        yield RunBatch(run_id=batch.run_id, metrics=metrics[:room], params=params, tags=tags[:MOST_TAGS])
        metrics, params, tags = metrics[room:], (), tags[MOST_TAGS:]
