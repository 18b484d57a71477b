"""The site as this server runs it: hours, departments, categories, keywords, sentences; from here each part is edited."""

from collections.abc import Sequence

from aiohttp import web

from conversation.understanding.lexicon import CALM
from conversation.understanding.weights import EMERGENCIES
from webhooks.console.layout import Layout, of_mapping
from webhooks.console.naming import Names
from webhooks.console.parts import Parts
from webhooks.console.routing import LEADS, Route, Visit, get
from webhooks.console.site_parts import deadline_text, emergency_name, problem_text, title_of, week_of
from webhooks.desk.site_edits import SiteEdits

_GROUPS = {
    "begin": ("greeting", "consent", "notice", "this", "kept", "noted", "menu", "help"),
    "ask": (
        "ask",
        "phone",
        "ward",
        "pin",
        "known",
        "same",
        "matters",
        "next",
        "formal",
        "procedure",
        "resume",
        "lapsed",
    ),
    "report": (
        "summary",
        "edit",
        "label",
        "request",
        "ticket",
        "added",
        "thanks",
        "media",
        "voice",
        "cancelled",
        "cancel",
    ),
    "status": ("status", "state", "rating", "reopened", "need"),
    "news": ("changed",),
    "operator": ("operator", "bot"),
    "emergency": ("emergency",),
    "announcement": ("announcement", "opted"),
    "chats": ("word", "link", "chats", "join"),
    "data": ("erased", "see"),
    "button": ("button",),
}
_GROUP_OF = {first: group for group, firsts in _GROUPS.items() for first in firsts}
"""Sentences are found by what they are for; their names' first word tells it."""
_REST = "rest"


def grouped(texts: Sequence[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sentences under their groups, in the order in which a citizen meets them; what is in none comes last."""
    found: dict[str, list[tuple[str, str]]] = {group: [] for group in (*_GROUPS, _REST)}
    for name, text in texts:
        found[_GROUP_OF.get(name.partition("-")[0], _REST)].append((name, text))
    return [(group, inside) for group, inside in found.items() if inside]


class SitePage:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._site, self._layout, self._now = parts.site, layout, parts.now
        self._names = Names(parts.site)
        self._edits = SiteEdits(parts.desk.tools)

    def routes(self) -> Sequence[Route]:
        return [get("/admin/site", LEADS, self.show)]

    async def show(self, visit: Visit) -> web.Response:
        """`?q=`: only sentences whose name or words hold it."""
        standing = self._site.standing
        site, wished = standing.profile, visit.request.query.get("texts", "")
        spoken = wished if wished in site.languages else site.languages[0]
        q = visit.text("q", 100).casefold()
        texts = sorted(site.catalog.texts[spoken].items())
        today = self._layout.local(self._now()).date()
        problem = standing.problem
        return self._layout.page(
            visit,
            "admin/site.html",
            site=site,
            edits=standing.edits,
            problem=problem and problem_text(problem, visit.language),
            broken=[(key, title_of(key, site, visit.language)) for key in standing.edits] if problem else [],
            may_change=visit.person.role == "admin",
            spoken=spoken,
            q=q,
            groups=grouped([pair for pair in texts if q in pair[0].casefold() or q in pair[1].casefold()]),
            days=week_of(site),
            holidays=[day for day in sorted(site.office.holidays) if day >= today],
            is_open=site.office.is_open(self._now()),
            categories=[(one, of_mapping(one.names, visit.language)) for one in site.categories.values()],
            departments=self._names.departments(visit.language),
            deadline=lambda one: deadline_text(one.sla_hours, one.sla_days, visit.language),
            phrases=lambda key: len(self._edits.value(key) or ()),
            emergencies=[(kind, emergency_name(kind, visit.language)) for kind in (*EMERGENCIES, *CALM)],
        )
