"""Parameters: given values, defaults, types, local paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.errors import InvalidInput
from runyard.projects.parameters import Parameter, PathResolver, bind


def declare(**types: str | tuple[str, str]) -> dict[str, Parameter]:
    made = {}
    for name, spec in types.items():
        kind, default = (spec, None) if isinstance(spec, str) else spec
        made[name] = Parameter(name, kind, default)
    return made


def test_given_values_win_over_defaults() -> None:
    values = bind("main", declare(a=("string", "1"), b=("float", "2")), {"b": 3, "c": "x", "d": Path("p")})
    assert values.declared == {"a": "1", "b": "3"}
    assert values.extra == {"c": "x", "d": "p"}
    assert list(values.all) == ["a", "b", "c", "d"]


def test_missing_are_listed() -> None:
    with pytest.raises(InvalidInput, match=r"'main' needs a value for 'alpha', 'beta': give it with -P alpha=VALUE"):
        bind("main", declare(alpha="float", beta="string", gamma=("string", "1")), {})


def test_missing_and_misspelt() -> None:
    with pytest.raises(InvalidInput, match="'alhpa' was given: did you mean 'alpha'"):
        bind("main", declare(alpha="float"), {"alhpa": 1})


@pytest.mark.parametrize(
    ("kind", "value"), [("float", "abc"), ("int", "1.5"), ("int", ""), ("uri", "no scheme"), ("uri", "/path")]
)
def test_wrong_type(kind: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"'x' is of the type {kind}"):
        bind("main", declare(x=kind), {"x": value})


@pytest.mark.parametrize(("kind", "value"), [("float", "1e-3"), ("float", "nan"), ("int", "-5"), ("uri", "s3://b/k")])
def test_right_type(kind: str, value: str) -> None:
    assert bind("main", declare(x=kind), {"x": value}).declared == {"x": value}


def test_default_may_stand_outside_of_the_type() -> None:
    assert bind("main", declare(x=("float", "None")), {}).declared == {"x": "None"}


def test_nul_is_refused() -> None:
    for parameters in (declare(x="string"), {}):
        with pytest.raises(InvalidInput, match="NUL"):
            bind("main", parameters, {"x": "a\0b"})


def test_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, project = tmp_path / "here", tmp_path / "project"
    for folder in (here, project):
        folder.mkdir()
        (folder / "data.csv").touch()
    (here / "only here").touch()
    monkeypatch.chdir(here)
    resolver = PathResolver(project)
    declared = declare(x="path", y=("path", "data.csv"), z=("path", "only here"))
    values = bind("main", declared, {"x": "data.csv"}, resolver)
    assert values.declared == {
        "x": str(here / "data.csv"),
        "y": str(project / "data.csv"),
        "z": str(here / "only here"),
    }
    assert bind("main", declare(x="path"), {"x": (here / "only here").as_uri()}, resolver).declared == {
        "x": str(here / "only here")
    }


def test_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="'x' is of the type path, but there is no 'nowhere'"):
        bind("main", declare(x="path"), {"x": "nowhere"}, PathResolver(tmp_path))


def test_paths_stay_for_other_machines() -> None:
    assert bind("main", declare(x="path"), {"x": "nowhere"}).declared == {"x": "nowhere"}


def test_path_elsewhere_is_downloaded(tmp_path: Path, memory_uri: str) -> None:
    from runyard.artifacts.repositories import open_repository
    from runyard.uris import ArtifactPath

    (tmp_path / "data.csv").write_text("1,2")
    open_repository("memory://bucket/root").upload_file(tmp_path / "data.csv", ArtifactPath("data.csv"))
    resolver = PathResolver(tmp_path, tmp_path / "storage")
    values = bind("main", declare(a=("string", ""), x="path"), {"x": "memory://bucket/root/data.csv"}, resolver)
    path = Path(values.declared["x"])
    assert path.read_text() == "1,2"
    assert path.parent.name == "param_1"
    assert path.is_relative_to(tmp_path / "storage")
