"""Chats over the API."""

import asyncio

from conversation.ids import AccountId, ContactId
from ticket_store.records import Conversation, Page, StoredMessage
from webhooks.api import models
from webhooks.api.operations import Answered, Asked, Operation
from webhooks.api.parameters import PAGING, flag, word
from webhooks.api.shapes import conversation_shape, message_shape
from webhooks.desk.desk import Desk

_GONE = {404: "There is no such conversation."}
_HELD = {**_GONE, 409: "Another person holds the conversation; `held_by` names them."}


class ConversationCalls:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._store = desk, desk.tools.store

    def operations(self) -> list[Operation]:
        one = "/conversations/{id}"
        return [
            Operation(
                "GET",
                "/conversations",
                "list_conversations",
                "Conversations, the newest message first; with `waiting` those who wait for a person, longest first.",
                self.page,
                models.ConversationPage,
                query=(
                    word("account"),
                    word("contact", "The platform's user id."),
                    flag("held", "Only those a person holds; or only the others."),
                    flag("waiting", "Only those who wait for a person; or only the others."),
                    *PAGING,
                ),
            ),
            Operation(
                "GET", one, "show_conversation", "One conversation.", self.show, models.Conversation, problems=_GONE
            ),
            Operation(
                "GET",
                f"{one}/messages",
                "list_messages",
                "Its messages, oldest first.",
                self.messages,
                models.MessagePage,
                query=PAGING,
                problems=_GONE,
            ),
            Operation(
                "POST",
                f"{one}/takeover",
                "take_over",
                "The caller holds it: from this answer on no word of the bot reaches the citizen.",
                self.take_over,
                models.Conversation,
                once=True,
                problems=_HELD,
            ),
            Operation(
                "POST",
                f"{one}/handback",
                "hand_back",
                "The bot speaks again.",
                self.hand_back,
                models.Conversation,
                once=True,
                problems=_HELD,
            ),
            Operation(
                "POST",
                f"{one}/messages",
                "write",
                "The caller writes to the citizen, and holds the conversation.",
                self.write,
                models.Message,
                body=models.Said,
                status=201,
                once=True,
                problems=_HELD,
            ),
        ]

    async def page(self, asked: Asked) -> Answered:
        query = asked.query

        def load() -> Page[Conversation]:
            with self._store.reading() as work:
                return work.conversations.list(
                    account=AccountId(query["account"]) if query["account"] else None,
                    contact=ContactId(query["contact"]) if query["contact"] else None,
                    held=query["held"],
                    waiting=query["waiting"],
                    limit=query["limit"],
                    after=query["after"],
                )

        page = await asyncio.to_thread(load)
        await self._desk.looked(asked.person, "conversation.list", [one.id for one in page])
        return Answered({"items": [conversation_shape(one) for one in page], "next": page.next})

    async def show(self, asked: Asked) -> Answered:
        conversation = await self._desk.conversation(asked.path["id"])
        await self._desk.looked(asked.person, "conversation.read", [conversation.id])
        return Answered(conversation_shape(conversation))

    async def messages(self, asked: Asked) -> Answered:
        conversation = await self._desk.conversation(asked.path["id"])

        def load() -> Page[StoredMessage]:
            with self._store.reading() as work:
                return work.messages.page(conversation.id, asked.query["limit"], asked.query["after"])

        page = await asyncio.to_thread(load)
        await self._desk.looked(asked.person, "messages.read", [conversation.id])
        return Answered({"items": [message_shape(one) for one in page], "next": page.next})

    async def take_over(self, asked: Asked) -> Answered:
        return Answered(conversation_shape(await self._desk.takeover(asked.path["id"], asked.person, asked.key)))

    async def hand_back(self, asked: Asked) -> Answered:
        return Answered(conversation_shape(await self._desk.handback(asked.path["id"], asked.person, asked.key)))

    async def write(self, asked: Asked) -> Answered:
        body: models.Said = asked.body
        message = await self._desk.write(asked.path["id"], asked.person, body.text, asked.key)
        return Answered(message_shape(message), 201)
