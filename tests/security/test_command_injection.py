"""Text of strangers on its way to programs: parameters, addresses of repositories, versions, names of entry points."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import runyard
from runyard.errors import ExecutionFailed, InvalidInput

pytest.importorskip("runyard_local", reason="runs the projects")

HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned",
    "&& touch pwned",
    "| touch pwned",
    "\n touch pwned",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "${IFS}touch pwned",
    "> pwned",
    "--help",
    "{other}",
    "\\",
    "*",
    "~",
    "!!",
]


@pytest.fixture
def project(root: Path) -> Path:
    """A project that writes down the words that it is called with."""
    folder = root.parent / "project"
    folder.mkdir()
    (folder / "say.py").write_text("import json, sys\njson.dump(sys.argv[1:], open('said.json', 'w'))\n")
    (folder / "MLproject").write_text(
        "name: p\nentry_points:\n  main:\n    parameters: {text: string, other: {type: string, default: o}}\n"
        f"    command: '{sys.executable} say.py {{text}} -x={{text}} \"{{text}}\" {{other}}'\n"
    )
    return folder


@pytest.mark.parametrize("text", HOSTILE)
def test_a_parameter_is_one_word_and_nothing_else(project: Path, text: str) -> None:
    runyard.projects.run(str(project), parameters={"text": text, "undeclared": text}, env_manager="local")
    assert json.loads((project / "said.json").read_text()) == [text, f"-x={text}", text, "o", "--undeclared", text]
    assert [*project.parent.rglob("pwned*")] == []


@pytest.mark.parametrize(
    "uri",
    [
        "ext::sh -c touch% pwned",
        "https://host.invalid/x ext::sh",
        "--upload-pack=touch pwned",
        "ssh://-oProxyCommand=touch%20pwned/x",
        "git@-oProxyCommand=x:y",
        "fd::17",
    ],
)
def test_an_address_is_no_option_and_no_program(root: Path, uri: str) -> None:
    with pytest.raises((InvalidInput, ExecutionFailed)):
        runyard.projects.run(uri)
    assert [*root.parent.rglob("pwned*")] == []


@pytest.mark.parametrize("version", ["--upload-pack=touch pwned", "-x", "a b", "a..b", "x^{/y}", "$(touch pwned)"])
def test_a_version_is_a_name(project: Path, version: str) -> None:
    import subprocess

    subprocess.run(["git", "init", "-q", str(project)], check=True)
    with pytest.raises((InvalidInput, ExecutionFailed)):
        runyard.projects.run(project.as_uri(), version=version)
    assert [*project.parent.rglob("pwned*")] == []


@pytest.mark.parametrize("name", ["../say.py", "/bin/sh", "say.py; touch pwned", "$(touch pwned).py", "-c"])
def test_an_entry_point_is_one_of_the_project(project: Path, name: str) -> None:
    (project.parent / "say.py").write_text("open('pwned', 'w')\n")
    with pytest.raises((InvalidInput, LookupError)):
        runyard.projects.run(str(project), entry_point=name, parameters={"text": "x"}, env_manager="local")
    assert [*project.parent.rglob("pwned*")] == []


# A model may be a script. It is run like a pickle is loaded, after consent, in this one place.
MODELS_FROM_CODE = ("core/src/runyard/models/code_model.py", ["exec("])


def test_no_module_starts_a_shell() -> None:
    """`ruff` refuses shells in what is linted; this holds also where a rule is switched off on a line."""
    import re

    pattern = re.compile(r"shell\s*=\s*True|os\.(?:system|popen)\(|(?<![\w.])(?:eval|exec)\(")
    root = Path(__file__).parents[2]
    sources = [
        path
        for folder in ("asgi", "core/src", "plugins", "flavors")
        for path in (root / folder).rglob("src/**/*.py" if folder != "core/src" else "**/*.py")
    ]
    assert len(sources) > 100
    found = [(path.relative_to(root).as_posix(), pattern.findall(path.read_text(encoding="utf-8"))) for path in sources]
    assert [each for each in found if each[1]] == [MODELS_FROM_CODE]
