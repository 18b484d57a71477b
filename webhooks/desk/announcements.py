"""Announcements in the hands of people: written by one, approved by another, held, taken up again, ended."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from conversation.ids import AccountId
from ticket_store.broadcast_counts import Counts
from ticket_store.broadcast_shapes import Means, broadcast_of, count_rows, counts_csv
from ticket_store.broadcasts import Broadcast, BroadcastState
from ticket_store.records import Person
from ticket_store.unit_of_work import Work
from webhooks.desk.tools import Tools, once, via
from webhooks.desk.wanted_announcement import (
    Announcement,
    checked,
    is_exempt,
    keep_picture,
    may_announce,
    resolved,
)
from webhooks.errors import BadFields, NotAllowed
from webhooks.intake import Deed

TOPIC = "broadcasts"


class Announcements:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def announce(self, person: Person, wanted: Announcement, key: str | None = None) -> Mapping[str, Any]:
        """It waits for somebody's approval; the same key gives the one made before. Raises BadFields, NotAllowed."""
        return await self.add_broadcast(person, wanted, key, BroadcastState.WAITING_APPROVAL)

    async def add_broadcast(
        self, person: Person, wanted: Announcement, key: str | None, state: BroadcastState
    ) -> Mapping[str, Any]:
        """It is there, in this state; the same key gives the one made before. Raises BadFields, NotAllowed."""
        new = checked(self._tools, person, wanted)
        answer_key = f"announce:{key}"

        def act(work: Work, now: datetime) -> Deed:
            def do() -> Deed:
                one = work.broadcasts.add(new, now, state)
                if key is not None:
                    work.answers.keep(person.id, answer_key, one.id.encode(), now)
                keep_picture(work, one, now)
                work.audit.note(person.id, "broadcast.write", [one.id], now, via(person))
                return Deed(one.id, (), (TOPIC,))

            made = once(work, None if key is None else f"announce:{person.id}:{key}", now, do)
            if made is not None:
                return made
            name = work.answers.find(person.id, answer_key)
            return Deed(None if name is None else name.decode())

        name: str | None = (await self._tools.intake.perform(act)).result
        if name is None:
            raise BadFields({"Idempotency-Key": "was used before; use a new one"})
        return await self.broadcast(name)

    async def broadcast(self, broadcast_id: str) -> Mapping[str, Any]:
        """How it stands, with its counts. Raises UnknownBroadcast."""
        return (await self._shapes(lambda work: [work.broadcasts.find(broadcast_id)]))[0]

    async def broadcasts(self, limit: int, after: str | None) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        """Newest first, and what to give as `after` for the next page."""
        following: list[str | None] = []

        def load(work: Work) -> Sequence[Broadcast]:
            page = work.broadcasts.page(limit, after)
            following.append(page.next)
            return page

        shapes = await self._shapes(load)
        return shapes, following[0]

    async def broadcast_counts(self, broadcast_id: str) -> Sequence[Mapping[str, Any]]:
        """How many people stand where. Raises UnknownBroadcast."""

        def load() -> Sequence[Mapping[str, Any]]:
            with self._tools.store.reading() as work:
                return count_rows(work, work.broadcasts.find(broadcast_id))

        return await asyncio.to_thread(load)

    async def broadcast_counts_csv(self, broadcast_id: str) -> str:
        """The same as CSV. Raises UnknownBroadcast."""

        def load() -> str:
            with self._tools.store.reading() as work:
                return counts_csv(work, work.broadcasts.find(broadcast_id))

        return await asyncio.to_thread(load)

    async def approve_broadcast(self, broadcast_id: str, person: Person) -> Mapping[str, Any]:
        """It runs, or is scheduled. Raises NotAllowed for its author, UnknownBroadcast, ForbiddenStep."""

        def step(work: Work, now: datetime) -> None:
            one = work.broadcasts.find(broadcast_id)
            if self._tools.site.profile.announcements.two_people and one.author == person.id:
                raise NotAllowed("somebody else than its author must approve an announcement")
            work.broadcasts.approve(broadcast_id, person.id, now)

        return await self._step(broadcast_id, person, "approve", step)

    async def pause_broadcast(self, broadcast_id: str, person: Person) -> Mapping[str, Any]:
        """Raises NotAllowed, UnknownBroadcast, ForbiddenStep."""
        return await self._step(broadcast_id, person, "pause", lambda work, _: work.broadcasts.pause(broadcast_id))

    async def resume_broadcast(self, broadcast_id: str, person: Person) -> Mapping[str, Any]:
        """Raises NotAllowed, UnknownBroadcast, ForbiddenStep."""
        return await self._step(
            broadcast_id, person, "resume", lambda work, now: work.broadcasts.resume(broadcast_id, now)
        )

    async def cancel_broadcast(self, broadcast_id: str, person: Person) -> Mapping[str, Any]:
        """Raises NotAllowed, UnknownBroadcast, ForbiddenStep."""
        return await self._step(
            broadcast_id, person, "cancel", lambda work, now: work.broadcasts.cancel(broadcast_id, now)
        )

    async def would_reach(self, wanted: Announcement) -> Counts:
        """A dry run: who would get it now and who would be left out, and why. Nothing is written. Raises BadFields."""
        audience = resolved(self._tools, wanted.audience)

        def count() -> Counts:
            now = self._tools.now()
            with self._tools.store.reading() as work:
                return work.broadcast_deliveries.count(
                    audience,
                    self.means().windows,
                    now,
                    exempt=is_exempt(self._tools, wanted),
                    topic=wanted.topic,
                    by_article=wanted.article_accounts,
                )

        return await asyncio.to_thread(count)

    async def article_at(self, account: AccountId, begin: datetime, *, urgent: bool) -> datetime | None:
        """When followers would have an article that may be sent from `begin` on; None: the account sends none."""

        def look() -> datetime | None:
            with self._tools.store.reading() as work:
                last = work.broadcast_articles.last_sent(account)
            return self.means().article_at(account, begin, last, urgent=urgent)

        return await asyncio.to_thread(look)

    # -- within

    async def _step(
        self, broadcast_id: str, person: Person, verb: str, do: Callable[[Work, datetime], object]
    ) -> Mapping[str, Any]:
        may_announce(person)

        def act(work: Work, now: datetime) -> Deed:
            do(work, now)
            work.audit.note(person.id, f"broadcast.{verb}", [broadcast_id], now, via(person))
            return Deed(None, (), (TOPIC,))

        await self._tools.intake.perform(act)
        return await self.broadcast(broadcast_id)

    async def _shapes(self, find: Callable[[Work], Sequence[Broadcast]]) -> list[Mapping[str, Any]]:
        def load() -> list[Mapping[str, Any]]:
            now, means = self._tools.now(), self.means()
            with self._tools.store.reading() as work:
                return [broadcast_of(work, one, means, now) for one in find(work)]

        return await asyncio.to_thread(load)

    def means(self) -> Means:
        """How announcements get out, by the platforms and the site's quiet hours."""
        return Means.of(self._tools.capabilities, self._tools.site.profile.announcements.quiet)
