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
    < words                           they stand in the one answer to the last step; `*` is anything
    !< words                          they do not
    = no answer                       nothing was said
    ticket: name=… phone=… ward=…     the newest ticket has these; `tickets: 2` so many there are
    alert: wants_operator             operators were told
    added: words                      the newest ticket was amended by these words

`{code}` is the code of the newest ticket, `{code1}` that of the first, `{other}` that of somebody else's ticket, which
was made at the counter: on a road, being worked on, with a phone that ends in 4321. `parse` reads a file, `PureChat` plays it on
`step` alone; `complaint` judges one expectation and is the same for every way to play.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conversation.effects import (
    AlertOperators,
    AmendTicket,
    Effect,
    EraseContact,
    FindKnown,
    FindTicket,
    FindTickets,
    JoinByCode,
    MakeLinkCode,
    OpenTicket,
    PartChats,
    Say,
    TicketDraft,
)
from conversation.events import (
    ChatClosed,
    ChatOpened,
    ChoicePicked,
    Event,
    FormSubmitted,
    JoinRefused,
    KnownFound,
    LinkCodeMade,
    LocationShared,
    MediaReceived,
    MessageEdited,
    OperatorHandedBack,
    OperatorTookOver,
    OperatorWrote,
    PhoneShared,
    Reacted,
    TextReceived,
    TicketChanged,
    TicketFound,
    TicketOpened,
    TicketsFound,
    TimePassed,
    UnsupportedReceived,
)
from conversation.ids import OperatorId, PlatformName, TicketCode
from conversation.machine import step
from conversation.messages import Media, MediaKind, Message
from conversation.profile import Channel, Profile
from conversation.state import ConversationState

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
    """One step. `kind`: `>`, `press`, `special`, `later`, `operator`, `app`, `takes over`, `hands back`, `news`, or an
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
    assert kind in {"ticket", "tickets", "alert", "added", "news"}, f"line {number}: what is {text!r}?"
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

    def filled(self, text: str) -> str:
        """`text` with `{code}`, `{code1}` and `{other}` written out."""
        text = text.replace("{other}", self.other)
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


def ticket_fields(draft: TicketDraft) -> dict[str, str]:
    """A ticket as a transcript speaks of it."""
    place = draft.place
    return {
        "name": draft.name or "",
        "phone": draft.phone or "",
        "address": place.raw if place else "",
        "ward": ((place.ward or place.ward_stated) if place else None) or "",
        "province": (place.province if place else None) or "",
        "outside": "yes" if place and place.outside else "no",
        "pin": "yes" if place and place.latitude is not None else "no",
        "request": draft.request,
        "category": draft.category,
        "department": draft.department or "",
        "subject": draft.subject or "",
        "priority": draft.priority,
        "publish": "yes" if draft.publish else "no",
        "media": str(len(draft.media)),
        "national_id": draft.national_id or "",
    }


class PureChat:
    """One person and `step`, with as much of a store as a dialogue needs. No network, no clock but its own."""

    def __init__(self, site: Profile, platform: str = "zalo", state: ConversationState | None = None) -> None:
        native = platform in {"viber", "telegram"}
        self.site = site
        self.account = Channel(PlatformName(platform), platform.title(), native, native, platform == "zalo")
        self.state = state or ConversationState()
        self.at = START
        self.seen = Seen(other=f"{site.prefix}-261120-ABCDE")
        self.statuses = {self.seen.other: "in_progress"}
        self.effects: list[Effect] = []
        self._ids = 0

    def play(self, transcript: Transcript) -> None:
        """Plays all lines; AssertionError with file and line where an expectation is not met."""
        for line in transcript.lines:
            if not line.expects:
                self.act(line)
                continue
            problem = complaint(line, self.seen)
            assert problem is None, f"{transcript.name}.txt line {line.number}: {problem}"

    def act(self, line: Line) -> None:
        self.seen.answers, self.seen.alerts, self.seen.added, self.effects = [], [], [], []
        if line.kind == "later":
            self._wait(line.delay)
            return
        self._wait(timedelta(seconds=10))
        self.happen(self._event(line))

    def happen(self, event: Event) -> None:
        """One event, and what its effects lead to."""
        self.state, effects = step(self.state, event, self.site, self.account)
        for effect in effects:
            self.effects.append(effect)
            match effect:
                case Say(message=message):
                    self.seen.answers.append(message)
                case AlertOperators(reason=reason):
                    self.seen.alerts.append(reason)
                case AmendTicket(text=text):
                    self.seen.added.append(text)
                case OpenTicket(draft=draft):
                    self._open(draft)
                case FindTicket():
                    self._find(effect)
                case FindKnown() | FindTickets() | MakeLinkCode() | JoinByCode() | PartChats():
                    back = self.elsewhere(effect)
                    if back is not None:
                        self.happen(back)
                case EraseContact():
                    self.seen.alerts.append("erased")

    def elsewhere(self, effect: Effect) -> Event | None:
        """What the store tells of the person's other chats: here there are none."""
        match effect:
            case FindKnown():
                return KnownFound(self.at)
            case FindTickets():
                return TicketsFound(self.at)
            case MakeLinkCode():
                return LinkCodeMade(self.at, "48291376", self.at + timedelta(minutes=10))
            case JoinByCode(code=code):
                return JoinRefused(self.at, "own" if code == "48291376" else "unknown")
            case _:
                return None

    def _wait(self, delay: timedelta) -> None:
        until = self.at + delay
        while self.state.wake_at is not None and self.state.wake_at <= until:
            self.at = self.state.wake_at
            self.happen(TimePassed(self.at))
        self.at = until

    def _open(self, draft: TicketDraft) -> None:
        day = self.at.astimezone(self.site.timezone)
        code = f"{self.site.prefix}-{day:%y%m%d}-7K3Q{'23456789ABCDEFGH'[len(self.seen.codes)]}"
        self.seen.codes.append(code)
        self.seen.tickets.append(ticket_fields(draft))
        self.statuses[code] = "received"
        self.happen(TicketOpened(self.at, TicketCode(code), draft.due_at))

    def _find(self, asked: FindTicket) -> None:
        """Own codes are known whole; one of somebody else needs the last digits of the phone."""
        code = asked.code.upper().replace(" ", "")
        own = code in self.seen.codes
        if code not in self.statuses:
            self.happen(TicketFound(self.at, asked.code))
            return
        category = self.seen.tickets[self.seen.codes.index(code)]["category"] if own else "road"
        full = own or asked.last4 == "4321"
        self.happen(
            TicketFound(self.at, asked.code, TicketCode(code), self.statuses[code], category, self.at, full=full)
        )

    def _event(self, line: Line) -> Event:
        at, operator = self.at, OperatorId("lan")
        match line.kind:
            case ">":
                return TextReceived(at, self.seen.filled(line.text))
            case "press":
                return self._press(line)
            case "takes over":
                return OperatorTookOver(at, operator)
            case "hands back":
                return OperatorHandedBack(at, operator)
            case "operator" | "app":
                return OperatorWrote(at, operator, line.text, from_platform=line.kind == "app", sender_name="Lan")
            case "news":
                status, _, _ = line.text.partition(" ")
                self.statuses[self.seen.codes[-1]] = status
                told = {name: value for name, _, value in line.pairs}
                return TicketChanged(
                    at,
                    TicketCode(self.seen.codes[-1]),
                    status,
                    answer=told.get("answer"),
                    reason=told.get("reason"),
                    question=told.get("question"),
                    department=told.get("department"),
                    overdue=told.get("overdue") == "yes",
                )
            case _:
                return self._special(line)

    def _press(self, line: Line) -> ChoicePicked:
        if line.text.startswith("code:"):
            return ChoicePicked(self.at, self.seen.filled(line.text.removeprefix("code:")).lower())
        choice = next((one for one in self.state.offered if one.label == line.text), None)
        assert choice is not None, f"line {line.number}: no such button in {[c.label for c in self.state.offered]}"
        return ChoicePicked(self.at, choice.code, choice.label)

    def _special(self, line: Line) -> Event:
        at, argument = self.at, line.argument
        match line.name:
            case "photo" | "voice" | "sticker" | "file" | "video":
                kind = {"photo": MediaKind.IMAGE}.get(line.name) or MediaKind(line.name)
                return MediaReceived(at, (self._media(kind),), line.text or None)
            case "album":
                photos = tuple(self._media(MediaKind.IMAGE) for _ in range(int(argument)))
                return MediaReceived(at, photos, line.text or None, album="album")
            case "location":
                latitude, _, longitude = argument.partition(",")
                return LocationShared(at, float(latitude), float(longitude), line.text or None)
            case "share-phone" | "contact":
                return PhoneShared(at, argument, own=line.name == "share-phone")
            case "form":
                return FormSubmitted(at, **dict(pair.split("=", 1) for pair in argument.split(";")))
            case "start" | "open":
                return ChatOpened(at, explicit=line.name == "start")
            case "leave":
                return ChatClosed(at)
            case "edit":
                return MessageEdited(at, "m1", argument)
            case "reaction":
                return Reacted(at, "m1", "❤")
            case _:
                return UnsupportedReceived(at, line.name)

    def _media(self, kind: MediaKind) -> Media:
        self._ids += 1
        return Media(kind, f"file-{self._ids}")


def play(source: str, site: Profile, platform: str = "zalo") -> PureChat:
    """Plays the lines of a dialogue written inside a test; the chat afterwards."""
    chat = PureChat(site, platform)
    chat.play(parse("here", source))
    return chat
