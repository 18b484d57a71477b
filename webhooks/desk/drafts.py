"""Drafts of announcements: kept, changed, tried on oneself, sent for approval, thrown away."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from conversation.announcement import filled
from conversation.messages import Message
from ticket_store.broadcasts import Broadcast, BroadcastState
from ticket_store.records import NewMessage, Person
from ticket_store.unit_of_work import Work
from webhooks.desk.announcements import TOPIC, Announcements
from webhooks.desk.tools import via
from webhooks.desk.wanted_announcement import Announcement, checked, keep_picture, may_announce
from webhooks.errors import NotAllowed
from webhooks.intake import Deed


class Done(NamedTuple):
    """Whom a step with a draft concerns, and which stored files nobody needs any more."""

    topics: Sequence[str] = ()
    files_gone: Sequence[str] = ()


class Drafts(Announcements):
    async def keep_draft(self, person: Person, wanted: Announcement, key: str | None = None) -> str:
        """The id of the new draft; nobody gets it. Raises BadFields, NotAllowed."""
        return str((await self.add_broadcast(person, wanted, key, BroadcastState.DRAFT))["id"])

    async def rewrite_draft(self, name: str, person: Person, wanted: Announcement) -> None:
        """Raises BadFields, NotAllowed, UnknownBroadcast, ForbiddenStep."""
        new = checked(self._tools, person, wanted, name)

        def do(work: Work, now: datetime) -> Done:
            return Done(files_gone=keep_picture(work, work.broadcasts.rewrite(new), now))

        await self._do(name, person, "write", do)

    async def submit_draft(self, name: str, person: Person) -> None:
        """It waits for approval by somebody else than this person. Raises NotAllowed, UnknownBroadcast, ForbiddenStep."""

        def do(work: Work, _: datetime) -> Done:
            work.broadcasts.submit(name, person.id)
            return Done()

        await self._do(name, person, "submit", do)

    async def delete_draft(self, name: str, person: Person) -> None:
        """Its picture goes with it, unless something else shows the same. Raises NotAllowed, UnknownBroadcast, ForbiddenStep."""

        def do(work: Work, _: datetime) -> Done:
            work.broadcasts.delete(name)
            return Done(files_gone=work.media.leave(name))

        await self._do(name, person, "delete", do)

    async def drafts(self) -> Sequence[Broadcast]:
        """Newest first."""

        def load() -> Sequence[Broadcast]:
            with self._tools.store.reading() as work:
                return work.broadcasts.drafts()

        return await asyncio.to_thread(load)

    async def stored_broadcast(self, name: str) -> Broadcast:
        """As it was written. Raises UnknownBroadcast."""

        def load() -> Broadcast:
            with self._tools.store.reading() as work:
                return work.broadcasts.find(name)

        return await asyncio.to_thread(load)

    async def try_out(
        self, name: str, person: Person, conversation_id: str, address: Callable[[Message], Message]
    ) -> None:
        """It is sent, as it will look, to a chat that this person holds, and to nobody else: their own phone's, which they
        have taken over for that. It counts for nothing. `address` gives the picture one. Raises NotAllowed, UnknownBroadcast.
        """

        def do(work: Work, now: datetime) -> Done:
            one = work.broadcasts.find(name)
            chat = work.conversations.find(conversation_id)
            if chat is None or chat.state.held_by != person.id:
                raise NotAllowed("an announcement is tried in a chat that one holds oneself")
            place = chat.state.place
            ward_code = place.ward_code if place is not None else None
            worded = filled(one.message_in(chat.language), self._tools.site.profile, chat.language, ward_code)
            message = address(worded)
            work.messages.add(
                [
                    NewMessage(
                        conversation_id=chat.id,
                        account=chat.key.account,
                        direction="out",
                        author="operator",
                        operator=person.id,
                        text=message.text,
                        message=message,
                        at=now,
                        delivery="queued",
                        version=chat.version,
                    )
                ]
            )
            return Done([f"outbox:{chat.key.account}", f"conversation:{chat.id}"])

        await self._do(name, person, "try", do)

    async def _do(self, name: str, person: Person, verb: str, do: Callable[[Work, datetime], Done]) -> None:
        may_announce(person)

        def act(work: Work, now: datetime) -> Deed:
            done = do(work, now)
            work.audit.note(person.id, f"broadcast.{verb}", [name], now, via(person))
            return Deed(None, (), (TOPIC, *done.topics), done.files_gone)

        await self._tools.intake.perform(act)
