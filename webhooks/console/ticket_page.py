"""One ticket: what was reported, where it stands, what may be done with it. Every act is the desk's."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from aiohttp import web

from conversation.slots import e164
from ticket_store.errors import ForbiddenStatus, UnknownTicket
from ticket_store.records import Person, Ticket
from ticket_store.statuses import ENDED, FOLLOWING, NEEDS_REASON, Status
from ticket_store.unit_of_work import Work
from webhooks.console.attachments import Attachments
from webhooks.console.guard import is_secure, see_other
from webhooks.console.layout import Layout
from webhooks.console.live import Drawn, Feed, Live
from webhooks.console.naming import Names, channel_name, refusal_text
from webhooks.console.parts import Parts
from webhooks.console.routing import EVERYBODY, STAFF, Route, Visit, get, person_of, post
from webhooks.console.thread import file_of, window
from webhooks.console.ticket_history import steps
from webhooks.console.uploads import kept_files
from webhooks.desk.links import Forwarded
from webhooks.desk.reports import read_place
from webhooks.desk.tickets import PRIORITIES, seen_by, sees_reporter, shown_to
from webhooks.errors import BadFields, DeskError, NotAllowed

_CODE = "{code:[A-Za-z0-9-]{1,40}}"
_MOST_CHARS = 20_000
_DEPARTMENTS = (Status.IN_PROGRESS, Status.RESOLVED, Status.RECEIVED)
"""What a department may say of a ticket: theirs and begun, done, not theirs."""

_REFUSED = {BadFields: HTTPStatus.UNPROCESSABLE_ENTITY, NotAllowed: HTTPStatus.FORBIDDEN}

Act = Callable[[Visit, Person, str], Awaitable[object]]

_MOST_RELATED = 20
"""Of a matter's reports so many are listed, the first ones; in a flood it has thousands."""


