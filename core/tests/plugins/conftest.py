"""Distributions as pip leaves them on the disk: a folder of metadata, and modules beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

Install = Callable[..., Path]

HEAD = "from runyard.plugins import hookimpl\nfrom runyard.plugins.descriptors import *\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on ``sys.path``; what is imported from it is forgotten afterwards."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delenv("RUNYARD_PLUGINS", raising=False)
    monkeypatch.delenv("RUNYARD_PLUGINS_BLOCK", raising=False)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def install(site: Path) -> Install:
    """A function that puts a distribution into the folder."""

    def install(
        name: str,
        version: str = "1.0",
        plugin: str = "",
        *,
        entry_point: str = "",
        value: str = "",
        modules: Mapping[str, str] | None = None,
        into: Path = site,
    ) -> Path:
        package = name.replace("-", "_")
        info = into / f"{package}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.3\nName: {name}\nVersion: {version}\n\nVersion: 9 in text\n"
        )
        line = f"{entry_point or name.removeprefix('runyard-')} = {value or f'{package}.plugin'}"
        (info / "entry_points.txt").write_text(f"[console_scripts]\nx = y:z\n\n[runyard]\n{line}\n\n[other]\na = b\n")
        (into / package).mkdir(exist_ok=True)
        (into / package / "__init__.py").write_text("")
        for module, text in {"plugin": HEAD + dedent(plugin), **(modules or {})}.items():
            (into / package / f"{module}.py").write_text(dedent(text))
        return info

    return install


STORE = """
    @hookimpl
    def runyard_tracking_stores():
        yield TrackingStorePlugin(name="{name}", schemes=("{scheme}",), factory="{factory}", summary="A store.")
"""


def store(name: str, scheme: str = "", factory: str = "json:JSONDecoder") -> str:
    """The text of a plugin that registers a tracking store."""
    return STORE.format(name=name, scheme=scheme or name, factory=factory)


@pytest.fixture(name="store_plugin")
def _store_plugin() -> Callable[..., str]:
    return store
