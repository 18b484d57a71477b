"""The site as it stands: what its files say with what people changed in the console laid over; the same in every process.

Whoever works by the site holds this one object and takes `profile` once for each piece of work: a step of a conversation
that has begun ends with the profile it began with.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import structlog

from conversation.errors import BadProfile
from conversation.profile import Profile
from conversation.site import SiteFiles
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.errors import StoreError

log = structlog.get_logger("site")

TOPIC = "site"
_LOOK_EVERY = 5.0
"""Seconds; a change made by another process is told at once, but a hint may be lost."""


class Standing(NamedTuple):
    """`head`: the number of the last revision. `problem`: why the edits do not hold, so that the files alone count."""

    profile: Profile
    head: int
    edits: Mapping[str, Any]
    problem: BadProfile | None = None


class Site:
    """`run` ends when cancelled."""

    def __init__(self, files: SiteFiles, store: Store, changes: Changes) -> None:
        self.files = files
        self._store, self._changes = store, changes
        self._standing = Standing(files.profile, 0, {})
        self._followers: list[Callable[[], None]] = []

    @property
    def profile(self) -> Profile:
        return self._standing.profile

    @property
    def standing(self) -> Standing:
        return self._standing

    def follow(self, changed: Callable[[], None]) -> None:
        """`changed` is called after each change: for what is made of the profile once."""
        self._followers.append(changed)

    def load(self) -> None:
        """It stands as the store has it. Edits that no longer hold do not count, and are logged. Raises StoreError."""
        self._swap(self._read())

    async def refresh(self) -> None:
        """As `load`, beside the loop."""
        self._swap(await asyncio.to_thread(self._read))

    async def run(self) -> None:
        told = self._changes.listen(TOPIC)
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY):
                        await told.wait()
                told.clear()
                try:
                    await self.refresh()
                except StoreError as error:
                    log.error("the site's edits cannot be read", reason=type(error).__name__)
        finally:
            self._changes.forget(TOPIC, told)

    def _read(self) -> Standing:
        with self._store.reading() as work:
            head = work.site_revisions.head()
            if head == self._standing.head:
                return self._standing
            edits = work.site_revisions.edits()
        try:
            return Standing(self.files.edited(edits), head, edits)
        except BadProfile as problem:
            log.error(
                "edits of the site do not hold; its files count", file=problem.file, key=problem.key, why=problem.reason
            )
            return Standing(self.files.profile, head, edits, problem)

    def _swap(self, found: Standing) -> None:
        """Two may read at once: the later state stays."""
        if found.head <= self._standing.head:
            return
        self._standing = found
        log.info("the site was changed", revision=found.head, edits=len(found.edits))
        for changed in self._followers:
            changed()
