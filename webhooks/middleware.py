"""Around every request: figures, safe headers, errors that tell nothing. Query strings and bodies are never logged."""

import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from webhooks.metrics import REQUESTS, SECONDS

log = structlog.get_logger("http")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
        " form-action 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def route_name(request: web.Request) -> str:
    """The route's pattern, for figures and logs: never the path itself, which may hold an id or a code."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


@web.middleware
async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts and times every answer; an unexpected error becomes a 500 without details, logged without data."""
    started = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as error:
        status = error.status
        raise
    except ConnectionResetError:
        status = 499  # the client went away; there is nobody to answer
        raise
    except Exception:
        log.exception("request failed", route=route_name(request), method=request.method)
        return web.Response(status=500, text="something went wrong here; it was logged")
    else:
        return response
    finally:
        name = route_name(request)
        REQUESTS.labels(name, str(status)).inc()
        SECONDS.labels(name).observe(time.perf_counter() - started)


async def add_safe_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A signal handler for `on_response_prepare`: every answer of ours carries them."""
    del request
    for name, value in SAFE_HEADERS.items():
        response.headers.setdefault(name, value)
