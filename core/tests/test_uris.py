from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from runyard.errors import InvalidInput
from runyard.uris import ArtifactPath, ArtifactURI, ModelURI, RunURI, StoreURI

FOLDER = os.path.realpath("/tmp/root")
PIECES = st.sampled_from(
    [
        "..",
        ".",
        "/",
        "\\",
        "%2e",
        "%2E",
        "%2f",
        "%5c",
        "%25",
        "%00",
        "a",
        "b c",
        "~",
        "C:",
        "ü",
        "\x00",
        "\n",
        "#",
        "?",
        "%",
    ]
)
SECRET = "hunter2xyz"


# artifact paths


@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=20))
@example("a/%252e%252e/b")
@example("%" + "25" * 12 + "2e")
def test_path_is_refused_or_stays_below_its_root(text: str) -> None:
    try:
        path = ArtifactPath(text)
    except InvalidInput:
        return
    assert str(path) == text, "a path is taken as it is"
    joined = os.path.normpath(os.path.join(FOLDER, *path.parts))
    assert joined == FOLDER or joined.startswith(FOLDER + os.sep)
    assert path.below(FOLDER) == Path(joined)
    once = text
    for _ in range(12):
        once = unquote(once)
        assert ".." not in once.replace("\\", "/").split("/")
        assert not once.startswith("/")


@given(
    st.lists(st.text(st.characters(blacklist_categories=["C"], blacklist_characters="/\\%:"), min_size=1), max_size=5)
)
def test_parts_come_back(parts: list[str]) -> None:
    assume(not {".", ".."} & set(parts))
    path = ArtifactPath("/".join(parts))
    assert path.parts == tuple(parts)
    assert path.name == (parts[-1] if parts else "")
    assert path.parent.parts == tuple(parts[:-1])
    built = ArtifactPath()
    for part in parts:
        built = built / part
    assert built == path
    assert path / "" == path


@pytest.mark.parametrize(
    "path", ["a b", "a#b", "a?b", "100%", "a%20b", "a+b", ".hidden", "..a", "a..", "精度/x", "-", "~"]
)
def test_odd_but_harmless_paths_are_taken(path: str) -> None:
    assert ArtifactPath(path) == path


