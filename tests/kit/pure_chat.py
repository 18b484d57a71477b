"""Plays dialogues on the state machine alone: one person, `step`, and as much of a store as a dialogue needs."""

from datetime import timedelta

from kit.transcripts import START, Line, Seen, Transcript, complaint, parse

from conversation.announcement import announcement
from conversation.effects import (
    AlertOperators,
    AmendTicket,
    AnswerAnnouncement,
    AnswerLatest,
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
    AnnouncementAnswered,
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
    NoAnswerMeant,
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
from conversation.messages import Answer, Media, MediaKind, Message
from conversation.profile import Channel, Profile
from conversation.state import ConversationState
from conversation.wording import Wording

ANNOUNCEMENT = "5a1f0c9e7b3d2a4c6e8f0b1d"


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
        "announcement": "yes" if draft.announcement else "no",
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
        self.announced: Message | None = None
        self.said_since = False
        self.answered: set[Answer] = set()
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
        if line.kind == "announced":
            words = Wording(self.site, self.site.language(self.state.language))
            self.announced = announcement(line.text, ANNOUNCEMENT, words, tuple(Answer))
            self.seen.announcement, self.said_since = ANNOUNCEMENT, False
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
                    self.said_since = True
                case AlertOperators(reason=reason):
                    self.seen.alerts.append(reason)
                case AmendTicket(text=text):
                    self.seen.added.append(text)
                case OpenTicket(draft=draft):
                    self._open(draft)
                case FindTicket():
                    self._find(effect)
                case AnswerAnnouncement(announcement=name, answer=answer):
                    self._answer(name, answer)
                case AnswerLatest(answer=answer, text=typed, beside=beside):
                    if self.announced and (beside or not self.said_since or answer in self.answered):
                        self._answer(ANNOUNCEMENT, answer)
                    else:
                        self.happen(NoAnswerMeant(self.at, typed))
                case FindKnown() | FindTickets() | MakeLinkCode() | JoinByCode() | PartChats():
                    back = self.elsewhere(effect)
                    if back is not None:
                        self.happen(back)
                case EraseContact():
                    self.seen.alerts.append("erased")

    def _answer(self, name: str, answer: Answer) -> None:
        text = self.announced.text if self.announced and name == ANNOUNCEMENT else None
        if text is not None:
            self.answered.add(answer)
        mine = [at for at, one in enumerate(self.seen.tickets) if one["announcement"] == "yes"]
        open_report = TicketCode(self.seen.codes[mine[-1]]) if mine and text else None
        self.happen(AnnouncementAnswered(self.at, name, answer, text, open_report))

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
        shown = (*self.state.offered, *(self.announced.choices if self.announced else ()))
        choice = next((one for one in shown if one.label == line.text), None)
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
