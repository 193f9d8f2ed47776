from __future__ import annotations

import pytest

from runyard.documents import load_yaml


def test_yaml_of_every_usual_size_is_read() -> None:
    nested = "0"
    for _ in range(60):
        nested = f"[{nested}]"
    assert load_yaml(f"a: {nested}")["a"]
    assert len(load_yaml("- [1, 2]\n" * 5000)) == 5000
    assert load_yaml("a: &x [1, 2]\nb: *x\nc: 2 * 3\n") == {"a": [1, 2], "b": [1, 2], "c": "2 * 3"}
    assert load_yaml(b"a: \xc3\xa9\n") == {"a": "é"}


@pytest.mark.parametrize("text", [b"a: \xff", "a: [", "a: b: c", "a: \x00", "!!python/name:os.system"])
def test_what_is_no_yaml_is_said_in_a_line(text: str | bytes) -> None:
    with pytest.raises(ValueError) as caught:
        load_yaml(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["[" * 300_000, "- " * 300_000, "? " * 300_000, "{a: " * 100_000])
def test_what_is_nested_too_deeply_is_refused_before_it_is_built(text: str) -> None:
    with pytest.raises(ValueError, match="nested more than 200 levels deep"):
        load_yaml(text)


def test_what_grows_by_its_references_is_refused() -> None:
    laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
    )
    for text in (laughs, "a: &a [*a, *a]"):
        with pytest.raises(ValueError, match="more than 100,000 values"):
            load_yaml(text)
