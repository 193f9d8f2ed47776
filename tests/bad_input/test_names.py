"""Names of experiments, runs, params, metrics, tags, models and aliases that break a rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import runyard as ry
from runyard.errors import AlreadyExists, InvalidInput
from runyard.tracking.client import RunyardClient

KEYS = [
    pytest.param("", id="empty"),
    pytest.param(None, id="none"),
    pytest.param(7, id="number"),
    pytest.param("a" * 251, id="long"),
    pytest.param("a\n", id="newline"),
    pytest.param("a\x00b", id="nul"),
    pytest.param("a#b", id="sign"),
    pytest.param("a\\b", id="backslash"),
    pytest.param("/a", id="absolute"),
    pytest.param("a/", id="slash"),
    pytest.param("a//b", id="empty part"),
    pytest.param("./a", id="dot"),
    pytest.param("..", id="up"),
    pytest.param("a/../../b", id="way out"),
    pytest.param("\ud800", id="surrogate"),
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("what", ["param", "metric", "tag"])
def test_an_invalid_key_is_refused_and_nothing_of_the_batch_is_written(
    client: RunyardClient, run_id: str, files: Callable[[], object], what: str, key: str
) -> None:
    before = files()
    with ry.start_run(run_id=run_id):
        for log in {
            "param": (
                lambda: ry.log_params({"good": 1, key: 2}),
                lambda: client.log_param(run_id, key, 1),
            ),
            "metric": (
                lambda: ry.log_metrics({"good": 1.0, key: 2.0}),
                lambda: client.log_metric(run_id, key, 1.0),
            ),
            "tag": (lambda: ry.set_tags({"good": 1, key: 2}), lambda: client.set_tag(run_id, key, 1)),
        }[what]:
            with pytest.raises(InvalidInput, match=rf"(?i){what}.* name|name .*{what}"):
                log()
    after = files()
    meta = next(name for name in before if name.endswith(f"{run_id}/meta.yaml"))  # resumed and ended in between
    del before[meta], after[meta]
    assert after == before


@pytest.mark.parametrize("name", ["", None, 3, "n" * 501, "\udc80"])
def test_an_invalid_experiment_name_is_refused(
    client: RunyardClient, run_id: str, files: Callable[[], object], name: str
) -> None:
    before = files()
    for make in (
        lambda: ry.create_experiment(name),
        lambda: client.create_experiment(name),
        lambda: client.rename_experiment("0", name),
    ):
        with pytest.raises(InvalidInput, match="experiment name"):
            make()
    with pytest.raises(InvalidInput, match="experiment"):
        ry.set_experiment(name)
    assert files() == before


def test_a_taken_experiment_name_is_refused(client: RunyardClient, files: Callable[[], object]) -> None:
    ry.create_experiment("taken")
    before = files()
    with pytest.raises(AlreadyExists, match=r"'taken' is taken by the active experiment '\d+'; take another name"):
        ry.create_experiment("taken")
    with pytest.raises(AlreadyExists, match="'taken' is taken"):
        client.rename_experiment("0", "taken")
    assert files() == before


@pytest.mark.parametrize(
    "location", ["runs:/abc/x", "s3://bucket/../other", "s3://bucket/a#b", "s3://bucket/a?b=c", "x\x00y", "x" * 2049]
)
def test_an_invalid_artifact_location_is_refused(files: Callable[[], object], location: str) -> None:
    with pytest.raises(InvalidInput, match=r"artifact"):
        ry.create_experiment("e", artifact_location=location)
    assert files() == {}


@pytest.mark.parametrize("name", ["", None, "a/b", "a:b", ".", "..", "m" * 257, "a\x00", "\ud800"])
def test_an_invalid_model_name_is_refused(client: RunyardClient, files: Callable[[], object], name: str) -> None:
    with pytest.raises(InvalidInput, match="model name"):
        client.create_registered_model(name)
    assert files() == {}


@pytest.mark.parametrize("alias", ["", "latest", "Latest", "v1", "V12", "a b", "a/b", "a" * 256, None])
def test_an_invalid_alias_is_refused(
    client: RunyardClient, run_id: str, files: Callable[[], object], alias: str
) -> None:
    client.create_registered_model("m")
    client.create_model_version("m", f"runs:/{run_id}/notes", run_id=run_id)
    before = files()
    with pytest.raises(InvalidInput, match="alias"):
        client.set_registered_model_alias("m", alias, "1")
    assert files() == before


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\x00b", "-x", "x" * 257])
def test_an_id_that_is_none_is_refused_and_is_no_path(
    client: RunyardClient, run_id: str, files: Callable[[], object], name: str
) -> None:
    before = files()
    for ask in (
        client.get_run,
        client.delete_run,
        client.set_terminated,
        lambda one: client.log_metric(one, "m", 1.0),
        lambda one: client.log_text(one, "t", "f"),
        lambda one: client.list_artifacts(one),
    ):
        with pytest.raises(InvalidInput, match="run id"):
            ask(name)
    for ask in (client.get_experiment, client.delete_experiment, client.create_run):
        with pytest.raises((InvalidInput, LookupError), match="experiment"):
            ask(name)
    assert files() == before
