"""The commands, with an engine that writes down what it is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ENGINE = """\
#!{python}
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
context = pathlib.Path(sys.argv[-1])
(here / "words").write_text(json.dumps(sys.argv[1:]))
(here / "files").write_text(json.dumps(sorted(path.name for path in context.iterdir())))
for number in range(50):
    print("step", number, flush=True)
print("buildkit", os.environ["DOCKER_BUILDKIT"], file=sys.stderr)
raise SystemExit(int(os.environ.get("ENGINE_CODE", "0")))
"""


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    program = tmp_path / "programs/docker"
    program.parent.mkdir()
    program.write_text(ENGINE.format(python=sys.executable))
    program.chmod(0o755)
    return program


def runyard(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    return subprocess.run(
        [sys.executable, "-m", "runyard", "models", *words],
        cwd=folder,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_dockerfile_is_written(model: Path, tmp_path: Path) -> None:
    done = runyard(tmp_path, "generate-dockerfile", "-m", "model", "-d", "out", "--install-java", "true")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path / 'out'}\n"
    assert "default-jre-headless" in (tmp_path / "out/Dockerfile").read_text()
    assert not runyard(tmp_path, "generate-dockerfile").returncode
    assert (tmp_path / "runyard-dockerfile/Dockerfile").is_file()


def test_engine_gets_words_and_no_shell(model: Path, engine: Path, tmp_path: Path) -> None:
    (tmp_path / 'pip,"own".conf').write_text("[global]\n")
    done = runyard(
        tmp_path,
        *("build-docker", "-m", "model", "-n", "team/fraud:3", "--platform", "linux/amd64", "--pip-config"),
        'pip,"own".conf',
        *("--", "--network=host", "--build-arg", "A=$(touch owned); b"),
        PATH=f"{engine.parent}{os.pathsep}{os.environ['PATH']}",
    )
    assert (done.returncode, done.stdout) == (0, "team/fraud:3\n"), done.stderr
    *words, context = json.loads((engine.parent / "words").read_text())
    assert words == [
        "build",
        "--tag=team/fraud:3",
        "--platform=linux/amd64",
        f'--secret=id=pip,"src={tmp_path}/pip,""own"".conf"',
        "--network=host",
        "--build-arg",
        "A=$(touch owned); b",
    ]
    assert json.loads((engine.parent / "files").read_text()) == ["Dockerfile", "environment", "model"]
    assert not Path(context).exists()
    assert "step 0\n" in done.stderr
    assert "buildkit 1\n" in done.stderr
    assert not list(tmp_path.glob("**/owned"))


def test_failed_build_shows_the_end(model: Path, engine: Path, tmp_path: Path) -> None:
    done = runyard(tmp_path, "build-docker", "-m", "model", "--engine", str(engine), ENGINE_CODE="7")
    assert (done.returncode, done.stdout) == (1, "")
    _, _, message = done.stderr.partition("Error: ")
    assert message.startswith("docker built no image: it ended with code 7 and said:\n")
    assert "step 49" in message
    assert "step 10\n" not in message


def test_engine_that_is_missing(model: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = runyard(tmp_path, "build-docker", "-m", "model", PATH=str(tmp_path / "empty"))
    assert done.returncode == 1
    assert "neither docker nor podman" in done.stderr
    assert "https://docs.docker.com/engine/install" in done.stderr
    done = runyard(tmp_path, "build-docker", "-m", "model", RUNYARD_CONTAINER_ENGINE="no-such-engine")
    assert "There is no program 'no-such-engine'" in done.stderr


@pytest.mark.parametrize("name", ["--privileged", "a;b", "$(id)", "UPPER", "a b", ""])
def test_names_that_are_none(name: str, engine: Path, model: Path, tmp_path: Path) -> None:
    done = runyard(tmp_path, "build-docker", "-m", "model", f"--name={name}", "--engine", str(engine))
    assert done.returncode == 1
    assert "is not the name of an image" in done.stderr
    assert not (engine.parent / "words").exists()


@pytest.mark.parametrize("uri", ["models:/x; touch owned", "runs:/$(touch owned)/model", "model\nRUN touch owned"])
def test_addresses_with_shell_characters(uri: str, engine: Path, tmp_path: Path) -> None:
    done = runyard(tmp_path, "build-docker", "-m", uri, "--engine", str(engine))
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert not (engine.parent / "words").exists()
    assert not list(tmp_path.glob("**/owned"))


def test_options_of_the_reference_system(model: Path, tmp_path: Path) -> None:
    done = runyard(tmp_path, "generate-dockerfile", "-m", "model", "--install-mlflow")
    assert done.returncode == 0
    assert "is not needed" in done.stderr
    done = runyard(tmp_path, "generate-dockerfile", "-m", "model", "--mlflow-home", ".")
    assert done.returncode == 2
    assert "--wheels FOLDER" in done.stderr
