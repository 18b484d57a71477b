"""What the events of one transaction come to: rows collected one by one, written set by set."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from conversation.announcement import fill
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
)
from conversation.events import (
    AnnouncementAnswered,
    ChatClosed,
    Event,
    Inbound,
    MessageEdited,
    MessageWithdrawn,
    NoAnswerMeant,
    OperatorHandedBack,
    OperatorTookOver,
    OperatorWrote,
    TicketChanged,
    TicketFound,
    TicketOpened,
    TimePassed,
)
from conversation.frozen import altered
from conversation.ids import OperatorId
from conversation.messages import Answer, Media, Message
from conversation.profile import Profile
from conversation.state import ConversationState
from conversation.wording import Wording
from ticket_store.records import Conversation, NewMessage
from ticket_store.unit_of_work import Work
from webhooks.identity import is_of, perform_identity
from webhooks.transcript import Words, said_by_contact

SESSION = timedelta(hours=24)
"""A platform's chat session counts from the message that opened it (Viber's stricter reading, 2026)."""


@dataclass(slots=True)
class Ledger:
    """Collects for one transaction. `topics`: whom the commit concerns; `files_gone`: stored files (SHA-256) nobody needs;
    `further`: events for other chats, to be taken in afterwards.
    """

    work: Work
    site: Profile
    now: datetime
    topics: set[str] = field(default_factory=set)
    messages: list[NewMessage] = field(default_factory=list)
    replaced: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    files_gone: list[str] = field(default_factory=list)
    further: list[Inbound] = field(default_factory=list)

    def turn(self, conversation: Conversation, inbound: Inbound) -> "Turn":
        """Opens the account of one event; its incoming message is noted."""
        return Turn(self, conversation, inbound)

    def say(self, message: NewMessage) -> None:
        """Notes an outgoing message. What is still held back for the same person is replaced by it."""
        self.messages = [
            one for one in self.messages if not (one.replaceable and one.conversation_id == message.conversation_id)
        ]
        self.replaced.add(message.conversation_id)
        self.messages.append(message)
        self.topics.add(f"outbox:{message.account}")

    def void_bot_words(self, conversation_id: str) -> None:
        """What the bot has not said yet in this conversation, it will not say: a person speaks now."""
        self.messages = [
            replace(one, delivery="cancelled")
            if one.conversation_id == conversation_id and one.author == "bot" and one.delivery == "queued"
            else one
            for one in self.messages
        ]
        self.work.outbox.void_bot_words(conversation_id, self.now)

    def write(self) -> None:
        """Everything collected stands in the transaction."""
        if self.opened:
            self.work.outbox.open_windows(sorted(self.opened), self.now)
        if self.replaced:
            self.work.outbox.release_held(sorted(self.replaced))
        if not self.messages:
            return
        self.work.messages.add(self.messages)
        if any(message.media for message in self.messages):
            self.topics.add("media")


class Turn:
    """One event of one conversation: its message, the effects it had, the conversation afterwards."""

    def __init__(self, ledger: Ledger, conversation: Conversation, inbound: Inbound) -> None:
        self._ledger = ledger
        self._inbound = inbound
        self._account = inbound.key.account
        self.opened = 0
        self.conversation = self._touched(conversation)
        self._note_event()

    # -- what came in

    def _touched(self, conversation: Conversation) -> Conversation:
        """Who they are on the platform, and the clocks of its messaging windows."""
        inbound, now = self._inbound, self._ledger.now
        changes: dict[str, object] = {}
        if inbound.profile_name and inbound.profile_name != conversation.profile_name:
            changes["profile_name"] = inbound.profile_name
        if inbound.language and conversation.language is None:
            changes["language"] = inbound.language
        match inbound.event:
            case ChatClosed():
                changes["reachable"] = False
            case OperatorTookOver() | OperatorWrote() | OperatorHandedBack() | TimePassed() | TicketChanged():
                pass
            case _ if inbound.opens_window:
                changes["reachable"] = True
                changes["window_from"] = now
                self._ledger.opened.add(conversation.id)
                if conversation.session_from is None or now - conversation.session_from >= SESSION:
                    changes["session_from"] = now
            case _:
                pass
        return altered(conversation, **changes) if changes else conversation  # type: ignore[arg-type]

    def _note_event(self) -> None:
        event, work = self._inbound.event, self._ledger.work
        match event:
            case MessageEdited(_, message_id, text):
                work.messages.edit(self.conversation.id, message_id, text, self._ledger.now)
            case MessageWithdrawn(_, message_id):
                work.messages.withdraw(self.conversation.id, message_id, self._ledger.now)
            case OperatorTookOver():
                self._take_over()
                self._audit("conversation.takeover", event.by or event.operator)
            case OperatorHandedBack():
                self._audit("conversation.handback", event.operator)
            case OperatorWrote():
                self._take_over()
                if not event.from_platform:
                    self._audit("conversation.write", event.operator)
                if event.from_platform:
                    self._note_platform_reply(event)
            case _:
                site = self._ledger.site
                words = said_by_contact(
                    event, self.conversation.state, Wording(site, site.language(self.conversation.state.language))
                )
                if words is not None:
                    self._note_contact_message(words)

    def _audit(self, act: str, person: OperatorId) -> None:
        way = "api" if person.startswith("token:") else "console"
        self._ledger.work.audit.note(person, act, [self.conversation.id], self._ledger.now, way)

    def _take_over(self) -> None:
        """A person speaks from now on: the bot is silent, and whoever called for one has one."""
        ledger = self._ledger
        ledger.void_bot_words(self.conversation.id)
        ledger.work.alerts.close(self.conversation.id, ledger.now, but="data_request")
        self.conversation = altered(self.conversation, unread=0)
        ledger.topics.update(("alerts", f"outbox:{self._account}"))

    def _note_contact_message(self, words: Words) -> None:
        now = self._ledger.now
        self._ledger.messages.append(
            NewMessage(
                conversation_id=self.conversation.id,
                account=self._account,
                direction="in",
                author="contact",
                text=words[0],
                media=words[1],
                at=now,
                sent_at=self._inbound.sent_at,
                provider_id=self._inbound.message_id,
                event_key=self._inbound.event_key,
                delivery="received",
            )
        )
        self.conversation = altered(self.conversation, last_message_at=now, unread=self.conversation.unread + 1)

    def _note_platform_reply(self, event: OperatorWrote) -> None:
        """A colleague answered in the platform's own inbox: it has been sent already."""
        self._ledger.messages.append(
            self._out("operator", event.text, delivery="sent", operator=event.operator, media=event.media)
        )
        self._ledger.topics.add(f"outbox:{self._account}")

    def record_inline(self, message: Message) -> None:
        """The welcome goes out in the request's own answer; the transcript shows it."""
        self._ledger.messages.append(self._out("bot", message.text, delivery="sent", message=message))

    def _out(
        self,
        author: str,
        text: str,
        *,
        delivery: str,
        message: Message | None = None,
        operator: str | None = None,
        media: tuple[Media, ...] = (),
        due_at: datetime | None = None,
        replaceable: bool = False,
    ) -> NewMessage:
        now = self._ledger.now
        self.conversation = altered(self.conversation, last_message_at=now)
        return NewMessage(
            conversation_id=self.conversation.id,
            account=self._account,
            direction="out",
            author=author,
            text=text,
            message=message,
            media=media,
            at=now,
            sent_at=self._inbound.sent_at if delivery == "sent" else None,
            provider_id=self._inbound.message_id if author == "operator" and delivery == "sent" else None,
            delivery=delivery,
            due_at=due_at or now,
            replaceable=replaceable,
            operator=operator,
            version=self.conversation.version,
            event_key=self._inbound.event_key if author == "operator" else None,
        )

    # -- what it came to

    def perform(self, effect: Effect) -> Event | None:  # noqa: C901 - one arm for each effect
        """The effect stands in the transaction; its result, where there is one, comes back as an event."""
        work, now = self._ledger.work, self._ledger.now
        match effect:
            case Say(message, wait):
                self._say(message, wait)
            case OpenTicket(draft):
                site = self._ledger.site
                ticket = work.tickets.open(
                    draft,
                    self.conversation,
                    self._account,
                    self.conversation.platform,
                    self.conversation.key.contact,
                    site.prefix,
                    now.astimezone(site.timezone).date(),
                    now,
                )
                self.opened += 1
                self._ledger.topics.add("tickets")
                return TicketOpened(now, ticket.code, ticket.due_at)
            case AmendTicket(code, text, media, reopen, rating):
                amended = work.tickets.amend(code, text, media, now, "contact", reopen=reopen, rating=rating)
                if amended.status == "need_info" and (text or media):  # what was asked has been answered
                    work.tickets.change(code, "contact", now, status="received")
                self._ledger.topics.add("tickets")
            case FindTicket(code, last4):
                return self._find(code, last4)
            case FindKnown() | FindTickets() | JoinByCode() | MakeLinkCode() | PartChats():
                back, further = perform_identity(work, self.conversation, effect, now)
                if further is not None:
                    self._ledger.further.append(further)
                return back
            case AnswerAnnouncement(announcement, answer):
                return self._answered(announcement, answer)
            case AnswerLatest(answer, text, beside):
                meant = work.broadcast_answers.meant(self.conversation.id, answer, now, beside=beside)
                return NoAnswerMeant(now, text) if meant is None else self._answered(meant, answer)
            case AlertOperators(reason, urgency):
                work.alerts.raise_(self.conversation.id, reason, urgency, now)
                self._ledger.topics.add("alerts")
            case EraseContact():
                self._ledger.messages = [
                    one for one in self._ledger.messages if one.conversation_id != self.conversation.id
                ]
                self._ledger.files_gone += work.conversations.erase(self.conversation.id)
                self.conversation = altered(self.conversation, profile_name=None)
            case _:
                assert_never(effect)
        return None

    def _say(self, message: Message, wait: timedelta) -> None:
        author, operator, text = self._author(message)
        self._ledger.say(
            self._out(
                author,
                text,
                delivery="queued",
                message=message,
                operator=operator,
                due_at=self._ledger.now + wait,
                replaceable=wait > timedelta(0),
            )
        )

    def _author(self, message: Message) -> tuple[str, OperatorId | None, str]:
        """Who says it, and what the transcript shows: a person's own words without the line that announces them.

        News of a ticket are the words of whoever moved it on, so that a takeover does not void them.
        """
        match self._inbound.event:
            case OperatorWrote(_, operator, text):
                return "operator", operator, text
            case TicketChanged(by=operator) if operator is not None:
                return "operator", operator, message.text
            case _:
                return "bot", None, message.text

    def _answered(self, announcement: str, answer: Answer) -> AnnouncementAnswered:
        now = self._ledger.now
        found = self._ledger.work.broadcast_answers.add(announcement, self.conversation.id, answer, now)
        self._ledger.topics.add("broadcasts")
        if found is None:
            return AnnouncementAnswered(now, announcement, answer)
        language = self.conversation.state.language or self.conversation.language
        text = fill(found.text, self._ledger.site, language)
        return AnnouncementAnswered(now, announcement, answer, text, found.ticket)

    def _find(self, code: str, last4: str | None) -> TicketFound:
        """Full to the chat that made it, or to who knows the phone's last four digits; else the bare status."""
        now = self._ledger.now
        ticket = self._ledger.work.tickets.find(code)
        if ticket is None:
            return TicketFound(now, asked=code)
        own = is_of(self._ledger.work, ticket, self.conversation)
        known = last4 is not None and ticket.phone is not None and ticket.phone[-4:] == last4
        return TicketFound(
            now,
            asked=code,
            code=ticket.code,
            status=ticket.status,
            category=ticket.category,
            updated_at=ticket.updated_at,
            due_at=ticket.due_at,
            answer=ticket.answer if own or known else None,
            full=own or known,
            overdue=ticket.due_at is not None and ticket.resolved_at is None and now > ticket.due_at,
            department=ticket.department,
        )

    def finish(self, state: ConversationState) -> Conversation:
        """The conversation as it must be saved."""
        topics = self._ledger.topics
        topics.update(("conversations", f"conversation:{self.conversation.id}"))
        topics.update(f"held:{one.held_by}" for one in (self.conversation.state, state) if one.held_by is not None)
        language = state.language or self.conversation.language
        return altered(self.conversation, state=state, language=language, opted_out=state.opted_out)
