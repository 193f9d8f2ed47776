"""Artifact paths that lead out of the artifacts of a run, in every call and command that takes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import runyard as ry
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.client import RunyardClient

Files = Callable[[], dict[str, bytes]]

ESCAPES = [
    "..",
    "../x",
    "a/../../x",
    "a/..",
    "/etc/passwd",
    "//etc/passwd",
    "./x",
    "a/./x",
    "a//x",
    "a/",
    "..\\x",
    "a\\..\\..\\x",
    "\\\\host\\share",
    "C:\\x",
    "C:/x",
    "c:x",
    "a\x00b",
    "a\nb",
    "%2e%2e/x",
    "%2e%2e%2fx",
    "..%2fx",
    "%252e%252e/x",
    "%2Fetc/passwd",
    "%5c..%5cx",
    "a%00b",
    "%25252525252525252525252e%2e/x",
    "file:///etc/passwd",
]


@pytest.fixture
def source(root: Path) -> Path:
    """A folder with a file, to be stored."""
    folder = root.parent / "source"
    folder.mkdir()
    (folder / "file.txt").write_text("new")
    return folder


@pytest.fixture
def secret(root: Path) -> Path:
    """A file outside the artifacts."""
    path = root.parent / "secret.txt"
    path.write_text("secret")
    return path


@pytest.mark.parametrize("path", ESCAPES, ids=ascii)
def test_a_path_that_leads_out_is_refused_in_every_call(
    client: RunyardClient, run_id: str, files: Files, source: Path, path: str
) -> None:
    outside = sorted(source.parent.rglob("*"))
    calls: list[Callable[[], object]] = [
        lambda: client.log_artifact(run_id, source / "file.txt", path),
        lambda: client.log_artifacts(run_id, source, path),
        lambda: client.log_text(run_id, "t", path),
        lambda: client.log_dict(run_id, {"a": 1}, path),
        lambda: client.list_artifacts(run_id, path),
        lambda: client.download_artifacts(run_id, path),
        lambda: client.download_artifacts(run_id, path, str(source)),
        lambda: ry.log_text("t", path),
        lambda: ry.log_dict({}, path),
        lambda: ry.log_artifact(source / "file.txt", path),
        lambda: ry.log_artifacts(source, path),
        lambda: ry.artifacts.list_artifacts(run_id=run_id, artifact_path=path),
        lambda: ry.artifacts.download_artifacts(run_id=run_id, artifact_path=path),
        lambda: ry.artifacts.load_text(f"runs:/{run_id}/{path}"),
    ]
    before = files()
    with ry.start_run(run_id=run_id):
        during = files()
        for number, call in enumerate(calls):
            if path == "a/" and number in (4, 5, 6, 11, 12, 13):
                continue  # a folder may be named with its slash where it is read
            with pytest.raises(InvalidInput, match=r"(?i)invalid path") as caught:
                call()
            assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
        assert files() == during
    assert files().keys() == before.keys()
    assert sorted(source.parent.rglob("*")) == outside


@pytest.mark.parametrize("path", [path for path in ESCAPES if "\x00" not in path and path != "a/"], ids=ascii)
def test_a_path_that_leads_out_is_refused_by_the_program(
    runyard: Callable[..., tuple[int, str, str]], run_id: str, files: Files, source: Path, path: str
) -> None:
    before = files()
    for words in (
        ("artifacts", "list", run_id, path),
        ("artifacts", "download", run_id, path),
        ("artifacts", "download", run_id, path, "-d", str(source)),
        ("artifacts", "log", run_id, str(source / "file.txt"), "-a", path),
    ):
        code, out, err = runyard(*words)
        assert (code, out) == (1, ""), words
        assert "Invalid path" in err, words
    assert files() == before


@pytest.mark.parametrize(
    "name", ["a b.txt", "a#b?c%d+e", ".hidden", "ünï.txt", "100%", "a;b&c", "-rf", "$(id)", "'\"", "~", "%41", "..."]
)
def test_odd_and_harmless_names_are_kept(
    client: RunyardClient, runyard: Callable[..., tuple[int, str, str]], run_id: str, tmp_path: Path, name: str
) -> None:
    client.log_text(run_id, "odd", f"odd/{name}")
    assert [info.path for info in client.list_artifacts(run_id, "odd")] == [f"odd/{name}"]
    assert ry.artifacts.load_text(f"runs:/{run_id}/odd/{name}") == "odd"
    target = client.download_artifacts(run_id, f"odd/{name}", str(tmp_path / "to"))
    assert Path(target).read_text() == "odd"
    code, out, err = runyard("artifacts", "list", run_id, "odd")
    assert (code, out, err) == (0, f"odd/{name}\t3\n", "")


def test_links_that_lead_out_are_neither_read_nor_written_through(
    client: RunyardClient, run_id: str, secret: Path, source: Path, tmp_path: Path
) -> None:
    artifacts = Path(ry.artifacts.download_artifacts(run_id=run_id, artifact_path="notes")).parent
    (artifacts / "link.txt").symlink_to(secret)
    (artifacts / "out").symlink_to(secret.parent)
    (artifacts / "loop").symlink_to("loop")
    (artifacts / "nowhere").symlink_to("missing")
    assert [info.path for info in client.list_artifacts(run_id)] == ["notes"]
    for call in (
        lambda: ry.artifacts.load_text(f"runs:/{run_id}/link.txt"),
        lambda: client.download_artifacts(run_id, "link.txt"),
        lambda: client.download_artifacts(run_id, "out/secret.txt", str(tmp_path / "to")),
        lambda: client.list_artifacts(run_id, "out"),
        lambda: client.log_text(run_id, "stolen", "link.txt"),
        lambda: client.log_text(run_id, "stolen", "out/secret.txt"),
        lambda: client.log_text(run_id, "stolen", "out/new.txt"),
        lambda: client.log_artifact(run_id, source / "file.txt", "out"),
        lambda: client.log_artifacts(run_id, source, "out/below"),
    ):
        with pytest.raises(InvalidInput, match="symbolic link"):
            call()
    everything = Path(client.download_artifacts(run_id, "", str(tmp_path / "all")))
    assert [path.name for path in everything.iterdir()] == ["notes"]
    assert secret.read_text() == "secret"
    assert not (secret.parent / "new.txt").exists()
    assert not (secret.parent / "below").exists()


def test_a_download_is_not_written_through_a_link_in_the_target(
    client: RunyardClient, run_id: str, secret: Path, tmp_path: Path
) -> None:
    target = tmp_path / "to"
    target.mkdir()
    (target / "notes").symlink_to(secret.parent)
    with pytest.raises(InvalidInput, match="symbolic link"):
        client.download_artifacts(run_id, "", str(target))
    assert not (secret.parent / "first.txt").exists()


def test_a_folder_with_a_link_to_nowhere_is_refused_whole(
    client: RunyardClient, run_id: str, files: Files, source: Path
) -> None:
    before = files()
    for goal in ("link", "missing"):
        (source / "link").symlink_to(goal)
        with pytest.raises(NotFound, match=r"'.*/link' leads nowhere"):
            client.log_artifacts(run_id, source)
        (source / "link").unlink()
    assert files() == before


def test_what_is_not_there_is_named(client: RunyardClient, run_id: str, files: Files, root: Path) -> None:
    before = files()
    for call in (
        lambda: client.log_artifact(run_id, root.parent / "missing.txt"),
        lambda: client.log_artifacts(run_id, root.parent / "missing"),
        lambda: client.download_artifacts(run_id, "missing"),
        lambda: ry.artifacts.load_text(f"runs:/{run_id}/missing"),
    ):
        with pytest.raises(NotFound, match="missing"):
            call()
    with pytest.raises(InvalidInput, match="another name"):
        client.log_text(run_id, "t", "notes")
    with pytest.raises(InvalidInput, match="another name"):
        client.log_text(run_id, "t", "notes/first.txt/below")
    with pytest.raises(InvalidInput, match="text"):
        client.log_text(run_id, b"bytes", "t.txt")  # type: ignore[arg-type]
    circle: list[object] = []
    circle.append(circle)
    for odd in ({("a", "b"): 1}, circle):
        with pytest.raises(InvalidInput, match="JSON"):
            client.log_dict(run_id, odd, "t.json")
    assert files() == before


@pytest.mark.parametrize("uri", ["", "runs:/", "runs:abc", "runs://x/y", "models:/", "models:/a", "x:/y", "http://"])
def test_an_address_of_no_form_is_refused(run_id: str, uri: str) -> None:
    with pytest.raises((InvalidInput, LookupError, ModuleNotFoundError)) as caught:
        ry.artifacts.download_artifacts(uri)
    assert len(str(caught.value)) > 20
