"""A large file takes no more of the server's memory than a small one."""

from __future__ import annotations

import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest

SIZE = 100 << 20
PROGRAM = """
import socket, sys
import uvicorn
from runyard.artifacts.repositories import open_repository
from runyard.rest.extension import ServerContext
from runyard_server.application import Application
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
context = ServerContext(store=None, registry=None, artifacts=open_repository(sys.argv[1]))
config = uvicorn.Config(Application(context), log_level="warning", ws="none", http="httptools")
uvicorn.Server(config).run([listener])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux, which tells the peak of memory")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "artifacts")], stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout is not None
        connection = HTTPConnection("127.0.0.1", int(server.stdout.readline()), timeout=120)
        try:
            _move(connection, 3 << 20)
            before = _peak(server.pid)
            _move(connection, SIZE)
            growth = _peak(server.pid) - before
        finally:
            connection.close()
            server.terminate()
    # A few portions, and what the allocator keeps.
    assert growth < SIZE / 5


def _move(connection: HTTPConnection, size: int) -> None:
    target = "/api/2.0/mlflow-artifacts/artifacts/large"
    block = b"x" * (1 << 20)
    blocks = (block for _ in range(size // len(block)))
    connection.request("PUT", target, blocks, {"Content-Length": str(size)})
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (200, b"{}")
    connection.request("GET", target)
    reply = connection.getresponse()
    received = 0
    while chunk := reply.read(1 << 20):
        received += len(chunk)
    assert received == size


def _peak(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    raise AssertionError("the system does not say")
