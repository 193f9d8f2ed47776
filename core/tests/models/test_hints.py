from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard import pyfunc
from runyard.errors import InvalidInput
from runyard.models import ModelSignature, infer_signature
from runyard.models.hints import checked, convert, data_hint, is_checkable
from runyard.types import AnyType, Array, ColSpec, DataType, Map, Object, Property, Schema
from runyard.types.type_hints import TypeFromExample

pytest.importorskip("cloudpickle")
NOON = datetime.datetime(2026, 1, 2, 12)  # noqa: DTZ001 - as signatures have it


@pytest.fixture(autouse=True)
def plugins(runyard_isolated: None) -> Iterator[None]:
    from runyard.testing.isolation import plugins_in_place

    with plugins_in_place():
        yield


@pytest.mark.parametrize(
    ("hint", "data", "converted"),
    [
        (list[str], ["a"], ["a"]),
        (list[str], ("a",), ["a"]),
        (list[float], [1, 2.5], [1.0, 2.5]),
        (list[list[int]], [[1], []], [[1], []]),
        (list[dict[str, list[bool]]], [{"a": [True]}], [{"a": [True]}]),
        (list[Any], ["a", 1, None], ["a", 1, None]),
        (list[int | str], ["a", 1], ["a", 1]),
        (list[datetime.datetime], ["2026-01-02T12:00:00", NOON], [NOON, NOON]),
        (list[bytes], [b"a"], [b"a"]),
    ],
)
def test_data_in_the_form_of_a_hint(hint: Any, data: Any, converted: Any) -> None:
    assert is_checkable(hint)
    assert convert(data, hint) == converted


