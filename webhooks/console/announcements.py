"""Announcements: the list with the drafts, and one announcement with its progress, its report and what may be done."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from conversation.messages import link_of
from ticket_store.broadcast_shapes import broadcast_of
from ticket_store.broadcasts import Broadcast
from ticket_store.errors import ForbiddenStep, UnknownBroadcast
from ticket_store.records import Person
from ticket_store.worklists import Filters, View
from webhooks.console.announcement_form import moments_in, ways_in
from webhooks.console.announcement_reasons import reasons
from webhooks.console.announcement_writing import ID
from webhooks.console.attachments import Attachments, disposition
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.live import Drawn, Feed, Live
from webhooks.console.naming import Names, channel_name
from webhooks.console.parts import Parts
from webhooks.console.routing import LEADS, Route, Visit, get, person_of, post
from webhooks.console.texts import say
from webhooks.desk.announcements import TOPIC
from webhooks.errors import NotAllowed

_PAGE = 30
_MOST_HELD = 20
_MOVES = frozenset({"running", "paused", "stopped", "done", "cancelled"})
"""In these states the page is kept up to date, for answers come in after the end; before, each look would count the whole
audience anew."""
STEPS: Mapping[str, frozenset[str]] = {
    "submit": frozenset({"draft"}),
    "approve": frozenset({"waiting_approval"}),
    "pause": frozenset({"scheduled", "running"}),
    "resume": frozenset({"paused", "stopped"}),
    "cancel": frozenset({"waiting_approval", "scheduled", "running", "paused", "stopped"}),
    "delete": frozenset({"draft"}),
}
"""In which states a button for it is shown; the store itself decides."""

Act = Callable[[str, Person], Awaitable[object]]


class AnnouncementsPage:
    def __init__(self, parts: Parts, layout: Layout, live: Live, attachments: Attachments) -> None:
        self._store, self._site, self._desk, self._now = parts.store, parts.site, parts.desk, parts.now
        self._files, self._layout, self._names = parts.files, layout, Names(parts.site)
        self._attachments = attachments
        live.offer("announcement", self.feed)

    def routes(self) -> Sequence[Route]:
        desk = self._desk
        acts: dict[str, Act] = {
            "submit": desk.submit_draft,
            "approve": desk.approve_broadcast,
            "pause": desk.pause_broadcast,
            "resume": desk.resume_broadcast,
            "cancel": desk.cancel_broadcast,
            "delete": desk.delete_draft,
        }
        return [
            get("/announcements", LEADS, self.list),
            get(f"/announcements/{ID}", LEADS, self.show),
            get(f"/announcements/{ID}/counts.csv", LEADS, self.counts),
            post(f"/announcements/{ID}/try", LEADS, self.try_out),
            *(post(f"/announcements/{ID}/{verb}", LEADS, self._step(verb, act)) for verb, act in acts.items()),
        ]

    async def list(self, visit: Visit) -> web.Response:
        after = visit.text("after", 40) or None
        try:
            found, following = await self._desk.broadcasts(_PAGE, after)
        except UnknownBroadcast:
            return self._unknown(visit)
        shown = [{**one, **moments_in(one)} for one in found]
        drafts = [] if after else await self._desk.drafts()
        return self._layout.page(
            visit, "announcements/list.html", announcements=shown, following=following, drafts=drafts
        )

    # -- one of them

    async def show(self, visit: Visit) -> web.Response:
        return await self._show(visit)

    async def _show(self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, problem: str = "") -> web.Response:
        name = visit.request.match_info["id"]
        try:
            one, stored = await self._desk.broadcast(name), await self._desk.stored_broadcast(name)
        except UnknownBroadcast:
            return self._unknown(visit)
        mine = one["author"] == visit.person.name
        pictures, held = await asyncio.to_thread(self._beside, name, visit.person.name)
        return self._layout.page(
            visit,
            "announcements/announcement.html",
            status,
            problem=problem,
            steps=[verb for verb, states in STEPS.items() if one["state"] in states],
            own=mine and self._site.profile.announcements.two_people,
            moves=one["state"] in _MOVES,
            tried=visit.text("tried", 1) == "1",
            since=self._day(one["audience"]["active_since"]),
            categories=self._names.categories(visit.language),
            topics=self._names.topics(visit.language),
            area=self._names.area(one["article"]["area"], visit.language) if (one["article"] or {}).get("area") else "",
            spoken=_spoken(stored, self._site.profile.languages[0]),
            link=link_of(stored.message),
            pictures=pictures,
            held=held,
            template=stored.template,
            **self._values(one, visit.language),
        )

    def _beside(self, name: str, me: str) -> tuple[Sequence[str], Sequence[tuple[str, str]]]:
        """The address of its picture; chats that the person holds, with the names of those they speak with."""
        with self._store.reading() as work:
            pictures = [self._attachments.address(one.id) for one in work.media.for_message([name]).get(name, [])]
            mine = [line.conversation for line in work.worklists.page(View.MINE, me, Filters(), _MOST_HELD)]
        return pictures[-1:], [
            (one.id, one.state.draft.name or one.state.known.name or one.profile_name or one.platform.capitalize())
            for one in mine
        ]

    def _values(self, shape: Mapping[str, Any], language: str) -> dict[str, Any]:
        counts, moments, article = shape["counts"], moments_in(shape), shape["article"]
        tried = counts["sent"] + counts["failed"] + counts["uncertain"]
        start, end = moments["started_at"], moments["ended_at"] or self._now()
        seconds = (end - start).total_seconds() if start is not None else 0.0
        return {
            "one": {**shape, **moments, "article": article and {**article, "accounts": ways_in(article)}},
            "channel_name": lambda account: channel_name(account, language),
            "through": counts["planned"] - counts["pending"],
            "rate": tried / seconds if tried and seconds > 0 else None,
            "why": reasons(language),
        }

    def _day(self, moment: str | None) -> str:
        return "" if moment is None else f"{self._layout.local(datetime.fromisoformat(moment)):%d/%m/%Y}"

    async def counts(self, visit: Visit) -> web.Response:
        """How many people stand where, as a file; nobody is named in it."""
        name = visit.request.match_info["id"]
        try:
            text = await self._desk.broadcast_counts_csv(name)
        except UnknownBroadcast:
            return self._unknown(visit)
        headers = {"Content-Disposition": disposition(f"announcement-{name}.csv", inline=False)}
        return web.Response(text=text, content_type="text/csv", headers=headers)

    # -- what may be done

    async def try_out(self, visit: Visit) -> web.Response:
        name = visit.request.match_info["id"]
        try:
            await self._desk.try_out(name, person_of(visit.person), visit.text("chat", 60), self._files.addressed)
        except UnknownBroadcast:
            return self._unknown(visit)
        except NotAllowed:
            return await self._show(visit, HTTPStatus.CONFLICT, say(visit.language, "announce-try-held"))
        return see_other(f"/console/announcements/{name}?tried=1")

    def _step(self, verb: str, act: Act) -> Callable[[Visit], Awaitable[web.Response]]:
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
            return see_other("/console/announcements" if verb == "delete" else f"/console/announcements/{name}")

        return step

    def _unknown(self, visit: Visit) -> web.Response:
        return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)

    def feed(self, visit: Visit, name: str) -> Feed | None:
        """The progress of one that runs, and the answers to it: `announcement:<id>`."""
        if visit.person.role not in LEADS:
            return None
        language = visit.language

        def render() -> Drawn:
            with self._store.reading() as work:
                shape = broadcast_of(work, work.broadcasts.find(name), self._desk.means(), self._now())
            values = self._values(shape, language)
            return Drawn(self._layout.fragment("announcements/progress.html", language, visit.person, **values))

        return Feed(("announcement", name, language), frozenset({TOPIC}), render)


def _spoken(one: Broadcast, first: str) -> list[tuple[str, str]]:
    """(language, words)"""
    return [(first, one.message.text), *((each.language, each.message.text) for each in one.others)]
