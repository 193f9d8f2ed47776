"""What a Python environment is made of, read from ``python_env.yaml``, ``conda.yaml`` or ``requirements.txt``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runyard.errors import InvalidInput
from runyard.projects.requirement_lines import RequirementLines, read_lines

if TYPE_CHECKING:
    import yaml

    from runyard.projects.document import Document
    from runyard.projects.mlproject import Environment

__all__ = ["PythonEnvironment", "read_python_environment"]

BUILD_TOOLS = ("pip", "setuptools", "wheel")
"""Packages that conda environments name beside Python, and that pip can install as well."""

_VERSION = re.compile(r"\d+(\.\d+){0,2}((a|b|rc)\d+)?")
_CONDA = re.compile(
    r"(?:[\w.-]+(?:/[\w.-]+)*::)?(?P<name>[\w.-]*[A-Za-z][\w.-]*)\s*(?P<operator>[=<>!~]*)\s*(?P<version>[^=\s,|]*).*"
)


class PythonEnvironment(msgspec.Struct, frozen=True, kw_only=True):
    """What a Python environment is made of.

    Attributes:
        python: The Python version, ``3.11.4`` or shorter; `None` for any.
        build: What is installed first: the tools that build other distributions.
        lines: What is installed then.
        dropped: Packages of a conda environment that pip cannot install, as they stand there.
    """

    python: str | None = None
    build: tuple[str, ...] = ()
    lines: RequirementLines = RequirementLines()
    dropped: tuple[str, ...] = ()


def read_python_environment(environment: Environment, folder: Path) -> PythonEnvironment:
    """Return what an environment file asks for.

    Args:
        environment: Of the kind ``python_env`` or ``conda_env``; another one is made of nothing.
        folder: The folder that the file is in; nothing in it may refer to what is elsewhere.

    Raises:
        InvalidInput: The file is missing or breaks a rule; the message names the line.
    """
    if environment.file is None:
        return PythonEnvironment()
    from runyard.projects.document import Document
    from runyard.uris import ArtifactPath

    file = ArtifactPath(environment.file).below(folder)
    reader = _Reader(Document(file), folder, file)
    return reader.conda() if environment.kind == "conda_env" else reader.python_env()


class _Reader:
    """Reads one file."""

    def __init__(self, document: Document, folder: Path, file: Path) -> None:
        self._document = document
        self._folder = folder
        self._file = file

    def python_env(self) -> PythonEnvironment:
        document = self._document
        top = document.mapping(document.root, "The environment")
        python = self._version(top["python"].value) if "python" in top else None
        build = (
            self._texts(top["build_dependencies"].value, "'build_dependencies'") if "build_dependencies" in top else []
        )
        lines = self._texts(top["dependencies"].value, "'dependencies'") if "dependencies" in top else []
        document.finish()
        return PythonEnvironment(python=python, build=self._build(build), lines=self._lines(lines))

    def conda(self) -> PythonEnvironment:
        document = self._document
        top = document.mapping(document.root, "The environment")
        python: str | None = None
        build: list[str] = []
        lines: list[str] = []
        dropped: list[str] = []
        for node in document.sequence(top["dependencies"].value, "'dependencies'") if "dependencies" in top else ():
            if not isinstance(node.value, str):
                section = document.mapping(node, "A dependency", ("pip",))
                if "pip" in section:
                    lines += self._texts(section["pip"].value, "'pip'")
                else:
                    document.fault(node, "a dependency is a package such as 'numpy=2.1', or a list under 'pip'.")
                continue
            text = node.value.strip()
            match = _CONDA.fullmatch(text)
            name = match["name"].lower() if match else ""
            if match is None:
                document.fault(node, f"{text!r} is no package such as 'numpy=2.1'.")
            elif name == "python":
                if match["operator"] in ("=", "==", ">=", "<="):
                    python = self._check_version(node, match["version"].rstrip(".*"))
                elif match["version"]:
                    document.fault(node, f"{text!r} does not say which Python: write python=3.11, for example.")
            elif name in BUILD_TOOLS:
                operator = "==" if match["operator"] == "=" else match["operator"]
                build.append(f"{name}{operator}{match['version']}" if match["version"] else name)
            else:
                dropped.append(text)
        document.finish()
        return PythonEnvironment(
            python=python, build=self._build(build), lines=self._lines(lines), dropped=tuple(dropped)
        )

    def _version(self, node: yaml.Node) -> str | None:
        # 3.10 is a text here, which YAML would take for the number 3.1
        if self._document.optional_text(node, "'python'") is None:
            return None
        return self._check_version(node, str(node.value))

    def _check_version(self, node: yaml.Node, version: str) -> str:
        if not _VERSION.fullmatch(version):
            self._document.fault(node, f"{version!r} is no version of Python such as 3.11.4.")
        return version

    def _texts(self, node: yaml.Node, what: str) -> list[str]:
        texts = (self._document.text(item, f"An item of {what}") for item in self._document.sequence(node, what))
        return [text for text in texts if text is not None]

    def _build(self, lines: list[str]) -> tuple[str, ...]:
        read = read_lines(lines, self._folder, str(self._file))
        if read.local or read.editable:
            raise InvalidInput(f"{self._file}: build dependencies are requirements with names, not paths.")
        return read.requirements

    def _lines(self, lines: list[str]) -> RequirementLines:
        return read_lines(lines, self._folder, str(self._file))
