"""A report by telephone or at the counter: typed without a mouse, read as the chat reads, its code shown to be read out."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from aiohttp import web

from conversation.ids import TicketCode
from conversation.places import Place
from ticket_store.errors import StoreError, UnknownTicket
from ticket_store.records import Conversation, Person, Ticket
from ticket_store.statuses import Status
from ticket_store.unit_of_work import Work
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.naming import DESKS, Names, refusal_text
from webhooks.console.parts import Parts
from webhooks.console.routing import STAFF, Route, Visit, get, person_of, post
from webhooks.console.texts import say
from webhooks.desk.reports import Report, read_place
from webhooks.desk.tickets import PRIORITIES
from webhooks.errors import BadFields, DeskError, HeldByAnother, UnknownConversation

_CODE = "{code:[A-Za-z0-9-]{1,40}}"
_MOST_CHARS = 20_000
_FIELDS = tuple(one.name for one in fields(Report) if one.name not in {"publish", "province"})
_MORE = ("publish", "pasted", "duplicate_of", "chat", "chat_name")
_NOTHING = dict.fromkeys((*_FIELDS, *_MORE), "")


class Counter:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._store, self._site, self._desk, self._now = parts.store, parts.site, parts.desk, parts.now
        self._layout, self._names = layout, Names(parts.site)
        gazetteer, home = parts.site.profile.lexicon.gazetteer, parts.site.profile.lexicon.province
        self._wards = sorted(ward.full_name for ward in gazetteer.wards if ward.province == home)

    def routes(self) -> Sequence[Route]:
        return [
            get("/counter", STAFF, self.show),
            post("/counter", STAFF, self.open),
            post("/counter/read", STAFF, self.read),
            post("/counter/hints", STAFF, self.hints),
            get(f"/counter/{_CODE}", STAFF, self.done),
            post(f"/counter/{_CODE}/join", STAFF, self.join),
        ]

    # -- the form

    async def show(self, visit: Visit) -> web.Response:
        """`?chat=`: out of that conversation, with what is known there."""
        account = visit.text("account")
        given = {"account": account if account in DESKS else DESKS[0]}
        chat = visit.text("chat", 64)
        if not chat:
            return self._form(visit, given)
        try:
            found = await self._desk.conversation(chat)
        except UnknownConversation:
            return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)
        await self._desk.looked(person_of(visit.person), "conversation.read", [found.id])
        given |= _known_in(found)
        return self._form(visit, given, **await self._hinted(visit, {**_NOTHING, **given}))

    def _form(
        self,
        visit: Visit,
        given: dict[str, str],
        status: HTTPStatus = HTTPStatus.OK,
        **extra: Any,  # noqa: ANN401  for the template
    ) -> web.Response:
        template = "counter/fields.html" if visit.partial else "counter/form.html"
        values: dict[str, Any] = {
            "given": {**_NOTHING, "priority": PRIORITIES[0], **given},
            "accounts": DESKS,
            "wards": self._wards,
            "required": {one.value for one in self._site.profile.report.required},
            "subject_required": self._site.profile.report.require_subject,
            "key": visit.text("key", 64) or token_urlsafe(12),
            "problem": "",
            "wrong": frozenset(),
            "place": None,
            "twins": [],
            "read": False,
            **self._names.of(visit.language),
        }
        return self._layout.page(visit, template, status, **{**values, **extra})

    async def read(self, visit: Visit) -> web.Response:
        """What a pasted text holds stands in its fields; what was typed before stays where nothing was found."""
        pasted = visit.text("pasted", _MOST_CHARS)
        found = await asyncio.to_thread(self._desk.understood, pasted) if pasted else {}
        given = _given(visit)
        given |= {name: value for name, value in found.items() if value and name in given}
        return self._form(visit, given, read=True, **await self._hinted(visit, given))

    async def hints(self, visit: Visit) -> web.Response:
        """While somebody types: the ward as it is called now, and reports this caller or this place has already."""
        given = _given(visit)
        hinted = await self._hinted(visit, given)
        return self._layout.page(
            visit, "counter/hints.html", given=given, **hinted, **dict[str, Any](self._names.of(visit.language))
        )

    async def _hinted(self, visit: Visit, given: dict[str, str]) -> dict[str, Any]:
        twins = await self._desk.twins(_report(given))
        await self._desk.looked(person_of(visit.person), "ticket.list", [one.ticket.code for one in twins])
        return {"place": await self._place(given), "twins": twins}

    async def _place(self, given: dict[str, str]) -> Place | None:
        """Raises nothing: what is not understood is kept as it was said."""
        return await asyncio.to_thread(read_place, given["address"], given["ward"], None, self._site.profile)

    # -- the ticket

    async def open(self, visit: Visit) -> web.Response:
        given = _given(visit)
        person, key = person_of(visit.person), visit.text("key", 64) or None
        try:
            ticket = await self._desk.open_ticket(person, _report(given), key, given["chat"] or None)
        except (BadFields, HeldByAnother) as bad:
            return self._form(
                visit,
                given,
                HTTPStatus.UNPROCESSABLE_ENTITY,
                problem=refusal_text(bad, visit.language),
                wrong=frozenset(bad.problems if isinstance(bad, BadFields) else ()),
                **await self._hinted(visit, given),
            )
        joined = await self._joined_to(ticket, given["duplicate_of"], person, key)
        return see_other(f"/console/counter/{ticket.code}{'' if joined else '?apart=1'}")

    async def _joined_to(self, ticket: Ticket, twin: str, person: Person, key: str | None) -> bool:
        """Whether it stands with its twin, when one was chosen. The ticket is there and its code good, whatever comes of it."""
        try:
            if twin and ticket.status == Status.RECEIVED:
                await self._desk.change_ticket(ticket.code, person, key and f"{key}:twin", duplicate_of=twin)
        except (DeskError, StoreError):
            return False
        return True

    async def done(self, visit: Visit) -> web.Response:
        apart = say(visit.language, "twin-apart") if visit.text("apart") == "1" else ""
        return await self._done(visit, problem=apart)

    async def _done(self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, problem: str = "") -> web.Response:
        person = person_of(visit.person)
        try:
            ticket = await self._desk.ticket(visit.request.match_info["code"], person)
        except UnknownTicket:
            return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)
        await self._desk.looked(person, "ticket.read", [ticket.code])
        return self._layout.page(
            visit,
            "counter/done.html",
            status,
            ticket=ticket,
            spelled=_spelled(ticket.code),
            chats=await asyncio.to_thread(self._chats, ticket),
            joined=ticket.conversation_id is not None,
            twin=await asyncio.to_thread(self._twin, ticket),
            problem=problem,
            **self._names.of(visit.language),
        )

    def _chats(self, ticket: Ticket) -> list[Conversation]:
        """Chats in which somebody gave this number before: the caller may get the news there, if they agree."""
        if ticket.phone is None or ticket.conversation_id is not None:
            return []
        with self._store.reading() as work:
            return _known_chats(work, ticket.phone)

    def _twin(self, ticket: Ticket) -> TicketCode | None:
        """The first report of the matter that it was joined to."""
        if ticket.status != Status.DUPLICATE or ticket.link_group is None:
            return None
        with self._store.reading() as work:
            first = work.tickets.of_group(ticket.link_group, limit=2)
        return next((one.code for one in first if one.code != ticket.code), None)

    async def join(self, visit: Visit) -> web.Response:
        """Only a chat that the caller's number leads to, and only with their consent."""
        code, person = visit.request.match_info["code"], person_of(visit.person)
        try:
            ticket = await self._desk.ticket(code, person)
            chats = await asyncio.to_thread(self._chats, ticket)
            chosen = next((one for one in chats if one.id == visit.text("chat", 64)), None)
            if chosen is None or visit.text("agreed") != "1":
                raise BadFields({"agreed": "is required"})
            await self._desk.join_chat(code, person, (chosen.key.account, chosen.key.contact))
        except UnknownTicket:
            return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)
        except DeskError as error:
            return await self._done(visit, HTTPStatus.UNPROCESSABLE_ENTITY, refusal_text(error, visit.language))
        return see_other(f"/console/counter/{code}")


