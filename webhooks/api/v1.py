"""The calls under /api/v1."""

import asyncio
import re
from collections.abc import Sequence

from aiohttp import web

from conversation.ids import AccountId, ContactId
from ticket_store.engine import Store
from ticket_store.records import Conversation, Page, Person, StoredMessage
from webhooks.api.access import READERS, Call, allowed
from webhooks.api.problems import problem
from webhooks.api.shapes import conversation_shape, message_shape

_DEFAULT_LIMIT = 50
_MOST = 200
_MOST_CHARS = 256
_POSITION = re.compile(r"(\d{1,18}-)?[A-Za-z0-9_]{1,64}")


class BadQuery(Exception):
    """A query parameter breaks its contract."""


class Api:
    """Reads for integrations. Every list takes `limit` and `after`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        def get(path: str, call: Call) -> web.RouteDef:
            return web.get(f"/api/v1{path}", allowed(self._store, READERS, call))

        return [
            get("/conversations", self.list_conversations),
            get("/conversations/{id:[A-Za-z0-9_-]{1,64}}", self.show_conversation),
            get("/conversations/{id:[A-Za-z0-9_-]{1,64}}/messages", self.list_messages),
            web.route("*", "/api/{rest:.*}", self.unknown),
        ]

    async def unknown(self, _: web.Request) -> web.Response:
        return problem(404, "Not Found", "there is no such address; the calls are listed in docs/reference.md")

    async def list_conversations(self, request: web.Request, _: Person) -> web.Response:
        try:
            limit, after = _page(request)
            account, contact = _word(request, "account"), _word(request, "contact")
            held, waiting = _flag(request, "held"), _flag(request, "waiting")
        except BadQuery as bad:
            return problem(400, "Bad Request", str(bad))

        def load() -> Page[Conversation]:
            with self._store.reading() as work:
                return work.conversations.list(
                    account=AccountId(account) if account else None,
                    contact=ContactId(contact) if contact else None,
                    held=held,
                    waiting=waiting,
                    limit=limit,
                    after=after,
                )

        page = await asyncio.to_thread(load)
        return web.json_response({"items": [conversation_shape(one) for one in page], "next": page.next})

    async def show_conversation(self, request: web.Request, _: Person) -> web.Response:
        conversation = await asyncio.to_thread(self._find, request.match_info["id"])
        if conversation is None:
            return problem(404, "Not Found", "there is no conversation with this id")
        return web.json_response(conversation_shape(conversation))

    async def list_messages(self, request: web.Request, _: Person) -> web.Response:
        try:
            limit, after = _page(request)
        except BadQuery as bad:
            return problem(400, "Bad Request", str(bad))
        conversation = await asyncio.to_thread(self._find, request.match_info["id"])
        if conversation is None:
            return problem(404, "Not Found", "there is no conversation with this id")

        def load() -> Page[StoredMessage]:
            with self._store.reading() as work:
                return work.messages.page(conversation.id, limit, after)

        page = await asyncio.to_thread(load)
        return web.json_response({"items": [message_shape(one) for one in page], "next": page.next})

    def _find(self, conversation_id: str) -> Conversation | None:
        with self._store.reading() as work:
            return work.conversations.find(conversation_id)


def _page(request: web.Request) -> tuple[int, str | None]:
    text = request.query.get("limit", str(_DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise BadQuery(f"limit must be a whole number from 1 to {_MOST}")
    after = request.query.get("after") or None
    if after is not None and not _POSITION.fullmatch(after):
        raise BadQuery("after must be a `next` value that this list gave")
    return int(text), after


def _word(request: web.Request, name: str) -> str | None:
    """A free text parameter. Control characters name nobody, and PostgreSQL takes no NUL in a text."""
    text = request.query.get(name) or None
    if text is not None and (len(text) > _MOST_CHARS or not text.isprintable()):
        raise BadQuery(f"{name} must be at most {_MOST_CHARS} printable characters")
    return text


def _flag(request: web.Request, name: str) -> bool | None:
    text = request.query.get(name, "").lower()
    if text in {"", "any"}:
        return None
    if text in {"1", "true", "yes"}:
        return True
    if text in {"0", "false", "no"}:
        return False
    raise BadQuery(f"{name} must be true or false")
