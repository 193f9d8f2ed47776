from __future__ import annotations

import inspect
import json
import pickle

import pytest

from runyard import errors

CLASSES = [
    value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, errors.RunyardError)
]


@pytest.mark.parametrize("kind", CLASSES)
def test_error_is_exported_documented_and_answers_for_a_status(kind: type[errors.RunyardError]) -> None:
    assert kind.__name__ in errors.__all__
    assert (kind.__doc__ or "").strip()
    assert kind.error_code in errors.HTTP_STATUS
    error = kind("what is wrong", detail=1)
    assert (str(error), error.message, error.details) == ("what is wrong", "what is wrong", {"detail": 1})
    assert error.get_http_status_code() == errors.HTTP_STATUS[kind.error_code]


def test_hint_is_shown_here_and_not_sent_to_clients() -> None:
    error = errors.NotFound("There is no run '1'.", hint="The store is sqlite:///runs.db.")
    assert str(error) == "There is no run '1'. The store is sqlite:///runs.db."
    assert json.loads(error.serialize_as_json()) == {
        "error_code": "RESOURCE_DOES_NOT_EXIST",
        "message": "There is no run '1'.",
    }
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.InvalidInput, ValueError),
        (errors.InvalidState, ValueError),
        (errors.NotFound, LookupError),
        (errors.StorageFailure, OSError),
        (errors.NotSupported, NotImplementedError),
        (errors.PluginMissing, ModuleNotFoundError),
    ],
)
def test_error_is_the_builtin_that_a_caller_may_catch_already(kind: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(kind, builtin)


@pytest.mark.parametrize("code", [*errors.HTTP_STATUS, "SOMETHING_NEW"])
def test_code_of_a_reply_becomes_an_error_with_that_code(code: str) -> None:
    error = errors.from_error_code(code, "no")
    assert (error.error_code, str(error)) == (code, "no")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("INVALID_PARAMETER_VALUE", errors.InvalidInput),
        ("RESOURCE_DOES_NOT_EXIST", errors.NotFound),
        ("RESOURCE_ALREADY_EXISTS", errors.AlreadyExists),
        ("PERMISSION_DENIED", errors.PermissionDenied),
        ("TEMPORARILY_UNAVAILABLE", errors.Unavailable),
        ("INVALID_STATE", errors.InvalidState),
        ("SOMETHING_NEW", errors.RunyardError),
    ],
)
def test_code_chooses_the_class(code: str, kind: type[errors.RunyardError]) -> None:
    assert type(errors.from_error_code(code, "no")) is kind


@pytest.mark.parametrize("kind", CLASSES)
def test_error_crosses_processes(kind: type[errors.RunyardError]) -> None:
    error = kind("what is wrong", "ABORTED", detail=1)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (str(copy), copy.error_code, copy.details) == ("what is wrong", "ABORTED", {"detail": 1})


def test_reply_of_a_server() -> None:
    error = errors.NotFound("There is no run 'x'.", run="x")
    assert json.loads(error.serialize_as_json()) == {
        "error_code": "RESOURCE_DOES_NOT_EXIST",
        "message": "There is no run 'x'.",
        "run": "x",
    }
    assert errors.RunyardError.invalid_parameter_value("No.").get_http_status_code() == 400
