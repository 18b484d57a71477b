"""Announcements at the console: counted before anything is sent, approved by another, watched, ended."""

import base64
from typing import Any

import pytest
from kit.accessibility import faults
from kit.citizens import PROBE, reported
from kit.console import visitor
from kit.desk_pages import at_console, worker
from kit.town import Town
from playwright.async_api import Browser, Page, expect

from bots.gateway import Gateway
from webhooks.desk.wanted_announcement import Announcement
from webhooks.sandbox.person import Person

pytestmark = pytest.mark.browser
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p0dqSwAAAABJRU5ErkJggg=="
)
STORM = "Bão số 9 vào tối nay, bà con ở trong nhà."


async def written(gateway: Gateway, **more: Any) -> str:
    made = await gateway.desk.announce(worker(gateway, "Tú", "supervisor"), Announcement("Bão", STORM, **more))
    return str(made["id"])


async def state(gateway: Gateway, name: str) -> str:
    return str((await gateway.desk.broadcast(name))["state"])


async def test_it_is_counted_previewed_saved_approved_by_another_and_arrives(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, _ = await reported(place)
    async with at_console(browser, place, "Tú") as page:
        await page.goto(f"{place.gateway_url}/console/announcements")
        await page.keyboard.press("n")
        await page.wait_for_url("**/announcements/new")
        await expect(page.locator("#reach .reach__total")).to_have_text("1 người")
        await page.fill("[name=title]", "Bão số 9")
        await page.fill("[name=text]", STORM)
        await expect(page.locator("#preview .bubble").first).to_have_text(STORM)
        await page.check("[name=accounts][value=zalo]")
        await expect(page.locator("#reach .reach > li")).to_have_count(1)
        await page.uncheck("[name=accounts][value=zalo]")
        await expect(page.locator("#reach .reach > li")).to_have_count(2)
        await page.locator("[name=text]").press("Control+Enter")
        await page.wait_for_selector("#progress [data-state=waiting_approval]")
        await expect(page.locator(".warning")).to_contain_text("một người khác duyệt")
        address = page.url
    async with at_console(browser, place, "Minh") as page:
        await page.goto(address)
        await page.click("[data-open=sure-approve]")
        await expect(page.locator("#sure-approve p")).to_contain_text("1 người")
        await page.click("#sure-approve .sheet__body button")
        await expect(page.locator("#progress [data-state=done]")).to_be_visible(timeout=20_000)
        await expect(page.locator("#progress progress")).to_have_attribute("value", "1")
        assert STORM in (await person.next_message(timeout=20)).text


async def test_a_draft_with_everything_is_tried_changed_copied_sent_and_answered(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, _ = await reported(place)
    async with at_console(browser, place, "Tú") as page:
        await page.goto(f"{place.gateway_url}/console/announcements/new")
        fields = {
            "title": "Lũ đêm nay",
            "text": STORM,
            "text_en": "Storm tonight, stay indoors.",
            "link_label": "Xem bản đồ",
            "link_url": "https://1022.example.vn/lu",
        }
        for field, words in fields.items():
            await page.fill(f"[name={field}]", words)
        for answer in ("received", "help"):
            await page.check(f"[name=answers][value={answer}]")
        await page.set_input_files("[name=picture]", {"name": "lu.png", "mimeType": "image/png", "buffer": PNG})
        labels = page.locator("#preview .shown").first.locator(".bubble__buttons").first
        await expect(labels).to_contain_text("Đã nhận")
        await expect(labels).to_contain_text("Xem bản đồ")
        await expect(page.locator("#reach .reach > li p").first).to_contain_text("không rõ chi phí")
        await page.click("button[value=draft]")
        await page.wait_for_selector("#progress [data-state=draft]")
        await expect(page.locator("img.announced")).to_be_visible()
        await expect(page.get_by_text("Bạn chưa giữ cuộc trò chuyện nào.")).to_be_visible()
        name = page.url.rpartition("/")[2]
        with gateway.desk.tools.store.reading() as work:
            (chat,) = [one.id for one in work.conversations.list(limit=9)]
        await gateway.desk.takeover(chat, worker(gateway, "Tú", "supervisor"))
        await page.reload()
        await page.click(f"form[action$='/{name}/try'] button")
        await expect(page.get_by_text("Đã gửi thử.")).to_be_visible()
        await arrived(person, STORM)
        assert (await gateway.desk.broadcast(name))["counts"]["sent"] == 0
        await gateway.desk.handback(chat, worker(gateway, "Tú", "supervisor"))
        await page.click("a[href$='/edit']")
        await expect(page.locator("[name=answers][value=help]")).to_be_checked()
        await page.fill("[name=title]", "Lũ sáng mai")
        await page.click("button[value=submit]")
        await page.wait_for_selector("#progress [data-state=waiting_approval]")
        await expect(page.locator("h1")).to_have_text("Lũ sáng mai")
        await page.get_by_text("Sao chép thành bản mới").click()
        await expect(page.locator("[name=text_en]")).to_have_value("Storm tonight, stay indoors.")
        await page.check("[name=template]")
        await page.click("button[value=draft]")
        await page.wait_for_selector("#progress [data-state=draft]")
        await expect(page.locator("img.announced")).to_be_visible()
        await page.click("[data-open=sure-delete]")
        await page.click("#sure-delete .sheet__body button")
        await page.wait_for_url("**/announcements")
    await gateway.desk.approve_broadcast(name, worker(gateway, "Minh", "admin"))
    async with at_console(browser, place, "Minh") as page:
        await page.goto(f"{place.gateway_url}/console/announcements/{name}")
        await expect(page.locator("#progress [data-state=done]")).to_be_visible(timeout=20_000)
        await arrived(person, STORM)
        await person.press("Đã nhận")
        await expect(page.locator("#progress")).to_contain_text("Đã nhận1", timeout=20_000, use_inner_text=False)
        async with page.expect_download() as loading:
            await page.get_by_text("Tải số liệu (CSV)").click()
        csv = (await (await loading.value).path()).read_text()
        assert "telegram,sent,,1" in csv or "zalo,sent,,1" in csv
        assert ",answered,received,1" in csv
        assert person.id not in csv


async def arrived(person: Person, text: str) -> None:
    """The picture and the words are on the phone."""
    while not any(text in bubble.text for bubble in person.inbox[-2:]):
        await person.next_message(timeout=20)
    assert any(bubble.media for bubble in person.inbox[-2:])


async def test_its_author_cannot_approve_it_even_without_the_page(place: Town, gateway: Gateway) -> None:
    name = await written(gateway)
    async with visitor(place, "Tú") as author:
        assert (await author.post(f"/announcements/{name}/approve"))[0] == 403
        assert await state(gateway, name) == "waiting_approval"
        assert (await author.post(f"/announcements/{name}/pause"))[0] == 409
    async with visitor(place, "Minh") as other:
        assert (await other.post(f"/announcements/{name}/approve", proof=False))[0] == 403
        assert await state(gateway, name) == "waiting_approval"


@pytest.mark.long
async def test_a_scheduled_one_is_held_taken_up_and_cancelled_only_after_a_question(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    async with at_console(browser, place, "Tú") as page:
        await page.goto(f"{place.gateway_url}/console/announcements/new")
        for field, words in (("title", "Cúp nước"), ("text", STORM), ("starts_at", "2090-01-02T08:00")):
            await page.fill(f"[name={field}]", words)
        await page.locator("[name=text]").press("Control+Enter")
        await page.wait_for_selector("#progress")
        await expect(page.locator(".facts")).to_contain_text("08:00 02/01/2090")
        name = page.url.rpartition("/")[2]
    await gateway.desk.approve_broadcast(name, worker(gateway, "Minh", "admin"))
    async with at_console(browser, place, "Tú") as page:
        await page.goto(f"{place.gateway_url}/console/announcements/{name}")
        for verb, after in (("pause", "paused"), ("resume", "scheduled")):
            await page.click(f"form[action$={verb}] button")
            await page.wait_for_selector(f"#progress [data-state={after}]")
        await page.click("[data-open=sure-cancel]")
        await page.keyboard.press("Escape")
        assert await state(gateway, name) == "scheduled"
        await page.click("[data-open=sure-cancel]")
        await page.click("#sure-cancel .sheet__body button")
        await page.wait_for_selector("#progress [data-state=cancelled]")


async def test_a_ward_that_there_is_not_is_told_and_nothing_is_lost_or_kept(place: Town, gateway: Gateway) -> None:
    form = {"title": "Bão", "text": STORM, "key": "k1"}
    async with visitor(place, "Tú") as author:
        status, page = await author.post("/announcements", wards="Phường Không Có", **form)
        assert status == 422
        assert STORM in page
        assert "Phường Không Có" in page
        assert (await author.post("/announcements", expires_at="2001-01-01T00:00", **form))[0] == 422
        assert (await gateway.desk.broadcasts(9, None))[0] == []
        for _ in range(2):
            assert (await author.post("/announcements", **form))[0] == 303
    assert len((await gateway.desk.broadcasts(9, None))[0]) == 1


@pytest.mark.long
async def test_hostile_words_stay_words_and_no_page_has_a_fault_in_either_width(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    made = await gateway.desk.announce(worker(gateway, "Tú", "supervisor"), Announcement(PROBE, PROBE * 40))
    found: list[str] = []
    for width, scheme in ((390, "dark"), (1280, "light")):
        size: Any = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
        async with at_console(browser, place, "Minh", **size) as page:
            for path in ("", "/new", f"/{made['id']}"):
                await page.goto(f"{place.gateway_url}/console/announcements{path}")
                if path == "/new":
                    await page.fill("[name=text]", PROBE * 40)
                    await expect(page.locator("#preview .bubble").first).to_contain_text("<script>")
                    await page.wait_for_selector(".reach__total")
                found += await checked(page, f"{path} {width}")
                if path == "/new":
                    await page.fill("[name=text]", "")
                    await page.evaluate("document.getElementById('compose').dispatchEvent(new Event('submit'))")
    assert found == []


async def checked(page: Page, where: str) -> list[str]:
    found = [f"{where}: {fault}" for fault in await faults(page)]
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append(f"{where}: wider than the screen")
    if await page.title() == "taken":
        found.append(f"{where}: hostile words ran")
    return found


async def test_an_article_is_chosen_with_its_cover_and_its_way_is_seen(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    await reported(place)
    async with at_console(browser, place, "Tú") as page:
        page.expected = (422,)  # type: ignore[attr-defined]
        await page.goto(f"{place.gateway_url}/console/announcements/new")
        for field, words in (("title", "Bão"), ("text", STORM), ("article_title", "Bão số 9: cần biết")):
            await page.fill(f"[name={field}]", words)
        await page.check("[name=articles][value=zalo]")
        await expect(page.locator("#reach")).to_contain_text("mọi người theo dõi")
        await expect(page.locator("#preview")).to_contain_text("Bão số 9: cần biết")
        await page.select_option("[name=article_area]", label="Hồ Chí Minh")
        await page.locator("[name=text]").press("Control+Enter")
        await expect(page.locator("#problem")).to_contain_text("ảnh bìa")
        await page.set_input_files("[name=picture]", {"name": "bao.png", "mimeType": "image/png", "buffer": PNG})
        await page.locator("[name=text]").press("Control+Enter")
        await page.wait_for_selector("#progress [data-state=waiting_approval]")
        await expect(page.locator("[data-article=waiting]")).to_be_visible()
        await expect(page.locator(".facts")).to_contain_text("Hồ Chí Minh")
        await page.get_by_text("Sao chép thành bản mới").click()
        await expect(page.locator("[name=articles][value=zalo]")).to_be_checked()
        await expect(page.locator("[name=article_area]")).to_have_value("79")
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await checked(page, str(width)) == []
    (one,) = (await gateway.desk.broadcasts(9, None))[0]
    async with at_console(browser, place, "Minh") as page:
        await page.goto(f"{place.gateway_url}/console/announcements/{one['id']}")
        await page.click("[data-open=sure-approve]")
        await expect(page.locator("#sure-approve .warning")).to_contain_text("mọi người đang theo dõi Zalo")
