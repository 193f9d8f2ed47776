"""Images on a real engine: built, run, asked, stopped."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from containers import Engine, require_engine
from runyard.errors import ExecutionFailed
from runyard_serving.image import ImageOptions, build_docker

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
OURS = ("core", "asgi", "plugins/local", "plugins/serving", "flavors/sklearn")
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
ROWS = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.0]]
QUESTION = {"dataframe_split": {"columns": ["a", "b"], "data": ROWS}}
SECRET = "token-that-nobody-may-see"

Build = Callable[..., str]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return require_engine()


@pytest.fixture(scope="module")
def wheels(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our distributions, as they are in this tree."""
    folder = tmp_path_factory.mktemp("wheels")
    for path in OURS:
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
        subprocess.run(command, cwd=ROOT / path, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def pip_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of this machine, as far as a container reaches it."""
    indexes = pytest.importorskip("runyard_local.indexes", reason="it knows where packages come from here")
    settings = {key: value for key, value in indexes.pip_settings().items() if value.startswith(("http:", "https:"))}
    file = tmp_path_factory.mktemp("pip") / "pip.conf"
    lines = [f"{key} = {value}" for key, value in {**settings, "cert": AUTHORITIES, "timeout": "180"}.items()]
    file.write_text("\n".join(["[global]", *lines, f"# {SECRET}"]))
    return file


@pytest.fixture(scope="module")
def build(engine: Engine, wheels: Path, pip_config: Path) -> Iterator[Build]:
    """What builds images; they are removed in the end."""
    names: list[str] = []

    def build(name: str, model: Path | None = None, **options: Any) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DOCKER_HOST", engine.address)
            given = ImageOptions(
                model_uri=None if model is None else str(model), base_image=engine.base, wheels=wheels, **options
            )
            names.append(f"{name}:test")
            return build_docker(given, names[-1], engine=engine.program, pip_config=pip_config, more=["--network=host"])

    yield build
    engine.ask("image", "rm", "--force", *dict.fromkeys(names))


def save(folder: Path, **options: Any) -> Any:
    """Save a small classifier, and return it."""
    pandas = pytest.importorskip("pandas")
    linear_model = pytest.importorskip("sklearn.linear_model")
    import runyard.sklearn

    from runyard.models import infer_signature

    frame = pandas.DataFrame(ROWS, columns=["a", "b"])
    classifier = linear_model.LogisticRegression(**options).fit(frame, [0, 0, 1, 1])
    runyard.sklearn.save_model(classifier, folder, signature=infer_signature(frame, classifier.predict(frame)))
    return classifier


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A model, and what it predicts for the question."""
    folder = tmp_path_factory.mktemp("models") / "first"
    classifier = save(folder)
    return folder, [int(value) for value in classifier.predict(classifier_rows(classifier))]


def classifier_rows(classifier: Any) -> Any:
    import pandas

    return pandas.DataFrame(ROWS, columns=list(classifier.feature_names_in_))


@pytest.fixture(scope="module")
def image(build: Build, saved: tuple[Path, list[int]]) -> str:
    return build("fraud", saved[0])


def test_container_predicts_as_the_model_does(engine: Engine, image: str, saved: tuple[Path, list[int]]) -> None:
    with engine.run(image, ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]) as container:
        container.wait_for("Listening on")
        assert container.request("GET", "/ping")[0] == 200
        status, text = container.request("POST", "/invocations", QUESTION)
        assert (status, json.loads(text)) == (200, {"predictions": saved[1]})
        status, text = container.request("POST", "/invocations", {"dataframe_split": {"columns": ["a"], "data": [[1]]}})
        assert status == 400
        assert "b" in json.loads(text)["message"]
        assert container.execute("id", "-u").stdout == "10001\n"
        assert container.execute("touch", "/opt/environment/x").returncode != 0
        assert container.execute("cat", "/proc/1/comm").stdout == "python\n"
        assert container.wait_for_health() == "healthy"
        container.stop(60)
        state = container.state
        assert (state["ExitCode"], state["OOMKilled"]) == (0, False)  # 137 would be the end of the engine's patience


