"""Sources: folders, git repositories and archives."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from runyard.errors import ExecutionFailed, InvalidInput
from runyard.projects import repository
from runyard.projects.sources import ProjectURI, Source

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    done = subprocess.run(["git", "-C", str(folder), *words], env=environment, capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit(folder: Path, text: str) -> str:
    (folder / "MLproject").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", text)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with a branch, a tag and three commits."""
    folder = tmp_path / "repository"
    (folder / "sub" / "dir").mkdir(parents=True)
    (folder / "sub" / "dir" / "MLproject").write_text("name: below")
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "name: first")
    git(folder, "tag", "v1")
    git(folder, "checkout", "-q", "-b", "feature/#1")
    commit(folder, "name: feature")
    git(folder, "checkout", "-q", "main")
    commit(folder, "name: second")
    commit(folder, "name: third")
    return folder


def content(source: Source) -> str:
    return (source.folder / "MLproject").read_text()


def test_folder_is_used_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    with Source(ProjectURI.parse(str(tmp_path))) as source:
        assert source.folder == tmp_path
        assert source.tags == {"mlflow.source.name": str(tmp_path), "mlflow.source.type": "PROJECT"}
        assert source.commit is None
    with Source(ProjectURI.parse(f"{tmp_path}#sub")) as source:
        assert source.folder == tmp_path / "sub"
        assert source.tags["mlflow.source.name"] == f"{tmp_path}#sub"
    with Source(ProjectURI.parse(tmp_path.as_uri())) as source:
        assert source.folder == tmp_path
    assert tmp_path.is_dir()


def test_folder_with_number_sign_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "a#b").mkdir()
    with Source(ProjectURI.parse(str(tmp_path / "a#b"))) as source:
        assert source.folder == tmp_path / "a#b"


@needs_git
def test_folder_in_a_repository_has_a_commit(project: Path) -> None:
    git(project, "remote", "add", "origin", "https://user:secret@example.com/r.git")
    with Source(ProjectURI.parse(str(project / "sub"))) as source:
        assert source.commit == git(project, "rev-parse", "HEAD")
        assert source.tags["mlflow.source.git.branch"] == "main"
        assert source.tags["mlflow.source.git.dirty"] == "false"
        assert source.tags["mlflow.gitRepoURL"] == source.tags["mlflow.source.git.repoURL"]
        assert "secret" not in str(source.tags)


@needs_git
@pytest.mark.parametrize(
    ("version", "expected", "branch"),
    [
        (None, "name: third", None),
        ("main", "name: third", "main"),
        ("feature/#1", "name: feature", "feature/#1"),
        ("v1", "name: first", None),
    ],
)
def test_versions_of_a_repository(project: Path, version: str | None, expected: str, branch: str | None) -> None:
    with Source(ProjectURI.parse(project.as_uri(), version)) as source:
        assert content(source) == expected
        assert source.folder != project
        assert source.commit == git(project, "rev-parse", f"{version or 'HEAD'}^{{commit}}")
        assert source.tags.get("mlflow.source.git.branch") == branch
        assert source.tags["mlflow.source.git.repoURL"] == project.as_uri()
    assert not source.folder.exists(), "what was fetched is removed"


@needs_git
@pytest.mark.parametrize("length", [7, 40])
def test_commit_of_a_repository(project: Path, length: int) -> None:
    wanted = git(project, "rev-parse", "main~1")
    with Source(ProjectURI.parse(str(project), wanted[:length])) as source:
        assert source.commit == wanted
        assert content(source) == "name: second"


@needs_git
def test_bare_repository_and_subdirectory(project: Path, tmp_path: Path) -> None:
    git(project, "clone", "-q", "--bare", str(project), str(tmp_path / "bare.git"))
    with Source(ProjectURI.parse(f"{(tmp_path / 'bare.git').as_uri()}#sub/dir", "main")) as source:
        assert content(source) == "name: below"
        assert source.tags["mlflow.source.name"].endswith("bare.git#sub/dir")


@needs_git
def test_submodules(project: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q", "-b", "main")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", project.as_uri(), "inner")
    commit(outer, "name: outer")
    with Source(ProjectURI.parse(outer.as_uri())) as source:
        assert (source.folder / "inner" / "MLproject").read_text() == "name: third"


