"""Descriptors: what a plugin says of each thing it offers, before anything heavy is imported.

A descriptor holds an import string instead of a class, ``"runyard_s3.repository:S3ArtifactRepository"``. The module is
imported when the thing is used, so that listing what is installed costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar

from runyard.errors import InvalidInput

__all__ = [
    "ArtifactRepositoryPlugin",
    "AutologgerPlugin",
    "CommandPlugin",
    "Descriptor",
    "EnvironmentManagerPlugin",
    "FlavorPlugin",
    "ModelRegistryPlugin",
    "ProjectBackendPlugin",
    "RequestAuthPlugin",
    "RunContextPlugin",
    "ServerExtensionPlugin",
    "TrackingStorePlugin",
]

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_.+-]*[a-z0-9])?")
_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True, kw_only=True)
class Descriptor:
    """What every descriptor has.

    Attributes:
        name: What the thing is called: lower case letters, digits, ``_ . + -``.
        factory: Where it lives, ``"package.module:attribute"``.
        summary: One sentence for listings.
    """

    kind: ClassVar[str] = ""

    name: str
    factory: str
    summary: str = ""

    def __post_init__(self) -> None:
        for key in (self.name, *self.keys):
            if not isinstance(key, str) or not _NAME.fullmatch(key):
                raise InvalidInput(
                    f"{key!r} is not a name for a {self.kind}: use lower case letters, digits and '_.+-'."
                )
        if not _FACTORY.fullmatch(self.factory):
            raise InvalidInput(
                f"The factory of the {self.kind} {self.name!r} is {self.factory!r}; write 'package.module:attribute'."
            )

    @property
    def keys(self) -> tuple[str, ...]:
        """The words that it is chosen by; two plugins that claim one of them are in conflict."""
        return (self.name,)

    def load(self) -> Any:
        """Import and return what the factory names.

        Raises:
            ImportError: The module or one that it needs is missing.
            AttributeError: The module has no such attribute.
        """
        module, _, attribute = self.factory.partition(":")
        return getattr(import_module(module), attribute)


@dataclass(frozen=True, kw_only=True)
class _ByScheme(Descriptor):
    """A descriptor that is chosen by the scheme of a URI.

    Attributes:
        schemes: The URI schemes that it answers for; ``file`` means local paths as well.
    """

    schemes: tuple[str, ...] = field(default=())

    @property
    def keys(self) -> tuple[str, ...]:
        return self.schemes


@dataclass(frozen=True, kw_only=True)
class TrackingStorePlugin(_ByScheme):
    """A tracking store: ``factory(uri: StoreURI, artifact_root: str | None)`` gives a `TrackingStore`."""

    kind: ClassVar[str] = "tracking store"


@dataclass(frozen=True, kw_only=True)
class ModelRegistryPlugin(_ByScheme):
    """A model registry: ``factory(uri: StoreURI)`` gives a `ModelRegistry`."""

    kind: ClassVar[str] = "model registry"


@dataclass(frozen=True, kw_only=True)
class ArtifactRepositoryPlugin(_ByScheme):
    """An artifact repository: ``factory(uri: ArtifactURI)`` gives an `ArtifactRepository`."""

    kind: ClassVar[str] = "artifact repository"


@dataclass(frozen=True, kw_only=True)
class FlavorPlugin(Descriptor):
    """A model flavor: ``factory()`` gives a `Flavor`; its module is what ``runyard.<name>`` means.

    Attributes:
        module: The module that users see as ``runyard.<name>``, with ``save_model``, ``log_model``, ``load_model``.
        loaders: The loader modules of saved models that it answers for, such as ``mlflow.sklearn``.
        library: The distribution that it wraps, such as ``scikit-learn``.
    """

    kind: ClassVar[str] = "flavor"

    module: str = ""
    loaders: tuple[str, ...] = ()
    library: str = ""


@dataclass(frozen=True, kw_only=True)
class ProjectBackendPlugin(Descriptor):
    """A project backend: ``factory()`` gives a `ProjectBackend`."""

    kind: ClassVar[str] = "project backend"


@dataclass(frozen=True, kw_only=True)
class EnvironmentManagerPlugin(Descriptor):
    """An environment manager: ``factory()`` gives an `EnvironmentManager`."""

    kind: ClassVar[str] = "environment manager"


@dataclass(frozen=True, kw_only=True)
class AutologgerPlugin(Descriptor):
    """An autologger: ``factory()`` gives an `Autologger`.

    Attributes:
        modules: The import names whose arrival switches it on, such as ``sklearn``.
        instruments: The requirement that the library must meet, such as ``scikit-learn>=1.4``.
    """

    kind: ClassVar[str] = "autologger"

    modules: tuple[str, ...] = ()
    instruments: str = ""


@dataclass(frozen=True, kw_only=True)
class CommandPlugin(Descriptor):
    """A command or group of the ``runyard`` program: ``factory`` is a click command, `summary` its short help."""

    kind: ClassVar[str] = "command"


@dataclass(frozen=True, kw_only=True)
class ServerExtensionPlugin(Descriptor):
    """Routes, middleware or authentication for the tracking server: ``factory()`` gives the extension."""

    kind: ClassVar[str] = "server extension"


@dataclass(frozen=True, kw_only=True)
class RunContextPlugin(Descriptor):
    """Tags that each new run gets: ``factory() -> Mapping[str, str]``, empty when it does not apply.

    Attributes:
        priority: Of two contexts that set one tag, the one with the higher priority wins.
    """

    kind: ClassVar[str] = "run context"

    priority: int = 0


@dataclass(frozen=True, kw_only=True)
class RequestAuthPlugin(Descriptor):
    """Credentials for requests to a tracking server, chosen by name: ``factory()`` gives the headers of a request."""

    kind: ClassVar[str] = "request authentication"
