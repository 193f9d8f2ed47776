"""Artifacts of runs."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import yaml

from using.session import Session, step


def tree(session: Session, run_id: str, path: str | None = None) -> list[tuple[str, bool, int | None]]:
    """Return what a run has below a path: names, sizes, digests."""
    found: list[tuple[str, bool, int | None]] = []
    for info in session.client.list_artifacts(run_id, path):
        found.append((info.path, info.is_dir, info.file_size))
        if info.is_dir:
            found += tree(session, run_id, info.path)
    return found


def files(folder: str) -> dict[str, str]:
    """Return the digests of the files of a folder, or of a file, by path."""
    root = Path(folder)
    below = sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else [root]
    return {
        path.relative_to(root if root.is_dir() else root.parent).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in below
    }


@step()
def trees(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("artifacts"), "artifacts")
    session.see("root", client.get_run(run_id).info.artifact_uri)
    session.see("nothing", client.list_artifacts(run_id))
    session.scratch("tree/deep/er/ä b+c&=;@.bin", bytes(range(256)) * 5000)
    session.scratch("tree/empty.txt", b"")
    session.scratch("tree/page.html", b"<p>ol\xc3\xa1</p>\n")
    client.log_artifact(run_id, str(session.folder / "tree" / "empty.txt"))
    client.log_artifact(run_id, str(session.folder / "tree" / "page.html"), "one/two")
    client.log_artifact(run_id, str(session.folder / "tree" / "deep"), "folder")
    client.log_artifacts(run_id, str(session.folder / "tree"), "copied")
    client.log_artifacts(run_id, str(session.folder / "tree" / "deep"))
    session.see("all", tree(session, run_id))
    session.see("of a file", client.list_artifacts(run_id, "empty.txt"))
    session.see("of nothing", client.list_artifacts(run_id, "none"))
    target = session.scratch("download")
    session.see("whole", files(client.download_artifacts(run_id, "", str(target))))
    session.see("a folder", files(client.download_artifacts(run_id, "copied/deep", str(target))))
    session.see("a file", files(client.download_artifacts(run_id, "one/two/page.html")))
    client.log_artifact(run_id, str(session.scratch("tree/empty.txt", b"not empty any longer")))
    session.see("replaced", Path(client.download_artifacts(run_id, "empty.txt")).read_text())


@step()
def percent_in_a_name(session: Session) -> None:
    run_id = session.run(session.experiment("percents"), "percents")
    path = str(session.scratch("100%25.txt", b"all"))
    session.refused("logged", lambda: session.client.log_artifact(run_id, path))
    session.see("all", tree(session, run_id))


@step()
def texts(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("texts"), "texts")
    value = {"b": [1, 2.5, None, True], "a": "ä", "deep": {"x": "two\nlines"}}
    client.log_text(run_id, "first\nsecond: ä🦉\r\n", "notes/text.txt")
    client.log_text(run_id, "<b>bold</b>", "page.html")
    for name in ("value.json", "value.yaml", "value"):
        client.log_dict(run_id, value, name)
    notes = client.download_artifacts(run_id, "notes/text.txt")
    session.see("text", Path(notes).read_bytes().decode())
    session.see("names", [path for path, is_folder, _ in tree(session, run_id) if not is_folder])
    session.see("JSON", session.fluent.artifacts.load_dict(f"runs:/{run_id}/value.json"))
    written = Path(client.download_artifacts(run_id, "value.yaml")).read_text("utf-8")
    session.see("YAML", yaml.safe_load(written))
    session.see(
        "value without an ending", json.loads(Path(client.download_artifacts(run_id, "value")).read_text("utf-8"))
    )


@step("log_stream")
def streams(session: Session) -> None:
    run_id = session.run(session.experiment("streams"), "streams")
    session.client.log_stream(run_id, io.BytesIO(b"0123456789" * 1000), "streamed/data.bin")
    session.see("file", files(session.client.download_artifacts(run_id, "streamed")))


@step()
def refusals(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("refusals of artifacts"), "refuses")
    path = str(session.scratch("some.txt", b"some"))
    unknown = "0123456789abcdef" * 2
    for place in ("../up", "/absolute", "a/../../b"):
        session.refused(f"put at {place}", lambda place=place: client.log_artifact(run_id, path, place))
        session.refused(f"text at {place}", lambda place=place: client.log_text(run_id, "x", place))
    session.refused("file that is not there", lambda: client.log_artifact(run_id, path + ".none"))
    session.refused("run that is not there", lambda: client.log_artifact(unknown, path))
    session.refused("listed of unknown", lambda: client.list_artifacts(unknown))
    session.refused("download of unknown", lambda: client.download_artifacts(unknown, "a"))
    session.refused("download of nothing", lambda: client.download_artifacts(run_id, "none.txt"))
    session.refused("download above", lambda: client.download_artifacts(run_id, "../x"))
    session.see("nothing is there", tree(session, run_id))
