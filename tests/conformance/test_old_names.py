"""Names that older tutorials use, wherever they are imported from."""

from __future__ import annotations

from importlib import import_module

import pytest

import runyard as mlflow


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("tracking", "MlflowClient set_tracking_uri get_tracking_uri"),
        ("tracking.client", "MlflowClient"),
        ("client", "MlflowClient"),
        ("tracking.fluent", "start_run log_metric search_runs"),
        (
            "entities",
            "Experiment FileInfo Metric Param Run RunInfo RunStatus RunTag SourceType ViewType LifecycleStage",
        ),
        ("entities.model_registry", "ModelVersion RegisteredModel"),
        ("exceptions", "MlflowException RestException ExecutionException"),
        ("models", "Model ModelSignature infer_signature set_signature"),
        ("models.signature", "ModelSignature infer_signature set_signature"),
        ("models.model", "Model ModelInfo"),
        ("types", "Schema ColSpec DataType TensorSpec ParamSchema ParamSpec"),
        ("types.schema", "Schema ColSpec DataType TensorSpec Array Object Property Map"),
        ("pyfunc", "PythonModel PythonModelContext PyFuncModel load_model load_pyfunc"),
        ("data", "from_pandas from_numpy get_source"),
        ("data.pandas_dataset", "PandasDataset"),
        ("artifacts", "download_artifacts list_artifacts load_text"),
        ("projects", "run"),
    ],
)
def test_names(module: str, names: str) -> None:
    found = import_module(f"{mlflow.__name__}.{module}")
    for name in names.split():
        assert hasattr(found, name), name


def test_attributes_without_further_imports() -> None:
    assert mlflow.tracking.MlflowClient is mlflow.MlflowClient
    assert int(mlflow.entities.ViewType.ALL) == 3
    assert issubclass(mlflow.exceptions.MlflowException, Exception)
    assert mlflow.MlflowException is mlflow.exceptions.MlflowException
    assert mlflow.__version__


def test_calls_that_were_renamed() -> None:
    client = mlflow.tracking.MlflowClient()
    mlflow.set_experiment("old")
    with mlflow.start_run() as run:
        mlflow.log_text("x", "x.txt")
    assert {experiment.name for experiment in client.list_experiments()} == {"Default", "old"}
    assert [info.run_id for info in client.list_run_infos(run.info.experiment_id)] == [run.info.run_id]
    assert client.list_registered_models() == []
    with open(client.download_artifacts(run.info.run_id, "x.txt"), encoding="utf-8") as file:
        assert file.read() == "x"
