"""A month of reports made up in a store, and the same month kept in plain values, for whoever counts it another way."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from kit.sites import gazetteer

from conversation.effects import TicketDraft
from conversation.ids import AccountId, PlatformName
from conversation.places import Place
from ticket_store.engine import Store
from webhooks.sandbox.dialogues import reports

CHANNELS = ("zalo", "messenger", "telegram", "viber", "phone", "counter")
MATTERS = {
    "Đèn": ("lighting", "transport"), "Rác": ("waste", "environment"), "Ổ gà": ("road", "transport"),
    "Cống": ("drainage", "construction"), "karaoke": ("noise", "ward"), "Vỉa hè": ("urban_order", "ward"),
    "Nước": ("water_supply", "water"), "Cây": ("trees", "construction"),
}  # fmt: skip
"""Category and department by a word of what was said."""
PEOPLE = ("Lan", "Hoa")
ENDINGS = ("resolved", "resolved", "resolved", "rejected", "cancelled", "closed", "reopened")
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Case:
    """What was done with one report, told by who did it. `ended`: None while it is open."""

    code: str
    account: str
    category: str
    department: str
    ward: str | None
    created: datetime
    due: datetime | None
    answered: datetime | None = None
    ended: datetime | None = None
    hands: set[str] = field(default_factory=set)


def filled(store: Store, count: int, seed: int, until: datetime, days: int = 30) -> list[Case]:
    """`count` reports of the `days` before `until`; the last ones are still open. Lan and Hoa must be people of the console."""
    dice = random.Random(seed)
    wards = [ward for ward in gazetteer().wards if ward.province == "79"]
    busy = dice.sample(wards, 25)
    found = []
    moments = sorted(until - timedelta(days=days) * dice.random() for _ in range(count))
    for number, (said, moment) in enumerate(zip(reports(count, seed), moments, strict=True)):
        created = moment - timedelta(seconds=moment.second, microseconds=moment.microsecond)
        category, department = next(pair for word, pair in MATTERS.items() if word in said.matter)
        ward = None if number % 11 == 10 else dice.choice(busy)
        case = Case(
            "", dice.choice(CHANNELS), category, department, ward and ward.code, created,
            None if number % 7 == 6 else created + timedelta(days=dice.choice((1, 3, 5))),
        )  # fmt: skip
        place = Place(said.place, ward=ward.full_name, province="Hồ Chí Minh", ward_code=ward.code) if ward else None
        draft = TicketDraft(
            said.name, said.phone.replace(" ", "").replace("0", "+84", 1), place, said.matter, category,
            department=case.department, due_at=case.due,
        )  # fmt: skip
        desk = case.account in {"phone", "counter"}
        actor = dice.choice(PEOPLE) if desk else "bot"
        with store.writing() as work:
            case.code = work.tickets.open(
                draft, None, AccountId(case.account), PlatformName(case.account), None, "1022",
                created.astimezone(_ZONE).date(), created, actor=actor,
            ).code  # fmt: skip
            case.hands |= {actor} if desk else set()
            for at, who, changes in _course(dice, case, until):
                work.tickets.change(case.code, who, at, **changes)
                case.hands |= {who} & set(PEOPLE)
        found.append(case)
    return found


def _course(dice: random.Random, case: Case, until: datetime) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    """Changes one after the other, each noted in `case`; it ends with `until`."""
    at, who = case.created, dice.choice(PEOPLE)
    steps: list[dict[str, Any]] = [{"status": "forwarded"}, {"status": "in_progress"}]
    steps = steps[: dice.randrange(3)]
    if dice.random() < 0.5:
        steps.insert(dice.randrange(len(steps) + 1), {"answer": "Đang kiểm tra"})
    ending = dice.choice(ENDINGS)
    if dice.random() < 0.85:
        steps += {
            "rejected": [{"status": "rejected", "note": "Không thuộc thẩm quyền"}],
            "cancelled": [{"status": "cancelled"}],
            "closed": [{"status": "resolved", "answer": "Đã xong"}, {"status": "closed"}],
            "reopened": [{"status": "resolved", "answer": "Đã xong"}, {"status": "reopened"}],
        }.get(ending, [{"status": "resolved", "answer": "Đã xử lý xong"}])
    for step in steps:
        at += timedelta(minutes=dice.randrange(5, 2000))
        if at > until:
            return
        if "answer" in step:
            case.answered = case.answered or at
        if step.get("status") in {"resolved", "rejected", "cancelled"}:
            case.ended = at
        elif step.get("status") == "reopened":
            case.ended = None
        yield at, who if dice.random() < 0.9 else f"department:{case.department}", step


@dataclass(frozen=True)
class Count:
    """As hotlines publish it, counted from the cases one by one."""

    received: int
    answered: int
    resolved: int
    on_time: int
    overdue: int
    ratio: float | None
    first_answer: float | None
    solution: float | None


def count(cases: Sequence[Case], now: datetime) -> Count:
    ended = [one for one in cases if one.ended]
    answers = [(one.answered - one.created).total_seconds() for one in cases if one.answered]
    ends = [(one.ended - one.created).total_seconds() for one in cases if one.ended]
    return Count(
        received=len(cases),
        answered=len(answers),
        resolved=len(ended),
        on_time=sum(one.due is None or one.ended <= one.due for one in ended if one.ended),
        overdue=sum(one.due is not None and one.due < now for one in cases if not one.ended),
        ratio=round(len(ended) / len(cases), 4) if cases else None,
        first_answer=round(median(answers), 1) if answers else None,
        solution=round(median(ends), 1) if ends else None,
    )


def parts(cases: Sequence[Case], by: str) -> dict[str | None, list[Case]]:
    """The cases by channel, category, department, ward or operator; each of its people has a case."""
    found: dict[str | None, list[Case]] = {}
    for one in cases:
        keys: set[Any] = one.hands if by == "operator" else {one.account if by == "channel" else getattr(one, by)}
        for key in keys:
            found.setdefault(key, []).append(one)
    return found
