"""A person takes a chat over: whatever happens at the same time, the bot is silent from the answer on."""

import asyncio
from collections.abc import AsyncIterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from kit.api import Caller, callers, conversation_of
from kit.town import Town, town

from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey

ACTS = ("bot", "human", "citizen", "handback")
OPERATORS = "Dạ, nhân viên đây ạ"


async def until_settled(caller: Caller, conversation: str) -> list[dict[str, Any]]:
    """The transcript once nothing is on its way any more."""
    async with asyncio.timeout(15):
        while True:
            found = (await caller.get(f"/conversations/{conversation}/messages", limit="200")).body["items"]
            if all(one["delivery"] != "queued" for one in found):
                return list(found)
            await asyncio.sleep(0.02)


class Chat:
    """One citizen, one operator, and what was on the phone when the operator was told that the bot is silent."""

    def __init__(self, place: Town, person: Person, caller: Caller, conversation: str, fault: str) -> None:
        self.place, self.person, self.caller, self.id, self.fault = place, person, caller, conversation, fault
        self.silent_from: int | None = None
        self.done = {"human": asyncio.Event(), "handback": asyncio.Event()}
        self.said: list[str] = []

    async def act(self, name: str, order: tuple[str, ...]) -> None:
        """The one thing that is never at the same time: the same person does not hold and hand back at once."""
        acts = [one for one in order if one in self.done]
        if name == acts[-1]:
            await self.done[acts[0]].wait()
        await getattr(self, name)()
        if name in self.done:
            self.done[name].set()

    def bots(self) -> list[str]:
        return [bubble.text for bubble in self.person.inbox if OPERATORS not in bubble.text]

    async def write(self, text: str) -> None:
        self.said.append(text)
        self.place.clock.pass_time(3)
        await self.person.send_text(text)

    async def kept(self) -> None:
        """What the citizen wrote has arrived."""
        async with asyncio.timeout(5):
            while True:
                found = (await self.caller.get(f"/conversations/{self.id}/messages", limit="200")).body["items"]
                if {one["text"] for one in found} >= set(self.said):
                    return
                await asyncio.sleep(0.005)

    async def bot(self) -> None:
        """The citizen asks, and the answer is slow, or fails at first."""
        faults = self.place.sandbox.lines[self.person.account].faults
        slow, _, failure = self.fault.partition(" ")
        faults.delay = 0.25 if slow == "slow" else 0.0
        if failure:
            faults.fail_next(1, failure)
        await self.write("hướng dẫn")

    async def human(self) -> None:
        self.place.clock.pass_time(3)
        reply = await self.caller.post(f"/conversations/{self.id}/messages", {"text": OPERATORS})
        assert reply.status == 201, reply.body
        self.silent_from = len(self.bots())

    async def citizen(self) -> None:
        await self.write(f"việc thứ {len(self.said)}")

    async def handback(self) -> None:
        self.hold_silence()
        self.silent_from = None
        assert (await self.caller.post(f"/conversations/{self.id}/handback")).status == 200

    def hold_silence(self) -> None:
        if self.silent_from is not None:
            assert len(self.bots()) == self.silent_from, self.bots()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, platforms=["telegram"]) as there:
        yield there


_QUICK = {(True, "slow"), (False, "quick 429")}
"""Without `--thorough` only these are played."""


@pytest.mark.parametrize(
    ("at_once", "fault"),
    [
        pytest.param(at_once, fault, marks=[pytest.mark.long] * ((at_once, fault) not in _QUICK))
        for at_once in (False, True)
        for fault in ("slow", "slow 500", "quick 500", "quick 429")
    ],
)
async def test_in_every_order_the_bot_is_silent_while_a_person_holds_the_chat(
    place: Town, fault: str, at_once: bool
) -> None:
    voided = 0
    async with callers(place, lan="operator") as (lan,):
        faults = place.sandbox.lines["telegram"].faults
        for order in permutations(ACTS):
            person = place.sandbox.person("telegram")
            await person.open_chat()
            await person.next_message()
            chat = Chat(place, person, lan, await conversation_of(lan, person.id), fault)
            if at_once:
                await asyncio.gather(*(chat.act(name, order) for name in order))
            else:
                for name in order:
                    await chat.act(name, order)
                    await chat.kept()  # so that the bot is at work on it when the next one acts
            await place.sandbox.settled()
            faults.clear()
            messages = await until_settled(lan, chat.id)
            chat.hold_silence()
            kept = [one["text"] for one in messages if one["direction"] == "in"]
            assert sorted(kept) == sorted(chat.said), order
            assert [one["author"] for one in messages if OPERATORS in one["text"]] == ["operator"], order
            assert {one["delivery"] for one in messages if one["direction"] == "out"} <= {
                *("sent", "delivered", "seen", "cancelled")
            }, order
            bots = [one["delivery"] for one in messages if one["author"] == "bot"]
            voided += bots.count("cancelled")
            assert len(chat.bots()) == len(bots) - bots.count("cancelled"), order  # what was cancelled never arrives
            # what the bot had still to say before is over: its next answer is the next one on the phone
            assert (await lan.post(f"/conversations/{chat.id}/handback")).status == 200
            before = len(person.inbox)
            await chat.write("hướng dẫn")
            while len(person.inbox) == before:
                await person.next_message()
            await until_settled(lan, chat.id)
            assert len(person.inbox) == before + 1, order
    if not at_once and fault.startswith("quick"):  # the bot's words wait to be tried again when the person comes
        assert voided > 0


