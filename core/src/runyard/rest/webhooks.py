"""Webhooks on the wire, as far as it takes to say that a server of ours keeps none.

What webhooks are for, plugins of the server do: see the events in `runyard.hookspecs`.
"""

from __future__ import annotations

from runyard.rest.access import Action, Permission, Resource
from runyard.rest.message import Empty, Int64, Message, Required
from runyard.rest.route import AnyRoute, Route

READ, WRITE, REMOVE = (Permission(Resource.WEBHOOK, action) for action in Action)


class ListWebhooks(Message):
    """Which page of webhooks."""

    max_results: Int64 = 100
    page_token: str = ""


class WebhookId(Message):
    """Which webhook."""

    webhook_id: Required


LIST = Route(
    method="GET",
    path="/mlflow/webhooks",
    request=ListWebhooks,
    reply=Empty,
    permission=READ,
    summary="Return a page of webhooks: an empty one, none is kept here.",
)
GET = Route(
    method="GET",
    path="/mlflow/webhooks/{webhook_id}",
    request=WebhookId,
    reply=Empty,
    permission=READ,
    summary="Return a webhook: refused, none is kept here.",
)
CREATE = Route(
    method="POST",
    path="/mlflow/webhooks",
    request=Empty,
    reply=Empty,
    permission=WRITE,
    summary="Make a webhook: refused, none is kept here.",
)
UPDATE = Route(
    method="PATCH",
    path="/mlflow/webhooks/{webhook_id}",
    request=WebhookId,
    reply=Empty,
    permission=WRITE,
    summary="Change a webhook: refused, none is kept here.",
)
DELETE = Route(
    method="DELETE",
    path="/mlflow/webhooks/{webhook_id}",
    request=WebhookId,
    reply=Empty,
    permission=REMOVE,
    summary="Delete a webhook: refused, none is kept here.",
)
TEST = Route(
    method="POST",
    path="/mlflow/webhooks/{webhook_id}/test",
    request=WebhookId,
    reply=Empty,
    permission=WRITE,
    summary="Try a webhook: refused, none is kept here.",
)

REFUSED: tuple[AnyRoute, ...] = (GET, CREATE, UPDATE, DELETE, TEST)
"""The routes that only webhooks could answer."""

ROUTES: tuple[AnyRoute, ...] = (LIST, *REFUSED)