def test_path_objects_are_taken() -> None:
    assert ArtifactPath(PurePosixPath("a/b")) == "a/b"
    with pytest.raises(InvalidInput, match="is text, not bytes"):
        ArtifactPath(Path("x").__fspath__().encode())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/a", "is absolute"),
        ("a/../b", "has a part"),
        ("./a", "has a part"),
        ("a//b", "has an empty part"),
        ("a/", "has an empty part"),
        ("a\\b", "holds a backslash"),
        ("a\x00", "holds a control character"),
        ("C:/a", "drive letter"),
        ("%2e%2e/a", "percent-encoding"),
        ("%2fetc", "percent-encoding"),
        ("a%00b", "percent-encoding"),
        ("\ud800", "no valid Unicode"),
        ("%" + "25" * 11, "more than ten times"),
    ],
)  # fmt: skip
def test_refusal_says_why(path: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as caught:
        ArtifactPath(path)
    assert str(caught.value).startswith("Invalid path: ")


def test_symbolic_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    (root / "out").symlink_to(tmp_path)
    (root / "stay").symlink_to(root / "in")
    assert ArtifactPath("stay/x").below(root) == root / "in/x"
    with pytest.raises(InvalidInput, match="symbolic link"):
        ArtifactPath("out/x").below(root)


# stores


@pytest.mark.parametrize(
    ("text", "scheme", "parsed"),
    [
        ("/a/b", "file", "/a/b"),
        ("file:///a/b", "file", "/a/b"),
        ("file://localhost/a/b", "file", "/a/b"),
        ("file:/a/b", "file", "/a/b"),
        ("file:///a%20b", "file", "/a b"),
        ("/a%20b", "file", "/a%20b"),
        ("/a/../b/", "file", "/b"),
        ("http://host:5000", "http", "http://host:5000"),
        ("HTTPS://host", "https", "HTTPS://host"),
        ("postgresql+psycopg://host/db", "postgresql", "postgresql+psycopg://host/db"),
        ("sqlite:///runs.db", "sqlite", "sqlite:///runs.db"),
        ("memory:", "memory", "memory:"),
    ],
)
def test_store_address(text: str, scheme: str, parsed: str) -> None:
    uri = StoreURI.parse(text)
    assert (uri.scheme, uri.text) == (scheme, parsed)


def test_relative_store_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert StoreURI.parse("mlruns").text == str(tmp_path / "mlruns")
    assert StoreURI.parse(Path("mlruns")) == StoreURI.parse("./mlruns") == StoreURI.parse(f"file://{tmp_path}/mlruns")
    assert StoreURI.parse("~/runs").text == os.path.expanduser("~/runs")


@pytest.mark.parametrize("text", ["", "a\x00b", "http://host\n", "file://otherhost/a", "file:///a%00b"])
def test_no_store_address(text: str) -> None:
    with pytest.raises(InvalidInput):
        StoreURI.parse(text)


USERS = st.text(st.characters(min_codepoint=33, max_codepoint=126, blacklist_characters="/@:?#&=*%"), max_size=8)
AROUND = st.text(st.characters(min_codepoint=33, max_codepoint=126, blacklist_characters=":?#&=*%\\"), max_size=6)


@given(
    USERS,
    AROUND,
    AROUND,
    st.sampled_from(["host", "host:5432", "[::1]:80", "a.b"]),
    st.sampled_from(["", "/db", "/a@b"]),
)
def test_password_is_never_shown(user: str, before: str, after: str, host: str, path: str) -> None:
    uri = StoreURI.parse(f"postgresql://{user}:{before}{SECRET}{after}@{host}{path}")
    for shown in (str(uri), repr(uri), f"{uri}"):
        assert SECRET not in shown
        assert "***@" in shown
    assert SECRET in uri.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://host:5000", "http://host:5000"),
        ("http://host:5000/a@b", "http://host:5000/a@b"),
        ("http://user@host/a", "http://user@host/a"),
        ("https://me:hunter2xyz@host/a?b=c@d", "https://me:***@host/a?b=c@d"),
        ("mysql://me:hunter2xyz@ss@host/db", "mysql://me:***@host/db"),
        ("mysql://me:a/hunter2xyz@host/db", "mysql://me:***@host/db"),
        ("https://:hunter2xyz@host", "https://:***@host"),
        ("postgresql:///db?host=h&password=hunter2xyz&user=me", "postgresql:///db?host=h&password=***&user=me"),
        ("https://host?api_token=hunter2xyz#x", "https://host?api_token=***#x"),
        ("sqlite:////data/runs@home.db", "sqlite:////data/runs@home.db"),
    ],
)
def test_address_is_shown_without_secrets(text: str, shown: str) -> None:
    assert str(StoreURI.parse(text)) == shown


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (StoreURI.parse, f"postgresql://u:{SECRET}@h/\n"),
        (ArtifactURI.parse, f"s3://u:{SECRET}@h/\n"),
        (ArtifactURI.parse, f"s3://u:{SECRET}@h/a#b"),
        (ArtifactURI.parse, f"s3://u:{SECRET}@h/a?b"),
        (ArtifactURI.parse, f"s3://u:{SECRET}@h/../b"),
    ],
)
def test_errors_show_no_secrets(text: str, parse) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert SECRET not in str(caught.value)


# artifact locations


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket",
        "s3://bucket/",
        "s3://bucket/a/b",
        "memory:/a",
        "hdfs://host:8020/a b",
        "dbfs:/a",
        "gs://b/%20",
        "/a/b",
    ],
)
def test_artifact_location_comes_back(text: str) -> None:
    uri = ArtifactURI.parse(text)
    assert str(uri) == text
    assert ArtifactURI.parse(str(uri)) == uri


