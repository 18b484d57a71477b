"""Errors of the API as problem documents (RFC 9457)."""

import json

from aiohttp import web


def problem(status: int, title: str, detail: str, **extra: object) -> web.Response:
    """A problem document. `detail` tells the way out; it never repeats what a citizen said."""
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **extra}
    headers = {"WWW-Authenticate": 'Bearer realm="tongdai"'} if status == 401 else {}
    return web.Response(
        status=status, text=json.dumps(document), content_type="application/problem+json", headers=headers
    )
