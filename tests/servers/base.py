"""What every server has in common: a data folder, a port, and processes that begin and end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from abc import ABC, abstractmethod
from collections import deque
from pathlib import Path
from typing import IO, Any, ClassVar, TypeVar

from servers import packages

S = TypeVar("S", bound="Server")

HOST = "127.0.0.1"
START_SECONDS = STOP_SECONDS = 120


class ServerFailed(Exception):
    """A server cannot be had; the message holds the last lines of what it said."""


class Server(ABC):
    """A server that listens on 127.0.0.1 and keeps its data in a temporary folder; in use inside a ``with`` block.

    It runs as `account` where the tests run as root, and outlives a Ctrl-C that was meant for the command it serves.

    Args:
        fsync: Whether it writes through to the disk, as in production; without, it is faster.

    Attributes:
        port: Where it listens, also when it is started again.
        folder: What it keeps; gone after the block.
    """

    name: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]
    """The Debian packages that it comes from."""
    main_program: ClassVar[str]
    """What it is found by."""
    account: ClassVar[str]
    """The user that it runs as where the tests run as root."""
    ready: ClassVar[bytes]
    """What it says once it answers."""
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    """What asks it to end now, in good order."""

    def __init__(self, *, fsync: bool = True) -> None:
        self.fsync = fsync
        self.port = free_port()
        self.folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._reader = threading.Thread()
        self._answers = False
        self._said: deque[bytes] = deque(maxlen=40)

    @property
    @abstractmethod
    def variables(self) -> dict[str, str]:
        """The environment variables that tell tests where it is."""

    @abstractmethod
    def program(self, name: str) -> str | None:
        """Return the path of one of its programs, or `None`."""

    @abstractmethod
    def initialise(self) -> None:
        """Make its data in `folder`."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return what starts it, in the foreground, speaking to its standard error."""

    def __enter__(self: S) -> S:
        self.install(self.main_program)  # its packages also make its account
        self.folder = Path(tempfile.mkdtemp(prefix=f"runyard-{self.name}-"))
        try:
            if os.geteuid() == 0:
                shutil.chown(self.folder, self.account)
            self.initialise()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def is_installed(self) -> bool:
        """Whether it can be started without installing anything."""
        return self.program(self.main_program) is not None

    @property
    def listens(self) -> bool:
        """Whether somebody listens where it does."""
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def start(self) -> None:
        """Start it, on the data that is there, and wait until it answers.

        Raises:
            ServerFailed: It ended, or said nothing for too long.
        """
        news = threading.Event()
        self._said.clear()
        self._answers = False
        self._process = subprocess.Popen(
            self.command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **self._identity(),
        )
        assert self._process.stdout
        self._reader = threading.Thread(target=self._listen, args=(self._process.stdout, news), daemon=True)
        self._reader.start()
        in_time = news.wait(START_SECONDS)
        if not self._answers:
            self.kill()
            raise ServerFailed(f"{self.name} {'ended' if in_time else 'did not answer'}; it said:\n{self._words()}")

    def stop(self) -> int | None:
        """Let it end in good order; return its exit code, `None` if it does not run."""
        if self._process is None:
            return None
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL
        code = self._process.returncode
        self._ended()
        return code

    def kill(self) -> None:
        """End all of its processes at this moment, whatever they do; returns when none of them is left."""
        if self._process is None:
            return
        if self._process.poll() is None:
            parent = self._process.pid
            # Once it is stopped it starts no further child, and buries none whose number could be taken by another.
            os.kill(parent, signal.SIGSTOP)
            os.waitid(os.P_PID, parent, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            for pid in [parent, *children(parent)]:
                os.kill(pid, signal.SIGKILL)
            self._process.wait()
        self._ended()

    def install(self, program: str) -> str:
        """Return the path of one of its programs; the packages are installed where it is missing.

        Raises:
            ServerFailed: They cannot be installed.
        """
        if self.program(program) is None:
            try:
                packages.install(self.packages)
            except packages.NotInstalled as error:
                raise ServerFailed(str(error)) from error
        path = self.program(program)
        if path is None:
            raise ServerFailed(f"The packages {', '.join(self.packages)} brought no {program!r}.")
        return path

    def run(self, *command: str, text: str = "") -> None:
        """Run one of its programs to the end.

        Args:
            command: The program and its arguments.
            text: What it reads from its standard input.

        Raises:
            ServerFailed: It ended with another code than 0.
        """
        done = subprocess.run(
            command,
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=False,
            **self._identity(),
        )
        if done.returncode:
            words = done.stdout.decode(errors="replace")
            raise ServerFailed(f"{command[0]} ended with code {done.returncode}:\n{words}")

    def _identity(self) -> dict[str, Any]:
        """Return where and as whom its programs run."""
        # A MariaDB that starts removes what others have in a folder for temporary files that they share.
        variables = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TMPDIR": str(self.folder)}
        options: dict[str, Any] = {"cwd": self.folder, "env": variables}
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.account)
            options.update(user=account.pw_uid, group=account.pw_gid, extra_groups=[])
        return options

    def _listen(self, output: IO[bytes], news: threading.Event) -> None:
        with output:
            for line in output:
                self._said.append(line)
                if self.ready in line:
                    self._answers = True
                    news.set()
        news.set()

    def _ended(self) -> None:
        # Each of its processes holds the pipe: at its end, all of them are gone.
        self._reader.join()
        self._process = None

    def _words(self) -> str:
        return b"".join(self._said).decode(errors="replace")


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that are not buried."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
