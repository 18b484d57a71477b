"""Dialogues as text files: what a citizen does, what the bot must answer, which ticket comes of it.

A file has a head (`# what it shows`, `site: hcmc`, `platforms: all` or names) and then one step a line:

    > words of the citizen            > [[photo]] caption      > [[album:3]]         > [[voice]]      > [[sticker]]
    > [[start]]  a start button       > [[open]]  the chat is merely opened          > [[leave]]      > [[poll]]
    > [[location:10.77,106.70]]       > [[share-phone:0912345678]]  their own        > [[contact:0912345678]]
    > [[form:name=…;phone=…;address=…]]                        > [[edit:words]]      > [[reaction]]
    [Đồng ý]                          a button pressed by its label; [code:confirm:yes] an old one by its code
    ... 26h later                     also m and d; what is due meanwhile happens
    operator takes over | operator hands back | operator> words | operator in the app> words
    news: resolved answer=… | news: need_info question=…       the last ticket moved on
    announced: words                  an announcement with both buttons for an answer has come
    < words                           they stand in the one answer to the last step; `*` is anything
    !< words                          they do not
    = no answer                       nothing was said
    ticket: name=… phone=… ward=…     the newest ticket has these; `tickets: 2` so many there are
    alert: wants_operator             operators were told
    added: words                      the newest ticket was amended by these words

`{code}` is the code of the newest ticket, `{code1}` that of the first, `{other}` that of somebody else's ticket, which
was made at the counter: on a road, being worked on, with a phone that ends in 4321; `{announcement}` is the id of the last
announcement. `parse` reads a file, `pure_chat` plays it on
`step` alone; `complaint` judges one expectation and is the same for every way to play.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conversation.messages import Message

FOLDER = Path(__file__).parents[1] / "journeys" / "transcripts"
PLATFORMS = ("zalo", "viber", "messenger", "telegram")
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, 9:00 in Vietnam: the office is open."""

_LATER = re.compile(r"\.\.\.\s*(\d+)\s*([smhd]) later")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SPECIAL = re.compile(r"\[\[([a-z-]+)(?::([^\]]*))?\]\]\s*(.*)", re.DOTALL)
_PAIRS = re.compile(r"([a-z_]+)([=~])(.*?)(?=\s+[a-z_]+[=~]|$)")
_EXPECTATIONS = frozenset({"<", "!<", "=", "ticket", "tickets", "alert", "added"})


@dataclass(frozen=True, slots=True)
class Line:
    """One step. `kind`: `>`, `press`, `special`, `later`, `operator`, `app`, `takes over`, `hands back`, `news`, `announced`, or an
    expectation (`<`, `!<`, `=`, `ticket`, `tickets`, `alert`, `added`). `name`, `argument` are those of a special.
    """

    number: int
    kind: str
    text: str = ""
    name: str = ""
    argument: str = ""

    @property
    def expects(self) -> bool:
        return self.kind in _EXPECTATIONS

    @property
    def pairs(self) -> Sequence[tuple[str, str, str]]:
        """(field, `=` or `~`, value) of a `ticket` or `news` line."""
        return [(name, sign, value.strip()) for name, sign, value in _PAIRS.findall(self.text)]

    @property
    def delay(self) -> timedelta:
        match = _LATER.fullmatch(self.text)
        assert match is not None, f"line {self.number}: a pause is written '... 26h later'"
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


@dataclass(frozen=True, slots=True)
class Transcript:
    name: str
    shows: str
    site: str
    platforms: tuple[str, ...]
    lines: tuple[Line, ...]


