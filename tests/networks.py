"""Machines on a network of their own, as network namespaces of this one; on Linux, for root, with `ip`."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SUBNET = "10.77.0"


@dataclass(frozen=True)
class Machine:
    """One of them.

    Attributes:
        namespace: What `ip` calls it.
        address: Its address on their network; they reach nothing else.
    """

    namespace: str
    address: str

    def start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], **options: Any
    ) -> subprocess.Popen[str]:
        """Start a program there, in a folder and with more environment variables."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.namespace, *command],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            text=True,
            **options,
        )

    def run(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 300) -> str:
        """Run a program there and return what it printed; the test fails if the program does."""
        pipe = subprocess.PIPE
        with self.start(command, folder, environment, stdout=pipe, stderr=pipe) as process:
            try:
                output, errors = process.communicate(timeout=seconds)
            finally:
                process.kill()
        assert process.returncode == 0, f"{' '.join(command)}:\n{errors}"
        return output


@contextmanager
def network(machines: int) -> Iterator[list[Machine]]:
    """Give machines that reach each other, and take them away in the end; the test is skipped where they cannot be."""
    if not shutil.which("ip") or os.geteuid() != 0:
        pytest.skip("network namespaces take root and iproute2 (on Debian: apt-get install iproute2)")
    unique = uuid.uuid4().hex[:12]
    with ExitStack() as namespaces:

        def namespace(name: str) -> str:
            made = f"runyard-{unique}-{name}"
            done = subprocess.run(["ip", "netns", "add", made], capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"this machine makes no network namespaces: {done.stderr.strip()}")
            namespaces.callback(_ip, "netns", "delete", made)
            return made

        # All of it is inside namespaces, so that nothing else on this machine sees it, and all of it goes with them.
        switch = namespace("switch")
        _ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        _ip("-n", switch, "link", "set", "bridge", "up")
        made = []
        for number in range(1, machines + 1):
            machine = Machine(namespace(str(number)), f"{SUBNET}.{number}")
            port = f"port{number}"
            ends = ("eth0", "netns", machine.namespace, "type", "veth", "peer", "name", port, "netns", switch)
            _ip("link", "add", *ends)
            _ip("-n", switch, "link", "set", port, "master", "bridge", "up")
            _ip("-n", machine.namespace, "address", "add", f"{machine.address}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                _ip("-n", machine.namespace, "link", "set", device, "up")
            made.append(machine)
        yield made


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
