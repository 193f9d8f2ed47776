"""``runyard server`` and ``runyard ui``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click  # noqa: TID253 - this module is what is imported late

from runyard_asgi.settings import TLS, Guarding, Limits, Listening, Logging
from runyard_server.defaults import ARTIFACTS_FOLDER, PROXIED, find_store
from runyard_server.options import server_options
from runyard_server.settings import Artifacts, Settings, Stores, check_prefix
from runyard_server.uvicorn_options import parse_uvicorn_options

__all__ = ["server", "ui"]

# -h is --host, as the users of the reference system know it
_CONTEXT = {"help_option_names": ["--help"], "max_content_width": 100}


@click.command(context_settings=_CONTEXT)
@server_options
def server(**given: Any) -> None:
    """Serve runs, models and artifacts to a team.

    The server ends with SIGTERM or Ctrl-C, after requests in flight have been answered. SIGHUP makes it read its
    certificate again.
    """
    _serve(_settings(find_store, given))


@click.command(context_settings=_CONTEXT)
@server_options
@click.option("--open", "is_opened", is_flag=True, help="Open a browser.")
def ui(is_opened: bool, **given: Any) -> None:
    """Look at what is in the current folder.

    A server for one person, with the options of `runyard server`.
    """
    from runyard.tracking.uris import DEFAULT_FOLDER

    # What a script that is started here writes into
    _serve(_settings(lambda: find_store(new=DEFAULT_FOLDER), given), is_opened=is_opened)


def _serve(settings: Settings, *, is_opened: bool = False) -> None:
    from runyard_server.serve import serve

    code = serve(settings, is_opened=is_opened)
    if code:
        click.get_current_context().exit(code)


def _settings(default_store: Any, given: dict[str, Any]) -> Settings:
    more = parse_uvicorn_options(given["uvicorn_opts"])
    is_in_development: bool = given["dev"]
    level = given["log_level"] or more.get("log_level") or ("debug" if is_in_development else "info")
    requests = given["access_log"] if given["access_log"] is not None else more.get("access_log", is_in_development)
    artifacts = _artifacts(given)
    return Settings(
        stores=_stores(default_store, given, is_proxy=artifacts is not None),
        artifacts=artifacts,
        listening=_listening(given, more),
        guarding=Guarding(
            is_on=not given["disable_security_middleware"],
            hosts=given["allowed_hosts"],
            origins=given["cors_allowed_origins"],
            frame_options="" if given["x_frame_options"] == "NONE" else given["x_frame_options"],
        ),
        logging=Logging(
            level=level.lower(), format=given["log_format"], requests=requests, metrics=given["expose_prometheus"]
        ),
        is_in_development=is_in_development,
    )


def _artifacts(given: dict[str, Any]) -> Artifacts | None:
    destination = given["artifacts_destination"]
    if given["serve_artifacts"]:
        return Artifacts(destination=destination or os.path.abspath(ARTIFACTS_FOLDER))
    if given["artifacts_only"]:
        raise click.UsageError("--artifacts-only and --no-serve-artifacts leave nothing to serve. Choose one of them.")
    return None


def _stores(default_store: Any, given: dict[str, Any], *, is_proxy: bool) -> Stores | None:
    backend, registry = given["backend_store_uri"], given["registry_store_uri"]
    root = given["default_artifact_root"]
    if given["artifacts_only"]:
        for name in ("backend_store_uri", "registry_store_uri", "default_artifact_root"):
            if given[name]:
                option = f"--{name.replace('_', '-')}"
                raise click.UsageError(f"A server with artifacts only (--artifacts-only) has no use for {option}.")
        return None
    backend = backend or default_store()
    return Stores(backend=backend, registry=registry or backend, artifact_root=root or (PROXIED if is_proxy else None))


def _listening(given: dict[str, Any], more: dict[str, Any]) -> Listening:
    limits = {
        "connections": more.get("limit_concurrency"),
        "backlog": more.get("backlog"),
        "idle_seconds": more.get("timeout_keep_alive"),
        "grace_seconds": given["grace_seconds"]
        if given["grace_seconds"] is not None
        else more.get("timeout_graceful_shutdown"),
    }
    proxies = more.get("forwarded_allow_ips", "127.0.0.1,::1" if more.get("proxy_headers") else "")
    return Listening(
        host=given["host"],
        port=given["port"],
        workers=1 if given["dev"] else given["workers"],
        prefix=check_prefix(given["static_prefix"]),
        tls=_tls(given, more),
        proxies="" if more.get("proxy_headers") is False else proxies,
        limits=Limits(**{name: value for name, value in limits.items() if value is not None}),
    )


def _tls(given: dict[str, Any], more: dict[str, Any]) -> TLS | None:
    def option(name: str) -> Any:
        return given.get(name) or more.get(name)

    certificate: Path | None = option("ssl_certfile")
    if certificate is None:
        for name in ("ssl_keyfile", "ssl_ca_certs"):
            if option(name):
                raise click.UsageError(f"--{name.replace('_', '-')} needs the certificate: --ssl-certfile.")
        return None
    password_file: Path | None = given["ssl_keyfile_password_file"]
    password = os.environ.get("RUNYARD_SSL_KEYFILE_PASSWORD") or more.get("ssl_keyfile_password")
    return TLS(
        certificate=certificate,
        key=option("ssl_keyfile"),
        password=password_file.read_text("utf-8").rstrip("\r\n") if password_file else password,
        authorities=option("ssl_ca_certs"),
        ciphers=more.get("ssl_ciphers"),
    )
