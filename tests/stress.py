"""How long the stress tests go on, and which stores they are about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SECONDS = float(os.environ.get("RUNYARD_TEST_STRESS", "0"))
"""What ``RUNYARD_TEST_STRESS`` says: the seconds that each test takes; 0 is for a short one."""

VARIABLES = {"postgres": "RUNYARD_TEST_POSTGRES_URL", "mariadb": "RUNYARD_TEST_MARIADB_URL"}
STORES = ("file", "sqlite", *VARIABLES)
# Read once: a test sees no variable of runyard's but those that it sets.
_SERVED = {name: os.environ[variable] for name, variable in VARIABLES.items() if os.environ.get(variable)}


def addresses(folder: Path) -> dict[str, str]:
    """Return the address of each store that there is; those of local ones are below a folder."""
    return {"file": str(folder / "mlruns"), "sqlite": f"sqlite:///{folder / 'runs.db'}", **_SERVED}


def address(name: str, folder: Path) -> str:
    """Return the address of a store; skip the test if it is on a server that nobody has named."""
    found = addresses(folder)
    if name not in found:
        pytest.skip(f"{VARIABLES[name]} names no server; `nox -s databases` starts one")
    return found[name]