def test_workers_and_words_of_the_server(engine: Engine, image: str, saved: tuple[Path, list[int]]) -> None:
    variables = ["--env=MLFLOW_MODELS_WORKERS=2", "--env=RUNYARD_SCORING_SERVER_REQUEST_TIMEOUT=9"]
    with engine.run(image, ["--read-only", *variables], ["serve", "--port", "9000", "--access-log"]) as container:
        container.wait_for("Listening on")
        status, text = container.request("POST", "/invocations", QUESTION, port=9000)
        assert (status, json.loads(text)) == (200, {"predictions": saved[1]})
        assert len(container.execute("cat", "/proc/1/task/1/children").stdout.split()) >= 2
        container.stop(60)
        assert container.state["ExitCode"] == 0


def test_wrong_words_end_it(engine: Engine, image: str) -> None:
    with engine.run(image, words=["serve", "--no-such-option"]) as container:
        assert engine.ask("wait", container.name) == "2"


def test_changed_model_leaves_the_environment(engine: Engine, build: Build, image: str, tmp_path: Path) -> None:
    save(tmp_path / "model", C=0.5)
    before, other = engine.layers(image), build("fraud-again", tmp_path / "model")
    after = engine.layers(other)
    assert after[:-1] == before[:-1]
    assert after[-1] != before[-1]


def test_nothing_of_the_build_stays(engine: Engine, image: str) -> None:
    history = engine.ask("history", "--no-trunc", "--format={{.CreatedBy}}", image)
    assert SECRET not in history
    assert SECRET not in json.dumps(engine.inspect(image))
    found = "find / -xdev ( -name pip.conf -o -name wheels -o -path /opt/environment/bin/pip ) -not -path /proc/*"
    with engine.run(image, ["--entrypoint=python"], ["-c", "import signal; signal.pause()"]) as container:
        assert container.execute(*found.split()).stdout == ""
        grep = container.execute("grep", "-rl", SECRET, "/opt", "/etc", "/run", "/tmp", "/root", "/var")
        assert grep.stdout == ""


def test_labels_say_what_it_is(engine: Engine, image: str) -> None:
    config = engine.inspect(image)["Config"]
    assert config["Labels"]["runyard.model.flavors"] == "python_function sklearn"
    assert (config["User"], config["StopSignal"], list(config["ExposedPorts"])) == (
        "10001:10001",
        "SIGTERM",
        ["8080/tcp"],
    )


@pytest.fixture(scope="module")
def empty(build: Build) -> str:
    return build("any-model")


def test_mounted_model_with_an_environment_of_its_own(
    engine: Engine, empty: str, saved: tuple[Path, list[int]], pip_config: Path
) -> None:
    model, expected = saved
    options = ["--read-only", "--tmpfs=/tmp", "--network=host", f"--volume={model}:/opt/ml/model:ro"]
    options += [f"--volume={pip_config}:/etc/pip.conf:ro", f"--env=SSL_CERT_FILE={AUTHORITIES}"]
    pip_config.chmod(0o644)
    with engine.run(empty, options, ["serve", "--host", "127.0.0.1", "--port", "0"]) as container:
        said = container.wait_for("Listening on")
        port = said.strip().rpartition(":")[2]
        ask = (
            "import sys, urllib.request as u; r = u.Request(sys.argv[1], sys.argv[2].encode(), "
            "{'Content-Type': 'application/json'}); print(u.urlopen(r).read().decode())"
        )
        address = f"http://127.0.0.1:{port}/invocations"
        answer = container.execute("python", "-c", ask, address, json.dumps(QUESTION))
        assert json.loads(answer.stdout) == {"predictions": expected}, answer.stderr
        assert "/opt/environments/" in container.execute("cat", "/proc/1/cmdline").stdout


