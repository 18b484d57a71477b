"""What somebody wrote in the form of an announcement, as the desk takes it; and the words as a channel will cut them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from conversation.profile import Profile
from conversation.understanding.fold import fold
from ticket_store.broadcasts import Audience
from webhooks.console.routing import Visit
from webhooks.desk.wanted_announcement import Announcement
from webhooks.errors import BadFields

MOST_CHARS = 20_000
FIELDS = ("title", "text", "wards", "provinces", "active_since", "starts_at", "expires_at", "urgent")


@dataclass(frozen=True, slots=True)
class Given:
    """The form as it was filled in, to be shown again as it is."""

    fields: Mapping[str, str]
    accounts: Sequence[str] = ()
    categories: Sequence[str] = ()


def given_of(visit: Visit) -> Given:
    every = getattr(visit.form, "getall", lambda _name, default: default)
    return Given(
        {name: visit.text(name, MOST_CHARS) for name in FIELDS},
        [one for one in every("accounts", []) if isinstance(one, str)],
        [one for one in every("categories", []) if isinstance(one, str)],
    )


def announcement_of(given: Given, site: Profile) -> Announcement:
    """Times are the site's. Raises BadFields for a time that is none, and for a ward or province that there is not: it
    would reach nobody, and nobody would know why.
    """
    problems: dict[str, str] = {}

    def moment(name: str, read: Callable[[str], datetime]) -> datetime | None:
        text = given.fields[name]
        try:
            return read(text).replace(tzinfo=site.timezone).astimezone(UTC) if text else None
        except (ValueError, OverflowError):
            problems[name] = "is no time"
            return None

    units, home = site.lexicon.gazetteer, site.lexicon.province
    wards, provinces = names_in(given.fields["wards"]), names_in(given.fields["provinces"])
    known = {fold(name) for one in units.wards if home in {None, one.province} for name in (one.full_name, one.name)}
    if any(fold(one) not in known for one in wards if not any(one == unit.code for unit in units.wards)):
        problems["wards"] = "names one that there is not"
    known = {fold(name) for one in units.provinces for name in (one.code, one.name, f"{one.kind} {one.name}")}
    if any(fold(one) not in known for one in provinces):
        problems["provinces"] = "names one that there is not"
    announcement = Announcement(
        given.fields["title"],
        given.fields["text"],
        Audience(
            accounts=tuple(given.accounts),
            wards=tuple(wards),
            provinces=tuple(provinces),
            categories=tuple(given.categories),
            active_since=moment("active_since", lambda text: datetime.combine(date.fromisoformat(text), time())),
        ),
        moment("starts_at", datetime.fromisoformat),
        moment("expires_at", datetime.fromisoformat),
        given.fields["urgent"] == "1",
    )
    if problems:
        raise BadFields(problems)
    return announcement


def names_in(text: str) -> list[str]:
    """Names between commas, semicolons or line breaks, each once."""
    parts = (part.strip() for part in text.replace(";", ",").replace("\n", ",").split(","))
    return [*dict.fromkeys(part for part in parts if part)]


def units(text: str) -> int:
    """The length as platforms count it: letters beyond U+FFFF, most emoji, are two."""
    return len(text) + sum(ord(sign) > 0xFFFF for sign in text)


def pieces(text: str, limit: int) -> list[str]:
    """About how a channel with this limit gets the text: cut at white space where there is some."""
    found, rest = [], text.strip()
    while units(rest) > limit:
        end, length = 0, 0
        while length + units(rest[end]) <= limit:
            length += units(rest[end])
            end += 1
        cut = next((place for place in range(end, end // 2, -1) if rest[place].isspace()), end)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest else found


def moments_in(shape: Mapping[str, Any]) -> dict[str, datetime | None]:
    """The moments of an announcement's object, as moments again."""
    names = ("eta", "starts_at", "expires_at", "created_at", "started_at", "ended_at")
    return {name: None if shape[name] is None else datetime.fromisoformat(shape[name]) for name in names}
