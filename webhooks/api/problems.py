"""Errors of the API as problem documents (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from ticket_store.errors import (
    ForbiddenStatus,
    ForbiddenStep,
    MissingReason,
    StoreError,
    UnknownBroadcast,
    UnknownTicket,
)
from webhooks.errors import (
    BadFields,
    DeskError,
    HeldByAnother,
    IntakeFull,
    NotAllowed,
    StillOnItsWay,
    UnknownConversation,
    WebhooksError,
)

_BUSY = {"Retry-After": "5"}


def problem(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **extra: object
) -> web.Response:
    """A problem document. `detail` tells the way out; it never repeats what a citizen said."""
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **extra}
    asked = {"WWW-Authenticate": 'Bearer realm="tongdai"'} if status == 401 else {}
    return web.Response(
        status=status,
        text=json.dumps(document),
        content_type="application/problem+json",
        headers={**asked, **(headers or {})},
    )


def plain(status: int, detail: str, headers: Mapping[str, str] | None = None, **extra: object) -> web.Response:
    """With the status's own title."""
    return problem(status, HTTPStatus(status).phrase, detail, headers, **extra)


def refusal(error: StoreError | WebhooksError) -> web.Response:  # noqa: C901 -- one case per error
    """What an error of the desk or the store says over HTTP."""
    match error:
        case BadFields(problems=problems):
            return plain(422, str(error), errors=[{"field": name, "detail": text} for name, text in problems.items()])
        case HeldByAnother(name=name):
            return plain(409, str(error), held_by=name)
        case MissingReason(allowed=allowed):
            detail = f"a ticket becomes {error.wanted} with a reason: send an answer or a note in the same call"
            return plain(409, detail, allowed=list(allowed), errors=[{"field": "answer", "detail": "is required"}])
        case ForbiddenStatus(allowed=allowed):
            return plain(409, str(error), allowed=list(allowed), current=error.current)
        case ForbiddenStep():
            return plain(409, str(error), current=error.current)
        case UnknownConversation() | UnknownTicket() | UnknownBroadcast():
            return plain(404, str(error))
        case StillOnItsWay():
            return plain(503, str(error), {"Retry-After": "2"})
        case NotAllowed():
            return plain(403, str(error))
        case DeskError():
            return plain(409, str(error))
        case IntakeFull() | StoreError():
            return plain(503, "busy, nothing was kept: send it again", _BUSY)
        case _:
            raise error
