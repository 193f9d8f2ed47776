"""The servers begin, can be killed and begin again, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import SERVERS, Server, ServerFailed, packages
from servers.base import children

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "servers"]


@pytest.fixture(params=sorted(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    made = SERVERS[request.param](fsync=False)
    if not made.is_installed:
        pytest.skip(f"{made.name} is not installed; `python -m servers {made.name} -- true` installs it")
    with made:
        yield made


def listens(server: Server) -> bool:
    return server.listens  # in a function: what it says changes


def test_it_is_killed_and_starts_again_where_it_was(server: Server) -> None:
    assert listens(server)
    addresses = server.variables
    server.kill()
    assert not listens(server)
    server.kill()
    server.start()
    assert listens(server)
    assert server.variables == addresses
    server.stop()
    assert not listens(server)
    server.stop()


def test_nothing_stays(server: Server) -> None:
    assert server._process is not None
    pid = server._process.pid
    family = [pid, *children(pid)]
    server.__exit__()
    assert not server.folder.exists()
    assert not any(Path(f"/proc/{member}").exists() for member in family if member == pid)
    assert not server.listens


def test_a_server_that_does_not_start_says_why(server: Server) -> None:
    server.stop()
    shutil.rmtree(server.folder / "data")
    (server.folder / "data").touch()
    with pytest.raises(ServerFailed, match=r"(?s)ended; it said:.*data"):
        server.start()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """Return the environment in which ``servers`` knows one server, a program of ours."""
    (tmp_path / "sitecustomize.py").write_text(
        f"""
import sys
sys.path.insert(0, {str(ROOT / "tests")!r})
import servers
from servers.base import Server

class Fake(Server):
    name, packages, main_program, account, ready = "fake", (), "sh", "nobody", b"ready"
    variables = property(lambda self: {{"FAKE": f"{{self.port}} {{self.folder}} {{self._process.pid}}"}})
    def program(self, name): return name
    def initialise(self): pass
    def command(self): return ["/bin/sh", "-c", "echo ready; exec sleep 600"]

servers.SERVERS["fake"] = Fake
"""
    )
    return {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'tests'}"}


TELL = "import os; print(os.environ['FAKE'], flush=True)"


def ended(told: str) -> bool:
    """Say whether a fake server is gone, by what it told the command."""
    _, folder, pid = told.split()
    return not Path(folder).exists() and not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(("program", "code"), [("", 0), ("raise SystemExit(7)", 7), ("os.kill(os.getpid(), 9)", 137)])
def test_command_gets_the_address_and_its_code_is_returned(fake: dict[str, str], program: str, code: int) -> None:
    words = [*COMMAND, "fake", "--", sys.executable, "-c", f"{TELL}; {program}"]
    done = subprocess.run(words, env=fake, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    assert ended(done.stdout)


def test_command_that_is_not_there(fake: dict[str, str]) -> None:
    words = [*COMMAND, "fake", "--", "no-such-command"]
    done = subprocess.run(words, env=fake, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (127, "servers: no-such-command: No such file or directory\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_command_and_then_the_servers(fake: dict[str, str], number: signal.Signals) -> None:
    # Whoever runs the tests in the background may have them ignore SIGINT.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"signal.signal(signal.SIGTERM, lambda *_: sys.exit(5)); {TELL}; signal.pause()"
    )
    words = [*COMMAND, "fake", "--", sys.executable, "-c", program]
    with subprocess.Popen(
        words, env=fake, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        told = process.stdout.readline()
        assert not ended(told)
        if number is signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        assert process.wait(60) == (130 if number is signal.SIGINT else 5)
    assert ended(told)


@pytest.mark.parametrize("words", [[], ["postgres"], ["nobody", "--", "true"], ["--", "true"]])
def test_wrong_use(words: list[str], fake: dict[str, str]) -> None:
    done = subprocess.run([*COMMAND, *words], env=fake, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_packages_cannot_start_daemons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(packages, "POLICY", policy)
    with packages.no_daemons():
        assert subprocess.run([policy], check=False).returncode == 101
    assert not policy.exists()
    policy.write_text("of the machine")
    with packages.no_daemons():
        pass
    assert policy.read_text() == "of the machine"


def test_packages_are_installed_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log, tool = tmp_path / "log", tmp_path / "apt-get"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {log}\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(packages, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    packages.install(["one", "two"])
    assert log.read_text().splitlines()[-1].endswith("install --yes --no-install-recommends one two")
    tool.write_text("#!/bin/sh\necho no such package; exit 100\n")
    with pytest.raises(packages.NotInstalled, match="no such package"):
        packages.install(["one"])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(packages.NotInstalled, match=r"root installs it: apt-get install .* one"):
        packages.install(["one"])
