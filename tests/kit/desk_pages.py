"""What tests of the console's tickets, forms and figures have in common."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from kit.console import PASSWORD
from kit.town import Town
from playwright.async_api import Browser, ConsoleMessage, Page

from bots.gateway import Gateway
from ticket_store.records import Person, Ticket
from webhooks.desk.reports import Report


def worker(gateway: Gateway, name: str = "Lan", role: str = "operator") -> Person:
    return Person(name, role, gateway.desk.tools.now())


async def by_phone(gateway: Gateway, *, actor: str = "Lan", **fields: Any) -> str:
    """The code of a report that somebody phoned in."""
    said = {
        "name": "Nguyễn Văn An",
        "phone": "0912345678",
        "address": "12 Lê Lợi, phường Bến Thành",
        "request": "Đèn đường trước nhà hỏng ba ngày nay",
        **fields,
    }
    ticket = await gateway.desk.open_ticket(worker(gateway, actor), Report(account="phone", **said))
    return ticket.code


async def ticket_of(gateway: Gateway, code: str) -> tuple[Ticket, Person]:
    """The ticket as it is now, and somebody who may change it."""

    def find() -> Ticket:
        with gateway.desk.tools.store.reading() as work:
            found = work.tickets.find(code)
        assert found is not None
        return found

    return await asyncio.to_thread(find), worker(gateway)


@asynccontextmanager
async def at_console(browser: Browser, place: Town, name: str, **options: Any) -> AsyncIterator[Page]:
    """A page of that person, logged in. Afterwards nothing in the browser's console was wrong, except for the statuses in
    `page.expected`, which Chromium tells as errors of the network.
    """
    context = await browser.new_context(locale="vi-VN", **options)
    page = await context.new_page()
    page.expected = ()  # type: ignore[attr-defined]
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        known = [f"status of {status}" for status in page.expected]  # type: ignore[attr-defined]
        if message.type in {"error", "warning"} and not any(one in message.text for one in known):
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"{place.gateway_url}/console/login")
    await page.fill("[name=name]", name)
    await page.fill("[name=password]", PASSWORD)
    await page.press("[name=password]", "Enter")
    await page.wait_for_selector("main.page")
    yield page
    await context.close()
    assert wrong == []
