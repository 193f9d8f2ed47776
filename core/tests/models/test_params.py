from __future__ import annotations

import datetime
from typing import Any

import pytest

from runyard.errors import InvalidInput
from runyard.models.params import ParamSchema, ParamSpec
from runyard.models.schema import Object, Property


def test_json_comes_back_as_it_was() -> None:
    text = (
        '[{"name": "a", "default": 1, "shape": null, "type": "long"}, '
        '{"name": "b", "default": [1.5], "shape": [-1], "type": "double"}, '
        '{"name": "c", "default": "2020-01-01T03:00:00", "shape": null, "type": "datetime"}, '
        '{"name": "d", "default": {"x": null}, "shape": null, "type": "object", '
        '"properties": {"x": {"type": "any", "required": false}}}]'
    )
    schema = ParamSchema.from_json(text)
    assert schema.to_json() == text
    assert schema.params[2].default == datetime.datetime.fromisoformat("2020-01-01T03:00:00")
    assert ParamSchema.from_json(text) == schema


@pytest.mark.parametrize(
    ("dtype", "given", "expected"),
    [
        ("boolean", True, True),
        ("integer", 1, 1),
        ("long", 1 << 40, 1 << 40),
        ("float", 1, 1.0),
        ("double", 1.5, 1.5),
        ("string", "a", "a"),
        ("datetime", "2020-01-01", datetime.date(2020, 1, 1)),
        (
            "datetime",
            datetime.datetime.fromisoformat("2020-01-01T00:00:00"),
            datetime.datetime.fromisoformat("2020-01-01T00:00:00"),
        ),
        ("long", None, None),
    ],
)
def test_values(dtype: str, given: Any, expected: Any) -> None:
    assert ParamSchema([ParamSpec("p", dtype, None)]).enforce({"p": given}) == {"p": expected}


@pytest.mark.parametrize(
    ("dtype", "given"),
    [
        ("boolean", 1),
        ("integer", True),
        ("integer", 1 << 40),
        ("long", 1.5),
        ("long", "1"),
        ("float", "1"),
        ("double", True),
        ("string", 1),
        ("datetime", 1),
        ("datetime", "soon"),
        ("long", [1]),
        ("long", datetime.date(2020, 1, 1)),
    ],
)
def test_values_that_do_not_fit(dtype: str, given: Any) -> None:
    with pytest.raises(InvalidInput, match=r"The param 'p' .*(declares|out of the range)"):
        ParamSchema([ParamSpec("p", dtype, None)]).enforce({"p": given})


def test_numpy_values_become_plain() -> None:
    np = pytest.importorskip("numpy")
    schema = ParamSchema([ParamSpec("p", "double", 0.0), ParamSpec("q", "long", [0], (-1,))])
    values = schema.enforce({"p": np.float32(1.5), "q": np.array([1, 2])})
    assert values == {"p": 1.5, "q": [1, 2]}
    assert [type(value) for value in (values["p"], *values["q"])] == [float, int, int]


def test_lists() -> None:
    spec = ParamSpec("p", "double", [1], (-1,))
    assert spec.default == [1.0]
    assert spec.convert([1, None]) == [1.0, None]
    for given in (1, (1, 2), [[1]], ["a"]):
        with pytest.raises(InvalidInput, match="'p'"):
            spec.convert(given)


def test_defaults_stand_in_and_others_are_left_out_with_a_warning() -> None:
    schema = ParamSchema([ParamSpec("p", "long", 1)])
    assert schema.enforce(None) == {"p": 1}
    with pytest.warns(UserWarning, match="q are not in"):
        assert schema.enforce({"q": 2}) == {"p": 1}
    with pytest.raises(InvalidInput, match="dictionary"):
        schema.enforce([1])  # type: ignore[arg-type]


def test_declarations_that_cannot_be() -> None:
    members = Object((Property("a", "long"),))
    for arguments in (("p", "binary", b""), ("p", "long", "x"), ("p", "long", 1, (2,)), ("p", members, [], (-1,))):
        with pytest.raises(InvalidInput, match="'p'"):
            ParamSpec(*arguments)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="more than once"):
        ParamSchema([ParamSpec("p", "long", 1), ParamSpec("p", "long", 1)])
    with pytest.raises(InvalidInput, match="'default'"):
        ParamSchema.from_json('[{"name": "p", "type": "long"}]')