@pytest.mark.parametrize(
    ("hint", "data", "message"),
    [
        (list[str], ["a", 1], r"item 1 is 1, of type int; predict takes str"),
        (list[str], "a", r"The input is 'a', of type str; predict takes list\[str\]"),
        (list[int], [True], r"item 0 is True, of type bool; predict takes int"),
        (list[int], [1.5], r"item 0 is 1\.5, of type float; predict takes int"),
        (list[float], ["1"], "of type str; predict takes float"),
        (list[list[int]], [[1], ["x"]], "item 1, item 0 is 'x'"),
        (list[dict[str, int]], [{"a": "x"}], "item 0, key 'a' is 'x', of type str; predict takes int"),
        (list[dict[str, int]], [{1: 1}], r"predict takes dict\[str, int\]"),
        (list[datetime.datetime], ["noon"], "'noon', of type str; predict takes datetime"),
    ],
)
def test_data_that_does_not_fit(hint: Any, data: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        convert(data, hint)


def test_arrays_and_frames_become_lists() -> None:
    np, pd = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    assert convert(np.array([1.5]), list[float]) == [1.5]
    assert convert([np.int64(3)], list[int]) == [3]
    assert convert([np.array([1.0])], list[list[float]]) == [[1.0]]
    assert convert(pd.DataFrame({"x": ["a", "b"], "y": [1, 2]}), list[str]) == ["a", "b"]
    assert convert(pd.Series(["a"]), list[str]) == ["a"]
    assert convert(pd.DataFrame({"x": [1], "y": [2]}), list[dict[str, int]]) == [{"x": 1, "y": 2}]
    assert convert(pd.DataFrame({0: [{"x": 1}]}), list[dict[str, int]]) == [{"x": 1}]
    assert convert(pd.DataFrame({"when": [NOON]}), list[datetime.datetime]) == [NOON]
    assert convert(pd.DataFrame({"x": [[1.0]]}), list[list[float]]) == [[1.0]]


@pytest.mark.parametrize("hint", [None, str, list, dict, Any, list[str | None], list[object], dict[str, int], "list"])
def test_hints_that_say_nothing(hint: Any) -> None:
    assert not is_checkable(hint)


def test_functions() -> None:
    def double(model_input: list[int], params: Any = None) -> list[int]:
        return [2 * value for value in model_input]

    assert data_hint(double) == list[int]
    assert checked(double)([1]) == checked(double)(model_input=[1]) == [2]
    assert checked(checked(double)) is not checked(double)
    with pytest.raises(InvalidInput, match="item 0"):
        checked(double)(["a"])

    def unknown(model_input: list[Nowhere]) -> Any:  # type: ignore[name-defined] # noqa: F821
        return model_input

    for function in (unknown, sorted, len, lambda rows: rows):
        assert data_hint(function) is None
        assert checked(function) is function


def save(path: Path, predict: Any, **details: Any) -> pyfunc.PyFuncModel:
    pyfunc.save_model(path / "model", predict, **details)
    return pyfunc.load_model(path / "model")


def test_a_hint_is_the_signature(tmp_path: Path) -> None:
    def shout(model_input: list[str]) -> list[str]:
        return [text.upper() for text in model_input]

    loaded = save(tmp_path, shout)
    assert loaded.metadata.signature == ModelSignature(
        Schema([ColSpec(DataType.string)]), Schema([ColSpec(DataType.string)])
    )
    assert loaded.metadata.is_signature_from_type_hint is True
    assert loaded.predict(["a"]) == ["A"]
    with pytest.raises(InvalidInput, match="item 0 is 1"):
        loaded.predict([1])
    assert "is_signature_from_type_hint: true" in (tmp_path / "model" / "MLmodel").read_text()


def test_methods_are_checked_wherever_they_are_called(tmp_path: Path) -> None:
    class Shouting(pyfunc.PythonModel):
        def predict(self, context: Any, model_input: list[str], params: Any = None) -> list[str]:
            return [text.upper() for text in model_input]

    model = Shouting()
    assert model.predict_type_hints == (list[str], list[str])
    with pytest.raises(InvalidInput, match="item 0"):
        model.predict(None, [1])
    loaded = save(tmp_path, model)
    assert loaded.predict(["a"]) == ["A"]
    with pytest.raises(InvalidInput, match="item 0"):
        loaded.unwrap_python_model().predict(None, [1])


def test_methods_of_other_classes_and_static_ones(tmp_path: Path) -> None:
    class Shouting:
        def predict(self, model_input: list[str], params: Any = None) -> list[str]:
            return [text.upper() for text in model_input]

    class Mixed(Shouting, pyfunc.PythonModel):  # type: ignore[misc]
        pass

    class Static(pyfunc.PythonModel):
        @staticmethod
        def predict(model_input: list[str]) -> list[str]:  # type: ignore[override]
            return model_input

    class Deeper(Mixed):
        pass

    for number, model in enumerate((Mixed(), Deeper())):
        loaded = save(tmp_path / str(number), model)
        assert loaded.metadata.is_signature_from_type_hint
        with pytest.raises(InvalidInput, match="item 0"):
            loaded.predict([1])
    assert not hasattr(Shouting.predict, "takes_hinted_data")
    assert save(tmp_path / "static", Static()).predict(["a"]) == ["a"]


@pytest.mark.parametrize(
    ("hint", "column"),
    [
        (list[bool], DataType.boolean),
        (list[int], DataType.long),
        (list[float], DataType.double),
        (list[bytes], DataType.binary),
        (list[datetime.datetime], DataType.datetime),
        (list[list[int]], Array(DataType.long)),
        (list[dict[str, list[str]]], Map(Array(DataType.string))),
        (list[Any], AnyType()),
        (list[int | str], AnyType()),
    ],
)
def test_types_of_hints(tmp_path: Path, hint: Any, column: Any) -> None:
    def predict(model_input):  # type: ignore[no-untyped-def]
        return model_input

    predict.__annotations__ = {"model_input": hint}
    signature = save(tmp_path, predict).metadata.signature
    assert signature == ModelSignature(Schema([ColSpec(column)]), Schema([ColSpec(AnyType())]))


def test_data_models(tmp_path: Path) -> None:
    pydantic = pytest.importorskip("pydantic")

    class Message(pydantic.BaseModel):  # type: ignore[misc, name-defined]
        role: str
        size: int | None = None
        score: float = 0.5
        tags: list[str] = []
        extra: dict[str, int] = {}

    class Reading(pyfunc.PythonModel):
        def predict(self, model_input, params=None):  # type: ignore[no-untyped-def, override]
            return [f"{type(message).__name__} {message.role} {message.score}" for message in model_input]

    Reading.predict.__annotations__ = {"model_input": list[Message]}

    class Reader(pyfunc.PythonModel):  # made once more, as a class whose annotation names the local class
        predict = Reading.predict

    loaded = save(tmp_path, Reader(), input_example=[Message(role="a")])
    assert loaded.metadata.get_input_schema() == Schema(
        [
            ColSpec(
                Object(
                    (
                        Property("role", DataType.string),
                        Property("size", DataType.long, False),
                        Property("score", DataType.double),
                        Property("tags", Array(DataType.string)),
                        Property("extra", Map(DataType.long)),
                    )
                )
            )
        ]
    )
    assert loaded.predict([{"role": "b"}]) == ["Message b 0.5"]
    assert loaded.predict([Message(role="c", score=1)]) == ["Message c 1.0"]
    assert loaded.input_example == [{"role": "a", "size": None, "score": 0.5, "tags": [], "extra": {}}]
    with pytest.raises(InvalidInput, match=r"(?s)item 0 is no Message.*role"):
        loaded.predict([{"size": 1}])
    with pytest.raises(InvalidInput, match="of type str; predict takes Message"):
        loaded.predict(["a"])


def test_a_given_signature_yields_to_the_hints(tmp_path: Path) -> None:
    pytest.importorskip("pandas")

    def shout(model_input: list[str]) -> list[str]:
        return [text.upper() for text in model_input]

    with pytest.warns(UserWarning, match="type hints of predict declare, not the given one"):
        loaded = save(tmp_path, shout, signature=infer_signature([1]))
    assert loaded.metadata.get_input_schema() == Schema([ColSpec(DataType.string)])


def test_no_signature_where_none_is_wanted(tmp_path: Path) -> None:
    def shout(model_input: list[str]) -> list[str]:
        return [text.upper() for text in model_input]

    loaded = save(tmp_path, shout, signature=False)
    assert loaded.metadata.signature is None
    with pytest.raises(InvalidInput, match="item 0"):
        loaded.predict([1])


def test_params_of_the_example_are_declared_too(tmp_path: Path) -> None:
    def scale(model_input: list[float], params: Any = None) -> list[float]:
        return [value * params["by"] for value in model_input]

    loaded = save(tmp_path, scale, input_example=([1.0], {"by": 2.0}))
    assert loaded.metadata.is_signature_from_type_hint
    assert loaded.predict([1.5]) == [3.0]
    assert loaded.predict([1.5], {"by": 4}) == [6.0]


@pytest.mark.parametrize("hint", [str, list, dict, list[str | None], list[object]])
def test_a_hint_that_gives_no_signature_is_told_of(tmp_path: Path, hint: Any) -> None:
    def predict(model_input):  # type: ignore[no-untyped-def]
        return model_input

    predict.__annotations__ = {"model_input": hint}
    with pytest.warns(UserWarning, match="gives no signature and is not checked"):
        assert save(tmp_path, predict).metadata.signature is None


def test_frames_are_described_by_an_example(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")

    def predict(model_input):  # type: ignore[no-untyped-def]
        return model_input["a"].tolist()

    predict.__annotations__ = {"model_input": pd.DataFrame}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loaded = save(tmp_path, predict, input_example=pd.DataFrame({"a": [1]}))
    assert loaded.metadata.is_signature_from_type_hint is False
    assert loaded.predict([{"a": 2}]) == [2]


@pytest.mark.parametrize("example", [["a", "b"], [{"a": 1}, {"a": 2}]], ids=["values", "records"])
def test_data_in_the_form_of_the_example(tmp_path: Path, example: Any) -> None:
    pd = pytest.importorskip("pandas")

    def predict(model_input: TypeFromExample) -> Any:
        return model_input if isinstance(model_input, list) else type(model_input).__name__

    loaded = save(tmp_path, predict, input_example=example)
    assert loaded.metadata.type_hint_from_example is True
    assert loaded.predict(example) == example
    assert loaded.predict(pd.DataFrame(example)) == example
    with pytest.raises(InvalidInput):
        loaded.predict([1.5])


def test_the_form_of_an_example_that_is_missing(tmp_path: Path) -> None:
    def predict(model_input: TypeFromExample) -> Any:
        return model_input

    with pytest.warns(UserWarning, match="pass input_example"):
        assert save(tmp_path, predict).predict("x") == "x"


def test_parts_of_a_prediction_take_the_item_of_a_list(tmp_path: Path) -> None:
    class Spelling(pyfunc.PythonModel):
        def predict(self, model_input: list[str]) -> list[str]:  # type: ignore[override]
            return model_input

        def predict_stream(self, model_input: Any) -> Iterator[str]:
            yield from model_input

    loaded = save(tmp_path, Spelling())
    assert list(loaded.predict_stream("ab")) == list(loaded.predict_stream(["ab"])) == ["a", "b"]
