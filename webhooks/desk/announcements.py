"""Announcements in the hands of people: written by one, approved by another, held, taken up again, ended."""

import asyncio
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from conversation.ids import AccountId
from conversation.messages import Message
from conversation.profile import Profile
from conversation.understanding.fold import fold
from ticket_store.audiences import Windows
from ticket_store.broadcast_deliveries import Counts
from ticket_store.broadcast_shapes import Speeds, broadcast_of
from ticket_store.broadcasts import Audience, Broadcast, NewBroadcast
from ticket_store.records import Person
from ticket_store.unit_of_work import Work
from webhooks.desk.tools import Tools, once, via
from webhooks.errors import BadFields, NotAllowed
from webhooks.intake import Deed

TOPIC = "broadcasts"
MAY_ANNOUNCE = frozenset({"supervisor", "admin"})
_MOST_TITLE, _MOST_TEXT = 200, 20_000
EVERYBODY = Audience()


@dataclass(frozen=True, slots=True)
class Announcement:
    """As it was written. `starts_at` None or past: at once after its approval."""

    title: str = field(repr=False)
    text: str = field(repr=False)
    audience: Audience = EVERYBODY
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    urgent: bool = False


class Announcements:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def announce(self, person: Person, wanted: Announcement, key: str | None = None) -> Mapping[str, Any]:
        """It waits for somebody's approval; the same key gives the one made before. Raises BadFields, NotAllowed."""
        new = self._checked(person, wanted)
        answer_key = f"announce:{key}"

        def act(work: Work, now: datetime) -> Deed:
            def do() -> Deed:
                one = work.broadcasts.add(new, now)
                if key is not None:
                    work.answers.keep(person.id, answer_key, one.id.encode(), now)
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
        audience = self._audience(wanted.audience)

        def count() -> Counts:
            now = self._tools.now()
            with self._tools.store.reading() as work:
                return work.broadcast_deliveries.count(audience, self._windows(), now, exempt=self._exempt(wanted))

        return await asyncio.to_thread(count)

    # -- within

    async def _step(
        self, broadcast_id: str, person: Person, verb: str, do: Callable[[Work, datetime], object]
    ) -> Mapping[str, Any]:
        self._may(person)

        def act(work: Work, now: datetime) -> Deed:
            do(work, now)
            work.audit.note(person.id, f"broadcast.{verb}", [broadcast_id], now, via(person))
            return Deed(None, (), (TOPIC,))

        await self._tools.intake.perform(act)
        return await self.broadcast(broadcast_id)

    async def _shapes(self, find: Callable[[Work], Sequence[Broadcast]]) -> list[Mapping[str, Any]]:
        def load() -> list[Mapping[str, Any]]:
            now = self._tools.now()
            with self._tools.store.reading() as work:
                return [broadcast_of(work, one, self._windows(), self._speeds(), now) for one in find(work)]

        return await asyncio.to_thread(load)

    def _windows(self) -> Windows:
        return {account: can.reply_window for account, can in self._tools.capabilities.items()}

    def _speeds(self) -> Speeds:
        return {one: can.sends_per_second * can.bulk_size for one, can in self._tools.capabilities.items()}

    def _may(self, person: Person) -> None:
        if person.role not in MAY_ANNOUNCE:
            raise NotAllowed("announcements are written and approved by supervisors and admins")

    def _exempt(self, wanted: Announcement) -> bool:
        return wanted.urgent and self._tools.site.profile.announcements.urgent_reaches_all

    def _checked(self, person: Person, wanted: Announcement) -> NewBroadcast:
        self._may(person)
        title, text = (unicodedata.normalize("NFC", one).strip() for one in (wanted.title, wanted.text))
        problems = {}
        if not 1 <= len(title) <= _MOST_TITLE:
            problems["title"] = f"must have 1 to {_MOST_TITLE} characters"
        if not 1 <= len(text) <= _MOST_TEXT:
            problems["text"] = f"must have 1 to {_MOST_TEXT} characters"
        begin = max(wanted.starts_at or self._tools.now(), self._tools.now())
        if wanted.expires_at is not None and wanted.expires_at <= begin:
            problems["expires_at"] = "must be after the start"
        if problems:
            raise BadFields(problems)
        return NewBroadcast(
            title=title,
            message=Message(text),
            audience=self._audience(wanted.audience),
            author=person.id,
            urgent=wanted.urgent,
            exempt=self._exempt(wanted),
            starts_at=wanted.starts_at,
            expires_at=wanted.expires_at,
        )

    def _audience(self, given: Audience) -> Audience:
        """With the codes of what was named. Raises BadFields for an account or a category that there is not."""
        site = self._tools.site.profile
        problems = {}
        if unknown := [one for one in given.accounts if AccountId(one) not in self._tools.capabilities]:
            problems["audience.accounts"] = f"has {len(unknown)} that we do not serve"
        if unknown := [one for one in given.categories if one not in site.categories]:
            problems["audience.categories"] = f"must be of {', '.join(site.categories)}"
        if problems:
            raise BadFields(problems)
        return replace(
            given,
            ward_codes=_ward_codes(given.wards, site),
            province_ward_codes=_codes_within(given.provinces, site),
        )


def _ward_codes(names: Sequence[str], site: Profile) -> tuple[str, ...]:
    """The codes of the wards that are meant: by code, or by name within the site's own province."""
    wanted = {fold(name) for name in names}
    home = site.lexicon.province
    return tuple(
        ward.code
        for ward in (site.lexicon.gazetteer.wards if wanted else ())
        if ward.code in wanted
        or (home in {None, ward.province} and not wanted.isdisjoint({fold(ward.full_name), fold(ward.name)}))
    )


def _codes_within(names: Sequence[str], site: Profile) -> tuple[str, ...]:
    """The codes of all wards of these provinces."""
    wanted = {fold(name) for name in names}
    units = site.lexicon.gazetteer
    chosen = {
        one.code
        for one in (units.provinces if wanted else ())
        if not wanted.isdisjoint({one.code, fold(one.name), fold(f"{one.kind} {one.name}")})
    }
    return tuple(ward.code for ward in (units.wards if chosen else ()) if ward.province in chosen)
