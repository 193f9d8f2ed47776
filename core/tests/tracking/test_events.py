"""What plugins are told of runs."""

from __future__ import annotations

import types
from typing import Any

import pytest

import runyard
from runyard.plugins import hookimpl
from runyard.testing.isolation import plugins_in_place


def test_plugins_are_told_of_start_and_end(memory_uri: str) -> None:
    seen: list[tuple[Any, ...]] = []

    @hookimpl
    def runyard_run_started(run: runyard.Run) -> None:
        seen.append(("started", run.info.run_id, runyard.active_run() is run))

    @hookimpl
    def runyard_run_ended(run: runyard.Run, status: str) -> None:
        seen.append(("ended", run.info.run_id, status))

    module = types.ModuleType("runyard_listener.plugin")
    module.runyard_run_started = runyard_run_started  # type: ignore[attr-defined]
    module.runyard_run_ended = runyard_run_ended  # type: ignore[attr-defined]
    with (
        plugins_in_place("runyard.testing.memory.plugin", module),
        pytest.raises(ValueError),
        runyard.start_run() as run,
    ):
        raise ValueError
    assert seen == [("started", run.info.run_id, True), ("ended", run.info.run_id, "FAILED")]


def test_a_plugin_that_raises_does_not_break_the_run() -> None:
    @hookimpl
    def runyard_run_started(run: runyard.Run) -> None:
        raise OSError("no")

    module = types.ModuleType("runyard_broken.plugin")
    module.runyard_run_started = runyard_run_started  # type: ignore[attr-defined]
    with plugins_in_place("runyard.testing.memory.plugin", module):
        with pytest.warns(RuntimeWarning, match="runyard-broken"):
            run = runyard.start_run()
        runyard.end_run()
        assert runyard.get_run(run.info.run_id).info.status == "FINISHED"
