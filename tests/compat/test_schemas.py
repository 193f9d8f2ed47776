"""Both systems infer the same signatures and bring data into the same form; ours refuses less and never guesses."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pandas")
pytest.importorskip("scipy", reason="sparse matrices are among the data")

Report = dict[str, dict[str, Any]]

# What ours makes something else of than the reference system, by schema and data.
OTHERWISE = {
    ("any", "*"): "a column of any type is left as it is; the reference system may change its type",
    ("double", "empty"): "an empty column gets the declared type",
    ("optional double", "empty"): "an empty column gets the declared type",
    ("array of string", "lists of dicts"): "a dictionary is no text",
    ("unnamed long", "dict of dicts"): "a dictionary of dictionaries is no column",
    ("unnamed double", "dict of dicts"): "a dictionary of dictionaries is no column",
    ("two columns", "dict of dicts"): "a dictionary of dictionaries is no column",
    ("unnamed string", "dict of arrays"): "the rows of a matrix are no text",
    ("unnamed array", "dict of lists"): "a dictionary is no list",
    ("flat tensor", "series without a name"): "fractions would be cut off",
}
# What ours takes and the reference system refuses: nothing is lost in any of these.
ACCEPTED = {
    "boolean": "boolean with a gap",
    "long": "category of ints",
    "float": "int8,int16,uint8,uint16,Int8,Int16,UInt8,UInt16,Int64 with a gap",
    "double": "Int64 with a gap,category of floats",
    "string": "category of text,category with a gap",
    "binary": "category of text,category with a gap",
    "datetime": "date texts",
    "optional long": "category of ints",
    "optional string": "category of text,category with a gap",
    "optional double": "Int64 with a gap,category of floats",
    "array of long": "lists with None,tuples",
    "array of double": "lists,tuples",
    "array of float": "lists,lists of floats,lists with None,tuples",
    "optional array of long": "lists with None,tuples",
    "unnamed string": "dict of dicts",
    "unnamed double": "array without dimensions",
    "unnamed array": "list of lists,empty list",
    "unnamed object": "list of dicts,list of dicts that differ,empty list",
    "tensor": "list of arrays",
    "flat tensor": "list of ints",
    "text tensor": "list of text,list of mixed",
    "one named tensor": "series,series without a name,list of ints,list of floats,list of numbers,empty list,"
    "dict of lists",
}


@pytest.fixture(scope="module")
def reports(program: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    folder = tmp_path_factory.mktemp("schemas")
    return {system: program("schemas", system, folder) for system in ("runyard", "mlflow")}


def is_error(found: object) -> bool:
    return isinstance(found, str) and found.startswith("error: ")


def test_inferred_columns_and_tensors(reports: dict[str, Report]) -> None:
    ours, theirs = (reports[system]["inferred"] for system in ("runyard", "mlflow"))
    ours.pop("array without dimensions")  # a number; the reference system says that it may be anything
    assert {name: found for name, found in ours.items() if found != theirs[name]} == {}


def test_inferred_params(reports: dict[str, Report]) -> None:
    ours, theirs = (reports[system]["params"] for system in ("runyard", "mlflow"))
    for name, found in theirs.items():
        assert ours[name] == found or (is_error(ours[name]) and is_error(found)), name


def test_enforced_data(reports: dict[str, Report]) -> None:
    ours, theirs = (reports[system]["enforced"] for system in ("runyard", "mlflow"))
    differences = []
    for schema, by_data in theirs.items():
        accepted = ACCEPTED.get(schema, "").split(",")
        for data, expected in by_data.items():
            if {(schema, data), (schema, "*")} & OTHERWISE.keys():
                continue
            found = ours[schema][data]
            same = is_error(found) if is_error(expected) else found == expected
            if not same and not (is_error(expected) and data in accepted):
                differences.append((schema, data, expected, found))
    assert differences == []


def test_lists_of_differences_are_true(reports: dict[str, Report]) -> None:
    ours, theirs = (reports[system]["enforced"] for system in ("runyard", "mlflow"))
    for schema, names in ACCEPTED.items():
        for data in names.split(","):
            assert is_error(theirs[schema][data]), (schema, data)
            assert not is_error(ours[schema][data]), (schema, data)
    for schema, data in OTHERWISE:
        if data != "*":
            assert ours[schema][data] != theirs[schema][data], (schema, data)


def test_what_is_refused_is_an_invalid_input(reports: dict[str, Report]) -> None:
    ours = reports["runyard"]
    found = [*ours["params"].values(), *(item for by_data in ours["enforced"].values() for item in by_data.values())]
    assert {item for item in found if is_error(item)} == {"error: InvalidInput"}
