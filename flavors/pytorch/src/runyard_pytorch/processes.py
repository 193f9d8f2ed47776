"""Recording in processes that a trainer starts: they write into the same run, by stores of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runyard.tracking.active import Frame
    from runyard.tracking.store import TrackingStore
    from runyard.uris import StoreURI
    from runyard_pytorch.autologger import PytorchOptions
    from runyard_pytorch.recorder import Recorder

Address = tuple[str, "StoreURI", "str | None"]
"""A run for another process: its id, the address of its store, and where that keeps artifacts."""


def address_of(run_id: str, store: TrackingStore) -> Address:
    """Return what another process finds a run by."""
    return run_id, store.uri, store.artifact_root


def frame_at(address: Address) -> Frame:
    """Return a run as if it were active here."""
    from runyard.tracking.active import ActiveRun, Frame
    from runyard.tracking.stores import open_store

    run_id, uri, artifact_root = address
    store = open_store(uri, artifact_root)
    run = store.get_run(run_id)
    return Frame(ActiveRun(info=run.info, data=run.data, inputs=run.inputs, outputs=run.outputs), store)


def rebuild_recorder(options: PytorchOptions, address: Address, model_id: str | None) -> Recorder:
    """Return a recorder that came from another process."""
    from runyard.autologging.session import Session
    from runyard_pytorch.recorder import Recorder

    autologger: Any = reporter()
    autologger.options = options
    autologger.active = True
    return Recorder(autologger, Session(autologger, frame_at(address)), model_id)


def reporter() -> Any:
    """Return an autologger that observes nothing and is only asked how faults are told."""
    from runyard_pytorch.autologger import PytorchAutologger

    return PytorchAutologger()
