"""How long a request's body may be. What is longer is refused with 413."""

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

MOST_UPLOAD_BYTES = 32 * 1024 * 1024
"""On all routes that do not read by the functions below: those where people we know send photos and files."""
MOST_BODY_BYTES = 1024 * 1024
_MOST_FORM_BYTES = 16 * 1024


async def body_of(request: web.Request) -> bytes:
    """The whole body. Raises `HTTPRequestEntityTooLarge` as soon as it is too long, whatever length was told."""
    if (told := request.content_length or 0) > MOST_BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BODY_BYTES, told)
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > MOST_BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BODY_BYTES, len(body))
    return bytes(body)


async def short_form(request: web.Request) -> MultiDictProxy[str | bytes | bytearray | FileField]:
    """The form of a page that anybody may send: a few short fields."""
    return await request.clone(client_max_size=_MOST_FORM_BYTES).post()
