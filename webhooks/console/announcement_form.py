"""What somebody wrote in the form of an announcement, as the desk takes it, and the other way round."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from conversation.messages import Media, answers_of, link_of
from conversation.profile import Profile
from conversation.understanding.fold import fold
from ticket_store.broadcasts import Audience, Broadcast
from webhooks.console.routing import Visit
from webhooks.desk.wanted_announcement import Announcement, ArticleAsked
from webhooks.errors import BadFields

MOST_CHARS = 20_000
FIELDS = (
    *("title", "text", "link_label", "link_url", "wards", "provinces", "active_since", "starts_at", "expires_at"),
    *("urgent", "template", "topic", "article_title", "article_area"),
)
CHOSEN = ("accounts", "categories", "languages", "answers", "articles")


@dataclass(frozen=True, slots=True)
class Given:
    """The form as it was filled in, to be shown again as it is. `texts`: by the site's other languages."""

    fields: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Sequence[str]] = field(default_factory=lambda: dict.fromkeys(CHOSEN, ()))


def blank(site: Profile) -> Given:
    return Given(dict.fromkeys(FIELDS, ""), dict.fromkeys(site.languages[1:], ""))


def given_of(visit: Visit, site: Profile) -> Given:
    every = getattr(visit.form, "getall", lambda _name, default: default)
    return Given(
        {name: visit.text(name, MOST_CHARS) for name in FIELDS},
        {language: visit.text(f"text_{language}", MOST_CHARS) for language in site.languages[1:]},
        {name: [one for one in every(name, []) if isinstance(one, str)] for name in CHOSEN},
    )


def given_from(one: Broadcast, site: Profile, *, copied: bool) -> Given:
    """The form that would have made this announcement. A copy has no times: those of the first have passed."""
    audience, link = one.audience, link_of(one.message)

    def local(moment: datetime | None, shape: str) -> str:
        return "" if moment is None else moment.astimezone(site.timezone).strftime(shape)

    times = {} if copied else {"starts_at": one.starts_at, "expires_at": one.expires_at}
    fields = {
        "title": one.title,
        "text": one.message.text,
        "link_label": link[0] if link else "",
        "link_url": link[1] if link else "",
        "wards": ", ".join(audience.wards),
        "provinces": ", ".join(audience.provinces),
        "active_since": local(audience.active_since, "%Y-%m-%d"),
        "urgent": "1" if one.urgent else "",
        "topic": one.topic or "",
        "template": "1" if one.template and not copied else "",
        "article_title": one.article.title if one.article else "",
        "article_area": one.article.area if one.article else "",
        **{name: local(moment, "%Y-%m-%dT%H:%M") for name, moment in times.items()},
    }
    texts = {worded.language: worded.message.text for worded in one.others}
    return Given(
        {**dict.fromkeys(FIELDS, ""), **fields},
        {language: texts.get(language, "") for language in site.languages[1:]},
        {
            "accounts": audience.accounts,
            "categories": audience.categories,
            "languages": audience.languages,
            "answers": [answer.value for answer in answers_of(one.message)],
            "articles": one.article_accounts,
        },
    )


def announcement_of(given: Given, site: Profile, picture: Media | None = None) -> Announcement:
    """Times are the site's. Raises BadFields for a time that is none, and for a ward or province that there is not: it
    would reach nobody, and nobody would know why.
    """
    problems: dict[str, str] = {}
    fields, chosen = given.fields, given.chosen

    def moment(name: str, read: Callable[[str], datetime]) -> datetime | None:
        text = fields[name]
        try:
            return read(text).replace(tzinfo=site.timezone).astimezone(UTC) if text else None
        except (ValueError, OverflowError):
            problems[name] = "is no time"
            return None

    wards, provinces = names_in(fields["wards"]), names_in(fields["provinces"])
    problems |= _unknown_places(wards, provinces, site)
    link, articles = (fields["link_label"], fields["link_url"]), tuple(dict.fromkeys(chosen["articles"]))
    announcement = Announcement(
        title=fields["title"],
        text=fields["text"],
        audience=Audience(
            accounts=tuple(chosen["accounts"]),
            wards=tuple(wards),
            provinces=tuple(provinces),
            categories=tuple(chosen["categories"]),
            active_since=moment("active_since", lambda text: datetime.combine(date.fromisoformat(text), time())),
            languages=tuple(chosen["languages"]),
        ),
        starts_at=moment("starts_at", datetime.fromisoformat),
        expires_at=moment("expires_at", datetime.fromisoformat),
        urgent=fields["urgent"] == "1",
        texts={language: text for language, text in given.texts.items() if text},
        answers=chosen["answers"],
        link=link if any(link) else None,
        picture=picture,
        template=fields["template"] == "1",
        topic=fields["topic"] or None,
        article=ArticleAsked(articles, fields["article_title"], fields["article_area"]) if articles else None,
    )
    if problems:
        raise BadFields(problems)
    return announcement


def _unknown_places(wards: Sequence[str], provinces: Sequence[str], site: Profile) -> dict[str, str]:
    problems = {}
    units, home = site.lexicon.gazetteer, site.lexicon.province
    known = {fold(name) for one in units.wards if home in {None, one.province} for name in (one.full_name, one.name)}
    if any(fold(one) not in known for one in wards if not any(one == unit.code for unit in units.wards)):
        problems["wards"] = "names one that there is not"
    known = {fold(name) for one in units.provinces for name in (one.code, one.name, f"{one.kind} {one.name}")}
    if any(fold(one) not in known for one in provinces):
        problems["provinces"] = "names one that there is not"
    return problems


def names_in(text: str) -> list[str]:
    """Names between commas, semicolons or line breaks, each once."""
    parts = (part.strip() for part in text.replace(";", ",").replace("\n", ",").split(","))
    return [*dict.fromkeys(part for part in parts if part)]


def moments_in(shape: Mapping[str, Any]) -> dict[str, datetime | None]:
    """The moments of an announcement's object, as moments again."""
    names = ("eta", "starts_at", "expires_at", "created_at", "started_at", "ended_at", "quiet_until")
    return {name: None if shape[name] is None else datetime.fromisoformat(shape[name]) for name in names}


def ways_in(article: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Where its article stands at each account, with moments again."""
    names = ("due_at", "sent_at")
    return [
        {**way, **{name: None if way[name] is None else datetime.fromisoformat(way[name]) for name in names}}
        for way in article["accounts"]
    ]
