"""The site profile: everything that differs between two hotlines, as frozen and checked values.

The shell reads the folder's files and passes what they hold; nothing here touches a file. docs/profile.md tells every
key with an example.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from conversation.catalog import Catalog, read_catalog
from conversation.errors import BadProfile
from conversation.gazetteer.units import Gazetteer
from conversation.ids import PlatformName
from conversation.quiet import QuietHours, read_quiet
from conversation.site_topics import Topic, read_topics
from conversation.tables import Table
from conversation.understanding.lexicon import Lexicon, build_lexicon
from conversation.understanding.reading import Field
from conversation.understanding.weights import EMERGENCIES, Weights, read_weights
from conversation.workdays import Office, read_office

SITE_FILE = "site.toml"
LEXICON_FILE = "lexicon.toml"
WEIGHTS_FILE = "weights.toml"
OTHER = "other"
"""The category of what no keyword was found for; every site has it."""
_FIELDS = tuple(field.value for field in Field)


@dataclass(frozen=True, slots=True)
class Channel:
    """One account of ours as the conversation sees it: its name in the notice, and what the platform can ask natively.

    `waiting`: how many people wait for a person at this moment, whatever their platform.
    """

    platform: PlatformName
    name: str
    asks_phone: bool = False
    asks_location: bool = False
    asks_form: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """`sla_hours`: open office hours; `sla_days`: working days; neither: no date is promised."""

    code: str
    names: Mapping[str, str]
    department: str | None = None
    sla_hours: int | None = None
    sla_days: int | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """`retired`: nothing new goes to it; what it has keeps its name."""

    code: str
    names: Mapping[str, str]
    retired: bool = False


class ConsentMode(StrEnum):
    """`ASK`: nothing goes on without a clear yes. `NOTICE`: the authority acts by law (`legal_basis`); it informs."""

    ASK = "ask"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class ConsentRule:
    mode: ConsentMode
    version: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class ReportRules:
    """How a report is collected. `order`: the four fields as asked; `required`: those that cannot be skipped.

    `departments_see_reporter`: members of a department read who reported, else only what was reported.
    """

    order: tuple[Field, ...]
    required: frozenset[Field]
    require_national_id: bool = False
    require_subject: bool = False
    duplicates: Literal["ask", "refuse"] = "ask"
    split_requests: Literal["whole", "ask"] = "whole"
    split_words: tuple[str, ...] = ()
    ask_ward: bool = True
    offer_linking: bool = True
    departments_see_reporter: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """How long things last. `reminder` zero: never. `hold`: a person's lease without a word of theirs.

    `same_matter`: as long may a report be the same one; `addition`: as long after the code words are an addition.
    `due_soon`: so long before its deadline somebody is reminded of a ticket; `department_silent`: so long may a department
    leave its link unanswered. Either zero: never.
    """

    reminder: timedelta
    draft: timedelta
    hold: timedelta
    same_matter: timedelta
    addition: timedelta
    album: timedelta
    due_soon: timedelta
    department_silent: timedelta


@dataclass(frozen=True, slots=True)
class AnnouncementRules:
    """`two_people`: who wrote one may not approve it. `urgent_reaches_all`: urgent ones go also to who wants none.

    `quiet`: when only urgent ones are sent. `prices`: what a message costs, in the site's currency, by account. `topics`:
    by code, what people may stop alone.
    """

    two_people: bool = True
    urgent_reaches_all: bool = False
    quiet: QuietHours | None = None
    prices: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retention:
    """Kept so long and then erased by `tongdai purge`: transcripts after the last message, tickets after closing,
    the audit log.
    """

    transcript: timedelta
    ticket: timedelta | None
    events: timedelta
    audit: timedelta


@dataclass(frozen=True, slots=True)
class Profile:
    """A checked site. Texts by language have every language of `languages`; the first one is the default."""

    titles: Mapping[str, str]
    places: Mapping[str, str]
    province: str | None
    prefix: str
    timezone: ZoneInfo
    languages: tuple[str, ...]
    rules: Literal["vn", "fa"]
    hotline: str
    emergency_line: Mapping[str, str]
    complaints_office: Mapping[str, str]
    emergencies: Mapping[str, str]
    report: ReportRules
    consent: ConsentRule
    times: Times
    retention: Retention
    office: Office
    answer_minutes: int
    categories: Mapping[str, Category]
    departments: Mapping[str, Department]
    catalog: Catalog = field(repr=False)
    lexicon: Lexicon = field(repr=False)
    announcements: AnnouncementRules = AnnouncementRules()

    @property
    def open_departments(self) -> dict[str, Department]:
        """Those that something may be given to."""
        return {code: one for code, one in self.departments.items() if not one.retired}

    def language(self, wanted: str | None) -> str:
        """`wanted` when the site speaks it (also as `vi-VN`), else the site's first language."""
        short = (wanted or "").replace("_", "-").split("-")[0].lower()
        return short if short in self.languages else self.languages[0]


