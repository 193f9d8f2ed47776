"""Recorders in processes that a trainer starts: they write into the same run by stores of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard_pytorch.autologger import PytorchOptions
    from runyard_pytorch.recorder import Recorder


def rebuild(
    options: PytorchOptions, run_id: str, uri: str, artifact_root: str | None, model_id: str | None
) -> Recorder:
    """Return the recorder of a run in another process."""
    from runyard.autologging.session import Session
    from runyard.tracking.active import ActiveRun, Frame
    from runyard.tracking.stores import open_store
    from runyard_pytorch.autologger import PytorchAutologger
    from runyard_pytorch.recorder import Recorder

    autologger = PytorchAutologger()
    autologger.options = options
    autologger.active = True
    store = open_store(uri, artifact_root)
    run = store.get_run(run_id)
    frame = Frame(ActiveRun(info=run.info, data=run.data, inputs=run.inputs, outputs=run.outputs), store)
    return Recorder(autologger, Session(autologger, frame), model_id)
