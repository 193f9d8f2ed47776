"""All distributions look the same and agree with each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted([*ROOT.glob("plugins/*/"), *ROOT.glob("flavors/*/")])
PROJECTS = [ROOT / "asgi", ROOT / "core", *PLUGINS]


def text(project: Path) -> str:
    return (project / "pyproject.toml").read_text()


def field(project: Path, name: str) -> str:
    match = re.search(rf'^{name} = "(.*)"$', text(project), re.MULTILINE)
    assert match, f"{project.name} has no {name}"
    return match[1]


@pytest.mark.parametrize("project", [ROOT, *PROJECTS], ids=lambda path: path.name)
def test_versions_and_pythons_agree(project: Path) -> None:
    assert field(project, "version") == field(ROOT, "version")
    assert field(project, "requires-python") == field(ROOT, "requires-python")
    for pinned in re.findall(r'"runyard[\w-]*==([^"]*)"', text(project)):
        assert pinned == field(ROOT, "version")


@pytest.mark.parametrize("project", PLUGINS, ids=lambda path: path.name)
def test_plugin_has_the_common_shape(project: Path) -> None:
    name = project.name
    package = project / "src" / f"runyard_{name}"
    assert field(project, "name") == f"runyard-{name}"
    assert f'{name} = "runyard_{name}.plugin"' in text(project)
    assert (package / "plugin.py").is_file()
    assert (package / "py.typed").is_file()
    assert (project / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert len((project / "README.md").read_text().splitlines()) > 3
    assert list((project / "tests").glob("test_contract*.py"))


@pytest.mark.parametrize("project", PLUGINS, ids=lambda path: path.name)
def test_main_distribution_brings_or_offers_the_plugin(project: Path) -> None:
    assert f'"runyard-{project.name}==' in text(ROOT)


def test_no_module_is_an_attic() -> None:
    attics = [
        path for path in ROOT.glob("**/src/**/*.py") if re.fullmatch(r"(utils?|helpers?|misc|common)\.py", path.name)
    ]
    assert attics == []


def test_no_file_names_a_registry_address() -> None:
    # A lock file or an index setting would tie the project to one mirror.
    assert not (ROOT / "uv.lock").exists() or "uv.lock" in (ROOT / ".gitignore").read_text()
    assert not re.search(r"https?://", (ROOT / "constraints.txt").read_text())
    assert '"resolved"' not in (ROOT / "plugins" / "ui" / "page" / "package-lock.json").read_text()
