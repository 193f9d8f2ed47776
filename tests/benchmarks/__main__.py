"""Measures runyard against the reference system: ``python -m benchmarks [--repeats N] [--only WORD ...] [--json F]``.

Both sides run in processes of their own, in turns, so that whatever else the machine does hits both. The reference is
the Python named by ``RUNYARD_TEST_MLFLOW_PYTHON``. Everything is written below ``TMPDIR``, so that chooses the medium.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cases import Case, all_cases
from benchmarks.databases import database_cases
from benchmarks.measure import OURS, REFERENCE, Figures, Sides
from benchmarks.model_cases import model_cases
from benchmarks.page_cases import page_cases
from benchmarks.server_cases import server_cases

VARIABLE = "RUNYARD_TEST_MLFLOW_PYTHON"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="how often each side is measured (5)")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="cases whose name holds one of these")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to this file as well")
    parser.add_argument("--check", action="store_true", help="fail when a budget is missed")
    options = parser.parse_args()
    reference = os.environ.get(VARIABLE)
    if not reference:
        print(f"Nothing is measured: {VARIABLE} names no Python that has {REFERENCE} installed.")
        return 0
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch, ExitStack() as until_the_end:
        home = Path(scratch, "home")
        home.mkdir()
        sides = Sides(home, reference)
        cases = [
            *all_cases(sides, Path(scratch)),
            *model_cases(sides, Path(scratch), until_the_end),
            *database_cases(sides, Path(scratch), until_the_end),
            *server_cases(sides, Path(scratch), until_the_end),
            *page_cases(sides, Path(scratch), until_the_end),
        ]
        if options.only:
            cases = [case for case in cases if any(word in case.name for word in options.only)]
        for missing in sorted({case.program for case in cases if case.program and not shutil.which(case.program)}):
            parser.error(f"{missing} is not installed, and some cases need it. On Debian: apt-get install {missing}")
        shown: list[dict[str, Any]] = []
        try:
            for case in cases:
                shown += results(case, measure(case, max(1, round(options.repeats * case.share))))
        finally:  # what was measured is shown also where something has failed then
            report(shown, options.json, reference)
    return int(options.check and not all(line["met"] for line in shown))


def measure(case: Case, repeats: int) -> dict[str, list[Figures]]:
    """Measure both sides in turns; who begins changes each time."""
    figures: dict[str, list[Figures]] = {OURS: [], REFERENCE: []}
    for repeat in range(repeats):
        for system in (OURS, REFERENCE) if repeat % 2 else (REFERENCE, OURS):
            print(f"\r\033[K{case.name}: {repeat + 1}/{repeats} {system}", end="", file=sys.stderr, flush=True)
            figures[system].append(case.measure(system))
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return figures


def results(case: Case, figures: dict[str, list[Figures]]) -> list[dict[str, Any]]:
    """Return what each line of a case says."""
    medians = {
        system: {name: median(figure[name] for figure in series) for name in series[0]}
        for system, series in figures.items()
    }
    ratios = {name: medians[REFERENCE][name] / max(ours, 1e-9) for name, ours in medians[OURS].items()}
    return [
        {
            "name": line.name,
            "budget": line.budget,
            "limit": line.limit,
            "met": ratios[line.figure] >= (line.budget or 0)
            and (line.limit is None or medians[OURS][line.figure] <= line.limit),
            "ratio": ratios[line.figure],
            "cpu ratio": ratios["cpu"] if line.figure == "wall" else None,
            "median": {system: line.show(found[line.figure]) for system, found in medians.items()},
            "samples": {system: [figure[line.figure] for figure in series] for system, series in figures.items()},
        }
        for line in case.lines
    ]


def report(results: list[dict[str, Any]], file: Path | None, reference: str) -> None:
    """Print what was measured, and write it to a file."""
    if not results:
        return
    print(table(results), flush=True)
    if file is not None:
        file.write_text(json.dumps({"conditions": conditions(reference), "results": results}, indent=2) + "\n")


def table(results: list[dict[str, Any]]) -> str:
    """Return medians and ratios, one line for each figure."""
    heads = ("", "mlflow", "runyard", "ratio", "CPU", "budget", "")
    lines = [
        (
            line["name"],
            line["median"][REFERENCE],
            line["median"][OURS],
            f"{line['ratio']:.1f}x",
            "" if line["cpu ratio"] is None else f"{line['cpu ratio']:.1f}x",
            "" if line["budget"] is None else f"{line['budget']:g}x",
            "" if line["budget"] is None else "met" if line["met"] else "MISSED",
        )
        for line in results
    ]
    widths = [max(len(row[column]) for row in (heads, *lines)) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in (heads, *lines))
    )


def conditions(reference: str) -> dict[str, Any]:
    """Return what was measured, where and when."""
    version = "import importlib.metadata as m, platform as p; print(m.version('mlflow'), p.python_version())"
    found = subprocess.run([reference, "-c", version], capture_output=True, encoding="utf-8", check=True).stdout.split()
    return {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "runyard": metadata.version("runyard-core"),
        "python": platform.python_version(),
        "mlflow": found[0],
        "python of mlflow": found[1],
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "folder": tempfile.gettempdir(),
    }


if __name__ == "__main__":
    sys.exit(main())
