"""A site as two layers: what its files say, and edits of single parts of it laid over them.

An edit replaces one part, named by its key, by a value that JSON can hold:

    texts/vi/ask-name    one sentence: its text
    categories/road      keywords of a category: a list of phrases
    emergencies/fire     phrases of a kind of emergency, or of what makes it none (calm, feared, …): a list of phrases
    office               {"hours": {"mon": ["07:30-11:30"]}, "holidays": ["2027-01-01"]}
    departments/police   {"name": {"vi": "…", "en": "…"}, "retired": false}; an unknown code adds the department
    routes/road          the department that a category's reports go to: its code
    names/road           a category's names: {"vi": "…", "en": "…"}
    deadlines/road       {"sla_days": 3}, {"sla_hours": 8}, or {} for no promise
    numbers              which numbers each kind of emergency names: {"fire": "114", …}, all kinds
    line                 the numbers that a greeting names: {"vi": "…", "en": "…"}
    aliases              other names of provinces and districts: {"sg": ["Hồ Chí Minh"]}, all of them

Whatever the edits come to is read as a whole by `read_profile`: a site that the files could not say is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polib

from conversation.errors import BadProfile
from conversation.gazetteer.units import Gazetteer
from conversation.profile import LEXICON_FILE, SITE_FILE, Category, Profile, read_profile

EDITS = "edits"
"""What errors name as the file when a stored edit is to blame."""
_WHOLE = {"numbers": "emergencies", "line": "emergency_line"}
"""Key to the table of site.toml that it replaces."""
_SLA = ("sla_hours", "sla_days")
_MOST_CHARS, _MOST_PHRASES, _MOST_PHRASE_CHARS = 4000, 3000, 200
PARTS = (
    "texts", "categories", "emergencies", "office", "departments", "routes", "names", "deadlines", "numbers", "line",
    "aliases",
)  # fmt: skip
"""What may be edited; the first part of every key."""


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """What a site's files hold, parsed, and the profile that they tell by themselves."""

    tables: Mapping[str, Mapping[str, Any]] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    gazetteer: Gazetteer | None = field(repr=False)
    profile: Profile

    @classmethod
    def read(
        cls, tables: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str], gazetteer: Gazetteer | None = None
    ) -> "SiteFiles":
        """As `read_profile`. Raises `BadProfile`."""
        return cls(tables, texts, gazetteer, read_profile(tables, texts, gazetteer))

    def edited(self, edits: Mapping[str, object]) -> Profile:
        """The profile with the edits (key → value) laid over the files. Raises `BadProfile`, which names the key."""
        if not edits:
            return self.profile
        site, lexicon = dict(self.tables.get(SITE_FILE, {})), dict(self.tables.get(LEXICON_FILE, {}))
        sentences: dict[str, dict[str, str]] = {}
        for key, value in edits.items():
            match key.split("/"):
                case ["texts", language, name] if language in self.profile.languages:
                    sentences.setdefault(language, {})[name] = _text(key, value)
                case [("categories" | "emergencies") as section, code]:
                    lexicon[section] = {**lexicon.get(section, {}), code: _phrases(key, value)}
                case ["office"]:
                    site["office"] = {**site.get("office", {}), **_office(key, value)}
                case ["departments", code]:
                    site["departments"] = _put(site["departments"], {**_table(key, value), "code": code})
                case [("routes" | "names" | "deadlines") as what, code] if code in self.profile.categories:
                    site["categories"] = _put(
                        _without(site["categories"], code, what), _category(key, code, what, value)
                    )
                case ["numbers" | "line" as name]:
                    site[_WHOLE[name]] = _table(key, value)
                case ["aliases"]:
                    lexicon["aliases"] = _table(key, value)
                case _:
                    raise BadProfile(EDITS, key, "the site has no such part")
        own = {f"{EDITS}/{language}.po": _catalogue(texts) for language, texts in sentences.items()}
        tables = {**self.tables, SITE_FILE: site, LEXICON_FILE: lexicon}
        return read_profile(tables, {**self.texts, **own}, self.gazetteer, self.profile.lexicon.weights)

    def value(self, key: str) -> object:
        """What the files say of that part, in an edit's shape; None when they have no such part."""
        match key.split("/"):
            case ["texts", language, name]:
                return self.profile.catalog.texts.get(language, {}).get(name)
            case [("categories" | "emergencies") as section, code]:
                return self.tables.get(LEXICON_FILE, {}).get(section, {}).get(code)
            case ["office"]:
                office = self.tables[SITE_FILE]["office"]
                holidays = sorted(day.isoformat() for day in office.get("holidays", ()))
                return {"hours": dict(office["hours"]), "holidays": holidays}
            case ["departments", code] if (one := self.profile.departments.get(code)) is not None:
                return {"name": dict(one.names), "retired": one.retired}
            case [("routes" | "names" | "deadlines") as what, code] if code in self.profile.categories:
                return _of_category(self.profile.categories[code], what)
            case ["numbers"]:
                return dict(self.profile.emergencies)
            case ["line"]:
                return dict(self.profile.emergency_line)
            case ["aliases"]:
                return dict(self.tables.get(LEXICON_FILE, {}).get("aliases", {}))
            case _:
                return None


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadProfile(EDITS, key, "must be a text that is not empty", "empty")
    if len(value) > _MOST_CHARS:
        raise BadProfile(EDITS, key, f"must have at most {_MOST_CHARS} characters", "too-long", str(_MOST_CHARS))
    return value