def read_profile(
    tables: Mapping[str, Mapping[str, Any]],
    texts: Mapping[str, str],
    gazetteer: Gazetteer | None = None,
    weights: Weights | None = None,
) -> Profile:
    """The profile that the files tell. `tables`: `site.toml`, `lexicon.toml` and `weights.toml`, parsed. `texts`: file name → gettext
    source, base catalogues first, the site's own after them. `weights`: what `weights.toml` came to, where that is known.
    Raises `BadProfile` with file, key and reason.
    """
    site = Table(SITE_FILE, tables.get(SITE_FILE, {}))
    languages = site.texts("languages")
    if not languages or len(set(languages)) < len(languages):
        raise site.bad("languages", "must name at least one language, each once")
    timezone = _read_timezone(site)
    prefix = site.text("prefix")
    if not (prefix.isascii() and prefix.isalnum() and len(prefix) <= 12):
        raise site.bad("prefix", "must be 1-12 letters and digits")
    rules: Literal["vn", "fa"] = "fa" if site.one_of("rules", ("vn", "fa"), "vn") == "fa" else "vn"
    province = site.text("province") if site.has("province") else None
    units = gazetteer if gazetteer is not None and province is not None else Gazetteer.empty()
    own = units.province(province) if province is not None else None
    office = site.table("office")
    departments = {one.code: one for one in (_read_department(part, languages) for part in site.tables("departments"))}
    categories = {
        one.code: one for one in (_read_category(part, languages, departments) for part in site.tables("categories"))
    }
    if OTHER not in categories:
        raise site.bad("categories", f"one must have the code {OTHER}")
    hotline = site.text("hotline")
    announcements = _read_announcements(site.table("announcements", optional=True), timezone, languages)
    profile = Profile(
        titles=site.spoken("title", languages),
        places=site.spoken("place", languages),
        province=own.name if own else province,
        prefix=prefix,
        timezone=timezone,
        languages=languages,
        rules=rules,
        hotline=hotline,
        emergency_line=site.spoken("emergency_line", languages),
        complaints_office=site.spoken("complaints_office", languages),
        emergencies=_read_emergencies(site.table("emergencies")),
        report=_read_report(site.table("report", optional=True)),
        consent=_read_consent(site.table("consent")),
        times=_read_times(site.table("times", optional=True)),
        retention=_read_retention(site.table("retention", optional=True)),
        announcements=announcements,
        answer_minutes=office.number("answer_minutes", 10, least=1),
        office=read_office(office, timezone),
        categories=categories,
        departments=departments,
        catalog=read_catalog(texts, languages),
        lexicon=build_lexicon(
            tables.get(LEXICON_FILE, {}),
            units,
            province=province if gazetteer is not None else None,
            hotlines=(hotline, *site.texts("hotlines", ())),
            prefix=prefix,
            ticket_code_patterns=site.texts("ticket_code_patterns", ()),
            rules=rules,
            weights=weights or read_weights(tables.get(WEIGHTS_FILE, {})),
            topics={one.code: (*one.names.values(), *one.words) for one in announcements.topics.values()},
        ),
    )
    office.finish()
    site.finish()
    for code in tables.get(LEXICON_FILE, {}).get("categories", ()):
        if code not in categories:
            raise BadProfile(LEXICON_FILE, f"categories.{code}", f"{SITE_FILE} has no category of this code")
    return profile


def due_at(site: Profile, category: str, at: datetime) -> datetime | None:
    """When (UTC) a report of that category received at `at` is promised by office hours and holidays; None: not at all."""
    rule = site.categories.get(category) or site.categories[OTHER]
    due = None
    if rule.sla_hours is not None:
        due = site.office.after_hours(at, rule.sla_hours)
    elif rule.sla_days is not None:
        due = site.office.after_days(at, rule.sla_days)
    return due.astimezone(UTC) if due else None


