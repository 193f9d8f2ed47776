"""Storing files, texts, figures, images and tables in the active run, or in a run that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.tracking import active
from runyard.tracking.client import RunyardClient
from runyard.tracking.fluent.experiments import active_experiment_id
from runyard.tracking.fluent.runs import active_frame
from runyard.tracking.uris import tracking_store
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

    import pandas

    from runyard.artifacts.repository import ArtifactRepository
    from runyard.tracking.background import RunOperations

__all__ = [
    "flush_artifact_async_logging",
    "get_artifact_uri",
    "load_table",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_stream",
    "log_table",
    "log_text",
]


def _repository(run_id: str | None) -> ArtifactRepository:
    """Return where the artifacts of a run are, of the active one by default; one is started if there is none."""
    if run_id is None:
        return active_frame().repository
    for frame in active.stack():
        if frame.run_id == run_id:
            return frame.repository
    return RunyardClient().writable_artifacts(run_id)


def log_artifact(
    local_path: str | os.PathLike[str], artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Store a file, or a folder under its own name.

    Args:
        local_path: The file or folder.
        artifact_path: The folder that it goes to; the root of the run's artifacts when absent.
        run_id: The run; the active one when absent.

    Raises:
        InvalidInput: The path is not valid.
        NotFound: There is no such run or file.
    """
    from runyard.tracking import content

    content.log_artifact(_repository(run_id), local_path, artifact_path)


def log_artifacts(
    local_dir: str | os.PathLike[str], artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Store everything that is in a folder; empty folders vanish.

    Args:
        local_dir: The folder.
        artifact_path: The folder that its contents go to; the root of the run's artifacts when absent.
        run_id: The run; the active one when absent.

    Raises:
        InvalidInput: The path is not valid, or it is no folder.
        NotFound: There is no such run or folder.
    """
    from runyard.tracking import content

    content.log_artifacts(_repository(run_id), local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Store text as UTF-8.

    Raises:
        InvalidInput: It is no text, or the path is not valid.
        NotFound: There is no such run.
    """
    from runyard.tracking import content

    content.log_text(_repository(run_id), text, artifact_file)


def log_dict(dictionary: Any, artifact_file: str, run_id: str | None = None) -> None:
    """Store a dict or list: as YAML if the name ends in ``.yml`` or ``.yaml``, otherwise as JSON.

    Raises:
        InvalidInput: The path is not valid.
        NotFound: There is no such run.
    """
    from runyard.tracking import content

    content.log_dict(_repository(run_id), dictionary, artifact_file)


def log_figure(figure: Any, artifact_file: str, *, save_kwargs: Mapping[str, Any] | None = None) -> None:
    """Store a matplotlib figure in the format that the name ends in, or a plotly figure as a page or image.

    Args:
        figure: The figure.
        artifact_file: The path; for plotly it ends in ``.html`` or in that of an image.
        save_kwargs: Further arguments for the figure's own function that saves it.

    Raises:
        InvalidInput: It is another kind of figure, or the path is not valid.
    """
    from runyard.tracking import content

    content.log_figure(_repository(None), figure, artifact_file, save_kwargs)


def log_stream(stream: BinaryIO, artifact_file: str, run_id: str | None = None) -> None:
    """Store what a binary stream gives, to its end.

    Raises:
        InvalidInput: It gives text, or the path is not valid.
        NotFound: There is no such run.
    """
    from runyard.tracking import content

    content.log_stream(_repository(run_id), stream, artifact_file)


def log_image(
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = False,
) -> RunOperations | None:
    """Store an image in the active run, as one file or as one of a series of steps.

    Args:
        image: A NumPy array, a PIL image or a `runyard.Image`.
        artifact_file: The path of a single image.
        key: The name of a series; the image is stored with a preview under ``images/``.
        step: The step of an image of a series; 0 when absent.
        timestamp: Its time in milliseconds since 1970 UTC; now when absent.
        synchronous: For an image of a series, whether to return when it is stored.

    Returns:
        What to wait for, where it is stored in the background; otherwise `None`.

    Raises:
        InvalidInput: Not exactly one of `artifact_file` and `key` is given, or something is not valid.
        PluginMissing: Pillow is not installed.
    """
    from runyard.tracking import images

    frame = active_frame()
    target = images.Target(frame.store, frame.run_id, frame.repository)
    return images.log_image(target, image, artifact_file, key, step, timestamp, synchronous)


def log_table(data: Any, artifact_file: str, run_id: str | None = None) -> None:
    """Add rows to a table; it is made if there is none.

    Args:
        data: A `pandas.DataFrame`, or a dict of columns, or a dict of one row. Images are stored as files of their own.
        artifact_file: The path; it ends in ``.json`` or ``.parquet``.
        run_id: The run; the active one when absent.

    Raises:
        InvalidInput: The path is not valid, or the data is something else.
        NotFound: There is no such run.
        PluginMissing: pandas is not installed.
    """
    client, target = _client(run_id)
    client.log_table(target, data, artifact_file)


def _client(run_id: str | None) -> tuple[RunyardClient, str]:
    """Return a client of the store that a run is in, and the run's id."""
    frame = active_frame() if run_id is None else None
    if frame is None:
        return RunyardClient(), run_id or ""
    return RunyardClient(frame.store.uri.text), frame.run_id


def load_table(
    artifact_file: str, run_ids: Sequence[str] | None = None, extra_columns: Sequence[str] | None = None
) -> pandas.DataFrame:
    """Return a table that several runs of the active experiment have, as one.

    Args:
        artifact_file: The path of the table in each run.
        run_ids: Only these runs.
        extra_columns: What of the runs to add to each row: attributes such as ``run_id`` or ``start_time``, or
            ``params.<key>``, ``metrics.<key>``, ``tags.<key>``.

    Raises:
        InvalidInput: There is no such attribute, or the path is not valid.
        NotFound: None of the runs has the table.
        PluginMissing: pandas is not installed.
    """
    experiment_id = active_experiment_id(tracking_store())
    return RunyardClient().load_table(experiment_id, artifact_file, run_ids, extra_columns)


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """Return the address of the active run's artifacts, or of one of them; a run is started if there is none.

    Raises:
        InvalidInput: The path is not valid.
    """
    root = active_frame().run.info.artifact_uri
    path = ArtifactPath(artifact_path or "")
    return f"{root.rstrip('/')}/{path}" if path else root


def flush_artifact_async_logging() -> None:
    """Wait until every artifact that is stored in the background is stored."""
    import sys

    background = sys.modules.get("runyard.tracking.background")
    if background is not None:
        background.files.flush()
