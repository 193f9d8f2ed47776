"""The tests of the guide to testing pass, and test what the guide says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from runyard import testing
from runyard.testing.contract import Contract

PAGE = (Path(__file__).parents[2] / "docs/how-to/test-a-plugin.md").read_text("utf-8")
FILES = {name: text for text, name in re.findall(r"^```python\n(# (\S+/\S+)\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)}


def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "src/runyard_counted/__init__.py").touch()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "MLFLOW_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--rootdir", ".", "tests"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"declares logged_models = False|\d+ skipped", done.stdout)


def test_the_table_shows_every_suite_and_what_it_can_be_told() -> None:
    rows = dict(re.findall(r"^\| `(\w+Contract)` \|(.*)\|$", PAGE, re.MULTILINE))
    assert sorted(rows) == sorted(testing.__all__)
    for name, row in rows.items():
        suite = getattr(testing, name)
        settings = {
            setting
            for base in suite.__mro__
            if base not in (Contract, object)
            for setting in vars(base).get("__annotations__", {})
            if not setting.startswith("_")
        }
        assert settings == set(re.findall(r"`(\w+)`", row.split("|")[1])), name
