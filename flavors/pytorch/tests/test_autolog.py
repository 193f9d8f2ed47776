"""What is logged of a fit, under the names that users of the reference system know."""

from __future__ import annotations

import json
import logging
import os
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import runyard
import runyard_pytorch
from runyard.errors import InvalidInput, NotFound

pytest.importorskip("lightning", reason="the autologger observes Lightning, which is not installed here")

import lightning.pytorch as pl
import torch

from lightning_training import ADVICE, Regression, data, fitted, trainer
from runyard_pytorch.recorder import Recorder

pytestmark = ADVICE

OPTIMIZER = {"lr": "0.1", "momentum": "0.5", "dampening": "0", "weight_decay": "0", "nesterov": "False"}


def test_names(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(extra_tags={"team": "a"})
    module = fitted()
    run = recorded.run()
    assert run.info.status == "FINISHED"
    assert (OPTIMIZER | {"epochs": "2", "optimizer_name": "SGD"}).items() <= run.data.params.items()
    tags = {"Mode": "training", "mlflow.autologging": "pytorch", "team": "a"}
    assert tags.items() <= run.data.tags.items()
    assert [step for step, _ in recorded.history("train_loss")] == [0, 1]
    assert [step for step, _ in recorded.history("val_loss")] == [0, 1]
    assert set(recorded.artifacts(run)) == {
        "model_summary.txt",
        "checkpoints/latest_checkpoint.pth",
        "checkpoints/latest_checkpoint_metrics.json",
    }
    assert "layer" in recorded.artifacts(run)["model_summary.txt"].decode()
    (entry,) = run.inputs.dataset_inputs
    assert [(tag.key, tag.value) for tag in entry.tags] == [("mlflow.data.context", "train")]
    (model,) = recorded.models()
    assert (model.name, model.status, model.source_run_id) == ("model", "READY", run.info.run_id)
    assert model.params == run.data.params
    assert {metric.key for metric in model.metrics} == set(run.data.metrics)
    assert [output.model_id for output in run.outputs.model_outputs] == [model.model_id]
    loaded = runyard_pytorch.load_model(model.model_uri)
    assert type(loaded).__name__ == "Regression"
    assert loaded.layer.weight.tolist() == module.layer.weight.tolist()


def test_signature_and_example(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(log_input_examples=True, registered_model_name="net")
    module = fitted()
    info = runyard.models.get_model_info("models:/net/1")
    assert [spec.shape for spec in info.signature.inputs.inputs] == [(-1, 2)]
    assert [spec.shape for spec in info.signature.outputs.inputs] == [(-1, 1)]
    loaded = runyard.pyfunc.load_model("models:/net/1")
    example = loaded.input_example
    assert example.shape == (4, 2)
    assert loaded.predict(example) == pytest.approx(module(torch.from_numpy(example)).detach().numpy())
    assert not module._forward_hooks


def test_steps(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(log_every_n_step=2, log_every_n_epoch=2, checkpoint=False, log_models=False)
    fitted()
    assert [step for step, _ in recorded.history("train_loss")] == [1, 3, 5]
    assert [step for step, _ in recorded.history("val_loss")] == [1]
    assert recorded.models() == []
    assert set(recorded.artifacts(recorded.run())) == {"model_summary.txt"}


def test_what_a_module_logs_at_the_end_of_an_epoch_belongs_to_it(recorded: Any, autolog: Callable[..., None]) -> None:
    class Late(Regression):
        def on_train_epoch_end(self) -> None:
            self.log("late", float(self.current_epoch))

    autolog()
    module = fitted(Late())
    assert recorded.history("late") == [(0, 0.0), (1, 1.0)]
    assert len(recorded.history("val_loss")) == 2
    assert "on_train_epoch_end" not in vars(module)


def test_early_stopping(recorded: Any, autolog: Callable[..., None], tmp_path: Any) -> None:
    autolog()
    stopping = pl.callbacks.EarlyStopping("val_loss", patience=1, min_delta=10.0)
    best = pl.callbacks.ModelCheckpoint(dirpath=tmp_path, filename="best", monitor="val_loss")
    fitted(callbacks=[stopping, best], enable_checkpointing=True, max_epochs=10)
    run = recorded.run()
    params = {"monitor": "val_loss", "mode": "min", "patience": "1", "min_delta": "-10.0", "stopped_epoch": "0"}
    assert params.items() <= run.data.params.items()
    assert run.data.metrics["stopped_epoch"] == 1
    assert run.data.metrics["restored_epoch"] == 0
    assert run.data.metrics["wait_count"] == 1
    assert run.data.metrics["best_score"] == recorded.history("val_loss")[0][1]
    assert "restored_model_checkpoint/best.ckpt" in recorded.artifacts(run)


def test_tests_go_into_the_run_of_the_fit(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(checkpoint=False)
    torch.manual_seed(1)
    module, mine = Regression(), trainer()
    mine.fit(module, data(), data(4))
    (results,) = mine.test(module, data(4), verbose=False)
    run = recorded.run()
    assert run.data.tags["Mode"] == "testing"
    assert run.data.metrics["test_loss"] == pytest.approx(results["test_loss"])
    runyard_pytorch.autolog(disable=True)
    mine.test(module, data(8), verbose=False)
    assert len(recorded.history("test_loss")) == 1


def test_second_fit_of_a_trainer(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(log_models=False)
    module, mine = Regression(), trainer()
    mine.fit(module, data(), data(4))
    mine.fit_loop.max_epochs = 4
    mine.fit(module, data(), data(4))
    assert [run.data.params["epochs"] for run in recorded.runs()] == ["4", "2"]
    latest, first = recorded.runs()
    steps = [[step for step, _ in recorded.history("val_loss", run)] for run in (first, latest)]
    assert steps == [[0, 1], [2, 3]]


def test_resumed_fit(recorded: Any, autolog: Callable[..., None], tmp_path: Any) -> None:
    autolog(log_models=False, checkpoint=False)
    mine = trainer(max_epochs=1)
    mine.fit(Regression(), data(), data(4))
    mine.save_checkpoint(tmp_path / "last.ckpt")
    trainer(max_epochs=3).fit(Regression(), data(), data(4), ckpt_path=tmp_path / "last.ckpt", weights_only=False)
    resumed, _ = recorded.runs()
    assert [step for step, _ in recorded.history("val_loss", resumed)] == [1, 2]


def test_failure(recorded: Any, autolog: Callable[..., None]) -> None:
    class Failing(Regression):
        def training_step(self, batch: Any, batch_idx: int) -> Any:
            if self.current_epoch:
                raise RuntimeError("out of patience")
            return super().training_step(batch, batch_idx)

    autolog()
    module = Failing()
    with pytest.raises(RuntimeError, match="out of patience"):
        fitted(module)
    assert recorded.run().info.status == "FAILED"
    assert [step for step, _ in recorded.history("val_loss")] == [0]
    assert [model.status for model in recorded.models()] == ["FAILED"]
    assert not module._forward_hooks


def test_settings_that_are_tried_out_are_not_logged(recorded: Any, autolog: Callable[..., None], tmp_path: Any) -> None:
    from lightning.pytorch.tuner import Tuner

    autolog()
    Tuner(trainer(default_root_dir=tmp_path)).lr_find(Regression(), data(), data(4), num_training=3, min_lr=0.01)
    assert recorded.runs() == []


def test_options_that_do_not_fit(recorded: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    runyard_pytorch.autolog(checkpoint_mode="lowest", log_models=False)
    with caplog.at_level(logging.WARNING, logger="runyard"):
        fitted()
    assert "preparing checkpoints failed" in caplog.text
    assert "'lowest'" in caplog.text
    assert set(recorded.artifacts(recorded.run())) == {"model_summary.txt"}


def test_the_other_package_of_lightning(recorded: Any, autolog: Callable[..., None]) -> None:
    other = pytest.importorskip("pytorch_lightning", reason="pytorch_lightning, the older package, is not installed")

    class Other(other.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(2, 1)

        def training_step(self, batch: Any, batch_idx: int) -> Any:
            loss = ((self.layer(batch[0]) - batch[1]) ** 2).mean()
            self.log("loss", loss)
            return loss

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters())

    autolog(log_models=False, checkpoint_monitor="loss")
    stop = other.callbacks.EarlyStopping("loss", patience=9)
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "accelerator": "cpu"}
    other.Trainer(max_epochs=1, enable_model_summary=False, callbacks=[stop], **quiet).fit(Other(), data())
    run = recorded.run()
    assert run.data.params["optimizer_name"] == "Adam"
    assert run.data.params["patience"] == "9"
    assert "checkpoints/latest_checkpoint.pth" in recorded.artifacts(run)


def test_recorder_goes_on_in_another_process(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(log_models=False, checkpoint=False)
    mine = trainer()
    mine.fit(Regression(), data(), data(4))
    (callback,) = [each for each in mine.callbacks if hasattr(each, "recorder")]
    copy = pickle.loads(pickle.dumps(callback))
    mine.callback_metrics["val_loss"] = torch.tensor(0.25)
    copy.on_test_end(mine, mine.lightning_module)
    assert recorded.history("val_loss")[-1] == (0, 0.25)


def test_checkpoints_go_on_in_another_process(recorded: Any) -> None:
    with runyard.start_run():
        copy = pickle.loads(pickle.dumps(runyard_pytorch.MlflowModelCheckpointCallback()))
    fitted(callbacks=[copy])
    assert "checkpoints/latest_checkpoint.pth" in recorded.artifacts(recorded.run())


def test_a_copy_of_the_process_opens_the_store_anew(
    recorded: Any, autolog: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = os.getpid()
    before = Recorder.train_start

    def copied(self: Recorder, *given: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: process + 1)
            before(self, *given)

    monkeypatch.setattr(Recorder, "train_start", copied)
    autolog(log_models=False, checkpoint=False)
    fitted()
    assert recorded.run().data.params["epochs"] == "2"
    assert len(recorded.history("val_loss")) == 2


# checkpoints


def test_every_checkpoint(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(checkpoint_save_best_only=False, log_models=False)
    module = fitted()
    run = recorded.run()
    artifacts = recorded.artifacts(run)
    assert {"checkpoints/epoch_0/checkpoint.pth", "checkpoints/epoch_1/checkpoint.pth"} <= artifacts.keys()
    described = json.loads(artifacts["checkpoints/epoch_1/checkpoint_metrics.json"])
    assert (described["epoch"], described["global_step"]) == (1, 6)
    assert described["val_loss"] == recorded.history("val_loss")[1][1]
    assert run.data.tags["mlflow.latest_checkpoint_artifact"] == "checkpoints/epoch_1/checkpoint.pth"
    load = runyard_pytorch.load_checkpoint
    latest = load(Regression, run.info.run_id, kwargs={"weights_only": False})
    assert latest.layer.weight.tolist() == module.layer.weight.tolist()
    first = load(Regression, run.info.run_id, epoch=0, kwargs={"weights_only": False})
    assert first.layer.weight.tolist() != module.layer.weight.tolist()
    with pytest.raises(NotFound, match="epoch_7"):
        load(Regression, run.info.run_id, epoch=7)
    with pytest.raises(InvalidInput, match="not both"):
        load(Regression, run.info.run_id, epoch=0, global_step=1)
    with pytest.raises(InvalidInput, match="no active run"):
        load(Regression)


def test_checkpoints_of_steps_with_weights_only(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(
        checkpoint_save_best_only=False, checkpoint_save_weights_only=True, checkpoint_save_freq=4, log_models=False
    )
    fitted()
    run = recorded.run()
    assert "checkpoints/global_step_4/checkpoint.weights.pth" in recorded.artifacts(run)
    loaded = runyard_pytorch.load_checkpoint(Regression, run.info.run_id, global_step=4)
    assert isinstance(loaded, Regression)


def test_only_better_checkpoints_are_kept(recorded: Any, autolog: Callable[..., None]) -> None:
    autolog(checkpoint_monitor="train_loss", checkpoint_mode="max", log_models=False)
    fitted()
    stored = json.loads(recorded.artifacts(recorded.run())["checkpoints/latest_checkpoint_metrics.json"])
    assert stored["train_loss"] == max(value for _, value in recorded.history("train_loss"))


def test_callback_of_the_user(recorded: Any) -> None:
    callback = runyard_pytorch.MlflowModelCheckpointCallback(monitor="val_loss")
    with runyard.start_run():
        fitted(callbacks=[callback])
        module = runyard_pytorch.load_checkpoint(Regression, kwargs={"weights_only": False})
    assert isinstance(module, Regression)
    assert "checkpoints/latest_checkpoint.pth" in recorded.artifacts(recorded.run())
    for options in ({"monitor": None}, {"mode": "best"}, {"save_freq": "step"}, {"save_freq": 0}):
        with pytest.raises(InvalidInput):
            runyard_pytorch.MlflowModelCheckpointCallback(**options)
    with pytest.raises(NotFound, match="has no checkpoint"), runyard.start_run():
        runyard_pytorch.load_checkpoint(Regression)
