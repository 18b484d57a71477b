"""What went wrong and can be put right: webhooks in quarantine, applied again; dead messages, sent again."""

import asyncio
from collections.abc import Sequence

import structlog
from aiohttp import web

from ticket_store.deliveries import DeadLetter
from ticket_store.records import Page, Quarantined
from ticket_store.unit_of_work import Work
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.naming import channel_name
from webhooks.console.parts import Parts
from webhooks.console.routing import ADMINS, LEADS, Route, Visit, get, post

log = structlog.get_logger("console")

_PAGE = 50


class Repairs:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._store, self._writer, self._changes, self._now = parts.store, parts.writer, parts.changes, parts.now
        self._replay, self._layout = parts.replay, layout

    def routes(self) -> Sequence[Route]:
        return [
            get("/admin/quarantine", ADMINS, self.quarantine),
            post("/admin/quarantine/replay", ADMINS, self.replay),
            get("/admin/failed", LEADS, self.failed),
            post("/admin/failed/resend", LEADS, self.resend),
        ]

    async def quarantine(self, visit: Visit) -> web.Response:
        """Only what it is and when it came: what it says may be anybody's words."""
        after = visit.text("after", 64)

        def load() -> Page[Quarantined]:
            with self._store.reading() as work:
                return work.quarantine.page(_PAGE, after or None, open_only=True)

        return self._layout.page(
            visit,
            "admin/quarantine.html",
            kept=await asyncio.to_thread(load),
            channel=lambda account: channel_name(account, visit.language),
            done=_done(visit, "applied", "left"),
        )

    async def replay(self, visit: Visit) -> web.Response:
        name, now = visit.text("id", 64), self._now()
        applied = await self._replay(name)
        await self._writer.write(
            lambda work: work.audit.note(visit.person.name, "quarantine.replay", [name], now, "console")
        )
        log.info("quarantine replayed", by=visit.person.name, quarantined=name, applied=applied)
        return see_other(f"/console/admin/quarantine?done={'applied' if applied else 'left'}")

    async def failed(self, visit: Visit) -> web.Response:
        after = visit.text("after", 18)

        def load() -> Page[DeadLetter]:
            with self._store.reading() as work:
                return work.deliveries.dead(_PAGE, int(after) if after.isascii() and after.isdigit() else None)

        return self._layout.page(
            visit,
            "admin/failed.html",
            letters=await asyncio.to_thread(load),
            channel=lambda account: channel_name(account, visit.language),
            done=_done(visit, "queued", "gone"),
        )

    async def resend(self, visit: Visit) -> web.Response:
        """The message is queued as if it were new; the sender checks the platform's window as always."""
        name, now = visit.text("id", 64), self._now()

        def act(work: Work) -> tuple[str, str] | None:
            message = work.messages.find(name)
            if message is None or message.delivery != "failed" or not work.outbox.resend(name, now):
                return None
            work.audit.note(visit.person.name, "message.resend", [message.conversation_id], now, "console")
            return message.account, message.conversation_id

        queued = await self._writer.write(act)
        if queued is not None:
            self._changes.tell([f"outbox:{queued[0]}", f"conversation:{queued[1]}"])
        return see_other(f"/console/admin/failed?done={'gone' if queued is None else 'queued'}")


def _done(visit: Visit, *known: str) -> str:
    done = visit.request.query.get("done", "")
    return done if done in known else ""
