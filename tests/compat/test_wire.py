"""Each of some two thousand requests, right and wrong, gets from our server what the reference system gives."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "compatibility.md"

Answers = dict[str, dict[str, Any]]

# Fields that only one of them sends. Clients overlook what they do not know, and do without what they may lack.
THEIR_FIELDS = {
    "workspace": "there are no workspaces",
    "effective_trace_archival_retention": "there are no traces",
    "sqlstate": "errors have a code",
    "error_class": "errors have a code",
}
OUR_FIELDS = {
    "request_id": "finds the request in the log of the server",
    "storage_location": "where the files of a model version are, in its copies too",
    "lifecycle_stage": "of a logged model that was deleted",
    "announced": "the server has noted a model version at its logged model, so that our client need not",
    "digests_verified": "what our client asks before it sends files",
    "uploads_resumable": "what our client asks before it sends files",
    "uploads_signed": "what our client asks before it sends files",
}


class Difference(NamedTuple):
    """Where our server answers differently.

    Attributes:
        reason: Why.
        theirs: The status and the error code of the reference system's answer, as a pattern.
        ours: Those of our answer.
        questions: The names of the requests, as patterns.
    """

    reason: str
    theirs: str
    ours: str
    questions: tuple[str, ...]

    def covers(self, question: str, theirs: str, ours: str) -> bool:
        return (
            fnmatchcase(theirs, self.theirs)
            and ours == self.ours
            and any(fnmatchcase(question, pattern) for pattern in self.questions)
        )


INVALID, UNKNOWN, NOWHERE = "400 INVALID_PARAMETER_VALUE", "404 RESOURCE_DOES_NOT_EXIST", "404 ENDPOINT_NOT_FOUND"

DIFFERENCES = (
    Difference(
        "What makes MLflow's server fail with an error 500 is refused, or done.",
        "500*",
        INVALID,
        ("*",),
    ),
    Difference(
        "What makes MLflow's server fail with an error 500 is refused, or done.",
        "500*",
        "200",
        ("recording: batch with null for *", "runs: look with null for max_results"),
    ),
    Difference(
        "A value of the wrong type is refused; MLflow's server may take it for absent or for zero.",
        "200",
        INVALID,
        (
            *("*: * with * for *", "*: * with a body of *", "recording: * with a number", "runs: in ?0?"),
            *("recording: value *", "recording: step *", "recording: timestamp *", "recording: dataset that is none"),
            *("experiments: search in *", "experiments: search by query in *", "experiments: search by query for 2.0"),
            *("runs: view 'NONSENSE'", "histories: history of x", "logged_models: finish as *"),
        ),
    ),
    Difference(
        "Tags that a run is made with are held to the rules for tags.",
        "200",
        INVALID,
        ("runs: strange tag", "runs: tag without key"),
    ),
    Difference(
        "A page of no results is refused everywhere.",
        "200",
        INVALID,
        ("registered_models: most 0", "logged_models: most 0", "logged_models: most -1"),
    ),
    Difference(
        "An id or a version that nothing can have is refused, and not looked for.",
        UNKNOWN,
        INVALID,
        ("*: * for run_id", "*: * for experiment_id", "*: * for version", "recording: bare *"),
    ),
    Difference(
        "The id of an experiment is a text, and need not be a number.",
        INVALID,
        UNKNOWN,
        ("experiments: get with true for experiment_id",),
    ),
    Difference(
        "The id of an experiment is a text, and need not be a number.",
        INVALID,
        "200",
        ("runs: in ?'text'?",),
    ),
    Difference(
        "A refusal has the code that says why, where MLflow's server says `BAD_REQUEST`.",
        "400 *",
        INVALID,
        ("runs: make *", "logged_models: same params", "artifacts: get a folder"),
    ),
    Difference(
        "A refusal has the code that says why, where MLflow's server says `BAD_REQUEST`.",
        "400 BAD_REQUEST",
        "400 RESOURCE_ALREADY_EXISTS",
        ("experiments: rename to a taken name", "experiments: rename with a text for new_name"),
    ),
    Difference(
        "Of two tags or params with one key that an experiment, a run or a logged model is made with, the last counts.",
        "400 *",
        "200",
        ("logged_models: duplicate params", "runs: duplicate tags", "experiments: duplicate tags"),
    ),
    Difference(
        "The history of a metric of a run that is not there is not found; MLflow's server says that it is empty.",
        "200",
        UNKNOWN,
        ("histories: * of an unknown run", "histories: * for run_id", "histories: * for run_ids"),
    ),
    Difference(
        "A logged model that was deleted cannot be deleted again, like an experiment.",
        "200",
        UNKNOWN,
        ("logged_models: delete again",),
    ),
    Difference(
        "Removing an alias that no model can have does nothing, like removing one that is not there.",
        INVALID,
        "200",
        ("model_versions: remove alias with a text for alias",),
    ),
    Difference(
        "A field may have either of its names, in snake_case or camelCase, everywhere.",
        INVALID,
        "200",
        ("*: * in camel case",),
    ),
    Difference(
        "The path says which logged model is meant; the body need not.",
        "40*",
        "200",
        ("logged_models: * model_id", "logged_models: params with a body of nothing"),
    ),
    Difference(
        "Filters and orders know more ([search](search.md)).",
        INVALID,
        "200",
        ("experiments: search* order tags.a", "runs: filter params.p > 1", "runs: filter status IN *"),
    ),
    Difference(
        "A path or an address with `..`, `.`, a query or a fragment is refused; MLflow's server may take it.",
        "*",
        INVALID,
        (
            *("artifacts: * at a/./b", "artifacts: delete at /*"),
            *("experiments: location s3://bucket/../a", "experiments: location s3://bucket/a?b=c"),
            "model_versions: source s3://bucket/a#b",
        ),
    ),
    Difference(
        "Names of files may have a `#`.",
        INVALID,
        "200",
        ("artifacts: * at a%23b",),
    ),
    Difference(
        "A run that is not there is not found, also as the source of a model version.",
        INVALID,
        UNKNOWN,
        ("model_versions: source runs:/*",),
    ),
    Difference(
        "Files can be sent in several parts to any store.",
        "501 NOT_IMPLEMENTED",
        "200",
        ("artifacts: multipart create",),
    ),
    Difference(
        "Files can be sent in several parts to any store.",
        "* *",
        UNKNOWN,
        ("artifacts: multipart *",),
    ),
    Difference(
        "Every answer to a program is JSON, also where nothing is.",
        "404 no JSON",
        NOWHERE,
        ("probes: *",),
    ),
    Difference(
        "Every answer to a program is JSON, also where nothing is.",
        "405 no JSON",
        "405 ENDPOINT_NOT_FOUND",
        ("probes: another method*",),
    ),
    Difference(
        "Every answer to a program is JSON, also where nothing is.",
        "200",
        "200",
        ("artifacts: put*",),
    ),
    Difference(
        "The size of an empty file is 0, and not absent.",
        "200",
        "200",
        ("artifacts: list*",),
    ),
    Difference(
        "A sample of points keeps the lowest and the highest.",
        "200",
        "200",
        ("histories: sample *",),
    ),
    Difference(
        "A list of no points is left out in every route, like other empty lists.",
        "200",
        "200",
        ("histories: bulk",),
    ),
    Difference(
        "A logged model without a name is called `model-` and eight digits.",
        "200",
        "200",
        ("logged_models: make * name",),
    ),
    Difference(
        "A model version has its aliases wherever it is read, also in searches and among the latest versions.",
        "200",
        "200",
        ("model_versions: what is left",),
    ),
    Difference(
        "The description of a model version that was updated without one is an empty text, and not absent.",
        "200",
        "200",
        ("model_versions: update * description",),
    ),
    Difference(
        "`server-info` says what this server can do.",
        "200",
        "200",
        ("probes: server-info",),
    ),
    Difference(
        "What is not for tracking is not there, or not implemented.",
        "*",
        NOWHERE,
        ("probes: *datasets*", "probes: *scorers*", "probes: *workspaces"),
    ),
    Difference(
        "What is not for tracking is not there, or not implemented.",
        "*",
        "501 NOT_IMPLEMENTED",
        ("probes: *webhooks*", "probes: *traces*"),
    ),
    Difference(
        "A search of traces finds nothing, whatever it asks.",
        INVALID,
        "200",
        ("probes: *traces/search",),
    ),
)


@pytest.fixture(scope="module")
def answers(program: Any, server: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    folder: Path = tmp_path_factory.mktemp("ask")
    return {system: program("ask", "runyard", folder, server(system).address) for system in ("mlflow", "runyard")}


def code(answer: dict[str, Any]) -> str:
    """Return the status of an answer, and the code of its error."""
    if answer["status"] < 300:
        return str(answer["status"])
    content = answer.get("json")
    error = content.get("error_code", "JSON") if isinstance(content, dict) else "no JSON"
    return f"{answer['status']} {error}"


def in_common(theirs: Any, ours: Any) -> tuple[Any, Any]:
    """Return two answers without the fields that only one of them has, and may have."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        both = {key: in_common(theirs[key], ours[key]) for key in theirs if key in ours}
        more = {key: value for key, value in theirs.items() if key not in ours and key not in THEIR_FIELDS}
        also = {key: value for key, value in ours.items() if key not in theirs and key not in OUR_FIELDS}
        return {key: pair[0] for key, pair in both.items()} | more, {key: pair[1] for key, pair in both.items()} | also
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        pairs = [in_common(*pair) for pair in zip(theirs, ours, strict=True)]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return theirs, ours


@pytest.mark.slow
def test_answers_are_the_same(answers: dict[str, Answers]) -> None:
    unexpected, used = [], set()
    for question, reference in answers["mlflow"].items():
        theirs, ours = in_common(reference, answers["runyard"][question])
        if theirs == ours:
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
def test_nothing_fails(answers: dict[str, Answers]) -> None:
    failed = [question for question, answer in answers["runyard"].items() if answer["status"] in (500, 502, 503)]
    assert failed == []


@pytest.mark.slow
def test_errors_are_told_alike(answers: dict[str, Answers]) -> None:
    for question, answer in answers["runyard"].items():
        if answer["status"] >= 400:
            assert {"error_code", "message"} <= answer["json"].keys(), question


def test_page_lists_the_differences() -> None:
    wire = PAGE.read_text("utf-8").partition("## The wire")[2].partition("\n## ")[0]
    listed = [line.removeprefix("- ") for line in wire.splitlines() if line.startswith("- ")]
    assert listed == [*dict.fromkeys(difference.reason for difference in DIFFERENCES)]
    assert [field for field in (*THEIR_FIELDS, *OUR_FIELDS) if f"`{field}`" not in wire] == []
