from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

import runyard
import runyard_pytorch
from runyard.errors import DataDamaged, InvalidInput, NotFound, PermissionDenied

torch = pytest.importorskip("torch", reason="runyard-pytorch saves models of PyTorch, which is not installed here")

pytestmark = pytest.mark.usefixtures("runyard_isolated")


class Other:
    """Something that is no tensor."""


@pytest.fixture
def state() -> Any:
    return torch.nn.Linear(2, 1).state_dict()


def test_state_dicts_need_no_pickle(tmp_path: Path, state: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    runyard_pytorch.save_state_dict(state, tmp_path / "state")
    assert [file.name for file in (tmp_path / "state").iterdir()] == ["state_dict.pth"]
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    loaded = runyard_pytorch.load_state_dict(tmp_path / "state")
    assert isinstance(loaded, OrderedDict)
    assert all((loaded[name] == value).all() for name, value in state.items())


def test_state_dicts_of_runs(recorded: Any, state: Any) -> None:
    with runyard.start_run() as run:
        runyard_pytorch.log_state_dict(state, "state")
    assert list(recorded.artifacts(recorded.run())) == ["state/state_dict.pth"]
    loaded = runyard_pytorch.load_state_dict(f"runs:/{run.info.run_id}/state")
    assert loaded.keys() == state.keys()


def test_other_objects_need_consent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Other, "__module__", "torch.nn")
    monkeypatch.setattr(torch.nn, "Other", Other, raising=False)
    runyard_pytorch.save_state_dict({"other": Other()}, tmp_path)
    with pytest.raises(InvalidInput, match=r"state_dict\.pth.*weights_only=False"):
        runyard_pytorch.load_state_dict(tmp_path)
    assert isinstance(runyard_pytorch.load_state_dict(tmp_path, weights_only=False)["other"], Other)
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match=r"state_dict\.pth"):
        runyard_pytorch.load_state_dict(tmp_path, weights_only=False)


def test_bad_input(tmp_path: Path, state: Any) -> None:
    with pytest.raises(InvalidInput, match="not Linear"):
        runyard_pytorch.save_state_dict(torch.nn.Linear(1, 1), tmp_path / "state")
    assert not (tmp_path / "state").exists()
    with pytest.raises(NotFound, match="no state dict"):
        runyard_pytorch.load_state_dict(tmp_path)
    runyard_pytorch.save_state_dict(state, tmp_path)
    file = tmp_path / "state_dict.pth"
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(DataDamaged, match=r"state_dict\.pth"):
        runyard_pytorch.load_state_dict(tmp_path)
