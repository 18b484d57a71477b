"""Reports that people bring by telephone or to the counter, read as the chat reads them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from conversation.effects import TicketDraft
from conversation.events import Inbound, TicketChanged
from conversation.ids import AccountId, ContactId, EventKey, OperatorId, PlatformName
from conversation.places import Place
from conversation.profile import OTHER, Profile, due_at
from conversation.slots import e164, located
from conversation.state import Phase
from conversation.understanding.reader import read
from conversation.understanding.reading import Field
from ticket_store.records import Person, Ticket
from ticket_store.unit_of_work import Work
from webhooks.desk.chats import shown_name
from webhooks.desk.tickets import PRIORITIES
from webhooks.desk.tools import Tools, once, via
from webhooks.desk.twins import Twin, find_twins
from webhooks.errors import BadFields, HeldByAnother
from webhooks.intake import Deed

DESKS = ("phone", "counter")
_MOST_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Report:
    """As it was said. `account`: `phone` or `counter`. Empty texts are as good as None."""

    account: str
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    ward: str | None = None
    province: str | None = None
    request: str | None = field(default=None, repr=False)
    category: str | None = None
    department: str | None = None
    subject: str | None = field(default=None, repr=False)
    publish: bool = False
    priority: str = "normal"


class Reports:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def open_ticket(
        self, person: Person, report: Report, key: str | None = None, chat: str | None = None
    ) -> Ticket:
        """A new ticket; the same key gives the one it opened before. `chat`: the conversation out of which it is written
        down; it is that chat's ticket, with the files the bot has collected there, and its citizen is told the code.
        Raises BadFields, naming every wrong field, HeldByAnother.
        """
        site, now = self._tools.site.profile, self._tools.now()
        draft = read_report(report, site, now)
        account, answer_key = AccountId(report.account), f"open:{key}"

        def act(work: Work, now: datetime) -> Deed:
            def do() -> Deed:
                day = now.astimezone(site.timezone).date()
                if chat is None:
                    platform = PlatformName(report.account)
                    ticket = work.tickets.open(
                        draft, None, account, platform, None, site.prefix, day, now, actor=person.id
                    )
                    items: list[Inbound] = []
                else:
                    ticket, items = _out_of_chat(work, chat, draft, person, site, now)
                if key is not None:
                    work.answers.keep(person.id, answer_key, ticket.code.encode(), now)
                work.audit.note(person.id, "ticket.open", [ticket.code], now, via(person))
                return Deed(ticket, items, ("tickets", f"ticket:{ticket.code}"))

            opened = once(work, None if key is None else f"open:{person.id}:{key}", now, do)
            if opened is not None:
                return opened
            code = work.answers.find(person.id, answer_key)
            return Deed(None if code is None else work.tickets.find(code.decode()))

        ticket: Ticket | None = (await self._tools.intake.perform(act)).result
        if ticket is None:  # the key is older than answers are kept, or its ticket was erased
            raise BadFields({"Idempotency-Key": "was used before; use a new one"})
        return ticket

    async def twins(self, report: Report) -> list[Twin]:
        """Open reports that may tell the same, as far as it is written down by now."""
        site = self._tools.site.profile

        def find() -> list[Twin]:
            place = read_place(report.address, report.ward, report.province, site)
            category = report.category or _category(report.request, site)
            phone = e164(report.phone or "", site)
            with self._tools.store.reading() as work:
                return find_twins(work, phone, place, None if category == OTHER else category, self._tools.now())

        return await asyncio.to_thread(find)

    def understood(self, text: str) -> Mapping[str, str | None]:
        """What a pasted or dictated text holds, for the fields of the form; None where nothing was found."""
        found = read(text, Phase.IDLE, self._tools.site.profile.lexicon)
        place = found.place.place if found.place else None
        return {
            "name": found.name,
            "phone": found.phones[0].e164 if found.phones else None,
            "address": place.raw if place else None,
            "ward": (place.ward or place.ward_stated) if place else None,
            "province": (place.province or place.province_stated) if place else None,
            "request": found.request,
            "category": found.categories[0] if found.categories else None,
            "subject": found.subject,
        }

    async def join_chat(self, code: str, person: Person, contact: tuple[AccountId, ContactId]) -> Ticket:
        """The ticket's news reach the person in this chat from now on: only with their consent, proved by the caller.
        Raises UnknownTicket, BadFields.
        """

        def act(work: Work, now: datetime) -> Deed:
            found = work.conversations.list(account=contact[0], contact=contact[1], limit=1)
            if not found:
                raise BadFields({"contact": "has no conversation with this account"})
            ticket = work.tickets.join(code, found[0], person.id, now)
            work.audit.note(person.id, "ticket.join", [ticket.code], now, via(person))
            return Deed(ticket, (), ("tickets", f"ticket:{ticket.code}"))

        ticket: Ticket = (await self._tools.intake.perform(act)).result
        return ticket


def _out_of_chat(
    work: Work, chat: str, draft: TicketDraft, person: Person, site: Profile, now: datetime
) -> tuple[Ticket, list[Inbound]]:
    """The chat's ticket, and the news of it for the chat. Raises BadFields, HeldByAnother."""
    found = work.conversations.find(chat)
    if found is None:
        raise BadFields({"chat": "is no conversation"})
    holder = found.state.held_by
    if holder not in {None, person.id}:
        raise HeldByAnother(shown_name(holder or ""))
    draft = replace(draft, media=found.state.draft.media)
    day = now.astimezone(site.timezone).date()
    place = found.key.account, found.platform, found.key.contact
    ticket = work.tickets.open(draft, found, *place, site.prefix, day, now, actor=person.id)
    told = TicketChanged(now, ticket.code, ticket.status, due_at=ticket.due_at, by=OperatorId(person.id), opened=True)
    return ticket, [Inbound(found.key, EventKey(f"news:{ticket.code}:opened"), told, opens_window=False)]


