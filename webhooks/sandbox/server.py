"""The sandbox: four platforms on loopback behind one port, the page with the phones, and the handle for tests.

`routes()` can be attached to any aiohttp application; `start()` and `stop()` run the couriers. Call `stop()` before the
application shuts down (`app.on_shutdown`), so that open event streams end.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import aiohttp
from aiohttp import web

from webhooks.sandbox.exchange import Call, Reply
from webhooks.sandbox.line import Line
from webhooks.sandbox.messenger import Messenger
from webhooks.sandbox.pages import Pages
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble
from webhooks.sandbox.stage import Incident, SandboxAccount, Sleep, Stage
from webhooks.sandbox.telegram import Telegram
from webhooks.sandbox.viber import Viber
from webhooks.sandbox.zalo import Zalo

__all__ = ["Incident", "Person", "Sandbox", "SandboxAccount"]

_PLATFORMS: dict[str, type[Line]] = {"zalo": Zalo, "viber": Viber, "messenger": Messenger, "telegram": Telegram}
_HANG_SECONDS = 30.0
_MOST_CALL_BYTES = 64 * 1024 * 1024
"""More than any platform takes: what it refuses, it refuses in its own words."""


class Sandbox:
    def __init__(
        self,
        accounts: Sequence[SandboxAccount],
        *,
        title: str = "tongdai",
        clock: Callable[[], float] = time.time,  # noqa: TID251 - the simulated platforms have a clock of their own
        sleep: Sleep = asyncio.sleep,
        time_scale: float = 1.0,
        base_url: str | None = None,
        links: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`links`: (label, address) pairs for the page's header. `time_scale` shortens the waits between redeliveries;
        `sleep` replaces them altogether. `base_url`: where media links point; learnt from the calls when absent.
        """
        self.stage = Stage(clock=clock, sleep=sleep, time_scale=time_scale, base_url=base_url)
        self.lines: dict[str, Line] = {each.name: _PLATFORMS[each.platform](each, self.stage) for each in accounts}
        self.title = title
        self.links = list(links)
        self.stopping = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None

    # -- running -----------------------------------------------------------------------------------------------

    def routes(self) -> list[web.AbstractRouteDef]:
        """The platforms' APIs and the page, under paths that do not meet the gateway's."""
        apis = (
            "/bot{tail:.+}",
            "/file/bot{tail:.+}",
            "/pa/{tail:.+}",
            r"/v{major:\d+}.{minor:\d+}/{tail:.+}",
            "/v4/oa/{tail:.+}",
        )
        return [*(web.route("*", path, self._api) for path in apis), *Pages(self).routes()]

    async def start(self) -> None:
        """Webhooks flow from now on; those of before go out first."""
        self.stopping.clear()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=40), cookie_jar=aiohttp.DummyCookieJar(), skip_auto_headers=["Accept"]
        )
        for line in self.lines.values():
            line.courier.start(self._session)

    async def stop(self) -> None:
        """No webhook leaves any more, hanging calls and event streams end."""
        self.stopping.set()
        for line in self.lines.values():
            await line.courier.stop()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def settled(self) -> None:
        """Every webhook was delivered at least once or waits for its retry."""
        for line in self.lines.values():
            await line.courier.settled()

    # -- driving -----------------------------------------------------------------------------------------------

    def person(
        self,
        account: str,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - the platform's word
        *,
        anonymous: bool = False,
    ) -> Person:
        """A citizen at this account: the one with this id, or a new one. `anonymous`: a Zalo visitor without an id."""
        return self.lines[account].person(name, id, anonymous=anonymous)

    async def staff_reply(self, account: str, person: Person, text: str) -> Bubble:
        """A human answers in the platform's own inbox (Zalo, Messenger); NotImplementedError where there is none."""
        return await self.lines[account].staff_reply(person, text)

    def business_person(self, account: str, name: str | None = None) -> Person:
        """A citizen who writes to a person's Telegram Business account that has our bot connected (connects it first)."""
        line = self.lines[account]
        if not isinstance(line, Telegram):
            raise NotImplementedError(f"{line.platform} has no business accounts")
        if line.business is None:
            line.connect_business()
        return line.business_person(name)

    def route_conversations(self, account: str) -> None:
        """Our app becomes the Page's default app: an inbox answer then takes the thread away (Messenger only)."""
        self._messenger(account).routed = True

    def hand_back(self, account: str, person: Person) -> None:
        """The Page's inbox gives the thread back to our app."""
        self._messenger(account).hand_back(person)

    def _messenger(self, account: str) -> Messenger:
        line = self.lines[account]
        if not isinstance(line, Messenger):
            raise NotImplementedError(f"{line.platform} has no conversation routing")
        return line

    @property
    def incidents(self) -> list[Incident]:
        """Every strict rule the gateway broke so far."""
        return self.stage.incidents

    def expire_tokens(self, account: str) -> None:
        """Zalo's access token has expired; the gateway has to refresh."""
        line = self.lines[account]
        if not isinstance(line, Zalo):
            raise NotImplementedError(f"{line.platform} tokens do not expire")
        line.oauth.expire()

    def revoke_token(self, account: str) -> None:
        """The account's credentials are not accepted any more, whatever the gateway does."""
        line = self.lines[account]
        if isinstance(line, Zalo):
            line.oauth.revoke()
        line.revoked = True

    # -- answering ---------------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        body = await request.clone(client_max_size=_MOST_CALL_BYTES).read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(request.method, request.path, dict(request.query), headers, body)
        owners = [line for line in self.lines.values() if line.owns(request.path)]
        line = next((each for each in owners if each.knows(call)), None)
        self.stage.called_by(str(request.url.origin()))
        began = time.monotonic()
        named = line or (owners[0] if owners else None)
        entry = self.stage.wire.begin(
            "call", line.account.name if line else "?", named.platform if named else "?", request.method,
            request.path_qs, headers, body,
        )  # fmt: skip
        reply, drop = await self._reply(call, line, named)
        self.stage.wire.end(entry, 0 if drop else reply.status, reply.body, time.monotonic() - began, drop)
        if drop and request.transport is not None:
            request.transport.abort()
        return web.Response(
            status=reply.status, body=reply.body, headers={**reply.headers, "Content-Type": reply.content_type}
        )

    async def _reply(  # noqa: C901 - one case per fault
        self, call: Call, line: Line | None, named: Line | None
    ) -> tuple[Reply, str]:
        """The answer, and why it never arrives, if it does not."""
        if line is None:
            if named is None:
                return Reply(404, b"", "text/plain"), ""
            self.stage.broke(named.account, "credentials", f"nobody's credentials at {named.platform}")
            return named.stranger(), ""
        fault = line.faults.take(call.path)
        if line.faults.delay:
            await self.stage.wait(line.faults.delay)
        match fault:
            case None:
                return await line.answer(call), ""
            case "500":
                return Reply(500, b'{"error":"internal"}'), ""
            case "html":
                return Reply(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html"), ""
            case "empty":
                return Reply(200, b"", "text/plain"), ""
            case "hang":
                with suppress(TimeoutError):  # long enough: the caller has given up
                    await asyncio.wait_for(self.stopping.wait(), _HANG_SECONDS)
                return Reply(504, b"", "text/plain"), "left hanging"
            case "drop":
                return Reply(500, b"", "text/plain"), "dropped before it was accepted"
            case "drop_after_accept":
                return await line.answer(call), "accepted, and the answer was dropped"
            case _:
                return line.fault_reply(fault), ""
