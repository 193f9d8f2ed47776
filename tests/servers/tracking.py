"""Our own tracking server, by its command."""

from __future__ import annotations

import os
import pwd
import random
import signal
import sys
from pathlib import Path
from typing import ClassVar

from servers.base import HOST, Server, children


class TrackingServer(Server):
    """``runyard server`` in processes of its own; not in the list of those that a command can be run with.

    Args:
        store: The address of the store that it serves.
        artifacts: The folder of the artifacts that go through it; inside its own folder when absent.
        options: Further words of its command.
    """

    name = "runyard"
    packages: ClassVar[tuple[str, ...]] = ()
    main_program = "python"
    ready = b"Listening on"

    def __init__(self, store: str, artifacts: Path | None = None, options: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._store = store
        self._artifacts = artifacts
        self._options = options

    @property
    def account(self) -> str:  # type: ignore[override]
        """Whoever runs the tests: the store is theirs."""
        return pwd.getpwuid(os.geteuid()).pw_name

    @property
    def variables(self) -> dict[str, str]:
        return {"RUNYARD_TRACKING_URI": self.address}

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"http://{HOST}:{self.port}"

    def program(self, name: str) -> str | None:
        return sys.executable

    def kill_worker(self) -> None:
        """End one of its workers at this moment; its parent starts another one."""
        assert self._process
        os.kill(random.choice(children(self._process.pid)), signal.SIGKILL)

    def initialise(self) -> None:
        """Do nothing: the server makes what it needs."""

    def command(self) -> list[str]:
        artifacts = self._artifacts or self.folder / "artifacts"
        words = [*self._options, "--backend-store-uri", self._store, "--artifacts-destination", str(artifacts)]
        return [sys.executable, "-m", "runyard", "server", "--host", HOST, "--port", str(self.port), *words]
