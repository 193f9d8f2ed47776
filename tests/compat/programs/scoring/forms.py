"""Bodies of every form, right and wrong, for models of every kind."""

from __future__ import annotations

from typing import Any

MODELS = (
    *("nothing", "numbers", "mixed", "unnamed double", "unnamed string", "unnamed two", "any column"),
    *("array column", "texts column", "object column", "map column", "object and scalar"),
    *("tensor", "small tensor", "integer tensor", "byte tensor", "boolean tensor", "text tensor", "tensors"),
    "one named tensor",
)


def split(columns: Any, data: Any, **more: Any) -> dict[str, Any]:
    return {"dataframe_split": {"columns": columns, "data": data, **more}}


def of_value(value: Any) -> list[Any]:
    """Return the bodies that have one value for the column ``a``."""
    return [
        split(["a"], [[value]]),
        {"dataframe_records": [{"a": value}]},
        {"inputs": {"a": [value]}},
        {"inputs": {"a": value}},
        {"inputs": [{"a": value}]},
        {"inputs": [value]},
        {"instances": [{"a": value}]},
        {"instances": [value]},
    ]


_SPLIT = (
    *(split(["x", "y"], [[1, 2], [3, 4]]), split(["y", "x"], [[1, 2]]), split(["x"], [[1]])),
    *(split(["x", "y", "z"], [[1, 2, 3]]), {"dataframe_split": {"data": [[1, 2]]}}),
    *({"dataframe_split": {"columns": ["x", "y"]}}, split(["x", "y"], [[1, 2]], index=[7])),
    *(split(["x", "y"], [[1, 2]], odd=1), split(["x", "y"], [[1, 2, 3]]), split(["x", "y"], [[1], [2, 3]])),
    *(split(["x", "y"], []), split("xy", [[1, 2]]), split(["x", "y"], {"a": 1})),
    *({"dataframe_split": [1]}, {"dataframe_split": None}, {"dataframe_split": "x"}),
    *(split(["a"], [[[1, 2]]]), split(["a"], [[[1.5, 2]]]), split(["a"], [[{"p": "x"}]]), split(["a"], [[["u"]]])),
    *(split(["a"], [[{"k": 1}]]), split(["n", "x", "s", "b"], [[1, 2, "t", True]])),
)
_RECORDS = tuple(
    {"dataframe_records": rows}
    for rows in (
        *([], {"x": 1}, [1], None, "x", [{"x": 1, "y": 2}, {"y": 3, "x": 4}], [{"x": 1}, {"y": 3}], [{"a": [1, 2]}]),
        *([{"a": {"p": "x"}}], [{"n": 1, "x": 2.5, "s": "t", "b": False}], [[1, 2]]),
    )
)
_INPUTS = tuple(
    {"inputs": data}
    for data in (
        *([[1, 2], [3, 4]], [[1.5, 2]], [1, 2], [[1], [2, 3]], {"x": [1, 2], "y": [3, 4]}, {"x": 1, "y": 2}),
        *([["a", "b"]], "a", 1, None, [], {}, [{"x": 1, "y": 2}], {"a": [[1, 2]], "b": [1]}, {"a": [1, 2]}),
        *({"a": [[1.5, 2.5]], "b": [1.5]}, {"b": [1]}, [[[1, 2], [3, 4]]], ["a", "b"], [True, False], [[1, 300]]),
        *([1.5], {"a": [1.5, 2]}, {"a": ["u", "v"]}, {"a": [[1, 2], [3]]}, {"a": {"p": "x"}}, {"a": [{"p": "x"}]}),
        *({"a": [{"p": 1}]}, {"a": {"k": 1}}, {"a": [{"p": "x"}], "n": 1}),
    )
)
_INSTANCES = tuple(
    {"instances": data}
    for data in (
        *([[1, 2], [3, 4]], [1, 2], [{"x": 1, "y": 2}, {"x": 3, "y": 4}], [{"x": 1}, {"y": 2}]),
        *([{"a": [1, 2], "b": 1}], {"x": [1]}, [], "a", None, [{"a": 1}, 2], [["a"]], [{"a": [1, 2]}, {"a": [3, 4]}]),
        [{"a": {"p": "x"}}],
    )
)
_OTHERS = (
    *({"inputs": [[1, 2]], "instances": [[1, 2]]}, {"inputs": [[1, 2]], "odd": 1}, {}, {"odd": 1}, [1]),
    *({"inputs": [[1, 2]], "signature_name": "x"}, {"inputs": [[1, 2]], "params": {"a": 1}}),
    *({"inputs": [[1, 2]], "params": None}, "null", "1", '"a"', "{", "", "[", '{"inputs": [1,}'),
    *('{"inputs": [NaN, Infinity]}', '{"inputs":[1],"inputs":[2]}', '{"inputs": [1]} x'),
    *({"messages": [{"role": "user", "content": "hi"}]}, {"prompt": "a", "temperature": 0.5}, {"input": "a"}),
    *({"messages": [{"role": "user", "content": "hi"}], "inputs": [[1, 2]]}, {"messages": [], "params": {"a": 1}}),
)
BODIES = (*_SPLIT, *_RECORDS, *_INPUTS, *_INSTANCES, *_OTHERS)
TABLES = (
    *("x,y\n1,2\n3,4\n", "y,x\n1,2\n", "x,y\n1,\n", "x,y\n", "", "x,y\n1,2,3\n", "x,y\na,b\n", "x;y\n1;2\n"),
    *("n,x,s,b\n1,2.5,007,true\n", "a\n1\n", "a,b\n1,2\n", '"x","y"\n"1","2"\n', 'x,y\n"1,2\n'),
)
