"""The client's calls on logged models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.entities import LoggedModel, LoggedModelStatus
from runyard.tracking import active
from runyard.tracking.requests import NewLoggedModel
from runyard.tracking.store_client import StoreClient

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from runyard.artifacts.repository import ArtifactRepository
    from runyard.entities import FileInfo, Page


class LoggedModelClient(StoreClient):
    """Logged models: made, filled, finalized, searched."""

    def create_logged_model(
        self,
        experiment_id: str | int,
        name: str | None = None,
        source_run_id: str | None = None,
        tags: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        model_type: str | None = None,
    ) -> LoggedModel:
        """Make a logged model in the status ``PENDING``.

        Args:
            experiment_id: Where.
            name: Its name; made up when absent.
            source_run_id: The run that makes it.
            tags: Its tags.
            params: Its params.
            model_type: A free word for what it is.

        Raises:
            InvalidInput: The name or a key is not valid.
            NotFound: There is no such experiment.
        """
        model = self._store.create_logged_model(
            NewLoggedModel(
                experiment_id=str(experiment_id),
                name=name,
                source_run_id=source_run_id,
                model_type=model_type,
                params=texts(params),
                tags=texts(tags),
            )
        )
        active.set_last_model_id(model.model_id)
        return model

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """Return a logged model.

        Raises:
            NotFound: There is no such model, or it is deleted.
        """
        return self._store.get_logged_model(model_id)

    def finalize_logged_model(self, model_id: str, status: str | LoggedModelStatus) -> LoggedModel:
        """Say that the files of a logged model are complete, or given up.

        Args:
            model_id: The model.
            status: ``READY`` or ``FAILED``.

        Raises:
            InvalidInput: There is no such status.
            NotFound: There is no such model.
        """
        return self._store.finalize_logged_model(model_id, LoggedModelStatus.parse(status).value)

    def delete_logged_model(self, model_id: str) -> None:
        """Move a logged model to the trash.

        Raises:
            NotFound: There is no such model.
        """
        self._store.delete_logged_model(model_id)

    def search_logged_models(
        self,
        experiment_ids: Sequence[str | int],
        filter_string: str | None = None,
        datasets: Sequence[Mapping[str, str]] | None = None,
        max_results: int | None = None,
        order_by: Sequence[Mapping[str, Any] | str] | None = None,
        page_token: str | None = None,
    ) -> Page[LoggedModel]:
        """Return a page of logged models.

        Args:
            experiment_ids: Where to look.
            filter_string: Such as ``metrics.acc > 0.9 AND name = 'rf'``.
            datasets: ``{"dataset_name": ..., "dataset_digest": ...}``: count only metrics measured on these.
            max_results: The size of the page; 50 when absent.
            order_by: Sort keys, as text or as ``{"field_name": ..., "ascending": ...}``.
            page_token: The token of the page before.

        Raises:
            InvalidInput: The filter, a sort key, a dataset, the size or the token is not valid.
        """
        from runyard.tracking.searching import logged_model_query

        size = 50 if max_results is None else max_results
        query = logged_model_query(
            experiment_ids, filter_string, datasets, order_by, max_results=size, page_token=page_token
        )
        return self._store.search_logged_models(query)

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, Any]) -> None:
        """Set tags.

        Raises:
            NotFound: There is no such model.
        """
        self._store.set_logged_model_tags(model_id, texts(tags))

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag.

        Raises:
            NotFound: There is no such model, or it has no tag of that key.
        """
        self._store.delete_logged_model_tag(model_id, key)

    def log_model_params(self, model_id: str, params: Mapping[str, Any]) -> None:
        """Add params.

        Raises:
            InvalidInput: The model has one of them with another value; none is added.
            NotFound: There is no such model.
        """
        self._store.log_logged_model_params(model_id, texts(params))

    def log_model_artifact(
        self, model_id: str, local_path: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Store a file, or a folder under its own name, with a logged model.

        Raises:
            InvalidInput: The path is not valid.
            NotFound: There is no such model or file.
        """
        from runyard.tracking.content import log_artifact

        log_artifact(self._model_repository(model_id), local_path, artifact_path)

    def log_model_artifacts(
        self, model_id: str, local_dir: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Store what is in a folder with a logged model.

        Raises:
            InvalidInput: The path is not valid.
            NotFound: There is no such model or folder.
        """
        from runyard.tracking.content import log_artifacts

        log_artifacts(self._model_repository(model_id), local_dir, artifact_path)

    def list_logged_model_artifacts(self, model_id: str, path: str | None = None) -> list[FileInfo]:
        """Return what is directly in a folder of a logged model.

        Raises:
            InvalidInput: The path is not valid.
            NotFound: There is no such model.
        """
        from runyard.uris import ArtifactPath

        return self._model_repository(model_id).list(ArtifactPath(path or ""))

    def _model_repository(self, model_id: str) -> ArtifactRepository:
        from runyard.artifacts.repositories import open_repository

        return open_repository(self.get_logged_model(model_id).artifact_location, self._store)


def texts(values: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the text of each value."""
    return {key: str(value) for key, value in (values or {}).items()}
