from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runyard.autologging.autologger import Autologger
from runyard.testing import AutologgerContract

pytest.importorskip("lightning", reason="the autologger observes Lightning, which is not installed here")

from lightning_training import ADVICE, Regression, data, trainer
from runyard_pytorch.autologger import PytorchAutologger

pytestmark = ADVICE


class TestAutologger(AutologgerContract):
    plugins = ("runyard_pytorch.plugin",)

    @pytest.fixture
    def autologger(self) -> Autologger:
        return PytorchAutologger()

    @pytest.fixture
    def fit(self) -> Callable[[], Any]:
        def train() -> Any:
            import torch

            torch.manual_seed(3)
            module = Regression()
            trainer(max_epochs=1).fit(module, data(), data(4))
            return module.layer.weight.tolist()

        return train

    @pytest.fixture
    def failing_fit(self) -> Callable[[], Any]:
        class Failing(Regression):
            def training_step(self, batch: Any, batch_idx: int) -> Any:
                raise RuntimeError("a fault of the user's")

        return lambda: trainer(max_epochs=1).fit(Failing(), data(), data(4))

    @pytest.fixture
    def watched(self) -> list[tuple[Any, str]]:
        import lightning.pytorch as pl

        return [(pl.Trainer, "fit")]
