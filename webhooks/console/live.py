"""Live updates by server-sent events: what many look at is rendered once and sent to all of them.

A page names its feeds in the address of its stream. Pages with the same feed share a group; a change marks the group, and at
most once a second it is rendered (in a thread) and, if it came out differently, sent to everyone in it. So a thousand open
pages cost one rendering a second and a thousand writes, not a thousand renderings for each change. Changes made by other
processes are found by looking again, a few groups at a time.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import structlog
from aiohttp import web

from ticket_store.changes import Changes
from ticket_store.errors import StoreError
from ticket_store.records import Person
from webhooks.console.routing import EVERYBODY, Route, Visit, get, person_of

log = structlog.get_logger("console")

_PAUSE = 1.0
"""Seconds between two renderings of one feed."""
_GATHER = 0.2
"""Seconds a change waits for those that follow from it: a message, the bot's answer and its way out are one rendering."""
_AT_ONCE = 1
"""Renderings at the same moment: each thread more would let the intake wait one turn longer for the interpreter."""
_BEAT = 15.0
"""Seconds after which a silent stream says that it lives; a proxy would cut it, and the page would think it lost."""
_LOOK_AGAIN = 5.0
_GROUPS_A_LOOK = 8


class Drawn(NamedTuple):
    """HTML, or JSON for scripts. `shown`: the conversations or tickets whose people can be seen in it."""

    text: str
    shown: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """Something that changes. Feeds with equal `key` are the same for all who look at them.

    `render` runs in a thread. `topics`: of `Changes`, that may alter it. `look`: the audit log's word for a look at what is
    shown. `place`: the audit log's name of a list into which new things come; it holds no words of people.
    """

    key: Hashable
    topics: frozenset[str]
    render: Callable[[], Drawn]
    look: str = ""
    place: str = ""


FeedOf = Callable[[Visit, str], Feed | None]
"""Makes the feed that a page asks for (`name:argument`) for this visitor; None: they may not have it."""


@dataclass(eq=False, slots=True)
class _Reader:
    """One open page. `waiting`: feed's name on that page → the event to be sent."""

    waiting: dict[str, bytes] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    def give(self, name: str, event: bytes) -> None:
        self.waiting[name] = event  # an unsent older state is passed over
        self.wake.set()


@dataclass(eq=False, slots=True)
class _Group:
    feed: Feed
    readers: dict[_Reader, str] = field(default_factory=dict)
    last: str | None = None
    shown: Sequence[str] = ()
    events: dict[str, bytes] = field(default_factory=dict)

    def event(self, name: str) -> bytes:
        """The present state as pages get it under that name; written once for all of them."""
        if name not in self.events:
            self.events[name] = f"data: {json.dumps([name, self.last], ensure_ascii=False)}\n\n".encode()
        return self.events[name]


def list_name(kind: str, whose: str, query: str) -> str:
    """`inbox/view=all`, `tickets/sanitation/status=open`: a list in the audit log. `whose`: a person's or a department's own."""
    return "/".join(part for part in (kind, whose, query) if part)


class Looks(Protocol):
    """Puts looks at personal data on record."""

    async def looked(self, person: Person, what: str, objects: Sequence[str]) -> None: ...

    async def listed(self, place: str, what: str, objects: Sequence[str]) -> None: ...