class TicketPage:
    def __init__(self, parts: Parts, layout: Layout, attachments: Attachments, live: Live) -> None:
        self._store, self._site, self._desk, self._files = parts.store, parts.site, parts.desk, parts.files
        self._capabilities, self._now = parts.capabilities, parts.now
        self._layout, self._attachments, self._names = layout, attachments, Names(parts.site)
        live.offer("ticket", self.feed)

    def routes(self) -> Sequence[Route]:
        path = f"/tickets/{_CODE}"
        return [
            get(path, EVERYBODY, self.show),
            post(f"{path}/answer", EVERYBODY, self.answer),
            post(f"{path}/note", EVERYBODY, self.note),
            post(f"{path}/change", EVERYBODY, self.change),
            post(f"{path}/ask", STAFF, self.ask),
            post(f"{path}/correct", STAFF, self.correct),
            post(f"{path}/duplicate", STAFF, self.duplicate),
            post(f"{path}/unlink", STAFF, self.unlink),
            post(f"{path}/parent", STAFF, self.parent),
            post(f"{path}/forward", STAFF, self.forward),
        ]

    # -- reading

    async def show(self, visit: Visit) -> web.Response:
        return await self._page(visit)

    async def _page(self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, **extra: Any) -> web.Response:  # noqa: ANN401  for the template
        person = person_of(visit.person)
        try:
            values = await asyncio.to_thread(self._load, visit.request.match_info["code"], person, visit.language)
        except UnknownTicket:
            return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)
        await self._desk.looked(person, "ticket.read", [values["ticket"].code])
        done = visit.request.query.get("done", "")
        common: dict[str, Any] = {"key": token_urlsafe(12), "problem": "", "kept": {}, "failed": "", "link": None}
        common["done"] = (
            done if done in {"answer", "note", "change", "ask", "correct", "duplicate", "unlink", "parent"} else ""
        )
        return self._layout.page(visit, "tickets/ticket.html", status, **{**common, **values, **extra})

    def _load(self, code: str, person: Person, language: str) -> dict[str, Any]:
        """What the template shows. Raises UnknownTicket, also for another department's."""
        with self._store.reading() as work:
            ticket = shown_to(person, self._site.profile, seen_by(work, person, code))
            attachments = work.tickets.attachments(ticket.code)
            history = work.tickets.history(ticket.code)
            related = self._related(work, ticket, person)
            chat = work.conversations.find(ticket.conversation_id) if ticket.conversation_id else None
        allowed = FOLLOWING[Status(ticket.status)]
        is_staff = person.role != "department"
        return {
            "ticket": ticket,
            "is_staff": is_staff,
            "shows_people": sees_reporter(person, self._site.profile),
            "late": ticket.due_at is not None and ticket.due_at < self._now() and ticket.status not in ENDED,
            "open": ticket.status not in ENDED,
            "due_field": f"{self._layout.local(ticket.due_at):%Y-%m-%dT%H:%M}" if ticket.due_at else "",
            "files": [file_of(one, self._attachments.address) for one in attachments],
            "steps": steps(history, self._names, language, self._site.profile.timezone),
            "chat": chat if is_staff else None,
            "window": window(chat, self._capabilities.get(chat.key.account), self._now()) if chat else None,
            "allowed": [one.value for one in (allowed if is_staff else _DEPARTMENTS) if one in allowed],
            "reasons": sorted(one.value for one in NEEDS_REASON),
            "priorities": PRIORITIES,
            "channel": channel_name(ticket.account, language),
            **related,
            **self._names.of(language),
        }

    def feed(self, visit: Visit, code: str) -> Feed | None:
        """`ticket:<code>`: the history as it grows. Whoever may not see the ticket, or not any more, gets nothing."""
        person, language = person_of(visit.person), visit.language

        def render() -> Drawn:
            try:
                with self._store.reading() as work:
                    seen = seen_by(work, person, code).code
                    history = work.tickets.history(seen)
            except UnknownTicket:
                return Drawn("")
            shown = steps(history, self._names, language, self._site.profile.timezone)
            return Drawn(self._layout.fragment("tickets/steps.html", language, visit.person, steps=shown), [seen])

        whose = person.department if person.role == "department" else "*"
        topics = frozenset({f"ticket:{code}", "tickets"})
        return Feed(("ticket", code, whose, language), topics, render, "ticket.read")

    def _related(self, work: Work, ticket: Ticket, person: Person) -> dict[str, Any]:
        """Other reports of the same matter, the one above, those below; a department sees only how many."""
        group = ticket.link_group
        size = work.tickets.group_sizes([group])[group] if group else 1
        if person.role == "department":
            return {"group_size": size, "group": [], "parent": None, "children": [], "announcement": None}
        first = work.tickets.of_group(group, limit=_MOST_RELATED + 1) if group else []
        return {
            "group_size": size,
            "group": [one for one in first if one.code != ticket.code][:_MOST_RELATED],
            "parent": work.tickets.find(ticket.parent) if ticket.parent else None,
            "announcement": work.broadcasts.find(ticket.announcement) if ticket.announcement else None,
            "children": work.tickets.children(ticket.code),
        }

    # -- acting: an act, then the ticket as it is now

    async def answer(self, visit: Visit) -> web.Response:
        """To the citizen, with photos, and with the status that goes with it."""

        async def act(visit: Visit, person: Person, code: str) -> object:
            media = await kept_files(visit.form, self._files)
            text = visit.text("answer", _MOST_CHARS)
            if not text:
                raise BadFields({"answer": "is required"})
            return await self._desk.change_ticket(
                code, person, _key(visit), answer=text, status=visit.text("status") or None, media=tuple(media) or None
            )

        return await self._act(visit, "answer", act)

    async def note(self, visit: Visit) -> web.Response:
        async def act(visit: Visit, person: Person, code: str) -> object:
            return await self._desk.change_ticket(code, person, _key(visit), note=visit.text("note", _MOST_CHARS))

        return await self._act(visit, "note", act)

    async def change(self, visit: Visit) -> web.Response:
        """Only what differs from what the form showed, so that a colleague's change meanwhile is not undone."""

        async def act(visit: Visit, person: Person, code: str) -> object:
            changes: dict[str, object] = {
                name: visit.text(name)
                for name in ("status", "category", "department", "priority")
                if _differs(visit, name)
            }
            if "publish" in visit.form or "was_publish" in visit.form:
                publish = visit.text("publish") == "1"
                if publish != (visit.text("was_publish") == "1"):
                    changes["publish"] = publish
            if _differs(visit, "due_at"):
                changes["due_at"] = self._moment(visit.text("due_at", 40))
            reason = visit.text("reason", _MOST_CHARS)
            if reason:
                changes["reason" if changes.get("status") in NEEDS_REASON else "note"] = reason
            return await self._desk.change_ticket(code, person, _key(visit), **changes) if changes else None

        return await self._act(visit, "change", act)

    def _moment(self, local: str) -> datetime:
        """What a browser's field for a moment gives, in the site's time. Raises BadFields."""
        try:
            given = datetime.fromisoformat(local).replace(tzinfo=self._site.profile.timezone)
        except ValueError:
            raise BadFields({"due_at": "is no moment"}) from None
        if not 2000 <= given.year < 2100:
            raise BadFields({"due_at": "is no moment"})
        return given.astimezone(UTC)

    async def ask(self, visit: Visit) -> web.Response:
        """The question is put in the citizen's chat; the ticket waits for them."""

        async def act(visit: Visit, person: Person, code: str) -> object:
            return await self._desk.change_ticket(
                code, person, _key(visit), question=visit.text("question", _MOST_CHARS)
            )

        return await self._act(visit, "ask", act)

    async def correct(self, visit: Visit) -> web.Response:
        """What was written down wrongly. The history tells that it was corrected, not what it said."""

        async def act(visit: Visit, person: Person, code: str) -> object:
            changes: dict[str, object] = {
                name: visit.text(name, _MOST_CHARS) for name in ("name", "request", "subject") if _differs(visit, name)
            }
            if _differs(visit, "phone"):
                phone = e164(visit.text("phone", 60), self._site.profile)
                if phone is None:
                    raise BadFields({"phone": "is no phone number"})
                changes["phone"] = phone
            if _differs(visit, "address"):
                changes["place"] = read_place(visit.text("address", 500), None, None, self._site.profile)
            empty = [name for name, value in changes.items() if not value and name != "subject"]
            if empty:
                raise BadFields(dict.fromkeys(empty, "is required"))
            return await self._desk.change_ticket(code, person, _key(visit), **changes) if changes else None

        return await self._act(visit, "correct", act)

    async def duplicate(self, visit: Visit) -> web.Response:
        async def act(visit: Visit, person: Person, code: str) -> object:
            return await self._desk.change_ticket(
                code, person, _key(visit), duplicate_of=visit.text("duplicate_of", 60)
            )

        return await self._act(visit, "duplicate", act)

    async def parent(self, visit: Visit) -> web.Response:
        """It is a part of a larger matter; each keeps its own status."""

        async def act(visit: Visit, person: Person, code: str) -> object:
            return await self._desk.change_ticket(code, person, _key(visit), parent=visit.text("parent", 60) or "-")

        return await self._act(visit, "parent", act)

    async def unlink(self, visit: Visit) -> web.Response:
        """It tells another matter than those it was linked with."""

        async def act(visit: Visit, person: Person, code: str) -> object:
            return await self._desk.change_ticket(code, person, _key(visit), unlink=True)

        return await self._act(visit, "unlink", act)

    async def forward(self, visit: Visit) -> web.Response:
        """To a department; the link for those without an account is shown this once."""
        code, person = visit.request.match_info["code"], person_of(visit.person)
        note = visit.text("note", _MOST_CHARS) or None
        try:
            forwarded: Forwarded = await self._desk.forward(
                code, person, visit.text("department", 60), note, _key(visit)
            )
        except (DeskError, ForbiddenStatus, UnknownTicket) as error:
            return await self._refuse(visit, "forward", error)
        if forwarded.token is None:
            return see_other(f"/console/tickets/{forwarded.ticket.code}")
        scheme = "https" if is_secure(visit.request) else "http"
        link = f"{scheme}://{visit.request.host}/console/link/{forwarded.token}"
        return await self._page(visit, link=link)

    async def _act(self, visit: Visit, name: str, act: Act) -> web.Response:
        try:
            await act(visit, person_of(visit.person), visit.request.match_info["code"])
        except (DeskError, ForbiddenStatus, UnknownTicket) as error:
            return await self._refuse(visit, name, error)
        return see_other(f"/console/tickets/{visit.request.match_info['code']}?done={name}")

    async def _refuse(self, visit: Visit, name: str, error: Exception) -> web.Response:
        """Told at the top, and what was written is still in its field."""
        status = _REFUSED.get(type(error), HTTPStatus.CONFLICT)
        kept = {field: visit.text(field, _MOST_CHARS) for field in visit.form if field != "_csrf"}
        return await self._page(visit, status, problem=refusal_text(error, visit.language), kept=kept, failed=name)


def _differs(visit: Visit, name: str) -> bool:
    """Whether the person changed the field: the form brings what it showed beside it."""
    return name in visit.form and visit.text(name, _MOST_CHARS) != visit.text(f"was_{name}", _MOST_CHARS)


def _key(visit: Visit) -> str | None:
    """The form's own nonce: a double click is a duplicate."""
    return visit.text("key", 64) or None
