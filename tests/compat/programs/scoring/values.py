"""Values for columns of every type, for params, and for models with hints."""

from __future__ import annotations

OF_TYPES = {
    "boolean": [True, False, 0, 1, "x", None],
    "integer": [1, 1.5, "3", True, 2**40, None],
    "long": [1, 0.5, "3", 2**60, 2**64, None],
    "float": [1, 1.5, "2.5", "x", None, True],
    "double": [1, 1.5, "2.5", "x", None, True, 2**60],
    "string": ["a", "ä", 1, 1.5, None, True],
    "binary": ["YWJj", "%%", 1, None, ""],
    "datetime": ["2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z", "x", 1, None],
}
CSV_OF_TYPES = {
    kind: [f"a\n{text}\n" for text in texts] + ["a\n\n", "a\n", ""]
    for kind, texts in {
        "boolean": ["true", "False", "1", "x"],
        "integer": ["1", "1.5", "x", "9999999999"],
        "long": ["1", "1.5", "x"],
        "float": ["1", "1.5", "x"],
        "double": ["1", "1.5", "x", "nan"],
        "string": ["a", "007", "1.5", '"a,b"'],
        "binary": ["YWJj", "%%"],
        "datetime": ["2026-01-02", "x"],
    }.items()
}
PARAMS = [
    *({}, {"i": 2}, {"i": 2.5}, {"i": "2"}, {"i": True}, {"i": None}, {"i": [1]}, {"l": 2**40}, {"f": 1}),
    *({"d": 2}, {"d": True}, {"s": 1}, {"b": 1}, {"t": "2026-01-02"}, {"t": "x"}, {"list": [1, 2]}, {"list": 1}),
    *({"odd": 1}, {"temperature": 0.5}, {"i": 2, "odd": 1}, [1], "x", None),
]
FOR_HINTS = [
    *(["a", "b"], ["1.5"], [1, 2], [1.5], [], "a", 1, [{"a": 1}], [{"a": 1.5}], {"a": 1}, [{"a": 1}, {"b": 2}]),
    *(None, [None], [["a"]]),
]
