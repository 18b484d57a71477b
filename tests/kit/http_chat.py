"""One citizen of a dialogue, with a simulated phone: what they do becomes webhooks, what they see is judged.

What the offices and operators of a dialogue do goes over the API, as a program of theirs would do it.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kit.api import Caller, conversation_of
from kit.town import StillClock, Town
from kit.transcripts import Line, Seen, complaint

from conversation.ids import ContactId
from conversation.messages import Choice, Message
from ticket_store.engine import Store
from ticket_store.outbox import WINDOW_CLOSED
from ticket_store.records import Ticket
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button

_NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)


class NotHere(Exception):
    """The platform has no way to do this, by its nature."""


@dataclass(slots=True)
class Stage:
    """The town a chat plays in. `other`: the code of a ticket that was made at the counter, by somebody else."""

    town: Town
    clock: StillClock
    store: Store
    operator: Caller
    chiefs: Sequence[Caller]
    other: str = ""


@dataclass(slots=True)
class HttpChat:
    """`seen` is what the last act came to, once everything has settled and `look` was called."""

    stage: Stage
    platform: str
    person: Person
    seen: Seen = field(default_factory=Seen)
    _read: int = 0
    _since: datetime | None = None

    async def act(self, line: Line) -> None:
        """The act is on its way. Raises NotHere."""
        self.begin()
        if "{code" in line.text or line.text.startswith("code:"):
            self.look_up()
        try:
            await self._do(line)
        except NotImplementedError as missing:
            raise NotHere(str(missing)) from missing

    def __post_init__(self) -> None:
        self.seen.other = self.stage.other

    def begin(self) -> None:
        """What is to be seen from here on is news."""
        self._read, self._since = len(self.person.inbox), self.stage.clock.now()

    def look(self) -> None:
        """What is new on the phone. What staff wrote in the platform's own inbox is no answer of ours."""
        news = [bubble for bubble in self.person.inbox[self._read :] if not bubble.staff]
        self.seen.answers = [self._as_message(bubble, last=bubble is news[-1]) for bubble in news]

    def complaint(self, line: Line) -> str | None:
        """Why this expectation is not met, or None."""
        if line.kind not in {"<", "!<", "="} or "{code" in line.text:
            self.look_up()
        return complaint(line, self.seen)

    def waits_for_window(self) -> bool:
        """Whether something is kept until the citizen writes, because the platform takes nothing before."""
        with self.stage.store.reading() as work:
            found = work.conversations.list(account=self.platform, contact=ContactId(self.person.id), limit=1)
            return any(one.reason == WINDOW_CLOSED for own in found for one in work.messages.page(own.id, 200))

    # -- what the citizen does

    async def _do(self, line: Line) -> None:
        person, text = self.person, self.seen.filled(line.text)
        match line.kind:
            case ">":
                await person.send_text(text)
            case "press":
                await self._press(text)
            case "special":
                await self._special(line.name, line.argument, text)
            case "app":
                await self.stage.town.sandbox.staff_reply(self.platform, person, text)
            case "operator":
                await self._operate("messages", {"text": text})
            case "takes over":
                await self._operate("takeover")
            case "hands back":
                await self._operate("handback")
            case "news":
                await self._news(line)
            case "announced":
                await self._announce(text)
            case _:
                raise AssertionError(f"line {line.number}: nobody knows how to do {line.kind!r}")

    async def _press(self, label: str) -> None:
        """A button; where the platform has none for it, its number is typed, as the message says."""
        if label.startswith("code:"):
            await self._press_code(label.removeprefix("code:").lower())
            return
        if any(button.label == label for button in self.person.choices()):
            await self.person.press(label)
            return
        shown = self.person.inbox[-1].text if self.person.inbox else ""
        number = next((number for number, option in _NUMBERED.findall(shown) if option == label), None)
        buttons = [button.label for button in self.person.choices()]
        assert number is not None, f"no button [{label}] among {buttons}, nor a number for it in {shown!r}"
        await self.person.send_text(number)

    async def _press_code(self, code: str) -> None:
        """A button of a former message, or of no message of ours at all."""
        hidden = self.platform in {"zalo", "viber"}
        action: Any = {"messenger": "quick_reply", "telegram": "callback"}.get(self.platform, "reply")
        button = Button("…", action, f"#td:{code}" if hidden else code, silent=hidden)
        holder = self.person.inbox[-1]
        holder.buttons.append(button)
        await self.person.line.pressed(self.person, button)
        holder.buttons.remove(button)

    async def _special(self, name: str, argument: str, text: str) -> None:
        person = self.person
        match name:
            case "photo":
                await person.send_photo(caption=text)
            case "album":
                await person.send_album(int(argument), text)
            case "voice":
                await person.send_voice()
            case "video":
                await person.send_video()
            case "file":
                await person.send_file()
            case "sticker":
                await person.send_sticker()
            case "location":
                latitude, _, longitude = argument.partition(",")
                await person.share_location(float(latitude), float(longitude))
            case "share-phone" | "contact":
                await person.share_phone(argument, own=name == "share-phone")
            case "form":
                form = dict(pair.split("=", 1) for pair in argument.split(";"))
                await person.submit_form(form["name"], form["phone"], form["address"], form["ward"], form["province"])
            case "open":
                await self._open()
            case "start":
                await self._start()
            case "leave":
                await person.block()
            case "edit":
                await person.edit(next(bubble for bubble in reversed(person.bubbles) if bubble.mine), argument)
            case "reaction":
                await person.react()
            case _:
                raise NotHere(f"the simulated phones cannot send a {name}")

    async def _open(self) -> None:
        """The chat comes to the front. Telegram and Messenger tell of that only while their start button is there."""
        if self.platform == "viber" or not self.person.started:
            await self.person.open_chat()

    async def _start(self) -> None:
        """A start button, as often as one wants."""
        match self.platform:
            case "telegram":
                await self.person.open_chat()
            case "messenger":
                self.person.started = False  # who deletes the chat finds Get Started again (Meta's help pages, 2026)
                await self.person.open_chat()
            case "viber":
                if self.person.following:
                    await self.person.unfollow()
                await self.person.follow()
            case _ if not self.person.started:
                await self.person.open_chat()
            case _:
                raise NotHere(f"{self.platform} has no start button in a chat that goes on")

    # -- what people of ours do

    async def _operate(self, what: str, body: Any = None) -> None:
        operator = self.stage.operator
        conversation = await conversation_of(operator, self.person.id)
        reply = await operator.post(f"/conversations/{conversation}/{what}", body)
        assert reply.status in {200, 201}, reply.body

    async def _news(self, line: Line) -> None:
        status, _, _ = line.text.partition(" ")
        given = {name: value for name, _, value in line.pairs}
        note = {"note": given.pop("reason")} if "reason" in given else {}
        self.look_up()
        reply = await self.stage.operator.patch(f"/tickets/{self.seen.codes[-1]}", {"status": status, **given, **note})
        assert reply.status == 200, reply.body

    # -- what they see, and what the store has

    async def _announce(self, text: str) -> None:
        """By two people, with both buttons for an answer; it has come when everybody has it."""
        author, second = self.stage.chiefs
        wanted = {
            "title": "…",
            "text": text,
            "answers": ["received", "help"],
            "audience": {"accounts": [self.platform]},
        }
        made = await author.post("/broadcasts", wanted)
        assert made.status == 201, made.body
        name = self.seen.announcement = made.body["id"]
        await second.post(f"/broadcasts/{name}/approve")
        async with asyncio.timeout(20):
            while (await author.get(f"/broadcasts/{name}")).body["state"] != "done":  # noqa: ASYNC110 - a server is asked
                await asyncio.sleep(0.05)

    def _as_message(self, bubble: Bubble, *, last: bool) -> Message:
        """As the conversation said it; numbers to type are choices like any buttons."""
        labels = [label for _, label in _NUMBERED.findall(bubble.text)]
        labels += [button.label for button in bubble.buttons]
        if last:
            labels += [button.label for button in self.person.keyboard]
        return Message(bubble.text, tuple(Choice("", label) for label in labels))

    def look_up(self) -> None:
        """Tickets and alerts of this citizen, as they stand in the store."""
        with self.stage.store.reading() as work:
            found = work.conversations.list(account=self.platform, contact=ContactId(self.person.id), limit=1)
            own = found[0].id if found else None
            tickets = [one for one in reversed(work.tickets.page(limit=1000)) if one.conversation_id == own and own]
            self.seen.codes = [ticket.code for ticket in tickets]
            self.seen.tickets = [_fields(ticket, len(work.tickets.attachments(ticket.code))) for ticket in tickets]
            since = self._since
            self.seen.added = [
                entry.text or ""
                for ticket in tickets
                for entry in work.tickets.history(ticket.code)
                if entry.kind == "amended" and since is not None and entry.at >= since
            ]
            if own is None or since is None:
                return
            alerts = [one.reason for one in work.alerts.open() if one.conversation_id == own and one.at >= since]
            erased = self._read > 0 and all(one.at >= since for one in work.messages.page(own, 200))
            self.seen.alerts = [*alerts, *["erased"] * erased]


def _fields(ticket: Ticket, attachments: int) -> Mapping[str, str]:
    """A stored ticket as a transcript speaks of it; the twin of `ticket_fields`."""
    place = ticket.place
    return {
        "name": ticket.name or "",
        "phone": ticket.phone or "",
        "address": ticket.address or "",
        "ward": ticket.ward or "",
        "province": ticket.province or "",
        "outside": "yes" if place and place.outside else "no",
        "pin": "yes" if place and place.latitude is not None else "no",
        "request": ticket.request,
        "category": ticket.category,
        "department": ticket.department or "",
        "subject": ticket.subject or "",
        "priority": ticket.priority,
        "publish": "yes" if ticket.publish else "no",
        "media": str(attachments),
        "national_id": ticket.national_id or "",
        "announcement": "yes" if ticket.announcement else "no",
    }
