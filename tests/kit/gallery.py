"""The console's pages in a town with a morning's work in it, as pictures for docs/images: one for each page in both widths."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from kit.citizens import reported, say
from kit.console import PASSWORD, add_person, conversation_of, visitor
from kit.desk_pages import by_phone, worker
from kit.filled import filled
from kit.town import StillClock, Town, gateway_in_process, sandbox_town
from playwright.async_api import Browser, Page

from bots.gateway import Gateway, listen
from conversation.ids import AccountId
from webhooks.desk.site_edits import SiteEdits
from webhooks.desk.wanted_announcement import Announcement
from webhooks.sandbox.samples import picture_png

START = datetime(2026, 11, 24, 2, 12, tzinfo=UTC)
"""A Tuesday, 9:12 at the hotline."""
WIDTHS = {390: 844, 1280: 800}
_MOST_HEIGHT = {390: 1700, 1280: 1500}
STORM = "Bão số 9 đổ bộ tối nay. Bà con ở trong nhà, tránh xa cửa kính và dây điện. Cần giúp đỡ xin bấm nút bên dưới."


@dataclass(frozen=True)
class Picture:
    """What it shows: whose page, where, in which state. `routes`: the console's addresses that look like it."""

    person: str | None
    path: str
    routes: tuple[str, ...]
    act: Callable[[Page], Awaitable[object]] | None = None
    whole: bool = True
    dark: bool = False


async def _filters(page: Page) -> None:
    await page.wait_for_selector(".line")


async def _written(page: Page) -> None:
    await page.wait_for_selector("#compose-text")
    await page.locator(".photo img").first.evaluate("image => image.decode()")


async def _counter(page: Page) -> None:
    for field, words in {
        "name": "Trần Thị Bích",
        "phone": "0912 345 678",
        "address": "12 Lê Lợi, phường Bến Thành",
        "request": "Đèn đường trước nhà hỏng ba ngày nay, tối om",
    }.items():
        await page.fill(f"[name={field}]", words)
    await page.press("[name=request]", "Tab")
    await page.wait_for_load_state("networkidle")


async def _announcing(page: Page) -> None:
    await page.fill("[name=title]", "Bão số 9")
    await page.fill("[name=text]", STORM)
    await page.check("[name=answers][value=help]")
    await page.wait_for_selector("#preview .bubble")
    await page.wait_for_load_state("networkidle")


async def _previewed(page: Page) -> None:
    await page.fill("[name=value]", "Cho Tổng đài xin họ tên của anh/chị để tiện xưng hô ạ.")
    await page.click("button[value=preview]")
    await page.wait_for_selector(".spoken")


async def _asked(page: Page) -> None:
    await page.locator(".findings").nth(3).wait_for()


