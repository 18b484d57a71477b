"""Announcements about one topic reach whoever has not stopped it, and are stopped and had again on every platform."""

import asyncio
from pathlib import Path

import pytest
from kit.announcing import STORM, acquainted, approved, got, until, written
from kit.api import callers, conversation_of
from kit.cli import tongdai
from kit.town import PLATFORMS, town

from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey


async def says(person: Person, text: str, answer: str) -> None:
    await person.send_text(text)
    await hears(person, answer)


async def hears(person: Person, answer: str) -> None:
    async with asyncio.timeout(20):
        while answer not in person.inbox[-1].text:  # noqa: ASYNC110 - a phone is looked at
            await asyncio.sleep(0.02)


async def test_who_stopped_a_topic_by_its_button_or_in_words_is_left_out_of_it_alone(tmp_path: Path) -> None:
    async with town(tmp_path) as place, callers(place, an="admin", binh="admin") as (an, binh):
        people = [(await acquainted(place, platform, 2)) for platform in PLATFORMS]
        everybody = [one for pair in people for one in pair]
        first = await until(an, await approved(an, binh, topic="weather"), "done")
        assert (first["topic"], first["counts"]["sent"], got(everybody)) == ("weather", 8, [1] * 8)
        await place.sandbox.settled()
        for presses, writes in people:
            assert [one.label for one in presses.choices()] == ["Dừng tin Thời tiết", "Dừng mọi tin"]
            await presses.press("Dừng tin Thời tiết")
            await hears(presses, 'không gửi tin "Thời tiết"')
            await says(writes, "dung giao thong", 'không gửi tin "Giao thông"')
        place.clock.pass_time(3)
        dry = await written(an, topic="weather")
        assert (dry["counts"]["pending"], dry["skipped_by_reason"]) == (4, {"topic_off": 4})
        flood = await until(an, await approved(an, binh, text="Lũ", topic="weather"), "done")
        assert (flood["counts"]["sent"], flood["skipped_by_reason"]) == (4, {"topic_off": 4})
        assert [got(pair, "Lũ") for pair in people] == [[0, 1]] * 4
        shown = await until(an, await approved(an, binh, text="Tin chung"), "done")
        assert (shown["topic"], shown["counts"]["sent"]) == (None, 8)
        conversation = await conversation_of(an, people[0][0].id)
        said = [one["text"] for one in (await an.get(f"/conversations/{conversation}/messages")).body["items"]]
        assert "Dừng tin Thời tiết" in said
        for presses, _ in people:
            await says(presses, "nhận lại thời tiết", 'sẽ nhận được tin "Thời tiết"')
        again = await until(an, await approved(an, binh, text="Bão tan", topic="weather"), "done")
        assert again["counts"]["sent"] == 8
        printed = await tongdai("broadcasts", "show", again["id"], environment=place.environment, folder=tmp_path)
        assert "weather" in printed.out
        assert place.sandbox.incidents == []


async def test_who_stops_the_topic_in_the_middle_gets_nothing_of_it(tmp_path: Path) -> None:
    async with (
        town(tmp_path, platforms=["telegram"], paced=True) as place,
        callers(place, an="admin", binh="admin") as (an, binh),
    ):
        people = await acquainted(place, "telegram", 60)
        name = await approved(an, binh, topic="weather")
        async with asyncio.timeout(10):
            while not any(got(people)):  # noqa: ASYNC110 - phones are looked at
                await asyncio.sleep(0.01)
        last = next(one for one, count in reversed([*zip(people, got(people), strict=True)]) if not count)
        await last.send_text("dừng thời tiết")
        done = await until(an, name, "done")
        assert done["counts"]["sent"] + done["counts"]["skipped"] == 60
        assert done["skipped_by_reason"] == ({} if got([last])[0] else {"topic_off": 1})


async def test_a_topic_that_there_is_not_is_refused(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["viber"]) as place, callers(place, an="admin") as (an,):
        refused = await an.post("/broadcasts", {"title": "Bão", "text": STORM, "topic": "fashion"})
        assert refused.status == 422
        assert [one["field"] for one in refused.body["errors"]] == ["topic"]


async def test_the_counts_are_had_as_csv_by_parameter_or_header(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["viber"]) as place, callers(place, an="admin", binh="admin") as (an, binh):
        await acquainted(place, "viber", 2)
        name = await approved(an, binh)
        await until(an, name, "done")
        path = f"/broadcasts/{name}/counts"

        async def read(accept: str = "*/*", query: str = "") -> tuple[int, str, str]:
            headers = {"Authorization": f"Bearer {an.token}", "Accept": accept}
            async with an.session.get(f"/api/v1{path}{query}", headers=headers) as reply:
                return reply.status, reply.content_type, await reply.text()

        items = (await an.get(path)).body["items"]
        lines = ["account,state,reason,people"]
        lines += [",".join(str(one[key]) for key in ("account", "state", "reason", "people")) for one in items]
        csv = (200, "text/csv", "\r\n".join([*lines, ""]))
        assert len(lines) > 1
        assert await read(query="?format=csv") == csv
        for accept in (
            "text/csv",
            "text/csv, application/json;q=0.5",
            "text/*",
            "application/json;q=x, text/csv;q=0.1",
        ):
            assert await read(accept) == csv, accept
        for accept in ("*/*", "application/json", "text/csv;q=0.2, */*;q=0.8", "text/html", "text/csv;q=0"):
            assert (await read(accept))[1] == "application/json", accept
        assert (await read("text/csv", "?format=json"))[1] == "application/json"
        assert (await read(query="?format=xml"))[:2] == (400, "application/problem+json")
        async with an.session.get("/api/openapi.json") as reply:
            document = await reply.json()
        call = document["paths"]["/broadcasts/{id}/counts"]["get"]
        assert set(call["responses"]["200"]["content"]) == {"application/json", "text/csv"}
        assert [one["name"] for one in call["parameters"]] == ["id", "format"]
