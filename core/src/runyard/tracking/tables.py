"""Tables as artifacts: rows are added to the file of a run, and read from the files of many runs."""

from __future__ import annotations

import io
import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotFound, PluginMissing
from runyard.tracking.content import staged
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas

    from runyard.artifacts.repository import ArtifactRepository
    from runyard.entities import Run

LOGGED_ARTIFACTS = "mlflow.loggedArtifacts"

_FORBIDDEN = frozenset("\"',:[]{}")
_adding = threading.Lock()


def require_pandas(what: str) -> None:
    """Make sure that pandas can be imported.

    Args:
        what: What it is needed for, for the message.

    Raises:
        PluginMissing: It is not installed.
    """
    try:
        import pandas  # noqa: F401 - whether it is there
    except ModuleNotFoundError as error:
        raise PluginMissing(f"{what} need pandas. Install it: pip install pandas") from error


def check_table_path(artifact_file: str) -> ArtifactPath:
    """Return the path of a table.

    Raises:
        InvalidInput: It is no artifact path, holds one of ``" ' , : [ ] { }``, or ends neither in ``.json`` nor in
            ``.parquet``.
    """
    path = ArtifactPath(artifact_file)
    if _FORBIDDEN & set(path):
        raise InvalidInput(f"The table path {artifact_file!r} holds one of {' '.join(sorted(_FORBIDDEN))}.")
    if not path.endswith((".json", ".parquet")):
        raise InvalidInput(f"The table path {artifact_file!r} must end in '.json' or '.parquet'.")
    return path


def add_rows(repository: ArtifactRepository, data: Any, artifact_file: str) -> None:
    """Add rows to a table; it is made if there is none.

    Args:
        repository: Where.
        data: A `pandas.DataFrame`, or a dict of columns, or a dict of one row. Images are stored as files of their own.
        artifact_file: The path; it ends in ``.json`` or ``.parquet``.

    Raises:
        InvalidInput: The path is not valid, or the data is something else.
        PluginMissing: pandas is not installed, or what it needs for Parquet.
    """
    path = check_table_path(artifact_file)
    require_pandas("Tables")
    import pandas

    frame = _store_images(repository, _as_frame(data), path)
    with _adding:
        if repository.info(path) is not None:
            frame = pandas.concat([read_table(repository, path), frame], ignore_index=True)
        with staged(repository, path) as local:
            if path.endswith(".json"):
                local.write_text(_to_json(frame), encoding="utf-8")
            else:
                try:
                    frame.to_parquet(local, index=False)
                except ImportError as error:
                    raise PluginMissing("Parquet files need pyarrow. Install it: pip install pyarrow") from error


def _as_frame(data: Any) -> pandas.DataFrame:
    import pandas

    frame: pandas.DataFrame
    if isinstance(data, pandas.DataFrame):
        frame = data.reset_index(drop=True)
        return frame
    if not isinstance(data, dict):
        raise InvalidInput(f"log_table got {type(data).__name__}; it takes a pandas.DataFrame or a dict.")
    columns = list(data.values())
    if columns and all(isinstance(column, (list, tuple)) for column in columns):
        lengths = {key: len(column) for key, column in data.items()}
        if len(set(lengths.values())) > 1:
            raise InvalidInput(f"The columns of the table differ in length: {lengths}.")
    try:
        frame = pandas.DataFrame(data)
    except ValueError:  # what pandas says of a dict of scalars: it is one row
        frame = pandas.DataFrame([data])
    return frame


def _store_images(repository: ArtifactRepository, frame: pandas.DataFrame, path: ArtifactPath) -> pandas.DataFrame:
    """Return the frame with each image replaced by where it was stored."""
    import sys

    from runyard.tracking.images import Image, as_picture, store_picture

    pil: Any = sys.modules.get("PIL.Image")
    kinds = (Image,) if pil is None else (Image, pil.Image)

    def stored(cell: Any) -> Any:
        if not isinstance(cell, kinds):
            return cell
        name = f"table_images/{path.rpartition('.')[0]}/{uuid.uuid4()}"
        files = [f"{name}.png", f"{name}.webp"]
        store_picture(repository, as_picture(cell), files)
        return {"type": "image", "filepath": files[0], "compressed_filepath": files[1]}

    replaced = frame
    for column in frame.columns:
        if frame[column].dtype == object and frame[column].map(lambda cell: isinstance(cell, kinds)).any():
            if replaced is frame:
                replaced = frame.copy()
            replaced[column] = frame[column].map(stored)
    return replaced