_CHAT = ("/chats/{id}",)
PICTURES: Mapping[str, Picture] = {
    "login": Picture(None, "/login", ("/login",)),
    "second-factor": Picture("Hoa", "/second-factor", ("/second-factor",)),
    "account": Picture("Lan", "/account", ("/account",)),
    "inbox": Picture("Lan", "/inbox", ("/inbox",), _filters, whole=False),
    "chat": Picture("Lan", "/chats/{chat}", _CHAT, _written, whole=False),
    "dark": Picture("Lan", "/chats/{chat}", _CHAT, _written, whole=False, dark=True),
    "answers": Picture("Tú", "/answers", ("/answers",)),
    "tickets": Picture("Lan", "/tickets", ("/tickets",)),
    "tickets-dark": Picture("Lan", "/tickets", ("/tickets",), dark=True),
    "ticket": Picture("Lan", "/tickets/{code}", ("/tickets/{code}",)),
    "counter": Picture("Lan", "/counter", ("/counter",), _counter),
    "code": Picture("Lan", "/counter/{called}", ("/counter/{code}",)),
    "announcements": Picture("Tú", "/announcements", ("/announcements",)),
    "announcement": Picture("Minh", "/announcements/{announcement}", ("/announcements/{id}",)),
    "announcement-new": Picture(
        "Tú", "/announcements/new", ("/announcements/new", "/announcements/{id}/edit"), _announcing
    ),
    "figures": Picture("Lan", "/figures", ("/figures",)),
    "figures-dark": Picture("Lan", "/figures", ("/figures",), dark=True),
    "accounts": Picture("Tú", "/admin", ("/admin",), _asked),
    "failed": Picture("Tú", "/admin/failed", ("/admin/failed",)),
    "quarantine": Picture("Minh", "/admin/quarantine", ("/admin/quarantine",)),
    "people": Picture("Minh", "/admin/people", ("/admin/people",)),
    "audit": Picture("Minh", "/admin/audit", ("/admin/audit",)),
    "profile": Picture("Minh", "/admin/site", ("/admin/site",)),
    "profile-edit": Picture("Minh", "/admin/site/edit?key=texts/vi/ask-name", ("/admin/site/edit",), _previewed),
    "profile-history": Picture("Minh", "/admin/site/history", ("/admin/site/history",)),
    "department": Picture(None, "/link/{link}", ("/link/{token}",)),
    "refusal": Picture("Lan", "/tickets/1022-261124-22222", ()),
}
NO_PAGES = {
    "/": "leads to the inbox or the tickets",
    "/live": "a stream",
    "/inbox/more": "further lines of the inbox",
    "/chats/{id}/older": "earlier messages of a chat",
    "/figures.csv": "a file",
    "/announcements/{id}/counts.csv": "a file",
    "/link/{token}/files/{id}": "a file",
    "/attachments/{token}": "a file",
}
"""Addresses that show no page of their own."""


@asynccontextmanager
async def working_town(folder: Path) -> AsyncIterator[tuple[Town, dict[str, str]]]:
    """A month of reports, a morning with four citizens, and what breaks now and then; the values of the paths."""
    clock = StillClock(START)
    listener = listen("127.0.0.1", 0)
    async with (
        sandbox_town(folder, hook_port=listener.getsockname()[1], clock=clock) as place,
        gateway_in_process(place, listener, now=clock.now) as gateway,
    ):
        for name, role in {"Lan": "operator", "Hoa": "operator", "Tú": "supervisor", "Minh": "admin"}.items():
            add_person(place, name, role, at=START - timedelta(days=90))
        add_person(place, "Sở", "department", "transport", START - timedelta(days=60))
        store = place.store()
        filled(store, 240, 9, START - timedelta(hours=1))
        store.close()
        yield place, await _morning(place, gateway, clock)


