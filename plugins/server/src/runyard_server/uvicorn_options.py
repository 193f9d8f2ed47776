"""``--uvicorn-opts``: what users of the reference system hand to uvicorn, as far as this server has it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click  # noqa: TID253 - imported by the command only

from runyard_asgi.logs import LEVELS

__all__ = ["parse_uvicorn_options"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_KNOWN = click.Command(
    "--uvicorn-opts",
    params=[
        click.Option(["--log-level"], type=click.Choice(LEVELS, case_sensitive=False)),
        click.Option(["--access-log/--no-access-log"], default=None),
        click.Option(["--timeout-keep-alive"], type=click.IntRange(min=1)),
        click.Option(["--timeout-graceful-shutdown"], type=click.IntRange(min=0)),
        click.Option(["--limit-concurrency"], type=click.IntRange(min=1)),
        click.Option(["--backlog"], type=click.IntRange(min=1)),
        click.Option(["--proxy-headers/--no-proxy-headers"], default=None),
        click.Option(["--forwarded-allow-ips"]),
        click.Option(["--ssl-certfile"], type=_FILE),
        click.Option(["--ssl-keyfile"], type=_FILE),
        click.Option(["--ssl-keyfile-password"]),
        click.Option(["--ssl-ca-certs"], type=_FILE),
        click.Option(["--ssl-ciphers"]),
    ],
    add_help_option=False,
)


def parse_uvicorn_options(text: str) -> dict[str, Any]:
    """Return what was given, by the names of uvicorn's options with underscores.

    Raises:
        UsageError: There is an option that this server has not, or a value that does not fit.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise click.UsageError(f"--uvicorn-opts {text!r} does not parse: {error}.") from None
    try:
        given = _KNOWN.make_context("--uvicorn-opts", words).params
    except click.UsageError as error:
        names = ", ".join(option.opts[0] for option in _KNOWN.params)
        raise click.UsageError(f"--uvicorn-opts: {error.format_message()} This server knows {names}.") from None
    return {name: value for name, value in given.items() if value is not None}
