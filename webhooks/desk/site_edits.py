"""The site changed by a person, one part at a time: tried, checked as a whole, kept as a revision, in force at once."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from conversation.errors import BadProfile
from conversation.profile import Profile
from ticket_store.errors import SiteChanged
from ticket_store.records import Page, Person
from ticket_store.site_revisions import SiteRevision
from ticket_store.unit_of_work import Work
from webhooks.desk.tools import Tools, via
from webhooks.errors import ChangedMeanwhile, DepartmentInUse
from webhooks.site import TOPIC, Standing

_SHOWN = 10
_TRIES = 5
"""As often others may come first, with other parts of the site, before somebody is sent to look again."""


class Part(NamedTuple):
    """`seen`: the number of its last revision, 0 for none. `edited`: it is not as the files say. `revisions`: the last ones."""

    value: Any
    seen: int
    edited: bool
    revisions: Sequence[SiteRevision]


class SiteEdits:
    def __init__(self, tools: Tools) -> None:
        self._tools, self._site = tools, tools.site

    def value(self, key: str) -> Any:  # noqa: ANN401 - what JSON can hold
        """What that part is now: edited, or as the files say; None when there is no such part."""
        return self._value(self._site.standing, key)

    async def part(self, key: str) -> Part:
        """As `value`, with where it comes from: of one moment, so that `change` notices what comes after it."""

        def load() -> Page[SiteRevision]:
            with self._tools.store.reading() as work:
                return work.site_revisions.page(key, _SHOWN)

        await self._site.refresh()
        found = await asyncio.to_thread(load)
        edited = found[0].after if found else None
        value = self._site.files.value(key) if edited is None else edited
        return Part(value, found[0].number if found else 0, edited is not None, found)

    async def tried(self, key: str, value: object) -> Profile:
        """The site as it would be with this value of the part; None: as the files say. Raises BadProfile."""
        return await self._check(self._site.standing, key, value)

    async def change(self, person: Person, key: str, value: object, seen: int, note: str = "") -> bool:
        """Everybody works by it from now on; False: it was so already. None: the part is again as the files say.

        `seen`: the part's last revision when the person began. Raises BadProfile, ChangedMeanwhile, DepartmentInUse.
        """
        if value == self._site.files.value(key):
            value = None
        for _ in range(_TRIES):
            await self._site.refresh()
            standing = self._site.standing
            await self._check(standing, key, value)
            if value == standing.edits.get(key):
                return False
            before, now = self._value(standing, key), self._tools.now()
            revision = SiteRevision(standing.head + 1, key, before, value, person.id, now, note)
            try:
                await self._tools.writer.write(lambda work, one=revision: self._keep(work, one, seen, person))  # type: ignore[misc]
            except SiteChanged:
                continue
            await self._site.refresh()
            self._tools.changes.tell([TOPIC])
            return True
        raise ChangedMeanwhile

    async def _check(self, standing: Standing, key: str, value: object) -> Profile:
        edits: Mapping[str, Any] = {**standing.edits, key: value}
        try:
            return await asyncio.to_thread(
                self._site.files.edited, {one: other for one, other in edits.items() if other is not None}
            )
        except BadProfile:
            if value is not None or standing.problem is None:
                raise
            return standing.profile  # of several edits that hold no longer one is taken back, the next one later

    def _value(self, standing: Standing, key: str) -> Any:  # noqa: ANN401 - what JSON can hold
        edited = standing.edits.get(key)
        return self._site.files.value(key) if edited is None else edited

    def _keep(self, work: Work, revision: SiteRevision, seen: int, person: Person) -> None:
        if work.site_revisions.head(revision.key) != seen:
            raise ChangedMeanwhile
        kind, _, code = revision.key.partition("/")
        gone = kind == "departments" and revision.after is None and self._site.files.value(revision.key) is None
        if gone and _is_used(work, code):
            raise DepartmentInUse
        work.site_revisions.add(revision)
        work.audit.note(person.id, "site.change", [revision.key], revision.at, via(person))


def _is_used(work: Work, department: str) -> bool:
    """Whether it has tickets, people or tokens of its own."""
    return (
        bool(work.tickets.page(department=department, limit=1))
        or any(one.department == department for one in work.operators.list())
        or any(one.department == department for one in work.tokens.page())
    )
