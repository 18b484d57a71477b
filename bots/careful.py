"""The careful client: httpx for what is slow and rare (token refresh, registration, media).

No redirects, no proxy variables, bounded bodies, and only the kind of an error goes on: addresses may hold tokens.
"""

from datetime import timedelta
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from adapters.base import ApiCall, ApiReply
from bots.errors import TransportFailed
from bots.lean import hidden
from bots.retries import CALL_TIMEOUT

if TYPE_CHECKING:
    import ssl

    import httpx


def _httpx() -> ModuleType:
    """Imported at the first call, and without what its command line (0.28, 2026) would bring: 9 MB for who fetches nothing."""
    with hidden("click", "pygments", "rich"):
        import httpx  # noqa: PLC0415 - see above

    return httpx


@cache
def _certificates() -> "ssl.SSLContext":
    """The authorities that httpx trusts, read once for all clients."""
    trusting: ssl.SSLContext = _httpx().create_ssl_context(trust_env=False)
    return trusting


class HttpxTransport:
    """A `Transport` over one httpx client.

    A body of more than `most_bytes` fails the call.
    """

    def __init__(self, timeout: timedelta = CALL_TIMEOUT, most_bytes: int = 1024 * 1024) -> None:
        self._timeout = timeout.total_seconds()
        self._most_bytes = most_bytes
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def perform(self, call: ApiCall) -> ApiReply:
        httpx = _httpx()

        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._timeout, follow_redirects=False, trust_env=False, verify=_certificates()
            )
        try:
            async with self._client.stream(
                call.method,
                call.url,
                headers=dict(call.headers),
                json=call.json,
                data=dict(call.form) if call.form is not None else None,
                files=dict(call.multipart) if call.multipart is not None else None,
            ) as response:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > self._most_bytes:
                        raise TransportFailed("the answer is too large", maybe_delivered=True)
                return ApiReply(response.status_code, dict(response.headers), bytes(body))
        except httpx.ConnectError as error:
            raise TransportFailed(type(error).__name__, maybe_delivered=False) from None
        except httpx.HTTPError as error:
            raise TransportFailed(type(error).__name__, maybe_delivered=True) from None
