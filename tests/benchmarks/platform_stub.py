"""`python platform_stub.py PORT`: a server that takes every call of all four platforms and remembers when each came.

One process of its own, so that neither the gateway nor the bare client is slowed down by it. `GET /arrivals` gives
the moments by platform, in seconds of its own clock, and forgets them.
"""

import itertools
import sys
import time
from collections import defaultdict
from collections.abc import Callable

from aiohttp import web

_COUNT = itertools.count(1)
_ARRIVED: defaultdict[str, list[float]] = defaultdict(list)
_ANSWERS: dict[str, Callable[[str], object]] = {
    "telegram": lambda number: {"ok": True, "result": {"message_id": int(number)}},
    "viber": lambda number: {"status": 0, "status_message": "ok", "message_token": int(number), "failed_list": []},
    "zalo": lambda number: {"error": 0, "message": "Success", "data": {"message_id": number, "user_id": "1"}},
    "messenger": lambda number: {"recipient_id": "1", "message_id": f"m_{number}"},
}
_TOKENS = {"access_token": "a", "refresh_token": "r", "expires_in": "90000"}


def platform_of(path: str) -> str:
    """Whose API the path belongs to."""
    if path.startswith("/pa/"):
        return "viber"
    if path.startswith("/bot"):
        return "telegram"
    return "zalo" if "/oa/message" in path else "messenger"


async def take(request: web.Request) -> web.Response:
    if "access_token" in request.path:
        return web.json_response(_TOKENS)
    platform = platform_of(request.path)
    _ARRIVED[platform].append(time.perf_counter())
    await request.read()
    return web.json_response(_ANSWERS[platform](str(next(_COUNT))))


async def arrivals(_: web.Request) -> web.Response:
    found = dict(_ARRIVED)
    _ARRIVED.clear()
    return web.json_response(found)


if __name__ == "__main__":
    app = web.Application()
    app.add_routes([web.get("/arrivals", arrivals), web.route("*", "/{path:.*}", take)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
