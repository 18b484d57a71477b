"""The accounts' page with each platform in each trouble: what it says is wrong, and what to do."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kit.accessibility import faults
from kit.console import Visitor, add_person, visitor
from kit.desk_pages import at_console
from kit.town import PLATFORMS, Town, gateway_in_process, sandbox_town
from playwright.async_api import Browser, expect

from bots.gateway import Gateway, listen

REFUSES_TOKEN = {"telegram": "401", "viber": "2", "messenger": "190", "zalo": "-216"}
"""How each says that a token is no good (their documentation, 2026)."""
SENDING = "essage"
"""Part of the path of every call that sends, on all four."""
CARD = '<section class="card" aria-labelledby="a-'


@pytest.fixture
async def troubled(tmp_path: Path) -> AsyncIterator[tuple[Gateway, Town]]:
    """All four platforms; their webhooks can be compared with where we are."""
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with sandbox_town(tmp_path, hook_port=port) as place:
        place.environment["PUBLIC_URL"] = place.gateway_url
        async with gateway_in_process(place, listener) as gateway:
            add_person(place, "Tú", "supervisor")
            yield gateway, place


async def cards(tu: Visitor) -> dict[str, str]:
    """What the page says of each account, without markup."""
    _, page = await tu.get("/admin")
    parts = page.split(CARD)[1:]
    return {part.partition('"')[0]: re.sub(r"<[^>]+>", " ", part) for part in parts}


async def asked(tu: Visitor, account: str) -> str:
    """What the platform says, as the page loads it by itself."""
    headers = {"Sec-Fetch-Site": "same-origin", "HX-Request": "true", "X-CSRF-Token": tu.csrf}
    status, page = await tu.post("/admin/accounts/check", headers, account=account)
    assert status == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def told(tu: Visitor, account: str, words: str) -> str:
    """The account's card once it says so: a message is tried beside the page."""
    async with asyncio.timeout(30):
        while words not in (card := (await cards(tu))[account]):  # noqa: ASYNC110 - a page is asked
            await asyncio.sleep(0.05)
    return card


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_token_that_is_refused_is_told_with_what_to_do(troubled: tuple[Gateway, Town], platform: str) -> None:
    _, place = troubled
    person = place.sandbox.person(platform)
    await person.send_text("xin chào")
    await person.next_message()
    async with visitor(place, "Tú") as tu:
        assert "Khóa truy cập : tốt" in await asked(tu, platform)
        place.sandbox.lines[platform].faults.fail_next(60, REFUSES_TOKEN[platform])
        place.clock.pass_time(3)
        await person.send_text("đồng ý")
        card = await told(tu, platform, "Kênh không nhận khóa truy cập")
        assert "Cần xem" in card
        assert "2 · lần cuối" in card  # it came in all the same
        said = await asked(tu, platform)
        assert "Khóa truy cập : hỏng" in said
        assert "Cần xem" in said  # the card's tag too, out of its place


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_platform_that_asks_to_slow_down_is_no_reason_to_act(
    troubled: tuple[Gateway, Town], platform: str
) -> None:
    _, place = troubled
    place.sandbox.lines[platform].faults.fail_next(20, "429", only=SENDING)
    async with visitor(place, "Tú") as tu:
        await place.sandbox.person(platform).send_text("xin chào")
        assert "tin tự gửi tiếp, không cần làm gì" in await told(tu, platform, "gửi chậm lại")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_platform_that_is_down_is_told_and_the_message_is_tried_again(
    troubled: tuple[Gateway, Town], platform: str
) -> None:
    _, place = troubled
    async with visitor(place, "Tú") as tu:
        place.sandbox.lines[platform].faults.fail_next(60, "500", only=SENDING)
        await place.sandbox.person(platform).send_text("xin chào")
        card = await told(tu, platform, "Kênh không trả lời hoặc báo lỗi")
        assert "tin được tự gửi lại" in card


@pytest.mark.parametrize(
    ("platform", "told_so"),
    [
        ("telegram", "Webhook : hỏng. Chạy “tongdai register”"),
        ("viber", "Webhook : hỏng. Chạy “tongdai register”"),
        ("messenger", "Trang đăng ký sự kiện : hỏng. Chạy “tongdai register”"),
        ("zalo", "Zalo tells nobody what is set"),
    ],
)
async def test_a_webhook_that_was_taken_away_is_told(
    troubled: tuple[Gateway, Town], platform: str, told_so: str
) -> None:
    _, place = troubled
    line = place.sandbox.lines[platform]
    async with visitor(place, "Tú") as tu:
        if platform == "messenger":
            line.subscribed = False  # type: ignore[attr-defined]
        else:
            line.courier.url = ""
        assert told_so in await asked(tu, platform)
        assert "Không có tin đến trong 24 giờ" in (await cards(tu))[platform]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_wrong_secret_is_told_after_a_row_of_webhooks_that_are_not_ours(tmp_path: Path, platform: str) -> None:
    listener = listen("127.0.0.1", 0)
    async with sandbox_town(tmp_path, hook_port=listener.getsockname()[1]) as place:
        names = {"telegram": "SECRET", "viber": "TOKEN", "messenger": "APP_SECRET", "zalo": "OA_SECRET"}
        name = f"BOT_{platform.upper()}_{names[platform]}"
        place.environment[name] = place.environment[name][:-4] + "zzzz"
        async with gateway_in_process(place, listener):
            add_person(place, "Tú", "supervisor")
            async with visitor(place, "Tú") as tu:
                person = place.sandbox.person(platform)
                for words in ("một", "hai", "ba"):
                    await person.send_text(words)
                card = await told(tu, platform, "chữ ký không đúng")
                assert re.search(r"[3-9]\d* lần liên tiếp", card)
                others = [text for name, text in (await cards(tu)).items() if name != platform]
                assert not any("chữ ký" in text for text in others)


@pytest.mark.browser
async def test_every_platform_is_asked_when_the_page_opens(troubled: tuple[Gateway, Town], browser: Browser) -> None:
    _, place = troubled
    place.sandbox.lines["viber"].courier.url = ""
    async with at_console(browser, place, "Tú", viewport={"width": 390, "height": 844}) as page:
        await page.goto(f"{place.gateway_url}/console/admin")
        await expect(page.locator(".findings")).to_have_count(4)
        viber = page.locator(".card", has_text="Viber")
        await expect(viber.locator(".tag--bad")).to_have_text("Cần xem")
        await expect(viber.locator(".finding--bad")).to_contain_text("none is set")
        await expect(page.locator(".card", has_text="Zalo")).to_contain_text("Khóa REFRESH_TOKEN")
        assert await faults(page) == []
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
