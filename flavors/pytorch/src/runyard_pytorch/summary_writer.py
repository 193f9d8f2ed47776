"""What programs write for TensorBoard with a `SummaryWriter`: scalars and hyper-parameters, into the active run."""

from __future__ import annotations

import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

from runyard.autologging.observing import Call, Observation, observe
from runyard.entities import Param
from runyard.tracking import active
from runyard.tracking.requests import RunBatch
from runyard_pytorch.points import Points

if TYPE_CHECKING:
    from runyard_pytorch.autologger import PytorchAutologger

MODULE = "torch.utils.tensorboard.writer"


class SummaryWriters:
    """Follows every writer of the process.

    Args:
        autologger: Who logs.
    """

    def __init__(self, autologger: PytorchAutologger) -> None:
        self._autologger = autologger
        self._points: dict[str, Points] = {}
        self._lock = threading.Lock()

    def patch(self, module: ModuleType) -> None:
        """Observe the writers of a module."""
        patches, autologger = self._autologger.patches, self._autologger
        patches.wrap(module.FileWriter, "add_event", lambda method: observe(autologger, method, self._event))
        patches.wrap(module.SummaryWriter, "add_hparams", lambda method: observe(autologger, method, self._hparams))

    def forget(self) -> None:
        """Return when everything is written, and follow nothing any more."""
        for each in self._points.values():
            each.flush()
        self._points.clear()

    def _event(self, call: Call) -> Observation:
        """Observe `add_event(self, event, step=None, walltime=None)`."""
        yield
        every, frames = self._autologger.options.log_every_n_step, active.stack()
        if not every or not frames:
            return
        event = _argument(call, 1, "event")
        step = int(_argument(call, 2, "step") or 0)
        if event.WhichOneof("what") != "summary" or step % every:
            return
        scalars = {each.tag: each.simple_value for each in event.summary.value if each.HasField("simple_value")}
        if scalars:
            frame = frames[-1]
            with self._lock:
                points = self._points.setdefault(frame.run_id, Points(self._autologger, frame.store, frame.run_id))
            points.add(scalars, step, timestamp=int(event.wall_time * 1000) or None)

    def _hparams(self, call: Call) -> Observation:
        """Observe `add_hparams(self, hparam_dict, metric_dict, ...)`."""
        yield
        frames = active.stack()
        if not frames:
            return
        frame = frames[-1]
        params = [Param(name, str(value)) for name, value in (_argument(call, 1, "hparam_dict") or {}).items()]
        frame.store.log_batch(RunBatch.checked(frame.run_id, params=params))
        Points(self._autologger, frame.store, frame.run_id).add(_argument(call, 2, "metric_dict") or {})


def _argument(call: Call, position: int, name: str) -> Any:
    return call.args[position] if len(call.args) > position else call.kwargs.get(name)
