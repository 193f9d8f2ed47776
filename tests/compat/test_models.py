"""Models that one system logged, the other loads: same predictions, signature, example and environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn", reason="the models are scikit-learn's")
pytest.importorskip("runyard_sklearn", reason="runyard-sklearn logs them")

NAMES = ("pipeline", "forest", "logistic", "voting", "texts", "optional", "bare")


@pytest.fixture(scope="module", params=["runyard", "mlflow"], ids=lambda writer: f"written-by-{writer}")
def logged(request: pytest.FixtureRequest, program: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one system logged, and what each of the two reads of it."""
    folder: Path = tmp_path_factory.mktemp("models") / "mlruns"
    written = program("write_models", request.param, folder)
    uris = {name: model["uris"] for name, model in written.items()}
    readings = {system: program("read_models", system, folder, stdin=uris) for system in ("runyard", "mlflow")}
    return written, readings


@pytest.mark.parametrize("system", ["runyard", "mlflow"])
@pytest.mark.parametrize("name", NAMES)
def test_predictions(logged: Any, name: str, system: str) -> None:
    written, readings = logged
    for uri in written[name]["uris"]:
        assert readings[system][name][uri]["predictions"] == written[name]["predictions"], uri


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", ["native", "signature", "example", "metadata", "flavors", "model_id"])
def test_both_read_the_same(logged: Any, name: str, part: str) -> None:
    written, readings = logged
    for uri in written[name]["uris"]:
        assert readings["runyard"][name][uri][part] == readings["mlflow"][name][uri][part], uri


@pytest.mark.parametrize("name", NAMES)
def test_environment(logged: Any, name: str) -> None:
    written, readings = logged
    python = written[name]["python"]
    for uri in written[name]["uris"]:
        ours, theirs = (readings[system][name][uri]["environment"] for system in ("runyard", "mlflow"))
        restored, converted = theirs.pop("restored"), theirs.pop("converted")
        assert ours == theirs
        assert restored == {"python": python, "dependencies": ["-r requirements.txt"]}
        assert converted["python"] == python
        assert converted["dependencies"] == sorted(ours["requirements"])
        assert any(line.startswith("scikit-learn") for line in ours["requirements"])


def test_models_have_what_they_were_given(logged: Any) -> None:
    written, readings = logged
    pipeline = readings["runyard"]["pipeline"][written["pipeline"]["uris"][0]]
    assert pipeline["metadata"] == {"owner": "ä", "sizes": [1, 2]}
    assert "size in cm" in pipeline["signature"]["inputs"]
    assert len(pipeline["example"]) == 2
    logistic = readings["runyard"]["logistic"][written["logistic"]["uris"][0]]
    assert "numpy<99" in logistic["environment"]["requirements"]
    assert logistic["flavors"]["python_function"]["predict_fn"] == "predict_proba"