async def _morning(place: Town, gateway: Gateway, clock: StillClock) -> dict[str, str]:
    lan, tu, minh = worker(gateway), worker(gateway, "Tú", "supervisor"), worker(gateway, "Minh", "admin")
    person, code = await reported(place, "Cống nghẹt trước nhà, mưa là ngập tới đầu gối từ tuần trước")
    clock.pass_time(240)
    for platform, name, text in (
        ("viber", "Hùng", "cháy nhà ở 45 Trần Hưng Đạo, có người mắc kẹt"),
        ("messenger", "Hoàng Yến", "cho tôi gặp người thật"),
        ("zalo", "Ngọc Trâm", "tôi muốn gặp nhân viên"),
    ):
        other = place.sandbox.person(platform, name)
        await say(place, other, text)
        clock.pass_time(150)
    chat = await conversation_of(place, "telegram", person.id)
    await gateway.desk.note(chat, lan, "Gọi lại cho anh An sau khi đội thoát nước xác nhận.")
    await gateway.desk.takeover(chat, lan)
    await gateway.desk.write(chat, lan, "Dạ chào anh An, em là Lan. Anh cho em xin một tấm ảnh được không ạ?")
    await person.next_message()
    clock.pass_time(100)
    await person.send_photo(picture_png(1), "Đây em")
    await place.sandbox.settled()
    clock.pass_time(60)
    await gateway.desk.write(chat, lan, "Em cảm ơn anh. Em đã chuyển đội thoát nước, hôm nay sẽ có người tới rào chắn.")
    await person.next_message()
    await person.send_text("Cảm ơn em, tôi chờ")
    await gateway.desk.change_ticket(code, lan, category="drainage", note="Đã gọi đội thoát nước", priority="high")
    link = (await gateway.desk.forward(code, lan, "construction", "Nhờ đơn vị rào chắn trong hôm nay")).token or ""
    called = await by_phone(gateway, name="Trần Thị Bích", phone="0908 111 222", request="Cây nghiêng sát dây điện")
    await gateway.writer.write(
        lambda work: work.ready_answers.put(
            "chao", "Dạ chào anh/chị {name}, em là {operator} của Tổng đài 1022 ạ.", "Tú", clock.now()
        )
    )
    await gateway.writer.write(
        lambda work: work.quarantine.keep(AccountId("viber"), clock.now(), "BadPayload", {}, b"{", "POST", {})
    )
    place.sandbox.lines["telegram"].faults.fail_next(1, "400")
    await gateway.desk.write(chat, lan, "Anh An ơi, đội thoát nước đã tới chưa ạ?")
    edits = SiteEdits(gateway.desk.tools)
    await edits.change(minh, "texts/vi/ask-phone", "Cho Tổng đài xin số điện thoại của anh/chị ạ.", 0, "ngắn hơn")
    await edits.change(minh, "deadlines/trees", {"sla_hours": 8}, 0, "mùa mưa bão")
    clock.pass_time(60)
    kept = await gateway.desk.announce(
        tu, Announcement("Cúp nước quận 3 đêm 25/11", "Từ 22 giờ ngày 25/11 cúp nước để sửa ống.")
    )
    done = await gateway.desk.announce(tu, Announcement("Bão số 9", STORM, answers=("received", "help")))
    await gateway.desk.approve_broadcast(str(done["id"]), minh)
    assert kept["id"] != done["id"]
    async with visitor(place, "Hoa") as hoa:
        _, page = await hoa.get("/account")
        secret, sealed = re.search(r"secret=([A-Z2-7]{32})", page), re.search(r'name="sealed" value="([^"]+)"', page)
        assert secret
        assert sealed
        totp = pyotp.TOTP(secret[1]).at(clock.now())
        assert (await hoa.post("/account/second-factor", sealed=sealed[1], code=totp))[0] == 303
    return {"chat": chat, "code": code, "called": called, "link": link, "announcement": str(done["id"])}


class Windows:
    """One window for each person and width, logged in once."""

    def __init__(self, browser: Browser, place: Town) -> None:
        self._browser, self._console = browser, f"{place.gateway_url}/console"
        self._open: dict[tuple[str | None, bool], Page] = {}

    async def show(self, picture: Picture, width: int, values: Mapping[str, str]) -> Page:
        """The page, as that person has it at that width."""
        page = self._open.get((picture.person, picture.dark)) or await self._begin(picture)
        await page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        await page.goto(self._console + picture.path.format(**values))
        if picture.act:
            await picture.act(page)
        await page.evaluate("window.scrollTo(0, 0)")
        return page

    async def _begin(self, picture: Picture) -> Page:
        context = await self._browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", color_scheme="dark" if picture.dark else "light"
        )
        page = self._open[picture.person, picture.dark] = await context.new_page()
        if picture.person:
            await page.goto(f"{self._console}/login")
            await page.fill("[name=name]", picture.person)
            await page.fill("[name=password]", PASSWORD)
            await page.press("[name=password]", "Enter")
            await page.wait_for_selector("main")
        return page


async def take(page: Page, picture: Picture, file: Path) -> None:
    """The page is in the file, WebP or PNG by its name; a long one is cut."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    height = WIDTHS[width]
    if picture.whole:
        full = int(await page.evaluate("document.documentElement.scrollHeight"))
        height = min(max(full, height), _MOST_HEIGHT[width])
        await page.set_viewport_size({"width": width, "height": height})  # bars at the edges stand at the edges
    session = await page.context.new_cdp_session(page)
    kind = {"format": "webp", "quality": 70} if file.suffix == ".webp" else {"format": "png"}
    shot = await session.send("Page.captureScreenshot", kind)
    await asyncio.to_thread(file.write_bytes, base64.b64decode(shot["data"]))
