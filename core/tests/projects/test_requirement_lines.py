"""Lines of requirements files, and what they may refer to."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.errors import InvalidInput
from runyard.projects.requirement_lines import read_lines, requirement_name


def read(folder: Path, *lines: str, confined: bool = True) -> list[str]:
    return list(read_lines(lines, folder, "here", confined=confined).requirements)


def test_lines_that_stay_as_they_are(tmp_path: Path) -> None:
    lines = [
        "numpy==2.1.0",
        "pandas[parquet,excel] >= 2, < 3 ; python_version > '3.8'",
        "torch @ https://host/torch.whl#sha256=abc",
        "git+https://host/repository@v1#egg=thing",
        "https://host/thing-1.0.tar.gz",
        "six==1.16.0 --hash=sha256:abc --hash=sha256:def",
        "--index-url https://host/simple",
        "--extra-index-url https://host/more",
        "--no-index",
        "--pre",
        "${PRIVATE} @ https://${TOKEN}@host/x.whl".removeprefix("${PRIVATE} @ "),
    ]
    assert read(tmp_path, *lines) == lines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-i https://host/simple", "--index-url https://host/simple"),
        ("-ihttps://host/simple", "--index-url https://host/simple"),
        ("--index-url=https://host/simple", "--index-url https://host/simple"),
        ("numpy # the arrays", "numpy"),
        ("--only-binary :all:  # no compiler here", "--only-binary :all:"),
    ],
)
def test_spellings(tmp_path: Path, line: str, expected: str) -> None:
    assert read(tmp_path, line) == [expected]


def test_comments_and_lines_that_go_on(tmp_path: Path) -> None:
    lines = ["# all of it", "", "six==1.16.0 \\", "    --hash=sha256:abc", "  ", "numpy \\", "# gone"]
    assert read(tmp_path, *lines) == ["six==1.16.0      --hash=sha256:abc", "numpy"]


def test_files_that_lines_name(tmp_path: Path) -> None:
    inner = tmp_path / "more"
    inner.mkdir()
    (inner / "base.txt").write_text("numpy\n-c limits.txt\n./local.whl\n", encoding="utf-8-sig")
    (inner / "limits.txt").write_text("numpy<3\n# no more\n")
    (inner / "local.whl").touch()
    (tmp_path / "setup.py").touch()
    found = read_lines(["pandas", "-r more/base.txt", "-e ."], tmp_path, "here")
    assert found.requirements == ("pandas", "numpy", f"{inner}/local.whl", f"--editable {tmp_path}")
    assert found.constraints == ("numpy<3",)
    assert found.local == (inner / "local.whl",)
    assert found.editable == (tmp_path,)


def test_paths_with_blanks_become_addresses(tmp_path: Path) -> None:
    folder = tmp_path / "a folder; $(touch x)"
    folder.mkdir()
    (folder / "x.whl").touch()
    (folder / "thing").mkdir()
    assert read(folder, "./x.whl", "./thing[extra]", "thing @ file:./thing") == [
        (folder / "x.whl").as_uri(),
        f"{(folder / 'thing').as_uri()}[extra]",
        f"thing @ {(folder / 'thing').as_uri()}",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("not a requirement", "here: 'not a requirement' is not a requirement"),
        ("numpy==", "is not a requirement"),
        ("-r missing.txt", "refers to .*missing.txt', which does not exist"),
        ("./missing.whl", "does not exist"),
        ("-r", "'-r' needs a value"),
        ("--target=/x", "is no option of a requirements file"),
        ("--install-option --root=/x", "is no option of a requirements file"),
        ("--no-index --target=/x", "is no option of a requirements file"),
        ("-r ../outside.txt", "not below"),
        ("-c ../outside.txt", "not below"),
        ("-e ..", "not below"),
        ("-f ..", "not below"),
        ("../outside.txt", "not below"),
        ("/etc/hostname", "not below"),
        ("file:///etc/hostname", "not below"),
        ("x @ file:///etc/hostname", "not below"),
        ("x @ file:../outside.txt", "not below"),
        ("-r link.txt", "not below"),
        ("--extra-index-url file:///etc", "not below"),
        ("-i ..", "not below"),
        ("git+file:///etc/repository", "a repository on this machine"),
        ("-e git+file:///etc/repository#egg=x", "a repository on this machine"),
        ("-r ~/x", "home folder"),
        ("-r again.txt", "'again.txt' includes itself"),
    ],
)
def test_refused(tmp_path: Path, line: str, words: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("numpy")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "again.txt").write_text("-r again.txt")
    with pytest.raises(InvalidInput, match=words):
        read(folder, line)


def test_passwords_are_not_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as info:
        read(tmp_path, "--target https://user:secret@host/x")
    assert "secret" not in info.value.message


def test_what_a_user_says_may_be_anywhere(tmp_path: Path) -> None:
    (tmp_path / "x.whl").touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    assert read(folder, "../x.whl", confined=False) == [f"{tmp_path}/x.whl"]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("NumPy>=1", "numpy"),
        ("scikit_learn[a]==1", "scikit-learn"),
        ("x.y @ https://host/x.whl", "x-y"),
        ("https://host/x.whl", None),
        ("./x", None),
        ("-c constraints.txt", None),
        ("x-1.0-py3-none-any.whl", None),
    ],
)
def test_name_of_a_line(line: str, name: str | None) -> None:
    assert requirement_name(line) == name
