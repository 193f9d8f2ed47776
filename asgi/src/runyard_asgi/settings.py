"""How a server listens, whom it lets in and what it tells."""

from __future__ import annotations

from pathlib import Path

import msgspec

__all__ = ["TLS", "Guarding", "Limits", "Listening", "Logging"]


class TLS(msgspec.Struct, frozen=True, kw_only=True):
    """How connections are encrypted.

    Attributes:
        certificate: The file of the certificate, with those that lead to its root.
        key: The file of its key; that of the certificate when `None`.
        password: What the key is encrypted with.
        authorities: The file of those who sign the certificates of clients; clients need none when `None`.
        ciphers: What OpenSSL may choose from; its own choice when `None`.
    """

    certificate: Path
    key: Path | None = None
    password: str | None = None
    authorities: Path | None = None
    ciphers: str | None = None

    def __repr__(self) -> str:
        return f"TLS({str(self.certificate)!r})"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is waited for, and for how long.

    Attributes:
        connections: How many each worker has open; further requests are answered with 503.
        backlog: How many connections wait to be accepted.
        head: The bytes that the head of a request may have.
        head_seconds: How long the head of a request may take.
        idle_seconds: How long a connection without a request is kept.
        grace_seconds: How long requests in flight have to end when the server is stopped.
    """

    connections: int = 4096
    backlog: int = 2048
    head: int = 64 << 10
    head_seconds: float = 20.0
    idle_seconds: int = 75
    grace_seconds: int = 10


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server listens, and with how many processes.

    Attributes:
        host: A name or an address of this machine.
        port: The port; any that is free for 0.
        workers: The processes that answer.
        prefix: What every path begins with; empty, or a path without a slash at its end.
        tls: How connections are encrypted; they are not when `None`.
        proxies: The addresses whose ``X-Forwarded-...`` headers are believed, separated by commas; none when empty.
        limits: What is waited for.
    """

    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 1
    prefix: str = ""
    tls: TLS | None = None
    proxies: str = ""
    limits: Limits = Limits()


class Guarding(msgspec.Struct, frozen=True, kw_only=True):
    """Which requests of browsers are let in.

    Attributes:
        is_on: Whether anything is refused at all.
        hosts: The names by which the server may be called; `*` stands for any characters. The usual ones when empty.
        origins: The origins of other pages that may use the server, such as ``https://notebooks.example``; ``*`` stands
            for any characters.
        frame_options: The value of ``X-Frame-Options``; the header is left out when empty.
    """

    is_on: bool = True
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    frame_options: str = "SAMEORIGIN"


class Logging(msgspec.Struct, frozen=True, kw_only=True):
    """What the server tells.

    Attributes:
        level: The least level of messages that are written, in lower case.
        format: ``text`` or ``json``.
        requests: Whether every request is written down.
        metrics: The folder of what workers count for Prometheus; nothing is counted when `None`.
    """

    level: str = "info"
    format: str = "text"
    requests: bool = False
    metrics: Path | None = None
