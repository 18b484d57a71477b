"""What the desk does by the clock: links what tells one matter; tells once what is overdue, what soon will be, which
department does not answer, and that people wait too long.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from conversation.effects import Urgency
from conversation.events import Inbound, TicketChanged
from conversation.ids import TicketCode
from ticket_store.unit_of_work import Work
from webhooks.desk.linking import link_new
from webhooks.desk.tickets import Tickets
from webhooks.desk.tools import Tools, log
from webhooks.intake import Deed

_AT_ONCE = 100
_WAITING = "waiting_long"
_AGEING = 3
"""After so many times the promised minutes somebody who waits for a person is an alarm."""


class DeskClock(Tickets):
    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)

    async def tick(self) -> int:
        """How many tickets were found overdue now."""
        await self._tools.writer.write(self._alarm_of_waiting)
        result: Any = (await self._tools.intake.perform(self._tell_overdue)).result
        told = int(result)
        if told:
            log.warning("tickets are overdue", tickets=told)
        soon, silent = await self._tools.writer.write(self._remind)
        if soon:
            log.info("deadlines are near", tickets=len(soon))
        if silent:
            log.warning("departments do not answer", tickets=len(silent))
        if soon or silent:
            self._tools.changes.tell(["tickets", *(f"ticket:{code}" for code in (*soon, *silent))])
        return told

    async def link_new(self) -> int:
        """How many tickets were linked with another one now."""
        if not await asyncio.to_thread(self._any_new):
            return 0
        linked = await self._tools.writer.write(lambda work: link_new(work, self._tools.now()))
        if linked:
            self._tools.changes.tell(["tickets", *(f"ticket:{code}" for code in linked)])
        return len(linked)

    async def tell_on(self) -> int:
        """Everybody was told the news of matters that many reported; in how many pieces. Others' messages come in between."""
        pieces = 0
        while await asyncio.to_thread(self._any_news):
            await self._tools.intake.perform(lambda work, _: Deed(None, self._news.go_on(work)))
            pieces += 1
        return pieces

    def _any_news(self) -> bool:
        with self._tools.store.reading() as work:
            return work.matter_news.any()

    def _any_new(self) -> bool:
        with self._tools.store.reading() as work:
            return work.tickets.any_to_compare()

    def _tell_overdue(self, work: Work, now: datetime) -> Deed:
        """Flagged and told in one transaction. Whoever speaks with a person of ours hears it from them, or later."""
        items: list[Inbound] = []
        overdue = work.tickets.overdue_to_tell(now, _AT_ONCE)
        for ticket in overdue:
            after = work.tickets.change(ticket.code, "clock", now, overdue_at=now)
            event = TicketChanged(now, after.code, after.status, overdue=True)
            items += self._news.begin(work, replace(after, link_group=None), event)
        return Deed(len(overdue), items, ("tickets",) if overdue else ())

    def _remind(self, work: Work) -> tuple[list[TicketCode], list[TicketCode]]:
        """Tickets whose deadline is near, and those whose department is silent. Who works on them sees it in the lists;
        other programs are told by the entry in the history.
        """
        now, times = self._tools.now(), self._tools.site.profile.times
        soon, silent = [], []
        if times.due_soon:
            soon = [one.code for one in work.tickets.due_soon(now, times.due_soon, _AT_ONCE)]
        if times.department_silent:
            silent = work.department_links.silent(now - times.department_silent, _AT_ONCE)
        for code in soon:
            work.tickets.change(code, "clock", now, reminded_at=now)
        for code in silent:
            work.tickets.change(code, "clock", now, unanswered_at=now)
        return soon, silent

    def _alarm_of_waiting(self, work: Work) -> None:
        now = self._tools.now()
        limit = now - timedelta(minutes=self._tools.site.profile.answer_minutes * _AGEING)
        for conversation_id in work.alerts.waited_without(_WAITING, limit, _AT_ONCE):
            work.alerts.raise_(conversation_id, _WAITING, Urgency.WAITING, now)