@needs_git
def test_unknown_version_leaves_nothing(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    with pytest.raises(InvalidInput, match="has no branch, tag or commit 'nowhere'"):
        Source(ProjectURI.parse(project.as_uri(), "nowhere"))
    with pytest.raises(InvalidInput, match="has no folder 'nowhere'"):
        Source(ProjectURI.parse(f"{project.as_uri()}#nowhere"))
    assert set(tmp_path.iterdir()) == before


@needs_git
def test_subdirectory_does_not_follow_links_out(project: Path) -> None:
    (project / "out").symlink_to("/etc")
    commit(project, "name: linked")
    with pytest.raises(InvalidInput, match="by a symbolic link"):
        Source(ProjectURI.parse(f"{project.as_uri()}#out"))


@needs_git
def test_repository_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "HEAD").write_text("x")
    (tmp_path / "objects").mkdir()
    with pytest.raises(ExecutionFailed, match="git fetch failed"):
        Source(ProjectURI.parse(tmp_path.as_uri()))


def test_no_git(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = ProjectURI.parse(project.as_uri())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ExecutionFailed, match="there is no program 'git'"):
        Source(uri)


@pytest.mark.parametrize(
    ("uri", "transport"),
    [
        ("https://github.com/a/b", "https"),
        ("https://token@github.com/a/b.git", "https"),
        ("ssh://git@host/a", "ssh"),
        ("git@github.com:a/b.git", "ssh"),
        ("host:a/b", "ssh"),
    ],
)
def test_addresses_of_repositories(uri: str, transport: str) -> None:
    parsed = ProjectURI.parse(f"{uri}#sub.dir/x", "v1")
    assert (parsed.kind, parsed.location, parsed.subdirectory) == ("git", uri, "sub.dir/x")
    assert repository.transport(uri) == transport


@pytest.mark.parametrize(
    "uri",
    [
        "ext::sh -c touch% broken",
        "fd::17",
        "http://example.com/r.git",
        "git://example.com/r.git",
        "ftp://example.com/r.git",
        "ssh://-oProxyCommand=touch broken/r",
        "ssh://a@-oProxyCommand=x/r",
        "-oProxyCommand=x:r",
        "--upload-pack=touch broken:x",
        "user@-host:r",
    ],
)
def test_no_other_way_to_a_repository(uri: str) -> None:
    with pytest.raises(InvalidInput, match="git repositories are reached by"):
        ProjectURI.parse(uri)


@pytest.mark.parametrize("version", ["--upload-pack=x", "-b", "a b", "a..b", "a~1", "a^", "a:b", "a\nb", "@{u}", ""])
def test_versions_are_names(version: str) -> None:
    with pytest.raises(InvalidInput, match="is not the name of"):
        repository.check_revision(version)


@pytest.mark.parametrize("below", ["../out", "/etc", "a/../../b", "a\\b"])
def test_subdirectories_stay_inside(tmp_path: Path, below: str) -> None:
    with pytest.raises(InvalidInput, match="Invalid path"):
        ProjectURI.parse(f"{tmp_path}#{below}")


def test_folder_has_no_version(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="only a git repository has versions"):
        ProjectURI.parse(str(tmp_path), "v1")


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="does not exist"):
        ProjectURI.parse(str(tmp_path / "nowhere"))
    (tmp_path / "file.txt").touch()
    with pytest.raises(InvalidInput, match=r"no folder and no \.zip file"):
        ProjectURI.parse(str(tmp_path / "file.txt"))
    with pytest.raises(InvalidInput, match="download it first"):
        ProjectURI.parse("https://example.com/project.zip")


def test_archive(tmp_path: Path) -> None:
    path = tmp_path / "project.zip"
    with zipfile.ZipFile(path, "w") as content_of:
        content_of.writestr("inner/MLproject", "name: packed")
    for uri in (f"{path}#inner", f"{path.as_uri()}#inner"):
        with Source(ProjectURI.parse(uri)) as source:
            assert content(source) == "name: packed"
            assert source.commit is None
        assert not source.folder.exists()
    with pytest.raises(InvalidInput, match="only a git repository has versions"):
        ProjectURI.parse(str(path), "v1")


def test_credentials_are_taken_out() -> None:
    take_out = repository.without_credentials
    assert take_out("https://user:secret@host/r") == "https://host/r"
    assert take_out("https://token@host/r") == "https://host/r"
    assert take_out("ssh://git@host/r") == "ssh://git@host/r"
    assert take_out("ssh://git:secret@host/r") == "ssh://git@host/r"
    assert str(ProjectURI.parse("https://u:secret@host/r#a")) == "https://host/r#a"
