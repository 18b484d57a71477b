"""An announcement in each one's language, with buttons, and at the hours that the site allows."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from kit.announcing import STORM, acquainted, approved, got, until, written
from kit.api import callers
from kit.cli import tongdai
from kit.sites import changed_site
from kit.town import PLATFORMS, StillClock, town, with_profile
from kit.transcripts import START

pytestmark = pytest.mark.journey


async def test_each_gets_it_in_their_language_with_its_buttons_and_an_opened_address_is_no_answer(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as place, callers(place, an="admin", binh="admin") as (an, binh):
        pairs = [(await acquainted(place, platform, 2)) for platform in PLATFORMS]
        for _, foreigner in pairs:
            await foreigner.send_text("I want to report a broken street light")
            await foreigner.next_message(timeout=20)
        await place.sandbox.settled()
        wanted = {
            "texts": {"en": "Storm tonight"},
            "answers": ["received", "help"],
            "link": {"label": "Bản đồ", "url": "https://1022.example.vn/bao"},
        }
        for wrong in ({"link": {"label": "x", "url": "http://a.example"}}, {"texts": {"fr": "x"}}, {"answers": ["no"]}):
            assert (await an.post("/broadcasts", {"title": "Bão", "text": STORM, **wrong})).status == 422
        english = await written(an, **wanted, audience={"languages": ["en"]})
        assert english["counts"]["pending"] == 4
        name = await approved(an, binh, **wanted)
        done = await until(an, name, "done")
        assert (done["counts"]["sent"], done["texts"], done["answers"]) == (8, wanted["texts"], wanted["answers"])
        assert [got(pair) for pair in pairs] == [[1, 0]] * 4
        assert [got(pair, "Storm tonight") for pair in pairs] == [[0, 1]] * 4
        for (person, foreigner), platform in zip(pairs, PLATFORMS, strict=True):
            shown = [[button.label for button in one.choices()] for one in (person, foreigner)]
            assert shown == [["Đã nhận", "Cần giúp đỡ", "Bản đồ"], ["Received", "I need help", "Bản đồ"]], platform
            (address,) = [button for button in person.choices() if button.label == "Bản đồ"]
            assert (address.action, address.payload.startswith(wanted["link"]["url"])) == ("url", True)
            if platform == "viber":  # it tells the bot which address was opened
                person.newest()
                await person.press("Bản đồ")
        await place.sandbox.settled()
        before = {person.id: len(person.inbox) for person, _ in pairs}
        for person, _ in pairs:
            await person.press("Đã nhận")
        await place.sandbox.settled()
        for person, _ in pairs:
            async with asyncio.timeout(20):
                while len(person.inbox) == before[person.id]:  # noqa: ASYNC110 - a phone is looked at
                    await asyncio.sleep(0.02)
            assert "Cảm ơn anh/chị đã xác nhận." in person.inbox[-1].text
            assert len(person.inbox) == before[person.id] + 1
        body = (await an.get(f"/broadcasts/{name}")).body
        assert (body["answered"], body["reports"]) == ({"received": 4, "help": 0}, 0)
        rows = (await an.get(f"/broadcasts/{name}/counts")).body["items"]
        assert sum(row["people"] for row in rows if row["state"] == "answered") == 4
        shown_csv = await tongdai("broadcasts", "show", name, "--csv", environment=place.environment, folder=tmp_path)
        assert shown_csv.out.splitlines()[0] == "account,state,reason,people"
        assert len(shown_csv.out.splitlines()) == len(rows) + 1
        assert place.sandbox.incidents == []


async def test_each_reads_of_their_own_ward_and_a_strange_placeholder_is_refused(tmp_path: Path) -> None:
    async with (
        town(tmp_path, platforms=("viber", "telegram")) as place,
        callers(place, an="admin", binh="admin") as them,
    ):
        an, binh = them
        pairs = [(await acquainted(place, platform, 3)) for platform in ("viber", "telegram")]
        for near, also_near, _ in pairs:
            for one in (near, also_near):
                for said in ("đồng ý", "12 Lê Lợi, phường Bến Thành, TP.HCM bị ngập"):
                    place.clock.pass_time(3)
                    await one.send_text(said)
                    await one.next_message(timeout=20)
        await place.sandbox.settled()
        refused = await an.post("/broadcasts", {"title": "Nước", "text": "Cúp nước ở {phuong}"})
        assert (refused.status, "{phuong}" in str(refused.body)) == (422, True)
        name = await approved(an, binh, text="Cúp nước ở {ward}")
        done = await until(an, name, "done")
        assert done["counts"]["sent"] == 6
        assert [got(pair, "Cúp nước ở phường Bến Thành") for pair in pairs] == [[1, 1, 0]] * 2
        assert [got(pair, "Cúp nước ở địa phương của anh/chị") for pair in pairs] == [[0, 0, 1]] * 2
        assert place.sandbox.incidents == []


async def test_in_quiet_hours_only_urgent_ones_go_and_the_rest_waits_for_the_morning(tmp_path: Path) -> None:
    clock = StillClock(START)  # 9:00 in Vietnam

    def quiet(table: dict[str, Any]) -> None:
        table["announcements"] = {"quiet": "8:30-10:00"}

    async with (
        town(
            tmp_path,
            platforms=["telegram"],
            site=with_profile(announcements=changed_site(quiet).announcements),
            clock=clock,
        ) as place,
        callers(place, an="admin", binh="admin") as (an, binh),
    ):
        people = await acquainted(place, "telegram", 2)
        waiting = await approved(an, binh)
        urgent = await approved(an, binh, text="Sơ tán ngay", urgent=True)
        assert (await until(an, urgent, "done"))["counts"]["sent"] == 2
        async with asyncio.timeout(10):
            while (body := (await an.get(f"/broadcasts/{waiting}")).body)["counts"]["pending"] != 2:  # noqa: ASYNC110 - a server is asked
                await asyncio.sleep(0.02)
        assert (body["state"], body["quiet_until"]) == ("running", "2026-11-24T03:00:00.000Z")
        assert body["eta"] > body["quiet_until"]
        assert (got(people), got(people, "Sơ tán ngay")) == ([0, 0], [1, 1])
        clock.pass_time(3600)
        done = await until(an, waiting, "done")
        assert (done["counts"]["sent"], done["quiet_until"], got(people)) == (2, None, [1, 1])
