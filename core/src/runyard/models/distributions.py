"""Which installed distribution brings a module, read from its metadata files without importing anything.

`importlib.metadata.packages_distributions` reads the file list of everything that is installed, which takes seconds in
a large environment. Here the likely distributions are asked first and only their files are read, once per process.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

__all__ = ["Installed", "find_provider", "installed", "installed_version", "normalize"]


def normalize(name: str) -> str:
    """Return the name of a distribution as the packaging rules compare it: lower case, with ``-``."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Installed:
    """An installed distribution.

    Attributes:
        folder: Its ``.dist-info`` or ``.egg-info`` folder.
        name: Its name as its author writes it.
        version: Its version.
        requires: Its requirements, with markers.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        headers = _headers(folder)
        self.name = next((value for key, value in headers if key == "name"), "")
        self.version = next((value for key, value in headers if key == "version"), "")
        self.requires = [value for key, value in headers if key == "requires-dist"]
        self._modules: frozenset[str] | None = None
        self._record: str | None = None
        self._direct_url: dict[str, Any] | None = None

    @property
    def pin(self) -> str:
        """The requirement for exactly this version.

        What was installed from a repository of source code is named by its address and commit. A local part of the
        version (``+cpu``) is on no index and left out.
        """
        origin = self._origin
        source = origin.get("vcs_info")
        if isinstance(source, dict) and source.get("vcs") and source.get("commit_id"):
            # A user in an http address is a secret as a rule, in an ssh address never
            url = re.sub(r"^(https?://)[^/]*@", r"\1", str(origin.get("url", "")))
            address = f"{source['vcs']}+{url}@{source['commit_id']}"
            folder = f"#subdirectory={origin['subdirectory']}" if origin.get("subdirectory") else ""
            return f"{self.name} @ {address}{folder}"
        return f"{self.name}=={self.version.partition('+')[0]}"

    @property
    def local_folder(self) -> str | None:
        """The folder of this machine that it was installed from, `None` for others and for files such as wheels."""
        url = str(self._origin.get("url", ""))
        return url.removeprefix("file://") if "dir_info" in self._origin and url.startswith("file:") else None

    @property
    def _origin(self) -> dict[str, Any]:
        """What the installer noted of an address that it was given instead of a name."""
        if self._direct_url is None:
            try:
                noted = json.loads(_read(os.path.join(self.folder, "direct_url.json")) or "{}")
            except ValueError:
                noted = {}
            self._direct_url = noted if isinstance(noted, dict) else {}
        return self._direct_url

    def depth(self, module: str) -> int:
        """Return how many parts of a module's full dotted name its files have; 0 when it brings nothing of it."""
        parts = module.split(".")
        if parts[0] not in self.modules:
            return 0
        files = f"\n{self._files()}"
        depths = range(len(parts), 1, -1)
        return next(
            (n for n in depths if f"\n{'/'.join(parts[:n])}/" in files or f"\n{'/'.join(parts[:n])}." in files), 1
        )

    @property
    def modules(self) -> frozenset[str]:
        """The names of its top-level modules and packages."""
        if self._modules is None:
            listed = _read(os.path.join(self.folder, "top_level.txt")).split()
            self._modules = frozenset(listed) or frozenset(
                first.partition(".")[0]
                for line in self._files().splitlines()
                if (first := line.partition(",")[0].partition("/")[0])
                and first[0] not in '._"'
                and "-info" not in first
            )
        return self._modules

    def _files(self) -> str:
        if self._record is None:
            self._record = _read(os.path.join(self.folder, "RECORD"))
        return self._record


# Packages whose parts come with many distributions.
_NAMESPACES = frozenset({"google", "azure", "opentelemetry", "sphinxcontrib", "backports", "zope", "ruamel", "jaraco"})


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _headers(folder: str) -> list[tuple[str, str]]:
    text = _read(os.path.join(folder, "METADATA")) or _read(os.path.join(folder, "PKG-INFO"))
    head = text.partition("\n\n")[0]
    pairs = (line.partition(":") for line in head.splitlines() if line and not line[0].isspace())
    return [(key.lower(), value.strip()) for key, _, value in pairs]


def installed() -> dict[str, str]:
    """Return the metadata folder of each installed distribution by its normalized name; the first on the path wins."""
    return _scan(tuple(sys.path), tuple(_mtime(entry) for entry in sys.path))


def _mtime(entry: str) -> int:
    try:
        return os.stat(entry or ".").st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _scan(path: tuple[str, ...], _changed: tuple[int, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in path:
        try:
            with os.scandir(entry or ".") as names:
                folders = sorted(name.path for name in names if name.name.endswith((".dist-info", ".egg-info")))
        except OSError:
            continue
        for folder in folders:
            stem = os.path.basename(folder).rpartition(".")[0]
            found.setdefault(normalize(stem.partition("-")[0]), folder)
    return found


@cache
def load(folder: str) -> Installed:
    """Return the distribution of a metadata folder."""
    return Installed(folder)


def get(name: str) -> Installed | None:
    """Return the installed distribution of a name, `None` if there is none."""
    folder = installed().get(normalize(name))
    return load(folder) if folder else None


def installed_version(name: str) -> str | None:
    """Return the version of an installed distribution, `None` if there is none."""
    found = get(name)
    return found.version or None if found else None


def find_provider(module: str, likely: Iterable[str] = ()) -> Installed | None:
    """Return the distribution that brings a module.

    Args:
        module: Its full dotted name.
        likely: Names of distributions to ask first.

    Returns:
        The distribution; `None` for the standard library and for code that is not installed.
    """
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top in ("__main__", "__mp_main__"):
        return None
    folders = installed()
    if top in _NAMESPACES:
        candidates = sorted(map(load, folders.values()), key=lambda distribution: distribution.depth(module))
        return candidates[-1] if candidates and candidates[-1].depth(module) > 1 else None
    first = [normalize(name) for name in (*likely, top)]
    for name in dict.fromkeys((*first, *folders)):
        if name in folders and top in load(folders[name]).modules:
            return load(folders[name])
    package = _package_of(top)
    if package is not None:
        return find_provider(package, likely)
    # An editable install lists no modules; its name is the best that there is
    return get(top)


def _package_of(top: str) -> str | None:
    """Return the package that a compiled module lies in which goes by its bare name, as some of scikit-learn's do."""
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    roots = [root for entry in sys.path if entry and file.startswith(root := os.path.join(entry, ""))]
    # An environment often lies in the folder of the script, which is on the path as well: the innermost counts
    inner = file[len(max(roots, key=len)) :] if roots else ""
    first, inside, _ = inner.partition(os.sep)
    return first if inside and first != top else None
