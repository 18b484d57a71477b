"""Tickets in the hands of people: changed, answered, joined; the citizen hears of what concerns them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from conversation.events import TicketChanged
from conversation.ids import TicketCode
from conversation.messages import Media
from conversation.profile import Profile, due_at
from conversation.slots import e164
from ticket_store.codes import read_code
from ticket_store.errors import UnknownTicket
from ticket_store.media import wanted
from ticket_store.records import Page, Person, Ticket
from ticket_store.statuses import ENDED, Status
from ticket_store.unit_of_work import Work
from webhooks.desk.news import News
from webhooks.desk.tools import Tools, once, via
from webhooks.errors import BadFields, NotAllowed
from webhooks.intake import Deed

PRIORITIES = ("normal", "high", "emergency")
_STORED = frozenset(
    (
        *("status", "department", "category", "priority", "note", "answer", "publish", "due_at", "parent"),
        *("name", "phone", "place", "request", "subject"),
    )
)
_OURS = frozenset({"question", "reason", "duplicate_of", "media", "unlink"})
DEPARTMENTS_MAY_SET = frozenset({"status", "note", "answer", "media"})
_DEPARTMENTS_STATUSES = frozenset({Status.RECEIVED, Status.IN_PROGRESS, Status.RESOLVED})


def sees(person: Person, ticket: Ticket) -> bool:
    """A department sees its own tickets only."""
    return person.role != "department" or (person.department is not None and ticket.department == person.department)


def sees_reporter(person: Person, site: Profile) -> bool:
    return person.role != "department" or site.report.departments_see_reporter


def shown_to(person: Person, site: Profile, ticket: Ticket) -> Ticket:
    """The ticket as this person may read it: without who reported, where the profile keeps that from departments."""
    if sees_reporter(person, site):
        return ticket
    return replace(ticket, name=None, phone=None, contact=None, national_id=None)


def seen_by(work: Work, person: Person, code: str) -> Ticket:
    """The ticket. Raises UnknownTicket, also when it is none of this person's."""
    ticket = work.tickets.find(code)
    if ticket is None or not sees(person, ticket):
        raise UnknownTicket("there is no ticket with this code")
    return ticket


def page_for(
    work: Work,
    person: Person,
    site: Profile,
    now: datetime,
    *,
    status: str | None = None,
    department: str | None = None,
    category: str | None = None,
    q: str | None = None,
    limit: int = 50,
    after: str | None = None,
    open_only: bool = False,
    overdue: bool = False,
    reminded: bool = False,
) -> Page[Ticket]:
    """Newest first; `q`: a code, a phone or a full name, exact. A department gets its own only, and finds them by code
    alone unless it may see who reported. `overdue`: those that should have ended by now; `reminded`: those whose deadline
    is near or whose department is silent. `after`: `next` of the page before.
    """
    if person.role == "department":
        if department not in {None, person.department} or person.department is None:
            return Page()
        if q is not None and read_code(q) is None and not sees_reporter(person, site):
            return Page()  # whether somebody of that name or number has reported is not theirs to find out
        department = person.department
    found = work.tickets.page(
        status,
        department,
        category,
        q,
        limit,
        after,
        phone=None if q is None else e164(q, site),
        open_only=open_only,
        due_before=now if overdue else None,
        reminded=reminded,
    )
    return Page([shown_to(person, site, one) for one in found], found.next)


def _breaks_promise(before: Ticket, after: Ticket, given: Mapping[str, Any]) -> bool:
    """Whether the citizen was told another day: somebody set a new one, or a new category makes it later."""
    if after.due_at is None or after.due_at == before.due_at or Status(after.status) in ENDED:
        return False
    return "due_at" in given or (before.due_at is not None and after.due_at > before.due_at)


def _above(work: Work, ticket: Ticket, code: str) -> TicketCode:
    """The code of the ticket that this one is to be a part of. Raises BadFields: unknown, itself, or below it."""
    parent = work.tickets.find(code)
    above = parent
    while above is not None and above.code != ticket.code:
        above = work.tickets.find(above.parent) if above.parent else None
    if parent is None or above is not None:
        raise BadFields({"parent": "must be the code of another ticket that is no part of this one"})
    return parent.code


