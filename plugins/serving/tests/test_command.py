"""``runyard models serve`` and ``python -m runyard_serving`` as operators start them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from asking import Answer, ask
from runyard import pyfunc
from runyard.projects.backend import Activation
from runyard_serving.command import serve
from server_process import NotStarted, RunyardServer

pytest.importorskip("cloudpickle", reason="models are saved with it")

BODY = {"inputs": [1.0, 2.0]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that doubles numbers, adds what its config says, tells its process, and sleeps for negative seconds."""

    class Doubling(pyfunc.PythonModel):
        def load_context(self, context):  # type: ignore[no-untyped-def]
            import os

            self.more = context.model_config.get("more", 0)
            self.loaded_in = os.getpid()

        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
            import os
            import sys
            import time

            if model_input.dtype.kind in "if" and model_input[0] < 0:
                print("asleep", file=sys.stderr)
                time.sleep(-model_input[0])
            return {"sum": model_input * 2 + self.more, "loaded in": self.loaded_in, "asked": os.getpid()}

    path = tmp_path_factory.mktemp("models") / "doubling"
    pyfunc.save_model(path, Doubling(), pip_requirements=["numpy"])
    return path


def served(folder: Path, *options: str, **variables: str) -> RunyardServer:
    return RunyardServer(
        *("-m", str(folder), "--env-manager", "local", *options),
        folder=folder.parent,
        command="models serve",
        variables={"RUNYARD_ALLOW_PICKLE_DESERIALIZATION": "true", **variables},
    )


def predict(server: RunyardServer, body: object = BODY) -> Answer:
    return ask(server.address, "POST", "/invocations", body)


