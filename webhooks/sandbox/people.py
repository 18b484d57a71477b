"""Scripted citizens: each opens a chat, answers what is asked, and stops when a ticket code is on the phone."""

import asyncio
import re
import secrets
from dataclasses import dataclass

from webhooks.sandbox.dialogues import Report, reports, without_marks
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble
from webhooks.sandbox.server import Sandbox

CODE = re.compile(r"[A-Za-z0-9]+-\d{6}-[2-9A-HJ-NP-TV-Z]{5}")
_MOST_TURNS = 16
_GREETING_SECONDS = 4.0
_YES = (
    "dong y",
    "dung, gui di",
    "dung",
    "duoc",
    "gui di",
    "xac nhan",
    "tiep tuc",
    "phan anh moi",
    "gui phan anh",
    "bo qua",
    "gui nguyen van",
)
_ASKED = (
    ("ho ten", "name"), ("dien thoai", "phone"), ("noi dung", "matter"), ("viec gi", "matter"), ("o dau", "place"),
    ("dia chi", "place"), ("phuong/xa", "place"), ("noi xay ra", "place"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chattered:
    """How it went. `codes`: the ticket codes that arrived, in no order."""

    people: int
    with_code: int
    codes: tuple[str, ...]


async def chatter(
    sandbox: Sandbox,
    people: int,
    *,
    at_once: int = 8,
    typing_seconds: float = 1.5,
    patience: float = 20.0,
    seed: int | None = None,
) -> Chattered:
    """`people` citizens chat, spread over all accounts, `at_once` of them at a time, and have all stopped afterwards.
    A citizen gives up after `patience` seconds without an answer, or after 16 turns.
    """
    accounts = list(sandbox.lines)
    gate = asyncio.Semaphore(at_once)

    async def one(index: int, report: Report) -> str | None:
        async with gate:
            return await _report(sandbox, accounts[index % len(accounts)], report, typing_seconds, patience)

    # Four accounts and five styles go round together, so each account meets each style.
    script = reports(people, secrets.randbelow(2**31) if seed is None else seed)
    found = await asyncio.gather(*(one(index, report) for index, report in enumerate(script)))
    codes = tuple(code for code in found if code is not None)
    return Chattered(people, len(codes), codes)


async def _report(sandbox: Sandbox, account: str, report: Report, typing_seconds: float, patience: float) -> str | None:
    """One citizen's whole chat; the code, or None."""
    person = sandbox.person(account, report.name)
    told: set[str] = set()
    await person.open_chat()
    try:
        shown = await person.next_message(min(patience, _GREETING_SECONDS))
    except TimeoutError:
        shown = None  # the account says nothing before it is spoken to
    if shown is None or report.style in ("all_in_one", "request_first"):
        await _first_words(person, report, told)
        shown = None
    for _ in range(_MOST_TURNS):
        try:
            shown = shown or await person.next_message(patience)
            shown = person.newest()
        except TimeoutError:
            return None
        code = CODE.search(shown.text)
        if code is not None:
            return code.group()
        await sandbox.stage.wait(typing_seconds)
        await _answer(person, report, shown, told)
        shown = None
    return None


async def _first_words(person: Person, report: Report, told: set[str]) -> None:
    if report.style == "all_in_one":
        told.update(("name", "phone", "place", "matter"))
        await person.send_text(report.whole())
    elif report.style == "request_first":
        told.add("matter")
        await person.send_text(report.matter)
    else:
        await person.send_text(report.spoken("Xin chào"))


async def _answer(person: Person, report: Report, shown: Bubble, told: set[str]) -> None:
    """The obvious button if there is one, else what the question names, else the next thing not told yet."""
    labels = {without_marks(button.label).casefold(): button.label for button in (*shown.buttons, *person.keyboard)}
    place = without_marks(report.place).casefold()
    fitting = next((word for word in (*_YES, *labels) if word in labels and (word in _YES or word in place)), None)
    if fitting is not None:
        await person.press(labels[fitting])
        return
    question = without_marks(shown.text).casefold()
    wanted = next((field for word, field in _ASKED if word in question), None)
    wanted = wanted if wanted and wanted not in told else next(iter(_untold(told)), wanted)
    told.add(wanted or "")
    if wanted == "phone" and any(button.action == "share_phone" for button in person.choices()) and len(told) % 2:
        await person.share_phone()
        return
    words = {"name": report.name, "phone": report.phone, "place": report.place, "matter": report.matter}
    text = report.spoken(words.get(wanted or "", "đồng ý"))
    if wanted == "matter" and report.style == "with_photo":
        await person.send_photo(None, text)
    else:
        await person.send_text(text)


def _untold(told: set[str]) -> list[str]:
    return [field for field in ("name", "phone", "place", "matter") if field not in told]
