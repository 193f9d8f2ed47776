"""Models behind a real MLServer."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from servers.base import free_port

if importlib.util.find_spec("mlserver") is None:
    pytest.skip("MLServer is not installed; `nox -s mlserver` installs it", allow_module_level=True)

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

PROGRAM = [sys.executable, "-m", "runyard_serving.mlserver"]
COMMAND = [sys.executable, "-m", "runyard", "models", "serve", "--enable-mlserver", "--env-manager", "local"]


class Served:
    """A server, by its ports.

    Attributes:
        process: The process that was started.
        port: Where it answers HTTP.
        grpc_port: Where it answers gRPC.
    """

    def __init__(self, process: subprocess.Popen[str], port: int, grpc_port: int) -> None:
        self.process = process
        self.port = port
        self.grpc_port = grpc_port

    def ask(self, path: str, body: Any = None, content_type: str = "application/json") -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            if body is None:
                connection.request("GET", path)
            else:
                connection.request("POST", path, json.dumps(body), {"Content-Type": content_type})
            reply = connection.getresponse()
            text = reply.read().decode()
            is_json = (reply.getheader("content-type") or "").startswith("application/json")
            return reply.status, json.loads(text) if is_json and text.strip() else text
        finally:
            connection.close()

    def infer(self, *inputs: dict[str, Any], **more: Any) -> tuple[int, Any]:
        return self.ask("/v2/models/model/infer", {"inputs": list(inputs), **more})


@contextmanager
def served(
    model: Path, *words: str, program: Sequence[str] = PROGRAM, loads: int = 1, name: str = "model"
) -> Iterator[Served]:
    """Serve a model until the block ends; the server then has to end in good order.

    Args:
        model: Its folder.
        words: Further words of the command.
        program: The command.
        loads: How many processes load it.
        name: What it is called there.
    """
    ports = [free_port() for _ in range(3)]
    variables = {"MLSERVER_GRPC_PORT": str(ports[1]), "MLSERVER_METRICS_PORT": str(ports[2])}
    option = "--model-uri" if program is COMMAND else "--model"
    command = [*program, option, str(model), "--port", str(ports[0]), *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env={**os.environ, **variables}, stdout=pipe, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        try:
            said = ""
            while said.count(f"Loaded model {name!r} successfully") < loads:
                line = process.stdout.readline()
                assert line, said
                said += line
            yield Served(process, ports[0], ports[1])
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=60)
            assert process.returncode == 0, said
        finally:
            process.kill()


def save(folder: Path) -> Path:
    """Save a classifier of two columns."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    import runyard.sklearn

    from runyard.models import infer_signature

    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
    classifier = linear_model.LogisticRegression().fit(frame, [0, 0, 1, 1])
    runyard.sklearn.save_model(classifier, folder, signature=infer_signature(frame, classifier.predict(frame)))
    return folder


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("models") / "classifier")


@pytest.fixture(scope="module")
def server(classifier: Path) -> Iterator[Served]:
    with served(classifier) as server:
        yield server


A = {"name": "a", "shape": [2], "datatype": "FP64", "data": [0.0, 3.0]}
B = {"name": "b", "shape": [2, 1], "datatype": "FP32", "data": [[1.0], [0.0]]}
QUESTION = {"dataframe_split": {"columns": ["a", "b"], "data": [[0, 1], [3, 0]]}}


def test_columns_and_tables(server: Served) -> None:
    for inputs in ([A, B], [{"name": "x", "shape": [2, 2], "datatype": "FP64", "data": [0, 1, 3, 0]}]):
        status, reply = server.infer(*inputs, id="first")
        assert (status, reply["id"], reply["model_name"]) == (200, "first", "model")
        assert [(each["name"], each["datatype"], each["shape"], each["data"]) for each in reply["outputs"]] == [
            ("output", "INT64", [2], [0, 1])
        ]


def test_metadata_comes_from_the_signature(server: Served) -> None:
    status, reply = server.ask("/v2/models/model")
    assert status == 200
    assert [(each["name"], each["datatype"], each["shape"]) for each in reply["inputs"]] == [
        ("a", "FP64", [-1]),
        ("b", "FP64", [-1]),
    ]
    assert [(each["name"], each["datatype"]) for each in reply["outputs"]] == [("output", "INT64")]


