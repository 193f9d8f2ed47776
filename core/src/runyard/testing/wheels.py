"""Small distributions, made in no time: what environments are built of in tests, without any network."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["make_wheel"]


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    modules: Mapping[str, str] | None = None,
    requires: Sequence[str] = (),
) -> Path:
    """Write a wheel of pure Python and return its path.

    Args:
        folder: The folder that it is written to; it is made where it is missing.
        name: The name of the distribution.
        version: Its version.
        modules: The source of each file in it by its path; by default a module of the distribution's name, with its
            version as ``VERSION``.
        requires: What it needs, as requirements.
    """
    stem = name.replace("-", "_")
    files = dict(modules) if modules is not None else {f"{stem}.py": f"VERSION = {version!r}\n"}
    info = f"{stem}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {line}\n" for line in requires)
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: runyard\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = f"{info}/RECORD"
    files[record] = "".join(f"{path},,\n" for path in (*files, record))
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{stem}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel
