"""Addresses of models: what they reach, and what they must not."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml

import runyard
from runyard import pyfunc
from runyard.errors import InvalidInput, NotFound, PluginMissing, RunyardError
from runyard.models import MLModel, get_model_info
from runyard.models.location import local_folder, open_model
from runyard.tracking.client import RunyardClient

pytest.importorskip("cloudpickle")
pytestmark = pytest.mark.usefixtures("memory_uri")

RUN = "0" * 32


def double(model_input: Any) -> Any:
    return [2 * value for value in model_input]


@pytest.fixture
def registered() -> str:
    """Log a model twice, as versions of a registered one; return the first one's address."""
    infos = [pyfunc.log_model(python_model=double, registered_model_name="toy model") for _ in range(2)]
    client = RunyardClient()
    client.set_registered_model_alias("toy model", "champion", "1")
    client.transition_model_version_stage("toy model", "2", "Production")
    return infos[0].model_uri


@pytest.mark.parametrize(
    ("uri", "version"),
    [
        ("models:/toy model/1", "1"),
        ("models:/toy model/2", "2"),
        ("models:/toy model@champion", "1"),
        ("models:/toy model/Production", "2"),
        ("models:/toy model/production", "2"),
        ("models:/toy model/latest", "2"),
    ],
)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_versions(registered: str, tmp_path: Path, uri: str, version: str) -> None:
    loaded = pyfunc.load_model(uri, dst_path=tmp_path)
    assert loaded.predict([1]) == [2]
    registered_version = RunyardClient().get_model_version("toy model", version)
    assert loaded.model_id == registered_version.model_id
    assert get_model_info(uri).model_id == loaded.model_id
    folder = next(tmp_path.rglob("MLmodel")).parent
    noted = yaml.safe_load((folder / "registered_model_meta").read_text())
    assert noted == {"model_name": "toy model", "model_version": version}
    open_model(folder)  # the note is none of the model's own files


def test_a_logged_model_is_no_version(registered: str, tmp_path: Path) -> None:
    pyfunc.load_model(registered, dst_path=tmp_path)
    assert not list(tmp_path.rglob("registered_model_meta"))


def test_what_was_fetched_from_the_registry_is_the_users_own(registered: str, tmp_path: Path) -> None:
    folder = open_model("models:/toy model/1", tmp_path)[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pyfunc.load_model(folder).predict([1]) == [2]


def test_a_repository_of_any_scheme(registered: str) -> None:
    location = RunyardClient().get_logged_model(registered.removeprefix("models:/")).artifact_location
    assert not location.startswith(("file:", "/"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an address that is neither a run's nor the registry's
        assert pyfunc.load_model(location).predict([1]) == [2]
    assert MLModel.load(location).model_id == registered.removeprefix("models:/")


TRAVERSAL = [
    "models:/../x",
    "models:/../1",
    "models:/a/../../etc",
    "models:/a/1/../2",
    "models:/a@b/../c",
    "models:/m-../../x",
    f"models:/m-{RUN}/../../x",
    "models:/a%2f..%2f..%2fetc/1",
    "runs:/../x/y",
    "runs:/id/../../etc",
    f"runs:/{RUN}/../../etc",
    f"runs:/{RUN}//etc",
    f"runs:/{RUN}/a\\..\\b",
    "memory://models/../x",
    "mlflow-artifacts:/../../x",
    "s3://bucket/../x",
]
DIFFERENTIAL = [
    f"runs:/{RUN}/%2e%2e/etc",
    f"runs:/{RUN}/a%252f..",
    "models:/a/1?x=1",
    "models:/a/1#f",
    "models://host/a/1",
    "runs://host/a/b",
    "http://host/a#/../b",
    "http://host/a?path=/../b",
    "file://host/etc",
    "models:/a\x00/1",
    f"runs:/{RUN}/model\n",
    "",
]
SHELL = [
    "models:/a;rm -rf ~/1",
    "models:/a/1;id",
    "models:/a/$(id)",
    "models:/$(touch marker)/1",
    "models:/a/`touch marker`",
    "runs:/a;b/m",
    f"runs:/{RUN}/m && touch marker",
    "$(touch marker)",
    "; touch marker",
    "-rf",
    "| touch marker",
]


@pytest.mark.parametrize("uri", [*TRAVERSAL, *DIFFERENTIAL, *SHELL])
def test_addresses_that_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    """Path traversal, differences between parsers, and shell commands: refused, or found to name nothing."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for ask in (pyfunc.load_model, get_model_info, local_folder):
        with pytest.raises((InvalidInput, NotFound, PluginMissing)) as caught:
            ask(uri)
        assert isinstance(caught.value, RunyardError)
    assert list(tmp_path.rglob("*")) == [here]


@pytest.mark.parametrize("inside", ["data", "code", "python_model", "path of an artifact", "example", "digests"])
@pytest.mark.filterwarnings("ignore::runyard.models.consent.PickleWarning")
def test_paths_inside_of_a_model_stay_inside(tmp_path: Path, inside: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    pyfunc.save_model(
        tmp_path / "model", python_model=double, artifacts={"a": str(tmp_path / "secret.txt")}, input_example=[1]
    )
    model = MLModel.load(tmp_path / "model")
    section = model.flavors["python_function"]
    outside = "../secret.txt"
    if inside == "data":
        section.update({"loader_module": "json", "data": outside})
    elif inside == "path of an artifact":
        section["artifacts"]["a"]["path"] = outside
    elif inside == "example":
        model.saved_input_example_info = {"artifact_path": outside, "type": "json_object"}
    elif inside == "digests":
        model.digests = {outside: "sha256:0"}
    else:
        section[inside] = outside
    model.save(tmp_path / "model" / "MLmodel")
    with pytest.raises(InvalidInput, match=r"'\.\./secret\.txt' has a part '\.' or '\.\.'"):
        _ = pyfunc.load_model(tmp_path / "model").input_example


def test_a_link_does_not_lead_out_of_a_model(tmp_path: Path) -> None:
    (tmp_path / "outside.pkl").write_bytes(b"")
    pyfunc.save_model(tmp_path / "model", python_model=double)
    file = tmp_path / "model" / "python_model.pkl"
    file.unlink()
    file.symlink_to(tmp_path / "outside.pkl")
    with pytest.raises(RunyardError):
        pyfunc.load_model(tmp_path / "model")


def test_own_models_are_told_apart(registered: str) -> None:
    assert open_model(registered)[1].own is True
    assert runyard.active_run() is None
