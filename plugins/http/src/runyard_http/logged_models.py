"""Logged models on a server."""

from __future__ import annotations

import re
from collections.abc import Mapping

from runyard.entities import LoggedModel, LoggedModelStatus, Page
from runyard.rest import logged_models as wire
from runyard.rest.values import pairs
from runyard.search import OrderBy
from runyard.tracking.requests import LoggedModelQuery, NewLoggedModel
from runyard_http.base import HttpStoreBase

__all__ = ["HttpLoggedModels"]

_DIRECTION = re.compile(r"\s+(asc|desc)\s*$", re.IGNORECASE)


class HttpLoggedModels(HttpStoreBase):
    """The methods on logged models."""

    def create_logged_model(self, model: NewLoggedModel) -> LoggedModel:
        new = wire.CreateLoggedModel(
            experiment_id=model.experiment_id,
            name=model.name or "",
            model_type=model.model_type or "",
            source_run_id=model.source_run_id or "",
            params=pairs(model.params),
            tags=pairs(model.tags),
        )
        return self._call(wire.CREATE, new, repeat=False).model.entity()

    def get_logged_model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        return self._call(wire.GET, wire.GetLoggedModel(model_id=model_id, allow_deleted=allow_deleted)).model.entity()

    def finalize_logged_model(self, model_id: str, status: str) -> LoggedModel:
        name = wire.STATUS_NAMES[LoggedModelStatus(status)]
        return self._call(wire.FINALIZE, wire.FinalizeLoggedModel(model_id=model_id, status=name)).model.entity()

    def delete_logged_model(self, model_id: str) -> None:
        self._call(wire.MOVE_TO_TRASH, wire.LoggedModelId(model_id=model_id))

    def search_logged_models(self, query: LoggedModelQuery) -> Page[LoggedModel]:
        asked = wire.SearchLoggedModels(
            experiment_ids=[*query.experiment_ids],
            filter=query.filter.text if query.filter else "",
            datasets=[
                wire.MeasuredOn(dataset_name=name, dataset_digest=digest or "") for name, digest in query.datasets
            ],
            max_results=query.max_results,
            order_by=[_sort_key(key) for key in query.order_by],
            page_token=query.page_token or "",
        )
        reply = self._call(wire.SEARCH, asked)
        return Page((found.entity() for found in reply.models), reply.next_page_token or None)

    def log_logged_model_params(self, model_id: str, params: Mapping[str, str]) -> None:
        self._call(wire.LOG_PARAMS, wire.LogLoggedModelParams(model_id=model_id, params=pairs(params)))

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, str]) -> None:
        self._call(wire.SET_TAGS, wire.SetLoggedModelTags(model_id=model_id, tags=pairs(tags)))

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        self._call(wire.DELETE_TAG, wire.DeleteLoggedModelTag(model_id=model_id, tag_key=key))


def _sort_key(key: OrderBy) -> wire.SortKey:
    return wire.SortKey(
        field_name=_DIRECTION.sub("", key.text).strip(),
        ascending=not key.descending,
        dataset_name=key.dataset_name or "",
        dataset_digest=key.dataset_digest or "",
    )
