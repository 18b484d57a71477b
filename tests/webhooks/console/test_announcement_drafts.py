"""Drafts with pictures leave nothing on the disk; topics stand in the form and beside the chat."""

import asyncio
from pathlib import Path

import pytest
from kit.accessibility import faults
from kit.citizens import reported
from kit.console import conversation_of, visitor
from kit.desk_pages import at_console, worker
from kit.town import Town
from playwright.async_api import Browser, expect

from bots.gateway import Gateway
from conversation.messages import Media
from ticket_store.broadcasts import Broadcast
from webhooks.desk.wanted_announcement import Announcement

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8ff1f00030201ffa7474a490000000049454e44ae426082"
)
OTHER = PNG + b"\0"
STORM = "Bão số 9 vào tối nay, bà con ở trong nhà."


def on_disk(place: Town) -> int:
    """How many files there are."""
    return sum(one.is_file() for one in Path(place.environment["MEDIA_DIR"]).rglob("*"))


async def drafted(gateway: Gateway, content: bytes = PNG) -> tuple[str, Media]:
    picture = await asyncio.to_thread(gateway.files.keep, content, "lu.png")
    name = await gateway.desk.keep_draft(
        worker(gateway, "Tú", "supervisor"), Announcement("Lũ", STORM, picture=picture)
    )
    return name, picture


async def test_a_deleted_drafts_picture_is_gone_unless_something_else_shows_it(place: Town, gateway: Gateway) -> None:
    tu = worker(gateway, "Tú", "supervisor")
    (first, _), (second, _), (third, _) = [await drafted(gateway) for _ in range(3)]
    assert on_disk(place) == 1
    async with visitor(place, "Tú") as author:
        assert (await author.post(f"/announcements/{first}/delete"))[0] == 303
        assert on_disk(place) == 1
        await gateway.desk.submit_draft(second, tu)
        assert (await author.post(f"/announcements/{second}/delete"))[0] == 409
        assert (await author.post(f"/announcements/{third}/delete"))[0] == 303
        assert on_disk(place) == 1
        alone, _ = await drafted(gateway, OTHER)
        assert on_disk(place) == 2
        assert (await author.post(f"/announcements/{alone}/delete"))[0] == 303
    assert on_disk(place) == 1


async def test_a_picture_that_is_replaced_or_taken_out_is_gone(place: Town, gateway: Gateway) -> None:
    tu = worker(gateway, "Tú", "supervisor")
    name, picture = await drafted(gateway)
    await gateway.desk.rewrite_draft(name, tu, Announcement("Lũ", STORM, picture=picture))
    assert on_disk(place) == 1
    other = await asyncio.to_thread(gateway.files.keep, OTHER, "lu.png")
    await gateway.desk.rewrite_draft(name, tu, Announcement("Lũ", STORM, picture=other))
    assert on_disk(place) == 1
    with gateway.desk.tools.store.reading() as work:
        assert [one.sha256 for one in work.media.for_message([name])[name]] == [other.sha256]
    await gateway.desk.rewrite_draft(name, tu, Announcement("Lũ", STORM))
    assert on_disk(place) == 0


async def test_a_picture_that_was_tried_in_a_chat_stays_for_its_transcript(place: Town, gateway: Gateway) -> None:
    person, _ = await reported(place)
    tu = worker(gateway, "Tú", "supervisor")
    name, _ = await drafted(gateway)
    chat = await conversation_of(place, "telegram", person.id)
    await gateway.desk.takeover(chat, tu)
    await gateway.desk.try_out(name, tu, chat, gateway.files.addressed)
    await gateway.desk.delete_draft(name, tu)
    assert on_disk(place) == 1


@pytest.mark.browser
async def test_a_topic_is_chosen_previewed_kept_and_stands_beside_the_chat_that_stopped_it(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, _ = await reported(place)
    place.clock.pass_time(3)
    await person.send_text("dừng thời tiết")
    await person.next_message(timeout=20)
    chat = await conversation_of(place, "telegram", person.id)
    async with at_console(browser, place, "Tú") as page:
        await page.goto(f"{place.gateway_url}/console/announcements/new")
        await page.fill("[name=title]", "Bão số 9")
        await page.fill("[name=text]", STORM)
        await expect(page.locator("#reach .reach__total")).to_have_text("1 người")
        await page.select_option("[name=topic]", label="Thời tiết")
        await expect(page.locator("#reach .reach__total")).to_have_text("0 người")
        await expect(page.locator("#reach")).to_contain_text("đã dừng nhận chủ đề này")
        await expect(page.locator("#preview .bubble__buttons").first).to_contain_text("Dừng tin Thời tiết")
        assert await faults(page) == []
        await page.click("button[value=draft]")
        await page.wait_for_selector("#progress [data-state=draft]")
        await expect(page.locator(".facts")).to_contain_text("Thời tiết")
        await page.click("a[href$='/edit']")
        await expect(page.locator("[name=topic]")).to_have_value("weather")
        await page.goto(f"{place.gateway_url}/console/chats/{chat}")
        await expect(page.locator(".about")).to_contain_text("Đã dừng: Thời tiết")
        place.clock.pass_time(3)
        await person.send_text("đừng nhắn nữa")
        await expect(page.locator(".about")).to_contain_text("Không nhận thông báo nào", timeout=20_000)
    assert drafts(gateway)[0].topic == "weather"


def drafts(gateway: Gateway) -> list[Broadcast]:
    with gateway.desk.tools.store.reading() as work:
        return list(work.broadcasts.drafts())
