"""Asks the model servers of a system: `score.py SYSTEM FOLDER`; prints the answers by request, as JSON.

The servers are called as ASGI applications: what is compared is what they answer, and not how they are started.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import sys
from pathlib import Path

from scoring.requests import all_requests

SYSTEM, FOLDER = sys.argv[1:]
NAMES = {
    "headers": {"content-type": "application/json"},
    "body": base64.b64encode(b'{"inputs": ["names"]}').decode(),
}


def application_of(name: str):
    path = str(Path(FOLDER) / name)
    if SYSTEM == "mlflow":
        pyfunc = importlib.import_module("mlflow.pyfunc")
        return importlib.import_module("mlflow.pyfunc.scoring_server").init(pyfunc.load_model(path))
    return importlib.import_module("runyard_serving.application").application_of(path)


async def ask(application, request: dict) -> dict:
    body = base64.b64decode(request["body"])
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.get("method", "POST"),
        "scheme": "http",
        "path": request.get("path", "/invocations"),
        "raw_path": request.get("path", "/invocations").encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), text.encode()) for name, text in request.get("headers", {}).items()]
        + [(b"host", b"127.0.0.1"), (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }
    unread = [{"type": "http.request", "body": body, "more_body": False}]
    sent = []

    async def receive():
        return unread.pop() if unread else await asyncio.Future()

    async def send(message):
        sent.append(message)

    try:
        await application(scope, receive, send)
    except Exception as error:
        return {"status": 500, "type": "", "body": f"{type(error).__name__} got out of the application"}
    if not sent:
        return {"status": 0, "type": "", "body": ""}
    headers = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode("utf-8", "replace")
    return {"status": sent[0]["status"], "type": headers.get("content-type", ""), "body": text}


async def ask_all() -> dict[str, dict]:
    names = json.loads((await ask(application_of("give"), NAMES))["body"])["predictions"]
    applications = {}
    answers = {}
    for request in all_requests([*names, "fail", "nothing of this name"]):
        model = request["model"]
        if model not in applications:
            applications[model] = application_of(model)
        answers[request["name"]] = await ask(applications[model], request)
    return answers


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(asyncio.run(ask_all())))
