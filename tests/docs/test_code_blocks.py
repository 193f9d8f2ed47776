"""Every Python block of the documentation runs, page by page, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted(page for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")] if BLOCK.search(page.read_text()))
# These pages show hook implementations that need a package around them; tests of their own run them.
RUN_ELSEWHERE = {
    "extend-the-server.md": "tests/docs/test_extend_the_server.py",
    "hooks.md": "tests/docs/test_hooks.py",
    "test-a-plugin.md": "tests/docs/test_test_a_plugin.py",
    "write-a-plugin.md": "tests/docs/test_write_a_plugin.py",
}

# What these pages are about is not installed everywhere.
LIBRARIES = {"log-pytorch-models.md": ("torch", "lightning")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_of_page_run(page: Path, tmp_path: Path) -> None:
    if page.name in RUN_ELSEWHERE:
        assert (ROOT / RUN_ELSEWHERE[page.name]).is_file()
        return
    for library in LIBRARIES.get(page.name, ("sklearn",)):
        pytest.importorskip(library, reason=f"the page uses {library}, which is not installed here")
    script = tmp_path / "page.py"
    script.write_text("\n".join(BLOCK.findall(page.read_text())))
    result = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr


LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=lambda page: str(page.relative_to(ROOT))
)
def test_links_lead_somewhere(page: Path) -> None:
    dead = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert dead == []