def fails(*arguments: str, folder: Path, **variables: str) -> str:
    """Run a program that is expected to end at once, and return what it said."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_model_is_served_until_a_signal_comes(folder: Path, number: int) -> None:
    with served(folder) as server:
        assert ask(server.address, "GET", "/ping").status == 200
        assert predict(server).json["predictions"]["sum"] == [2.0, 4.0]
        assert server.stop(number) == 0


def test_requests_in_flight_are_answered(folder: Path) -> None:
    with served(folder) as server:
        connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=60)
        connection.request("POST", "/invocations", b'{"inputs": [-0.5]}', {"content-type": "application/json"})
        server.wait_for("asleep")
        server.send(signal.SIGTERM)
        assert connection.getresponse().status == 200
        connection.close()
        assert server.wait() == 0


@pytest.mark.parametrize(("options", "is_shared"), [((), False), (("--preload",), True), (("--no-preload",), False)])
def test_workers(folder: Path, options: tuple[str, ...], is_shared: bool) -> None:
    with served(folder, "--workers", "2", *options) as server:
        asked: dict[int, int] = {}
        while len(asked) < 2:  # each new connection goes to either
            predictions = predict(server).json["predictions"]
            asked[predictions["asked"]] = predictions["loaded in"]
        assert (set(asked.values()) == {server.pid}) is is_shared
        assert server.stop() == 0


def test_settings_come_from_the_environment_as_in_the_reference_system(folder: Path) -> None:
    variables = {
        "SERVING_MODEL_CONFIG": '{"more": 10}',
        "MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT": "1",
        "MLFLOW_HOST": "127.0.0.1",
    }
    with served(folder, **variables) as server:
        assert predict(server).json["predictions"]["sum"] == [12.0, 14.0]
        assert predict(server, {"inputs": [-3.0]}).status == 504


def test_requests_are_written_down(folder: Path) -> None:
    with served(folder, "--access-log", "--log-format", "json") as server:
        ask(server.address, "POST", "/invocations", BODY, headers={"x-request-id": "asked-1"})
        line = server.wait_for("asked-1")
        assert '"path": "/invocations"' in line.string
        assert '"status": 200' in line.string


@pytest.mark.parametrize("workers", ["1", "2"])
def test_predictions_are_counted(folder: Path, tmp_path: Path, workers: str) -> None:
    pytest.importorskip("prometheus_client", reason="it counts")
    with served(folder, "--expose-prometheus", str(tmp_path), "--workers", workers) as server:
        for _ in range(3):
            predict(server)
        predict(server, {"inputs": ["a"]})
        page = ask(server.address, "GET", "/metrics").body.decode()
        assert 'runyard_prediction_seconds_count{outcome="predicted"} 3.0' in page
        assert 'runyard_prediction_seconds_count{outcome="failed"} 1.0' in page
        assert 'runyard_prediction_rows_bucket{le="2.0"} 4.0' in page
        assert 'route="/invocations",status="200"} 3.0' in page
        assert "runyard_model_info{" in page


def test_the_program_of_an_environment_serves_a_folder(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "runyard_serving", "--model", str(folder), "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    with process, process.stderr:
        address = next(line for line in process.stderr if "Listening on" in line).split("Listening on ")[1].strip()
        assert ask(address, "POST", "/invocations", BODY).status == 200
        process.terminate()
        assert process.wait(60) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_model_that_does_not_load_is_not_served(tmp_path: Path, folder: Path, workers: str) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "MLmodel").write_bytes((folder / "MLmodel").read_bytes())
    said = fails("runyard_serving", "-m", str(broken), "-p", "0", "-w", workers, folder=tmp_path)
    assert "python_model.pkl" in said
    assert "Listening" not in said


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    for program in (("runyard_serving",), ("runyard", "models", "serve")):
        assert "no file MLmodel" in fails(*program, "-m", str(tmp_path), folder=tmp_path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "70000"], "expected a port, 0 to 65535"),
        (["--workers", "0"], "expected a whole number, 1 or more"),
        (["--timeout", "-1"], "expected a number of seconds above 0"),
        (["--log-level", "loud"], "expected one of debug, info"),
        (["--ssl-keyfile", "/nothing"], "there is no such file"),
        (["--ssl-keyfile", __file__], "needs the certificate: --ssl-certfile"),
        (["--nothing"], "--nothing"),
    ],
)
def test_options_that_are_not_valid(folder: Path, tmp_path: Path, options: list[str], said: str) -> None:
    for program in (("runyard_serving",), ("runyard", "models", "serve", "--env-manager", "local")):
        assert said in " ".join(fails(*program, "-m", str(folder), *options, folder=tmp_path).split())


def test_variables_that_are_not_valid(folder: Path, tmp_path: Path) -> None:
    said = fails("runyard_serving", "-m", str(folder), folder=tmp_path, SERVING_MODEL_CONFIG="[1]")
    assert "SERVING_MODEL_CONFIG='[1]' is not valid: expected a JSON object" in said


def test_a_port_that_is_taken(folder: Path, tmp_path: Path) -> None:
    with served(folder) as server:
        port = server.address.rpartition(":")[2]
        assert f"Port {port}" in fails("runyard_serving", "-m", str(folder), "-p", port, folder=tmp_path)


def test_pickles_from_elsewhere_are_announced_or_refused(folder: Path, tmp_path: Path) -> None:
    with RunyardServer(
        *("-m", str(folder), "--env-manager", "local"), folder=tmp_path, command="models serve"
    ) as server:
        server.wait_for("from outside of your runs")
    with pytest.raises(NotStarted, match="RUNYARD_ALLOW_PICKLE_DESERIALIZATION is false"):
        served(folder, RUNYARD_ALLOW_PICKLE_DESERIALIZATION="false").start()


def test_what_is_shown_of_old_options(folder: Path) -> None:
    with served(folder, "--install-mlflow", "--no-conda") as server:
        server.wait_for("--install-mlflow is not needed")


def test_who_listens_beyond_this_machine_is_warned(folder: Path) -> None:
    with served(folder, "--host", "0.0.0.0") as server:
        server.wait_for("whoever reaches it may ask the model")


def test_mlserver_has_settings_of_its_own(folder: Path, tmp_path: Path) -> None:
    options = ("--enable-mlserver", "--timeout", "3", "--no-preload", "--port", "0")
    said = fails("runyard", "models", "serve", "-m", str(folder), *options, folder=tmp_path)
    assert "MLServer has no --timeout, --preload" in " ".join(said.split())


def test_another_environment_serves_and_hears_signals(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def restore(_: Path, __: object, manager: str | None, *, tools: list[str]) -> Activation:
        asked.update(manager=manager, tools=tools)
        return Activation(python=sys.executable, variables={"RUNYARD_ALLOW_PICKLE_DESERIALIZATION": "true"})

    monkeypatch.setattr("runyard.models.restoring.restore", restore)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]

    def stop() -> None:
        while True:
            with suppress(OSError):
                asked["answer"] = ask(f"http://127.0.0.1:{port}", "POST", "/invocations", BODY).status
                break
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    stopping = threading.Thread(target=stop)
    stopping.start()
    result = CliRunner().invoke(
        serve, ["-m", str(folder), "--env-manager", "uv", "--port", str(port), "--no-preload"], standalone_mode=False
    )
    stopping.join()
    assert result.exit_code == 0, result
    assert asked == {"manager": "uv", "tools": ["runyard-serving"], "answer": 200}