async def test_what_waits_for_its_pace_is_given_up(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["viber"], paced=True) as place, callers(place, lan="operator") as (lan,):
        person = place.sandbox.person("viber")
        for _ in range(8):
            await person.send_text("hướng dẫn")
        await person.next_message()
        conversation = await conversation_of(lan, person.id)
        async with asyncio.timeout(5):  # a person may wait as long for a chat that is being flooded
            assert (await lan.post(f"/conversations/{conversation}/takeover")).status == 200
        arrived = len(person.inbox)
        assert arrived < 8
        assert (await lan.post(f"/conversations/{conversation}/messages", {"text": OPERATORS})).status == 201
        messages = await until_settled(lan, conversation)
        assert [OPERATORS in bubble.text for bubble in person.inbox[arrived:]] == [True]
        states = [one["delivery"] for one in messages if one["author"] == "bot"]
        assert states.count("cancelled") == len(states) - arrived > 0
        assert place.sandbox.incidents == []


async def test_a_call_that_hangs_is_waited_for_and_not_repeated(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        person = place.sandbox.person("telegram")
        await person.open_chat()
        await person.next_message()
        conversation = await conversation_of(lan, person.id)
        place.sandbox.lines["telegram"].faults.fail_next(1, "drop_after_accept")
        place.clock.pass_time(3)
        await person.send_text("hướng dẫn")
        assert (await lan.post(f"/conversations/{conversation}/takeover")).status == 200
        arrived = len(person.inbox)
        await until_settled(lan, conversation)
        assert len(person.inbox) == arrived


async def test_only_one_of_two_who_take_it_at_once_holds_it(place: Town) -> None:
    async with callers(place, lan="operator", minh="operator", hoa="admin") as people:
        person = place.sandbox.person("telegram")
        await person.open_chat()
        await person.next_message()
        conversation = await conversation_of(people[0], person.id)
        path = f"/conversations/{conversation}"
        replies = await asyncio.gather(*(one.post(f"{path}/takeover") for one in people))
        assert sorted(reply.status for reply in replies) == [200, 409, 409]
        (holder,) = [one for one, reply in zip(people, replies, strict=True) if reply.status == 200]
        held_by = (await holder.get(path)).body["held_by"]
        for other in people:
            if other is holder:
                continue
            for act, body in (("takeover", None), ("handback", None), ("messages", {"text": "chào"})):
                refused = await other.post(f"{path}/{act}", body)
                assert refused.status == 409
                assert refused.headers["Content-Type"].startswith("application/problem+json")
                assert refused.body["held_by"] == held_by
        assert (await holder.post(f"{path}/takeover")).status == 200
        assert [one["id"] for one in (await holder.get("/conversations", held="true")).body["items"]] == [conversation]
        assert (await holder.post(f"{path}/handback")).status == 200
        assert (await holder.post(f"{path}/handback")).status == 200
        assert (await holder.get("/conversations", held="true")).body["items"] == []


async def test_the_same_key_gets_the_first_answer_also_at_the_same_time(place: Town) -> None:
    async with callers(place, lan="operator", minh="operator") as (lan, minh):
        person = place.sandbox.person("telegram")
        await person.open_chat()
        await person.next_message()
        path = f"/conversations/{await conversation_of(lan, person.id)}"
        place.clock.pass_time(3)
        replies = await asyncio.gather(*(lan.post(f"{path}/messages", {"text": OPERATORS}, "k 1") for _ in range(6)))
        assert {reply.status for reply in replies} == {201}
        assert len({reply.body["id"] for reply in replies}) == 1
        assert (await lan.post(f"{path}/messages", {"text": "other words"}, "k 1")).body == replies[0].body
        await person.next_message()
        await until_settled(lan, path.rsplit("/", 1)[-1])
        assert sum(OPERATORS in bubble.text for bubble in person.inbox) == 1
        # the key is lan's own, and of this address
        assert (await minh.post(f"{path}/takeover", key="k 1")).status == 409
        assert (await lan.post(f"{path}/handback", key="k 1")).body["held_by"] is None
        # a refusal was no answer to keep: what could not be done then can be done now
        assert (await minh.post(f"{path}/takeover", key="k 1")).body["held_by"] == "minh"
        again = await asyncio.gather(*(minh.post(f"{path}/takeover", key="k 1") for _ in range(3)))
        assert [reply.body for reply in again] == [again[0].body] * 3


async def test_the_citizen_learns_of_the_person_by_a_line_before_their_first_words(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        person = place.sandbox.person("telegram")
        await person.open_chat()
        await person.next_message()
        path = f"/conversations/{await conversation_of(lan, person.id)}"
        assert (await lan.post(f"{path}/takeover")).status == 200
        texts = []
        for text in ("Em chào anh", "Anh cho em xin địa chỉ"):
            place.clock.pass_time(3)
            assert (await lan.post(f"{path}/messages", {"text": text})).status == 201
            texts.append((await person.next_message()).text)
        assert texts == ["Tổng đài viên đang trả lời anh/chị:\nEm chào anh", "Anh cho em xin địa chỉ"]
        found = (await lan.get(f"{path}/messages")).body["items"]
        assert [one["text"] for one in found if one["author"] == "operator"] == [
            "Em chào anh",
            "Anh cho em xin địa chỉ",
        ]
        assert (await lan.post(f"{path}/handback")).status == 200
        place.clock.pass_time(3)
        await person.send_text("hướng dẫn")
        assert (await person.next_message()).text.startswith("Phần trả lời tự động")
