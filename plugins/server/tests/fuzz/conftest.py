"""What makes up requests is not installed with the other tools."""

from __future__ import annotations

import pytest

pytest.importorskip("schemathesis", reason="it makes up the requests; `nox -s fuzz` has it")
