"""Each of some two thousand requests to served models, right and wrong, gets what the reference system answers."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "compatibility.md"

Answers = dict[str, dict[str, Any]]


class Difference(NamedTuple):
    """Where our model server answers differently.

    Attributes:
        reason: Why.
        theirs: The status and the error code of the reference system's answer, as a pattern.
        ours: Those of our answer, as a pattern.
        questions: The names of the requests, as patterns.
    """

    reason: str
    theirs: str
    ours: str
    questions: tuple[str, ...] = ("*",)

    def covers(self, question: str, theirs: str, ours: str) -> bool:
        return (
            fnmatchcase(theirs, self.theirs)
            and fnmatchcase(ours, self.ours)
            and any(fnmatchcase(question, pattern) for pattern in self.questions)
        )


BAD, INVALID, REFUSED = "400 BAD_REQUEST", "400 INVALID_PARAMETER_VALUE", "400 *"
MISFIT = "Which of the two codes a refusal with status 400 has depends on where the fault is found."
MORE = "More is understood: CSV for tensors and dates, every form for models with hints, whole numbers in arrays."
STRICT = (
    "What MLflow's server takes for something else is refused: texts that are no base64, lists for several columns."
)
MISSING = "What is missing stays missing, and does not become `False` or the text `None`."
LISTS = "The lists in `inputs` that a signature declares stay lists, as those in DataFrames."

DIFFERENCES = (
    Difference(MISFIT, BAD, INVALID),
    Difference(MISFIT, INVALID, BAD),
    Difference(
        MORE,
        REFUSED,
        "200",
        (
            *("*tensor*: CSV *", "*datetime: CSV *", "unnamed*: *", "* by hint: *", "array column: *", "object*: *"),
            *("*tensor*: {*[[][]]}", "map column: *", "optional datetime: *", "any column: *", "chat: *"),
        ),
    ),
    Difference(
        STRICT,
        "200",
        REFUSED,
        (
            *("* of binary: *%%*", "optional*: {*: [[]*}", '*: {*"data": {"a": 1}}}', "texts column: *"),
            *("unnamed string: {*", "text tensor: *", "boolean tensor: *"),
        ),
    ),
    Difference(MISSING, "200", "200", ("* boolean: *null*", "* string: *null*", "* binary: *null*")),
    Difference(MISSING, BAD, "200", ("* binary: *null*",)),
    Difference("What the code of a model says of its error is its status.", INVALID, "500 *", ("* by hint: *",)),
    Difference(LISTS, "200", "200", ("* column: *", "object and scalar: *", "unnamed string: *", "nothing: *")),
    Difference("A column of bytes is base64 in CSV too.", "200", "200", ("column of binary: CSV *",)),
    Difference(
        "Predictions of more kinds are sent, and what cannot be sent is an error of the model.",
        "500*",
        "200",
        ("give: *",),
    ),
    Difference(
        "Predictions of more kinds are sent, and what cannot be sent is an error of the model.",
        "500*",
        BAD,
        ("give: *",),
    ),
    Difference(
        "A request without `Content-Type` is refused, and upper case in it does not matter.",
        "500*",
        "415 *",
        ("nothing: content type None",),
    ),
    Difference(
        "A request without `Content-Type` is refused, and upper case in it does not matter.",
        "415 *",
        "200",
        ("nothing: content type *",),
    ),
    Difference("`HEAD` works where `GET` does, and nothing is redirected.", "405 *", "200", ("nothing: HEAD *",)),
    Difference(
        "`HEAD` works where `GET` does, and nothing is redirected.",
        "[34]* no JSON",
        "404 ENDPOINT_NOT_FOUND",
        ("nothing: GET /*", "nothing: POST /*"),
    ),
)


@pytest.fixture(scope="module")
def answers(program: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    folder: Path = tmp_path_factory.mktemp("served")
    program("save_served", "mlflow", folder)
    return {system: program("score", system, folder) for system in ("mlflow", "runyard")}


def content(answer: dict[str, Any]) -> Any:
    """Return the body, read as JSON if it is that."""
    try:
        return json.loads(answer["body"])
    except ValueError:
        return answer["body"]


def code(answer: dict[str, Any]) -> str:
    """Return the status of an answer, and the code of its error."""
    if answer["status"] < 300:
        return str(answer["status"])
    error = content(answer)
    return f"{answer['status']} {error.get('error_code', 'no JSON') if isinstance(error, dict) else 'no JSON'}"


def is_same(theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Say whether two answers mean the same; ``NaN`` is like itself, and errors have their own words."""
    if code(theirs) != code(ours):
        return False
    return theirs["status"] >= 400 or _text(theirs) == _text(ours)


def _text(answer: dict[str, Any]) -> str:
    return json.dumps(content(answer), sort_keys=True)


@pytest.mark.slow
def test_answers_are_the_same(answers: dict[str, Answers]) -> None:
    unexpected, used = [], set()
    for question, theirs in answers["mlflow"].items():
        ours = answers["runyard"][question]
        if is_same(theirs, ours):
            continue
        for difference in DIFFERENCES:
            if difference.covers(question, code(theirs), code(ours)):
                used.add(difference)
                break
        else:
            unexpected.append(f"{question}:\n    {theirs}\n    {ours}")
    assert unexpected == []
    assert [difference for difference in DIFFERENCES if difference not in used] == []


@pytest.mark.slow
def test_nothing_fails_and_nothing_is_told_of_the_code(answers: dict[str, Answers]) -> None:
    for question, answer in answers["runyard"].items():
        assert answer["status"] < 500 or " by hint: " in question, question  # the code of the model says 500
        for text in ("Traceback", "stack_trace", "secret"):
            assert text not in answer["body"], question


def test_page_lists_the_differences() -> None:
    served = PAGE.read_text("utf-8").partition("## Served models")[2].partition("\n## ")[0]
    listed = [line.removeprefix("- ") for line in served.splitlines() if line.startswith("- ")]
    assert listed == [*dict.fromkeys(difference.reason for difference in DIFFERENCES)]
