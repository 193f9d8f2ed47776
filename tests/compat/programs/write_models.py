"""Logs scikit-learn models: `write_models.py SYSTEM FOLDER`; prints where they are and what they predict, as JSON."""

from __future__ import annotations

import importlib
import json
import platform
import sys

import numpy as np
from model_data import flowers, measurements, texts
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

SYSTEM, FOLDER = sys.argv[1:]
system = importlib.import_module(SYSTEM)
flavor = importlib.import_module(f"{SYSTEM}.sklearn")
models = importlib.import_module(f"{SYSTEM}.models")
types = importlib.import_module(f"{SYSTEM}.types.schema")
infer_signature = models.infer_signature


def log(name: str, model, data, **options) -> dict[str, object]:
    with system.start_run(run_name=name) as run:
        system.log_param("written by", SYSTEM)
        info = flavor.log_model(model, name=name, **options)
    method = options.get("pyfunc_predict_fn", "predict")
    return {
        "uris": [info.model_uri, f"runs:/{run.info.run_id}/{name}"],
        "predictions": np.asarray(getattr(model, method)(data)).tolist(),
        "python": platform.python_version(),
    }


def log_all() -> dict[str, object]:
    system.set_tracking_uri(FOLDER)
    system.set_experiment("models")
    table, target = measurements()
    numbers, kinds = flowers()
    words, answers = texts()
    encode = ColumnTransformer([("kind", OneHotEncoder(), ["kind"])], remainder=StandardScaler())
    pipeline = make_pipeline(encode, LinearRegression()).fit(table, target)
    forest = RandomForestClassifier(5, random_state=0).fit(numbers, kinds)
    logistic = LogisticRegression(max_iter=1000).fit(numbers, kinds)
    logged = {
        "pipeline": log(
            "pipeline",
            pipeline,
            table,
            signature=infer_signature(table, pipeline.predict(table)),
            input_example=table.head(2),
            metadata={"owner": "ä", "sizes": [1, 2]},
        ),
        "forest": log(
            "forest",
            forest,
            numbers,
            signature=infer_signature(numbers, forest.predict(numbers)),
            serialization_format="cloudpickle",
            registered_model_name="forest model",
        ),
        "logistic": log(
            "logistic",
            logistic,
            numbers,
            pyfunc_predict_fn="predict_proba",
            input_example=numbers[:3],
            pip_requirements=["scikit-learn", "numpy<99"],
        ),
        "voting": log(
            "voting",
            VotingClassifier([("one", logistic), ("other", DecisionTreeClassifier(max_depth=2))]).fit(numbers, kinds),
            numbers,
            input_example=numbers[:3],
            skops_trusted_types=["sklearn.tree._tree.Tree", "sklearn.utils._bunch.Bunch"],
        ),
        "texts": log(
            "texts",
            make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(words, answers),
            words,
            input_example=words[:2],
        ),
        "optional": log(
            "optional",
            pipeline,
            table,
            signature=models.ModelSignature(
                inputs=types.Schema(
                    [
                        types.ColSpec("double", "size in cm"),
                        types.ColSpec("long", "count"),
                        types.ColSpec("string", "kind"),
                        types.ColSpec("string", "remark", required=False),
                    ]
                )
            ),
        ),
        "bare": log("bare", LinearRegression().fit(numbers, kinds), numbers, serialization_format="pickle"),
    }
    client = system.MlflowClient()
    client.set_registered_model_alias("forest model", "best", "1")
    logged["forest"]["uris"] += ["models:/forest model/1", "models:/forest model@best", "models:/forest model/latest"]
    return logged


if __name__ == "__main__":
    logged = log_all()
    sys.stdout.write("\n" + json.dumps(logged))
