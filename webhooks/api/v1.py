"""The API put together: its calls, their one OpenAPI document, and a problem document for every other address."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from webhooks.api.access import Allowance, Tokens
from webhooks.api.broadcasts import BroadcastCalls
from webhooks.api.conversations import ConversationCalls
from webhooks.api.once import Once
from webhooks.api.openapi import document
from webhooks.api.operations import Operation
from webhooks.api.problems import plain
from webhooks.api.server import Server
from webhooks.api.stats import StatCalls
from webhooks.api.tickets import TicketCalls
from webhooks.desk.desk import Desk

VERSION = "0.1.0"


class Api:
    """`more`: calls of other parts, such as announcements."""

    def __init__(self, desk: Desk, more: Sequence[Operation] = ()) -> None:
        tools = desk.tools
        self._desk, self._more = desk, more
        self._server = Server(Tokens(tools.store), Allowance(), Once(tools.store, tools.writer, tools.now))
        self._build()
        tools.site.follow(self._build)

    def _build(self) -> None:
        """Calls take the codes of the site as it stands; which calls there are does not depend on it."""
        desk = self._desk
        self.operations = [
            *ConversationCalls(desk).operations(),
            *TicketCalls(desk).operations(),
            *StatCalls(desk).operations(),
            *BroadcastCalls(desk).operations(),
            *self._more,
        ]
        self._server.offer(self.operations)
        self._document: Mapping[str, Any] | None = None

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return [
            web.get("/api/openapi.json", self.describe),
            *self._server.routes(),
            web.route("*", r"/api/{rest:[\s\S]*}", self.unknown),
        ]

    async def describe(self, _: web.Request) -> web.Response:
        if self._document is None:  # rarely asked for, and a while to write: not at every start
            self._document = await asyncio.to_thread(document, self.operations, VERSION)
        return web.json_response(self._document)

    async def unknown(self, _: web.Request) -> web.Response:
        return plain(404, "there is no such address; /api/openapi.json lists the calls")