def _phrases(key: str, value: object) -> list[Any]:
    """What they must be is for the lexicon to say; that they are a list, so that the key is named."""
    if not isinstance(value, list):
        raise BadProfile(EDITS, key, "must be a list of texts")
    if len(value) > _MOST_PHRASES or any(len(str(phrase)) > _MOST_PHRASE_CHARS for phrase in value):
        limits = f"{_MOST_PHRASES} × {_MOST_PHRASE_CHARS}"
        raise BadProfile(EDITS, key, f"must have at most {limits} characters", "too-long", limits)
    return value


def _table(key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadProfile(EDITS, key, "must be a table")
    return dict(value)


def _office(key: str, value: object) -> dict[str, Any]:
    """As site.toml has it: there a date is a date."""
    office = _table(key, value)
    days = []
    for text in office.get("holidays", ()):
        try:
            days.append(date.fromisoformat(text))
        except (TypeError, ValueError):
            raise BadProfile(EDITS, key, f"{text!r} is no date; write 2027-01-31", "date", str(text)) from None
    return {**office, "holidays": days}


def _category(key: str, code: str, what: str, value: object) -> dict[str, Any]:
    """What the edit says of the category, as site.toml has it."""
    match what:
        case "routes":
            return {"code": code, "department": _text(key, value)}
        case "names":
            return {"code": code, "name": _table(key, value)}
        case _:
            return {**_table(key, value), "code": code}


def _of_category(category: Category, what: str) -> object:
    match what:
        case "routes":
            return category.department
        case "names":
            return dict(category.names)
        case _:
            terms = zip(_SLA, (category.sla_hours, category.sla_days), strict=True)
            return {name: term for name, term in terms if term is not None}


def _without(rows: list[dict[str, Any]], code: str, what: str) -> list[dict[str, Any]]:
    """`rows`; when another deadline comes, the one of that code is without its own."""
    gone = _SLA if what == "deadlines" else ()
    return [{**one} if one["code"] != code else {name: one[name] for name in one if name not in gone} for one in rows]


def _put(rows: list[dict[str, Any]], row: dict[str, Any]) -> list[dict[str, Any]]:
    """`rows` with what `row` says of the one of its code; a new code comes last."""
    if all(one["code"] != row["code"] for one in rows):
        return [*rows, row]
    return [{**one, **row} if one["code"] == row["code"] else one for one in rows]


def _catalogue(texts: Mapping[str, str]) -> str:
    file = polib.POFile()
    file.extend(polib.POEntry(msgid=name, msgstr=text) for name, text in texts.items())
    return str(file)
