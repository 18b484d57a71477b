"""Who may call the API: a bearer token names a person with a role."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from ticket_store.engine import Store
from ticket_store.records import Person
from webhooks.api.problems import problem

Call = Callable[[web.Request, Person], Awaitable[web.StreamResponse]]

READERS = frozenset({"operator", "supervisor", "admin"})
"""A department sees its own tickets only, never the chats."""


def allowed(store: Store, roles: frozenset[str], call: Call) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The call, for people with one of `roles`; 401 without a valid token, 403 with another role."""

    def find(token: str) -> Person | None:
        with store.reading() as work:
            return work.tokens.find(token)

    async def checked(request: web.Request) -> web.StreamResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return problem(401, "Unauthorized", "send the header Authorization: Bearer <token>")
        person = await asyncio.to_thread(find, token.strip())
        if person is None:
            return problem(401, "Unauthorized", "the token is not known or was revoked; see tongdai tokens add")
        if person.role not in roles:
            return problem(403, "Forbidden", f"the role {person.role} may not do this")
        return await call(request, person)

    return checked
