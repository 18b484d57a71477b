"""Who looked at what, and who did what: the audit log, read-only."""

import asyncio
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from aiohttp import web

from ticket_store.audit import AuditEntry
from ticket_store.codes import read_code
from ticket_store.records import Page
from webhooks.console.layout import Layout
from webhooks.console.parts import Parts
from webhooks.console.routing import ADMINS, Route, Visit, get

_PAGE = 100
_ID = re.compile(r"[0-9a-f]{24}")


class AuditPage:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._store, self._layout = parts.store, layout

    def routes(self) -> Sequence[Route]:
        return [get("/admin/audit", ADMINS, self.show)]

    async def show(self, visit: Visit) -> web.Response:
        who, about, after = visit.text("person", 200), visit.text("about", 200), visit.text("after", 18)
        about = read_code(about) or about

        def load() -> tuple[Page[AuditEntry], list[str]]:
            with self._store.reading() as work:
                position = int(after) if after.isascii() and after.isdigit() else None
                found = work.audit.page(who or None, about or None, limit=_PAGE, after=position)
                return found, [one.name for one in work.operators.list()]

        entries, people = await asyncio.to_thread(load)
        return self._layout.page(
            visit,
            "admin/audit.html",
            entries=entries,
            people=people,
            who=who,
            about=about,
            query=urlencode({name: value for name, value in (("person", who), ("about", about)) if value}),
            link=_link,
        )


def _link(entry: AuditEntry) -> str:
    """Where the object can be seen; of a list, what came into it while somebody had it open. Nothing when it has no page."""
    if entry.act == "list.watch":
        return f"/console/admin/audit?{urlencode({'person': entry.object})}"
    if read_code(entry.object) == entry.object:
        return f"/console/tickets/{entry.object}"
    if entry.act.startswith(("conversation.", "message.")) and _ID.fullmatch(entry.object):
        return f"/console/chats/{entry.object}"
    return ""
