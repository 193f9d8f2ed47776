"""Lines of the log: one for each message, whatever clients put into it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from runyard_asgi.logs import set_up_logs
from runyard_asgi.settings import Logging


@pytest.fixture(autouse=True)
def _handlers_of_before() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("", "runyard", "runyard_asgi", "uvicorn")]
    before = [(logger, logger.handlers[:], logger.level) for logger in loggers]
    yield
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)


def written(capsys: pytest.CaptureFixture[str], kind: str, level: str = "info", **fields: object) -> list[str]:
    set_up_logs(Logging(level=level, format=kind))
    log = logging.getLogger("runyard_asgi.any")
    log.debug("hidden")
    log.info("forged\nERROR %s", "line", extra={"fields": fields})
    return capsys.readouterr().err.splitlines()


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = written(capsys, "text", path="/a b\nERROR forged", status=200, user='a"b', empty="")
    assert line.endswith(r'Z INFO forged\nERROR line path="/a b\nERROR forged" status=200 user="a\"b" empty=""')


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = written(capsys, "json", path="/ä\n", status=200)
    found = json.loads(line)
    assert found.pop("time").endswith("Z")
    assert found == {
        "level": "info",
        "logger": "runyard_asgi.any",
        "message": "forged\nERROR line",
        "path": "/ä\n",
        "status": 200,
    }


def test_levels(capsys: pytest.CaptureFixture[str]) -> None:
    assert written(capsys, "text", "warning") == []
    assert len(written(capsys, "text", "debug")) == 2


@pytest.mark.parametrize("kind", ["text", "json"])
def test_trace_of_an_error(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    set_up_logs(Logging(format=kind))
    try:
        raise ValueError("inner")
    except ValueError:
        logging.getLogger("runyard_asgi").error("outer", exc_info=sys.exc_info())
    said = capsys.readouterr().err
    trace = json.loads(said)["trace"] if kind == "json" else said
    assert "ValueError: inner" in trace
