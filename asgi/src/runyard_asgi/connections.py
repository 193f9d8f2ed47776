"""What uvicorn is told, and what it lacks: bounds for the heads of requests."""

from __future__ import annotations

import asyncio
import signal
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import uvicorn  # noqa: TID253 - this module is imported by a server only
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol  # noqa: TID253 - as above

from runyard.errors import InvalidInput

if TYPE_CHECKING:
    from socket import socket

    from runyard.rest.extension import ASGIApp
    from runyard_asgi.settings import Listening

__all__ = ["Server", "make_config"]

_SWEEP_TICKS = 10  # of uvicorn's clock: once in a second
_TOO_LARGE = b"The head of the request is too large."
_VERSION, _CONTINUE = b"HTTP/1.1 ", b"HTTP/1.1 100"
_LITTLE = 1 << 16  # of so few bytes a copy costs less than to send them in two pieces


class _Joining:
    """A transport that sends the head of a reply together with the first bytes of the body.

    To send them one by one takes a second system call here, and mostly a second one there, for as long as all else.

    Args:
        transport: What sends.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            if len(data) > _LITTLE:
                self._transport.writelines((head, data))
            else:
                self._transport.write(head + data)
        elif data.startswith(_VERSION) and not data.startswith(_CONTINUE):
            self._head = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Send what waits: no bytes of a body follow."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        self.flush()
        self._transport.close()


class Connection(HttpToolsProtocol):
    """A connection whose client may not send the head of a request without end.

    Attributes:
        since: When it was opened, or the last request on it began or ended, in seconds of the event loop's clock.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._joining = _Joining(transport)
        super().connection_made(cast("asyncio.Transport", self._joining))
        self.since = self.loop.time()
        self._head = -1

    @property
    def is_waiting(self) -> bool:
        """Whether there is no request that is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.since = self.loop.time()
        self._head = 0

    def on_headers_complete(self) -> None:
        self._head = -1
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self._joining.flush()
        self.since = self.loop.time()
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head >= 0:
            self._head += len(data)
            if self._head > (self.config.h11_max_incomplete_event_size or 0):
                self._refuse_head()

    def _refuse_head(self) -> None:
        length = str(len(_TOO_LARGE)).encode()
        head = STATUS_LINE[431] + b"content-type: text/plain\r\ncontent-length: " + length
        self.transport.write(head + b"\r\nconnection: close\r\n\r\n" + _TOO_LARGE)
        self.transport.close()


class Server(uvicorn.Server):
    """A server that ends with the code 0 when it is told to, and gives up on clients that keep it waiting.

    Args:
        config: What `make_config` returns.
        listening: How it was set up.
        on_ready: Called when it answers.
        on_stop: Called, once, when it was told to stop; from a signal handler.
        is_worker: Whether Ctrl-C is the business of its parent.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        listening: Listening,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None] = lambda: None,
        *,
        is_worker: bool = False,
    ) -> None:
        super().__init__(config)
        self._limits = listening.limits
        self._on_ready = on_ready
        self._on_stop = on_stop
        self._tls = listening.tls
        self._is_worker = is_worker

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.has_failed:
            self._on_ready()

    @property
    def has_failed(self) -> bool:
        """Whether the application could not start up, or not shut down; its log says why."""
        return bool(self.lifespan.should_exit)

    async def on_tick(self, counter: int) -> bool:
        if counter % _SWEEP_TICKS == 0:
            self._sweep()
        return await super().on_tick(counter)

    def stop(self) -> None:
        """Answer what is in flight, and end."""
        if not self.should_exit:
            self.should_exit = True
            self._on_stop()

    def interrupt(self) -> None:
        """Do as `stop` does; but when a person insists, end at once."""
        self.force_exit = self.should_exit
        self.stop()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield  # as in tests: whoever has made the thread calls `stop`
            return
        # uvicorn's own raises the signal again at the end, so that a clean end would look like a violent one
        handlers: dict[int, Callable[..., None]] = dict.fromkeys(
            (signal.SIGINT, signal.SIGTERM), lambda *_: self.stop()
        )
        if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            handlers[signal.SIGHUP] = lambda *_: self._renew()
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _sweep(self) -> None:
        """Close the connections on which the head of a request does not come."""
        oldest = asyncio.get_running_loop().time() - self._limits.idle_seconds - self._limits.head_seconds
        slow = asyncio.get_running_loop().time() - self._limits.head_seconds
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection) and connection.is_waiting:
                is_new = connection.cycle is None
                if connection.since < (slow if is_new else oldest):
                    connection.transport.close()

    def _renew(self) -> None:
        """Read the certificate again: connections that are made from now on get the new one."""
        if self._tls is not None and self.config.ssl is not None:
            self.config.ssl.load_cert_chain(self._tls.certificate, self._tls.key, lambda: self._tls.password or "")


def make_config(application: ASGIApp, listening: Listening) -> uvicorn.Config:
    """Return uvicorn's configuration, complete: what is wrong with it shows here.

    Raises:
        InvalidInput: The certificate or its key cannot be used.
    """
    limits, tls = listening.limits, listening.tls
    encryption: dict[str, Any] = {}
    if tls is not None:
        encryption = {
            "ssl_certfile": tls.certificate,
            "ssl_keyfile": tls.key,
            "ssl_keyfile_password": tls.password or "",  # without one, OpenSSL would ask on the terminal
            "ssl_ca_certs": tls.authorities,
            "ssl_cert_reqs": ssl.CERT_REQUIRED if tls.authorities else ssl.CERT_NONE,
            "ssl_ciphers": tls.ciphers,
        }
    try:
        config = uvicorn.Config(
            application,
            loop="uvloop" if sys.platform != "win32" else "asyncio",
            http=Connection,
            ws="none",
            interface="asgi3",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            workers=1,  # those of `runyard_asgi.workers` are not uvicorn's
            proxy_headers=bool(listening.proxies),
            forwarded_allow_ips=listening.proxies or None,
            limit_concurrency=limits.connections,
            h11_max_incomplete_event_size=limits.head,  # uvicorn's name for it, whatever parses
            backlog=limits.backlog,
            timeout_keep_alive=limits.idle_seconds,
            timeout_graceful_shutdown=limits.grace_seconds,
            **encryption,
        )
        config.load()
    except (OSError, ValueError) as error:
        if tls is None:
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InvalidInput(
            f"The certificate {str(tls.certificate)!r}, or its key, cannot be used: {reason}. --ssl-certfile and "
            "--ssl-keyfile name PEM files; the password of the key is in RUNYARD_SSL_KEYFILE_PASSWORD."
        ) from None
    return config
