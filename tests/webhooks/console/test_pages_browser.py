"""Every page of the chats in both widths, both colours and both languages: no grave fault, nothing wider than the screen."""

from typing import Any

import pytest
from kit.accessibility import faults
from kit.console import logged_in
from kit.town import Town
from playwright.async_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.journey]
SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 800}}


async def chats(place: Town) -> None:
    """One who waits, one in an emergency, one with a photo whom the bot serves."""
    for account, name, text in (
        ("telegram", "Lê Văn An", "gặp nhân viên"),
        ("telegram", "Phạm Hùng", "cháy nhà ở 12 Lê Lợi, có người mắc kẹt"),
        ("zalo", "Trần Thị Bích", "đèn đường trước số 5 Nguyễn Huệ không sáng"),
    ):
        person = place.sandbox.person(account, name)
        await person.open_chat()
        await person.send_text(text)
        await person.next_message()
        await person.next_message()
    await person.send_photo(caption="ảnh")


async def too_wide(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))


async def check(page: Page, where: str) -> list[str]:
    found = [f"{where}: {fault}" for fault in await faults(page)]
    if await too_wide(page):
        found.append(f"{where}: wider than the screen")
    return found


@pytest.mark.parametrize(
    ("scheme", "size"),
    [
        ("light", "phone"),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (("light", "wide"), ("dark", "phone"), ("dark", "wide"))
        ),
    ],
)
async def test_no_page_has_a_grave_fault(place: Town, browser: Browser, size: str, scheme: Any) -> None:
    await chats(place)
    stranger = await browser.new_context(viewport=SIZES[size], color_scheme=scheme)  # type: ignore[arg-type]
    page = await stranger.new_page()
    await page.goto(f"{place.gateway_url}/console/login")
    found = await check(page, "login")
    await stranger.close()
    _, page, complaints = await logged_in(browser, place, "Minh", viewport=SIZES[size], color_scheme=scheme)
    await expect(page.locator(".line")).to_have_count(2)
    found += await check(page, "queue")
    await page.locator(".filters summary").click()
    found += await check(page, "filters")
    await page.goto(f"{place.gateway_url}/console/inbox?view=all")
    found += await check(page, "all")
    await page.locator(".line", has_text="Lê Văn An").click()
    await page.wait_for_selector("#compose")
    found += await check(page, "chat of nobody")
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "me")
    await page.fill("#compose-text", "Em nghe đây ạ")
    await page.press("#compose-text", "Control+Enter")
    await expect(page.locator(".say--me")).to_have_count(1)
    found += await check(page, "chat of mine")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    found += await check(page, "note")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    found += await check(page, "help")
    for path in ("/account", "/answers", "/chats/unknown"):
        await page.goto(f"{place.gateway_url}/console{path}")
        found += await check(page, path)
    assert found == []
    assert [one for one in complaints if "404" not in one] == []


@pytest.mark.long
async def test_language_and_colours_are_kept(place: Town, browser: Browser) -> None:
    _, page, _ = await logged_in(browser, place, "Lan", viewport=SIZES["wide"])
    await page.locator(".who summary").click()
    await page.select_option("[name=language]", "en")
    await page.select_option("[name=theme]", "dark")
    await page.locator(".prefer button").click()
    await expect(page.get_by_role("link", name="Queue")).to_be_visible()
    await page.goto(f"{place.gateway_url}/console/account")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
