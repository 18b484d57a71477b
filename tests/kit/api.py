"""Calls to the gateway's API as a program makes them, each caller a person of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from kit.town import Town


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str]


class Caller:
    """`get`, `post` and `patch` paths under /api/v1."""

    def __init__(self, session: aiohttp.ClientSession, token: str) -> None:
        self.session, self.token = session, token

    async def call(self, method: str, path: str, body: Any = None, key: str | None = None, **options: Any) -> Reply:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            options["json"] = body
        async with self.session.request(method, f"/api/v1{path}", headers=headers, **options) as reply:
            return Reply(reply.status, await reply.json() if method != "HEAD" else None, dict(reply.headers))

    async def get(self, path: str, **query: str) -> Reply:
        return await self.call("GET", path, params=query)

    async def post(self, path: str, body: Any = None, key: str | None = None) -> Reply:
        return await self.call("POST", path, body, key)

    async def patch(self, path: str, body: Any, key: str | None = None) -> Reply:
        return await self.call("PATCH", path, body, key)


@asynccontextmanager
async def callers(place: Town, **roles: str) -> AsyncIterator[list[Caller]]:
    """One caller for each name, with a token of that role; a role `department:CODE` names the department."""

    def add() -> list[str]:
        store = place.store()
        try:
            with store.writing() as work:
                parts = {name: role.partition(":") for name, role in roles.items()}
                return [
                    work.tokens.add(name, role, datetime.now(UTC), code or None)  # noqa: TID251 - as the command would
                    for name, (role, _, code) in parts.items()
                ]
        finally:
            store.close()

    tokens = await asyncio.to_thread(add)
    async with aiohttp.ClientSession(place.gateway_url) as session:
        yield [Caller(session, token) for token in tokens]


async def conversation_of(caller: Caller, contact: str) -> str:
    """The id of the only conversation with this contact."""
    (found,) = (await caller.get("/conversations", contact=contact)).body["items"]
    return str(found["id"])
