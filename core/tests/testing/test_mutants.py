"""The suites notice what they are for: every mutant fails the clause that it breaks."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("mutants.py")


def _mutants() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("mutants", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    mutants: dict[str, str] = module.MUTANTS
    return mutants


MUTANTS = _mutants()


@pytest.fixture(scope="module")
def failed() -> set[str]:
    """Run for each mutant the clause that it breaks, all in one process, and return the suites that failed."""
    clauses = [f"{FILE}::{suite}::{clause}" for suite, clause in MUTANTS.items()]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rf", "-p", "no:cacheprovider", *clauses]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=FILE.parent)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    return set(re.findall(r"^FAILED \S*::(Test\w+)::", done.stdout, re.MULTILINE))


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_is_caught(mutant: str, failed: set[str]) -> None:
    assert mutant in failed, f"{MUTANTS[mutant]} does not notice {mutant}"
