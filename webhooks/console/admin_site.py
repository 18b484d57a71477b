"""The site's profile as this server runs it: hours, departments, categories, sentences. To be read; files change it."""

from collections.abc import Sequence

from aiohttp import web

from conversation.workdays import WEEKDAYS
from webhooks.console.layout import Layout, of_mapping
from webhooks.console.naming import Names
from webhooks.console.parts import Parts
from webhooks.console.routing import LEADS, Route, Visit, get


class SitePage:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._site, self._layout, self._now = parts.site, layout, parts.now
        self._names = Names(parts.site)

    def routes(self) -> Sequence[Route]:
        return [get("/admin/site", LEADS, self.show)]

    async def show(self, visit: Visit) -> web.Response:
        """`?q=`: only sentences whose name or words hold it."""
        site, wished = self._site.profile, visit.request.query.get("texts", "")
        spoken = wished if wished in site.languages else site.languages[0]
        q = visit.text("q", 100).casefold()
        texts = sorted(site.catalog.texts[spoken].items())
        days = [(day, site.office.hours.get(number, ())) for number, day in enumerate(WEEKDAYS)]
        today = self._layout.local(self._now()).date()
        return self._layout.page(
            visit,
            "admin/site.html",
            site=site,
            spoken=spoken,
            q=q,
            texts=[(name, text) for name, text in texts if q in name.casefold() or q in text.casefold()],
            days=days,
            holidays=[day for day in sorted(site.office.holidays) if day >= today],
            is_open=site.office.is_open(self._now()),
            categories=[(one, of_mapping(one.names, visit.language)) for one in site.categories.values()],
            departments=self._names.departments(visit.language),
        )
