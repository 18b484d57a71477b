"""A ticket goes to a department and comes back: by a link without an account, in a browser of a stranger."""

import asyncio
import re

import pytest
from kit.citizens import PROBE, reported
from kit.console import HERE, Visitor, visitor
from kit.desk_pages import at_console, by_phone, ticket_of, worker
from kit.town import Town
from playwright.async_api import Browser, Page, expect

from bots.gateway import Gateway
from webhooks.sandbox.samples import picture_png

pytestmark = pytest.mark.browser


async def forwarded(page: Page, place: Town, code: str) -> str:
    """The link, as the operator is shown it."""
    await page.goto(f"{place.gateway_url}/console/tickets/{code}")
    await page.click("summary:has-text('Chuyển đơn vị')")
    await page.select_option("form[action$=forward] [name=department]", "transport")
    await page.fill("form[action$=forward] [name=note]", "Nhờ đơn vị xem sớm")
    await page.click("form[action$=forward] button")
    return await page.input_value("#link")


@pytest.mark.long
async def test_a_department_accepts_and_reports_with_a_photo_and_the_citizen_hears_of_it(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, code = await reported(place)
    async with at_console(browser, place, "Lan") as page:
        link = await forwarded(page, place, code)
    assert "chuyển" in (await person.next_message()).text.lower()
    stranger = await browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844})
    page = await stranger.new_page()
    await page.goto(link)
    await expect(page.locator("h1")).to_have_text(code)
    assert "Nguyễn Văn An" not in await page.inner_text("body")
    assert "912345678" not in (await page.inner_text("body")).replace(" ", "")
    await page.click("button:has-text('Nhận xử lý')")
    await expect(page.locator(".good")).to_contain_text("Đã nhận xử lý")
    assert (await ticket_of(gateway, code))[0].status == "in_progress"
    assert "đang" in (await person.next_message()).text.lower()
    await page.fill("[name=text]", "Đã thay bóng đèn")
    await page.set_input_files("[name=files]", {"name": "den.png", "mimeType": "image/png", "buffer": picture_png(1)})
    await page.click("button:has-text('Báo kết quả')")
    await expect(page.locator(".good")).to_contain_text(code)
    ticket, _ = await ticket_of(gateway, code)
    assert (ticket.status, ticket.answer) == ("resolved", "Đã thay bóng đèn")
    received = [await person.next_message() for _ in range(2)]
    assert any("Đã thay bóng đèn" in one.text for one in received)
    assert any(one.kind == "photo" for one in received)
    answer = await page.goto(link)
    assert answer is not None
    assert answer.status == 410
    await stranger.close()


@pytest.mark.long
async def test_a_refusal_needs_a_reason_and_brings_the_ticket_back(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    code = await by_phone(gateway)
    async with at_console(browser, place, "Lan") as page:
        link = await forwarded(page, place, code)
        await page.goto(link)
        await page.click("summary")
        await page.fill("[name=reason]", "Trụ đèn này của Điện lực")
        await page.click("button:has-text('Không thuộc thẩm quyền')")
        await expect(page.locator(".good")).to_contain_text(code)
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        await expect(page.locator(".heading .status")).to_have_text("Đã tiếp nhận")
        await expect(page.locator(".steps")).to_contain_text("Trụ đèn này của Điện lực")
        await expect(page.locator(".steps")).to_contain_text("Đơn vị quản lý hạ tầng giao thông")


async def test_a_link_is_worth_nothing_altered_replaced_or_from_another_site(place: Town, gateway: Gateway) -> None:
    code = await by_phone(gateway, request=PROBE, subject=PROBE)
    first = (await gateway.desk.forward(code, worker(gateway), "transport")).token
    assert first is not None
    async with visitor(place) as stranger:
        status, page = await stranger.get(f"/link/{first}")
        assert status == 200
        assert "<img src=x" not in page
        assert "<script>document" not in page
        head, _, tail = first.rpartition(".")
        forged = f"{head}.{'A' if tail[0] != 'A' else 'B'}{tail[1:]}"
        assert (await stranger.get(f"/link/{forged}"))[0] == 410
        assert (await stranger.post(f"/link/{first}/accept", {"Sec-Fetch-Site": "cross-site"}, proof=False))[0] == 403
        assert (await answered(stranger, first, "refuse", reason="   "))[0] == 422
        assert (await answered(stranger, first, "report", text=""))[0] == 422
        second = (await gateway.desk.forward(code, worker(gateway), "power")).token
        assert (await stranger.get(f"/link/{first}"))[0] == 410
        assert (await answered(stranger, first, "accept"))[0] == 410
        assert (await stranger.get(f"/link/{second}"))[0] == 200
        assert (await stranger.get(f"/link/{second}/files/nothing"))[0] == 404
    assert (await ticket_of(gateway, code))[0].status == "forwarded"


async def answered(stranger: Visitor, token: str, verb: str, **form: str) -> tuple[int, str]:
    return await stranger.post(f"/link/{token}/{verb}", HERE, proof=False, **form)


@pytest.mark.long
async def test_photos_of_the_citizen_are_shown_by_the_link_and_only_by_it(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, code = await reported(place)
    place.clock.pass_time(2)
    await person.send_photo(picture_png(2))
    await person.next_message()
    token = (await gateway.desk.forward(code, worker(gateway), "transport")).token
    async with visitor(place) as stranger:
        shown = None
        async with asyncio.timeout(15):
            while shown is None:  # until our copy of the photo is here
                _, page = await stranger.get(f"/link/{token}")
                shown = re.search(r'<img src="/console(/link/[^"]+)"', page)
        assert (await stranger.session.get(f"{place.gateway_url}/console{shown[1]}")).status == 200
        other = await by_phone(gateway, name="Lê Thị Đào")
        foreign = (await gateway.desk.forward(other, worker(gateway), "transport")).token
        name = shown[1].rsplit("/", 1)[1]
        assert (await stranger.get(f"/link/{foreign}/files/{name}"))[0] == 404
