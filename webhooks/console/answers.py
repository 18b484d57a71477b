"""Ready answers: everybody who writes to citizens sees them, supervisors and admins change them; every version stays."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from aiohttp import web

from ticket_store.ready_answers import ReadyAnswer
from ticket_store.unit_of_work import Work
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.parts import Parts
from webhooks.console.routing import LEADS, STAFF, Route, Visit, get, post

PLACEHOLDERS: Mapping[str, str] = {"name": "Trần Thị Bích", "code": "1022-261124-7K3MX", "operator": ""}
"""What a ready answer may mention, with an example for the preview; the operator's own name where there is none."""
_SHORTCUT = re.compile(r"[\w-]{1,30}")
_BRACES = re.compile(r"\{(\w*)\}")
_MOST_CHARS = 2000


class Answers:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._parts, self._layout = parts, layout

    def routes(self) -> Sequence[Route]:
        return [
            get("/answers", STAFF, self.show),
            post("/answers", LEADS, self.put),
            post("/answers/remove", LEADS, self.remove),
        ]

    async def show(self, visit: Visit) -> web.Response:
        return await self._page(visit)

    async def _page(
        self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, problem: str = "", shortcut: str = "", text: str = ""
    ) -> web.Response:
        chosen = shortcut or visit.request.query.get("shortcut", "")

        def load() -> tuple[list[ReadyAnswer], list[ReadyAnswer]]:
            with self._parts.store.reading() as work:
                return work.ready_answers.in_use(), work.ready_answers.versions(chosen) if chosen else []

        answers, versions = await asyncio.to_thread(load)
        current = next((one.text for one in answers if one.shortcut == chosen), "")
        return self._layout.page(
            visit,
            "answers/answers.html",
            status,
            answers=answers,
            versions=versions,
            shortcut=chosen,
            text=text or current,
            problem=problem,
            may_change=visit.person.role in LEADS,
            placeholders=list(PLACEHOLDERS),
            preview=lambda words: filled(words, visit.person.name),
        )

    async def put(self, visit: Visit) -> web.Response:
        shortcut, text = visit.text("shortcut", 40).removeprefix("/"), visit.text("text", _MOST_CHARS + 1)
        problem = ""
        if not _SHORTCUT.fullmatch(shortcut):
            problem = "answer-bad-shortcut"
        elif not 1 <= len(text) <= _MOST_CHARS:
            problem = "answer-bad-text"
        elif any(name not in PLACEHOLDERS for name in _BRACES.findall(text)):
            problem = "answer-bad-placeholder"
        if problem:
            return await self._page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, problem, shortcut, text)
        now = self._parts.now()

        def put(work: Work) -> None:
            work.ready_answers.put(shortcut, text, visit.person.name, now)
            work.audit.note(visit.person.name, "ready_answer.put", [shortcut], now, "console")

        await self._parts.writer.write(put)
        return see_other("/console/answers")

    async def remove(self, visit: Visit) -> web.Response:
        shortcut, now = visit.text("shortcut", 40), self._parts.now()

        def remove(work: Work) -> None:
            work.ready_answers.remove(shortcut, visit.person.name, now)
            work.audit.note(visit.person.name, "ready_answer.remove", [shortcut], now, "console")

        await self._parts.writer.write(remove)
        return see_other("/console/answers")


def filled(text: str, operator: str) -> str:
    """As a citizen would read it, with example values."""
    known = {**PLACEHOLDERS, "operator": operator}
    return _BRACES.sub(lambda match: known.get(match[1], match[0]), text)
