"""One conversation: its history, and what one may do in it. Every act is the desk's; the page only asks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

import orjson
from aiohttp import web
from aiohttp.web_request import FileField

from adapters.base import Capabilities
from conversation.ids import AccountId
from conversation.messages import Media
from conversation.wording import Wording
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.records import Conversation, Operator, Person
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.console.attachments import Attachments
from webhooks.console.guard import see_other
from webhooks.console.inbox import Inbox
from webhooks.console.layout import Layout, of_mapping
from webhooks.console.live import Drawn, Feed, Live
from webhooks.console.naming import Names
from webhooks.console.routing import STAFF, Route, Visit, get, person_of, post
from webhooks.console.texts import say
from webhooks.console.thread import items, window
from webhooks.desk.desk import Desk
from webhooks.desk.files import Files
from webhooks.errors import BadFields, DeskError, HeldByAnother, StillOnItsWay, UnknownConversation
from webhooks.site import Site

PAGE = 60
_MOST_LIVE = 300
_MOST_FILES = 5
_MOST_FILE_BYTES = 25 * 1024 * 1024
_ID = "{id:[A-Za-z0-9_-]{1,64}}"

Act = Callable[[Visit, Person], Awaitable[object]]


class Chat:
    def __init__(
        self,
        store: Store,
        writer: Writer,
        changes: Changes,
        site: Site,
        layout: Layout,
        live: Live,
        inbox: Inbox,
        attachments: Attachments,
        desk: Desk,
        files: Files,
        capabilities: Mapping[AccountId, Capabilities],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._writer, self._changes, self._site, self._layout = store, writer, changes, site, layout
        self._inbox, self._attachments, self._desk, self._files = inbox, attachments, desk, files
        self._capabilities, self._now, self._names = capabilities, now, Names(site)
        live.offer("chat", self.feed)

    def routes(self) -> Sequence[Route]:
        return [
            get(f"/chats/{_ID}", STAFF, self.show),
            get(f"/chats/{_ID}/older", STAFF, self.older),
            post(f"/chats/{_ID}/take", STAFF, self.take),
            post(f"/chats/{_ID}/back", STAFF, self.back),
            post(f"/chats/{_ID}/give", STAFF, self.give),
            post(f"/chats/{_ID}/write", STAFF, self.write),
            post(f"/chats/{_ID}/note", STAFF, self.note),
            post(f"/chats/{_ID}/read", STAFF, self.read),
        ]

    # -- reading

    async def show(self, visit: Visit) -> web.Response:
        return await self._page(visit)

    async def _page(self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, **extra: Any) -> web.Response:  # noqa: ANN401  for the template
        conversation_id = visit.request.match_info["id"]
        wanted = self._inbox.wanted(visit.request.query)
        values = await asyncio.to_thread(self._load, conversation_id, visit.person, visit.language, None)
        if values is None:
            return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)
        await self._desk.looked(person_of(visit.person), "conversation.read", [conversation_id])
        await self._mark_read(values["chat"], visit.person)
        lines = await self._inbox.lines(visit.person, wanted)
        common = {**self._inbox.values(visit, wanted, lines), **values}
        return self._layout.page(
            visit, "chat/chat.html", status, **{**common, "key": token_urlsafe(12), "text": "", **extra}
        )

    async def older(self, visit: Visit) -> web.Response:
        """What stands before a message, for htmx."""
        before = visit.text("before", 20)
        position = int(before) if before.isascii() and before.isdigit() else None
        loaded = await asyncio.to_thread(
            self._load, visit.request.match_info["id"], visit.person, visit.language, position
        )
        if loaded is None:
            raise web.HTTPNotFound
        await self._desk.looked(person_of(visit.person), "conversation.read", [loaded["chat"].id])
        return self._layout.page(visit, "chat/items.html", **loaded)

    def _load(
        self, conversation_id: str, person: Operator, language: str, before: int | None, since: int | None = None
    ) -> dict[str, Any] | None:
        """What the templates show. `before`: a page further back; `since`: all from that message on."""
        with self._store.reading() as work:
            chat = work.conversations.find(conversation_id)
            return None if chat is None else self._shown(work, chat, person, language, before, since)

    def _shown(
        self, work: Work, chat: Conversation, person: Operator, language: str, before: int | None, since: int | None
    ) -> dict[str, Any]:
        now = self._now()
        if since is None:
            page = work.messages.newest(chat.id, PAGE, before, notes=True)
        else:
            page = work.messages.page(chat.id, _MOST_LIVE, since - 1, notes=True)
            if page.next is not None:  # open for so long that it does not fit: its end is what matters
                page = work.messages.newest(chat.id, _MOST_LIVE, notes=True)
            else:
                page.next = str(since) if work.messages.any_before(chat.id, since) else None
        tickets = work.tickets.of_conversation(chat.id)
        holder = chat.state.held_by
        wording = Wording(self._site.profile, self._site.profile.language(language), None)
        return {
            "chat": chat,
            "urgent": work.worklists.is_urgent(chat.id),
            "me": person.name,
            "items": items(page, tickets, person.name, self._site.profile.timezone, self._attachments.address),
            "first": page[0].seq if page else 0,
            "has_older": page.next is not None,
            "tickets": tickets,
            "phone": wording.phone(phone) if (phone := chat.state.draft.phone or chat.state.known.phone) else None,
            "held": "me" if holder == person.name else "other" if holder else "nobody",
            "holder": holder,
            "may_overrule": person.role in {"supervisor", "admin"},
            "window": window(chat, self._capabilities.get(chat.key.account), now),
            "unwanted": [name for code, name in self._names.topics(language).items() if code in chat.state.topics_off],
            "place": work.worklists.place_of(chat),
            "colleagues": [
                one.name
                for one in work.operators.list()
                if one.disabled_at is None and one.role in STAFF and one.name != person.name
            ],
            "ready_json": _for_script([[one.shortcut, one.text] for one in work.ready_answers.in_use()]),
            "text_limit": limit.text_limit if (limit := self._capabilities.get(chat.key.account)) else 2000,
            "category_names": self._inbox.category_names(language),
            "site_title": of_mapping(self._site.profile.titles, language),
        }

    def feed(self, visit: Visit, argument: str) -> Feed | None:
        """`chat:<id>@<first>`: the conversation from that message on, and all that stands beside it."""
        conversation_id, _, first = argument.partition("@")
        if visit.person.role not in STAFF or not (first.isascii() and first.isdigit() and len(first) < 19):
            return None
        person, language = visit.person, visit.language

        def render() -> Drawn:
            values = self._load(conversation_id, person, language, None, int(first))
            if values is None:
                return Drawn("")
            text = self._layout.fragment("chat/live.html", language, person, csrf_field="", **values)
            return Drawn(text, [conversation_id])

        topics = {f"conversation:{conversation_id}"}
        return Feed(
            ("chat", conversation_id, first, person.name, language), frozenset(topics), render, "conversation.read"
        )

    async def _mark_read(self, chat: Conversation, person: Operator) -> None:
        """Whoever answers for it has seen it; a colleague's look changes nothing."""
        if chat.unread and chat.state.held_by in {None, person.name}:
            await self._writer.write(lambda work: work.worklists.read(chat.id))
            self._changes.tell(("conversations", f"held:{person.name}"))

    async def read(self, visit: Visit) -> web.Response:
        """The page is open before its reader's eyes while new words come in."""
        found = await asyncio.to_thread(self._find, visit.request.match_info["id"])
        if found is not None:
            await self._mark_read(found, visit.person)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _find(self, conversation_id: str) -> Conversation | None:
        with self._store.reading() as work:
            return work.conversations.find(conversation_id)

    # -- acting: an act, then the conversation as it is now

    async def take(self, visit: Visit) -> web.Response:
        return await self._act(visit, lambda v, person: self._desk.takeover(_id(v), person, _key(v)))

    async def back(self, visit: Visit) -> web.Response:
        return await self._act(visit, lambda v, person: self._desk.handback(_id(v), person, _key(v)))

    async def give(self, visit: Visit) -> web.Response:
        return await self._act(
            visit, lambda v, person: self._desk.hand_over(_id(v), person, v.text("to", 100), _key(v))
        )

    async def note(self, visit: Visit) -> web.Response:
        return await self._act(visit, lambda v, person: self._desk.note(_id(v), person, v.text("text", 20_000)))

    async def write(self, visit: Visit) -> web.Response:
        """Into a conversation that nobody holds only with `take`: the page asks first."""
        found = await asyncio.to_thread(self._find, _id(visit))
        if found is not None and found.state.held_by is None and visit.text("take", 1) != "1":
            return await self._refuse(visit, HTTPStatus.CONFLICT, say(visit.language, "ask-take"), ask="take")

        async def send(visit: Visit, person: Person) -> object:
            media = await asyncio.to_thread(self._kept, visit)
            return await self._desk.write(_id(visit), person, visit.text("text", 20_000), _key(visit), media)

        return await self._act(visit, send)

    def _kept(self, visit: Visit) -> list[Media]:
        """The files of the form, kept. Raises BadFields."""
        getall = getattr(visit.form, "getall", None)
        given = [one for one in (getall("files", []) if getall else []) if isinstance(one, FileField) and one.filename]
        if len(given) > _MOST_FILES:
            raise BadFields({"files": f"must be at most {_MOST_FILES}"})
        kept = []
        for one in given:
            content = one.file.read(_MOST_FILE_BYTES + 1)
            if len(content) > _MOST_FILE_BYTES:
                raise BadFields({"files": f"must have at most {_MOST_FILE_BYTES // 1024 // 1024} MB each"})
            kept.append(self._files.keep(content, one.filename[:120]))
        return kept

    async def _act(self, visit: Visit, act: Act) -> web.Response:
        try:
            await act(visit, person_of(visit.person))
        except UnknownConversation:
            return await self._refuse(visit, HTTPStatus.NOT_FOUND, say(visit.language, "refused-unknown"))
        except HeldByAnother as held:
            return await self._refuse(visit, HTTPStatus.CONFLICT, say(visit.language, "held-by", name=held.name))
        except StillOnItsWay:
            return await self._refuse(visit, HTTPStatus.SERVICE_UNAVAILABLE, say(visit.language, "still-on-its-way"))
        except BadFields as bad:
            names = "bad-files" if bad.problems.keys() & {"file", "files"} else "bad-text"
            return await self._refuse(visit, HTTPStatus.UNPROCESSABLE_ENTITY, say(visit.language, names))
        except DeskError:
            return await self._refuse(visit, HTTPStatus.CONFLICT, say(visit.language, "not-done"))
        if not visit.partial:
            return see_other(visit.request.path_qs.replace(f"/{visit.request.path.rsplit('/', 1)[1]}", "", 1))
        return await self._now_shown(visit)

    async def _now_shown(self, visit: Visit) -> web.Response:
        first = visit.text("first", 18)
        since = int(first) if first.isascii() and first.isdigit() else None
        values = await asyncio.to_thread(self._load, _id(visit), visit.person, visit.language, None, since)
        if values is None:
            raise web.HTTPNotFound
        return self._layout.page(visit, "chat/live.html", **{**values, "csrf_field": ""})

    async def _refuse(self, visit: Visit, status: HTTPStatus, problem: str, ask: str = "") -> web.Response:
        """Told where the person wrote; what they wrote is not lost."""
        if visit.partial:
            return web.json_response({"problem": problem, "ask": ask}, status=status)
        return await self._page(visit, status, problem=problem, ask=ask, text=visit.text("text", 20_000))


def _id(visit: Visit) -> str:
    return visit.request.match_info["id"]


def _for_script(value: object) -> str:
    """JSON that may stand inside `<script type="application/json">`: no text in it can end the element."""
    return orjson.dumps(value).decode().replace("<", "\\u003c")


def _key(visit: Visit) -> str | None:
    """The form's own nonce: a double click is a duplicate."""
    return visit.text("key", 64) or None
