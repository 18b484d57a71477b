"""People at the console: made in the store, logged in over HTTP or in a browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from argon2 import PasswordHasher
from kit.town import Town
from playwright.async_api import Browser, BrowserContext, Page

PASSWORD = "correct horse battery staple"
HERE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form on one of our own pages."""
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def add_person(
    town: Town, name: str, role: str = "operator", department: str | None = None, at: datetime | None = None
) -> None:
    """They may log in with `PASSWORD`, since `at` or now."""
    store = town.store()
    try:
        with store.writing() as work:
            work.operators.add(name, role, _QUICK.hash(PASSWORD), at or datetime.now(UTC), department)  # noqa: TID251 - any moment
    finally:
        store.close()


class Visitor:
    """Somebody with a cookie jar. `csrf` after a log-in."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url, self.csrf = session, url, ""

    async def get(self, path: str, **options: Any) -> tuple[int, str]:
        async with self.session.get(f"{self.url}/console{path}", allow_redirects=False, **options) as answer:
            return answer.status, await answer.text()

    async def post(
        self, path: str, headers: dict[str, str] = HERE, *, proof: bool = True, **form: Any
    ) -> tuple[int, str]:
        data = {"_csrf": self.csrf, **form} if proof else form
        call = self.session.post(f"{self.url}/console{path}", data=data, headers=headers, allow_redirects=False)
        async with call as answer:
            return answer.status, await answer.text()

    async def login(self, name: str, password: str = PASSWORD) -> int:
        _, page = await self.get("/login")
        token = re.search(r'name="_form" value="([^"]+)"', page)
        assert token
        status, _ = await self.post("/login", name=name, password=password, _form=token[1], proof=False)
        _, page = await self.get("/account")
        csrf = re.search(r'data-csrf="([^"]+)"', page)
        self.csrf = csrf[1] if csrf else ""
        return status


@asynccontextmanager
async def visitor(town: Town, name: str | None = None) -> AsyncIterator[Visitor]:
    """A visitor, logged in when `name` is given."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        one = Visitor(session, town.gateway_url)
        if name is not None:
            assert await one.login(name) == 303
        yield one


async def logged_in(browser: Browser, town: Town, name: str, **options: Any) -> tuple[BrowserContext, Page, list[str]]:
    """A window of that person, at the console's start, and what its console complains about."""
    context = await browser.new_context(locale="vi-VN", **options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{town.gateway_url}/console/")
    await page.fill("[name=name]", name)
    await page.fill("[name=password]", PASSWORD)
    await page.press("[name=password]", "Enter")
    await page.wait_for_url("**/console/inbox*")
    return context, page, complaints


async def conversation_of(town: Town, account: str, contact: str) -> str:
    """The id of this contact's conversation."""
    store = town.store()

    def find() -> str:
        with store.reading() as work:
            return work.conversations.list(account=account, contact=contact, limit=1)[0].id

    try:
        return await asyncio.to_thread(find)
    finally:
        store.close()
