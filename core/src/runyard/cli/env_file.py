"""Reading a file of environment variables, one ``NAME=VALUE`` per line."""

from __future__ import annotations

import re
from pathlib import Path

from runyard.errors import InvalidInput

_LINE = re.compile(
    r"""(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*
        (?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<plain>[^'"#\s](?:(?!\s\#).)*?)?)
        \s*(?:(?<=\s)\#.*)?""",
    re.VERBOSE,
)
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\"": '"', r"\\": "\\", r"\$": "$"}


def read_env_file(path: Path) -> dict[str, str]:
    r"""Return the variables that a file sets.

    Blank lines and comments are skipped, ``export`` before a name is allowed. A value may stand in single quotes (taken
    as it is) or in double quotes (``\n``, ``\t``, ``\"``, ``\\`` and ``\$`` are escapes); variables are not expanded.

    Raises:
        InvalidInput: A line is of another form; the message names the file and the line.
    """
    variables: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            # the line itself may hold a secret and is not shown
            raise InvalidInput(f"{path}, line {number}: expected NAME=VALUE.")
        name, single, double, plain = match.group("name", "single", "double", "plain")
        if double is not None:
            value = re.sub(r"\\.", lambda escape: _ESCAPES.get(escape[0], escape[0]), double)
        else:
            value = single if single is not None else plain or ""
        variables[name] = value
    return variables
