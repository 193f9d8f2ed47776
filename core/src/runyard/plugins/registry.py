"""One registry per kind of thing: descriptors by key, conflicts and missing plugins reported by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

from runyard import config
from runyard.errors import PluginConflict, PluginFailed, PluginMissing
from runyard.plugins.descriptors import Descriptor
from runyard.plugins.discovery import Plugin, State

D = TypeVar("D", bound=Descriptor)

# The distribution of ours that answers for a key, for the install command in an error.
KNOWN: dict[str, dict[str, str]] = {
    "tracking store": {
        "file": "runyard-file",
        "sqlite": "runyard-sql",
        "postgresql": "runyard-sql[postgresql]",
        "mysql": "runyard-sql[mysql]",
        "http": "runyard-http",
        "https": "runyard-http",
    },
    "artifact repository": {
        "file": "runyard-file",
        "s3": "runyard-s3",
        "gs": "runyard-gcs",
        "abfs": "runyard-azure",
        "abfss": "runyard-azure",
        "az": "runyard-azure",
        "wasb": "runyard-azure",
        "wasbs": "runyard-azure",
        "hdfs": "runyard-hdfs",
        "viewfs": "runyard-hdfs",
        "webhdfs": "runyard-hdfs",
        "sftp": "runyard-sftp",
        "ftp": "runyard-ftp",
        "mlflow-artifacts": "runyard-http",
    },
    "flavor": {
        name: f"runyard-{name}"
        for name in (
            "catboost",
            "fastai",
            "gluon",
            "keras",
            "lightgbm",
            "onnx",
            "pytorch",
            "sklearn",
            "spark",
            "statsmodels",
            "transformers",
            "xgboost",
        )
    }
    | {"tensorflow": "runyard-keras"},
    "command": {
        "server": "runyard-server",
        "ui": "runyard-server",
        "models build-docker": "runyard-serving",
        "models generate-dockerfile": "runyard-serving",
        "models serve": "runyard-serving",
    },
    "environment manager": {
        "conda": "runyard-local",
        "uv": "runyard-local[uv]",
        "virtualenv": "runyard-local",
    },
    "project backend": {name: f"runyard-{name}" for name in ("local", "docker", "kubernetes")},
}
KNOWN["model registry"] = KNOWN["tracking store"]
KNOWN["autologger"] = KNOWN["flavor"]


def install_command(distribution: str) -> str:
    """Return the command that installs a distribution of `KNOWN`."""
    return f"pip install '{distribution}'" if "[" in distribution else f"pip install {distribution}"


class Registry(Generic[D]):
    """The descriptors of one kind.

    Args:
        kind: What they are, for messages: ``tracking store``.
        claims: Every descriptor with the plugin that registered it.
        plugins: All plugins, so that a message can say that the one that would serve is blocked or broken.
    """

    def __init__(self, kind: str, claims: Iterable[tuple[Plugin, D]], plugins: Iterable[Plugin] = ()) -> None:
        self.kind = kind
        self.claims = list(claims)
        self._plugins = plugins
        self._claims: dict[str, list[tuple[Plugin, D]]] = {}
        for plugin, descriptor in self.claims:
            for key in descriptor.keys:
                self._claims.setdefault(key, []).append((plugin, descriptor))

    def __iter__(self) -> Iterator[D]:
        return (descriptor for _, descriptor in self.claims)

    def __contains__(self, key: object) -> bool:
        return key in self._claims

    @property
    def keys(self) -> list[str]:
        """The keys that somebody answers for, sorted."""
        return sorted(self._claims)

    def get(self, key: str) -> D:
        """Return the descriptor that answers for a key.

        Raises:
            PluginMissing: Nobody does; the message names the install command where one of ours would.
            PluginFailed: The plugin that does is broken.
            PluginConflict: Several do.
        """
        return self._claim(key)[1]

    def source(self, key: str) -> Plugin:
        """Return the plugin that answers for a key; raises as `get` does."""
        return self._claim(key)[0]

    def load(self, key: str) -> Any:
        """Import and return what answers for a key: a class or a function.

        Raises:
            PluginMissing, PluginConflict: As `get` does.
            PluginFailed: The import raised; the message names the distribution and version.
        """
        plugin, descriptor = self._claim(key)
        try:
            return descriptor.load()
        except Exception as error:  # a module may raise anything while it is imported
            raise PluginFailed(
                f"The {self.kind} {key!r} of {plugin.source} cannot be loaded: {type(error).__name__}: {error}. "
                f"Reinstall it with all it needs: {_reinstall(plugin)}",
                command=_reinstall(plugin),
            ) from error

    def _claim(self, key: str) -> tuple[Plugin, D]:
        claims = self._claims.get(key, [])
        if len(claims) == 1:
            return claims[0]
        if claims:
            raise self._conflict(key)
        raise self._missing(key)

    def conflicts(self) -> list[PluginConflict]:
        """Return what `get` raises for each key that several plugins claim; ``details`` holds their names."""
        return [self._conflict(key) for key in self.keys if len(self._claims[key]) > 1]

    def _conflict(self, key: str) -> PluginConflict:
        claimants = [plugin for plugin, _ in self._claims[key]]
        sources = " and ".join(f"{plugin.source} (plugin {plugin.name!r})" for plugin in claimants)
        return PluginConflict(
            f"The {self.kind} {key!r} is claimed by {sources}. Block one of them with RUNYARD_PLUGINS_BLOCK=<plugin>.",
            plugins=[plugin.name for plugin in claimants],
        )

    def _missing(self, key: str) -> Exception:
        ours = KNOWN.get(self.kind, {}).get(key)
        installed = f"Installed are: {', '.join(self.keys) or 'none'}."
        if ours:
            distribution = ours.partition("[")[0]
            for plugin in self._plugins:
                if plugin.distribution == distribution and plugin.state is State.FAILED:
                    return PluginFailed(
                        f"The {self.kind} {key!r} comes with {plugin.source}, which cannot be loaded: {plugin.reason}. "
                        f"Reinstall it with all it needs: {_reinstall(plugin)}",
                        command=_reinstall(plugin),
                    )
                if plugin.distribution == distribution and plugin.state is State.BLOCKED:
                    setting = config.PLUGINS_BLOCK if plugin.name in config.PLUGINS_BLOCK.get() else config.PLUGINS
                    return PluginMissing(
                        f"The {self.kind} {key!r} comes with {plugin.source}, which is blocked ({plugin.reason}).",
                        command=f"unset {setting.variables[0]}",
                    )
            command = install_command(ours)
            return PluginMissing(
                f"There is no {self.kind} for {key!r}. Install it: {command}. {installed}", command=command
            )
        broken = "".join(
            f" {plugin.source} cannot be loaded ({plugin.reason}); see `runyard plugins list`."
            for plugin in self._plugins
            if plugin.state is State.FAILED
        )
        return PluginMissing(f"There is no {self.kind} for {key!r}. {installed}{broken}")


def _reinstall(plugin: Plugin) -> str:
    return f"pip install --force-reinstall {plugin.distribution}"
