"""A small module, its data and its trainer."""

from __future__ import annotations

from typing import Any

import lightning.pytorch as pl
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

ADVICE = [
    # Lightning warns of what would make larger trainings faster
    pytest.mark.filterwarnings("ignore:.*does not have many workers"),
    pytest.mark.filterwarnings("ignore:The number of training batches"),
    # It asks the newest PyTorch for what is going to have another name there
    pytest.mark.filterwarnings("ignore:.isinstance.treespec, LeafSpec:FutureWarning"),
    # The modules of tests are in files of their own, which no distribution brings
    pytest.mark.filterwarnings("ignore:The model refers to:UserWarning"),
]


class Regression(pl.LightningModule):
    """Learns a line."""

    def __init__(self, lr: float = 0.1) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(2, 1)
        self.lr = lr

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)

    def training_step(self, batch: Any, batch_idx: int) -> torch.Tensor:
        x, y = batch
        loss = torch.nn.functional.mse_loss(self(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("val_loss", torch.nn.functional.mse_loss(self(x), y))

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_loss", torch.nn.functional.mse_loss(self(x), y))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=self.lr, momentum=0.5)


def data(rows: int = 12) -> DataLoader:
    """Return batches of four rows."""
    x = torch.arange(2.0 * rows).reshape(rows, 2) / rows
    return DataLoader(TensorDataset(x, x.sum(dim=1, keepdim=True)), batch_size=4)


def trainer(**options: Any) -> pl.Trainer:
    """Return a trainer that writes no files and shows nothing."""
    quiet = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "accelerator": "cpu",
        "max_epochs": 2,
    }
    return pl.Trainer(**{**quiet, **options})


def fitted(module: pl.LightningModule | None = None, **options: Any) -> pl.LightningModule:
    """Return a module that was trained, the same each time."""
    torch.manual_seed(1)
    module = module or Regression()
    trainer(**options).fit(module, data(), data(4))
    return module
