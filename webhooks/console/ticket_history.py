"""A ticket's history as a page shows it: codes by their names, moments in the site's time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from ticket_store.records import HistoryEntry
from webhooks.console.naming import Names
from webhooks.console.texts import say

_SAID = frozenset({"name", "phone", "place", "request", "subject"})


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` in words; both empty: it was corrected, and what it said is nobody's to read here."""

    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. The words of colleagues, for the citizen, and of the citizen."""

    id: str
    at: datetime
    who: str
    what: str
    changes: tuple[Change, ...]
    note: str | None = field(default=None, repr=False)
    answer: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)


def steps(entries: Sequence[HistoryEntry], names: Names, language: str, zone: tzinfo) -> list[Step]:
    """Latest first."""
    known = names.of(language)
    return [
        Step(
            entry.id,
            entry.at,
            names.actor(entry.actor, language),
            say(language, f"step-{entry.kind}"),
            tuple(
                _change(name, pair, known, language, zone)
                for name, pair in entry.changes.items()
                if entry.kind != "opened"
            ),
            entry.note,
            entry.answer,
            entry.text,
        )
        for entry in reversed(entries)
    ]


def _change(
    name: str, pair: Sequence[Any], known: Mapping[str, Mapping[str, str]], language: str, zone: tzinfo
) -> Change:
    label = say(language, f"field-{name}")
    if name in _SAID:
        return Change(label)
    if name == "link_group":  # a name without meaning, for the database only
        return Change(label, after=say(language, "parted" if pair[1] is None else "joined"))
    before, after = (_word(name, value, known, language, zone) for value in pair)
    return Change(label, before, after)


def _word(name: str, value: Any, known: Mapping[str, Mapping[str, str]], language: str, zone: tzinfo) -> str:  # noqa: ANN401  a JSON value
    if value is None:
        return "–"
    if isinstance(value, bool):
        return say(language, "yes" if value else "no")
    if name == "due_at":
        return f"{datetime.fromisoformat(value).astimezone(zone):%H:%M %d/%m/%Y}"
    if name == "rating":
        return say(language, f"rating-{value}")
    return known.get(f"{name}_names", {}).get(str(value), str(value))
