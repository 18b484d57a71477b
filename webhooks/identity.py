"""What effects about a person's several chats do to the store, and what comes back of them."""

from datetime import UTC, datetime
from typing import assert_never

from conversation.effects import FindKnown, FindTickets, JoinByCode, MakeLinkCode, PartChats
from conversation.events import ChatsJoined, Event, Inbound, JoinRefused, KnownFound, LinkCodeMade, TicketsFound
from conversation.ids import EventKey
from conversation.state import Draft, KnownTicket
from ticket_store.records import Conversation, Ticket
from ticket_store.unit_of_work import Work

IdentityEffect = FindKnown | FindTickets | JoinByCode | MakeLinkCode | PartChats
_MOST_TICKETS = 20
_NEVER = datetime.min.replace(tzinfo=UTC)


def perform_identity(
    work: Work, conversation: Conversation, effect: IdentityEffect, now: datetime
) -> tuple[Event | None, Inbound | None]:
    """The event that comes back to this chat, and one for the other chat a code joined it with."""
    chat = conversation.id
    match effect:
        case FindTickets():
            found = [ticket for other in work.identities.others(chat) for ticket in work.tickets.of_conversation(other)]
            newest = sorted(found, key=lambda ticket: ticket.created_at)[-_MOST_TICKETS:]
            return TicketsFound(now, tuple(_known_ticket(ticket) for ticket in newest)), None
        case FindKnown(phone):
            joined = work.identities.prove(chat, phone, now)
            if joined:
                _note(work, "identity.join", [chat, *work.identities.others(chat)], now)
            return KnownFound(now, _known(work, work.identities.others(chat)), joined), None
        case MakeLinkCode():
            code, until = work.identities.make_code(chat, now)
            return LinkCodeMade(now, code, until), None
        case JoinByCode(code):
            return _join(work, conversation, code, now)
        case PartChats():
            others = work.identities.part(chat)
            if others:
                _note(work, "identity.part", [chat, *others], now)
            return None, None
        case _:
            assert_never(effect)


def _join(work: Work, conversation: Conversation, code: str, now: datetime) -> tuple[Event, Inbound | None]:
    shown, refusal = work.identities.join_by_code(conversation.id, code, now)
    if refusal is not None:
        return JoinRefused(now, refusal), None
    known = _known(work, work.identities.others(conversation.id))
    here = ChatsJoined(now, known, here=True)
    other = work.conversations.find(shown) if shown is not None else None
    if other is None:
        return here, None
    _note(work, "identity.join", [conversation.id, other.id], now)
    there = ChatsJoined(now, _details(conversation.state.known))
    return here, Inbound(other.key, EventKey(f"joined:{conversation.id}:{now.isoformat()}"), there, opens_window=False)


def is_of(work: Work, ticket: Ticket, conversation: Conversation) -> bool:
    """Whether the ticket was opened in this chat, or in another one of the same person."""
    if ticket.account == conversation.key.account and ticket.contact == conversation.key.contact:
        return True
    return ticket.conversation_id is not None and ticket.conversation_id in work.identities.others(conversation.id)


def _known(work: Work, chats: list[str]) -> Draft:
    """What the chat that reported last knows of the person."""
    known = [one for one in work.conversations.by_ids(chats) if one.state.known.phone is not None]
    newest = max(known, key=lambda one: one.state.tickets[-1].at if one.state.tickets else _NEVER, default=None)
    return _details(newest.state.known) if newest else Draft()


def _details(known: Draft) -> Draft:
    return Draft(name=known.name, phone=known.phone, place=known.place, national_id=known.national_id)


def _known_ticket(ticket: Ticket) -> KnownTicket:
    return KnownTicket(ticket.code, ticket.created_at, ticket.category, ticket.ward_code)


def _note(work: Work, act: str, chats: list[str], now: datetime) -> None:
    work.audit.note("contact", act, chats, now, "chat")