def _to_json(frame: pandas.DataFrame) -> str:
    """Return the rows as JSON, floats with all their digits, missing values as null, times in ISO form."""
    cells = frame.astype(object)
    rows = cells.where(frame.notna(), None).to_numpy(dtype=object).tolist()
    return json.dumps({"columns": [str(name) for name in frame.columns], "data": rows}, default=_cell)


def _cell(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        try:
            return value.isoformat(timespec="milliseconds")
        except TypeError:  # a date
            return value.isoformat()
    return value.tolist() if hasattr(value, "tolist") else str(value)


def read_table(repository: ArtifactRepository, path: ArtifactPath) -> pandas.DataFrame:
    """Return a table.

    Raises:
        NotFound: There is no such file.
        DataDamaged: It is no table.
    """
    require_pandas("Tables")
    import pandas

    with repository.open(path) as stream:
        content = stream.read()
    try:
        if path.endswith(".json"):
            document = json.loads(content)
            frame: pandas.DataFrame = pandas.DataFrame(document["data"], columns=document["columns"])
        else:
            frame = pandas.read_parquet(io.BytesIO(content))
    except ImportError as error:
        raise PluginMissing("Parquet files need pyarrow. Install it: pip install pyarrow") from error
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise DataDamaged(f"The artifact {str(path)!r} is not a table that can be read: {error}.") from error
    return frame


def tables_of(run: Run) -> list[str]:
    """Return the paths of the tables that a run has."""
    return [entry["path"] for entry in _entries(run) if entry.get("type") == "table"]


def with_table(run: Run, artifact_file: str) -> str | None:
    """Return the tag that lists the artifacts of a run with one table more; `None` if it is in the list."""
    entries = _entries(run)
    if any(entry["path"] == artifact_file for entry in entries):
        return None
    return json.dumps([*entries, {"path": artifact_file, "type": "table"}])


def _entries(run: Run) -> list[dict[str, Any]]:
    try:
        entries = json.loads(run.data.tags.get(LOGGED_ARTIFACTS, "[]"))
    except ValueError:
        return []
    return [entry for entry in entries if isinstance(entry, dict) and "path" in entry]


def collect(
    tables: Iterable[tuple[Run, pandas.DataFrame]], artifact_file: str, extra_columns: Sequence[str] = ()
) -> pandas.DataFrame:
    """Return the tables of several runs as one.

    Args:
        tables: Each with its run.
        artifact_file: Their path, for the message.
        extra_columns: What of the runs to add to each row: an attribute such as ``run_id`` or ``start_time``, or
            ``params.<key>``, ``metrics.<key>`` or ``tags.<key>``.

    Raises:
        InvalidInput: There is no such attribute.
        NotFound: There are no tables.
    """
    require_pandas("Tables")
    import pandas

    parts = []
    for run, table in tables:
        values = {name: _of_run(run, name) for name in extra_columns}
        parts.append(table.assign(**values))
    if not parts:
        raise NotFound(f"None of the runs has a table {artifact_file!r}.")
    together: pandas.DataFrame = pandas.concat(parts, ignore_index=True)
    return together


def _of_run(run: Run, name: str) -> Any:
    group, dot, key = name.partition(".")
    if dot and group in ("params", "metrics", "tags"):
        return getattr(run.data, group).get(key)
    if name not in run.info.__struct_fields__:
        raise InvalidInput(f"A run has no attribute {name!r}; there are {', '.join(run.info.__struct_fields__)}.")
    value = getattr(run.info, name)
    if name in ("start_time", "end_time"):
        import pandas

        return pandas.to_datetime(value, unit="ms", utc=True)
    return value
