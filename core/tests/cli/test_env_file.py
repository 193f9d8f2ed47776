from __future__ import annotations

from pathlib import Path

import pytest

from runyard.cli.env_file import read_env_file
from runyard.errors import InvalidInput

TEXT = r"""
# a comment
PLAIN=value
export EXPORTED = spaced value   # and a comment
EMPTY=
SINGLE='as $it \n is # here'
DOUBLE="a\tb \"c\" \$d \q"  # comment
HASH=a#b
ADDRESS=postgresql://user:p=w@host/db?x=1
"""


def test_the_usual_forms_are_read(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text(TEXT)
    assert read_env_file(path) == {
        "PLAIN": "value",
        "EXPORTED": "spaced value",
        "EMPTY": "",
        "SINGLE": r"as $it \n is # here",
        "DOUBLE": 'a\tb "c" $d \\q',
        "HASH": "a#b",
        "ADDRESS": "postgresql://user:p=w@host/db?x=1",
    }


@pytest.mark.parametrize("line", ["no sign", "1NAME=x", "NAME='open", 'NAME="a" b', "=x"])
def test_another_form_is_refused_without_showing_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "env"
    path.write_text(f"GOOD=1\n{line}\n")
    with pytest.raises(InvalidInput, match="line 2: expected NAME=VALUE") as caught:
        read_env_file(path)
    assert line not in caught.value.message
