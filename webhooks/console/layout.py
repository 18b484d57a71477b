# ruff: noqa: ANN401 - a template takes anything
"""Templates and what every page has: menu, language, dark or light, moments in the site's time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from markupsafe import Markup

from conversation.wording import Wording
from ticket_store.records import Operator
from webhooks.console.assets import Assets
from webhooks.console.routing import NavItem, Visit
from webhooks.console.texts import LANGUAGES, pick_language, say
from webhooks.site import Site

TEMPLATES = Path(__file__).parent / "templates"
ENVIRONMENT: web.AppKey[jinja2.Environment] = web.AppKey("console_templates", jinja2.Environment)
LANGUAGE_COOKIE, THEME_COOKIE = "tongdai_language", "tongdai_theme"
THEMES = ("auto", "light", "dark")


class Layout:
    """Renders. One for the whole console."""

    def __init__(self, site: Site, assets: Assets, menu: Sequence[NavItem], now: Callable[[], datetime]) -> None:
        self.site, self.assets, self._menu, self._now = site, assets, menu, now
        self._environment: jinja2.Environment | None = None

    def mount(self, app: web.Application) -> None:
        self._environment = aiohttp_jinja2.setup(
            app,
            app_key=ENVIRONMENT,
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            filters={"lines": lines},
        )
        self._environment.globals.update(
            asset=self.assets.address,
            reason=reason_text,
            holder_name=holder_name,
            LANGUAGES=LANGUAGES,
            THEMES=THEMES,
        )

    # -- what a page is made of

    def page(self, visit: Visit, template: str, /, status: int = HTTPStatus.OK, **values: Any) -> web.Response:
        """A whole page, or the part of one that htmx asks for."""
        html = self.render(template, **{**self._of_visit(visit), **values})
        return web.Response(text=html, status=status, content_type="text/html")

    def fragment(self, template: str, language: str, person: Operator, /, **values: Any) -> str:
        """A part that stands on no request: for live updates."""
        return self.render(template, **self.words(language), person=person, **values)

    def open_page(
        self, request: web.Request, template: str, /, status: int = HTTPStatus.OK, **values: Any
    ) -> web.Response:
        """A page for somebody who is not logged in."""
        common = {**self.words(self.language(request)), "theme": self._theme(request), "path": request.path}
        html = self.render(template, **common, **values)
        return web.Response(text=html, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})

    def refusal(
        self, request: web.Request, status: HTTPStatus, reason: str, person: Operator | None = None
    ) -> web.Response:
        """A page that tells why not, and the way out."""
        return self.open_page(
            request, "refusal.html", status, reason=reason, code=int(status), known=person is not None
        )

    def render(self, template: str, /, **values: Any) -> str:
        if self._environment is None:
            raise RuntimeError("mount the layout on an application first")
        return self._environment.get_template(template).render(values)

    def _of_visit(self, visit: Visit) -> dict[str, Any]:
        return {
            **self.words(visit.language),
            "visit": visit,
            "person": visit.person,
            "csrf": visit.csrf,
            "csrf_field": Markup('<input type="hidden" name="_csrf" value="{}">').format(visit.csrf),
            "theme": self._theme(visit.request),
            "path": visit.request.path,
            "menu": [item for item in self._menu if visit.person.role in item.roles],
        }

    def words(self, language: str) -> dict[str, Any]:
        """`t(name, …)` and the filters of moments, in that language."""

        def t(name: str, /, **values: object) -> str:
            return say(language, name, **values)

        return {
            "t": t,
            "language": language,
            "title": self.site.profile.titles[self.site.profile.language(language)],
            "at": lambda moment: self.moment(moment, language),
            "full": lambda moment: self.local(moment).strftime("%H:%M:%S %d/%m/%Y"),
            "minute": lambda moment: self.local(moment).strftime("%H:%M %d/%m/%Y"),
            "dialled": Wording(self.site.profile, self.site.profile.language(language)).phone,
            "ago": lambda moment: duration(self._now() - moment, language),
            "now": self._now(),
        }

    # -- moments

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.site.profile.timezone)

    def moment(self, moment: datetime | None, language: str) -> Markup:
        """A `<time>`: the hour of today, else the day with its hour."""
        return Markup("") if moment is None else _time(self.local(moment), self.local(self._now()).date(), language)

    # -- what the browser keeps

    def language(self, request: web.Request) -> str:
        first = self.site.profile.languages[0] if request.cookies.get(LANGUAGE_COOKIE) is None else None
        return pick_language(request.cookies.get(LANGUAGE_COOKIE), first, request.headers.get("Accept-Language"))

    @staticmethod
    def _theme(request: web.Request) -> str:
        theme = request.cookies.get(THEME_COOKIE, "")
        return theme if theme in THEMES else THEMES[0]


@lru_cache(maxsize=4096)
def _time(here: datetime, today: date, language: str) -> Markup:
    """A thread shows the same moments again and again while it is watched."""
    if here.date() == today:
        shown = f"{here:%H:%M}"
    elif here.date() == today - timedelta(days=1):
        shown = f"{say(language, 'yesterday')} {here:%H:%M}"
    elif here.year == today.year:
        shown = f"{here:%d/%m %H:%M}"
    else:
        shown = f"{here:%d/%m/%Y}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        here.astimezone(UTC).isoformat(timespec="seconds"), f"{here:%H:%M:%S %d/%m/%Y}", shown
    )


def lines(text: str) -> Markup:
    """Somebody's words with their line breaks; everything in them is text, never markup."""
    return Markup("<br>").join(text.split("\n"))


def reason_text(reason: str, t: Callable[..., str]) -> str:
    """Why a message did not go out: `code` or `code:detail`, in words; the platform's own where we have none."""
    code = reason.partition(":")[0]
    known = t(f"reason-{code}")
    return known if not known.startswith("[") else t("reason-other", reason=reason[:200])


def holder_name(operator: str) -> str:
    """Who holds a chat or wrote, as people are called: a token by its name, a platform's own inbox by the platform."""
    kind, colon, name = operator.partition(":")
    if kind == "token" and colon:
        return f"{name} (API)"
    return kind.capitalize() if colon else operator


def duration(length: timedelta, language: str) -> str:
    """A length of time in its largest unit, shortly."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= size:
            return say(language, f"ago-{unit}", count=seconds // size)
    return say(language, "ago-now")


def percent(ratio: float | None, language: str) -> str:
    """A share to the tenth of a percent, as hotlines publish it; what is not all never looks like all."""
    if ratio is None:
        return "–"
    text = f"{min(100 * ratio, 99.9) if ratio < 1 else 100:.1f} %"
    return text if language == "en" else text.replace(".", ",")


def of_mapping(names: Mapping[str, str], language: str) -> str:
    """A profile's text in that language, or in any that it has."""
    return names.get(language) or next(iter(names.values()))
