"""Names that become paths: keys, ids, aliases and what files say of other files. Artifact paths: `tests/bad_input`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from runyard.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput
from runyard.errors import InvalidInput, NotFound
from runyard.models.mlmodel import MLModel
from runyard.tracking.client import RunyardClient

OUT = ["../meta.yaml", "../../../secret.txt", "..", "/etc/passwd", "a/../../meta.yaml", "%2e%2e/meta.yaml"]


@pytest.mark.parametrize("key", OUT)
def test_keys_that_are_read_deleted_or_searched_for_are_no_paths(
    client: RunyardClient, run_id: str, root: Path, secret: Path, key: str
) -> None:
    meta = (root / "0" / run_id / "meta.yaml").read_bytes()
    with pytest.raises(NotFound):
        client.delete_tag(run_id, key)
    assert client.get_metric_history(run_id, key) == []
    for kind in ("params", "tags"):
        assert client.search_runs(["0"], f"{kind}.`{key}` LIKE '%'") == []
    assert client.search_runs(["0"], f"metrics.`{key}` > -1") == []
    assert (root / "0" / run_id / "meta.yaml").read_bytes() == meta
    assert secret.read_text() == "secret"


@pytest.mark.parametrize("name", OUT)
def test_names_of_registered_models_and_aliases_are_no_paths(
    client: RunyardClient, run_id: str, root: Path, secret: Path, name: str
) -> None:
    client.create_registered_model("m")
    client.create_model_version("m", f"runs:/{run_id}/notes", run_id=run_id)
    before = sorted(root.rglob("*"))
    for ask in (
        lambda: client.get_registered_model(name),
        lambda: client.delete_registered_model(name),
        lambda: client.rename_registered_model("m", name),
        lambda: client.get_model_version(name, "1"),
        lambda: client.get_model_version("m", name),
        lambda: client.delete_model_version("m", name),
        lambda: client.set_registered_model_alias("m", name, "1"),
        lambda: client.get_model_version_by_alias("m", name),
    ):
        with pytest.raises((InvalidInput, NotFound)):
            ask()
    client.delete_registered_model_alias("m", "none")
    for delete in (
        lambda: client.delete_registered_model_alias("m", name),
        lambda: client.delete_registered_model_tag("m", name),
        lambda: client.delete_model_version_tag("m", "1", name),
    ):
        with suppress(InvalidInput, NotFound):  # what is not there may be deleted
            delete()
    assert sorted(root.rglob("*")) == before
    assert secret.read_text() == "secret"


def test_names_of_datasets_and_models_are_no_paths(client: RunyardClient, run_id: str, root: Path) -> None:
    dataset = Dataset(name="../../../out", digest="../../out", source_type="local", source="{}")
    client.log_inputs(run_id, [DatasetInput(dataset=dataset, tags=[InputTag("mlflow.data.context", "../x")])])
    assert client.get_run(run_id).inputs.dataset_inputs[0].dataset.name == "../../../out"
    for odd in ("../out", "..", "a/b"):
        with pytest.raises((InvalidInput, NotFound)):
            client.log_outputs(run_id, [LoggedModelOutput(odd, 0)])
        with pytest.raises((InvalidInput, NotFound)):
            client.get_logged_model(odd)
    assert [path.name for path in root.parent.iterdir()] == ["mlruns"]
    assert {path.name for path in root.iterdir()} <= {"0", ".trash"}


def test_keys_of_images_and_names_of_tables_are_no_paths(client: RunyardClient, run_id: str, root: Path) -> None:
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("PIL")
    image = numpy.zeros((2, 2, 3), dtype=numpy.uint8)
    before = {path.parent for path in root.rglob("*")}
    for key in ("../../out", "..", "a/../../b"):
        with suppress(InvalidInput):
            client.log_image(run_id, image, key=key, step=1)
    with pytest.raises(InvalidInput):
        client.log_image(run_id, image, "../out.png")
    with pytest.raises(InvalidInput):
        client.log_table(run_id, {"a": [1]}, "../out.json")
    artifacts = root / "0" / run_id / "artifacts"
    new = {path.parent for path in root.rglob("*") if path.is_file()} - before
    assert all(artifacts in (folder, *folder.parents) for folder in new), new


@pytest.mark.parametrize("place", ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "link"])
def test_files_that_a_model_names_are_its_own(root: Path, secret: Path, place: str) -> None:
    import runyard

    folder = root.parent / "model"
    folder.mkdir()
    (folder / "link").symlink_to(secret)
    MLModel(
        flavors={"python_function": {"loader_module": "mlflow.pyfunc.model", "python_model": place, "code": place}}
    ).save(folder / "MLmodel")
    with pytest.raises(InvalidInput, match="Invalid path"):
        runyard.pyfunc.load_model(folder)
