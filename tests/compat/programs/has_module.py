"""Says whether an installation has a module: `has_module.py SYSTEM FOLDER MODULE`."""

from __future__ import annotations

import sys
from importlib.util import find_spec

if __name__ == "__main__":
    sys.stdout.write("true" if find_spec(sys.argv[3]) else "false")