class Tickets:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @property
    def _news(self) -> News:
        return News(self._tools.intake)

    async def ticket(self, code: str, person: Person) -> Ticket:
        """Raises UnknownTicket, also for a ticket of another department than the person's."""

        def find() -> Ticket:
            with self._tools.store.reading() as work:
                return shown_to(person, self._tools.site.profile, seen_by(work, person, code))

        return await asyncio.to_thread(find)

    async def tickets(self, person: Person, **wanted: Any) -> Page[Ticket]:  # noqa: ANN401  as `page_for` has them
        """Newest first, as `page_for` tells."""

        def load() -> Page[Ticket]:
            with self._tools.store.reading() as work:
                return page_for(work, person, self._tools.site.profile, self._tools.now(), **wanted)

        return await asyncio.to_thread(load)

    async def change_ticket(self, code: str, person: Person, key: str | None = None, **changes: Any) -> Ticket:  # noqa: ANN401  each its own type
        """The ticket with the changes made; what concerns its citizen is on its way to the chat they wrote in.

        `status`, `department`, `category`, `priority`, `publish`, `due_at`, `subject`, `name`, `phone`, `place`,
        `request`, `parent`; `note` for colleagues; `answer`, `media` and the `reason` of a status for the citizen;
        `question` asks them back; `duplicate_of`: the code of the ticket it is joined to; `unlink`: it is of no group any more. None: left as it
        is. The same key again changes nothing.
        Raises UnknownTicket, ForbiddenStatus, MissingReason, BadFields.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        self._check(given, person)

        def act(work: Work, now: datetime) -> Deed:
            before = seen_by(work, person, code)
            act_key = None if key is None else f"change:{person.id}:{key}"
            done = once(work, act_key, now, lambda: self._change(work, before, person, now, given))
            return done or Deed(seen_by(work, person, code))

        taken = await self._tools.intake.perform(act)
        changed: Ticket = taken.result
        return shown_to(person, self._tools.site.profile, changed)

    def _change(self, work: Work, before: Ticket, person: Person, now: datetime, given: Mapping[str, Any]) -> Deed:
        stored = self._completed(work, before, given)
        after = work.tickets.change(before.code, person.id, now, **stored)
        files: Sequence[Media] = given.get("media", ())
        if "duplicate_of" in given:
            work.tickets.change(given["duplicate_of"], person.id, now, link_group=after.link_group)
        if given.get("unlink"):
            after = self._parted(work, after, person, now)
        work.media.want(wanted(files, before.account, now, conversation_id=None, ticket_code=before.code))
        work.audit.note(person.id, "ticket.change", [before.code], now, via(person))
        topics = ["tickets", f"ticket:{before.code}"]
        deadline = after.status == before.status and not (given.keys() & {"answer", "question", "media"})
        if deadline and not _breaks_promise(before, after, given):
            return Deed(after, (), topics)
        news = TicketChanged(
            now,
            after.code,
            after.status,
            answer=given.get("answer"),
            reason=given.get("reason"),
            question=given.get("question"),
            department=after.department if after.status == Status.FORWARDED else None,
            due_at=after.due_at if after.due_at != before.due_at else None,
            by=person.id,
            media=tuple(files),
            deadline=deadline,
        )
        if after.status == Status.NEED_INFO and news.question is None:
            news = replace(news, question=news.answer, answer=None)
        return Deed(after, self._news.begin(work, after, news), topics)

    def _parted(self, work: Work, ticket: Ticket, person: Person, now: datetime) -> Ticket:
        """It tells another matter than those it was linked with."""
        if work.tickets.unlink(ticket.code):
            work.audit.note(person.id, "ticket.unlink", [ticket.code], now, via(person))
        return replace(ticket, link_group=None)

    def _completed(self, work: Work, before: Ticket, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the store is to change: with what follows from a new category, a question, a twin."""
        stored = {name: value for name, value in given.items() if name not in _OURS}
        category = stored.get("category")
        if category is not None and category != before.category:
            site = self._tools.site.profile
            stored.setdefault("department", site.categories[category].department or before.department)
            stored.setdefault("due_at", due_at(site, category, before.created_at))
        if told := [given[name] for name in ("question", "reason") if name in given]:
            stored["note"] = "\n".join(part for part in (stored.get("note"), *told) if part)
        if "question" in given:
            stored.setdefault("status", Status.NEED_INFO)
        if "duplicate_of" in given:
            twin = work.tickets.find(given["duplicate_of"])
            if twin is None or twin.code == before.code:
                raise BadFields({"duplicate_of": "must be the code of another ticket"})
            group = twin.link_group or token_hex(8)
            stored |= {"status": Status.DUPLICATE, "link_group": group}
        if "parent" in stored:
            stored["parent"] = _above(work, before, stored["parent"])
        return stored

    def _check(self, given: Mapping[str, Any], person: Person) -> None:
        """Raises BadFields, NotAllowed."""
        if person.role == "department":
            _check_department(given)
        site = self._tools.site.profile
        unknown = given.keys() - _STORED - _OURS
        problems = dict.fromkeys(sorted(unknown), "is nothing that can be changed")
        if given.get("status") not in {None, *Status}:
            problems["status"] = f"must be one of {', '.join(Status)}"
        if given.get("category") not in {None, *site.categories}:
            problems["category"] = f"must be one of {', '.join(site.categories)}"
        if given.get("department") not in {None, *site.open_departments}:
            problems["department"] = f"must be one of {', '.join(site.open_departments)}"
        if given.get("priority") not in {None, *PRIORITIES}:
            problems["priority"] = f"must be one of {', '.join(PRIORITIES)}"
        for name in ("answer", "note", "question", "reason"):
            if name in given and not str(given[name]).strip():
                problems[name] = "must not be empty"
        if problems:
            raise BadFields(problems)


def _check_department(given: Mapping[str, Any]) -> None:
    if not given.keys() <= DEPARTMENTS_MAY_SET:
        raise NotAllowed("a department changes the status and writes notes and answers, nothing else")
    if given.get("status") not in {None, *_DEPARTMENTS_STATUSES}:
        raise NotAllowed("a department says received (not ours), in_progress or resolved")
