"""The parts of the site as forms have them: their names, their fields, what was typed in them, and how they read as lines.

The shapes of the values are those of conversation/site.py; whether they hold is for the profile to say, not for a form.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from conversation.errors import BadProfile
from conversation.profile import Profile
from conversation.site import PARTS
from conversation.understanding.weights import EMERGENCIES
from conversation.workdays import WEEKDAYS
from webhooks.console.layout import of_mapping
from webhooks.console.routing import Visit
from webhooks.console.texts import LANGUAGES, say

_DEPARTMENT = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORDS = re.compile(r"\S+\s*|\s+")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class Change(NamedTuple):
    """A stretch of what was there before, afterwards, or both. `sign`: `-`, `+` or a blank."""

    sign: str
    text: str


def kind_of(key: str) -> str:
    """The kind of part; empty when the site cannot have a part of this name."""
    kind, _, code = key.partition("/")
    if kind not in PARTS or (kind == "departments" and not _DEPARTMENT.fullmatch(code)):
        return ""
    return kind


def title_of(key: str, site: Profile, language: str) -> str:
    """What the part is called in lists and headings."""
    kind, _, code = key.partition("/")
    match kind:
        case "texts":
            spoken, _, name = code.partition("/")
            code = f"{name} ({LANGUAGES.get(spoken, spoken)})"
        case "categories" | "routes" | "names" | "deadlines" if code in site.categories:
            code = of_mapping(site.categories[code].names, language)
        case "departments" if code in site.departments:
            code = of_mapping(site.departments[code].names, language)
        case "emergencies":
            code = emergency_name(code, language)
    return say(language, f"part-{kind}", name=code) if kind in PARTS else key


def emergency_name(kind: str, language: str) -> str:
    known = say(language, f"emergency-{kind}")
    return kind if known.startswith("[") else known


def fields_of(key: str, value: Any, site: Profile) -> dict[str, Any]:  # noqa: ANN401 - what JSON can hold
    """What the form's fields hold for that value; empty fields for None. Raises TypeError, KeyError or AttributeError for
    a value of another shape, as another version of the program may have stored it.
    """
    match kind_of(key):
        case "texts" | "routes":
            if not isinstance(value, str | None):
                raise TypeError
            return {"value": value or ""}
        case "categories" | "emergencies":
            return {"value": "\n".join(value or ())}
        case "office":
            office = value or {"hours": {}, "holidays": ()}
            days = {day: ", ".join(office["hours"].get(day, ())) for day in WEEKDAYS}
            return {**days, "holidays": "\n".join(_shown(day) for day in office["holidays"])}
        case "names" | "line":
            return _by_language(value or {}, site)
        case "deadlines":
            unit = next(iter(value or ()), "")
            return {"unit": unit, "value": (value or {}).get(unit, "")}
        case "numbers":
            return {kind: (value or {}).get(kind, "") for kind in EMERGENCIES}
        case "aliases":
            return {"value": "\n".join(_aliases(value or {}))}
        case _:
            names = (value or {}).get("name", {})
            return {**_by_language(names, site), "retired": bool((value or {}).get("retired"))}


def value_of(key: str, visit: Visit, site: Profile) -> object:
    """What the form's fields say, in an edit's shape; nothing is judged here."""
    match kind_of(key):
        case "texts":  # a sentence may end with a blank: what stands between two words of a list does
            return _typed(visit, "value").strip("\n")
        case "routes":
            return visit.text("value", 60)
        case "categories" | "emergencies":
            lines = _typed(visit, "value").split("\n")
            return list(dict.fromkeys(line.strip() for line in lines if line.strip()))
        case "office":
            hours = {day: _spans(visit.text(day, 200)) for day in WEEKDAYS}
            days = re.split(r"[\s,;]+", visit.text("holidays", 20_000))
            holidays = list(dict.fromkeys(_iso(day) for day in days if day))
            return {"hours": {day: spans for day, spans in hours.items() if spans}, "holidays": sorted(holidays)}
        case "names" | "line":
            return _named(visit, site)
        case "deadlines":
            unit, term = visit.text("unit", 10), visit.text("value", 10)
            return {unit: int(term) if term.isdecimal() else 0} if unit else {}
        case "numbers":
            return {kind: visit.text(kind, 100) for kind in EMERGENCIES}
        case "aliases":
            pairs = (line.partition("=") for line in _typed(visit, "value").split("\n") if line.strip())
            return {
                alias.strip(): [name.strip() for name in names.split(",") if name.strip()] for alias, _, names in pairs
            }
        case _:
            return {"name": _named(visit, site), "retired": bool(visit.text("retired", 5))}


def lines_of(key: str, value: Any, site: Profile, language: str) -> list[str]:  # noqa: ANN401 - what JSON can hold
    """The value as it is shown in the history and in comparisons. A value of another version's shape as it is."""
    if value is None:
        return []
    try:
        return _lines(kind_of(key), value, site, language)
    except (AttributeError, KeyError, TypeError):
        return [str(value)]


