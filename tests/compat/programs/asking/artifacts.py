"""Questions about artifacts."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, post, sent, wrongly

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
STRANGE = (
    "../up",
    "a/../../up",
    "%2e%2e/up",
    "..%2fup",
    "%252e%252e/up",
    "/etc/passwd",
    "//etc",
    "C:/x",
    "a%23b",
    "a/./b",
)


def put(path: str, name: str, content: bytes) -> Question:
    return Question(name, "PUT", f"{PROXY}/{path}", raw=content, headers={"Content-Type": "application/octet-stream"})


def questions() -> Iterator[Question]:
    yield post("experiments/create", "experiment", {"files": "experiment_id"}, name="home of files")
    yield post("runs/create", "run", {"filed": "run.info.run_id"}, experiment_id="$files", run_name="filed")
    root = "$files/$filed/artifacts"
    yield put(f"{root}/a.txt", "put", b"some text")
    yield put(f"{root}/deep/%C3%A4%20b.json", "put deep", b'{"a": 1}')
    yield put(f"{root}/empty.bin", "put nothing", b"")
    yield put(f"{root}/a.txt", "put again", b"other text")
    yield get(f"{PROXY}/{root}/a.txt", "get")
    yield get(f"{PROXY}/{root}/deep/%C3%A4%20b.json", "get deep")
    yield get(f"{PROXY}/{root}/empty.bin", "get nothing")
    yield get(f"{PROXY}/{root}/none.txt", "get what is not there")
    yield get(f"{PROXY}/{root}/deep", "get a folder")
    part = Question("get a part", "GET", f"{PROXY}/{root}/a.txt", headers={"Range": "bytes=2-4"})
    yield part
    yield get(PROXY, "list", path=root)
    yield get(PROXY, "list deep", path=f"{root}/deep")
    yield get(PROXY, "list a file", path=f"{root}/a.txt")
    yield get(PROXY, "list nothing", path=f"{root}/none")
    for path in STRANGE:
        yield put(path, f"put at {path}", b"x")
        yield get(f"{PROXY}/{path}", f"get at {path}")
        yield sent("DELETE", f"{PROXY}/{path}", f"delete at {path}")
        yield get(PROXY, f"list at {path}", path=path)
        yield get("artifacts/list", f"list of the run at {path}", run_id="$filed", path=path)
    listed = get("artifacts/list", "list of the run", run_id="$filed", path="deep")
    yield listed
    yield from wrongly(listed, "path")
    yield get("artifacts/list", "list the whole run", run_id="$filed")
    yield get("artifacts/list", "list a file of the run", run_id="$filed", path="a.txt")
    yield get("artifacts/list", "list nothing of the run", run_id="$filed", path="none")
    yield get("artifacts/list", "list of an unknown run", run_id="0123456789abcdef" * 2)
    yield get("/get-artifact", "file of the run", run_id="$filed", path="a.txt")
    yield get("/get-artifact", "file of the run that is not there", run_id="$filed", path="none.txt")
    yield get("/get-artifact", "file of an unknown run", run_id="0123456789abcdef" * 2, path="a.txt")
    for word in ("create", "complete", "abort"):
        yield post(
            f"/api/2.0/mlflow-artifacts/mpu/{word}/{root}",
            f"multipart {word}",
            path="a.txt",
            num_parts=2,
            upload_id="x",
        )
    yield get(f"/api/2.0/mlflow-artifacts/presigned/{root}/a.txt", "presigned")
    yield sent("DELETE", f"{PROXY}/{root}/a.txt", "delete")
    yield sent("DELETE", f"{PROXY}/{root}/a.txt", "delete again")
    yield sent("DELETE", f"{PROXY}/{root}/deep", "delete a folder")
    yield get(PROXY, "list in the end", path=root)