class Live:
    """`who`: whose session a request carries; asked again while a stream is open, because sessions end.

    A look is on record before it is possible. What a page shows at first is its reader's look. What comes into a list while
    it is open is on record once for everybody, by the list's name (`listed`); who has it open is, too (`list.watch`).
    """

    def __init__(self, changes: Changes, who: Callable[[web.Request], Awaitable[object | None]], looks: Looks) -> None:
        self._changes, self._who, self._looks = changes, who, looks
        self._makers: dict[str, FeedOf] = {}
        self._groups: dict[Hashable, _Group] = {}
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}
        self._readers: set[_Reader] = set()
        self._rendering = asyncio.Semaphore(_AT_ONCE)

    def offer(self, name: str, make: FeedOf) -> None:
        """Pages may have feeds of that name."""
        self._makers[name] = make

    def routes(self) -> Sequence[Route]:
        return [get("/live", EVERYBODY, self.stream)]

    def mount(self, app: web.Application) -> None:
        app.on_shutdown.append(self._close)

    async def _close(self, _: web.Application) -> None:
        for reader in self._readers:
            reader.closed = True
            reader.wake.set()

    async def stream(self, visit: Visit) -> web.StreamResponse:
        """`?feed=name:argument&feed=…`: the state of each at once, then whenever it changed."""
        names = visit.request.query.getall("feed", [])[:8]
        feeds = [(name, feed) for name in names if (feed := self._make(visit, name)) is not None]
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        reader = _Reader()
        self._readers.add(reader)
        joined = [self._join(reader, name, feed) for name, feed in feeds]
        begun: set[Hashable] = set()
        clock = asyncio.get_running_loop().time
        beat = clock() + _BEAT
        try:
            await response.prepare(visit.request)
            await response.write(b"retry: 2000\n\n")
            while not reader.closed:
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.wake.wait(), max(0.01, beat - clock()))
                if clock() >= beat:
                    beat = clock() + _BEAT
                    if not await self._still_there(visit, joined):
                        break  # logged out, disabled or idle: the page asks anew and is led to the log-in
                    await response.write(b"event: beat\ndata:\n\n")
                reader.wake.clear()
                waiting, reader.waiting = reader.waiting, {}
                if waiting:
                    new = [group for group in joined if group.last is not None and group.feed.key not in begun]
                    begun.update(group.feed.key for group in new)
                    await self._look(visit, new)
                    await response.write(b"".join(waiting.values()))
        except ConnectionResetError:
            pass  # the page was closed
        except StoreError as error:  # a look that cannot be put on record is none: the page asks anew
            log.warning("a look could not be put on record", reason=type(error).__name__)
        finally:
            self._readers.discard(reader)
            for group in joined:
                self._leave(group, reader)
        return response

    async def _look(self, visit: Visit, groups: Sequence[_Group]) -> None:
        """On record: what these groups show now, and who has the lists among them open from now on."""
        person = person_of(visit.person)
        for group in groups:
            await self._looks.looked(person, group.feed.look, group.shown)
        await self._watch(person, groups)

    async def _watch(self, person: Person, groups: Sequence[_Group]) -> None:
        await self._looks.looked(person, "list.watch", [one.feed.place for one in groups if one.feed.place])

    async def _still_there(self, visit: Visit, groups: Sequence[_Group]) -> bool:
        try:
            await self._watch(person_of(visit.person), groups)
            return await self._who(visit.request) is not None
        except StoreError as error:  # nothing new can be shown anyhow; the next beat asks again
            log.warning("a session could not be looked at", reason=type(error).__name__)
            return True

    def _make(self, visit: Visit, name: str) -> Feed | None:
        kind, _, argument = name.partition(":")
        make = self._makers.get(kind)
        return None if make is None else make(visit, argument)

    # -- groups: one task each, alive while somebody looks

    def _join(self, reader: _Reader, name: str, feed: Feed) -> _Group:
        group = self._groups.get(feed.key)
        if group is None:
            group = self._groups[feed.key] = _Group(feed)
            self._tasks[feed.key] = asyncio.create_task(self._keep(group), name="console-feed")
        elif group.last is not None:
            reader.give(name, group.event(name))
        group.readers[reader] = name
        return group

    def _leave(self, group: _Group, reader: _Reader) -> None:
        group.readers.pop(reader, None)
        if not group.readers and self._groups.get(group.feed.key) is group:
            del self._groups[group.feed.key]
            self._tasks.pop(group.feed.key).cancel()

    async def _keep(self, group: _Group) -> None:
        """Renders the feed and tells its readers, now and after each change, at most once a second."""
        changed = asyncio.Event()
        for topic in group.feed.topics:
            self._changes.join(topic, changed)
        try:
            while True:
                changed.clear()
                await self._show(group)
                await asyncio.sleep(_PAUSE - _GATHER)
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), _LOOK_AGAIN * max(1, len(self._groups) / _GROUPS_A_LOOK))
                await asyncio.sleep(_GATHER)
        finally:
            for topic in group.feed.topics:
                self._changes.forget(topic, changed)

    async def _show(self, group: _Group) -> None:
        try:
            async with self._rendering:
                text, shown = await asyncio.to_thread(group.feed.render)
            if group.feed.place and group.last is not None:
                known = set(group.shown)
                await self._looks.listed(group.feed.place, group.feed.look, [one for one in shown if one not in known])
        except StoreError as error:
            log.warning("a page could not be brought up to date", reason=type(error).__name__)
            return
        if text != group.last:
            group.last, group.shown = text, shown
            group.events = {}
            for reader, name in list(group.readers.items()):
                reader.give(name, group.event(name))
