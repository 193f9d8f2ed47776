"""The options of the model server: one table, for the program of a model's own environment and for the command."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from runyard.config import Setting, boolean, names, natural
from runyard.errors import InvalidInput
from runyard_asgi.logs import LEVELS
from runyard_asgi.settings import TLS, Guarding, Limits, Listening, Logging
from runyard_serving import settings
from runyard_serving.settings import Calls, Settings

__all__ = ["IN_SERVING", "OPTIONS", "Option", "settings_of"]

IN_SERVING = "_MLFLOW_IS_IN_SERVING_ENVIRONMENT"
"""The variable by which the code of a model learns that a server has loaded it, as under the reference system's."""


class Option(msgspec.Struct, frozen=True):
    """An option, with the environment variables that stand in for it.

    Attributes:
        setting: What it sets.
        flag: Its long name.
        short: Its short name; it has none when empty.
        metavar: What its value is called; a switch has none.
    """

    setting: Setting[Any]
    flag: str
    short: str = ""
    metavar: str = ""

    @property
    def name(self) -> str:
        """The long name as an identifier."""
        return self.flag.removeprefix("--").replace("-", "_")

    def read(self, text: str) -> Any:
        """Return the value that a text stands for.

        Raises:
            InvalidInput: It does not parse.
        """
        try:
            return self.setting.parse(text)
        except ValueError as error:
            raise InvalidInput(f"{self.flag} {text!r} is not valid: {error}.") from None


def _port(text: str) -> int:
    number = natural(text)
    if number > 65535:
        raise ValueError("expected a port, 0 to 65535")
    return number


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return text.lower()

    return parse


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


OPTIONS = (
    Option(Setting("HOST", str, "127.0.0.1", "Where to listen.", compatible=True), "--host", "-h", "HOST"),
    Option(
        Setting("PORT", _port, 5000, "The port; 0 takes any that is free.", compatible=True), "--port", "-p", "PORT"
    ),
    Option(settings.MODELS_WORKERS, "--workers", "-w", "NUMBER"),
    Option(settings.SCORING_SERVER_REQUEST_TIMEOUT, "--timeout", "-t", "SECONDS"),
    Option(settings.SERVING_THREADS, "--threads", metavar="NUMBER"),
    Option(settings.SERVING_QUEUE, "--queue", metavar="NUMBER"),
    Option(settings.SERVING_BODY_BYTES, "--body-bytes", metavar="NUMBER"),
    Option(settings.SERVING_BODY_SECONDS, "--body-seconds", metavar="SECONDS"),
    Option(settings.SERVING_BATCH_ROWS, "--batch-rows", metavar="NUMBER"),
    Option(settings.SERVING_BATCH_MILLISECONDS, "--batch-milliseconds", metavar="NUMBER"),
    Option(settings.SERVING_PRELOAD, "--preload"),
    Option(
        Setting(
            "SERVER_ALLOWED_HOSTS",
            names,
            (),
            "The names by which browsers may call this server, comma-separated; * stands for any characters. Without "
            "it: localhost, private addresses, the name of this machine.",
            compatible=True,
        ),
        "--allowed-hosts",
        metavar="NAMES",
    ),
    Option(
        Setting(
            "SERVER_CORS_ALLOWED_ORIGINS",
            names,
            (),
            "The pages of other servers that may use this one: https://app.example, comma-separated.",
            compatible=True,
        ),
        "--cors-allowed-origins",
        metavar="ORIGINS",
    ),
    Option(
        Setting(
            "SERVER_DISABLE_SECURITY_MIDDLEWARE",
            boolean,
            False,
            "Refuse no request because of its Host or Origin. Only behind a proxy that does.",
            compatible=True,
        ),
        "--disable-security-middleware",
    ),
    Option(Setting("SSL_CERTFILE", _file, None, "The certificate: speak HTTPS."), "--ssl-certfile", metavar="FILE"),
    Option(
        Setting("SSL_KEYFILE", _file, None, "Its key, if that is in a file of its own."),
        "--ssl-keyfile",
        metavar="FILE",
    ),
    Option(
        Setting(
            "SSL_KEYFILE_PASSWORD_FILE",
            _file,
            None,
            "The file with the password of the key. RUNYARD_SSL_KEYFILE_PASSWORD holds the password itself.",
        ),
        "--ssl-keyfile-password-file",
        metavar="FILE",
    ),
    Option(
        Setting(
            "SSL_CA_CERTS",
            _file,
            None,
            "Those who sign the certificates of clients; each client then needs one.",
        ),
        "--ssl-ca-certs",
        metavar="FILE",
    ),
    Option(
        Setting(
            "EXPOSE_PROMETHEUS",
            Path,
            None,
            "Count requests for Prometheus, at /metrics; several workers share a folder for it.",
            compatible=True,
        ),
        "--expose-prometheus",
        metavar="DIR",
    ),
    Option(
        Setting("SERVER_LOG_LEVEL", _one_of(*LEVELS), "info", f"The least that is told: {', '.join(LEVELS)}."),
        "--log-level",
        metavar="LEVEL",
    ),
    Option(
        Setting("SERVER_LOG_FORMAT", _one_of("text", "json"), "text", "How it is told: text or json."),
        "--log-format",
        metavar="FORMAT",
    ),
    Option(Setting("SERVER_ACCESS_LOG", boolean, False, "Write every request down."), "--access-log"),
    Option(
        Setting(
            "SERVER_GRACE_SECONDS",
            natural,
            Limits().grace_seconds,
            "How long requests in flight have to end when the server is stopped.",
        ),
        "--grace-seconds",
        metavar="SECONDS",
    ),
)
"""Every option, but for the one that names the model."""


