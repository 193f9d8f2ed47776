"""A client chooses a location of the server: to read there, to write there, to make the server connect there."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from asking import Served


@pytest.fixture
def secret_places(served: Served) -> list[str]:
    folder = served.secret.parent
    return [
        f"file://{folder}",
        f"file:{folder}",
        str(folder),
        "file:///etc",
        "/etc",
        ".",
        "../..",
        "runs:/abc",
        f"FILE://{folder}",
        f"file://localhost{folder}",
        f"mlflow-artifacts:/../{folder.name}",
        "mlflow-artifacts:/%2e%2e/x",
        "mlflow-artifacts://user:password@evil.example/x",
        "s3://bucket/../../x",
        f"http:///#/../../../..{folder}",
        f"http:///?/../../../..{folder}",
        f"http:///;/../../../..{folder}",
        "http://evil.example#@good.example/",
        f"\tfile://{folder}",
        f"file://{folder}\n",
    ]


def test_experiments_are_not_put_into_folders_of_the_server(served: Served, secret_places: list[str]) -> None:
    for number, location in enumerate(secret_places):
        fields = {"name": f"e{number}", "artifact_location": location}
        answer = served.ask("POST", "/api/2.0/mlflow/experiments/create", fields)
        assert answer.error == (400, "INVALID_PARAMETER_VALUE"), location
        found = served.ask("GET", f"/api/2.0/mlflow/experiments/get-by-name?experiment_name=e{number}")
        assert found.status == 404, "Nothing is half made."


@pytest.mark.parametrize("tags", [[], [{"key": "mlflow.prompt.is_prompt", "value": "true"}]], ids=["model", "prompt"])
def test_model_versions_are_not_folders_of_the_server(
    served: Served, secret_places: list[str], tags: list[dict[str, str]]
) -> None:
    served.post("/registered-models/create", name="m", tags=tags)
    run_id = served.post("/runs/create", experiment_id="0")["run"]["info"]["run_id"]
    other = served.post("/runs/create", experiment_id="0")["run"]["info"]
    sources = [
        *secret_places,
        f"runs:/{run_id}/../../x",
        f"runs:/{run_id}/%2e%2e/%2e%2e/x",
        f"runs:/{other['run_id']}/model",
        f"{other['artifact_uri']}/model",
        f"{other['artifact_uri']}/../../..",
        "models:/../x/1",
        "models:/nothing/1",
    ]
    for source in sources:
        fields = {"name": "m", "source": source, "run_id": run_id, "tags": tags}
        answer = served.ask("POST", "/api/2.0/mlflow/model-versions/create", fields)
        assert answer.status in (400, 404), (source, answer)
        assert answer.error
    found = served.ask("GET", "/api/2.0/mlflow/model-versions/search?max_results=10")
    assert "model_versions" not in found.json, "Nothing is half made."


def test_a_tag_does_not_move_artifacts(served: Served) -> None:
    run = served.post("/runs/create", experiment_id="0")["run"]["info"]
    folder = str(served.secret.parent)
    for key in ("mlflow.artifactLocation", "mlflow.trace.artifactLocation", "artifact_uri"):
        served.post("/runs/set-tag", run_id=run["run_id"], key=key, value=folder)
    answer = served.ask("GET", f"/get-artifact?run_id={run['run_id']}&path=secret.txt")
    assert answer.status == 404
    listed = served.ask("GET", f"/api/2.0/mlflow/artifacts/list?run_id={run['run_id']}").json
    assert "files" not in listed


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.count = 0
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection:
                if connection.recv(4) == b"end.":
                    return
                self.count += 1

    def close(self) -> None:
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"end.")
        self.thread.join()
        self.socket.close()


@pytest.fixture
def inner() -> Iterator[Listener]:
    """Something that only the server can reach, such as the metadata of a cloud."""
    listener = Listener()
    yield listener
    listener.close()


def test_ssrf_the_server_fetches_nothing_for_a_client(served: Served, inner: Listener) -> None:
    run_id = served.post("/runs/create", experiment_id="0")["run"]["info"]["run_id"]
    served.post("/registered-models/create", name="m")
    hooks = {
        "name": "h",
        "url": f"http://{inner.address}/",
        "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}],
    }
    served.ask("POST", "/api/2.0/mlflow/webhooks", hooks)
    for scheme in ("http", "https", "ftp", "sftp", "mlflow-artifacts", "hdfs", "s3+http"):
        location = f"{scheme}://{inner.address}/latest/meta-data"
        fields = {"name": scheme, "artifact_location": location}
        made = served.ask("POST", "/api/2.0/mlflow/experiments/create", fields)
        if made.status == 200:
            run = served.post("/runs/create", experiment_id=made.json["experiment_id"])["run"]["info"]
            served.ask("GET", f"/api/2.0/mlflow/artifacts/list?run_id={run['run_id']}")
            served.ask("GET", f"/get-artifact?run_id={run['run_id']}&path=x")
        version = {"name": "m", "source": location, "run_id": run_id}
        served.ask("POST", "/api/2.0/mlflow/model-versions/create", version)
        served.ask("GET", "/model-versions/get-artifact?name=m&version=1&path=x")
        source = {"name": "d", "digest": "1", "source_type": "http", "source": json.dumps({"url": location})}
        served.post("/runs/log-inputs", run_id=run_id, datasets=[{"dataset": source}])
    assert inner.count == 0
