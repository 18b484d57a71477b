"""A person of ours in a chat: takes it over, writes, hands it on or back. All of it are events of the one intake."""

import asyncio
import unicodedata
from collections.abc import Sequence
from secrets import token_hex

from conversation.events import Inbound, OperatorEvent, OperatorHandedBack, OperatorTookOver, OperatorWrote
from conversation.ids import EventKey, OperatorId
from conversation.messages import Media
from ticket_store.leases import sender_lease
from ticket_store.records import Conversation, NewMessage, Person, StoredMessage
from ticket_store.unit_of_work import Work
from webhooks.desk.tools import Tools, log, via
from webhooks.errors import BadFields, HeldByAnother, StillOnItsWay, UnknownConversation, UnknownPerson

MOST_CHARS = 20_000
_PATIENCE_S = 16.0
"""A call to a platform is given up after ten seconds, its result is recorded within one."""
_MAY_OVERRULE = frozenset({"supervisor", "admin"})


class Chats:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def conversation(self, conversation_id: str) -> Conversation:
        """Raises UnknownConversation."""

        def find() -> Conversation | None:
            with self._tools.store.reading() as work:
                return work.conversations.find(conversation_id)

        found = await asyncio.to_thread(find)
        if found is None:
            raise UnknownConversation("there is no conversation with this id")
        return found

    async def takeover(self, conversation_id: str, person: Person, key: str | None = None) -> Conversation:
        """The person holds it, and no word of the bot reaches the citizen from now on. Raises HeldByAnother."""
        conversation = await self.conversation(conversation_id)
        event = OperatorTookOver(self._tools.now(), person.id)
        await self._act(conversation, "takeover", key, event)
        if (await self.conversation(conversation_id)).state.held_by != person.id:
            # the key was used long ago, and the conversation was handed back since
            await self._act(conversation, "takeover", None, event)
        await self._silent(conversation)
        return await self.conversation(conversation_id)

    async def handback(self, conversation_id: str, person: Person, key: str | None = None) -> Conversation:
        """The bot speaks again, if anybody held it. Raises HeldByAnother."""
        conversation = await self.conversation(conversation_id)
        await self._act(conversation, "handback", key, OperatorHandedBack(self._tools.now(), person.id))
        return await self.conversation(conversation_id)

    async def write(
        self,
        conversation_id: str,
        person: Person,
        text: str,
        key: str | None = None,
        media: Sequence[Media] = (),
    ) -> StoredMessage:
        """The words are on their way; the person holds the conversation. Raises HeldByAnother, BadFields."""
        said = unicodedata.normalize("NFC", text)
        if not (said.strip() or media) or len(said) > MOST_CHARS:
            raise BadFields({"text": f"must have 1 to {MOST_CHARS} characters"})
        conversation = await self.conversation(conversation_id)
        event = OperatorWrote(self._tools.now(), person.id, said, tuple(media))
        event_key = await self._act(conversation, "write", key, event)
        await self._silent(conversation)

        def find() -> StoredMessage | None:
            with self._tools.store.reading() as work:
                return work.messages.of_event(conversation_id, event_key)

        message = await asyncio.to_thread(find)
        if message is None:  # erased between the commit and this look
            raise UnknownConversation("there is no conversation with this id")
        return message

    async def hand_over(self, conversation_id: str, person: Person, to: str, key: str | None = None) -> Conversation:
        """The colleague `to` holds it. Supervisors and admins may give away what others hold. Raises HeldByAnother,
        UnknownPerson.
        """
        conversation = await self.conversation(conversation_id)

        def known() -> bool:
            with self._tools.store.reading() as work:
                found = work.operators.find(to)
            return found is not None and found.disabled_at is None and found.role != "department"

        if not await asyncio.to_thread(known):
            raise UnknownPerson("no colleague of this name can take the conversation")
        by = person.id
        if person.role in _MAY_OVERRULE and conversation.state.held_by is not None:
            by = conversation.state.held_by
        event = OperatorTookOver(self._tools.now(), OperatorId(to), by)
        await self._act(conversation, f"give:{to}", key, event)
        await self._silent(conversation)
        return await self.conversation(conversation_id)

    async def note(self, conversation_id: str, person: Person, text: str) -> str:
        """Colleagues read it beside the messages, the citizen never. Its id. Raises BadFields."""
        if not text.strip() or len(text) > MOST_CHARS:
            raise BadFields({"text": f"must have 1 to {MOST_CHARS} characters"})
        conversation = await self.conversation(conversation_id)
        now = self._tools.now()
        note = NewMessage(
            conversation_id=conversation.id,
            account=conversation.key.account,
            direction="note",
            author="operator",
            text=text,
            at=now,
            operator=person.id,
        )

        def keep(work: Work) -> str:
            work.audit.note(person.id, "conversation.note", [conversation.id], now, via(person))
            return work.messages.add([note])[0]

        name = await self._tools.writer.write(keep)
        self._tools.changes.tell(["conversations", f"conversation:{conversation.id}"])
        return name

    async def _act(self, conversation: Conversation, verb: str, key: str | None, event: OperatorEvent) -> EventKey:
        """The event is committed, or was before under the same key. Raises HeldByAnother; then nothing was kept."""
        actor = getattr(event, "by", None) or event.operator
        event_key = EventKey(f"{verb}:{actor}:{key or token_hex(12)}")
        taken = await self._tools.intake.take([Inbound(conversation.key, event_key, event, opens_window=False)])
        if taken.held_by is not None:
            raise HeldByAnother(shown_name(taken.held_by))
        return event_key

    async def _silent(self, conversation: Conversation) -> None:
        """Returns when nothing the bot was saying is on its way any more. Raises StillOnItsWay after a while."""
        loop = asyncio.get_running_loop()
        until, wait = loop.time() + _PATIENCE_S, 0.01
        while await asyncio.to_thread(self._in_flight, conversation.id):
            if loop.time() >= until:
                await self._settle_dead(conversation)
                return
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, 0.15)

    def _in_flight(self, conversation_id: str) -> int:
        with self._tools.store.reading() as work:
            return work.outbox.in_flight(conversation_id)

    async def _settle_dead(self, conversation: Conversation) -> None:
        """No call lasts that long: either its sender is dead, or the database does not let it record."""
        now = self._tools.now()

        def settle(work: Work) -> bool:
            if work.leases.holder(sender_lease(conversation.key.account), now) is not None:
                return False
            work.outbox.settle_voided(conversation.id)
            return True

        if not await self._tools.writer.write(settle):
            log.error("a message of the bot does not settle", account=conversation.key.account)
            raise StillOnItsWay("a message of the bot is still being sent; try again in a moment")


def shown_name(holder: str) -> str:
    """How a holder is called towards people: a token by its own name."""
    return holder.removeprefix("token:")
