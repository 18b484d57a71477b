"""A department's page behind a signed link: no account; accept, refuse with a reason, report the result with photos.

Whoever reported is not named here: people who report noise or misconduct have been threatened by those concerned.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from ticket_store.errors import ForbiddenStatus, UnknownTicket
from ticket_store.records import Attachment, Ticket
from ticket_store.statuses import ENDED
from webhooks.console.attachments import Attachments
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.naming import Names, refusal_text
from webhooks.console.parts import Parts
from webhooks.console.routing import OpenRoute, plain_text
from webhooks.console.thread import File, file_of
from webhooks.console.uploads import kept_files
from webhooks.desk.links import Opened
from webhooks.errors import BadFields, DeskError, SpentLink

_LINKED = "{token:[A-Za-z0-9_.-]{20,400}}"
_MOST_CHARS = 20_000
log = structlog.get_logger("console")


class DepartmentPage:
    def __init__(self, parts: Parts, layout: Layout, attachments: Attachments) -> None:
        self._store, self._site, self._desk, self._files = parts.store, parts.site, parts.desk, parts.files
        self._now, self._layout, self._attachments = parts.now, layout, attachments
        self._names = Names(parts.site)

    def routes(self) -> Sequence[OpenRoute]:
        path = f"/link/{_LINKED}"
        return [
            OpenRoute("GET", path, self.show),
            OpenRoute("GET", f"{path}/files/{{id:[A-Za-z0-9_-]{{1,64}}}}", self.file),
            OpenRoute("POST", f"{path}/accept", self.accept),
            OpenRoute("POST", f"{path}/refuse", self.refuse),
            OpenRoute("POST", f"{path}/report", self.report),
        ]

    async def show(self, request: web.Request) -> web.Response:
        try:
            opened = await self._desk.link(_token(request))
        except SpentLink:
            return self._spent(request)
        return await self._page(request, opened)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of this ticket; 404 for any other, and when the link is spent."""
        try:
            opened = await self._desk.link(_token(request))
        except SpentLink:
            raise web.HTTPNotFound from None
        wanted = request.match_info["id"]
        found = await asyncio.to_thread(self._attachments_of, opened.ticket)
        return await self._attachments.send(next((one for one in found if one.id == wanted), None))

    async def accept(self, request: web.Request) -> web.Response:
        return await self._answer(request, lambda token, _: self._desk.link_accept(token))

    async def refuse(self, request: web.Request) -> web.Response:
        return await self._answer(
            request, lambda token, form: self._desk.link_refuse(token, plain_text(form.get("reason"), _MOST_CHARS))
        )

    async def report(self, request: web.Request) -> web.Response:
        async def send(token: str, form: Mapping[str, Any]) -> Opened:
            photos = await kept_files(form, self._files)
            return await self._desk.link_report(token, plain_text(form.get("text"), _MOST_CHARS), photos)

        return await self._answer(request, send)

    async def _answer(
        self, request: web.Request, act: Callable[[str, Mapping[str, Any]], Awaitable[Opened]]
    ) -> web.Response:
        """The form is read only of somebody with a living link: anybody could send us files else."""
        token = _token(request)
        try:
            before = await self._desk.link(token)
            form = await request.post()
            opened = await act(token, form)
        except SpentLink:
            return self._spent(request)
        except (DeskError, ForbiddenStatus, UnknownTicket) as error:
            status = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, BadFields) else HTTPStatus.CONFLICT
            kept = {name: plain_text(value, _MOST_CHARS) for name, value in form.items()}
            problem = refusal_text(error, self._layout.language(request))
            return await self._page(request, before, status, problem=problem, kept=kept)
        log.info("a department answered", department=opened.link.department, link=opened.link.id)
        if opened.link.is_open(self._now()):
            return see_other(f"/console/link/{token}")
        return self._layout.open_page(request, "links/done.html", code=opened.ticket.code)

    async def _page(
        self,
        request: web.Request,
        opened: Opened,
        status: HTTPStatus = HTTPStatus.OK,
        **extra: Any,  # noqa: ANN401  for the template
    ) -> web.Response:
        language, token, ticket = self._layout.language(request), _token(request), opened.ticket
        found = await asyncio.to_thread(self._attachments_of, ticket)
        files: list[File] = [file_of(one, lambda name: f"/console/link/{token}/files/{name}") for one in found]
        values = {
            "ticket": ticket,
            "link": opened.link,
            "base": f"/console/link/{token}",
            "files": files,
            "late": _is_late(ticket, self._now()),
            "problem": "",
            "kept": {},
            **self._names.of(language),
        }
        return self._layout.open_page(request, "links/link.html", status, **{**values, **extra})

    def _attachments_of(self, ticket: Ticket) -> list[Attachment]:
        with self._store.reading() as work:
            return work.tickets.attachments(ticket.code)

    def _spent(self, request: web.Request) -> web.Response:
        return self._layout.open_page(request, "links/spent.html", HTTPStatus.GONE)


def _token(request: web.Request) -> str:
    return request.match_info["token"]


def _is_late(ticket: Ticket, now: datetime) -> bool:
    return ticket.due_at is not None and ticket.due_at < now and ticket.status not in ENDED
