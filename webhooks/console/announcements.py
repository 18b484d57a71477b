"""Announcements: the list, the form with its dry run and preview, and one announcement with its progress."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from aiohttp import web

from conversation.ids import AccountId
from ticket_store.broadcast_counts import Counts
from ticket_store.broadcast_shapes import broadcast_of
from ticket_store.errors import ForbiddenStep, UnknownBroadcast
from ticket_store.records import Person
from webhooks.console.announcement_form import (
    FIELDS,
    Given,
    announcement_of,
    given_of,
    moments_in,
    pieces,
    units,
)
from webhooks.console.chat import person_of
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.live import Feed, Live
from webhooks.console.naming import Names, channel_name, refusal_text
from webhooks.console.parts import Parts
from webhooks.console.routing import LEADS, Route, Visit, get, post
from webhooks.console.texts import say
from webhooks.desk.announcements import TOPIC
from webhooks.desk.wanted_announcement import Announcement
from webhooks.errors import BadFields, NotAllowed

_ID = "{id:[0-9a-z]{1,40}}"
_PAGE = 30
_MOVES = frozenset({"running", "paused", "stopped"})
"""In these states the page is kept up to date; before, each look would count the whole audience anew."""
STEPS: Mapping[str, frozenset[str]] = {
    "approve": frozenset({"waiting_approval"}),
    "pause": frozenset({"scheduled", "running"}),
    "resume": frozenset({"paused", "stopped"}),
    "cancel": frozenset({"waiting_approval", "scheduled", "running", "paused", "stopped"}),
}
"""In which states a button for it is shown; the store itself decides."""

Act = Callable[[str, Person], Awaitable[Mapping[str, Any]]]


class AnnouncementsPage:
    def __init__(self, parts: Parts, layout: Layout, live: Live) -> None:
        self._store, self._site, self._desk, self._now = parts.store, parts.site, parts.desk, parts.now
        self._capabilities, self._layout, self._names = parts.capabilities, layout, Names(parts.site)
        gazetteer, home = parts.site.lexicon.gazetteer, parts.site.lexicon.province
        self._wards = sorted(one.full_name for one in gazetteer.wards if home in {None, one.province})
        self._provinces = sorted(one.name for one in gazetteer.provinces)
        live.offer("announcement", self.feed)

    def routes(self) -> Sequence[Route]:
        desk = self._desk
        acts: dict[str, Act] = {
            "approve": desk.approve_broadcast,
            "pause": desk.pause_broadcast,
            "resume": desk.resume_broadcast,
            "cancel": desk.cancel_broadcast,
        }
        return [
            get("/announcements", LEADS, self.list),
            get("/announcements/new", LEADS, self.compose),
            post("/announcements", LEADS, self.save),
            post("/announcements/reach", LEADS, self.reach),
            post("/announcements/preview", LEADS, self.preview),
            get(f"/announcements/{_ID}", LEADS, self.show),
            *(post(f"/announcements/{_ID}/{verb}", LEADS, self._step(act)) for verb, act in acts.items()),
        ]

    async def list(self, visit: Visit) -> web.Response:
        try:
            found, following = await self._desk.broadcasts(_PAGE, visit.text("after", 40) or None)
        except UnknownBroadcast:
            return self._unknown(visit)
        shown = [{**one, **moments_in(one)} for one in found]
        return self._layout.page(visit, "announcements/list.html", announcements=shown, following=following)

    # -- writing one

    async def compose(self, visit: Visit) -> web.Response:
        return self._form(visit, Given(dict.fromkeys(FIELDS, "")))

    def _form(
        self,
        visit: Visit,
        given: Given,
        status: HTTPStatus = HTTPStatus.OK,
        problem: str = "",
        wrong: frozenset[str] = frozenset(),
    ) -> web.Response:
        return self._layout.page(
            visit,
            "announcements/form.html",
            status,
            given=given,
            accounts={one: channel_name(one, visit.language) for one in self._capabilities},
            categories=self._names.categories(visit.language),
            wards=self._wards,
            provinces=self._provinces,
            two_people=self._site.announcements.two_people,
            zone=self._site.timezone.key,
            key=visit.text("key", 64) or token_urlsafe(12),
            problem=problem,
            wrong=wrong,
        )

    async def save(self, visit: Visit) -> web.Response:
        given = given_of(visit)
        try:
            wanted = announcement_of(given, self._site)
            made = await self._desk.announce(person_of(visit.person), wanted, visit.text("key", 64) or None)
        except BadFields as bad:
            return self._form(
                visit,
                given,
                HTTPStatus.UNPROCESSABLE_ENTITY,
                refusal_text(bad, visit.language),
                frozenset(bad.problems),
            )
        return see_other(f"/console/announcements/{made['id']}")

    async def reach(self, visit: Visit) -> web.Response:
        """Who would get it and who not, by channel: a dry run. An audience that cannot be is told, not counted."""
        try:
            wanted = announcement_of(given_of(visit), self._site)
            found = {
                channel_name(one, visit.language): await self._count(wanted, one)
                for one in self._capabilities
                if not wanted.audience.accounts or one in wanted.audience.accounts
            }
        except BadFields as bad:
            return self._layout.page(
                visit, "announcements/reach.html", found={}, total=0, problem=refusal_text(bad, visit.language)
            )
        total = sum(one.pending for one in found.values())
        return self._layout.page(
            visit, "announcements/reach.html", found=found, total=total, problem="", why=_why(visit.language)
        )

    async def _count(self, wanted: Announcement, account: AccountId) -> Counts:
        return await self._desk.would_reach(replace(wanted, audience=replace(wanted.audience, accounts=(account,))))

    async def preview(self, visit: Visit) -> web.Response:
        """The words as each channel shows them."""
        given = given_of(visit)
        chosen = [one for one in self._capabilities if not given.accounts or one in given.accounts]
        text = given.fields["text"]
        return self._layout.page(
            visit,
            "announcements/preview.html",
            length=units(text),
            shown=[
                (channel_name(one, visit.language), can, pieces(text, can.text_limit))
                for one in chosen
                for can in [self._capabilities[one]]
            ],
        )

    # -- one of them

    async def show(self, visit: Visit) -> web.Response:
        return await self._show(visit)

    async def _show(self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, problem: str = "") -> web.Response:
        try:
            one = await self._desk.broadcast(visit.request.match_info["id"])
        except UnknownBroadcast:
            return self._unknown(visit)
        mine = one["author"] == visit.person.name
        return self._layout.page(
            visit,
            "announcements/announcement.html",
            status,
            problem=problem,
            steps=[verb for verb, states in STEPS.items() if one["state"] in states],
            own=mine and self._site.announcements.two_people,
            moves=one["state"] in _MOVES,
            since=self._day(one["audience"]["active_since"]),
            categories=self._names.categories(visit.language),
            channel_name=lambda account: channel_name(account, visit.language),
            **self._values(one, visit.language),
        )

    def _values(self, shape: Mapping[str, Any], language: str) -> dict[str, Any]:
        counts, moments = shape["counts"], moments_in(shape)
        tried = counts["sent"] + counts["failed"] + counts["uncertain"]
        start, end = moments["started_at"], moments["ended_at"] or self._now()
        seconds = (end - start).total_seconds() if start is not None else 0.0
        return {
            "one": {**shape, **moments},
            "through": counts["planned"] - counts["pending"],
            "rate": tried / seconds if tried and seconds > 0 else None,
            "why": _why(language),
        }

    def _day(self, moment: str | None) -> str:
        return "" if moment is None else f"{self._layout.local(datetime.fromisoformat(moment)):%d/%m/%Y}"

    def _step(self, act: Act) -> Callable[[Visit], Awaitable[web.Response]]:
        async def step(visit: Visit) -> web.Response:
            name = visit.request.match_info["id"]
            try:
                await act(name, person_of(visit.person))
            except UnknownBroadcast:
                return self._unknown(visit)
            except ForbiddenStep:
                return await self._show(visit, HTTPStatus.CONFLICT, say(visit.language, "announce-too-late"))
            except NotAllowed:
                return await self._show(visit, HTTPStatus.FORBIDDEN, say(visit.language, "announce-other-approves"))
            return see_other(f"/console/announcements/{name}")

        return step

    def _unknown(self, visit: Visit) -> web.Response:
        return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)

    def feed(self, visit: Visit, name: str) -> Feed | None:
        """The progress of one that runs: `announcement:<id>`."""
        if visit.person.role not in LEADS:
            return None
        language = visit.language
        windows = {account: can.reply_window for account, can in self._capabilities.items()}
        speeds = {account: can.sends_per_second * can.bulk_size for account, can in self._capabilities.items()}

        def render() -> str:
            with self._store.reading() as work:
                shape = broadcast_of(work, work.broadcasts.find(name), windows, speeds, self._now())
            values = self._values(shape, language)
            return self._layout.fragment("announcements/progress.html", language, visit.person, **values)

        return Feed(("announcement", name, language), frozenset({TOPIC}), render)


def _why(language: str) -> Callable[[str], str]:
    """Why somebody is left out, in words; what we have no word for as it is."""

    def words(reason: str) -> str:
        known = say(language, f"announce-why-{reason.partition(':')[0]}")
        return reason[:200] if known.startswith("[") else known

    return words
