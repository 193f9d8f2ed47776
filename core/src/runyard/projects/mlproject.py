"""The file ``MLproject``: what a project is called, the environment that it needs, and its entry points."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runyard.errors import InvalidInput
from runyard.projects.parameters import TYPES, Parameter

if TYPE_CHECKING:
    import yaml

    from runyard.projects.command import Command
    from runyard.projects.document import Document, Entry

__all__ = ["DockerEnvironment", "EntryPoint", "Environment", "MLProject", "Parameter", "load_project"]

FILE_NAME = "MLproject"
ENVIRONMENT_FILES = {"python_env": "python_env.yaml", "conda_env": "conda.yaml"}
"""The kinds of environment that are a file, with the name that is looked for where no kind is declared."""

# How a script that is no declared entry point is started, by the ending of its name.
RUNNERS = {".py": "python", ".sh": '"${SHELL:-bash}"'}


class DockerEnvironment(msgspec.Struct, frozen=True, kw_only=True):
    """The section ``docker_env``.

    Attributes:
        image: The image.
        volumes: ``host:container`` or ``host:container:mode``.
        variables: Environment variables with their values; `None` for the value that they have on this machine.
    """

    image: str
    volumes: tuple[str, ...] = ()
    variables: tuple[tuple[str, str | None], ...] = ()


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """What a project or a model says of the environment that it needs.

    Attributes:
        kind: ``python_env``, ``conda_env``, ``docker_env``, or ``system`` where it says nothing.
        file: The file that describes it, relative to the folder; for the first two kinds.
        docker: The section, for ``docker_env``.
    """

    kind: str = "system"
    file: str | None = None
    docker: DockerEnvironment | None = None


class EntryPoint(msgspec.Struct, frozen=True):
    """Something that a project can run.

    Attributes:
        name: Its name, or the path of the script.
        command: What it runs.
        parameters: What it declares, by name.
    """

    name: str
    command: Command
    parameters: Mapping[str, Parameter] = {}


class MLProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project.

    Attributes:
        folder: Its folder.
        name: Its name; empty where it has none.
        environment: The environment that it needs.
        entry_points: What it declares, by name.
    """

    folder: Path
    name: str = ""
    environment: Environment = Environment()
    entry_points: Mapping[str, EntryPoint] = {}

    def entry_point(self, name: str) -> EntryPoint:
        """Return the declared entry point of a name, or one for a script of the project.

        Raises:
            InvalidInput: There is neither; the message lists what there is.
        """
        declared = self.entry_points.get(name)
        if declared is not None:
            return declared
        from runyard.projects.command import Command
        from runyard.uris import ArtifactPath

        runner = RUNNERS.get(Path(name).suffix)
        if runner and ArtifactPath(name).below(self.folder).is_file():
            # a name that begins with '-' would be an option of the interpreter
            script = shlex.quote(f"./{name}" if name.startswith("-") else name)
            return EntryPoint(name, Command(f"{runner} {script}".replace("{", "{{").replace("}", "}}")))
        scripts = sorted(path.name for path in self.folder.iterdir() if path.suffix in RUNNERS)
        raise InvalidInput(
            f"The project {self.folder} has no entry point {name!r}. Declared are: "
            f"{', '.join(self.entry_points) or 'none'}. Scripts that can be run by their names: "
            f"{', '.join(scripts) or 'none'}."
        )


def load_project(folder: Path) -> MLProject:
    """Read the project in a folder; without the file ``MLproject``, its scripts can be run by their names.

    Raises:
        InvalidInput: There is no such folder, or the file breaks a rule; the message names the line of each mistake.
    """
    if not folder.is_dir():
        raise InvalidInput(f"There is no project at {folder}: it is no folder.")
    files = sorted(path for path in folder.iterdir() if path.name.lower() == FILE_NAME.lower() and path.is_file())
    if len(files) > 1:
        raise InvalidInput(f"{folder} has {' and '.join(path.name for path in files)}; one of them must go.")
    return _Reader(files[0]).project() if files else MLProject(folder=folder, environment=_undeclared(folder))


def _undeclared(folder: Path) -> Environment:
    for kind, name in ENVIRONMENT_FILES.items():
        if (folder / name).is_file():
            return Environment(kind=kind, file=name)
    return Environment()


