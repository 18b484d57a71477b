"""The figures' page: tiles, a course, bars, a breakdown, the same as CSV."""

import csv
import io
import re

import pytest
from kit.citizens import reported
from kit.console import add_person, visitor
from kit.desk_pages import at_console, by_phone, ticket_of, worker
from kit.town import Town
from playwright.async_api import Browser, expect

from bots.gateway import Gateway

pytestmark = pytest.mark.browser


async def busy(place: Town, gateway: Gateway) -> None:
    """One report by Telegram; two by telephone, of which Lan has answered one."""
    await reported(place)
    code = await by_phone(gateway, category="noise")
    await by_phone(gateway, category="road", name="Lê Thị Đào")
    await gateway.desk.change_ticket(code, worker(gateway), answer="Đã nhắc nhở", status="resolved")
    assert (await ticket_of(gateway, code))[0].resolved_at


@pytest.mark.long
async def test_the_page_counts_draws_and_breaks_down(place: Town, gateway: Gateway, browser: Browser) -> None:
    await busy(place, gateway)
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/figures")
        tiles = page.locator(".tiles dd")
        assert [(await tiles.nth(number).inner_text()).split()[0] for number in range(4)] == ["3", "1", "1", "0"]
        await expect(page.locator(".line-chart polyline")).to_have_count(2)
        assert "tiếp nhận 3, kết thúc 1" in await page.locator(".line-chart .hit title").last.inner_html()
        assert await page.locator(".commune-map .dot").get_attribute("aria-label") == (
            "Phường Bến Thành: tiếp nhận 3, đã xử lý 1, quá hạn 0"
        )
        await expect(page.locator(".mapped tbody tr")).to_have_text(re.compile(r"Phường Bến Thành\s*3\s*1\s*0"))
        rows = page.locator(".numbers tbody tr")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("Điện thoại")
        await expect(rows.first.locator("rect")).to_have_count(2)
        await page.click(".presets >> text=Lĩnh vực")
        await expect(page.locator(".numbers")).to_contain_text("Tiếng ồn")
        await page.click(".presets >> text=Nhân viên")
        await expect(rows).to_have_count(1)
        await expect(rows.first).to_contain_text("Lan")
        await page.click(".presets >> text=Phường")
        await expect(rows.first).to_contain_text("Phường Bến Thành")
        await page.click(".presets >> text=Hôm nay")
        await expect(tiles.first).to_have_text("3")
        await page.fill("[name=since]", "2020-01-01")
        await page.fill("[name=until]", "2020-01-31")
        await page.click("text=Xem")
        await expect(tiles.first).to_have_text("0")


async def test_the_export_holds_the_same_figures_and_no_formula(place: Town, gateway: Gateway) -> None:
    await busy(place, gateway)
    add_person(place, "=cmd|' /C calc'!A0", "operator")
    await by_phone(gateway, actor="=cmd|' /C calc'!A0")
    async with visitor(place, "Lan") as lan:
        status, text = await lan.get("/figures.csv?by=operator")
        assert status == 200
        assert text.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        assert rows[0][:3] == ["operator", "name", "received"]
        assert {row[0] for row in rows[1:]} == {"Lan", "'=cmd|' /C calc'!A0"}
        assert next(row for row in rows if row[0] == "Lan")[2:7] == ["2", "1", "1", "1", "0"]


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-13-45",
        "since=9999-12-31",
        "until=0001-01-01",
        "by=%3Cscript%3E",
        "since=2030-01-01&until=2020-01-01",
    ],
)
async def test_an_odd_address_shows_something_sensible(place: Town, query: str) -> None:
    async with visitor(place, "Lan") as lan:
        assert (await lan.get(f"/figures?{query}"))[0] == 200
