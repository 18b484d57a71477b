"""What hotlines publish, by channel, category, department, ward and person: a page with charts, and the same as CSV."""

import asyncio
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from conversation.gazetteer.units import Ward
from ticket_store.figures import OPERATOR, Figures, Slot
from webhooks.console.charts import Day, bar, lines, top
from webhooks.console.commune_map import Dot, draw
from webhooks.console.layout import Layout, percent
from webhooks.console.naming import Names, channel_name
from webhooks.console.parts import Parts
from webhooks.console.routing import STAFF, Route, Visit, get
from webhooks.console.texts import say

BY = {
    "channel": "account",
    "category": "category",
    "department": "department",
    "ward": "ward_code",
    "operator": OPERATOR,
}
"""How it may be broken down: as the page names it, and as the store does."""
_PRESETS = (1, 7, 30, 365)
_MOST_DAYS = 3 * 366
_COLUMNS = (
    "received", "answered", "resolved", "on_time", "overdue", "handling_ratio", "median_first_answer_s",
    "median_resolution_s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whole days in the site's time, `until` included."""

    since: date
    until: date
    by: str

    def query(self, **other: str) -> str:
        return urlencode({"since": self.since.isoformat(), "until": self.until.isoformat(), "by": self.by, **other})


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    figures: Figures
    bar: Markup


class FiguresPage:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._store, self._site, self._now, self._layout = parts.store, parts.site, parts.now, layout
        self._names = Names(parts.site)
        gazetteer = parts.site.profile.lexicon.gazetteer
        self._wards = {ward.code: ward.full_name for ward in gazetteer.wards}
        self._own_wards = [ward for ward in gazetteer.wards if ward.province == parts.site.profile.lexicon.province]

    def routes(self) -> Sequence[Route]:
        return [get("/figures", STAFF, self.show), get("/figures.csv", STAFF, self.export)]

    async def show(self, visit: Visit) -> web.Response:
        wanted = self._wanted(visit.request.query)
        total, found, course, places = await asyncio.to_thread(self._load, wanted)
        language = visit.language
        days = self._days(wanted, course, language)
        most = max((one.received for one in found), default=0)
        return self._layout.page(
            visit,
            "figures/figures.html",
            wanted=wanted,
            by=tuple(BY),
            presets=[(days, self._preset(days, wanted)) for days in _PRESETS],
            total=total,
            lines=[Line(self._name(one.key, wanted.by, language), one, _bar(one, most)) for one in found],
            chart=lines(days, ("line-received", "line-ended"), say(language, "figures-course")) if days else "",
            days=days,
            highest=top(days),
            map=self._map(places, language) if self._own_wards else "",
            places=[(self._name(one.key, "ward", language), one) for one in places],
            took=lambda seconds: took(seconds, language),
            percent=lambda ratio: percent(ratio, language),
        )

    async def export(self, visit: Visit) -> web.Response:
        """With a byte order mark, so that spreadsheets read Vietnamese rightly."""
        wanted = self._wanted(visit.request.query)
        _, found, *_ = await asyncio.to_thread(self._load, wanted)
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow([wanted.by, "name", *_COLUMNS])
        for one in found:
            name = self._name(one.key, wanted.by, visit.language)
            table.writerow([_cell(one.key or ""), _cell(name), *(_number(getattr(one, column)) for column in _COLUMNS)])
        file = f"figures-{wanted.by}-{wanted.since:%Y%m%d}-{wanted.until:%Y%m%d}.csv"
        return web.Response(
            body=b"\xef\xbb\xbf" + text.getvalue().encode(),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{file}"'},
        )

    # -- reading

    def _wanted(self, query: Mapping[str, str]) -> Wanted:
        """The last thirty days by channel, unless the address says otherwise."""
        today = self._layout.local(self._now()).date()
        until = _day(query.get("until")) or today
        since = _day(query.get("since")) or until - timedelta(days=29)
        if not timedelta(0) <= until - since <= timedelta(days=_MOST_DAYS):
            since, until = today - timedelta(days=29), today
        by = query.get("by", "")
        return Wanted(since, until, by if by in BY else "channel")

    def _preset(self, days: int, wanted: Wanted) -> tuple[str, bool]:
        """The address of the last so many days, and whether they are shown."""
        today = self._layout.local(self._now()).date()
        one = Wanted(today - timedelta(days=days - 1), today, wanted.by)
        return one.query(), one == wanted

    def _load(self, wanted: Wanted) -> tuple[Figures, list[Figures], list[Slot], list[Figures]]:
        since, until, now = self._midnight(wanted.since), self._midnight(wanted.until + timedelta(days=1)), self._now()
        with self._store.reading() as work:
            return (
                work.figures.by(None, since, until, now)[0],
                work.figures.by(BY[wanted.by], since, until, now),
                work.figures.course(since, until),
                work.figures.by(BY["ward"], since, until, now, medians=False),
            )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._site.profile.timezone)

    def _days(self, wanted: Wanted, course: Sequence[Slot], language: str) -> list[Day]:
        """What came in and what ended on each day."""
        count = (wanted.until - wanted.since).days + 1
        counted = {wanted.since + timedelta(days=number): [0, 0] for number in range(count)}
        for slot in course:
            pair = counted[self._layout.local(slot.at).date()]
            pair[0] += slot.received
            pair[1] += slot.ended
        return [
            Day(
                f"{day:%d/%m}",
                say(language, "figures-day", day=f"{day:%d/%m/%Y}", received=received, ended=ended),
                (received, ended),
            )
            for day, (received, ended) in counted.items()
        ]

    def _map(self, places: Sequence[Figures], language: str) -> Markup:
        """The site's own province; places elsewhere and unknown ones stand in the table alone."""
        counted = {one.key: one for one in places}

        def dot(ward: Ward) -> Dot:
            one = counted.get(ward.code, Figures(ward.code))
            told = say(language, "figures-dot", ward=ward.full_name, received=one.received, resolved=one.resolved,
                       overdue=one.overdue)  # fmt: skip
            return Dot(ward.latitude, ward.longitude, told, one.received, one.overdue)

        return draw([dot(ward) for ward in self._own_wards], say(language, "figures-map"))

    def _name(self, key: str | None, by: str, language: str) -> str:
        if key is None:
            return say(language, "figures-unknown")
        known: Mapping[str, str] = {
            "category": self._names.categories(language),
            "department": self._names.departments(language),
            "ward": self._wards,
        }.get(by, {})
        return channel_name(key, language) if by == "channel" else known.get(key, key)


def _bar(one: Figures, most: int) -> Markup:
    """Handled, overdue, and what is still on time."""
    waiting = one.received - one.resolved - one.overdue
    return bar((("bar-done", one.resolved), ("bar-late", one.overdue), ("bar-open", waiting)), most)


def took(seconds: float | None, language: str) -> str:
    """A length of time in its two largest units."""
    if seconds is None:
        return "–"
    minutes = int(seconds) // 60
    parts = (("days", minutes // 1440), ("hours", minutes // 60 % 24), ("minutes", minutes % 60))
    first = next((place for place, (_, count) in enumerate(parts) if count), None)
    if first is None:
        return say(language, "figures-minute")
    return " ".join(say(language, f"ago-{unit}", count=count) for unit, count in parts[first : first + 2] if count)


def _day(text: str | None) -> date | None:
    """A day of this century; nothing for any other text."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _cell(text: str) -> str:
    """A spreadsheet takes words with these signs in front for a formula, and would run it."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def _number(value: Any) -> Any:  # noqa: ANN401  a number or None
    return "" if value is None else value