def read_report(report: Report, site: Profile, now: datetime) -> TicketDraft:
    """The draft as the chat would have made it. Raises BadFields."""
    place = read_place(report.address, report.ward, report.province, site)
    category = report.category or _category(report.request, site)
    draft = TicketDraft(
        name=" ".join((report.name or "").split()) or None,
        phone=e164(report.phone or "", site),
        place=place,
        request=(report.request or "").strip(),
        category=category,
        subject=(report.subject or "").strip() or None,
        publish=report.publish,
        priority=report.priority,
    )
    problems = _unknown_codes(report, category, site) | _missing(report, draft, site)
    if problems:
        raise BadFields(problems)
    return replace(
        draft,
        department=report.department or site.categories[category].department,
        due_at=due_at(site, category, now),
    )


def _unknown_codes(report: Report, category: str, site: Profile) -> dict[str, str]:
    known = {
        "account": (report.account, DESKS),
        "category": (category, tuple(site.categories)),
        "department": (report.department, (None, *site.open_departments)),
        "priority": (report.priority, PRIORITIES),
    }
    return {
        name: f"must be one of {', '.join(one for one in allowed if one)}"
        for name, (value, allowed) in known.items()
        if value not in allowed
    }


def _missing(report: Report, draft: TicketDraft, site: Profile) -> dict[str, str]:
    said = {
        Field.NAME: draft.name,
        Field.PHONE: report.phone,
        Field.ADDRESS: draft.place,
        Field.REQUEST: draft.request,
    }
    problems = {one.value: "is required" for one in site.report.order if one in site.report.required and not said[one]}
    if (report.phone or "").strip() and draft.phone is None:
        problems["phone"] = "is no phone number"
    if site.report.require_subject and draft.subject is None:
        problems["subject"] = "is required"
    if len(draft.request) > _MOST_CHARS:
        problems["request"] = f"must have at most {_MOST_CHARS} characters"
    return problems


def read_place(address: str | None, ward: str | None, province: str | None, site: Profile) -> Place | None:
    """The place as it is called now; the words as they were said."""
    raw = (address or "").strip()
    parts = [part.strip() for part in (raw, ward or "", province or "") if part.strip()]
    if not parts:
        return None
    whole = ", ".join(parts)
    found = read(whole, Phase.ADDRESS, site.lexicon).place
    place = found.place if found else Place(whole, ward_stated=ward or None, province_stated=province or None)
    return located(replace(place, raw=raw or whole), site)


def _category(request: str | None, site: Profile) -> str:
    found = read(request or "", Phase.REQUEST, site.lexicon).categories
    return found[0] if found and found[0] in site.categories else OTHER
