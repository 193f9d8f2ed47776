"""The two markers that pluggy needs, made once."""

from __future__ import annotations

import pluggy  # noqa: TID253 - this module is what is imported late

PROJECT = "runyard"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
