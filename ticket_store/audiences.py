# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""An audience as a condition on conversations, and why somebody in it is left out, as SQL.

The reasons are those of conversation/broadcast.py (`plan`), in the same order; a test holds the two together.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from conversation.ids import AccountId
from ticket_store.broadcasts import Audience
from ticket_store.moments import micros
from ticket_store.sql import values_of
from ticket_store.topics import pattern

Windows = Mapping[AccountId, timedelta | None]
"""The accounts we serve, each with its platform's messaging window; None: it has none."""
Clause = tuple[str, list[Any]]


def condition(audience: Audience, windows: Windows) -> Clause:
    """Whose conversation `c` belongs to it."""
    accounts = [one for one in windows if not audience.accounts or one in audience.accounts]
    if not accounts:
        return "1 = 0", []
    # not by an index of the accounts: who asks goes through all conversations by their ids, a piece at a time
    parts = [f"c.account || '' IN {values_of(1, len(accounts))}"]
    values: list[Any] = [*accounts]
    for clause in (
        _units("t.ward", audience.wards, audience.ward_codes),
        _units("t.province", audience.provinces, audience.province_ward_codes),
        _of_tickets("t.category", audience.categories),
    ):
        if clause is not None:
            parts.append(clause[0])
            values += clause[1]
    for languages, but in (
        (audience.languages_besides, True),
        (() if audience.languages_besides else audience.languages, False),
    ):
        if languages:
            parts.append(_speaks(len(languages), but=but))
            values += [f"{one}-%" for one in languages]
    if audience.active_since is not None:
        parts.append("c.last_message_at >= ?")
        values.append(micros(audience.active_since))
    return " AND ".join(parts), values


def _speaks(count: int, *, but: bool) -> str:
    """Who speaks one of so many languages, or (`but`) none of them; the platforms write them `vi`, `vi-VN`, `vi_VN`."""
    one = "LOWER(REPLACE(c.language, '_', '-')) || '-' LIKE ?"
    some = " OR ".join([f"({one})"] * count)
    return f"(c.language IS NULL OR NOT ({some}))" if but else f"({some})"


def _units(column: str, names: Sequence[str], codes: Sequence[str]) -> Clause | None:
    """By what their tickets say, and by where they said they are."""
    if not names:
        return None
    given = [*codes, *names]
    by_code = f"c.ward_code IN {values_of(1, len(given))}"
    by_name = _of_tickets(column, names)
    by_ticket = _of_tickets("t.ward_code", given)
    clauses = [one for one in (by_name, by_ticket) if one is not None]
    text = " OR ".join([by_code, *(one[0] for one in clauses)])
    return f"({text})", [*given, *(value for one in clauses for value in one[1])]


def _of_tickets(column: str, values: Sequence[str]) -> Clause | None:
    if not values:
        return None
    text = (
        "EXISTS (SELECT 1 FROM tickets t WHERE t.conversation_id IS NOT NULL AND t.conversation_id = c.id"
        f" AND {column} IN {values_of(1, len(values))})"
    )
    return text, list(values)


def left_out(
    windows: Windows, now: datetime, *, exempt: bool, topic: str | None = None, by_article: Collection[str] = ()
) -> Clause:
    """Why the person of conversation `c` gets nothing of that topic; NULL: they get it. `by_article`: the accounts whose
    followers get an article instead.
    """
    values: list[Any] = [*by_article]
    cases = [f"WHEN c.account IN {values_of(1, len(values))} THEN 'by_article'"] if values else []
    cases.append("WHEN NOT c.reachable THEN 'blocked'")
    if not exempt:
        cases.append("WHEN c.opted_out THEN 'opted_out'")
    if topic is not None and not exempt:
        cases.append("WHEN c.topics_off LIKE ? THEN 'topic_off'")
        values.append(pattern(topic))
    cases.append("WHEN c.held_by IS NOT NULL THEN 'held'")
    for account, window in windows.items():
        if window is not None:
            cases.append("WHEN c.account = ? AND c.window_from IS NULL THEN 'no_allowed_kind'")
            cases.append("WHEN c.account = ? AND c.window_from <= ? THEN 'window_closed'")
            values += [account, account, micros(now - window)]
    return f"CASE {' '.join(cases)} END", values
