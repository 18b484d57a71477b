"""An announcement as one article to all followers of the official account: chosen at the console, made, sent once, seen."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from kit.announcing import STORM, acquainted, got, until
from kit.api import Caller, callers
from kit.cli import tongdai
from kit.console import Visitor, add_person, visitor
from kit.town import GatewayProcess, StillClock, Town, free_port, sandbox_town, town

from webhooks.sandbox.person import Person
from webhooks.sandbox.zalo import Zalo

pytestmark = pytest.mark.journey

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p0dqSwAAAABJRU5ErkJggg=="
)
TITLE = "Bão số 9: những điều cần biết"
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 9:00 in Vietnam
EVENING = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # 22:30


class Desk:
    """Tú writes at the console, Minh approves there, `an` looks over the API."""

    def __init__(self, place: Town, author: Visitor, second: Visitor, an: Caller) -> None:
        self.place, self.author, self.second, self.an = place, author, second, an
        self.zalo = cast("Zalo", place.sandbox.lines["zalo"])

    async def form(self, **more: Any) -> tuple[int, str]:
        form = {"title": "Bão", "text": STORM, "articles": "zalo", "article_title": TITLE, **more}
        return await self.author.post("/announcements", picture=io.BytesIO(PNG), **form)

    async def announced(self, **more: Any) -> str:
        """The id of one that runs."""
        assert (await self.form(**more))[0] == 303
        name = str((await self.an.get("/broadcasts")).body["items"][0]["id"])
        assert (await self.second.post(f"/announcements/{name}/approve"))[0] == 303
        return name

    async def come_back(self) -> None:
        """Hours later both have to log in again."""
        assert [await self.author.login("Tú"), await self.second.login("Minh")] == [303, 303]

    async def way(self, name: str) -> dict[str, Any]:
        (way,) = (await self.an.get(f"/broadcasts/{name}")).body["article"]["accounts"]
        return dict(way)

    async def reaches(
        self, name: str, wanted: Callable[[dict[str, Any]], bool], seconds: float = 0.0
    ) -> dict[str, Any]:
        """Its way once it is like that; so many seconds pass by the clock of all with each look."""
        async with asyncio.timeout(20):
            while not wanted(way := await self.way(name)):
                self.place.clock.pass_time(seconds)
                await asyncio.sleep(0.05)
        return way


@asynccontextmanager
async def desk(place: Town) -> AsyncIterator[Desk]:
    add_person(place, "Tú", "supervisor")
    add_person(place, "Minh", "admin")
    async with visitor(place, "Tú") as author, visitor(place, "Minh") as second, callers(place, an="admin") as (an,):
        yield Desk(place, author, second, an)


async def followers(place: Town, count: int) -> list[Person]:
    people = await acquainted(place, "zalo", count)
    for one in people:
        await one.follow()
    await place.sandbox.settled()
    return people


async def seen(people: list[Person]) -> list[int]:
    """How many cards each has, once somebody has one."""
    async with asyncio.timeout(20):
        while not any(got(people, TITLE)):  # noqa: ASYNC110 - phones are looked at
            await asyncio.sleep(0.02)
    return got(people, TITLE)


async def test_chosen_made_looked_at_sent_once_and_seen_by_followers_alone(tmp_path: Path) -> None:
    clock = StillClock(MORNING)
    async with town(tmp_path, platforms=["zalo", "telegram"], clock=clock) as place, desk(place) as here:
        people = await followers(place, 3)
        await people[2].unfollow()
        others = await acquainted(place, "telegram")
        await place.sandbox.settled()
        name = await here.announced(answers="received", text_en="Storm tonight", article_area="79")
        await here.reaches(name, lambda way: way["state"] == "processing")
        assert (await here.second.get(f"/announcements/{name}"))[1].count('data-article="processing"') == 1
        way = await here.reaches(name, lambda way: way["state"] == "sent", seconds=1)
        done = await until(here.an, name, "done")
        assert (done["counts"]["sent"], done["skipped_by_reason"]) == (1, {"by_article": 3})
        assert done["article"] == {"title": TITLE, "area": "79", "accounts": [way]}
        assert await seen(people) == [1, 1, 0]
        card = people[0].inbox[-1]
        assert (card.kind, [button.label for button in card.buttons]) == ("article", ["Xem bài viết"])
        assert (STORM in card.text, "Storm tonight" in card.text) == (True, True)
        assert got(others) == [1]
        shown = await tongdai("broadcasts", "show", name, "--json", environment=place.environment, folder=tmp_path)
        assert shown.json()["article"] == done["article"]
        table = await tongdai("broadcasts", "show", name, environment=place.environment, folder=tmp_path)
        assert re.search(r"article: zalo +sent", table.out)
        assert place.sandbox.incidents == []


async def test_what_cannot_be_an_article_is_told_at_the_form(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["zalo", "viber"]) as place, desk(place) as here:
        wrong = (
            ({"article_title": ""}, "tiêu đề"),
            ({"article_title": "a" * 151}, "tiêu đề"),
            ({"article_area": "moon"}, "khu vực"),
            ({"accounts": "viber"}, "kênh"),
            ({"articles": "viber"}, "kênh"),
        )
        for changed, words in wrong:
            status, page = await here.form(**changed)
            assert status == 422
            assert words in page.partition('id="problem"')[2].partition("</p>")[0].lower()
        form = {"title": "Bão", "text": STORM, "articles": "zalo", "article_title": TITLE}
        status, page = await here.author.post("/announcements", **form)
        assert (status, "ảnh bìa" in page.partition('id="problem"')[2].partition("</p>")[0]) == (422, True)
        _, page = await here.author.get("/announcements/new")
        assert "06:00" in page.partition('id="article"')[2]
        _, reach = await here.author.post("/announcements/reach", **form)
        assert "mọi người theo dõi" in reach
        _, preview = await here.author.post("/announcements/preview", **form)
        assert TITLE in preview


async def test_at_night_it_waits_until_morning_and_the_next_one_for_the_next_day(tmp_path: Path) -> None:
    clock = StillClock(EVENING)
    async with town(tmp_path, platforms=["zalo"], clock=clock) as place, desk(place) as here:
        people = await followers(place, 1)
        name = await here.announced()
        way = await here.reaches(name, lambda way: way["reason"] == "hours")
        assert (way["state"], way["due_at"]) == ("waiting", "2026-11-24T23:00:00.000Z")
        assert (await here.an.get(f"/broadcasts/{name}")).body["eta"] == "2026-11-24T23:30:00.000Z"
        assert "06:00" in (await here.second.get(f"/announcements/{name}"))[1].partition("data-article")[2]
        clock.pass_time(7.5 * 3600)
        await here.reaches(name, lambda way: way["state"] == "sent", seconds=1)
        assert await seen(people) == [1]
        await here.come_back()
        again = await here.announced(title="Bão tan")
        way = await here.reaches(again, lambda way: way["reason"] == "one_a_day")
        assert (way["state"], way["due_at"]) == ("waiting", "2026-11-25T23:00:00.000Z")
        assert (await here.second.post(f"/announcements/{again}/cancel"))[0] == 303
        way = await here.reaches(again, lambda way: way["state"] == "skipped")
        assert way["reason"] == "cancelled"
        assert (got(people, TITLE), place.sandbox.incidents) == ([1], [])


async def test_when_the_quota_is_used_up_the_run_stops_and_goes_on_when_it_is_resumed(tmp_path: Path) -> None:
    clock = StillClock(MORNING)
    async with town(tmp_path, platforms=["zalo"], clock=clock) as place, desk(place) as here:
        people = await followers(place, 1)
        here.zalo.broadcasts = [clock() - days * 86_400 for days in range(1, 5)]
        name = await here.announced()
        await here.reaches(name, lambda way: way["state"] == "ready" and way["reason"] is not None, seconds=1)
        stopped = await until(here.an, name, "stopped")
        assert stopped["reason"] == "zalo: quota: -211: the quota is used up"
        clock.pass_time(600)
        assert (got(people, TITLE), (await here.way(name))["sent_at"]) == ([0], None)
        here.zalo.broadcasts.clear()
        assert (await here.second.post(f"/announcements/{name}/resume"))[0] == 303
        await until(here.an, name, "done")
        assert await seen(people) == [1]
        assert place.sandbox.incidents == []


async def test_without_the_permission_it_stops_with_that_reason_and_paused_or_expired_it_is_not_sent(
    tmp_path: Path,
) -> None:
    clock = StillClock(MORNING)
    async with town(tmp_path, platforms=["zalo"], clock=clock) as place, desk(place) as here:
        people = await followers(place, 1)
        here.zalo.may_publish = False
        name = await here.announced(expires_at="2026-11-24T12:00")
        stopped = await until(here.an, name, "stopped")
        assert "-223: the OA has not authorised this API" in stopped["reason"]
        here.zalo.may_publish = True
        await here.second.post(f"/announcements/{name}/resume")
        await here.reaches(name, lambda way: way["state"] == "processing")
        assert (await here.second.post(f"/announcements/{name}/pause"))[0] == 303
        clock.pass_time(60)
        await asyncio.sleep(1.2)  # two looks of the sender
        assert (await here.way(name))["state"] in {"processing", "ready"}
        clock.pass_time(3 * 3600)
        await here.come_back()
        await here.second.post(f"/announcements/{name}/resume")
        way = await here.reaches(name, lambda way: way["state"] == "skipped")
        assert (way["reason"], got(people, TITLE)) == ("expired", [0])
        await until(here.an, name, "done")


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after_accept", "uncertain"), ("-248", "refused"), ("500", "uncertain")]
)
async def test_a_lost_answer_is_uncertain_and_a_refusal_final(fault: str, state: str, tmp_path: Path) -> None:
    clock = StillClock(MORNING)
    async with town(tmp_path, platforms=["zalo"], clock=clock) as place, desk(place) as here:
        people = await followers(place, 1)
        here.zalo.faults.fail_next(1, fault, only="/v2.0/oa/message")
        name = await here.announced()
        way = await here.reaches(name, lambda way: way["state"] == state, seconds=1)
        assert way["reason"]
        await until(here.an, name, "done")
        clock.pass_time(3600)
        await asyncio.sleep(1.2)  # two looks of the sender
        assert (await here.way(name))["state"] == state
        assert (got(people, TITLE), len(here.zalo.broadcasts)) == (
            ([1], 1) if fault == "drop_after_accept" else ([0], 0)
        )


async def test_what_goes_wrong_before_it_is_sent_is_tried_again(tmp_path: Path) -> None:
    clock = StillClock(MORNING)
    async with town(tmp_path, platforms=["zalo"], clock=clock) as place, desk(place) as here:
        people = await followers(place, 1)
        here.zalo.faults.fail_next(1, "drop_after_accept", only="article/create")
        here.zalo.faults.fail_next(1, "-216", only="article/create")
        here.zalo.faults.fail_next(1, "500", only="article/verify")
        name = await here.announced()
        await here.reaches(name, lambda way: way["state"] == "ready" or way["state"] == "sent", seconds=5)
        await until(here.an, name, "done")
        assert await seen(people) == [1]


@pytest.mark.long
async def test_killed_while_it_is_being_sent_it_is_uncertain_and_never_sent_again(tmp_path: Path) -> None:
    port = free_port()
    now = datetime.now(UTC)  # noqa: TID251 - the gateway is a process with the machine's clock
    local = now + timedelta(hours=7)
    ahead = (timedelta(hours=34) - timedelta(hours=local.hour, minutes=local.minute)).total_seconds()  # tomorrow at ten
    async with sandbox_town(tmp_path, platforms=["zalo"], hook_port=port) as place:
        place.clock.offset = ahead
        place.environment["CLOCK_OFFSET_SECONDS"] = str(int(ahead))
        gateway = GatewayProcess(place.environment, tmp_path, port)
        await gateway.start()
        async with desk(place) as here:
            people = await followers(place, 1)
            here.zalo.faults.fail_next(1, "hang", only="/v2.0/oa/message")
            name = await here.announced()
            await here.reaches(name, lambda way: way["state"] == "sending")
            await gateway.kill()
            await gateway.start()
            way = await here.reaches(name, lambda way: way["state"] != "sending")
            assert (way["state"], way["reason"]) == ("uncertain", "interrupted")
            await until(here.an, name, "done")
            await asyncio.sleep(1.2)  # two looks of the sender
            assert (here.zalo.broadcasts, got(people, TITLE)) == ([], [0])
        assert await gateway.terminate() == 0