def _read_timezone(site: Table) -> ZoneInfo:
    try:
        return ZoneInfo(site.text("timezone"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise site.bad("timezone", "no time zone has this name") from error


def _read_department(table: Table, languages: tuple[str, ...]) -> Department:
    department = Department(table.text("code"), table.spoken("name", languages), table.yes("retired", default=False))
    table.finish()
    return department


def _read_category(table: Table, languages: tuple[str, ...], departments: Mapping[str, Department]) -> Category:
    if table.has("sla_hours") and table.has("sla_days"):
        raise table.bad("sla_days", "give either sla_hours or sla_days")
    department = table.one_of("department", tuple(departments)) if table.has("department") else None
    if department is not None and departments[department].retired:
        raise table.bad("department", f"{department} is retired", "retired-department", department)
    category = Category(
        code=table.text("code"),
        names=table.spoken("name", languages),
        department=department,
        sla_hours=table.number("sla_hours", least=1, most=2000) if table.has("sla_hours") else None,
        sla_days=table.number("sla_days", least=1, most=365) if table.has("sla_days") else None,
    )
    table.finish()
    return category


def _read_emergencies(table: Table) -> dict[str, str]:
    numbers = {kind: table.text(kind) for kind in EMERGENCIES}
    table.finish()
    return numbers


def _read_report(table: Table) -> ReportRules:
    order = table.some_of("order", _FIELDS, _FIELDS)
    required = table.some_of("required", order, order)
    if Field.REQUEST not in required:
        raise table.bad("required", "the request cannot be left out")
    rules = ReportRules(
        order=tuple(Field(name) for name in order),
        required=frozenset(Field(name) for name in required),
        require_national_id=table.yes("require_national_id", default=False),
        require_subject=table.yes("require_subject", default=False),
        duplicates="refuse" if table.one_of("duplicates", ("ask", "refuse"), "ask") == "refuse" else "ask",
        split_requests="ask" if table.one_of("split_requests", ("whole", "ask"), "whole") == "ask" else "whole",
        split_words=table.texts("split_words", ()),
        ask_ward=table.yes("ask_ward", default=True),
        offer_linking=table.yes("offer_linking", default=True),
        departments_see_reporter=table.yes("departments_see_reporter", default=False),
    )
    table.finish()
    return rules


def _read_consent(table: Table) -> ConsentRule:
    mode = ConsentMode(table.one_of("mode", tuple(ConsentMode), ConsentMode.ASK))
    if mode is ConsentMode.NOTICE and not table.has("legal_basis"):
        raise table.bad("legal_basis", "a site that does not ask must name the law it acts by")
    rule = ConsentRule(mode, table.text("version"), table.text("legal_basis", "consent"))
    table.finish()
    return rule


def _read_times(table: Table) -> Times:
    times = Times(
        reminder=timedelta(minutes=table.number("reminder_minutes", 30, most=720)),
        draft=timedelta(hours=table.number("draft_hours", 72, least=1, most=720)),
        hold=timedelta(minutes=table.number("hold_minutes", 30, least=1, most=1440)),
        same_matter=timedelta(hours=table.number("same_matter_hours", 72, most=720)),
        addition=timedelta(minutes=table.number("addition_minutes", 30, most=1440)),
        album=timedelta(milliseconds=table.number("album_milliseconds", 1500, most=2000)),
        due_soon=timedelta(hours=table.number("due_soon_hours", 24, most=720)),
        department_silent=timedelta(hours=table.number("department_silent_hours", 48, most=336)),
    )
    if times.reminder >= times.draft:
        raise table.bad("reminder_minutes", "the reminder must come before the report is deleted (draft_hours)")
    table.finish()
    return times


def _read_announcements(table: Table, timezone: ZoneInfo, languages: tuple[str, ...]) -> AnnouncementRules:
    prices = table.table("prices", optional=True)
    rules = AnnouncementRules(
        two_people=table.yes("two_people", default=True),
        urgent_reaches_all=table.yes("urgent_reaches_all", default=False),
        quiet=read_quiet(table, "quiet", timezone),
        prices={account: prices.number(account, most=1_000_000) for account in prices.names()},
        topics=read_topics(table, languages),
    )
    table.finish()
    return rules


def _read_retention(table: Table) -> Retention:
    tickets = table.number("ticket_days", 0, most=36_500)
    retention = Retention(
        transcript=timedelta(days=table.number("transcript_days", 90, least=1)),
        ticket=timedelta(days=tickets) if tickets else None,
        events=timedelta(days=table.number("event_days", 14, least=3)),
        audit=timedelta(days=table.number("audit_days", 730, least=30)),
    )
    table.finish()
    return retention
