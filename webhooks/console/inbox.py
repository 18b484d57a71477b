"""The lists of conversations: queue, mine, others', all; filters, search, live."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from aiohttp import web

from conversation.ids import AccountId
from conversation.profile import Channel
from conversation.understanding.phones import dialled
from ticket_store.codes import find_codes, read_code
from ticket_store.engine import Store
from ticket_store.records import Operator, Page
from ticket_store.unit_of_work import Work
from ticket_store.worklists import Counts, Filters, Line, View
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout, of_mapping
from webhooks.console.live import Drawn, Feed, Live, list_name
from webhooks.console.routing import EVERYBODY, STAFF, Route, Visit, get, person_of
from webhooks.desk.desk import Desk
from webhooks.site import Site

PLATFORMS = ("zalo", "viber", "messenger", "telegram")
WAITED_MINUTES = (5, 15, 30, 60)
PAGE = 40
_MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows, as its address says it."""

    view: View = View.QUEUE
    platform: str = ""
    ward: str = ""
    category: str = ""
    waited: int = 0
    unread: bool = False
    q: str = ""

    @property
    def query(self) -> str:
        """For addresses: only what differs from the queue."""
        parts = {
            "view": "" if self.view is View.QUEUE else self.view.value,
            "platform": self.platform,
            "ward": self.ward,
            "category": self.category,
            "waited": str(self.waited or ""),
            "unread": "1" if self.unread else "",
            "q": self.q,
        }
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.platform or self.ward or self.category or self.waited or self.unread)

    def filters(self, now: datetime, accounts: Mapping[str, tuple[str, ...]]) -> Filters:
        """`accounts`: of each platform; a platform without any has no conversation to show."""
        return Filters(
            accounts=accounts.get(self.platform, ("",)) if self.platform else (),
            ward_code=self.ward or None,
            category=self.category or None,
            waiting_before=now - timedelta(minutes=self.waited) if self.waited else None,
            unread=self.unread,
        )


