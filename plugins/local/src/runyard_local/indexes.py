"""Where distributions come from: the settings of pip, for pip and, translated, for uv."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from configparser import Error as ConfigError
from configparser import RawConfigParser
from pathlib import Path

# pip's settings, the variables of uv that mean the same, and what stands between the values there. Of several names
# the first is written; the settings of pip count only where none of them is set.
_TRANSLATED: dict[str, tuple[tuple[str, ...], str]] = {
    "index-url": (("UV_DEFAULT_INDEX", "UV_INDEX_URL"), " "),
    "extra-index-url": (("UV_EXTRA_INDEX_URL", "UV_INDEX"), " "),
    "find-links": (("UV_FIND_LINKS",), ","),
    "no-index": (("UV_NO_INDEX",), " "),
    "constraint": (("UV_CONSTRAINT",), " "),
    "trusted-host": (("UV_INSECURE_HOST", "UV_ALLOW_INSECURE_HOST"), " "),
    "cert": (("SSL_CERT_FILE",), " "),
}
# What decides which distributions are installed, and not only how they are fetched.
_DECISIVE = ("index-url", "extra-index-url", "find-links", "no-index", "constraint")
LIKE_PIP = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
"""Lets uv look in all indexes for the best version, as pip does: indexes that were named for pip rely on it."""

_USER = re.compile(r"//[^/@\s]*@")


def pip_settings() -> dict[str, str]:
    """Return those of pip's settings that say where distributions come from; paths among them are absolute."""
    settings: dict[str, str] = {}
    for file in _files():
        parser = RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (ConfigError, UnicodeDecodeError):  # pip itself will complain of it
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                settings.update((key.replace("_", "-"), value) for key, value in parser.items(section))
    for key in _TRANSLATED:
        value = os.environ.get(f"PIP_{key.upper().replace('-', '_')}")
        if value is not None:
            settings[key] = value
    return {key: _absolute(key, settings[key]) for key in _TRANSLATED if settings.get(key, "").strip()}


def uv_settings() -> dict[str, str]:
    """Return variables for uv: what it is told itself, and pip's settings where it is told nothing."""
    variables: dict[str, str] = {}
    for key, value in pip_settings().items():
        names, separator = _TRANSLATED[key]
        if not any(name in os.environ for name in names):
            variables[names[0]] = separator.join(value.split())
            if key == "extra-index-url" and "UV_INDEX_STRATEGY" not in os.environ:
                variables.update(LIKE_PIP)
    if (own := os.environ.get("UV_FIND_LINKS")) is not None:
        variables["UV_FIND_LINKS"] = ",".join(map(_absolute_path, own.split(",")))
    return variables


def decisive_settings(*, for_uv: bool) -> dict[str, str]:
    """Return the settings that an environment's contents depend on, without users and passwords."""
    if not for_uv:
        found = {key: value for key, value in pip_settings().items() if key in _DECISIVE}
    else:
        variables: Mapping[str, str] = {**os.environ, **uv_settings()}
        names = [name for key in _DECISIVE for name in _TRANSLATED[key][0]]
        names += ["UV_OVERRIDE", "UV_PRERELEASE", "UV_RESOLUTION", "UV_INDEX_STRATEGY", "UV_TORCH_BACKEND"]
        found = {name: variables[name] for name in names if name in variables}
    return {name: _USER.sub("//", value) for name, value in found.items()}


def pip_variables() -> dict[str, str]:
    """Return variables for pip: settings with relative paths in them, as pip is started in another folder."""
    return {f"PIP_{key.upper().replace('-', '_')}": value for key, value in pip_settings().items()}


def _files() -> list[Path]:
    """Return the configuration files of pip, the weakest first."""
    given = os.environ.get("PIP_CONFIG_FILE")
    if given == os.devnull:
        return []
    name = "pip.ini" if os.name == "nt" else "pip.conf"
    home = Path(os.path.expanduser("~"))
    user = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = [Path("/etc/xdg/pip", name), Path("/etc", name), home / ".pip" / name, user / "pip" / name]
    files.append(Path(sys.prefix, name))
    return [*files, Path(given)] if given else files


def _absolute(key: str, value: str) -> str:
    if key not in ("find-links", "constraint", "cert"):
        return value
    return " ".join(map(_absolute_path, value.split()))


def _absolute_path(text: str) -> str:
    return text if "://" in text or text.startswith("file:") else os.path.abspath(os.path.expanduser(text))