class _Reader:
    """Reads one file."""

    def __init__(self, path: Path) -> None:
        from runyard.projects.document import Document

        self._document: Document = Document(path)
        self._folder = path.parent

    def project(self) -> MLProject:
        document = self._document
        kinds = (*ENVIRONMENT_FILES, "docker_env")
        top = document.mapping(document.root, "MLproject", ("name", *kinds, "databricks_spark_job", "entry_points"))
        if "databricks_spark_job" in top:
            document.fault(
                top["databricks_spark_job"].key, "'databricks_spark_job' cannot be run outside of Databricks."
            )
        declared = [key for key in top if key in kinds]
        for kind in declared[1:]:
            document.fault(top[kind].key, f"{declared[0]!r} and {kind!r} exclude each other; keep one of them.")
        environment = self._environment(declared[0], top[declared[0]]) if declared else _undeclared(self._folder)
        name = (document.text(top["name"].value, "'name'") if "name" in top else None) or ""
        if environment.kind == "docker_env" and not name:
            document.fault(top["docker_env"].key, "a project with 'docker_env' needs a 'name', for its images.")
        entries = document.mapping(top["entry_points"].value, "'entry_points'") if "entry_points" in top else {}
        entry_points = {key: self._entry_point(key, entry) for key, entry in entries.items()}
        document.finish()
        found = {key: point for key, point in entry_points.items() if point is not None}
        return MLProject(folder=self._folder, name=name, environment=environment, entry_points=found)

    def _environment(self, kind: str, entry: Entry) -> Environment:
        document = self._document
        if kind == "docker_env":
            return Environment(kind=kind, docker=self._docker(entry.value))
        file = document.text(entry.value, f"{kind!r}")
        if file is not None and not (self._folder / file).is_file():
            document.fault(entry.value, f"{kind!r} names the file {file!r}, which does not exist.")
        return Environment(kind=kind, file=file)

    def _docker(self, node: yaml.Node) -> DockerEnvironment | None:
        document = self._document
        section = document.mapping(node, "'docker_env'", ("image", "volumes", "environment"))
        if "image" not in section:
            document.fault(node, "'docker_env' needs an 'image'.")
            return None
        image = document.text(section["image"].value, "'image'")
        volumes, variables = [], []
        if "volumes" in section:
            for item in document.sequence(section["volumes"].value, "'volumes'"):
                volume = document.text(item, "A volume")
                if volume is not None and not 2 <= len(volume.split(":")) <= 3:
                    document.fault(item, f"the volume {volume!r} is not of the form 'host:container[:mode]'.")
                volumes.append(volume)
        if "environment" in section:
            for item in document.sequence(section["environment"].value, "'environment'"):
                variables.append(self._variable(item))
        return DockerEnvironment(
            image=image or "",
            volumes=tuple(volume for volume in volumes if volume is not None),
            variables=tuple(variable for variable in variables if variable is not None),
        )

    def _variable(self, node: yaml.Node) -> tuple[str, str | None] | None:
        """Return a variable: a name alone, or a list of name and value."""
        document = self._document
        if not hasattr(node, "value") or isinstance(node.value, str):
            name = document.text(node, "A variable")
            return None if name is None else (name, None)
        items = [document.text(item, "A variable") for item in document.sequence(node, "A variable")]
        if len(items) != 2:
            document.fault(node, "a variable of 'environment' is a name, or a list of name and value.")
            return None
        name, value = items
        return None if name is None or value is None else (name, value)

    def _entry_point(self, name: str, entry: Entry) -> EntryPoint | None:
        from runyard.projects.command import Command
        from runyard.projects.document import allowed_words

        document = self._document
        what = f"The entry point {name!r}"
        section = document.mapping(entry.value, what, ("parameters", "command"))
        declared = (
            document.mapping(section["parameters"].value, f"{what}, 'parameters',") if "parameters" in section else {}
        )
        parameters = {key: self._parameter(key, item.value) for key, item in declared.items()}
        if "command" not in section:
            document.fault(entry.key, f"{what} needs a 'command'.")
            return None
        node = section["command"].value
        text = document.text(node, f"{what}, 'command',")
        if text is None:
            return None
        try:
            command = Command(text)
        except InvalidInput as error:
            document.fault(node, f"{what}: {error.message}.")
            return None
        for unknown in dict.fromkeys(place for place in command.names if place not in parameters):
            document.fault(
                node,
                f"{what} has no parameter {unknown!r} for its command; {allowed_words(unknown, parameters)} "
                f"Write {{{{{unknown}}}}} for braces that the shell shall see.",
            )
        return EntryPoint(name, command, parameters)

    def _parameter(self, name: str, node: yaml.Node) -> Parameter:
        document = self._document
        what = f"The parameter {name!r}"
        if not isinstance(node.value, list):
            return Parameter(name, self._type(node, what))
        section = document.mapping(node, what, ("type", "default"))
        kind = self._type(section["type"].value, what) if "type" in section else "string"
        default = (
            document.optional_text(section["default"].value, f"{what}, 'default',") if "default" in section else None
        )
        return Parameter(name, kind, default)

    def _type(self, node: yaml.Node, what: str) -> str:
        from runyard.projects.document import allowed_words

        text = self._document.text(node, f"The type of {what[0].lower()}{what[1:]}")
        if text is None:
            return "string"
        if text not in TYPES:
            self._document.fault(node, f"{what} has the unknown type {text!r}; {allowed_words(text, TYPES)}")
        return TYPES.get(text, "string")
