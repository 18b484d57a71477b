"""Announcements over the whole road: written by one, approved by another, at most once to everybody who may get it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from kit.api import Caller, callers
from kit.town import PLATFORMS, Town, town

from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey

STORM = "Bão số 9 vào tối nay, bà con ở trong nhà."


async def acquainted(place: Town, platform: str, count: int = 1) -> list[Person]:
    """People who have written to us, and were answered."""
    people = [place.sandbox.person(platform) for _ in range(count)]
    for one in people:
        await one.send_text("xin chào")
    for one in people:
        await one.next_message(timeout=20)
    place.clock.pass_time(3)
    return people


def got(people: Sequence[Person], text: str = STORM) -> list[int]:
    """How many times each has it on the phone."""
    return [sum(text in bubble.text for bubble in one.inbox) for one in people]


async def written(caller: Caller, text: str = STORM, **more: Any) -> dict[str, Any]:
    reply = await caller.post("/broadcasts", {"title": "Bão", "text": text, **more})
    assert reply.status == 201, reply.body
    return dict(reply.body)


async def approved(author: Caller, second: Caller, **more: Any) -> str:
    one = await written(author, **more)
    reply = await second.post(f"/broadcasts/{one['id']}/approve")
    assert reply.status == 200, reply.body
    return str(one["id"])


async def until(caller: Caller, name: str, *states: str, seconds: float = 20.0) -> dict[str, Any]:
    """The announcement once it is in one of the states; its counts always add up."""
    async with asyncio.timeout(seconds):
        while True:
            body = (await caller.get(f"/broadcasts/{name}")).body
            counts = body["counts"]
            assert counts["planned"] == sum(
                counts[each] for each in ("pending", "sent", "failed", "skipped", "uncertain")
            )
            assert counts["delivered"] <= counts["sent"]
            assert counts["skipped"] == sum(body["skipped_by_reason"].values())
            if body["state"] in states:
                return dict(body)
            await asyncio.sleep(0.05)


async def test_everybody_on_all_four_platforms_gets_it_once_after_a_second_person_approved(tmp_path: Path) -> None:
    async with town(tmp_path) as place, callers(place, an="admin", binh="supervisor", lan="operator") as (an, binh, lan):
        people = [one for platform in PLATFORMS for one in await acquainted(place, platform, 2)]
        assert (await lan.post("/broadcasts", {"title": "Bão", "text": STORM})).status == 403
        one = await written(an)
        assert (one["state"], one["counts"]["planned"], one["counts"]["pending"]) == ("waiting_approval", 8, 8)
        assert (await an.post(f"/broadcasts/{one['id']}/approve")).status == 403
        assert got(people) == [0] * 8
        assert (await binh.post(f"/broadcasts/{one['id']}/approve")).status == 200
        done = await until(an, one["id"], "done")
        assert done["counts"]["sent"] == 8
        assert got(people) == [1] * 8
        assert (await binh.post(f"/broadcasts/{one['id']}/approve")).status == 409
        conversation = (await an.get("/conversations", contact=people[0].id)).body["items"][0]["id"]
        messages = (await an.get(f"/conversations/{conversation}/messages")).body["items"]
        assert [each["text"] for each in messages if each["author"] == "broadcast"] == [STORM]
        listed = (await an.get("/broadcasts")).body
        assert [each["id"] for each in listed["items"]] == [one["id"]]
        await place.sandbox.settled()
        async with asyncio.timeout(10):
            while (await an.get(f"/broadcasts/{one['id']}")).body["counts"]["delivered"] < 6:  # Telegram tells nothing
                await asyncio.sleep(0.05)
        assert place.sandbox.incidents == []
