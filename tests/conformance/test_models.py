"""What tutorials do with models and the model registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import runyard as mlflow
from runyard.models import ModelSignature, infer_signature
from runyard.tracking import MlflowClient
from runyard.types.schema import ColSpec, DataType, Schema, TensorSpec

numpy = pytest.importorskip("numpy", reason="models predict on arrays")
pandas = pytest.importorskip("pandas", reason="models predict on data frames")
linear_model = pytest.importorskip("sklearn.linear_model", reason="the models are scikit-learn's")
pytest.importorskip("runyard_sklearn", reason="runyard-sklearn logs them")

X = pandas.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
Y = 2 * X["a"] - X["b"] + 1


@pytest.fixture(scope="module")
def model() -> Any:
    return linear_model.LinearRegression().fit(X, Y)


def predictions(loaded: Any) -> list[float]:
    return [round(float(value), 6) for value in loaded.predict(X)]


EXPECTED = [0.0, 3.0, 4.0, 7.0]


def test_logged_model(model: Any) -> None:
    with mlflow.start_run() as run:
        mlflow.log_param("kind", "linear")
        info = mlflow.sklearn.log_model(
            model, name="model", signature=infer_signature(X, model.predict(X)), input_example=X.head(2)
        )
    assert info.run_id == run.info.run_id
    assert info.model_uri == f"models:/{info.model_id}"
    for uri in (info.model_uri, f"runs:/{run.info.run_id}/model"):
        assert predictions(mlflow.sklearn.load_model(uri)) == EXPECTED
        loaded = mlflow.pyfunc.load_model(uri)
        assert predictions(loaded) == EXPECTED
        assert loaded.metadata.run_id == run.info.run_id
        assert loaded.metadata.get_input_schema().input_names() == ["a", "b"]  # type: ignore[union-attr]
    with pytest.raises(mlflow.exceptions.MlflowException, match="b"):
        mlflow.pyfunc.load_model(info.model_uri).predict(X[["a"]])
    read = mlflow.models.Model.load(f"runs:/{run.info.run_id}/model")
    assert set(read.flavors) == {"python_function", "sklearn"}
    assert isinstance(read.signature, ModelSignature)
    assert mlflow.models.get_model_info(info.model_uri).signature == info.signature
    assert mlflow.last_logged_model().model_id == info.model_id  # type: ignore[union-attr]
    found = mlflow.search_logged_models(output_format="list")
    assert [(each.model_id, each.params) for each in found] == [(info.model_id, {"kind": "linear"})]
    outputs = mlflow.get_run(run.info.run_id).outputs.model_outputs
    assert [output.model_id for output in outputs] == [info.model_id]


def test_older_name_of_the_name(model: Any) -> None:
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(model, "classic")
        mlflow.sklearn.log_model(sk_model=model, artifact_path="other")
    for name in ("classic", "other"):
        assert predictions(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/{name}")) == EXPECTED


def test_saved_model(model: Any) -> None:
    mlflow.sklearn.save_model(model, "saved", signature=infer_signature(X, Y))
    assert Path("saved", "MLmodel").is_file()
    assert Path("saved", "requirements.txt").is_file()
    assert predictions(mlflow.sklearn.load_model("saved")) == EXPECTED
    assert predictions(mlflow.pyfunc.load_model(Path("saved").absolute().as_uri())) == EXPECTED
    with pytest.raises(mlflow.exceptions.MlflowException):
        mlflow.sklearn.save_model(model, "saved")


def test_registry(model: Any) -> None:
    client = MlflowClient()
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(model, name="model", registered_model_name="line")
    assert int(info.registered_model_version) == 1
    version = mlflow.register_model(f"runs:/{run.info.run_id}/model", "line", tags={"checked": "no"})
    assert (version.name, int(version.version), version.run_id) == ("line", 2, run.info.run_id)
    assert version.source == f"models:/{info.model_id}"
    client.set_registered_model_alias("line", "champion", 2)
    client.transition_model_version_stage("line", 1, "Production")
    client.update_model_version("line", 2, description="The second.")
    client.set_model_version_tag("line", "2", "checked", "yes")
    client.set_registered_model_tag("line", "task", "regression")
    client.update_registered_model("line", description="A line.")
    for uri in ("models:/line/1", "models:/line/2", "models:/line@champion", "models:/line/Production",
                "models:/line/latest"):  # fmt: skip
        assert predictions(mlflow.pyfunc.load_model(uri)) == EXPECTED, uri
        assert predictions(mlflow.sklearn.load_model(uri)) == EXPECTED, uri
    champion = client.get_model_version_by_alias("line", "champion")
    assert (int(champion.version), champion.description, champion.tags) == (2, "The second.", {"checked": "yes"})
    assert [int(each.version) for each in client.get_latest_versions("line", stages=["Production"])] == [1]
    registered = client.get_registered_model("line")
    assert {alias: int(number) for alias, number in registered.aliases.items()} == {"champion": 2}
    assert (registered.description, registered.tags) == ("A line.", {"task": "regression"})
    assert [dict(each)["name"] for each in client.search_registered_models("name LIKE 'l%'")] == ["line"]
    found = client.search_model_versions("name = 'line'", order_by=["version_number DESC"])
    assert [int(each.version) for each in found] == [2, 1]
    newest = max(found, key=lambda each: int(each.version))
    assert newest.current_stage == "None"
    copy = client.copy_model_version("models:/line@champion", "line-prod")
    assert predictions(mlflow.pyfunc.load_model(f"models:/{copy.name}/{copy.version}")) == EXPECTED

    client.delete_registered_model_alias("line", "champion")
    client.delete_model_version("line", 1)
    client.rename_registered_model("line", "straight")
    assert predictions(mlflow.pyfunc.load_model("models:/straight/2")) == EXPECTED
    client.delete_registered_model("straight")
    with pytest.raises(mlflow.exceptions.MlflowException) as caught:
        client.get_registered_model("straight")
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_best_of_a_search_is_registered() -> None:
    mlflow.set_experiment("ridge")
    with mlflow.start_run(run_name="sweep"):
        for alpha in (10.0, 0.0, 1.0):
            with mlflow.start_run(nested=True):
                fitted = linear_model.Ridge(alpha=alpha).fit(X, Y)
                mlflow.log_param("alpha", alpha)
                mlflow.log_metric("mse", float(((fitted.predict(X) - Y) ** 2).mean()))
                mlflow.sklearn.log_model(fitted, name="model")
    best = mlflow.search_runs(experiment_names=["ridge"], order_by=["metrics.mse ASC"], max_results=1).iloc[0]
    assert best["params.alpha"] == "0.0"
    version = mlflow.register_model(f"runs:/{best.run_id}/model", "ridge")
    MlflowClient().set_registered_model_alias("ridge", "champion", version.version)
    assert predictions(mlflow.pyfunc.load_model("models:/ridge@champion")) == EXPECTED


class AddN(mlflow.pyfunc.PythonModel):
    def __init__(self, n: int) -> None:
        self.n = n

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        return model_input.apply(lambda column: column + self.n * (params or {}).get("times", 1))


def test_python_model() -> None:
    mlflow.pyfunc.save_model(path="add_n", python_model=AddN(n=5))
    loaded = mlflow.pyfunc.load_model("add_n")
    assert loaded.predict(pandas.DataFrame({"a": [1, 2]}))["a"].tolist() == [6, 7]
    assert loaded.unwrap_python_model().n == 5


def test_python_model_with_params() -> None:
    example = pandas.DataFrame({"a": [1, 2]})
    signature = infer_signature(example, example, params={"times": 1})
    with mlflow.start_run():
        info = mlflow.pyfunc.log_model(name="add", python_model=AddN(n=5), signature=signature)
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    assert loaded.predict(example, params={"times": 2})["a"].tolist() == [11, 12]


class Lookup(mlflow.pyfunc.PythonModel):
    def load_context(self, context: Any) -> None:
        self.words = Path(context.artifacts["words"]).read_text(encoding="utf-8").split()

    def predict(self, context: Any, model_input: Any, params: Any = None) -> list[str]:
        return [self.words[int(index)] for index in model_input["index"]]


def test_python_model_with_files() -> None:
    Path("words.txt").write_text("zero one two", encoding="utf-8")
    with mlflow.start_run() as run:
        mlflow.pyfunc.log_model("lookup", python_model=Lookup(), artifacts={"words": "words.txt"})
    loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/lookup")
    assert list(loaded.predict(pandas.DataFrame({"index": [2, 0]}))) == ["two", "zero"]


def test_signature() -> None:
    signature = infer_signature(X, Y)
    assert "a" in repr(signature)
    assert ModelSignature.from_dict(signature.to_dict()) == signature
    by_hand = ModelSignature(
        inputs=Schema([ColSpec("double", "a"), ColSpec(DataType.double, "b")]),  # type: ignore[arg-type]
        outputs=Schema([TensorSpec(numpy.dtype("float64"), (-1,))]),
    )
    assert by_hand.inputs == signature.inputs


def test_metrics_of_a_model(model: Any) -> None:
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(model, name="model")
        mlflow.log_metric("mse", 0.25, model_id=info.model_id)
    logged = mlflow.get_logged_model(info.model_id)
    assert [(metric.key, metric.value) for metric in logged.metrics] == [("mse", 0.25)]
    frame = mlflow.search_logged_models(filter_string="metrics.mse < 1")
    assert frame["model_id"].tolist() == [info.model_id]
