"""The door of the console: session, role, and proof that a form is one of ours, before any page runs."""

import asyncio
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import web
from multidict import MultiDict

from ticket_store.engine import Store
from ticket_store.records import Operator
from ticket_store.sessions import Session
from ticket_store.writer import Writer
from webhooks.console.layout import Layout
from webhooks.console.routing import OpenRoute, Route, Visit
from webhooks.signing import Signer

log = structlog.get_logger("console")

COOKIE = "tongdai_session"
LASTS = timedelta(hours=12)
"""A shift with its overtime; then one logs in again."""
IDLE = timedelta(hours=2)
_SEEN_EVERY = timedelta(minutes=1)
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LOGIN = "/console/login"


class Guard:
    def __init__(
        self, store: Store, writer: Writer, layout: Layout, signer: Signer, now: Callable[[], datetime]
    ) -> None:
        self._store, self._writer, self._layout, self._signer, self._now = store, writer, layout, signer, now

    def open(self, route: OpenRoute) -> web.RouteDef:
        """For anybody; a form from another site is refused all the same."""

        async def call(request: web.Request) -> web.StreamResponse:
            if request.method in _UNSAFE and not from_here(request):
                return self._layout.refusal(request, HTTPStatus.FORBIDDEN, "refused-foreign")
            return await route.call(request)

        return web.route(route.method, f"/console{route.path}", call)

    def guarded(self, route: Route) -> web.RouteDef:
        """For people with one of the route's roles."""

        async def call(request: web.Request) -> web.StreamResponse:
            found = await self.who(request)
            if found is None:
                return to_login(request)
            session, person = found
            if session.confirmed_at is None and not route.awaiting_second_factor:
                return to_login(request)
            if person.role not in route.roles:
                log.warning("refused by role", person=person.name, role=person.role, route=route.path)
                return self._layout.refusal(request, HTTPStatus.FORBIDDEN, "refused-role", person)
            visit = Visit(request, session, person, self._layout.language(request), self.csrf(session))
            if request.method in _UNSAFE:
                form = await request.post()
                visit = Visit(request, session, person, visit.language, visit.csrf, MultiDict(form))
                if not from_here(request) or not self._proves(request, visit):
                    log.warning("forged form refused", person=person.name, route=route.path)
                    return self._layout.refusal(request, HTTPStatus.FORBIDDEN, "refused-foreign", person)
            await self._note(session)
            response = await route.call(visit)
            if not response.prepared:
                response.headers.setdefault("Cache-Control", "no-store")
            return response

        return web.route(route.method, f"/console{route.path}", call)

    async def who(self, request: web.Request) -> tuple[Session, Operator] | None:
        """Whose living session the request carries."""
        token = request.cookies.get(COOKIE, "")
        if not token:
            return None

        def find() -> tuple[Session, Operator] | None:
            with self._store.reading() as work:
                return work.sessions.find(token, self._now(), IDLE)

        return await asyncio.to_thread(find)

    def csrf(self, session: Session) -> str:
        """What every form of this session carries."""
        return self._signer.tag("console form", session.id)

    def _proves(self, request: web.Request, visit: Visit) -> bool:
        given = request.headers.get("X-CSRF-Token") or visit.form.get("_csrf")
        return isinstance(given, str) and hmac.compare_digest(given.encode(), visit.csrf.encode())

    async def _note(self, session: Session) -> None:
        """Keeps the session from idling out; once a minute is often enough."""
        now = self._now()
        if now - session.seen_at >= _SEEN_EVERY:
            await self._writer.write(lambda work: work.sessions.seen(session.id, now))


def from_here(request: web.Request) -> bool:
    """Whether a browser says that one of our own pages sent it. Browsers of before 2023 send no Sec-Fetch-Site, but Origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def is_secure(request: web.Request) -> bool:
    """Whether the browser came by https, also to a proxy in front of us."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def to_login(request: web.Request) -> web.Response:
    """To the log-in, and back afterwards; htmx and the event stream are told in their ways."""
    if "HX-Request" in request.headers:
        return web.Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": LOGIN, "Cache-Control": "no-store"})
    if request.method != "GET" or "text/event-stream" in request.headers.get("Accept", ""):
        return web.Response(status=HTTPStatus.UNAUTHORIZED, headers={"Cache-Control": "no-store"})
    back = f"?next={quote(request.path, safe='/')}" if request.path != "/console/" else ""
    return web.Response(
        status=HTTPStatus.SEE_OTHER, headers={"Location": f"{LOGIN}{back}", "Cache-Control": "no-store"}
    )


def see_other(address: str) -> web.Response:
    """After a form: the browser loads that page anew, so that going back does not send the form twice."""
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