def test_mounted_model_with_what_the_image_has(
    engine: Engine, image: str, saved: tuple[Path, list[int]], tmp_path: Path
) -> None:
    save(tmp_path / "model", C=1e-9)
    with engine.run(image, ["--read-only", f"--volume={tmp_path / 'model'}:/opt/ml/model:ro"]) as container:
        container.wait_for("Listening on")
        status, text = container.request("POST", "/invocations", QUESTION)
        assert (status, len(json.loads(text)["predictions"])) == (200, len(ROWS))


def test_mlserver_serves_the_model(engine: Engine, build: Build, saved: tuple[Path, list[int]]) -> None:
    model, expected = saved
    image = build("fraud-mlserver", model, mlserver=True)
    with engine.run(image, ["--read-only", "--tmpfs=/tmp"]) as container:
        container.wait_for("Loaded model 'model' successfully")
        assert json.loads(container.request("POST", "/invocations", QUESTION)[1]) == {"predictions": expected}
        shape, data = [len(ROWS), 2], [value for row in ROWS for value in row]
        question = {"inputs": [{"name": "x", "shape": shape, "datatype": "FP64", "data": data}]}
        status, text = container.request("POST", "/v2/models/model/infer", question)
        assert (status, json.loads(text)["outputs"][0]["data"]) == (200, expected)
        assert container.wait_for_health() == "healthy"
        container.stop(60)
        assert container.state["ExitCode"] == 0


def test_no_model_is_mounted(engine: Engine, empty: str) -> None:
    with engine.run(empty) as container:
        assert engine.ask("wait", container.name) == "1"
        with pytest.raises(pytest.fail.Exception, match=r"Error: There is no model in '/opt/ml/model'"):
            container.wait_for("Listening on")


def test_first_commands_of_the_guide(
    engine: Engine, image: str, saved: tuple[Path, list[int]], wheels: Path, pip_config: Path
) -> None:
    page = (ROOT / "docs/how-to/build-an-image.md").read_text()
    block = re.search(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block
    typed, reply = block[1].rsplit("\n", 2)[:2]
    build, run, curl = (shlex.split(line) for line in typed.replace("\\\n", " ").removeprefix("$ ").split("\n$ "))
    build[build.index("-m") + 1] = str(saved[0])
    here = ["--base-image", engine.base, "--wheels", str(wheels), "--pip-config", str(pip_config)]
    done = subprocess.run(
        [sys.executable, "-m", *build, *here, "--engine", engine.program, "--", "--network=host"],
        env={**os.environ, "DOCKER_HOST": engine.address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "fraud\n"), done.stderr
    try:
        assert run == ["docker", "run", "--rm", "--publish", "8080:8080", "fraud"]
        with engine.run("fraud") as container:
            container.wait_for("Listening on")
            path, body = curl[1].removeprefix("http://127.0.0.1:8080"), json.loads(curl[curl.index("-d") + 1])
            assert container.request("POST", path, body) == (200, reply)
    finally:
        engine.ask("image", "rm", "--force", "fraud")


def test_build_that_fails_shows_why(build: Build, model: Path) -> None:
    (model / "requirements.txt").write_text("mlflow\nno-such-distribution-anywhere==1.2.3\n")
    with pytest.raises(ExecutionFailed, match=r"(?s)docker built no image: .*no-such-distribution-anywhere==1\.2\.3"):
        build("broken", model)


def test_model_cannot_run_anything_while_it_is_built(engine: Engine, build: Build, model: Path) -> None:
    data = {"flavors": {"python_function": {"loader_module": "own"}}, "model_id": '"; RUN touch /owned $(touch /owned)'}
    (model / "MLmodel").write_text(json.dumps(data))
    (model / "requirements.txt").write_text("mlflow\n")
    (model / "RUN touch owned").write_text("FROM scratch\n")
    (model / "Dockerfile").write_text("FROM scratch\nRUN touch /owned\n")
    name = build("nasty", model)
    assert engine.inspect(name)["Config"]["Labels"]["runyard.model.id"] == data["model_id"]
    with engine.run(name, ["--entrypoint=python"], ["-c", "import signal; signal.pause()"]) as container:
        assert container.execute("test", "-e", "/owned").returncode == 1
