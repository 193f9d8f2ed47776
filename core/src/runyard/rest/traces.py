"""Traces on the wire, as far as it takes to say that a server of ours keeps none.

Whoever looks for traces finds nothing, and whoever writes one is refused in a way that clients do not try again.
"""

from __future__ import annotations

from runyard.rest.access import Action, Permission, Resource
from runyard.rest.message import Empty, Int64, Message, Required
from runyard.rest.route import AnyRoute, Route

READ, WRITE, DELETE = (Permission(Resource.TRACE, action) for action in Action)


class TraceId(Message):
    """Which trace."""

    trace_id: Required


class AssessmentId(TraceId):
    """Which assessment of a trace."""

    assessment_id: Required


class DeleteTracesReply(Message, omit_defaults=False):
    """How many traces were deleted."""

    traces_deleted: Int64 = 0


def _refused(
    method: str, path: str, does: str, *, request: type[Message] = Empty, version: str = "3.0"
) -> Route[Message, Empty]:
    return Route(
        method=method,
        path=f"/mlflow/traces{path}",
        request=request,
        reply=Empty,
        permission=READ if method == "GET" else WRITE,
        summary=f"{does}: refused, none is kept here.",
        version=version,
    )


SEARCH = Route(
    method="POST",
    path="/mlflow/traces/search",
    request=Empty,
    reply=Empty,
    permission=READ,
    summary="Return a page of traces: an empty one, none is kept here.",
    version="3.0",
)
SEARCH_BY_QUERY = Route(
    method="GET",
    path="/mlflow/traces",
    request=Empty,
    reply=Empty,
    permission=READ,
    summary="Return a page of traces: an empty one, none is kept here.",
)
GET_SEVERAL = Route(
    method="GET",
    path="/mlflow/traces/batchGet",
    request=Empty,
    reply=Empty,
    permission=READ,
    summary="Return those of the given traces that there are: none is kept here.",
    version="3.0",
)
GET_INFOS = Route(
    method="POST",
    path="/mlflow/traces/batchGetInfos",
    request=Empty,
    reply=Empty,
    permission=READ,
    summary="Return what is known of those of the given traces that there are: none is kept here.",
    version="3.0",
)
DELETE_TRACES = Route(
    method="POST",
    path="/mlflow/traces/delete-traces",
    request=Empty,
    reply=DeleteTracesReply,
    permission=DELETE,
    summary="Delete traces of an experiment: none is kept here.",
    version="3.0",
)
DELETE_TRACES_2 = Route(
    method="POST",
    path="/mlflow/traces/delete-traces",
    request=Empty,
    reply=DeleteTracesReply,
    permission=DELETE,
    summary="Delete traces of an experiment: none is kept here.",
)
GET = Route(
    method="GET",
    path="/mlflow/traces/{trace_id}",
    request=TraceId,
    reply=Empty,
    permission=READ,
    summary="Return what is known of a trace: none is kept here.",
    version="3.0",
)
GET_WHOLE = Route(
    method="GET",
    path="/mlflow/traces/get",
    request=TraceId,
    reply=Empty,
    permission=READ,
    summary="Return a trace with its spans: none is kept here.",
    version="3.0",
)
GET_INFO_2 = Route(
    method="GET",
    path="/mlflow/traces/{trace_id}/info",
    request=TraceId,
    reply=Empty,
    permission=READ,
    summary="Return what is known of a trace: none is kept here.",
)

MISSING: tuple[Route[TraceId, Empty], ...] = (GET, GET_WHOLE, GET_INFO_2)
"""The routes on one trace, which is not there."""

REFUSED: tuple[Route[Message, Empty], ...] = (
    _refused("POST", "", "Begin a trace"),
    _refused("POST", "", "Begin a trace", version="2.0"),
    _refused("PATCH", "/{trace_id}", "End a trace", request=TraceId, version="2.0"),
    _refused("PATCH", "/{trace_id}/tags", "Set a tag of a trace", request=TraceId),
    _refused("PATCH", "/{trace_id}/tags", "Set a tag of a trace", request=TraceId, version="2.0"),
    _refused("DELETE", "/{trace_id}/tags", "Remove a tag of a trace", request=TraceId),
    _refused("DELETE", "/{trace_id}/tags", "Remove a tag of a trace", request=TraceId, version="2.0"),
    _refused("POST", "/link-to-run", "Link traces to a run", version="2.0"),
    _refused("POST", "/link-prompts", "Link prompts to a trace", version="2.0"),
    _refused("POST", "/metrics", "Return figures on traces"),
    _refused("POST", "/calculate-filter-correlation", "Compare two searches for traces"),
    _refused("POST", "/{trace_id}/assessments", "Assess a trace", request=TraceId),
    _refused("GET", "/{trace_id}/assessments/{assessment_id}", "Return an assessment", request=AssessmentId),
    _refused("PATCH", "/{trace_id}/assessments/{assessment_id}", "Change an assessment", request=AssessmentId),
    _refused("DELETE", "/{trace_id}/assessments/{assessment_id}", "Delete an assessment", request=AssessmentId),
)
"""The routes that only traces could answer."""

ROUTES: tuple[AnyRoute, ...] = (
    SEARCH,
    SEARCH_BY_QUERY,
    GET_SEVERAL,
    GET_INFOS,
    DELETE_TRACES,
    DELETE_TRACES_2,
    *MISSING,
    *REFUSED,
)
