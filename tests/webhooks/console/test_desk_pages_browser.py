"""Tickets, forms, figures, administration in both widths, both colours, both languages: no grave fault, nothing wider
than the screen, no sentence missing.
"""

import re
from typing import Any

import pytest
from kit.accessibility import faults
from kit.citizens import reported
from kit.desk_pages import at_console, by_phone, worker
from kit.town import Town
from playwright.async_api import Browser, Page

from bots.gateway import Gateway
from conversation.ids import AccountId

pytestmark = [pytest.mark.browser, pytest.mark.journey]
SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
MISSING = re.compile(r"\[[a-z_-]+\]")


async def busy(place: Town, gateway: Gateway) -> tuple[str, str]:
    """A ticket with everything that one can have, and the link of its department."""
    _, code = await reported(place)
    lan, now = worker(gateway), gateway.desk.tools.now()
    twin = await by_phone(gateway)
    await gateway.desk.change_ticket(twin, lan, duplicate_of=code)
    await gateway.desk.change_ticket(code, lan, note="Đã gọi", category="road", publish=True, priority="emergency")
    await gateway.desk.change_ticket(code, lan, answer="Đang làm", due_at=now)
    token = (await gateway.desk.forward(code, lan, "transport", "Nhờ xem")).token or ""
    await gateway.writer.write(
        lambda work: work.quarantine.keep(AccountId("telegram"), now, "BadPayload", {}, b"{", "POST", {})
    )
    return code, token


async def check(page: Page, where: str) -> list[str]:
    found = [f"{where}: {fault}" for fault in await faults(page)]
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append(f"{where}: wider than the screen")
    missing = MISSING.findall(await page.inner_text("body"))
    return found + [f"{where}: no words for {one}" for one in missing]


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [("wide", "light", "vi"), pytest.param("phone", "dark", "en", marks=pytest.mark.long)],
)
async def test_no_page_has_a_grave_fault(
    place: Town, gateway: Gateway, browser: Browser, size: str, scheme: Any, language: str
) -> None:
    code, token = await busy(place, gateway)
    paths = [
        "/tickets", "/tickets?q=nobody", f"/tickets/{code}", "/counter", f"/counter/{code}", "/figures?by=category",
        "/figures?by=operator", "/admin", "/admin/people", "/admin/failed", "/admin/quarantine", "/admin/audit",
        "/admin/site", f"/link/{token}", "/link/spent-or-forged-or-replaced",
    ]  # fmt: skip
    found = []
    async with at_console(browser, place, "Minh", viewport=SIZES[size], color_scheme=scheme) as page:
        page.expected = (410,)
        cookie = {"name": "tongdai_language", "value": language, "url": f"{place.gateway_url}/console/"}
        await page.context.add_cookies([cookie])  # type: ignore[list-item]
        for path in paths:
            await page.goto(f"{place.gateway_url}/console{path}")
            assert await page.get_attribute("html", "lang") == language
            await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
            found += await check(page, path)
    assert found == []


@pytest.mark.long
async def test_a_department_s_own_pages_have_no_grave_fault(place: Town, gateway: Gateway, browser: Browser) -> None:
    code, _ = await busy(place, gateway)
    async with at_console(browser, place, "Sở", viewport=SIZES["phone"]) as page:
        found = await check(page, "table")
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        found += await check(page, "ticket")
    assert found == []
