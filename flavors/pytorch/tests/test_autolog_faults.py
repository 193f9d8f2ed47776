"""A fault at each point of the logging changes nothing of the training, and loses only what it is about."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

import pytest

import runyard_pytorch

pytest.importorskip("lightning", reason="the autologger observes Lightning, which is not installed here")

from lightning_training import ADVICE, Regression, data, fitted, trainer

pytestmark = ADVICE

POINTS = {
    "runyard_pytorch.fitted:Fit._make_model": "making the logged model",
    "runyard_pytorch.fitted:stopping_params": "logging the early stopping",
    "runyard_pytorch.data:dataset_of": "logging the data set",
    "runyard_pytorch.checkpoints:Checkpoints.__init__": "preparing checkpoints",
    "runyard_pytorch.checkpoints:Checkpoints.is_due": "storing a checkpoint",
    "runyard_pytorch.checkpoints:_save": "storing a checkpoint",
    "runyard_pytorch.checkpoints:RunTag": "storing a checkpoint",
    "runyard_pytorch.recorder:_params_of": "logging the params",
    "runyard_pytorch.recorder:Recorder._follow_epochs": "following the module",
    "runyard_pytorch.recorder:_example_of": "taking an example",
    "runyard_pytorch.recorder:Recorder._add": "logging the metrics of an epoch",
    "runyard_pytorch.points:RunBatch": "logging the metrics",
    "runyard.models.signature:infer_signature": "inferring the signature",
    "runyard.models.functions:log_model": "logging the model",
    "runyard.tracking.content:log_text": "logging the summary",
}


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> list[str]:
    """Let a function raise, and return where it was called."""
    module, _, path = request.param.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    calls: list[str] = []

    class Fails:
        def __call__(self, *_args: Any, **_kwargs: Any) -> None:
            calls.append(name)
            raise RuntimeError("a fault on purpose")

        checked = __call__

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            return self

    getattr(owner, name)
    monkeypatch.setattr(owner, name, Fails())
    return calls


@pytest.mark.parametrize(("fault", "part"), POINTS.items(), indirect=["fault"], ids=list(POINTS))
def test_fault(recorded: Any, fault: list[str], part: str, caplog: pytest.LogCaptureFixture) -> None:
    import torch

    torch.manual_seed(1)
    plain = Regression()
    trainer().fit(plain, data(), data(4))
    runyard_pytorch.autolog()
    torch.manual_seed(1)
    module = Regression()
    with caplog.at_level(logging.WARNING, logger="runyard"):
        trainer().fit(module, data(), data(4))
    assert fault
    assert f"Autologging of pytorch: {part} failed: RuntimeError: a fault on purpose" in caplog.text
    assert module.layer.weight.tolist() == plain.layer.weight.tolist()
    assert not module._forward_hooks
    run = recorded.run()
    assert run.info.status == "FINISHED"
    if part != "logging the params":
        assert run.data.params["epochs"] == "2"
    if not part.startswith("logging the metrics"):
        assert {"train_loss", "val_loss"} <= set(run.data.metrics)
    statuses = [model.status for model in recorded.models()]
    assert statuses == (["FAILED"] if part == "logging the model" else ["READY"])


def test_errors_of_the_user_are_the_users(recorded: Any) -> None:
    class Broken(Regression):
        def forward(self, x: Any) -> Any:
            return self.layer(x[:, :1])

    messages = []
    for switch in (False, True):
        if switch:
            runyard_pytorch.autolog()
        for call in (lambda: fitted(Broken()), lambda: trainer().fit(), lambda: trainer().fit("module")):
            with pytest.raises(Exception) as caught:
                call()
            messages.append((caught.type, str(caught.value)))
    assert messages[:3] == messages[3:]
    assert {run.info.status for run in recorded.runs()} == {"FAILED"}