class Inbox:
    def __init__(
        self,
        store: Store,
        site: Site,
        channels: Mapping[AccountId, Channel],
        layout: Layout,
        live: Live,
        desk: Desk,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._site, self._layout, self._desk, self._now = store, site, layout, desk, now
        self._accounts = {
            name: tuple(account for account, channel in channels.items() if channel.platform == name)
            for name in PLATFORMS
        }
        live.offer("inbox", self.feed)
        live.offer("counts", self.counts_feed)
        gazetteer, home = site.profile.lexicon.gazetteer, site.profile.lexicon.province
        self.wards = sorted(
            ((ward.code, ward.full_name) for ward in gazetteer.wards if ward.province == home),
            key=lambda pair: pair[1],
        )

    def routes(self) -> Sequence[Route]:
        return [
            get("/", EVERYBODY, self.start),
            get("/inbox", STAFF, self.show),
            get("/inbox/more", STAFF, self.more),
        ]

    async def start(self, visit: Visit) -> web.Response:
        return see_other("/console/inbox" if visit.person.role in STAFF else "/console/tickets")

    async def show(self, visit: Visit) -> web.Response:
        wanted = self.wanted(visit.request.query)
        after = visit.text("after", 60)
        lines = await self.lines(visit.person, wanted, after if _is_position(after) else None)
        return self._layout.page(visit, "inbox/inbox.html", **self.values(visit, wanted, lines))

    async def more(self, visit: Visit) -> web.Response:
        wanted = self.wanted(visit.request.query)
        after = visit.text("after", 60)
        lines = await self.lines(visit.person, wanted, after if _is_position(after) else None)
        return self._layout.page(visit, "inbox/lines.html", **self.values(visit, wanted, lines))

    # -- what the page and others that show the list beside need

    def wanted(self, query: Mapping[str, str]) -> Wanted:
        """Read from an address; what it does not know is passed over."""
        view, waited = query.get("view", ""), query.get("waited", "")
        platform, ward, category = (query.get(name, "") for name in ("platform", "ward", "category"))
        return Wanted(
            view=View(view) if view in set(View) else View.QUEUE,
            platform=platform if platform in PLATFORMS else "",
            ward=ward if any(code == ward for code, _ in self.wards) else "",
            category=category if category in self._site.profile.categories else "",
            waited=int(waited) if waited in {str(minutes) for minutes in WAITED_MINUTES} else 0,
            unread=query.get("unread") == "1",
            q="".join(sign for sign in query.get("q", "") if sign.isprintable()).strip()[:100],
        )

    def values(self, visit: Visit, wanted: Wanted, lines: Page[Line]) -> dict[str, Any]:
        """What the list's templates show."""
        return {
            "wanted": wanted,
            "lines": lines,
            "views": list(View),
            "platforms": PLATFORMS,
            "waited_minutes": WAITED_MINUTES,
            "categories": list(self.category_names(visit.language).items()),
            "category_names": self.category_names(visit.language),
            "wards": self.wards,
            "me": visit.person.name,
            "chat": None,
        }

    def category_names(self, language: str) -> dict[str, str]:
        return {one.code: of_mapping(one.names, language) for one in self._site.profile.categories.values()}

    async def lines(self, person: Operator, wanted: Wanted, after: str | None = None) -> Page[Line]:
        found = await asyncio.to_thread(self._load, person.name, wanted, after)
        await self._desk.looked(person_of(person), "conversation.list", [one.conversation.id for one in found])
        return found

    def _load(self, me: str, wanted: Wanted, after: str | None = None) -> Page[Line]:
        with self._store.reading() as work:
            if wanted.q:
                return Page(self._search(work, wanted.q))
            return work.worklists.page(wanted.view, me, wanted.filters(self._now(), self._accounts), PAGE, after)

    def _search(self, work: Work, q: str) -> list[Line]:
        """By ticket code, phone, full name of a report, or the conversation's own id or contact."""
        codes = list(dict.fromkeys([*find_codes(q), *([code] if (code := read_code(q)) else [])]))
        if codes:
            found = work.worklists.found(codes, _MOST_FOUND)
            if found:
                return found
        digits = "".join(sign for sign in q if sign.isdigit() or sign == "+")
        phone = dialled(digits, "IR" if self._site.profile.rules == "fa" else "VN") if digits else None
        tickets = work.tickets.page(q=q, phone=phone[0] if phone else None, limit=_MOST_FOUND)
        own = [one.id for one in [work.conversations.find(q)] if one is not None]
        contact = [one.id for one in work.conversations.list(contact=q, limit=10)]
        return [*work.worklists.of([*own, *contact]), *work.worklists.found([one.code for one in tickets], _MOST_FOUND)]

    # -- live

    def feed(self, visit: Visit, query: str) -> Feed | None:
        """The list's rows: `inbox:view=mine&…`. A search stands still."""
        if visit.person.role not in STAFF:
            return None
        wanted, person, language = self.wanted(dict(parse_qsl(query))), visit.person, visit.language
        if wanted.q:
            return None
        own = wanted.view in {View.MINE, View.OTHERS}
        topics = {f"held:{person.name}"} if wanted.view is View.MINE else {"conversations", "alerts"}
        names = self.category_names(language)

        def render() -> Drawn:
            lines = self._load(person.name, wanted)
            text = self._layout.fragment(
                "inbox/lines.html", language, person, wanted=wanted, lines=lines, category_names=names, me=person.name
            )
            return Drawn(text, [one.conversation.id for one in lines])

        whose = person.name if own else ""
        place = list_name("inbox", whose, wanted.query or f"view={View.QUEUE}")
        return Feed(("inbox", whose, language, wanted), frozenset(topics), render, "conversation.list", place)

    def counts_feed(self, visit: Visit, _: str) -> Feed | None:
        """Shared by everybody: what waits, and what each person holds. A page shows its own part."""
        if visit.person.role not in STAFF:
            return None

        def load() -> Drawn:
            with self._store.reading() as work:
                return Drawn(orjson.dumps(_shape(work.worklists.counts())).decode())

        return Feed(("counts",), frozenset({"conversations", "alerts"}), load)


def _shape(counts: Counts) -> dict[str, object]:
    return {"queue": counts.queue, "emergencies": counts.emergencies, "held": counts.held, "unread": counts.unread}


def _is_position(text: str) -> bool:
    moment, _, row = text.partition("-")
    return moment.isascii() and moment.isdigit() and len(moment) < 19 and row.isalnum()
