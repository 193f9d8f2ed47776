from __future__ import annotations

import string
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from runyard.errors import DataDamaged
from runyard_file.meta import dump_meta, parse_meta, whole_number

ODD = [
    *("yes", "No", "NULL", "~", "1", "1.5", "1e3", "0x1F", "12:30:45", "2020-01-01", ".inf", "=", "<<", "---"),
    *("a: b", "é", "- x", "x #y"),
]
KEYS = st.text(string.ascii_letters + "_", min_size=1, max_size=12)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(string.ascii_letters + string.digits + "_-./:'\"#, []{}&*!|>%@`~=<?+\\", max_size=12),
    st.sampled_from(ODD),
)
VALUES: st.SearchStrategy[Any] = st.one_of(st.none(), st.integers(-(2**63), 2**63), TEXTS, st.just([]), st.just({}))
METAS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=8)


@given(METAS)
@example({"name": "line\u2028separator\x85"})
@example({"name": "\ufeff"})
@example({"name": "n"})
@example({"null": "x", "yes": "no"})
def test_what_is_written_is_what_the_yaml_library_and_we_read(meta: dict[str, Any]) -> None:
    text = dump_meta(meta)
    assert yaml.safe_load(text) == meta
    assert parse_meta("meta.yaml", text) == meta


@given(METAS)
def test_what_the_yaml_library_writes_is_read(meta: dict[str, Any]) -> None:
    text = yaml.safe_dump(meta, allow_unicode=True, default_flow_style=False)
    assert parse_meta("meta.yaml", text) == yaml.safe_load(text)


@given(st.lists(st.tuples(KEYS, TEXTS), min_size=1, max_size=4))
def test_a_text_by_another_hand_means_what_the_yaml_library_says(lines: list[tuple[str, str]]) -> None:
    text = "".join(f"{key}: {value}\n" for key, value in lines)
    try:
        # The library's two loaders differ on a few odd texts; this is the one that we fall back to.
        expected = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError):
        expected = None
    if isinstance(expected, dict):
        read = parse_meta("meta.yaml", text)
        assert read == expected or repr(read) == repr(expected)  # NaN
    else:
        with pytest.raises(DataDamaged, match=r"meta\.yaml"):
            parse_meta("meta.yaml", text)


def test_the_usual_file_is_read_and_written_without_the_yaml_library() -> None:
    program = (
        "import sys; from runyard_file.meta import dump_meta, parse_meta\n"
        "meta = {'a': 'file:///tmp/mlruns/0', 'b': '0', 'c': 'brave-owl-1', 'd': 3, 'e': None, 'f': [], 'g': ''}\n"
        "assert parse_meta('x', dump_meta(meta)) == meta\n"
        "assert 'yaml' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_number_that_is_none_is_damage() -> None:
    assert whole_number("m", {"t": "12"}, "t") == 12
    assert whole_number("m", {}, "t") is None
    with pytest.raises(DataDamaged, match="'t'"):
        whole_number("m", {"t": "noon"}, "t")
