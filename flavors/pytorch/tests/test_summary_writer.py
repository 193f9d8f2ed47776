"""Programs without Lightning that write for TensorBoard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import runyard
import runyard_pytorch

pytest.importorskip("torch", reason="the writer is PyTorch's, which is not installed here")
pytest.importorskip("tensorboard", reason="PyTorch writes with tensorboard, which is not installed here")


def write(folder: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(folder))
    for step in range(5):
        writer.add_scalar("loss", 1.0 / (step + 1), global_step=step)
    writer.add_text("note", "no number")
    writer.add_hparams({"lr": 0.1, "kind": "sgd"}, {"final": 0.5}, run_name="hparams")
    writer.close()


def test_scalars_and_hyper_parameters(recorded: Any, autolog: Callable[..., None], tmp_path: Path) -> None:
    autolog(log_every_n_step=2)
    with runyard.start_run():
        write(tmp_path)
    run = recorded.run()
    assert recorded.history("loss") == [(0, 1.0), (2, pytest.approx(1 / 3)), (4, pytest.approx(0.2))]
    assert run.data.params == {"lr": "0.1", "kind": "sgd"}
    assert run.data.metrics["final"] == 0.5
    assert any(tmp_path.iterdir())


def test_scalars_are_asked_for(recorded: Any, autolog: Callable[..., None], tmp_path: Path) -> None:
    autolog()
    with runyard.start_run():
        write(tmp_path)
    assert set(recorded.run().data.metrics) == {"final"}


def test_no_run_is_made(recorded: Any, autolog: Callable[..., None], tmp_path: Path) -> None:
    autolog(log_every_n_step=1)
    write(tmp_path)
    assert recorded.runs() == []


def test_switching_off(recorded: Any, autolog: Callable[..., None], tmp_path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter
    from torch.utils.tensorboard.writer import FileWriter

    before = FileWriter.add_event, SummaryWriter.add_hparams
    autolog(log_every_n_step=1)
    assert FileWriter.add_event is not before[0]
    runyard_pytorch.autolog(disable=True)
    assert (FileWriter.add_event, SummaryWriter.add_hparams) == before
