"""Where data came from: the program itself, a file, a web address, an object store."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput, NotSupported, Unavailable

if TYPE_CHECKING:
    from runyard.data.dataset import Dataset
    from runyard.entities import Dataset as DatasetEntity
    from runyard.entities import DatasetInput

ADDRESSES = frozenset(
    (
        "s3",
        "gs",
        "wasb",
        "wasbs",
        "abfs",
        "abfss",
        "az",
        "hdfs",
        "viewfs",
        "ftp",
        "sftp",
        "mlflow-artifacts",
        "runs",
        "models",
    )
)
"""Schemes of addresses that data may come from, beside those that an installed plugin answers for."""


TIMEOUT = 60.0
"""Seconds that a web address may take to answer."""


class DatasetSource(ABC):
    """Where data came from.

    Attributes:
        source_type: What kind of place it is, as the store keeps it.
    """

    source_type: str

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return what the store keeps of it."""

    def to_json(self) -> str:
        """Return what the store keeps of it, as JSON."""
        return json.dumps(self.to_dict())

    def load(self, dst_path: str | None = None) -> Any:  # noqa: ARG002 - most have a use for it
        """Fetch the data.

        Args:
            dst_path: The folder that it goes to; a new temporary one when absent.

        Returns:
            The path of a file or folder on this machine.

        Raises:
            NotSupported: It cannot be fetched.
        """
        raise NotSupported(f"Data of the source type {self.source_type!r} cannot be fetched; it says {self.to_json()}.")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.to_json()})"


class CodeSource(DatasetSource):
    """The program that made or loaded the data.

    Args:
        tags: The tags that a run of the program gets.
    """

    source_type = "code"

    def __init__(self, tags: Mapping[str, str]) -> None:
        self.tags = dict(tags)

    def to_dict(self) -> dict[str, Any]:
        return {"tags": self.tags}


class FileSource(DatasetSource):
    """A file or folder: a local path, or an address in an object store, with a run or with a model.

    Args:
        uri: The path or address.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.source_type = _scheme(uri) or "local"

    def to_dict(self) -> dict[str, Any]:
        return {"uri": self.uri}

    def load(self, dst_path: str | None = None) -> str:
        from runyard.artifacts.functions import download_artifacts

        return download_artifacts(artifact_uri=self.uri, dst_path=dst_path)


class HTTPSource(DatasetSource):
    """A web address.

    Args:
        url: The address.

    Raises:
        InvalidInput: It is not of the scheme ``http`` or ``https``.
    """

    source_type = "http"

    def __init__(self, url: str) -> None:
        if _scheme(url) not in ("http", "https"):
            raise InvalidInput(f"{url!r} is not a web address.")
        self.url = url

    def to_dict(self) -> dict[str, Any]:
        return {"url": self.url}

    def load(self, dst_path: str | None = None) -> str:
        import shutil
        import tempfile
        import urllib.request
        from pathlib import Path
        from urllib.parse import unquote, urlsplit

        folder = Path(dst_path or tempfile.mkdtemp(prefix="runyard-data-"))
        name = os.path.basename(unquote(urlsplit(self.url).path).replace("\\", "/"))
        target = folder / (name if name not in ("", ".", "..") else "data")
        part = target.with_name(f"{target.name}.part")
        request = urllib.request.Request(self.url, headers={"User-Agent": "runyard"})  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer, part.open("wb") as file:  # noqa: S310
                shutil.copyfileobj(answer, file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise Unavailable(f"The data at {self.url!r} cannot be fetched: {error}.") from error
        part.replace(target)
        return str(target)


class OtherSource(DatasetSource):
    """A source of a type that is not known here, as another program recorded it.

    Args:
        source_type: Its type.
        fields: What the store keeps of it.
    """

    def __init__(self, source_type: str, fields: Mapping[str, Any]) -> None:
        self.source_type = source_type
        self.fields = dict(fields)

    def to_dict(self) -> dict[str, Any]:
        return self.fields


def resolve_source(given: str | os.PathLike[str] | DatasetSource | None) -> DatasetSource:
    """Return where data came from.

    Args:
        given: An address, a path, or a source; the program itself when absent.

    Raises:
        InvalidInput: It is something else, or nobody knows the scheme of the address.
    """
    if isinstance(given, DatasetSource):
        return given
    if given is None:
        from runyard.tracking.context import run_tags

        return CodeSource(run_tags())
    if not isinstance(given, (str, os.PathLike)):
        raise InvalidInput(f"The source of a dataset is an address or a path, not {type(given).__name__}.")
    text = os.fspath(given)
    scheme = _scheme(text)
    if scheme in ("http", "https"):
        return HTTPSource(text)
    if not scheme or scheme in ADDRESSES or _answered_for(scheme):
        return FileSource(text)
    raise InvalidInput(f"Nobody knows the scheme {scheme!r} of the dataset source {text!r}.")


def _scheme(text: str) -> str:
    """Return the scheme of an address in lower case; nothing for a local path."""
    scheme, colon, _ = text.partition(":")
    if not colon or len(scheme) < 2 or not scheme.replace("-", "").replace("+", "").isalnum():
        return ""
    return "" if scheme.lower() == "file" else scheme.lower()


def _answered_for(scheme: str) -> bool:
    from runyard.plugins import get_plugins

    return scheme in get_plugins().artifact_repositories


def get_source(dataset: Dataset | DatasetEntity | DatasetInput) -> DatasetSource:
    """Return where a dataset came from, be it one of this program or one that a run has recorded.

    Raises:
        InvalidInput: What was recorded does not parse.
    """
    from runyard.entities import Dataset as DatasetEntity
    from runyard.entities import DatasetInput

    if isinstance(dataset, DatasetInput):
        dataset = dataset.dataset
    if not isinstance(dataset, DatasetEntity):
        return dataset.source
    return read_source(dataset.source_type, dataset.source)


def read_source(source_type: str, text: str) -> DatasetSource:
    """Return the source that a store keeps as this type and JSON text; one of an unknown type keeps its fields.

    Raises:
        InvalidInput: The text does not parse.
    """
    try:
        fields = json.loads(text)
        if not isinstance(fields, dict):
            raise ValueError("it is no JSON object")
        if source_type == "code":
            return CodeSource(fields["tags"])
        if source_type == "http":
            return HTTPSource(fields["url"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"The dataset source {text!r} of type {source_type!r} does not parse: {error}.") from None
    if set(fields) == {"uri"} and (source_type == "local" or source_type == _scheme(str(fields["uri"]))):
        return FileSource(str(fields["uri"]))
    return OtherSource(source_type, fields)
