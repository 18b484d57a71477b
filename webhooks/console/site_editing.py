"""One part of the site: read, tried, previewed, changed, taken back; and the history of all parts."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from aiohttp import web

from conversation.catalog import TEXTS
from conversation.errors import BadProfile
from conversation.profile import Profile
from conversation.state import Phase
from conversation.understanding.reader import read
from conversation.understanding.weights import EMERGENCIES
from ticket_store.records import Page
from ticket_store.site_revisions import SiteRevision
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout, of_mapping
from webhooks.console.parts import Parts
from webhooks.console.routing import ADMINS, LEADS, Route, Visit, get, person_of, post
from webhooks.console.site_parts import (
    Change,
    changes,
    departments_for,
    emergency_name,
    fields_of,
    kind_of,
    lines_of,
    problem_text,
    title_of,
    value_of,
    week_of,
)
from webhooks.console.site_samples import as_read
from webhooks.desk.site_edits import Part, SiteEdits
from webhooks.errors import ChangedMeanwhile, DepartmentInUse

_PAGE = "/console/admin/site"
_MOST_TRIED_CHARS = 1000


class Draft(NamedTuple):
    """What stands in the form. `tried`: a sentence to be read with it."""

    value: Any
    tried: str = ""
    note: str = ""


class SiteEditing:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._store, self._site, self._layout = parts.store, parts.site, layout
        self._edits = SiteEdits(parts.desk.tools)

    def routes(self) -> Sequence[Route]:
        return [
            get("/admin/site/edit", LEADS, self.show),
            post("/admin/site/edit", ADMINS, self.act),
            get("/admin/site/history", LEADS, self.history),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """`?key=`: which part; `?department=` that of a code. `?from=`: as a revision of it left it, to be restored."""
        key, code = visit.text("key", 200), visit.text("department", 60)
        if code:
            key = f"departments/{code}"
        if not kind_of(key):
            return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "site-no-part", visit.person)
        part = await self._edits.part(key)
        former = await self._revision(visit.text("from", 12), key)
        if former is None:
            return await self._page(visit, key, part, Draft(part.value))
        value = self._site.files.value(key) if former.after is None else former.after
        note = self._say(visit, "site-restored", number=former.number)
        return await self._page(visit, key, part, Draft(value, note=note), compare=True)

    async def act(self, visit: Visit) -> web.Response:
        """`act`: preview, save, or reset to what the files say."""
        key, act = visit.text("key", 200), visit.text("act", 10)
        if not kind_of(key):
            return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "site-no-part", visit.person)
        value = self._edits.value(key) if act == "reset" else value_of(key, visit, self._site.profile)
        draft = Draft(value, visit.text("tried", _MOST_TRIED_CHARS), visit.text("note", 300))
        seen = visit.text("seen", 12)
        if act not in {"save", "reset"} or not seen.isdecimal():
            return await self._page(visit, key, await self._edits.part(key), draft, compare=True)
        try:
            wanted = None if act == "reset" else value
            changed = await self._edits.change(person_of(visit.person), key, wanted, int(seen), draft.note)
        except BadProfile as problem:
            return await self._refused(visit, key, draft, problem_text(problem, visit.language))
        except DepartmentInUse:
            return await self._refused(visit, key, draft, self._say(visit, "site-in-use"))
        except ChangedMeanwhile:
            part = await self._edits.part(key)
            told = self._say(visit, "site-meanwhile", who=part.revisions[0].author if part.revisions else "?")
            return await self._page(visit, key, part, draft, HTTPStatus.CONFLICT, problem=told, compare=True)
        gone = self._edits.value(key) is None
        return see_other(_PAGE if gone else f"{_PAGE}/edit?key={quote(key)}&done={'saved' if changed else 'same'}")

    async def history(self, visit: Visit) -> web.Response:
        """`?key=`: of one part; `?after=`: older ones."""
        key, after = visit.text("key", 200), visit.text("after", 12)

        def load() -> Page[SiteRevision]:
            with self._store.reading() as work:
                return work.site_revisions.page(key or None, after=int(after) if after.isdecimal() else None)

        found = await asyncio.to_thread(load)
        return self._layout.page(
            visit,
            "admin/site_history.html",
            key=key,
            part_title=title_of(key, self._site.profile, visit.language) if key else "",
            next=found.next,
            **self._revisions(visit, found),
        )

    # -- what pages are made of

    async def _refused(self, visit: Visit, key: str, draft: Draft, problem: str) -> web.Response:
        part = await self._edits.part(key)
        return await self._page(visit, key, part, draft, HTTPStatus.UNPROCESSABLE_ENTITY, problem=problem)

    async def _page(
        self,
        visit: Visit,
        key: str,
        part: Part,
        draft: Draft,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        problem: str = "",
        compare: bool = False,
    ) -> web.Response:
        """`compare`: what the draft changes is shown, as citizens will meet it."""
        site, kind, language = self._site.profile, kind_of(key), visit.language
        wished: Profile | None = None
        if compare:
            try:
                wished = await self._edits.tried(key, draft.value)
            except BadProfile as bad:
                problem = problem or problem_text(bad, language)
                status = HTTPStatus.UNPROCESSABLE_ENTITY if status == HTTPStatus.OK else status
        done = visit.request.query.get("done", "")
        return self._layout.page(
            visit,
            "admin/site_edit.html",
            status,
            key=key,
            kind=kind,
            code=key.rpartition("/")[2],
            part=part,
            part_title=title_of(key, site, language),
            fields=fields_of(key, draft.value if self._fits(key, draft.value) else self._site.files.value(key), site),
            draft=draft,
            site=site,
            problem=problem,
            done=done if done in {"saved", "same"} else "",
            may_change=visit.person.role == "admin",
            is_filed=self._site.files.value(key) is not None,
            compared=self._changes(visit, key, part.value, draft.value) if wished else None,
            placeholders=sorted(TEXTS.get(key.rpartition("/")[2], ())) if kind == "texts" else [],
            bubbles=self._bubbles(key, wished),
            weeks=[week_of(one) for one in (site, wished) if one is not None] if kind == "office" else [],
            readings=self._readings(visit, draft.tried, wished),
            emergencies=[(one, emergency_name(one, language)) for one in EMERGENCIES],
            choices=departments_for(site, language, part.value) if kind == "routes" else {},
            **self._revisions(visit, part.revisions),
        )

    def _changes(self, visit: Visit, key: str, before: object, after: object) -> list[Change]:
        """What is None is as the files say."""
        sides = (self._site.files.value(key) if one is None else one for one in (before, after))
        old, new = (lines_of(key, one, self._site.profile, visit.language) for one in sides)
        return changes(old, new, words=kind_of(key) == "texts")

    def _fits(self, key: str, value: object) -> bool:
        """Whether a form can show it: a value of another version may have another shape."""
        try:
            fields_of(key, value, self._site.profile)
        except (AttributeError, KeyError, TypeError):
            return False
        return True

    def _bubbles(self, key: str, wished: Profile | None) -> list[str]:
        """How a citizen reads the sentence now and, where it is another one, afterwards."""
        kind, *rest = key.split("/")
        if kind != "texts" or self._site.files.value(key) is None:
            return []
        language, name = rest
        return list(dict.fromkeys(as_read(one, language, name) for one in (self._site.profile, wished) if one))

    def _readings(self, visit: Visit, tried: str, wished: Profile | None) -> list[tuple[str, str]]:
        """What the sentence is understood as, now and afterwards: its categories, its emergency."""
        if not tried or wished is None:
            return []
        found: list[tuple[str, str]] = []
        for site in (self._site.profile, wished):
            reading = read(tried, Phase.REQUEST, site.lexicon)
            names = [
                of_mapping(site.categories[one].names, visit.language)
                for one in reading.categories
                if one in site.categories
            ]
            alarm = emergency_name(reading.emergency, visit.language) if reading.emergency else ""
            found.append((", ".join(names), alarm))
        return found

    def _revisions(self, visit: Visit, found: Sequence[SiteRevision]) -> dict[str, Any]:
        site = self._site.profile
        return {
            "revisions": [
                (one, title_of(one.key, site, visit.language), self._changes(visit, one.key, one.before, one.after))
                for one in found
            ]
        }

    async def _revision(self, number: str, key: str) -> SiteRevision | None:
        if not number.isdecimal():
            return None

        def load() -> SiteRevision | None:
            with self._store.reading() as work:
                return work.site_revisions.find(int(number))

        found = await asyncio.to_thread(load)
        return found if found is not None and found.key == key else None

    def _say(self, visit: Visit, name: str, **values: object) -> str:
        words: str = self._layout.words(visit.language)["t"](name, **values)
        return words
