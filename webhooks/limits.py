"""How long a request's body may be. aiohttp refuses more with 413."""

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

MOST_BODY_BYTES = 1024 * 1024
"""On all routes, unless they read otherwise."""
_MOST_FORM_BYTES = 16 * 1024
_MOST_UPLOAD_BYTES = 32 * 1024 * 1024

Form = MultiDictProxy[str | bytes | bytearray | FileField]


async def short_form(request: web.Request) -> Form:
    """The form of a page that anybody may send: a few short fields."""
    return await request.clone(client_max_size=_MOST_FORM_BYTES).post()


async def form_with_files(request: web.Request) -> Form:
    """The form of a page in which somebody may send photos or files. Only for people we know."""
    return await request.clone(client_max_size=_MOST_UPLOAD_BYTES).post()