def settings_of(folder: Path, given: Mapping[str, Any]) -> Settings:
    """Return how a model is served.

    Args:
        folder: The folder of the model.
        given: The values of options by their names, as `Option.read` returns them; the variables of the environment
            stand in for those that are left out.

    Raises:
        InvalidInput: A variable does not parse, or options do not go together.
    """
    value: dict[str, Any] = {}
    for option in OPTIONS:
        value[option.name] = option.setting.get() if given.get(option.name) is None else given[option.name]
    return Settings(
        folder=folder,
        config=settings.SERVING_MODEL_CONFIG.get(),
        is_preloaded=value["preload"],
        calls=Calls(
            timeout_seconds=value["timeout"],
            threads=value["threads"] or Calls().threads,
            queue=value["queue"],
            body_bytes=value["body_bytes"],
            body_seconds=value["body_seconds"],
            batch_rows=value["batch_rows"],
            batch_milliseconds=value["batch_milliseconds"],
        ),
        listening=Listening(
            host=value["host"],
            port=value["port"],
            workers=value["workers"],
            tls=_tls(value),
            limits=Limits(grace_seconds=value["grace_seconds"]),
        ),
        guarding=Guarding(
            is_on=not value["disable_security_middleware"],
            hosts=value["allowed_hosts"],
            origins=value["cors_allowed_origins"],
        ),
        logging=Logging(
            level=value["log_level"],
            format=value["log_format"],
            requests=value["access_log"],
            metrics=value["expose_prometheus"],
        ),
    )


def _tls(value: Mapping[str, Any]) -> TLS | None:
    certificate: Path | None = value["ssl_certfile"]
    if certificate is None:
        for name in ("ssl_keyfile", "ssl_ca_certs"):
            if value[name]:
                raise InvalidInput(f"--{name.replace('_', '-')} needs the certificate: --ssl-certfile.")
        return None
    file: Path | None = value["ssl_keyfile_password_file"]
    password = file.read_text("utf-8").rstrip("\r\n") if file else os.environ.get("RUNYARD_SSL_KEYFILE_PASSWORD")
    return TLS(certificate=certificate, key=value["ssl_keyfile"], password=password, authorities=value["ssl_ca_certs"])
