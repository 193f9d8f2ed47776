"""The client's calls on the artifacts of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidState
from runyard.tracking.client.runs import RunClient
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

    import pandas

    from runyard.artifacts.repository import ArtifactRepository
    from runyard.entities import FileInfo, Run
    from runyard.tracking.background import RunOperations


class ArtifactClient(RunClient):
    """Files of runs: stored, listed, fetched."""

    def log_artifact(self, run_id: str, local_path: str | os.PathLike[str], artifact_path: str | None = None) -> None:
        """Store a file, or a folder under its own name.

        Args:
            run_id: The run.
            local_path: The file or folder.
            artifact_path: The folder that it goes to; the root of the run's artifacts when absent.

        Raises:
            InvalidInput: The path is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run or file.
        """
        from runyard.tracking import content

        content.log_artifact(self.writable_artifacts(run_id), local_path, artifact_path)

    def log_artifacts(self, run_id: str, local_dir: str | os.PathLike[str], artifact_path: str | None = None) -> None:
        """Store everything that is in a folder; empty folders vanish.

        Args:
            run_id: The run.
            local_dir: The folder.
            artifact_path: The folder that its contents go to; the root of the run's artifacts when absent.

        Raises:
            InvalidInput: The path is not valid, or it is no folder.
            InvalidState: The run is deleted.
            NotFound: There is no such run or folder.
        """
        from runyard.tracking import content

        content.log_artifacts(self.writable_artifacts(run_id), local_dir, artifact_path)

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        """Store text as UTF-8.

        Raises:
            InvalidInput: It is no text, or the path is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        from runyard.tracking import content

        content.log_text(self.writable_artifacts(run_id), text, artifact_file)

    def log_dict(self, run_id: str, dictionary: Any, artifact_file: str) -> None:
        """Store a dict or list: as YAML if the name ends in ``.yml`` or ``.yaml``, otherwise as JSON.

        Raises:
            InvalidInput: The path is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        from runyard.tracking import content

        content.log_dict(self.writable_artifacts(run_id), dictionary, artifact_file)

    def log_figure(
        self, run_id: str, figure: Any, artifact_file: str, *, save_kwargs: Mapping[str, Any] | None = None
    ) -> None:
        """Store a matplotlib figure in the format that the name ends in, or a plotly figure as a page or image.

        Args:
            run_id: The run.
            figure: The figure.
            artifact_file: The path; for plotly it ends in ``.html`` or in that of an image.
            save_kwargs: Further arguments for the figure's own function that saves it.

        Raises:
            InvalidInput: It is another kind of figure, or the path is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        from runyard.tracking import content

        content.log_figure(self.writable_artifacts(run_id), figure, artifact_file, save_kwargs)

    def log_stream(self, run_id: str, stream: BinaryIO, artifact_file: str) -> None:
        """Store what a binary stream gives, to its end.

        Raises:
            InvalidInput: It gives text, or the path is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        from runyard.tracking import content

        content.log_stream(self.writable_artifacts(run_id), stream, artifact_file)

    def log_image(
        self,
        run_id: str,
        image: Any,
        artifact_file: str | None = None,
        key: str | None = None,
        step: int | None = None,
        timestamp: int | None = None,
        synchronous: bool | None = None,
    ) -> RunOperations | None:
        """Store an image, as one file or as one of a series of steps.

        Args:
            run_id: The run.
            image: A NumPy array, a PIL image or a `runyard.Image`.
            artifact_file: The path of a single image.
            key: The name of a series; the image is stored with a preview under ``images/``.
            step: The step of an image of a series; 0 when absent.
            timestamp: Its time in milliseconds since 1970 UTC; now when absent.
            synchronous: For an image of a series, whether to return when it is stored; the setting decides when absent.

        Returns:
            What to wait for, where it is stored in the background; otherwise `None`.

        Raises:
            InvalidInput: Not exactly one of `artifact_file` and `key` is given, or something is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
            PluginMissing: Pillow is not installed.
        """
        from runyard.tracking import images

        target = images.Target(self._store, run_id, self.writable_artifacts(run_id))
        return images.log_image(target, image, artifact_file, key, step, timestamp, synchronous)

    def log_table(self, run_id: str, data: Any, artifact_file: str) -> None:
        """Add rows to a table; it is made if there is none.

        Args:
            run_id: The run.
            data: A `pandas.DataFrame`, or a dict of columns, or a dict of one row. Images are stored as files of their
                own.
            artifact_file: The path; it ends in ``.json`` or ``.parquet``.

        Raises:
            InvalidInput: The path is not valid, or the data is something else.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
            PluginMissing: pandas is not installed.
        """
        from runyard.tracking import tables

        run = self._writable_run(run_id)
        tables.add_rows(self._repository(run), data, artifact_file)
        listed = tables.with_table(run, artifact_file)
        if listed is not None:
            self.set_tag(run_id, tables.LOGGED_ARTIFACTS, listed, synchronous=True)

    def load_table(
        self,
        experiment_id: str | int,
        artifact_file: str,
        run_ids: Sequence[str] | None = None,
        extra_columns: Sequence[str] | None = None,
    ) -> pandas.DataFrame:
        """Return a table that several runs of an experiment have, as one.

        Args:
            experiment_id: The experiment.
            artifact_file: The path of the table in each run.
            run_ids: Only these runs.
            extra_columns: What of the runs to add to each row: attributes such as ``run_id`` or ``start_time``, or
                ``params.<key>``, ``metrics.<key>``, ``tags.<key>``.

        Raises:
            InvalidInput: There is no such attribute, or the path is not valid.
            NotFound: None of the runs has the table.
            PluginMissing: pandas is not installed.
        """
        from runyard.tracking import tables
        from runyard.tracking.searching import all_pages, run_query

        path = tables.check_table_path(artifact_file)
        query = run_query(experiment_id, f"tags.`{tables.LOGGED_ARTIFACTS}` LIKE '%\"{path}\"%'", 1, None)
        runs = [
            run
            for run in all_pages(self._store.search_runs, query)
            if path in tables.tables_of(run) and (run_ids is None or run.info.run_id in run_ids)
        ]
        found = ((run, tables.read_table(self._repository(run), path)) for run in runs)
        return tables.collect(found, artifact_file, extra_columns or ())

    def list_artifacts(self, run_id: str, path: str | None = None) -> list[FileInfo]:
        """Return what is directly in a folder of a run's artifacts.

        Raises:
            InvalidInput: The path is not valid.
            NotFound: There is no such run.
        """
        return self._repository(self.get_run(run_id)).list(ArtifactPath(path or ""))

    def download_artifacts(self, run_id: str, path: str, dst_path: str | None = None) -> str:
        """Fetch a file or folder and return where it is on this machine.

        What is local already is not copied, unless a folder to copy it to is given.

        Args:
            run_id: The run.
            path: The file or folder; everything when empty.
            dst_path: The folder that it goes to; a new temporary one when absent.

        Raises:
            InvalidInput: The path is not valid.
            NotFound: There is no such run or artifact.
        """
        from runyard.artifacts.functions import download_artifacts

        return download_artifacts(run_id=run_id, artifact_path=path, dst_path=dst_path, tracking_uri=self._tracking_uri)

    def _writable_run(self, run_id: str) -> Run:
        run = self.get_run(run_id)
        if run.info.lifecycle_stage != "active":
            raise InvalidState(f"Run {run_id} is deleted; restore it before you store artifacts.")
        return run

    def writable_artifacts(self, run_id: str) -> ArtifactRepository:
        """Return where the artifacts of a run are.

        Raises:
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        return self._repository(self._writable_run(run_id))

    def _repository(self, run: Run) -> ArtifactRepository:
        from runyard.artifacts.repositories import open_repository

        return open_repository(run.info.artifact_uri, self._store)
