"""People of the console: added, disabled, let in anew; their sessions seen and ended. For admins."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from secrets import token_urlsafe

import structlog
from aiohttp import web

from ticket_store.errors import NameTaken
from ticket_store.records import Operator
from ticket_store.sessions import Session
from ticket_store.unit_of_work import Work
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.naming import Names
from webhooks.console.parts import Parts
from webhooks.console.passwords import hash_password
from webhooks.console.routing import ADMINS, ROLES, Route, Visit, get, post

log = structlog.get_logger("console")

_MOST_NAME_CHARS = 64
_PAGE = "/console/admin/people"


@dataclass(frozen=True, slots=True)
class Known:
    person: Operator
    sessions: Sequence[Session]
    has_factor: bool


class People:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._store, self._writer, self._site, self._now = parts.store, parts.writer, parts.site, parts.now
        self._layout, self._names = layout, Names(parts.site)

    def routes(self) -> Sequence[Route]:
        return [
            get("/admin/people", ADMINS, self.show),
            post("/admin/people", ADMINS, self.add),
            post("/admin/people/reset", ADMINS, self.reset),
            post("/admin/people/disable", ADMINS, self.disable),
            post("/admin/people/sessions/end", ADMINS, self.end_sessions),
        ]

    async def show(self, visit: Visit) -> web.Response:
        return await self._page(visit)

    async def _page(
        self,
        visit: Visit,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        problem: str = "",
        password: tuple[str, str] | None = None,
    ) -> web.Response:
        """`password`: whose, and what it is; shown this once and kept nowhere."""
        done = visit.request.query.get("done", "")
        return self._layout.page(
            visit,
            "admin/people.html",
            status,
            people=await asyncio.to_thread(self._load),
            roles=ROLES,
            departments=self._names.departments(visit.language),
            open_departments=self._names.open_departments(visit.language),
            problem=problem,
            password=password,
            done=done if done in {"disabled", "ended"} else "",
            given={name: visit.text(name, 100) for name in ("name", "role", "department")},
        )

    def _load(self) -> list[Known]:
        now = self._now()
        with self._store.reading() as work:
            return [
                Known(one, work.sessions.of(one.name, now), work.second_factors.get(one.name) is not None)
                for one in work.operators.list()
            ]

    # -- acting: each act is on record with who did it

    async def add(self, visit: Visit) -> web.Response:
        name, role, department = visit.text("name", 100), visit.text("role", 20), visit.text("department", 60) or None
        problem = self._problem(name, role, department)
        if problem:
            return await self._page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, problem=problem)
        password, hashed = await _new_password()
        try:
            await self._act(
                visit,
                "operator.add",
                name,
                lambda work, now: work.operators.add(
                    name, role, hashed, now, department if role == "department" else None
                ),
            )
        except NameTaken:
            return await self._page(visit, HTTPStatus.CONFLICT, problem="people-taken")
        return await self._page(visit, password=(name, password))

    async def _is_known(self, name: str) -> bool:
        def find() -> bool:
            with self._store.reading() as work:
                return work.operators.find(name) is not None

        return await asyncio.to_thread(find)

    def _problem(self, name: str, role: str, department: str | None) -> str:
        """A colon would make the name look like a token's or a platform's own inbox."""
        if not (0 < len(name) <= _MOST_NAME_CHARS and name.isprintable() and ":" not in name):
            return "people-name"
        if role not in ROLES:
            return "people-name"
        if role == "department" and department not in self._site.profile.open_departments:
            return "people-department"
        return ""

    async def reset(self, visit: Visit) -> web.Response:
        """A new password, no second factor, no open session; whoever was disabled may log in again."""
        name = visit.text("name", 100)
        password, hashed = await _new_password()

        def change(work: Work, _: datetime) -> None:
            work.operators.reset(name, hashed)
            work.sessions.end_all(name, except_id=visit.session.id)

        if not await self._is_known(name):
            return await self._page(visit, HTTPStatus.NOT_FOUND, problem="people-unknown")

        await self._act(visit, "operator.reset", name, change)
        return await self._page(visit, password=(name, password))

    async def disable(self, visit: Visit) -> web.Response:
        """Nobody disables themselves: the last admin would lock everybody out."""
        name = visit.text("name", 100)
        if name == visit.person.name:
            return await self._page(visit, HTTPStatus.CONFLICT, problem="people-oneself")

        def change(work: Work, now: datetime) -> None:
            work.operators.disable(name, now)
            work.sessions.end_all(name)

        await self._act(visit, "operator.disable", name, change)
        return see_other(f"{_PAGE}?done=disabled")

    async def end_sessions(self, visit: Visit) -> web.Response:
        """One session, or all of a person but this one."""
        name, which = visit.text("name", 100), visit.text("id", 64)

        def change(work: Work, _: datetime) -> None:
            if which:
                work.sessions.end(which, name)
            else:
                work.sessions.end_all(name, except_id=visit.session.id)

        await self._act(visit, "session.end", name, change)
        return see_other(f"{_PAGE}?done=ended")

    async def _act(self, visit: Visit, act: str, name: str, change: Callable[[Work, datetime], object]) -> None:
        now = self._now()

        def do(work: Work) -> None:
            change(work, now)
            work.audit.note(visit.person.name, act, [name], now, "console")

        await self._writer.write(do)
        log.info("people changed", act=act, by=visit.person.name)


async def _new_password() -> tuple[str, str]:
    """A first password and its hash; the person is to choose another."""
    password = token_urlsafe(12)
    return password, await asyncio.to_thread(hash_password, password)
