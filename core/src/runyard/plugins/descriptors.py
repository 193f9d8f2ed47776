"""Descriptors: what a plugin says of each thing it offers, before anything heavy is imported.

A descriptor holds an import string instead of a class, ``"runyard_s3.repository:S3ArtifactRepository"``. The module is
imported when the thing is used, so that listing what is installed costs nothing.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, ClassVar

import msgspec

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


class Descriptor(msgspec.Struct, frozen=True, kw_only=True):
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
        for field in ("schemes", "loaders", "modules"):
            # a forgotten comma makes ("s3") a text, which would be read letter by letter
            if not isinstance(getattr(self, field, ()), tuple):
                raise InvalidInput(f"The {field} of the {self.kind} {self.name!r} must be a tuple: ('a',), not ('a').")
        for key in (self.name, *self._words):
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

    @property
    def _words(self) -> tuple[str, ...]:
        return self.keys

    def load(self) -> Any:
        """Import and return what the factory names.

        Raises:
            ImportError: The module or one that it needs is missing.
            AttributeError: The module has no such attribute.
        """
        module, _, attribute = self.factory.partition(":")
        return getattr(import_module(module), attribute)


class _ByScheme(Descriptor, frozen=True, kw_only=True):
    """A descriptor that is chosen by the scheme of a URI.

    Attributes:
        schemes: The URI schemes that it answers for; ``file`` means local paths as well.
    """

    schemes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.schemes:
            raise InvalidInput(f"The {self.kind} {self.name!r} answers for no scheme.")

    @property
    def keys(self) -> tuple[str, ...]:
        return self.schemes


class TrackingStorePlugin(_ByScheme, frozen=True, kw_only=True):
    """A tracking store: ``factory(uri: StoreURI, artifact_root: str | None)`` gives a `TrackingStore`."""

    kind: ClassVar[str] = "tracking store"


class ModelRegistryPlugin(_ByScheme, frozen=True, kw_only=True):
    """A model registry: ``factory(uri: StoreURI)`` gives a `ModelRegistry`."""

    kind: ClassVar[str] = "model registry"


class ArtifactRepositoryPlugin(_ByScheme, frozen=True, kw_only=True):
    """An artifact repository: ``factory(uri: ArtifactURI)`` gives an `ArtifactRepository`."""

    kind: ClassVar[str] = "artifact repository"


class FlavorPlugin(Descriptor, frozen=True, kw_only=True):
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


class ProjectBackendPlugin(Descriptor, frozen=True, kw_only=True):
    """A project backend: ``factory()`` gives a `ProjectBackend`."""

    kind: ClassVar[str] = "project backend"


class EnvironmentManagerPlugin(Descriptor, frozen=True, kw_only=True):
    """An environment manager: ``factory()`` gives an `EnvironmentManager`."""

    kind: ClassVar[str] = "environment manager"


class AutologgerPlugin(Descriptor, frozen=True, kw_only=True):
    """An autologger: ``factory()`` gives an `Autologger`.

    Attributes:
        modules: The import names whose arrival switches it on, such as ``sklearn``.
        instruments: The requirement that the library must meet, such as ``scikit-learn>=1.4``.
    """

    kind: ClassVar[str] = "autologger"

    modules: tuple[str, ...] = ()
    instruments: str = ""


class CommandPlugin(Descriptor, frozen=True, kw_only=True):
    """A command or group of the ``runyard`` program: ``factory`` is a click command, `summary` its short help.

    Attributes:
        group: The group of the program that it belongs to, such as ``models``; the program itself when empty.
    """

    kind: ClassVar[str] = "command"

    group: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return (f"{self.group} {self.name}".lstrip(),)

    @property
    def _words(self) -> tuple[str, ...]:
        return (self.group,) if self.group else ()


class ServerExtensionPlugin(Descriptor, frozen=True, kw_only=True):
    """Routes, middleware or authentication for the tracking server: ``factory()`` gives the extension."""

    kind: ClassVar[str] = "server extension"


class RunContextPlugin(Descriptor, frozen=True, kw_only=True):
    """Tags that each new run gets: ``factory() -> Mapping[str, str]``, empty when it does not apply.

    Attributes:
        priority: Of two contexts that set one tag, the one with the higher priority wins.
    """

    kind: ClassVar[str] = "run context"

    priority: int = 0


class RequestAuthPlugin(Descriptor, frozen=True, kw_only=True):
    """Credentials for requests to a tracking server, chosen by name: ``factory()`` gives a `RequestAuth`."""

    kind: ClassVar[str] = "request authentication"
