"""What comes into a page by its live connection is on record as a look, too, however many have the page open."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from kit.citizens import reported
from kit.console import Visitor, conversation_of, visitor
from kit.town import Town

from bots.gateway import Gateway
from ticket_store.audit import Audit
from ticket_store.errors import StoreUnreachable


async def audit(place: Town, about: str) -> set[tuple[str, str, str]]:
    """(who, act, way) of what was done to this object."""

    def read() -> set[tuple[str, str, str]]:
        store = place.store()
        try:
            with store.reading() as work:
                return {(one.person, one.act, one.via) for one in work.audit.page(about=about)}
        finally:
            store.close()

    return await asyncio.to_thread(read)


@asynccontextmanager
async def stream(who: Visitor, *feeds: str) -> AsyncIterator[AsyncIterator[tuple[str, str]]]:
    """(feed, its present state), as an open page gets them."""
    address = f"{who.url}/console/live"
    async with who.session.get(address, params=[("feed", feed) for feed in feeds]) as answer:
        assert answer.status == 200

        async def events() -> AsyncIterator[tuple[str, str]]:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    name, text = json.loads(line.removeprefix(b"data: "))
                    yield name, text

        yield events()


async def test_what_comes_into_an_open_list_is_on_record_once_by_the_list_with_all_who_have_it_open(
    place: Town,
) -> None:
    async with (
        visitor(place, "Lan") as lan,
        visitor(place, "Hoa") as hoa,
        stream(lan, "inbox:view=all") as of_lan,
        stream(hoa, "inbox:view=all") as of_hoa,
        asyncio.timeout(30),
    ):
        await anext(of_lan)
        await anext(of_hoa)
        person, _ = await reported(place)
        chat = await conversation_of(place, "telegram", person.id)
        for events in (of_lan, of_hoa):
            while chat not in (await anext(events))[1]:
                pass
        assert ("inbox/view=all", "conversation.list", "live") in await audit(place, chat)
        watched = await audit(place, "inbox/view=all")
        assert watched == {("Lan", "list.watch", "console"), ("Hoa", "list.watch", "console")}
        seen = {who for who, act, _ in await audit(place, chat) if act == "conversation.list"}
        assert seen == {"inbox/view=all"}
    async with visitor(place, "Lan") as lan, stream(lan, "inbox:view=all") as again, asyncio.timeout(30):
        await anext(again)
    assert ("Lan", "conversation.list", "console") in await audit(place, chat)  # what is there at first is her own look


async def test_a_conversation_or_a_ticket_read_by_the_live_connection_alone_is_on_record(place: Town) -> None:
    person, code = await reported(place)
    chat = await conversation_of(place, "telegram", person.id)
    async with (
        visitor(place, "Hoa") as hoa,
        stream(hoa, f"chat:{chat}@0", f"ticket:{code}", "ticket:1022-261124-AAAAA", "counts:") as events,
        asyncio.timeout(30),
    ):
        got: dict[str, str] = {}
        while len(got) < 4:
            name, text = await anext(events)
            got[name] = text
    assert "Nguyễn Văn An" in got[f"chat:{chat}@0"]
    assert ("Hoa", "conversation.read", "console") in await audit(place, chat)
    assert ("Hoa", "ticket.read", "console") in await audit(place, code)
    assert await audit(place, "1022-261124-AAAAA") == set()


async def test_a_look_that_could_not_be_put_on_record_is_a_new_one_the_next_time(
    place: Town, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = gateway.desk

    def refuse(*_: object) -> None:
        raise StoreUnreachable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Audit, "note", refuse)
        with pytest.raises(StoreUnreachable):
            await desk.listed("inbox/view=all", "conversation.list", ["abc"])
    await desk.listed("inbox/view=all", "conversation.list", ["abc"])
    assert await audit(place, "abc") == {("inbox/view=all", "conversation.list", "live")}


async def test_without_a_record_there_is_nothing_to_see(
    place: Town, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reported(place)

    async def refuse(*_: object) -> None:
        raise StoreUnreachable("the disk is full")

    async with visitor(place, "Lan") as lan, asyncio.timeout(30):
        monkeypatch.setattr(gateway.desk, "looked", refuse)
        async with stream(lan, "inbox:view=all") as events:
            assert [event async for event in events] == []  # the gateway ends it
