"""Scripts about models as they are written for MLflow, with another import, do what they say."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the scripts fit models of scikit-learn")

SCRIPTS = {
    "logged and registered": """
        import runyard as mlflow
        from runyard.models import infer_signature
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression

        X, y = load_iris(return_X_y=True, as_frame=True)
        params = {"solver": "lbfgs", "max_iter": 1000}
        mlflow.set_experiment("quickstart")
        with mlflow.start_run() as run:
            mlflow.log_params(params)
            model = LogisticRegression(**params).fit(X, y)
            mlflow.log_metric("accuracy", model.score(X, y))
            info = mlflow.sklearn.log_model(
                sk_model=model,
                name="iris_model",
                signature=infer_signature(X, model.predict(X)),
                input_example=X.head(),
                registered_model_name="tracking-quickstart",
            )
            mlflow.set_tag("Training Info", "Basic model")
        loaded = mlflow.pyfunc.load_model(info.model_uri)
        assert (loaded.predict(X) == model.predict(X)).all()
        client = mlflow.MlflowClient()
        client.set_registered_model_alias("tracking-quickstart", "champion", "1")
        for uri in ("models:/tracking-quickstart/latest", "models:/tracking-quickstart@champion"):
            assert (mlflow.sklearn.load_model(uri).predict(X) == model.predict(X)).all()
        assert mlflow.models.get_model_info(info.model_uri).signature == loaded.metadata.signature
    """,
    "older arguments": """
        import runyard as mlflow
        import runyard.sklearn
        from sklearn.linear_model import ElasticNet

        with mlflow.start_run():
            model = ElasticNet().fit([[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0])
            mlflow.sklearn.log_model(model, "model")
            run_id = mlflow.active_run().info.run_id
        version = mlflow.register_model(f"runs:/{run_id}/model", "ElasticNet")
        assert int(version.version) == 1
        mlflow.sklearn.save_model(model, "saved")
        assert mlflow.sklearn.load_model("saved").coef_ == model.coef_
        assert mlflow.pyfunc.load_model(f"runs:/{run_id}/model").predict([[1.0]]) == model.predict([[1.0]])
    """,
    "a Python model": """
        import runyard as mlflow
        from runyard.pyfunc import PythonModel

        class AddN(PythonModel):
            def __init__(self, n):
                self.n = n

            def predict(self, context, model_input, params=None):
                return model_input.apply(lambda column: column + self.n)

        import pandas as pd

        mlflow.pyfunc.save_model(path="add_n_model", python_model=AddN(n=5))
        loaded = mlflow.pyfunc.load_model("add_n_model")
        assert loaded.predict(pd.DataFrame([range(10)])).equals(pd.DataFrame([range(5, 15)]))
        with mlflow.start_run():
            logged = mlflow.pyfunc.log_model(name="double", python_model=lambda table: table * 2)
        assert mlflow.pyfunc.load_model(logged.model_uri).predict(pd.DataFrame([[2]])).equals(pd.DataFrame([[4]]))
        assert loaded.unwrap_python_model().n == 5
    """,
    "a model from code": """
        from pathlib import Path

        import runyard as mlflow

        Path("model.py").write_text(
            "import mlflow\\n"
            "class Greeter(mlflow.pyfunc.PythonModel):\\n"
            "    def predict(self, context, model_input, params=None):\\n"
            "        return [f'hello {name}' for name in model_input]\\n"
            "mlflow.models.set_model(Greeter())\\n"
        )
        with mlflow.start_run():
            info = mlflow.pyfunc.log_model(python_model="model.py", name="greeter")
        assert mlflow.pyfunc.load_model(info.model_uri).predict(["Ada"]) == ["hello Ada"]
    """,
    "logged by itself": """
        import runyard as mlflow
        from sklearn.ensemble import RandomForestRegressor
        from sklearn.datasets import load_diabetes

        mlflow.autolog()
        X, y = load_diabetes(return_X_y=True)
        with mlflow.start_run() as run:
            forest = RandomForestRegressor(n_estimators=3, max_depth=3).fit(X, y)
        loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
        assert (loaded.predict(X) == forest.predict(X)).all()
        assert mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").metadata.signature is not None
    """,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_script(script: str, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(textwrap.dedent(script))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**environment, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
