"""The data of a training as a data set: that of a `TensorDataset`, whose tensors are in memory already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runyard.autologging.observing import Call
    from runyard.autologging.session import Session
    from runyard.data.dataset import Dataset


def dataset_of(call: Call, session: Session) -> Dataset | None:
    """Return the training data of a fit; `None` where it is not tensors in memory.

    Args:
        call: The call of ``Trainer.fit``.
        session: Where it is logged.
    """
    from torch.utils.data import DataLoader, TensorDataset

    from runyard.data import from_numpy
    from runyard_pytorch.predictor import to_array

    loader: Any = call.args[2] if len(call.args) > 2 else call.kwargs.get("train_dataloaders")
    if not isinstance(loader, DataLoader) or not isinstance(loader.dataset, TensorDataset):
        return None
    features, *labels = map(to_array, loader.dataset.tensors)
    return from_numpy(features, session.source, labels[0] if labels else None)
