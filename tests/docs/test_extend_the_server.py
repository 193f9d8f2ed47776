"""The extension of the guide keeps its contract, and a server with it keeps strangers out."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from server_process import NotStarted, RunyardServer

PAGE = (Path(__file__).parents[2] / "docs/how-to/extend-the-server.md").read_text("utf-8")
FILES = {name: text for text, name in re.findall(r"^```python\n(# (\S+/\S+)\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)}
ME = "/api/2.0/tokens/me"
EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The plugin as the page lays it out, installed in ``src``."""
    pytest.importorskip("runyard_server", reason="the guide extends the server")
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "src/runyard_tokens/__init__.py").touch()
    metadata = tmp_path / "src/runyard_tokens-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: runyard-tokens\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[runyard]\ntokens = runyard_tokens.plugin\n")
    return tmp_path


def ask(address: str, token: str = "", message: object = None) -> tuple[int, str]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    body = None if message is None else json.dumps(message).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_contract_of_the_page_is_kept(project: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--rootdir", ".", "tests"],
        cwd=project,
        env={**environment, "PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


def test_server_lets_in_whoever_has_a_token(project: Path) -> None:
    roles = {"ann": "owner", "bob": "reader"}
    lines = [f"{name} {role} {hashlib.sha256(name.encode()).hexdigest()}\n" for name, role in roles.items()]
    (project / "tokens").write_text("".join(lines))
    variables = {"PYTHONPATH": str(project / "src"), "RUNYARD_TOKENS": "tokens"}
    with RunyardServer("--host", "0.0.0.0", "--access-log", folder=project, variables=variables) as server:
        assert ask(server.address + "/health") == (200, "OK")
        for path in (ME, EXPERIMENT):
            status, answer = ask(server.address + path)
            assert (status, json.loads(answer)["error_code"]) == (401, "UNAUTHENTICATED")
        assert ask(server.address + ME, "ann") == (200, "ann")
        assert ask(server.address + EXPERIMENT, "bob")[0] == 200
        create = server.address + "/api/2.0/mlflow/experiments/create"
        assert ask(create, "bob", {"name": "new"})[0] == 403
        assert ask(create, "ann", {"name": "new"})[0] == 200
        server.wait_for("status=403 .*user=bob")
        assert not [line for line in server.said if "knows no users" in line]


def test_server_does_not_start_without_a_broken_extension(project: Path) -> None:
    variables = {"PYTHONPATH": str(project / "src")}
    with pytest.raises(NotStarted, match=r"'tokens' of runyard-tokens 1.0.*RUNYARD_TOKENS does not name"):
        RunyardServer(folder=project, variables=variables).start()
    (project / "src/runyard_tokens/plugin.py").write_text("raise RuntimeError('broken')\n")
    with pytest.raises(NotStarted, match=r"keeps strangers out.*RUNYARD_PLUGINS_BLOCK=tokens"):
        RunyardServer(folder=project, variables=variables).start()


def test_server_does_not_start_with_a_route_that_says_not_what_it_takes(project: Path) -> None:
    extension = project / "src/runyard_tokens/extension.py"
    extension.write_text(extension.read_text().replace("permission=permission", "permission=None"))
    (project / "tokens").write_text("")
    variables = {"PYTHONPATH": str(project / "src"), "RUNYARD_TOKENS": "tokens"}
    with pytest.raises(NotStarted, match=rf"'tokens' of runyard-tokens 1.0.*GET {ME} declares no permission"):
        RunyardServer(folder=project, variables=variables).start()
