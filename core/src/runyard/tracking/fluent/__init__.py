"""The functions that a script calls, on the run, experiment and model that are active.

They are public as names of `runyard`; those who write ``runyard.tracking.fluent.start_run`` find them here too.
"""

from __future__ import annotations

from typing import Any

import runyard


def __getattr__(name: str) -> Any:
    if name in runyard.__all__:
        return getattr(runyard, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
