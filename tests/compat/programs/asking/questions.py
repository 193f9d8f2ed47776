"""What a question is, how it is asked, and which words stand for what differs each time."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

DAY = 86_400_000
WRONG = {
    "a number": 5,
    "a fraction": 1.5,
    "less than nothing": -1,
    "a text": "some text",
    "an empty text": "",
    "true": True,
    "a list": ["1"],
    "an object": {"a": "b"},
    "null": None,
}

NO_EXPERIMENT = {"a number": 99_999_998}


@dataclass(frozen=True)
class Question:
    """A request.

    Attributes:
        name: What the answer is called.
        method: The HTTP method.
        path: The path below ``/api/2.0/mlflow/``, or with a slash at its beginning the whole path.
        body: What is sent as JSON; with GET, as the query string.
        raw: What is sent as it is.
        headers: Further headers.
        keep: Names for values of the answer, which later questions say as ``$name``, by where they are in it.
    """

    name: str
    method: str
    path: str
    body: Any = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)


def get(path: str, name: str = "", /, **query: Any) -> Question:
    return Question(name or path, "GET", path, query)


def post(path: str, name: str = "", keep: Mapping[str, str] | None = None, /, **body: Any) -> Question:
    return Question(name or path, "POST", path, body, keep=keep or {})


def sent(method: str, path: str, name: str = "", /, **body: Any) -> Question:
    return Question(name or f"{method} {path}", method, path, body)


def wrongly(question: Question, *fixed: str) -> Iterator[Question]:
    """Ask in all wrong ways, and in the odd ones that clients have; the fixed fields are left as they are."""
    body = question.body
    for key in body:
        if key in fixed:
            continue
        yield replace(question, name=f"{question.name} without {key}", body={k: body[k] for k in body if k != key})
        for kind, value in {**WRONG, **(NO_EXPERIMENT if key == "experiment_id" else {})}.items():
            if question.method != "GET" or isinstance(value, (str, int, float)):
                yield replace(question, name=f"{question.name} with {kind} for {key}", body={**body, key: value})
    if question.method == "GET":
        return
    words = {"of nothing": b"", "of half an object": b'{"a": ', "of a list": b"[]", "of a text": b'"text"'}
    for kind, raw in {**words, "of null": b"null", "of no Unicode": b'{"a": "\xff"}'}.items():
        yield replace(question, name=f"{question.name} with a body {kind}", raw=raw)
    plain = {"Content-Type": "text/plain"}
    yield replace(question, name=f"{question.name} of another type", headers=plain)


def oddly(question: Question) -> Iterator[Question]:
    """Ask as clients may: in camel case, encoded twice, with unknown fields."""
    camel = {re.sub(r"_([a-z])", lambda found: found[1].upper(), key): value for key, value in question.body.items()}
    yield replace(question, name=f"{question.name} in camel case", body=camel)
    yield replace(question, name=f"{question.name} with more", body={**question.body, "unknown_field": {"a": [1]}})
    if question.method != "GET":
        yield replace(question, name=f"{question.name} encoded twice", body=json.dumps(question.body))


class Asker:
    """Asks a server.

    Args:
        server: The address.

    Attributes:
        answers: What it has answered: the status, and the JSON with words for what differs each time.
    """

    def __init__(self, server: str) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self._server = server
        self._values: dict[str, str] = {}
        self._count = 0
        self._began = int(time.time() * 1000)

    def ask(self, subject: str, questions: Iterable[Question]) -> None:
        """Ask about a subject, one question after the other."""
        for question in questions:
            name = f"{subject}: {question.name}"
            assert name not in self.answers, name
            status, kind, text = self._send(question)
            answer: dict[str, Any] = {"status": status}
            if kind == "application/json":
                content = json.loads(text)
                for key, place in question.keep.items():
                    self._values[key] = _find(content, place)
                answer["json"] = self._words(content)
            else:
                answer["text"] = text if status == 200 else "..."
            self.answers[name] = answer

    def _send(self, question: Question) -> tuple[int, str, str]:
        self._count += 1
        path = self._fill(question.path)
        url = self._server + (path if path.startswith("/") else f"/api/2.0/mlflow/{path}")
        body = self._fill(question.body)
        data, headers = question.raw, {"Content-Type": "application/json", **question.headers}
        if question.method == "GET" and body:
            pairs = [
                (key, each) for key, value in body.items() for each in (value if isinstance(value, list) else [value])
            ]
            url += "?" + urllib.parse.urlencode([(key, each) for key, each in pairs if each is not None])
        elif question.method != "GET" and data is None and body is not None:
            data = json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers, method=question.method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, reply.headers.get_content_type(), reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get_content_type(), error.read().decode()

    def _fill(self, value: Any) -> Any:
        """Put the values of names into their places; ``$new`` is another name each time."""
        if isinstance(value, dict):
            return {key: self._fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._fill(item) for item in value]
        if not isinstance(value, str):
            return value
        known = {**self._values, "new": f"new-{self._count}"}
        return re.sub(r"\$(\w+)", lambda found: known[found[1]], value)

    def _words(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            words = {name: self._words(item, name) for name, item in value.items()}
            if key == "data" and "metrics" in words:
                words["metrics"].sort(key=lambda item: item["key"])
            return words
        if isinstance(value, list):
            items = [self._words(item, key) for item in value]
            return sorted(items, key=lambda item: str(item["key"])) if key in ("tags", "params") else items
        if isinstance(value, int) and not isinstance(value, bool):
            return "<time>" if self._began - DAY < value < self._began + DAY else value
        if not isinstance(value, str) or key == "error_code":
            return value
        if key == "message":
            return "<text>"
        if key.endswith("token"):
            return "<token>"
        value = value.replace(self._server, "<server>")
        if key == "experiment_id" or re.match(r"mlflow-artifacts:|/", value):
            value = re.sub(r"(^|/)\d+(?=/|$)", r"\1<experiment>", value)
        value = re.sub(r"\bm-[0-9a-f]{32}\b", "<model>", value)
        return re.sub(r"\b[a-z]+-[a-z]+-\d{1,4}\b", "<random name>", re.sub(r"\b[0-9a-f]{32}\b", "<id>", value))


def _find(content: Any, place: str) -> str:
    for part in place.split("."):
        content = content[int(part) if part.isdigit() else part]
    return str(content)
