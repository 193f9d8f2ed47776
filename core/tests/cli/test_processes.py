"""The program as a process: what it imports, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("click", "pluggy", "msgspec", "yaml", "lark", "numpy", "pandas", "rich")


def program(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    return subprocess.run(
        [sys.executable, "-m", "runyard", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**environment, **variables},
    )


def imported(code: str) -> set[str]:
    """Return the modules that are loaded when a program ends."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines())


def test_version_imports_no_plugin_and_no_third_party_module() -> None:
    modules = imported("from runyard.cli.main import main\nmain(['--version'])")
    assert not modules & {*HEAVY, "runyard.plugins", "runyard.cli.program"}


def test_help_imports_no_command() -> None:
    modules = imported("from runyard.cli.main import main\nmain(['--help'])")
    own = {name for name in modules if name.startswith("runyard.cli.")}
    assert own == {f"runyard.cli.{name}" for name in ("main", "errors", "text", "program", "commands", "groups")}
    assert not modules & (set(HEAVY) - {"click", "pluggy", "msgspec"})


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_python_dash_m_is_the_program(word: str) -> None:
    done = program(word)
    assert (done.returncode, done.stderr) == (0, "")
    assert "runyard" in done.stdout


def test_wrong_usage_ends_with_2_and_a_failure_with_1() -> None:
    assert program("absent").returncode == 2
    done = program("runs", "list", RUNYARD_TRACKING_URI="nonsense://x")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: There is no tracking store for 'nonsense'.")
    assert "Traceback" in program("--debug", "runs", "list", RUNYARD_TRACKING_URI="nonsense://x").stderr


def test_a_core_without_plugins_says_what_to_install() -> None:
    done = program("--no-plugins", "runs", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert "runyard-file" in done.stderr


def test_what_the_output_cannot_encode_is_escaped() -> None:
    done = program("--no-plugins", "doctor", PYTHONIOENCODING="iso8859-5", RUNYARD_EXPERIMENT_NAME="Größe …")
    assert r"Gr\xf6\xdfe \u2026" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = [sys.executable, "-m", "runyard", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
def test_ctrl_c_ends_with_130_and_without_a_stack_trace(tmp_path: Path) -> None:
    fifo = tmp_path / "env"
    os.mkfifo(fifo)
    command = [sys.executable, "-m", "runyard", "--env-file", str(fifo), "plugins", "list"]
    # once the write end could be opened, the program waits for the file's end
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process, open(fifo, "w"):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in errors


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_no_color_and_a_pipe_turn_colours_off(tmp_path: Path) -> None:
    import pty

    def on_a_terminal(**variables: str) -> bytes:
        parent, child = pty.openpty()
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        subprocess.run(
            [sys.executable, "-m", "runyard", "plugins", "check", "absent"],
            stderr=child,
            check=False,
            env={**environment, "TERM": "xterm", **variables},
        )
        shown = os.read(parent, 10_000)
        os.close(child)
        os.close(parent)
        return shown

    assert b"\x1b[31m" in on_a_terminal()
    assert b"\x1b" not in on_a_terminal(NO_COLOR="1")
    assert "\x1b" not in program("plugins", "check", "absent").stderr
