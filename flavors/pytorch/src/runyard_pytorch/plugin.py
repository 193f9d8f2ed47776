"""What this distribution offers: the flavor and the autologger ``pytorch``."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import AutologgerPlugin, FlavorPlugin


@hookimpl
def runyard_flavors() -> Iterator[FlavorPlugin]:
    yield FlavorPlugin(
        name="pytorch",
        factory="runyard_pytorch.flavor:PytorchFlavor",
        module="runyard_pytorch",
        loaders=("mlflow.pytorch", "runyard_pytorch"),
        library="torch",
        summary="PyTorch modules, scripted modules and exported programs.",
    )


@hookimpl
def runyard_autologgers() -> Iterator[AutologgerPlugin]:
    yield AutologgerPlugin(
        name="pytorch",
        factory="runyard_pytorch.autologger:PytorchAutologger",
        modules=("lightning", "pytorch_lightning", "torch.utils.tensorboard"),
        instruments="lightning>=2.2",
        summary="Params, metrics, checkpoints and models of every fit of a Lightning trainer.",
    )