@given(
    st.sampled_from(["s3", "gs", "memory", "sftp"]),
    st.text("abc.-", min_size=1, max_size=8),
    st.lists(st.text("abcdé #%+?~", min_size=1, max_size=5), max_size=4),
)
def test_location_and_path_join_below_the_root(scheme: str, authority: str, parts: list[str]) -> None:
    root = ArtifactURI.parse(f"{scheme}://{authority}/root")
    try:
        path = ArtifactPath("/".join(parts))
    except InvalidInput:
        return
    joined = root / path
    assert (joined.scheme, joined.authority) == (root.scheme, root.authority)
    assert joined.path == (f"/root/{path}" if path else "/root")


def test_local_location_has_a_uri_that_parses_back() -> None:
    uri = ArtifactURI.parse("/a b/ü#1")
    assert uri.file_uri == "file:///a%20b/%C3%BC%231"
    assert ArtifactURI.parse(uri.file_uri) == uri
    assert ArtifactURI.parse("s3://b/a").file_uri == "s3://b/a"
    assert (uri / "c").path == "/a b/ü#1/c"


@pytest.mark.parametrize(
    "text", ["", "s3://b/a#b", "s3://b/a?b", "s3://u:p@b/a", "s3://b/../a", "s3://b/%2e%2e/a", "s3://b/a\n"]
)
def test_no_artifact_location(text: str) -> None:
    with pytest.raises(InvalidInput):
        ArtifactURI.parse(text)


# addresses of runs and models


@pytest.mark.parametrize(
    ("text", "run_id", "path"),
    [("runs:/abc/model", "abc", "model"), ("runs:/abc", "abc", ""), ("runs:/abc/a/b/", "abc", "a/b")],
)
def test_run_address(text: str, run_id: str, path: str) -> None:
    uri = RunURI.parse(text)
    assert (uri.run_id, uri.path) == (run_id, path)
    assert RunURI.parse(str(uri)) == uri


@pytest.mark.parametrize("text", ["runs:/", "runs://abc/x", "runs:", "models:/a", "abc", "runs:/abc/../x", ""])
def test_no_run_address(text: str) -> None:
    with pytest.raises(InvalidInput):
        RunURI.parse(text)


ID = "m-" + "0" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("models:/net/1", ModelURI(name="net", version="1")),
        ("models:/net/007", ModelURI(name="net", version="7")),
        ("models:/net/Production", ModelURI(name="net", stage="Production")),
        ("models:/net/latest", ModelURI(name="net", stage="latest")),
        ("models:/net/LATEST", ModelURI(name="net", stage="latest")),
        ("models:/net@champion", ModelURI(name="net", alias="champion")),
        ("models:/a@b@champion", ModelURI(name="a@b", alias="champion")),
        ("models:/net@champion/sub/f", ModelURI(name="net", alias="champion", path=ArtifactPath("sub/f"))),
        ("models:/net/1/sub", ModelURI(name="net", version="1", path=ArtifactPath("sub"))),
        (f"models:/{ID}", ModelURI(model_id=ID)),
        (f"models:/{ID}/model.pkl", ModelURI(model_id=ID, path=ArtifactPath("model.pkl"))),
        (f"models:/{ID}/2", ModelURI(name=ID, version="2")),
        ("models:/ünï net/1", ModelURI(name="ünï net", version="1")),
    ],
)
def test_model_address(text: str, expected: ModelURI) -> None:
    assert ModelURI.parse(text) == expected
    assert ModelURI.parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["models:/", "models://net/1", "models:net/1", "net/1", "models:/net//1", "models:/net/1/../x", ""]
)
def test_no_model_address(text: str) -> None:
    with pytest.raises(InvalidInput):
        ModelURI.parse(text)
