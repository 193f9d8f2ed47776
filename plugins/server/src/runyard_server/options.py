"""The options of ``runyard server``, under the names that users of the reference system know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click  # noqa: TID253 - imported by the command only

from runyard.config import names
from runyard_asgi.logs import LEVELS

__all__ = ["server_options"]

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _names(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...]:
    return names(text or "")


def _option(*declaration: str, env: str = "", ours: str = "", **attributes: Any) -> Callable[[F], F]:
    """Return an option that is read from variables too: ours first, then that of the reference system.

    Args:
        declaration: Its names.
        env: The variable of both, without its prefix.
        ours: The variable without its prefix, if only we have it.
        attributes: As click takes them.
    """
    variables = [f"RUNYARD_{env}", f"MLFLOW_{env}"] if env else [f"RUNYARD_{ours}"] if ours else None
    return click.option(*declaration, envvar=variables, show_envvar=variables is not None, **attributes)


def _options() -> Iterator[Callable[[Any], Any]]:
    yield _option(
        "--backend-store-uri",
        env="BACKEND_STORE_URI",
        metavar="URI",
        help="Where runs are: sqlite:///runs.db, postgresql://..., or a folder. Without it: ./mlruns if there is "
        "anything in it, else ./runyard.db.",
    )
    yield _option(
        "--registry-store-uri",
        env="REGISTRY_STORE_URI",
        metavar="URI",
        help="Where models are registered; where runs are, when absent.",
    )
    yield _option(
        "--default-artifact-root",
        env="DEFAULT_ARTIFACT_ROOT",
        metavar="URI",
        help="Where new experiments keep their artifacts; behind this server (mlflow-artifacts:/) unless "
        "--no-serve-artifacts.",
    )
    yield _option(
        "--serve-artifacts/--no-serve-artifacts",
        env="SERVE_ARTIFACTS",
        default=True,
        show_default=True,
        help="Let clients reach artifacts through this server.",
    )
    yield _option(
        "--artifacts-destination",
        env="ARTIFACTS_DESTINATION",
        metavar="URI",
        help="Where the artifacts are that go through this server; ./mlartifacts when absent.",
    )
    yield _option(
        "--artifacts-only", env="ARTIFACTS_ONLY", is_flag=True, help="Have artifacts only: no runs and no models."
    )
    yield _option("-h", "--host", env="HOST", default="127.0.0.1", show_default=True, help="Where to listen.")
    yield _option(
        "-p",
        "--port",
        env="PORT",
        type=click.IntRange(0, 65535),
        default=5000,
        show_default=True,
        help="The port; 0 takes any that is free.",
    )
    yield _option(
        "-w",
        "--workers",
        env="WORKERS",
        type=click.IntRange(1, 256),
        default=1,
        show_default=True,
        help="The processes that answer. One answers thousands of requests in a second.",
    )
    yield _option(
        "--static-prefix", env="STATIC_PREFIX", default="", metavar="PATH", help="What every path begins with: /runs."
    )
    yield _option(
        "--allowed-hosts",
        env="SERVER_ALLOWED_HOSTS",
        metavar="NAMES",
        callback=_names,
        help="The names by which browsers and clients may call this server, comma-separated; * stands for any "
        "characters. Without it: localhost, private addresses, the name of this machine.",
    )
    yield _option(
        "--cors-allowed-origins",
        env="SERVER_CORS_ALLOWED_ORIGINS",
        metavar="ORIGINS",
        callback=_names,
        help="The pages of other servers that may use this one: https://notebooks.example, comma-separated.",
    )
    yield _option(
        "--x-frame-options",
        env="SERVER_X_FRAME_OPTIONS",
        type=click.Choice(("SAMEORIGIN", "DENY", "NONE"), case_sensitive=False),
        default="SAMEORIGIN",
        show_default=True,
        help="Which pages may show those of this server in a frame.",
    )
    yield _option(
        "--disable-security-middleware",
        env="SERVER_DISABLE_SECURITY_MIDDLEWARE",
        is_flag=True,
        help="Refuse no request because of its Host or Origin. Only behind a proxy that does.",
    )
    yield _option("--ssl-certfile", ours="SSL_CERTFILE", type=_FILE, help="The certificate: speak HTTPS.")
    yield _option("--ssl-keyfile", ours="SSL_KEYFILE", type=_FILE, help="Its key, if that is in a file of its own.")
    yield _option(
        "--ssl-keyfile-password-file",
        ours="SSL_KEYFILE_PASSWORD_FILE",
        type=_FILE,
        help="The file with the password of the key. RUNYARD_SSL_KEYFILE_PASSWORD holds the password itself.",
    )
    yield _option(
        "--ssl-ca-certs",
        ours="SSL_CA_CERTS",
        type=_FILE,
        help="Those who sign the certificates of clients; each client then needs one.",
    )
    yield _option(
        "--expose-prometheus",
        env="EXPOSE_PROMETHEUS",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Count requests for Prometheus, at /metrics; several workers share a folder for it.",
    )
    yield _option(
        "--log-level",
        ours="SERVER_LOG_LEVEL",
        type=click.Choice(LEVELS, case_sensitive=False),
        help="The least that is told.  [default: info]",
    )
    yield _option(
        "--log-format",
        ours="SERVER_LOG_FORMAT",
        type=click.Choice(("text", "json"), case_sensitive=False),
        default="text",
        show_default=True,
        help="How it is told.",
    )
    yield _option(
        "--access-log/--no-access-log", ours="SERVER_ACCESS_LOG", default=None, help="Write every request down."
    )
    yield _option(
        "--grace-seconds",
        ours="SERVER_GRACE_SECONDS",
        type=click.IntRange(min=0),
        help="How long requests in flight have to end when the server is stopped.  [default: 10]",
    )
    yield _option(
        "--dev",
        is_flag=True,
        help="Start again when the code of runyard or its plugins changes; tell more. With one worker.",
    )
    yield _option(
        "--uvicorn-opts",
        env="UVICORN_OPTS",
        default="",
        metavar="OPTIONS",
        help="Options of uvicorn, in one word: '--timeout-keep-alive 30 --forwarded-allow-ips 10.0.0.1'.",
    )
    for name in ("gunicorn", "waitress"):
        yield _option(f"--{name}-opts", env=f"{name.upper()}_OPTS", hidden=True, callback=_refuse)


def _refuse(_: click.Context, parameter: click.Parameter, given: str | None) -> None:
    if given:
        raise click.UsageError(
            f"{parameter.opts[0]} configures another server than this one. What it is needed for has an option of its "
            "own here, such as --workers, --grace-seconds and --access-log; see --help."
        )


def server_options(function: F) -> F:
    """Add every option of a server."""
    for option in reversed(list(_options())):
        function = option(function)
    return function
