"""A ticket for a department without any account of ours: one signed link, valid for fourteen days, spent by the answer."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from conversation.messages import Media
from ticket_store.department_links import DepartmentLink
from ticket_store.records import Person, Ticket
from ticket_store.statuses import ENDED, FOLLOWING, Status
from ticket_store.unit_of_work import Work
from webhooks.desk.tickets import Tickets, seen_by
from webhooks.desk.tools import once
from webhooks.errors import BadFields, NotAllowed, SpentLink
from webhooks.intake import Act, Deed

VALID = timedelta(days=14)
_PURPOSE = "department-link"


class Forwarded(NamedTuple):
    """`token` goes into the link: whoever has it may answer for the department."""

    ticket: Ticket
    token: str | None


class Opened(NamedTuple):
    ticket: Ticket
    link: DepartmentLink


class Links(Tickets):
    async def forward(
        self, code: str, person: Person, department: str, note: str | None = None, key: str | None = None
    ) -> Forwarded:
        """The ticket is with the department, and a link for it exists; former links of this ticket are worth nothing.
        `token` None: the same key did it before. Raises UnknownTicket, ForbiddenStatus, BadFields.
        """
        given = {"department": department, "note": note}
        given = {name: value for name, value in given.items() if value is not None}
        self._check(given, person)
        if person.role == "department":
            raise NotAllowed("a department hands nothing on")

        def act(work: Work, now: datetime) -> Deed:
            before = seen_by(work, person, code)
            act_key = None if key is None else f"forward:{person.id}:{key}"

            def do() -> Deed:
                moved = {} if before.status == Status.FORWARDED else {"status": Status.FORWARDED}
                deed = self._change(work, before, person, now, {**given, **moved, "unanswered_at": None})
                link = work.department_links.open(before.code, department, person.id, now, now + VALID)
                return deed._replace(result=Forwarded(deed.result, self._token(link)))

            return once(work, act_key, now, do) or Deed(Forwarded(before, None))

        forwarded: Forwarded = (await self._tools.intake.perform(act)).result
        return forwarded

    async def link(self, token: str) -> Opened:
        """The ticket behind a link; the look is on record. Raises SpentLink."""

        def act(work: Work, now: datetime) -> Deed:
            ticket, link = self._read(work, token, now)
            work.audit.note(_actor(link), "ticket.read", [ticket.code], now, "link")
            return Deed(Opened(ticket, link))

        opened: Opened = (await self._tools.intake.perform(act)).result
        return opened

    async def link_accept(self, token: str) -> Opened:
        """The department works on it; the link stays open for its report. Raises SpentLink."""

        def do(work: Work, link: DepartmentLink, ticket: Ticket, now: datetime) -> Deed:
            work.department_links.accept(link.id, now)
            if Status.IN_PROGRESS not in FOLLOWING[Status(ticket.status)]:
                return Deed(work.tickets.change(ticket.code, _actor(link), now, unanswered_at=None))
            return self._change(work, ticket, _department(link), now, {"status": Status.IN_PROGRESS})

        return await self._answer(token, do)

    async def link_refuse(self, token: str, reason: str) -> Opened:
        """It is not theirs: the ticket is back at the desk with the reason, the link is spent. Raises SpentLink, BadFields."""
        if not reason.strip():
            raise BadFields({"reason": "is required"})

        def do(work: Work, link: DepartmentLink, ticket: Ticket, now: datetime) -> Deed:
            changes = {"note": reason}
            if Status.RECEIVED in FOLLOWING[Status(ticket.status)]:
                changes["status"] = Status.RECEIVED
            after = work.tickets.change(ticket.code, _actor(link), now, **changes)
            work.department_links.spend(link.id, now)
            # the citizen is not told: which office works on it is ours to settle
            return Deed(after, (), ("tickets", f"ticket:{ticket.code}"))

        return await self._answer(token, do)

    async def link_report(self, token: str, text: str, photos: Sequence[Media] = ()) -> Opened:
        """The result and the photos (`Files.keep`) are on their way to the citizen, the link is spent. Raises SpentLink,
        BadFields.
        """
        if not text.strip():
            raise BadFields({"text": "is required"})

        def do(work: Work, link: DepartmentLink, ticket: Ticket, now: datetime) -> Deed:
            changes: dict[str, object] = {"answer": text, "media": tuple(photos)}
            if Status.RESOLVED in FOLLOWING[Status(ticket.status)]:
                changes["status"] = Status.RESOLVED
            deed = self._change(work, ticket, _department(link), now, changes)
            work.department_links.spend(link.id, now)
            return deed

        return await self._answer(token, do)

    async def _answer(self, token: str, do: "_Answer") -> Opened:
        act: Act = lambda work, now: self._answered(work, token, now, do)  # noqa: E731
        opened: Opened = (await self._tools.intake.perform(act)).result
        return opened

    def _answered(self, work: Work, token: str, now: datetime, do: "_Answer") -> Deed:
        ticket, link = self._read(work, token, now)
        deed = do(work, link, ticket, now)
        work.audit.note(_actor(link), "ticket.change", [ticket.code], now, "link")
        spent = work.department_links.find(link.id)
        return deed._replace(result=Opened(deed.result, spent or link))

    def _read(self, work: Work, token: str, now: datetime) -> Opened:
        name = self._tools.signer.read(_PURPOSE, token, now)
        link = None if name is None else work.department_links.find(name, lock=True)
        if link is None or not link.is_open(now):
            raise SpentLink("this link is not valid any more; ask the hotline for a new one")
        ticket = work.tickets.find(link.code)
        if ticket is None or ticket.status in ENDED:
            raise SpentLink("this matter has ended")
        return Opened(ticket, link)

    def _token(self, link: DepartmentLink) -> str:
        return self._tools.signer.sign(_PURPOSE, link.id, link.until)


_Answer = Callable[[Work, DepartmentLink, Ticket, datetime], Deed]


def _actor(link: DepartmentLink) -> str:
    return f"department:{link.department}"


def _department(link: DepartmentLink) -> Person:
    """Whoever has the link acts for the department."""
    return Person(_actor(link), "department", link.created_at, department=link.department)
