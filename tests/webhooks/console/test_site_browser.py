"""The site edited in a browser: previewed, tried, saved, looked up in its history, restored; usable for everybody."""

import pytest
from kit.accessibility import faults
from kit.citizens import PROBE
from kit.console import visitor
from kit.desk_pages import at_console
from kit.town import Town
from playwright.async_api import Browser, Page, expect

from bots.gateway import Gateway

pytestmark = pytest.mark.browser


async def saved(page: Page) -> None:
    await page.click("button[value=save]")
    await expect(page.locator(".good")).to_contain_text("có hiệu lực ngay")


async def test_a_sentence_is_previewed_saved_found_in_the_history_and_restored(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    async with at_console(browser, place, "Minh", viewport={"width": 390, "height": 844}) as page:
        page.expected = (422,)  # type: ignore[attr-defined]
        site = f"{place.gateway_url}/console/admin/site"
        await page.goto(f"{site}?q=ticket-track")
        assert await faults(page) == []
        await page.click(".texts a.button")
        former = await page.input_value("[name=value]")
        await page.fill("[name=value]", "Tra cứu: {code}")
        await page.click("button[value=preview]")
        await expect(page.locator(".problem")).to_contain_text("không có gì để điền vào {code}")
        await page.fill("[name=value]", f"Nhắn mã để xem.\n{PROBE}".replace("{", "(").replace("}", ")"))
        await page.click("button[value=preview]")
        await expect(page.locator(".spoken").last).to_contain_text("Nhắn mã để xem.")
        await expect(page.locator(".diff ins").first).to_have_text("Nhắn mã ")
        assert gateway.site.profile.catalog.texts["vi"]["ticket-track"] == former
        assert await faults(page) == []
        await page.fill("[name=note]", "ngắn hơn")
        await saved(page)
        assert gateway.site.profile.catalog.texts["vi"]["ticket-track"].startswith("Nhắn mã để xem.\n<img")
        await page.fill("[name=value]", "Nhắn mã để tra cứu.")
        await saved(page)
        await page.goto(f"{site}/history")
        await expect(page.locator(".revisions li")).to_have_count(2)
        await expect(page.locator(".revisions li").last).to_contain_text("ngắn hơn")
        assert await faults(page) == []
        await page.click(".revisions li:last-child a.button")
        await expect(page.locator("[name=note]")).to_have_value("Khôi phục bản #1")
        await saved(page)
        assert gateway.site.profile.catalog.texts["vi"]["ticket-track"].startswith("Nhắn mã để xem.")
        await page.click("button[value=reset]")
        await expect(page.locator(".tag").first).to_have_text("theo tệp")
        assert gateway.site.profile.catalog.texts["vi"]["ticket-track"] == former
        await expect(page.locator(".revisions li")).to_have_count(4)
        assert await page.title() != "taken"
        await page.goto(f"{place.gateway_url}/console/admin/audit?about=texts/vi/ticket-track")
        await expect(page.locator("tbody tr")).to_have_count(4)
        await expect(page.locator("tbody")).to_contain_text("sửa cấu hình")


@pytest.mark.parametrize("key", ["texts/en/ask-name", "deadlines/traffic"])
async def test_who_comes_back_from_a_part_finds_its_fold_open(place: Town, browser: Browser, key: str) -> None:
    async with at_console(browser, place, "Minh", viewport={"width": 390, "height": 844}) as page:
        await page.goto(f"{place.gateway_url}/console/admin/site/edit?key={key}")
        await page.get_by_role("link", name="Quay lại").click()
        await expect(page.locator(f"[id='{key}']")).to_be_in_viewport()
        assert await faults(page) == []


async def test_sentences_are_folded_away_and_found_while_typing(place: Town, browser: Browser) -> None:
    async with at_console(browser, place, "Minh", viewport={"width": 390, "height": 844}) as page:
        await page.goto(f"{place.gateway_url}/console/admin/site")
        assert await page.evaluate("document.documentElement.scrollHeight") < 4000
        assert await faults(page) == []
        sentences = page.locator("#sentences dt:visible")
        await expect(sentences).to_have_count(0)
        await page.locator("#sentences summary").first.focus()
        await page.keyboard.press("Enter")
        await expect(sentences.first).to_be_visible()
        await page.keyboard.press("/")
        await page.keyboard.type("ticket-tr")
        await expect(sentences).to_have_text(["ticket-track"])
        await expect(page.locator("[name=q]")).to_be_focused()
        await page.keyboard.press("Enter")  # the same without a script: the page itself
        await page.wait_for_url("**q=ticket-tr*")
        await expect(sentences).to_have_text(["ticket-track"])
        await page.fill("[name=q]", "no such words")
        await expect(page.locator("#sentences")).to_contain_text("Không có câu nào")
        assert await faults(page) == []


@pytest.mark.long
async def test_keywords_are_tried_hours_are_seen_as_a_week_and_a_department_gets_a_category(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    async with at_console(browser, place, "Minh") as page:
        page.expected = (422,)  # type: ignore[attr-defined]
        site = f"{place.gateway_url}/console/admin/site"
        await page.goto(f"{site}/edit?key=emergencies/fire")
        await page.fill("[name=value]", await page.input_value("[name=value]") + "\ncáp treo dừng")
        await page.fill("[name=tried]", "Cáp treo dừng giữa trời")
        await page.click("button[value=preview]")
        await expect(page.locator(".readings tbody tr").first).not_to_contain_text("Cháy")
        await expect(page.locator(".readings tbody tr").last).to_contain_text("Cháy")
        await expect(page.locator(".diff")).to_have_text("cáp treo dừng")
        assert await faults(page) == []
        await saved(page)

        await page.goto(f"{site}/edit?key=office")
        await page.fill("[name=sat]", "8:00 – 12:00; 13-17")
        await page.click("button[value=save]")
        await expect(page.locator(".problem")).to_contain_text("Thứ bảy: “13-17” không phải khoảng giờ")
        await page.fill("[name=sat]", "8:00 – 12:00")
        await page.fill("[name=holidays]", "31/12/2026\n30/02/2027")
        await page.click("button[value=save]")
        await expect(page.locator(".problem")).to_contain_text("“30/02/2027” không phải ngày")
        await page.fill("[name=holidays]", "31/12/2026")
        await page.click("button[value=preview]")
        await expect(page.locator(".week").last.locator(".week__open")).to_have_count(11)
        assert await faults(page) == []
        await saved(page)
        assert len(gateway.site.profile.office.holidays) == 1

        await page.goto(site)
        await page.click("#departments summary")
        await page.fill("[name=department]", "parks")
        await page.press("[name=department]", "Enter")
        await page.fill("[name=name-vi]", "Công ty Công viên")
        await page.fill("[name=name-en]", "Parks company")
        await saved(page)
        await page.goto(f"{site}/edit?key=routes/trees")
        await page.select_option("[name=value]", "parks")
        await saved(page)
        assert gateway.site.profile.categories["trees"].department == "parks"
        await page.goto(f"{site}/edit?key=departments/parks")
        await page.check("[name=retired]")
        await page.click("button[value=save]")
        await expect(page.locator(".problem")).to_contain_text("đã ngừng nhận")


@pytest.mark.long
async def test_a_category_s_name_and_deadline_the_numbers_and_other_names_of_places_are_changed(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    async with at_console(browser, place, "Minh", viewport={"width": 390, "height": 844}) as page:
        page.expected = (422,)  # type: ignore[attr-defined]
        site = f"{place.gateway_url}/console/admin/site"
        await page.goto(site)
        await page.locator("#categories > summary").click()
        await page.get_by_role("link", name="Sửa: Tên lĩnh vực: Cây xanh, công viên").click()
        await page.fill("[name=name-vi]", "Cây xanh")
        await saved(page)
        await page.goto(site)
        await page.locator("#categories > summary").click()
        await page.get_by_role("link", name="Sửa: Hạn xử lý: Cây xanh").click()
        await page.fill("[name=value]", "400")
        await page.click("button[value=preview]")
        await expect(page.locator(".problem")).to_contain_text("phải là số nguyên trong khoảng 1–365")
        await page.fill("[name=value]", "4")
        await page.select_option("[name=unit]", "sla_hours")
        await page.click("button[value=preview]")
        await expect(page.locator(".diff ins")).to_have_text("4 giờ làm việc")
        assert await faults(page) == []
        await saved(page)
        trees = gateway.site.profile.categories["trees"]
        assert (trees.names["vi"], trees.sla_hours, trees.sla_days) == ("Cây xanh", 4, None)

        await page.goto(site)
        await page.locator("#alarms > summary").click()
        await page.get_by_role("link", name="Sửa Số khẩn cấp theo từng loại").click()
        await page.fill("[name=fire]", "114, 112")
        await page.click("button[value=preview]")
        await expect(page.locator(".diff ins")).to_have_text("Cháy: 114, 112")
        assert await faults(page) == []
        await saved(page)
        assert gateway.site.profile.emergencies["fire"] == "114, 112"
        await page.goto(f"{site}/edit?key=line")
        await page.fill("[name=name-vi]", "113, 114 hoặc 112")
        await saved(page)
        assert gateway.site.profile.emergency_line["vi"] == "113, 114 hoặc 112"

        await page.goto(site)
        await page.locator("#aliases > summary").click()
        await page.get_by_role("link", name="Sửa Tên gọi khác của địa danh").click()
        names = await page.input_value("[name=value]")
        await page.fill("[name=value]", f"{names}\nxứ dừa = Bến Tra")
        await page.click("button[value=save]")
        await expect(page.locator(".problem")).to_contain_text("tên “Bến Tra → Bến Tre")
        await page.fill("[name=value]", f"{names}\nxứ dừa = Bến Tre")
        assert await faults(page) == []
        await saved(page)
        await page.goto(f"{site}/history")
        await expect(page.locator(".revisions li")).to_have_count(5)
        await expect(page.locator(".revisions li").first.locator("ins")).to_have_text("xứ dừa = Bến Tre")


async def test_a_supervisor_reads_everything_and_changes_nothing(place: Town) -> None:
    more = [f"/edit?key={key}" for key in ("names/road", "deadlines/road", "numbers", "line", "aliases")]
    async with visitor(place, "Tú") as lead:
        for path in (
            "",
            "/history",
            "/edit?key=texts/vi/greeting",
            "/edit?key=office",
            "/edit?key=emergencies/calm",
            *more,
        ):
            status, page = await lead.get(f"/admin/site{path}")
            assert status == 200
            assert 'name="act"' not in page
        assert (await lead.post("/admin/site/edit", key="office", act="reset", seen="0"))[0] == 403
    async with visitor(place, "Minh") as minh:
        for key in ("", "prefix", "departments/A b"):
            assert (await minh.get("/admin/site/edit", params={"key": key}))[0] == 404
            assert (await minh.post("/admin/site/edit", key=key, act="save", seen="0"))[0] == 404
        assert (await minh.get("/admin/site/edit?key=texts/vi/none"))[0] == 200
        assert (await minh.post("/admin/site/edit", key="texts/vi/none", value="x", act="save", seen="0"))[0] == 422
