"""Questions about the server, and about what is not for tracking."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, post, sent

NOT_FOR_TRACKING = (
    ("GET", "webhooks"),
    ("POST", "webhooks"),
    ("GET", "webhooks/1"),
    ("GET", "/api/3.0/mlflow/traces/tr-1"),
    ("POST", "/api/3.0/mlflow/traces/search"),
    ("POST", "/api/3.0/mlflow/datasets/search"),
    ("GET", "/api/3.0/mlflow/scorers/list"),
    ("GET", "/api/3.0/mlflow/workspaces"),
    ("GET", "/api/3.0/mlflow/server-features"),
)


def questions() -> Iterator[Question]:
    yield get("/health")
    yield get("/api/3.0/mlflow/server-info", "server-info")
    yield get("/ajax-api/2.0/mlflow/experiments/get", "for pages", experiment_id="0")
    yield get("/api/2.0/mlflow/nonsense", "nowhere")
    yield get("/api/9.0/mlflow/experiments/get", "another version", experiment_id="0")
    yield sent("PUT", "/api/2.0/mlflow/experiments/create", "another method", name="x")
    yield post("/api/2.0/mlflow/experiments/get", "another method of a question", experiment_id="0")
    yield get("experiments/list", "of the first release")
    yield get("/api/2.0/preview/mlflow/experiments/get", "as of the first release", experiment_id="0")
    for method, path in NOT_FOR_TRACKING:
        yield sent(method, path) if method != "GET" else get(path)
