"""A ``meta.yaml`` that cannot be understood: it is named, and the rest of the folder is still listed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import runyard as ry
from runyard.errors import DataDamaged
from runyard.tracking.client import RunyardClient

DAMAGE = [
    pytest.param(b"", id="empty"),
    pytest.param(b"\x00" * 64, id="zeros"),
    pytest.param(b"\xff\xfe\xfa", id="no text"),
    pytest.param(b"run_id: [", id="no yaml"),
    pytest.param(b"- 1\n- 2\n", id="a list"),
    pytest.param(b"!!python/object/apply:os.system ['touch pwned']\n", id="a program"),
    pytest.param(b"a: &a [*a, *a]\n" + b"b: *a\n" * 3, id="a loop"),
    pytest.param(b"run_id: abc\nexperiment_id: '0'\nname: abc\n", id="another's"),
]


@pytest.fixture(params=DAMAGE)
def damage(request: pytest.FixtureRequest) -> bytes:
    content: bytes = request.param
    return content


def test_a_damaged_run_is_named_and_the_others_are_found(
    client: RunyardClient,
    runyard: Callable[..., Any],
    run_id: str,
    root: Path,
    caplog: pytest.LogCaptureFixture,
    damage: bytes,
) -> None:
    bad = client.create_run("0", run_name="bad").info.run_id
    meta = root / "0" / bad / "meta.yaml"
    meta.write_bytes(damage)
    for ask in (
        lambda: client.get_run(bad),
        lambda: client.log_metric(bad, "m", 1.0),
        lambda: client.set_terminated(bad),
        lambda: client.delete_run(bad),
        lambda: client.list_artifacts(bad),
        lambda: ry.start_run(run_id=bad),
    ):
        with pytest.raises(DataDamaged, match=f"{bad}/meta.yaml' is damaged"):
            ask()
    assert meta.read_bytes() == damage
    with caplog.at_level(logging.WARNING, logger="runyard"):
        assert [run.info.run_id for run in client.search_runs(["0"])] == [run_id]
        assert [*ry.search_runs(output_format="list", order_by=["metrics.loss"])] != []
    assert caplog.text.count(f"{bad}/meta.yaml") == 1
    listed = runyard("runs", "list", "-c", "id")
    assert (listed.code, listed.out.split()) == (0, [run_id])
    shown = runyard("runs", "show", bad)
    assert (shown.code, shown.out) == (1, "")
    assert f"{bad}/meta.yaml' is damaged" in shown.err
    assert not Path("pwned").exists()


def test_a_damaged_experiment_is_named_and_the_others_are_listed(
    client: RunyardClient,
    runyard: Callable[..., Any],
    run_id: str,
    root: Path,
    caplog: pytest.LogCaptureFixture,
    damage: bytes,
) -> None:
    bad = client.create_experiment("bad")
    meta = root / bad / "meta.yaml"
    meta.write_bytes(damage)
    for ask in (
        lambda: client.get_experiment(bad),
        lambda: client.create_run(bad),
        lambda: client.rename_experiment(bad, "n"),
        lambda: client.set_experiment_tag(bad, "t", "v"),
    ):
        with pytest.raises(DataDamaged, match=f"{bad}/meta.yaml' is damaged"):
            ask()
    assert meta.read_bytes() == damage
    with caplog.at_level(logging.WARNING, logger="runyard"):
        assert [item.name for item in client.search_experiments()] == ["Default"]
        assert client.get_experiment_by_name("bad") is None
        assert [run.info.run_id for run in ry.search_runs(search_all_experiments=True, output_format="list")] == [
            run_id
        ]
    assert caplog.text.count(f"{bad}/meta.yaml") == 1
    listed = runyard("experiments", "list", "--json")
    assert [item["name"] for item in json.loads(listed.out)] == ["Default"]
    shown = runyard("experiments", "get", bad)
    assert (shown.code, shown.out) == (1, "")
    assert f"{bad}/meta.yaml' is damaged" in shown.err
    assert not Path("pwned").exists()


@pytest.mark.parametrize("damage", DAMAGE[:-1])  # the last can be read: the name of a model is that of its folder
def test_a_damaged_model_is_named_and_the_others_are_listed(
    client: RunyardClient, run_id: str, root: Path, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    for name in ("good", "bad"):
        client.create_registered_model(name)
        client.create_model_version(name, f"runs:/{run_id}/notes", run_id=run_id)
    (root / "models" / "bad" / "meta.yaml").write_bytes(damage)
    (root / "models" / "good" / "version-1" / "meta.yaml").write_bytes(damage)
    with pytest.raises(DataDamaged, match=r"bad/meta.yaml' is damaged"):
        client.get_registered_model("bad")
    with pytest.raises(DataDamaged, match=r"good/version-1/meta.yaml' is damaged"):
        client.get_model_version("good", "1")
    with caplog.at_level(logging.WARNING, logger="runyard"):
        assert [model.name for model in client.search_registered_models()] == ["good"]
        client.search_model_versions()
    assert "bad/meta.yaml" in caplog.text
    assert not Path("pwned").exists()


def test_a_damaged_metric_is_named_and_the_run_is_found(
    client: RunyardClient, run_id: str, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "0" / run_id / "metrics" / "bad").write_bytes(b"1 0.5 0\nnonsense here\n")
    with pytest.raises(DataDamaged, match="metrics/bad"):
        client.get_metric_history(run_id, "bad")
    with caplog.at_level(logging.WARNING, logger="runyard"):
        (run,) = client.search_runs(["0"])
    assert run.data.metrics == {"loss": 0.5}
    assert "metrics/bad" in caplog.text
