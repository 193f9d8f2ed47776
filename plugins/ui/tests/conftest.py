"""A page as the build leaves it, but small."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

SCRIPT = b"export {};" * 100


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with a page, a script, its packed form, and licences."""
    folder = tmp_path / "built"
    (folder / "static").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>page</title>")
    (folder / "licenses.txt").write_text("MIT")
    (folder / "static" / "index-1a2b.js").write_bytes(SCRIPT)
    (folder / "static" / "index-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (folder / "static" / "icon-3c4d.svg").write_text("<svg/>")
    return folder
