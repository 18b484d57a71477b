"""Logging in and out, with a second factor where the person has one; language and colours."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from aiohttp import web

from ticket_store.engine import Store
from ticket_store.records import Operator
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.console.guard import COOKIE, LASTS, Guard, is_secure, see_other
from webhooks.console.layout import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, Layout
from webhooks.console.passwords import is_password, step_of
from webhooks.console.routing import EVERYBODY, OpenRoute, Route, Visit
from webhooks.console.texts import LANGUAGES
from webhooks.console.throttle import begin_try, succeeded
from webhooks.limits import short_form
from webhooks.signing import Signer

log = structlog.get_logger("console")

HOME = "/console/"
_FORM = "console log-in form"
_FORM_LASTS = timedelta(hours=8)
_SECOND_FACTOR_WITHIN = timedelta(minutes=5)
_YEAR = 365 * 86_400


class Auth:
    def __init__(
        self,
        store: Store,
        writer: Writer,
        layout: Layout,
        guard: Guard,
        signer: Signer,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._writer, self._layout, self._guard = store, writer, layout, guard
        self._signer, self._now = signer, now

    def routes(self) -> Sequence[Route | OpenRoute]:
        return [
            OpenRoute("GET", "/login", self.show_login),
            OpenRoute("POST", "/login", self.login),
            OpenRoute("POST", "/preferences", self.prefer),
            Route("GET", "/second-factor", EVERYBODY, self.show_second_factor, awaiting_second_factor=True),
            Route("POST", "/second-factor", EVERYBODY, self.second_factor, awaiting_second_factor=True),
            Route("POST", "/logout", EVERYBODY, self.logout, awaiting_second_factor=True),
        ]

    # -- in

    async def show_login(self, request: web.Request) -> web.Response:
        found = await self._guard.who(request)
        if found is not None and found[0].confirmed_at is not None:
            return see_other(HOME)
        return self._login_page(request, HTTPStatus.OK)

    def _login_page(
        self, request: web.Request, status: HTTPStatus, problem: str = "", **values: object
    ) -> web.Response:
        token = self._signer.sign(_FORM, "log in", self._now() + _FORM_LASTS)
        following = inside(request.query.get("next", ""))
        return self._layout.open_page(
            request, "auth/login.html", status, problem=problem, token=token, following=following, values=values
        )

    async def login(self, request: web.Request) -> web.Response:
        form = await short_form(request)
        name, password, token, following = (
            value if isinstance(value := form.get(field, ""), str) else ""
            for field in ("name", "password", "_form", "next")
        )
        name = name.strip()
        now, address = self._now(), request.remote or ""
        if self._signer.read(_FORM, token, now) is None:
            return self._login_page(request, HTTPStatus.FORBIDDEN, "login-stale", name=name)
        wait = await self._writer.write(lambda work: begin_try(work, name, address, now))
        if wait:
            log.warning("log-in slowed down", seconds=int(wait.total_seconds()))
            page = self._login_page(
                request, HTTPStatus.TOO_MANY_REQUESTS, "login-wait", name=name, seconds=int(wait.total_seconds()) + 1
            )
            page.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
            return page
        person = await asyncio.to_thread(self._check, name, password)
        if person is None:
            log.warning("log-in failed")
            return self._login_page(request, HTTPStatus.UNPROCESSABLE_ENTITY, "login-wrong", name=name)
        return await self.begin(request, person, inside(following))

    def _check(self, name: str, password: str) -> Operator | None:
        with self._store.reading() as work:
            person = work.operators.find(name)
        known = person is not None and person.disabled_at is None
        right = is_password(person.password_hash if known and person else None, password)
        return person if right else None

    async def begin(self, request: web.Request, person: Operator, following: str = HOME) -> web.Response:
        """The person's browser holds a new session; with a second factor it is first to be confirmed."""
        now, device = self._now(), device_of(request.headers.get("User-Agent", ""))

        def start(work: Work) -> tuple[str, bool]:
            work.sessions.forget(now)
            succeeded(work, person.name, request.remote or "")
            needs = work.second_factors.get(person.name) is not None
            lasts = _SECOND_FACTOR_WITHIN if needs else LASTS
            work.audit.note(person.name, "log_in", [person.name], now, "console")
            return work.sessions.begin(person.name, device, now, lasts, confirmed=not needs), needs

        token, needs = await self._writer.write(start)
        log.info("logged in", person=person.name, role=person.role, second_factor=needs)
        response = see_other(f"/console/second-factor?next={following}" if needs else following)
        self._give(request, response, token)
        return response

    def _give(self, request: web.Request, response: web.Response, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            path="/console/",
            httponly=True,
            samesite="Lax",
            secure=is_secure(request),
            max_age=int(LASTS.total_seconds()),
        )

    async def show_second_factor(self, visit: Visit) -> web.Response:
        if visit.session.confirmed_at is not None:
            return see_other(HOME)
        return self._second_factor_page(visit)

    def _second_factor_page(self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, problem: str = "") -> web.Response:
        return self._layout.page(
            visit, "auth/second_factor.html", status, problem=problem, following=inside(visit.text("next"))
        )

    async def second_factor(self, visit: Visit) -> web.Response:
        now, name, address = self._now(), visit.person.name, visit.request.remote or ""
        if await self._writer.write(lambda work: begin_try(work, name, address, now)):
            return self._second_factor_page(visit, HTTPStatus.TOO_MANY_REQUESTS, "second-factor-wait")
        device, code = visit.session.device, visit.text("code", 12)

        def confirm(work: Work) -> str | None:
            known = work.second_factors.get(name)
            step = step_of(known[0], code, now, known[1]) if known else None
            if known is None or step is None:
                return None
            work.second_factors.put(name, known[0], step)
            succeeded(work, name, address)
            work.sessions.end(visit.session.id, name)  # a token that was seen before the second factor opens nothing
            return work.sessions.begin(name, device, now, LASTS, confirmed=True)

        token = await self._writer.write(confirm)
        if token is None:
            return self._second_factor_page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, "second-factor-wrong")
        response = see_other(inside(visit.text("next")))
        self._give(visit.request, response, token)
        return response

    # -- out

    async def logout(self, visit: Visit) -> web.Response:
        await self._writer.write(lambda work: work.sessions.end(visit.session.id, visit.person.name))
        response = see_other("/console/login")
        response.del_cookie(COOKIE, path="/console/")
        return response

    # -- language and colours

    async def prefer(self, request: web.Request) -> web.Response:
        """Kept in the browser, also of somebody who is not logged in."""
        form = await short_form(request)
        response = see_other(inside(str(form.get("next", ""))))
        for field, cookie, allowed in (("language", LANGUAGE_COOKIE, LANGUAGES), ("theme", THEME_COOKIE, THEMES)):
            value = form.get(field)
            if isinstance(value, str) and value in allowed:
                response.set_cookie(
                    cookie, value, path="/console/", max_age=_YEAR, samesite="Lax", secure=is_secure(request)
                )
        return response


def inside(address: str) -> str:
    """The address when it is one of the console's own pages, else its home: nobody is sent elsewhere after logging in."""
    plain = address.isascii() and address.isprintable() and not set(address) & set("\\\"'<> ")
    return address if plain and address.startswith(HOME) and "//" not in address else HOME


def device_of(agent: str) -> str:
    """A browser and a system in a few words, so that people recognise their own sessions; empty when neither is known."""
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("CocCoc", "Cốc Cốc"), ("Firefox/", "Firefox"),
                ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
               ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    named = [next((name for sign, name in known if sign in agent), "") for known in (browsers, systems)]
    return " · ".join(filter(None, named))
