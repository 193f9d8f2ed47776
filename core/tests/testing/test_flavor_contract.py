"""The flavor contract is kept by a flavor that does as it says, and notices every one that does not."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runyard.testing import FlavorContract

pytest.importorskip("pandas", reason="the clauses about signatures make DataFrames")

FILE = Path(__file__).with_name("flavor_mutants.py")
# The decorated classes of the file: by name of the suite, the clause that catches it
MUTANTS = {
    f"Test{each.name}": ast.literal_eval(decorator.args[0])
    for each in ast.parse(FILE.read_text("utf-8")).body
    if isinstance(each, ast.ClassDef)
    for decorator in each.decorator_list
    if isinstance(decorator, ast.Call)
}


def run(*clauses: str) -> subprocess.CompletedProcess[str]:
    """Run clauses of suites in a process that finds their module, and whose children do."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--tb=short",
        "-rfEs",
        "-p",
        "no:cacheprovider",
        "--import-mode=prepend",
    ]
    return subprocess.run([*command, *clauses], capture_output=True, text=True, check=False, cwd=FILE.parent)


@pytest.fixture(scope="module")
def failed() -> set[str]:
    """Run for each mutant the clause that it breaks, all in one process, and return the suites that failed."""
    done = run(*(f"{FILE}::{suite}::{clause}" for suite, clause in MUTANTS.items()))
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    return set(re.findall(r"^(?:FAILED|ERROR) \S*::(Test\w+)::", done.stdout, re.MULTILINE))


def test_whole_flavors_pass() -> None:
    done = run(f"{FILE}::TestWhole", f"{FILE}::TestPickled")
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_is_caught(mutant: str, failed: set[str]) -> None:
    assert mutant in failed, f"{MUTANTS[mutant]} does not notice {mutant}"


def test_every_clause_has_been_broken() -> None:
    clauses = {name for name in dir(FlavorContract) if name.startswith("test_")}
    assert clauses - set(MUTANTS.values()) == set()