def _known_in(chat: Conversation) -> dict[str, str]:
    """What the bot collected or remembers, for the form's fields."""
    draft, known = chat.state.draft, chat.state.known
    place = chat.state.place
    found = {
        "chat": chat.id,
        "chat_name": f"{chat.platform.capitalize()} · {draft.name or known.name or chat.profile_name or chat.key.contact}",
        "name": draft.name or known.name,
        "phone": draft.phone or known.phone,
        "address": place.raw if place else None,
        "request": draft.request,
        "category": draft.category,
        "subject": draft.subject,
    }
    return {name: value for name, value in found.items() if value}


def _given(visit: Visit) -> dict[str, str]:
    return {name: visit.text(name, _MOST_CHARS) for name in (*_FIELDS, *_MORE)}


def _report(given: Mapping[str, str]) -> Report:
    return Report(publish=given["publish"] == "1", **{name: given[name] or None for name in _FIELDS})  # type: ignore[arg-type]


def _known_chats(work: Work, phone: str) -> list[Conversation]:
    ids = [one.conversation_id for one in work.tickets.page(q=phone, phone=phone, limit=20)]
    found = [work.conversations.find(one) for one in dict.fromkeys(ids) if one is not None]
    return [one for one in found if one is not None and one.reachable]


def _spelled(code: TicketCode) -> list[str]:
    """In the groups in which a code is read out."""
    return code.split("-")
