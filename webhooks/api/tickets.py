"""Tickets over the API."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from ticket_store.exports import ticket_of
from ticket_store.records import Ticket
from webhooks.api import models
from webhooks.api.operations import EVERYBODY, STAFF, Answered, Asked, Operation
from webhooks.api.parameters import PAGING, status, word
from webhooks.api.server import BASE
from webhooks.desk.desk import Desk
from webhooks.desk.reports import Report
from webhooks.errors import DeskError

_GONE = {404: "There is no such ticket, or it is another department's."}
_FORBIDDEN = {**_GONE, 409: "The status cannot follow the present one; `allowed` lists those that can."}


class TicketCalls:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._store = desk, desk.tools.store
        self._bodies = models.bodies_for(desk.tools.site.profile)

    def operations(self) -> list[Operation]:
        return [
            Operation(
                "GET",
                "/tickets",
                "list_tickets",
                "Tickets, the newest first. A department gets its own.",
                self.page,
                models.TicketPage,
                EVERYBODY,
                query=(
                    status(),
                    word("department"),
                    word("category"),
                    word("q", "A code, a phone or a full name, exact but for case and accents."),
                    *PAGING,
                ),
            ),
            Operation(
                "POST",
                "/tickets",
                "open_ticket",
                "A report taken by telephone or at the counter, read as the chat reads it.",
                self.open,
                models.Ticket,
                STAFF,
                body=self._bodies.opening,
                status=201,
                once=True,
            ),
            Operation(
                "GET",
                "/tickets/{code}",
                "show_ticket",
                "One ticket; the code as somebody types it.",
                self.show,
                models.Ticket,
                EVERYBODY,
                problems=_GONE,
            ),
            Operation(
                "PATCH",
                "/tickets/{code}",
                "change_ticket",
                "What is named is changed. Answers, questions and changes of status reach the citizen in the chat.",
                self.change,
                models.Ticket,
                EVERYBODY,
                body=self._bodies.change,
                once=True,
                problems=_FORBIDDEN,
            ),
        ]

    async def page(self, asked: Asked) -> Answered:
        query = asked.query
        found = await self._desk.tickets(
            asked.person,
            status=query["status"],
            department=query["department"],
            category=query["category"],
            q=query["q"],
            limit=query["limit"],
            after=query["after"],
        )
        shapes = await asyncio.to_thread(self._shapes, found)
        await self._desk.looked(asked.person, "ticket.list", [one.code for one in found])
        return Answered({"items": shapes, "next": found.next})

    async def show(self, asked: Asked) -> Answered:
        ticket = await self._desk.ticket(asked.path["code"], asked.person)
        await self._desk.looked(asked.person, "ticket.read", [ticket.code])
        return Answered(await self._shape(ticket))

    async def change(self, asked: Asked) -> Answered:
        body: models.TicketChange = asked.body
        given = body.model_dump(exclude_none=True)
        if body.duplicate_of is not None:
            twin = await self._desk.ticket(body.duplicate_of, asked.person)
            if twin.code == (await self._desk.ticket(asked.path["code"], asked.person)).code:
                raise DeskError("a ticket is no duplicate of itself")
        ticket = await self._desk.change_ticket(asked.path["code"], asked.person, asked.key, **given)
        return Answered(await self._shape(ticket))

    async def open(self, asked: Asked) -> Answered:
        body: models.NewTicket = asked.body
        ticket = await self._desk.open_ticket(asked.person, Report(**body.model_dump()), asked.key)
        return Answered(await self._shape(ticket), 201, {"Location": f"{BASE}/tickets/{ticket.code}"})

    async def _shape(self, ticket: Ticket) -> Mapping[str, Any]:
        return (await asyncio.to_thread(self._shapes, [ticket]))[0]

    def _shapes(self, tickets: Sequence[Ticket]) -> list[Mapping[str, Any]]:
        with self._store.reading() as work:
            return [ticket_of(work, ticket) for ticket in tickets]
