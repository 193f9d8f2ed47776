"""PyTorch models that one system logged, the other loads: same predictions, signature, example and environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the models are PyTorch's, which is not installed here")
pytest.importorskip("runyard_pytorch", reason="runyard-pytorch logs them")

NAMES = ("exported", "declared", "pickled", "plain", "scripted")


@pytest.fixture(scope="module", params=["runyard", "mlflow"], ids=lambda writer: f"written-by-{writer}")
def logged(request: pytest.FixtureRequest, program: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one system logged, and what each of the two reads of it."""
    folder: Path = tmp_path_factory.mktemp("models") / "mlruns"
    if not program("has_module", "mlflow", folder, "torch"):
        pytest.skip("PyTorch is not installed beside mlflow")
    written = program("write_torch_models", request.param, folder)
    models = written["models"]
    return written, {
        system: program("read_torch_models", system, folder, stdin=models) for system in ("runyard", "mlflow")
    }


def assert_close(found: list[list[float]], expected: list[list[float]]) -> None:
    assert [value for row in found for value in row] == pytest.approx([v for row in expected for v in row], rel=1e-5)


@pytest.mark.parametrize("system", ["runyard", "mlflow"])
@pytest.mark.parametrize("name", NAMES)
def test_predictions(logged: Any, name: str, system: str) -> None:
    written, readings = logged
    expected = written["predictions"]
    for uri in written["models"][name]["uris"]:
        reading = readings[system][name]["models"][uri]
        assert_close(reading["predictions"], expected)
        assert_close(reading["native"], expected)
        assert_close(reading["one"], expected[:1])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", ["signature", "example", "metadata", "flavors", "frame"])
def test_both_read_the_same(logged: Any, name: str, part: str) -> None:
    written, readings = logged
    for uri in written["models"][name]["uris"]:
        ours, theirs = (readings[system][name]["models"][uri].get(part) for system in ("runyard", "mlflow"))
        assert ours == theirs, uri


@pytest.mark.parametrize("name", NAMES)
def test_state_dicts(logged: Any, name: str) -> None:
    _, readings = logged
    assert readings["runyard"][name]["state"] == readings["mlflow"][name]["state"]
    assert sorted(readings["runyard"][name]["state"]) == ["0.bias", "0.weight", "2.bias", "2.weight"]


@pytest.mark.parametrize("name", NAMES)
def test_environment(logged: Any, name: str) -> None:
    written, readings = logged
    python = written["models"][name]["python"]
    for uri in written["models"][name]["uris"]:
        ours, theirs = (readings[system][name]["models"][uri]["environment"] for system in ("runyard", "mlflow"))
        restored, converted = theirs.pop("restored"), theirs.pop("converted")
        assert ours == theirs
        assert restored == {"python": python, "dependencies": ["-r requirements.txt"]}
        assert converted["python"] == python
        assert converted["dependencies"] == sorted(ours["requirements"])
        torch = [line for line in ours["requirements"] if line.startswith("torch==")]
        assert torch
        assert "+" not in torch[0]


def test_models_have_what_they_were_given(logged: Any) -> None:
    written, readings = logged
    exported = readings["runyard"]["exported"]["models"][written["models"]["exported"]["uris"][0]]
    assert exported["metadata"] == {"owner": "ä"}
    assert len(exported["example"]) == 2
    assert '"shape": [-1, 3]' in exported["signature"]["inputs"]
    scripted = readings["runyard"]["scripted"]["models"][written["models"]["scripted"]["uris"][0]]
    assert "packaging<99" in scripted["environment"]["requirements"]
