from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from runyard.errors import DataDamaged, NotFound
from runyard.models.mlmodel import MLModel

WRITTEN_BY_MLFLOW = """\
artifact_path: model
auth_policy: {system_auth_policy: {resources: []}}
databricks_runtime: 13.3
env_vars: [SHOP_API_KEY]
flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.sklearn
    model_path: model.pkl
  sklearn:
    pickled_model: model.pkl
is_signature_from_type_hint: false
metadata: {owner: me}
mlflow_version: 2.9.2
model_size_bytes: 10
model_uuid: 4022a321b50f4c3592e27ba7252eb095
something_new: [1, 2]
prompts: ['prompts:/greeting/1']
resources: {api_version: '1', databricks: {uc_connection: [{name: a}]}}
run_id: dc6e70c8312c420088e0f5635b56e83b
signature:
  inputs: '[{"type": "double", "name": "a"}]'
  outputs: null
utc_time_created: '2023-11-21 09:33:25'
"""


def read(tmp_path: Path, text: str) -> MLModel:
    (tmp_path / "MLmodel").write_text(text, encoding="utf-8")
    return MLModel.load(tmp_path)


def test_everything_is_kept_on_rewriting(tmp_path: Path) -> None:
    model = read(tmp_path, WRITTEN_BY_MLFLOW)
    model.save(tmp_path / "MLmodel")
    before, after = yaml.safe_load(WRITTEN_BY_MLFLOW), yaml.safe_load((tmp_path / "MLmodel").read_text())
    assert {key: after[key] for key in before} == before
    assert set(after) - set(before) == {"model_id", "type_hint_from_example"}
    assert model.unknown == {"something_new": [1, 2]}
    assert [path.name for path in tmp_path.iterdir()] == ["MLmodel"]


def test_what_is_read(tmp_path: Path) -> None:
    model = read(tmp_path, WRITTEN_BY_MLFLOW)
    assert model.metadata == {"owner": "me"}
    assert model.run_id == "dc6e70c8312c420088e0f5635b56e83b"
    assert model.get_params_schema() is None
    schema = model.get_input_schema()
    assert schema is not None
    assert schema.input_names() == ["a"]
    assert MLModel.load(tmp_path / "MLmodel").flavors == model.flavors
    info = model.get_model_info()
    assert (info.model_uuid, info.mlflow_version) == (model.model_uuid, "2.9.2")


def test_old_forms(tmp_path: Path) -> None:
    model = read(tmp_path, "flavors: {sklearn: {pickled_model: model.pkl}}\ntime_created: '2018-01-01 00:00:00'\n")
    assert model.utc_time_created == "2018-01-01 00:00:00"
    assert model.mlflow_version is None
    assert model.signature is None


def test_new_models_say_who_wrote_them() -> None:
    data: dict[str, Any] = MLModel.new(flavors={"x": {}}).to_dict()
    assert data["mlflow_version"] == "3.17.2"
    assert data["runyard_version"]
    assert len(data["model_uuid"]) == 32
    assert data["model_id"] is None
    assert "signature" not in data


def test_a_signature_that_is_set_is_written() -> None:
    np = pytest.importorskip("numpy")
    from runyard.models.signature import infer_signature

    model = MLModel.new(flavors={"x": {}})
    model.signature = infer_signature(np.eye(2))
    data = model.to_dict()
    assert data["signature"]["outputs"] is None
    assert data["is_signature_from_type_hint"] is False
    assert MLModel.from_dict(data).signature == model.signature


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("flavors: {", "is not YAML"),
        ("- a", "no mapping"),
        ("", "no mapping"),
        ("a: 1", "'flavors'"),
        ("flavors: {a: 1}", "'flavors'"),
        ("!!python/object/apply:os.system ['true']", "is not YAML"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataDamaged, match=message) as caught:
        read(tmp_path, text)
    assert str(tmp_path / "MLmodel") in str(caught.value)


def test_a_damaged_signature_is_reported_when_it_is_asked_for(tmp_path: Path) -> None:
    model = read(tmp_path, "flavors: {a: {}}\nsignature: {inputs: '[{]'}\n")
    with pytest.raises(DataDamaged, match="signature"):
        _ = model.signature


def test_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file MLmodel"):
        MLModel.load(tmp_path)
    with pytest.raises(NotFound, match="no model folder"):
        MLModel.load(tmp_path / "nothing")