def parse(name: str, source: str) -> Transcript:
    """The transcript of a file's text. A line nobody can read is an AssertionError with its number."""
    shows: list[str] = []
    head = {"site": "hcmc", "platforms": "all"}
    lines: list[Line] = []
    for number, raw in enumerate(source.splitlines(), 1):
        text = raw.strip()
        key, _, value = text.partition(":")
        if text.startswith("#"):
            shows.append(text.lstrip("# "))
        elif not lines and key in head:
            head[key] = value.strip()
        elif text:
            lines.append(_line(number, text))
    platforms = PLATFORMS if head["platforms"] == "all" else tuple(head["platforms"].replace(",", " ").split())
    return Transcript(name, " ".join(shows), head["site"], platforms, tuple(lines))


def _line(number: int, text: str) -> Line:
    if text.startswith("> "):
        special = _SPECIAL.fullmatch(text[2:])
        if special:
            return Line(number, "special", special[3], special[1], special[2] or "")
        return Line(number, ">", text[2:].replace("\\n", "\n"))
    for mark in ("!<", "<", "="):
        if text.startswith(f"{mark} "):
            return Line(number, mark, text[len(mark) + 1 :].replace("\\n", "\n"))
    if text.startswith("["):
        return Line(number, "press", text[1:-1])
    if text.startswith("..."):
        return Line(number, "later", text)
    for start, kind in (("operator> ", "operator"), ("operator in the app> ", "app")):
        if text.startswith(start):
            return Line(number, kind, text.removeprefix(start))
    if text in {"operator takes over", "operator hands back"}:
        return Line(number, text.removeprefix("operator "))
    kind, _, rest = text.partition(":")
    assert kind in {"ticket", "tickets", "alert", "added", "news", "announced"}, f"line {number}: what is {text!r}?"
    return Line(number, kind, rest.strip())


def transcripts() -> Iterator[Transcript]:
    """All files of the folder, by name."""
    for file in sorted(FOLDER.glob("*.txt")):
        yield parse(file.stem, file.read_text())


@dataclass(slots=True)
class Seen:
    """What the last action of a transcript came to, and all tickets so far. Fields of tickets as text."""

    answers: list[Message] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    tickets: list[Mapping[str, str]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    other: str = ""
    announcement: str = ""

    def filled(self, text: str) -> str:
        """`text` with `{code}`, `{code1}`, `{other}` and `{announcement}` written out."""
        text = text.replace("{other}", self.other).replace("{announcement}", self.announcement)
        for number, code in enumerate(self.codes, 1):
            text = text.replace(f"{{code{number}}}", code)
        return text.replace("{code}", self.codes[-1]) if self.codes else text


def complaint(line: Line, seen: Seen) -> str | None:
    """Why the expectation is not met, or None. The same for all ways to play a transcript."""
    said = "\n".join(message.text for message in seen.answers)
    shown = said + "".join(f"\n[{choice.label}]" for message in seen.answers for choice in message.choices)
    wanted = seen.filled(line.text)
    match line.kind:
        case "=":
            return f"was answered: {shown}" if seen.answers else None
        case "<" | "!<":
            if line.kind == "<" and len(seen.answers) != 1:
                return f"{len(seen.answers)} answers instead of one: {shown}"
            hit = fnmatch.fnmatchcase(shown.casefold(), f"*{_literal(wanted).casefold()}*")
            return None if hit is (line.kind == "<") else f"{wanted!r} {'not in' if not hit else 'in'}: {shown}"
        case "tickets":
            return None if len(seen.tickets) == int(wanted) else f"{len(seen.tickets)} tickets"
        case "ticket":
            return _ticket_complaint(line, seen)
        case "alert":
            return None if wanted in seen.alerts else f"alerts: {seen.alerts}"
        case _:
            return None if any(wanted in text for text in seen.added) else f"added: {seen.added}"


def _literal(pattern: str) -> str:
    """Only `*` is a wildcard in a transcript."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def _ticket_complaint(line: Line, seen: Seen) -> str | None:
    if not seen.tickets:
        return "there is no ticket"
    ticket = seen.tickets[-1]
    for name, sign, value in line.pairs:
        found = ticket.get(name, "")
        if (value not in found) if sign == "~" else (value != found):
            return f"{name} is {found!r}"
    return None