def _lines(kind: str, value: Any, site: Profile, language: str) -> list[str]:  # noqa: ANN401 - what JSON can hold
    match kind:
        case "categories" | "emergencies":
            return list(value)
        case "routes":
            department = site.departments.get(value)
            return [of_mapping(department.names, language) if department else value]
        case "office":
            return _office_lines(value, language)
        case "departments":
            return [*_pairs(value["name"], LANGUAGES), *([say(language, "site-retired")] if value["retired"] else [])]
        case "names" | "line":
            return _pairs(value, LANGUAGES)
        case "deadlines":
            return [deadline_text(value.get("sla_hours"), value.get("sla_days"), language)]
        case "numbers":
            return _pairs(value, {kind: emergency_name(kind, language) for kind in EMERGENCIES})
        case "aliases":
            return _aliases(value)
    return [str(value)]


def _office_lines(value: Mapping[str, Any], language: str) -> list[str]:
    hours = [f"{say(language, f'day-{day}')}: {', '.join(value['hours'].get(day, ()))}" for day in WEEKDAYS]
    return [*hours, *(f"{say(language, 'site-holiday')}: {_shown(day)}" for day in value["holidays"])]


def _pairs(table: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    return [f"{labels.get(name, name)}: {value}" for name, value in table.items()]


def _aliases(table: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{alias} = {', '.join(names)}" for alias, names in table.items()]


def deadline_text(hours: int | None, days: int | None, language: str) -> str:
    """What is promised, in words."""
    if hours is not None:
        return say(language, "site-work-hours", count=hours)
    return say(language, "site-days", count=days) if days is not None else say(language, "site-no-deadline")


def changes(before: Sequence[str], after: Sequence[str], *, words: bool) -> list[Change]:
    """From the one to the other. `words`: word by word, with what stayed; else line by line, only what did not."""
    old, new = (_WORDS.findall("\n".join(side)) if words else list(side) for side in (before, after))
    found: list[Change] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            found += [Change(" ", "".join(old[a:b]))] if words else []
        elif words:
            found += [Change(sign, "".join(side)) for sign, side in (("-", old[a:b]), ("+", new[c:d])) if side]
        else:
            found += [Change(sign, line) for sign, side in (("-", old[a:b]), ("+", new[c:d])) for line in side]
    return found


def week_of(site: Profile) -> list[tuple[str, tuple[tuple[time, time], ...]]]:
    """Each weekday with its opening hours."""
    return [(day, site.office.hours.get(number, ())) for number, day in enumerate(WEEKDAYS)]


def problem_text(problem: BadProfile, language: str) -> str:
    """Why the site cannot be so, in the person's language where the rule has words; where, unless it goes without saying."""
    told = say(language, f"site-rule-{problem.rule or 'other'}", names=problem.names, reason=problem.reason)
    where = problem.key.rpartition(".")[2]
    place = say(language, f"day-{where}") if where in WEEKDAYS else problem.key
    return f"{place}: {told}"


def _typed(visit: Visit, name: str) -> str:
    """A field as it was typed, blanks and the joiners that Persian needs included; without control characters."""
    text = visit.form.get(name, "")
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n")) if isinstance(text, str) else ""
    return "".join(sign for sign in composed if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"})


def _named(visit: Visit, site: Profile) -> dict[str, str]:
    """What was typed as a name in each language."""
    return {one: _typed(visit, f"name-{one}").strip() for one in site.languages}


def _by_language(names: Mapping[str, str], site: Profile) -> dict[str, str]:
    return {f"name-{one}": names.get(one, "") for one in site.languages}


def _spans(text: str) -> list[str]:
    """`07:30 – 11:30; 13:00-17:00` as the profile writes it."""
    parts = (re.sub(r"\s", "", part).replace("–", "-") for part in re.split(r"[,;\n]", text))
    return [part for part in parts if part]


def _iso(day: str) -> str:
    """A day as people write it; what is no day stays, to be named in the refusal."""
    match = _DAY.fullmatch(day)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat() if match else day
    except ValueError:
        return day


def _shown(day: str) -> str:
    try:
        return date.fromisoformat(day).strftime("%d/%m/%Y")
    except ValueError:
        return day


def departments_for(site: Profile, language: str, present: str | None) -> Mapping[str, str]:
    """Where a category may be sent: the open ones, and where it goes now."""
    known = [one for one in site.departments.values() if not one.retired or one.code == present]
    return {one.code: of_mapping(one.names, language) for one in known}