def test_invocations_as_our_own_server_has_them(server: Served) -> None:
    assert server.ask("/ping")[0] == 200
    assert server.ask("/v2/models/model/ready")[0] == 200
    assert server.ask("/invocations", QUESTION) == (200, {"predictions": [0, 1]})
    status, reply = server.ask("/invocations", {"dataframe_split": {"columns": ["a"], "data": [[1]]}})
    assert (status, reply["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert "'b'" in reply["message"]
    assert server.ask("/invocations", QUESTION, "text/plain")[0] == 415


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([A], "'b'"),
        ([{**A, "shape": [3]}, B], "The input 'a' has the shape"),
        ([{**A, "data": ["x", "y"]}, B], "The input 'a' does not hold values of FP64"),
        ([], "no inputs"),
    ],
)
def test_errors_name_the_input(server: Served, inputs: list[Any], message: str) -> None:
    status, reply = server.infer(*inputs)
    assert status == 400
    assert message in reply["error"]
    assert "Traceback" not in reply["error"]


def test_outputs_that_are_asked_for(server: Served) -> None:
    status, reply = server.infer(A, B, outputs=[{"name": "nothing"}])
    assert (status, reply) == (400, {"error": "The model has no output 'nothing'; it has 'output'."})


def test_grpc(server: Served) -> None:
    client = pytest.importorskip("tritonclient.grpc")
    with client.InferenceServerClient(f"127.0.0.1:{server.grpc_port}") as stub:
        inputs = []
        for name, values in (("a", [0.0, 3.0]), ("b", [1.0, 0.0])):
            given = client.InferInput(name, [2], "FP64")
            given.set_data_from_numpy(np.array(values))
            inputs.append(given)
        assert stub.infer("model", inputs).as_numpy("output").tolist() == [0, 1]


SHOUT = """
import runyard.pyfunc
from runyard.models import set_model


class Shout(runyard.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [text.upper() + (params or {})["end"] for text in model_input["text"]]


set_model(Shout())
"""


def test_texts_params_and_the_name_of_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import runyard.pyfunc
    from runyard.models import infer_signature

    (tmp_path / "shout.py").write_text(SHOUT)
    signature = infer_signature(pd.DataFrame({"text": ["a"]}), ["A"], {"end": "!"})
    runyard.pyfunc.save_model(
        tmp_path / "model", python_model=tmp_path / "shout.py", signature=signature, pip_requirements=["pandas"]
    )
    monkeypatch.setenv("MLSERVER_MODEL_NAME", "loud")
    with served(tmp_path / "model", name="loud") as server:
        text = {"name": "text", "shape": [2], "datatype": "BYTES", "data": ["x", "yz"]}
        status, reply = server.ask("/v2/models/loud/infer", {"inputs": [text], "parameters": {"end": "?"}})
        assert (status, reply["outputs"][0]["data"]) == (200, ["X?", "YZ?"])
        assert reply["outputs"][0]["parameters"] == {"content_type": "str"}


def test_workers_and_the_command(classifier: Path) -> None:
    with served(classifier, "--workers", "2", program=COMMAND, loads=3) as server:
        status, reply = server.infer(A, B)
        assert (status, reply["outputs"][0]["data"]) == (200, [0, 1])
        assert server.ask("/invocations", QUESTION) == (200, {"predictions": [0, 1]})
        assert server.ask("/ping")[0] == 200


def run(*words: str) -> subprocess.CompletedProcess[str]:
    ports = {"MLSERVER_GRPC_PORT": str(free_port()), "MLSERVER_METRICS_PORT": str(free_port())}
    return subprocess.run(
        [*PROGRAM, *words], env={**os.environ, **ports}, capture_output=True, text=True, timeout=300, check=False
    )


def test_model_that_cannot_be_loaded_ends_the_server(classifier: Path, tmp_path: Path) -> None:
    save(tmp_path / "damaged")
    for file in (tmp_path / "damaged").glob("model.*"):
        file.write_bytes(b"damaged")
    done = run("--model", str(tmp_path / "damaged"), "--port", str(free_port()))
    assert done.returncode == 1
    done = run("--model", str(tmp_path / "nothing"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: There is no model in")
