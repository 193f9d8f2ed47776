"""The parts of the reference that follow from the code are those that the code gives now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RENDER = Path(__file__).parents[2] / "docs/reference/render.py"


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, RENDER, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, f"Run: python docs/reference/render.py\n{done.stdout}{done.stderr}"
