"""How messages are read and written."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runyard.errors import InvalidInput
from runyard.rest.message import (
    Empty,
    Int64,
    Message,
    Number,
    Required,
    decode,
    encode,
    number,
    read_number,
    read_query,
    write_query,
)


class Part(Message):
    key: Required
    value: Number = 0.0
    a_count: Int64 | None = None


class Whole(Message):
    some_id: str = ""
    size: Int64 = 0
    ratio: float = 0.0
    is_on: bool = False
    word: str | int = "A"
    maybe: Int64 | None = None
    names: list[str] = []
    parts: list[Part] = []
    first: Part | None = None
    labels: dict[str, str] = {}


def read(fields: Any) -> Whole:
    return decode(json.dumps(fields).encode(), Whole)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, Whole()),
        ({"size": 5.0}, Whole(size=5)),
        ({"size": "5"}, Whole(size=5)),
        ({"size": "-9223372036854775808"}, Whole(size=-(2**63))),
        ({"size": 2**63 - 1}, Whole(size=2**63 - 1)),
        ({"maybe": "7"}, Whole(maybe=7)),
        ({"maybe": None, "some_id": None, "names": None, "first": None, "parts": None}, Whole()),
        ({"someId": "x"}, Whole(some_id="x")),
        ({"someId": "x", "some_id": None}, Whole(some_id="x")),
        ({"isOn": True}, Whole(is_on=True)),
        ({"ratio": 5}, Whole(ratio=5.0)),
        ({"word": 3}, Whole(word=3)),
        ({"word": 3.0}, Whole(word=3)),
        ({"word": "3"}, Whole(word="3")),
        ({"parts": [{"key": "a", "aCount": "3"}, {"key": "b", "value": "NaN"}]},
         Whole(parts=[Part(key="a", a_count=3), Part(key="b", value="NaN")])),
        ({"first": {"key": "a", "a_count": 2.0}}, Whole(first=Part(key="a", a_count=2))),
        ({"labels": {"someId": "kept", "A_b": "kept"}}, Whole(labels={"someId": "kept", "A_b": "kept"})),
        ({"unknown": [1, {"x": None}], "Size": 3, "SIZE": 4}, Whole()),
        (json.dumps({"size": "5", "someId": "x"}), Whole(size=5, some_id="x")),
    ],
)  # fmt: skip
def test_clients_may_write_messages_in_several_ways(fields: Any, message: Whole) -> None:
    assert read(fields) == message


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"size": "5.0"}, "Invalid value \"5.0\" for parameter 'size' supplied: expected int, got str."),
        ({"size": 5.5}, "Invalid value 5.5 for parameter 'size' supplied: expected int, got float."),
        ({"size": True}, "Invalid value true for parameter 'size' supplied: expected int, got bool."),
        ({"size": 2**63}, "Invalid value 9223372036854775808 for parameter 'size' supplied"),
        ({"size": -(2**63) - 1}, "Invalid value -9223372036854775809 for parameter 'size' supplied"),
        ({"size": "99999999999999999999"}, "for parameter 'size' supplied"),
        ({"size": 1e300}, "for parameter 'size' supplied"),
        ({"size": "0x5"}, "for parameter 'size' supplied"),
        ({"size": " 5"}, "for parameter 'size' supplied"),
        ({"size": "5\n"}, "for parameter 'size' supplied"),
        ({"size": "\u0665"}, "for parameter 'size' supplied"),
        ({"size": "1_000"}, "for parameter 'size' supplied"),
        ({"size": [5]}, "Invalid value [5] for parameter 'size' supplied: expected int, got array."),
        ({"maybe": "null"}, "for parameter 'maybe' supplied"),
        ({"ratio": True}, "for parameter 'ratio' supplied"),
        ({"is_on": 1}, "Invalid value 1 for parameter 'is_on' supplied: expected bool, got int."),
        ({"is_on": "true"}, "for parameter 'is_on' supplied"),
        ({"some_id": 5}, "Invalid value 5 for parameter 'some_id' supplied: expected str, got int."),
        ({"some_id": {}}, "for parameter 'some_id' supplied"),
        ({"names": "a"}, "Invalid value \"a\" for parameter 'names' supplied: expected array, got str."),
        ({"names": [None]}, "Invalid value null for parameter 'names[0]' supplied"),
        ({"names": ["a", 5]}, "Invalid value 5 for parameter 'names[1]' supplied"),
        ({"parts": {"key": "a"}}, "for parameter 'parts' supplied: expected array, got object."),
        ({"parts": [{"key": "a"}, 5]}, "Invalid value 5 for parameter 'parts[1]' supplied"),
        ({"parts": [{"key": "a"}, {}]}, "Missing value for required parameter 'parts[1].key'."),
        ({"parts": [{"key": ""}]}, "Missing value for required parameter 'parts[0].key'."),
        ({"parts": [{"key": None}]}, "Missing value for required parameter 'parts[0].key'."),
        ({"first": {"key": "a", "value": "x"}}, "Invalid value \"x\" for parameter 'first.value' supplied: expected a"),
        ({"first": {"key": "a", "value": "1_0"}}, "for parameter 'first.value' supplied: expected a number."),
        ({"first": {"key": "a", "value": "nan"}}, "for parameter 'first.value' supplied: expected a number."),
        ({"first": {"key": "a", "value": True}}, "for parameter 'first.value' supplied"),
        ({"labels": {"a": 5}}, "for parameter 'labels[...]' supplied"),
        ({"some_id": "a", "someId": "a"}, "'some_id' was given under both of its names"),
        ({"parts": [{"key": "a", "a_count": 1, "aCount": 1}]}, "'a_count' was given under both of its names"),
        ([], "The body of the request is no JSON object."),
        (5, "The body of the request is no JSON object."),
        (None, "The body of the request is no JSON object."),
        (json.dumps([]), "The body of the request is no JSON object."),
        (json.dumps(json.dumps({})), "The body of the request is no JSON object."),
        ({"names": "x" * 100_000}, 'x...'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_in_the_words_of_the_protocol(fields: Any, complaint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(fields)
    assert complaint in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"{}x", b"{'a': 1}", b'{"size": NaN}', b'{"size": Infinity}', b'{"size": 01}', b'{"ratio": 1e999}',
        b'{"size": ' + b"9" * 5000 + b"}", b'{"some_id": "\xff"}', b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"\x00",
        b'{"some_id": "\\ud800"}', b'{"some_id": "\\ud800\\u0041"}', b'{"some_id": "a\nb"}',
        b"[" * 200_000, b'{"unknown": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"unknown": ' + b'{"a":' * 200_000 + b"1" + b"}" * 200_000 + b"}", b'"{"', b'"\\""',
    ],
    ids=lambda body: str(body[:30]),
)  # fmt: skip
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="The body of the request"):
        decode(body, Whole)


def test_a_large_body_has_to_be_written_as_usual() -> None:
    names = ["x" * 100] * 50_000
    assert read({"names": names, "size": 5}) == Whole(names=names, size=5)
    with pytest.raises(InvalidInput, match=r"Invalid value for parameter 'size' supplied: expected int, got str\."):
        read({"names": names, "size": "5"})
    with pytest.raises(InvalidInput, match="no JSON object"):
        read(names)
    with pytest.raises(InvalidInput, match="no JSON"):
        decode(b'{"unknown": ' + b"[]," * 2_000_000, Whole)
    with pytest.raises(InvalidInput, match="no JSON"):
        decode(json.dumps({"names": names}).encode(), Whole, {"some_id": "path"})


def test_an_empty_body_is_an_empty_object() -> None:
    assert decode(b"", Empty) == Empty()
    with pytest.raises(InvalidInput, match="Missing value for required parameter 'key'"):
        decode(b"", Part)


def test_of_a_name_that_comes_twice_the_last_counts() -> None:
    assert decode(b'{"some_id": "a", "some_id": "b"}', Whole).some_id == "b"
    assert decode(b'{"someId": "a", "someId": "b"}', Whole).some_id == "b"


def test_what_is_in_the_path_counts() -> None:
    assert decode(b'{"some_id": "body", "size": "3"}', Whole, {"some_id": "path"}) == Whole(some_id="path", size=3)
    assert read_query([("some_id", "query")], Whole, {"some_id": "path"}).some_id == "path"


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], Whole()),
        ([("names", "a"), ("size", "5"), ("names", "b")], Whole(names=["a", "b"], size=5)),
        ([("is_on", "TRUE")], Whole(is_on=True)),
        ([("isOn", "False")], Whole(is_on=False)),
        ([("some_id", "5"), ("word", "7")], Whole(some_id="5", word="7")),
        ([("some_id", "")], Whole()),
        ([("unknown", "1"), ("unknown", "2")], Whole()),
    ],
)
def test_query_strings(pairs: list[tuple[str, str]], message: Whole) -> None:
    assert read_query(pairs, Whole) == message


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        ([("size", "x")], "Invalid value \"x\" for parameter 'size' supplied"),
        ([("size", "")], "Invalid value \"\" for parameter 'size' supplied"),
        ([("size", "5"), ("size", "6")], "'size' was given several times"),
        ([("some_id", "5"), ("someId", "5")], "'some_id' was given under both of its names"),
        ([("is_on", "1")], "Invalid value \"1\" for parameter 'is_on' supplied"),
        ([("is_on", "yes")], "Invalid value \"yes\" for parameter 'is_on' supplied"),
        ([("first", "{}")], "for parameter 'first' supplied"),
        ([("parts", "{}")], "for parameter 'parts[0]' supplied"),
    ],
)
def test_query_strings_that_are_wrong(pairs: list[tuple[str, str]], complaint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_query(pairs, Whole)
    assert complaint in str(caught.value)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
integers = st.integers(-(2**63), 2**63 - 1)
numbers = st.floats().map(number)
parts = st.builds(Part, key=st.text("ab/_Z\n☃", min_size=1), value=numbers, a_count=st.none() | integers)
wholes = st.builds(
    Whole,
    some_id=texts,
    size=integers,
    ratio=st.floats(allow_nan=False, allow_infinity=False),
    is_on=st.booleans(),
    word=texts | integers,
    maybe=st.none() | integers,
    names=st.lists(texts, max_size=3),
    parts=st.lists(parts, max_size=3),
    first=st.none() | parts,
    labels=st.dictionaries(texts, texts, max_size=3),
)


@given(wholes)
def test_a_message_comes_back(message: Whole) -> None:
    assert decode(encode(message), Whole) == message


@given(wholes)
def test_a_message_comes_back_however_it_was_written(message: Whole) -> None:
    def camel(value: Any, *, is_map: bool = False) -> Any:
        if isinstance(value, dict):
            return {
                key if is_map else "".join([key.split("_")[0], *(word.title() for word in key.split("_")[1:])]): camel(
                    item, is_map=key == "labels"
                )
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [camel(item) for item in value]
        return value

    fields = camel(json.loads(encode(message)))
    for name in ("size", "maybe"):
        if name in fields:
            fields[name] = str(fields[name])
    assert read(fields) == message
    assert read(json.dumps(fields)) == message


@given(wholes)
def test_a_query_string_comes_back(message: Whole) -> None:
    flat = Whole(message.some_id, message.size, 0.0, message.is_on, "A", message.maybe, message.names)
    assert read_query(write_query(flat), Whole) == flat


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(InvalidInput):
        decode(body, Whole)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*Whole.__struct_fields__, "someId", "isOn"]), json_values, max_size=4))
def test_any_json_is_read_or_refused(fields: dict[str, Any]) -> None:
    with suppress(InvalidInput):
        read(fields)


@given(st.floats())
def test_numbers_come_back(value: float) -> None:
    written = number(value)
    assert isinstance(written, str) == (not math.isfinite(value))
    read = read_number(written)
    assert read == value or (math.isnan(read) and math.isnan(value))
