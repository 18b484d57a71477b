"""The one list of routes."""

from collections.abc import Sequence

from aiohttp import web

from webhooks.api.v1 import Api
from webhooks.console.console import Console
from webhooks.desk.desk import Desk
from webhooks.desk.files import Files
from webhooks.health import Health
from webhooks.limits import MOST_UPLOAD_BYTES
from webhooks.middleware import add_safe_headers, measure
from webhooks.platforms import PlatformDoor


def build_app(
    door: PlatformDoor,
    health: Health,
    desk: Desk,
    files: Files,
    console: Console,
    extra: Sequence[web.AbstractRouteDef] = (),
) -> web.Application:
    """The server's application. `extra`: what a demonstration shows beside it."""
    app = web.Application(middlewares=[measure], client_max_size=MOST_UPLOAD_BYTES)
    app.on_response_prepare.append(add_safe_headers)
    api = Api(desk)
    app.add_routes(
        [
            web.route("*", "/hooks/{account}", door.handle),
            web.get("/healthz", health.alive),
            web.get("/readyz", health.ready),
            web.get("/metrics", health.metrics),
            web.get("/files/{token}/{name}", files.serve),
            *api.routes(),
            *extra,
        ]
    )
    console.mount(app)
    return app
