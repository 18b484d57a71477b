"""Carries a platform call over the network: the one seam that tests swap. Sends go through aiohttp's client.

Measured in 2026 (one server, 64 in flight): httpx costs 10 to 25 times aiohttp's client per call, so it does only what
is slow and careful (tokens, registration, media).
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import aiohttp
import orjson
import structlog

from adapters.base import ApiCall, ApiReply
from bots.errors import TransportFailed
from bots.retries import CALL_TIMEOUT

log = structlog.get_logger("client")

_MOST_REPLY_BYTES = 1024 * 1024
_CONNECTIONS = 128


class Transport(Protocol):
    """Performs one call. Raises `TransportFailed`; whatever the platform answers is a reply, errors included."""

    async def perform(self, call: ApiCall) -> ApiReply: ...


class AiohttpTransport:
    """One long-lived client for all accounts. Follows no redirects, keeps no cookies, trusts no proxy variables."""

    def __init__(self, timeout: timedelta = CALL_TIMEOUT) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds())
        self._session: aiohttp.ClientSession | None = None
        self._side_calls: set[asyncio.Task[None]] = set()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                auto_decompress=True,
            )
        return self._session

    async def close(self) -> None:
        for task in tuple(self._side_calls):
            task.cancel()
        if self._session is not None:
            await self._session.close()

    async def perform(self, call: ApiCall) -> ApiReply:
        headers = dict(call.headers)
        data: bytes | aiohttp.FormData | None = None
        if call.json is not None:
            data = orjson.dumps(call.json)  # UTF-8 without \u escapes: Viber counts the whole body (30 kB, 2026)
            headers["Content-Type"] = "application/json"
        elif call.form is not None or call.multipart is not None:
            data = _form(call)
        try:
            async with self._opened().request(
                call.method, call.url, data=data, headers=headers, allow_redirects=False
            ) as response:
                body = await response.content.read(_MOST_REPLY_BYTES)
                return ApiReply(response.status, {k.lower(): v for k, v in response.headers.items()}, body)
        except aiohttp.ClientConnectorError as error:
            raise TransportFailed(type(error).__name__, maybe_delivered=False) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # the causes hold addresses with tokens in them: only the kind goes on
            raise TransportFailed(type(error).__name__, maybe_delivered=True) from None

    def call_aside(self, account: str, calls: Sequence[ApiCall]) -> None:
        """Starts calls nobody waits for, such as the end of a button's waiting sign. Failures are logged, not repeated."""

        async def run() -> None:
            for call in calls:
                try:
                    await self.perform(call)
                except TransportFailed as failure:
                    log.info("side call failed", account=account, call=call.name, reason=str(failure))

        task = asyncio.create_task(run(), name="side-call")
        self._side_calls.add(task)
        task.add_done_callback(self._side_calls.discard)


def _form(call: ApiCall) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in (call.form or {}).items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (call.multipart or {}).items():
        form.add_field(name, content, filename=filename or None, content_type=mime)
    return form
