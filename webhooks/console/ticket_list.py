"""The table of tickets: filtered, searched, page by page. A department sees its own."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from ticket_store.codes import read_code
from ticket_store.records import Page, Person, Ticket
from ticket_store.statuses import Status
from webhooks.console.layout import Layout
from webhooks.console.live import Drawn, Feed, Live, list_name
from webhooks.console.naming import Names, channel_name
from webhooks.console.parts import Parts
from webhooks.console.routing import EVERYBODY, Route, Visit, get, person_of
from webhooks.desk.tickets import page_for, sees_reporter

PAGE = 50
OPEN = "open"
"""Beside the statuses themselves: every ticket that has not ended."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the table shows, as its address says it."""

    status: str = ""
    department: str = ""
    category: str = ""
    overdue: bool = False
    reminded: bool = False
    q: str = ""
    after: str = ""

    @property
    def query(self) -> str:
        """For addresses, without the page."""
        parts = {
            "status": self.status,
            "department": self.department,
            "category": self.category,
            "overdue": "1" if self.overdue else "",
            "reminded": "1" if self.reminded else "",
            "q": self.q,
        }
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def narrowed(self) -> bool:
        return bool(self.status or self.department or self.category or self.overdue or self.reminded or self.q)


class TicketList:
    def __init__(self, parts: Parts, layout: Layout, live: Live) -> None:
        self._store, self._site, self._desk, self._now = parts.store, parts.site, parts.desk, parts.now
        self._layout, self._names = layout, Names(parts.site)
        live.offer("tickets", self.feed)

    def routes(self) -> Sequence[Route]:
        return [get("/tickets", EVERYBODY, self.show)]

    async def show(self, visit: Visit) -> web.Response:
        wanted, person = self.wanted(visit.request.query), person_of(visit.person)
        found = await asyncio.to_thread(self._load, person, wanted)
        await self._desk.looked(person, "ticket.list", [one.code for one in found])
        if wanted.q and len(found) == 1 and read_code(wanted.q) == found[0].code:
            raise web.HTTPSeeOther(f"/console/tickets/{found[0].code}")
        return self._layout.page(
            visit,
            "tickets/list.html",
            statuses=[OPEN, *(status.value for status in Status)],
            may_choose=person.role != "department",
            **self._values(wanted, found, person, visit.language),
        )

    def wanted(self, query: Mapping[str, str]) -> Wanted:
        """Read from an address; what it does not know is passed over. A code is looked for among all tickets."""
        q = "".join(sign for sign in query.get("q", "") if sign.isprintable()).strip()[:100]
        if read_code(q) is not None:
            return Wanted(q=q)
        status, department, category = (query.get(name, "") for name in ("status", "department", "category"))
        return Wanted(
            status=status if status == OPEN or status in set(Status) else "",
            department=department if department in self._site.profile.departments else "",
            category=category if category in self._site.profile.categories else "",
            overdue=query.get("overdue") == "1",
            reminded=query.get("reminded") == "1",
            q=q,
            after=read_code(query.get("after", "")) or "",
        )

    def _load(self, person: Person, wanted: Wanted) -> Page[Ticket]:
        q = wanted.q or None
        with self._store.reading() as work:
            return page_for(
                work,
                person,
                self._site.profile,
                self._now(),
                status=None if wanted.status in {"", OPEN} else wanted.status,
                department=wanted.department or None,
                category=wanted.category or None,
                q=q,
                limit=PAGE,
                after=wanted.after or None,
                open_only=wanted.status == OPEN,
                overdue=wanted.overdue,
                reminded=wanted.reminded,
            )

    def _values(self, wanted: Wanted, found: Page[Ticket], person: Person, language: str) -> dict[str, Any]:
        return {
            "wanted": wanted,
            "tickets": found,
            "shows_people": sees_reporter(person, self._site.profile),
            "channel_name": lambda account: channel_name(account, language),
            **self._names.of(language),
        }

    def feed(self, visit: Visit, query: str) -> Feed | None:
        """The first page's rows: `tickets:status=open&…`. A search, and what lies further back, stands still."""
        wanted, person, language = self.wanted(dict(parse_qsl(query))), person_of(visit.person), visit.language
        if wanted.q or wanted.after:
            return None

        def render() -> Drawn:
            found = self._load(person, wanted)
            values = self._values(wanted, found, person, language)
            text = self._layout.fragment("tickets/table.html", language, visit.person, **values)
            return Drawn(text, [one.code for one in found])

        seen = (person.department or "-") if person.role == "department" else ""
        place = list_name("tickets", seen, wanted.query)
        return Feed(("tickets", seen, language, wanted), frozenset({"tickets"}), render, "ticket.list", place)
