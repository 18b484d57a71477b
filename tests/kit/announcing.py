"""Announcements written, approved and waited for over the API, to people who are there."""

import asyncio
from collections.abc import Sequence
from typing import Any

from kit.api import Caller
from kit.town import Town

from webhooks.sandbox.person import Person

STORM = "Bão số 9 vào tối nay, bà con ở trong nhà."


async def acquainted(place: Town, platform: str, count: int = 1) -> list[Person]:
    """People who have written to us, and were answered; not all at once, for the platforms count our answers."""
    people = [place.sandbox.person(platform) for _ in range(count)]
    for at in range(0, count, 20):
        for one in people[at : at + 20]:
            await one.send_text("xin chào")
        for one in people[at : at + 20]:
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
