"""News of a ticket, for everybody who waits for its matter: each in the chat they used last, with their own code.

In a flood thousands report one matter. Who opened the ticket is told at once with the first of the others; all further ones
are told by the clock, piece by piece, so that nobody's message waits for them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex

from conversation.events import Inbound, TicketChanged
from conversation.ids import EventKey
from conversation.neighbours import speaks_of
from ticket_store.matter_news import MatterNews
from ticket_store.records import Conversation, Ticket
from ticket_store.statuses import ENDED, Status
from ticket_store.unit_of_work import Work
from webhooks.intake import Intake

_NEVER = datetime.min.replace(tzinfo=UTC)
AT_ONCE = 50
"""So many of a matter's tickets are told in one transaction."""


def concerns(linked: Ticket) -> bool:
    """Whether news of a linked ticket are told to who opened this one: it is open, or was joined with that very one."""
    return linked.status == Status.DUPLICATE or Status(linked.status) not in ENDED


class News:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def begin(self, work: Work, ticket: Ticket, event: TicketChanged) -> Sequence[Inbound]:
        """The events of who is told at once."""
        name = token_hex(12)
        own = self._told(work, ticket, name, event)
        shared = event.status != Status.DUPLICATE and event.question is None and not event.deadline
        if ticket.link_group is None or not shared:
            return own
        return [*own, *self._others(work, MatterNews(name, ticket.link_group, _for_others(event, ticket)))]

    def go_on(self, work: Work) -> Sequence[Inbound]:
        """The events of the next piece of what was begun first."""
        news = work.matter_news.next()
        return [] if news is None else self._others(work, news)

    def _others(self, work: Work, news: MatterNews) -> list[Inbound]:
        some = work.tickets.of_group(news.link_group, news.told_to, AT_ONCE)
        if len(some) == AT_ONCE:
            work.matter_news.put(replace(news, told_to=some[-1].seq))
        else:
            work.matter_news.drop(news.id)
        items: list[Inbound] = []
        for one in some:
            # who reported it afterwards has learnt how it stands; the ticket itself was told in its own words
            if concerns(one) and one.code != news.event.code and one.created_at <= news.event.at:
                linked = one.status != Status.DUPLICATE
                items += self._told(work, one, news.id, replace(news.event, code=one.code, linked=linked))
        return items

    def _told(self, work: Work, ticket: Ticket, name: str, event: TicketChanged) -> list[Inbound]:
        """Under a key that each chat has once: who reported a matter twice hears of it once."""
        chat = self._chat(work, ticket)
        if chat is None:
            return []
        return [Inbound(chat.key, EventKey(f"news:{name}:{chat.id}"), event, opens_window=False)]

    def _chat(self, work: Work, ticket: Ticket) -> Conversation | None:
        """Where its citizen wrote last: in the ticket's own chat, or in another that was proved to be theirs."""
        if ticket.conversation_id is None:
            return None
        ids = [ticket.conversation_id, *work.identities.others(ticket.conversation_id)]
        chats = [chat for chat in map(work.conversations.find, ids) if chat is not None]
        served = [chat for chat in chats if self._intake.serves(chat.key.account)]
        return max(served, key=lambda chat: (chat.reachable, chat.window_from or _NEVER), default=None)


def _for_others(event: TicketChanged, told: Ticket) -> TicketChanged:
    """The news of one person's ticket for those who reported the same: with nothing of that person. An answer that speaks of
    them, and files, are for them alone.
    """
    personal = event.answer is not None and speaks_of(
        event.answer, name=told.name, phone=told.phone, code=told.code, others=(told.address, told.subject)
    )
    return replace(event, answer=None if personal else event.answer, reason=None, media=(), due_at=None)
