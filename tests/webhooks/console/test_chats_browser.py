"""An operator's day in a real browser: taking over, writing, handing back, with the citizen's phone at the other end."""

import pytest
from kit.console import logged_in
from kit.town import Town
from playwright.async_api import Browser, Page, expect

from webhooks.sandbox.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.journey]
WANTS_PERSON = "gặp nhân viên"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0d"
    "cc59e70000000049454e44ae426082"
)


async def asking(place: Town, account: str = "telegram", name: str = "Lê Văn An", text: str = WANTS_PERSON) -> Person:
    """A citizen who has asked for one of us and was answered."""
    person = place.sandbox.person(account, name)
    await person.open_chat()
    await person.send_text(text)
    await person.next_message()
    await person.next_message()
    return person


async def opened(page: Page, name: str) -> None:
    await page.locator(".line", has_text=name).first.click()
    await page.wait_for_selector("#compose")


async def test_from_the_queue_to_a_reply_and_back_to_the_bot(place: Town, browser: Browser) -> None:
    _, page, complaints = await logged_in(browser, place, "Lan", viewport={"width": 1280, "height": 800})
    await expect(page.locator("#lines .empty")).to_be_visible()
    person = await asking(place)
    line = page.locator(".line", has_text="Lê Văn An")
    await expect(line).to_be_visible()  # by itself
    await expect(page).to_have_title("(1) Hộp thư · Tổng đài 1022 TP.HCM")
    await opened(page, "Lê Văn An")
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "me")
    box = page.locator("#compose-text")
    await box.fill("Dạ em là Lan, em nghe đây ạ")
    await box.press("Enter")
    reply = await person.next_message()
    assert reply.text.endswith("Dạ em là Lan, em nghe đây ạ")
    mine = page.locator(".say--me").last
    await expect(mine.locator(".say__text")).to_have_text("Dạ em là Lan, em nghe đây ạ")
    await expect(mine.locator(".mark")).to_have_class("mark mark--sent")
    await expect(box).to_have_value("")
    await person.send_text("Đèn trước nhà tôi hỏng")
    await expect(page.locator(".say--contact .say__text").last).to_have_text("Đèn trước nhà tôi hỏng")
    await page.get_by_role("button", name="Trả cho bot").click()
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "nobody")
    await person.send_text("xin chào")
    await person.next_message()
    await expect(page.locator(".say--bot").last).to_be_visible()
    assert complaints == []
    assert place.sandbox.incidents == []


@pytest.mark.long
async def test_a_reply_into_a_chat_nobody_holds_asks_first(place: Town, browser: Browser) -> None:
    person = await asking(place)
    _, page, _ = await logged_in(browser, place, "Lan")
    await opened(page, "Lê Văn An")
    await page.fill("#compose-text", "Em đây ạ")
    await page.press("#compose-text", "Enter")
    dialog = page.locator("#ask-take")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("button", name="Hủy").click()
    await expect(page.locator("#compose-text")).to_have_value("Em đây ạ")
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "nobody")
    await page.press("#compose-text", "Enter")
    await dialog.get_by_role("button", name="Tiếp nhận và gửi").click()
    assert (await person.next_message()).text.endswith("Em đây ạ")
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "me")


async def test_what_was_typed_survives_a_broken_connection_and_is_sent_once(place: Town, browser: Browser) -> None:
    person = await asking(place)
    context, page, _ = await logged_in(browser, place, "Lan")
    await opened(page, "Lê Văn An")
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "me")
    await context.set_offline(True)
    await expect(page.locator("#lost")).to_be_visible()
    await page.fill("#compose-text", "Một câu quan trọng")
    await page.press("#compose-text", "Enter")
    await expect(page.locator("#compose-hint")).to_contain_text("được giữ trên máy này")
    await context.set_offline(False)
    await page.reload()
    await expect(page.locator("#compose-text")).to_have_value("Một câu quan trọng")
    key = await page.input_value("#compose [name=key]")
    await page.press("#compose-text", "Enter")
    assert (await person.next_message()).text.endswith("Một câu quan trọng")
    await expect(page.locator("#compose-text")).to_have_value("")
    # an answer that was lost on its way: the same words under the same key are no second message
    script = """async ([key]) => { const body = new FormData(); body.set("text", "Một câu quan trọng"); body.set("key", key);
        const headers = { "HX-Request": "true", "X-CSRF-Token": document.body.dataset.csrf };
        return (await fetch(document.getElementById("compose").action, { method: "POST", body, headers })).status; }"""
    assert await page.evaluate(script, [key]) == 200
    await expect(page.locator(".say--me")).to_have_count(1)


@pytest.mark.long
async def test_two_operators_see_each_other_and_a_note_stays_among_them(place: Town, browser: Browser) -> None:
    person = await asking(place)
    _, lan, _ = await logged_in(browser, place, "Lan")
    _, hoa, complaints = await logged_in(browser, place, "Hoa", viewport={"width": 1280, "height": 800})
    await opened(lan, "Lê Văn An")
    await opened(hoa, "Lê Văn An")
    await lan.get_by_role("button", name="Tiếp nhận").click()
    await expect(hoa.locator("#chat-state")).to_have_attribute("data-held", "other")
    await expect(hoa.locator(".chat__who")).to_contain_text("Lan đang giữ")
    await expect(hoa.locator("#compose-text")).to_be_disabled()
    await lan.keyboard.press("n")
    await lan.fill("#compose-text", "Khách quen, gọi lại sau 17 giờ")
    await lan.press("#compose-text", "Enter")
    await expect(hoa.locator(".say--note .say__text")).to_have_text("Khách quen, gọi lại sau 17 giờ")
    await lan.locator(".give summary").click()
    await lan.locator(".give select").select_option("Hoa")
    await lan.locator(".give button").click()
    await expect(hoa.locator("#chat-state")).to_have_attribute("data-held", "me")
    await expect(hoa.locator("#compose-text")).to_be_enabled()
    await expect(hoa.locator(".tabs [data-count=mine]")).to_have_text("1")
    await hoa.fill("#compose-text", "Em là Hoa ạ")
    await hoa.press("#compose-text", "Enter")
    assert (await person.next_message()).text.endswith("Em là Hoa ạ")
    assert not any("17 giờ" in bubble.text for bubble in person.inbox)
    assert complaints == []


@pytest.mark.long
async def test_ready_answers_come_by_their_shortcut_with_the_citizens_name(place: Town, browser: Browser) -> None:
    store = place.store()
    with store.writing() as work:
        at = next(iter(work.operators.list())).created_at
        work.ready_answers.put("chao", "Chào {name}, em là {operator}. </script><b>", "Minh", at)
        work.ready_answers.put("cho", "Anh/chị chờ em ạ", "Minh", at)
    store.close()
    await asking(place)
    _, page, complaints = await logged_in(browser, place, "Lan")
    await opened(page, "Lê Văn An")
    await page.focus("#compose-text")
    await page.keyboard.type("/ch")
    await expect(page.locator("#ready [role=option]")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#compose-text")).to_have_value("Anh/chị chờ em ạ")
    await page.fill("#compose-text", "")
    await page.keyboard.type("/chao")
    await page.keyboard.press("Enter")
    await expect(page.locator("#compose-text")).to_have_value("Chào Lê Văn An, em là Lan. </script><b>")
    assert complaints == []


@pytest.mark.long
async def test_the_keyboard_is_enough(place: Town, browser: Browser) -> None:
    await asking(place)
    _, page, _ = await logged_in(browser, place, "Lan")
    await expect(page.locator(".line")).to_have_count(1)
    await page.keyboard.press("?")
    await expect(page.locator("#help")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#compose")
    await page.keyboard.press("t")
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "me")
    await page.keyboard.press("r")
    await expect(page.locator("#compose-text")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    await page.wait_for_url("**/console/inbox")


@pytest.mark.long
async def test_files_of_both_sides_are_shown_and_sent(place: Town, browser: Browser) -> None:
    person = await asking(place)
    await person.send_photo(caption="Ảnh hiện trường")
    await person.send_voice()
    await person.send_file(b"<html><script>alert(1)</script></html>", name="đơn kiến nghị.html")
    await person.share_location(10.77653, 106.70098)
    _, page, complaints = await logged_in(browser, place, "Lan", viewport={"width": 1280, "height": 800})
    await opened(page, "Lê Văn An")
    photo = page.locator(".photo img")
    await expect(photo).to_be_visible()
    await page.wait_for_function("document.querySelector('.photo img').naturalWidth > 0")
    await expect(page.locator(".say audio")).to_have_count(1)
    await expect(page.locator(".pin")).to_contain_text("10.77653")
    file = page.locator("a.file")
    await expect(file).to_be_visible()
    answer = await page.request.get(place.gateway_url + str(await file.get_attribute("href")))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "sandbox" in answer.headers["content-security-policy"]
    source = str(await photo.get_attribute("src"))
    assert (await page.request.get(place.gateway_url + source)).headers["content-type"] == "image/png"
    assert (await page.request.get(place.gateway_url + source[:-3] + "AAA")).status == 404
    person.newest()
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "me")
    photo_of_ours = {"name": "hố ga.png", "mimeType": "image/png", "buffer": PNG}
    await page.set_input_files("#compose [type=file]", [photo_of_ours])
    await expect(page.locator("#compose-files li")).to_contain_text("hố ga.png")
    await page.fill("#compose-text", "Đội thoát nước đã rào chắn")
    await page.press("#compose-text", "Enter")
    said = [await person.next_message() for _ in range(2)]
    assert {one.kind for one in said} == {"photo", "text"}
    assert any(one.text.endswith("Đội thoát nước đã rào chắn") for one in said)
    await expect(page.locator(".say--me .photo img")).to_be_visible()
    await page.set_input_files(
        "#compose [type=file]", [{"name": "x.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ" + bytes(60)}]
    )
    await page.locator(".compose__send").click()
    await expect(page.locator("#compose-hint")).to_contain_text("Không gửi được loại tệp này")
    assert [one for one in complaints if "422" not in one] == []


PROBES = (
    "<img src=x onerror=window.pwned=1>",
    "</p></div><script>window.pwned=1</script>",
    '" onmouseover="window.pwned=1" x="',
    "javascript:window.pwned=1",
    "{{ 7*7 }}{% raise %}${7*7}",
    "<a href=javascript:window.pwned=1>x</a><svg/onload=window.pwned=1>",
)


async def test_nothing_a_citizen_writes_runs_or_becomes_markup(place: Town, browser: Browser) -> None:
    person = await asking(place, name="<script>window.pwned=1</script>An")
    for probe in PROBES:
        await person.send_text(probe)
    await person.send_photo(caption=PROBES[0])
    context, page, complaints = await logged_in(browser, place, "Lan", viewport={"width": 1280, "height": 800})
    await page.get_by_role("link", name="Tất cả").click()
    await opened(page, "window.pwned")
    for probe in PROBES:
        await expect(page.locator(".say__text").get_by_text(probe, exact=True).first).to_be_visible()
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.locator("#chat-state")).to_have_attribute("data-held", "me")
    await person.send_text(PROBES[1])
    await expect(page.locator(".say--contact").last.locator(".say__text")).to_have_text(PROBES[1])
    assert await page.evaluate("window.pwned") is None
    assert (
        await page.locator("#thread script, #thread svg[onload], #thread a[href^=javascript], .lines script").count()
        == 0
    )
    assert complaints == []
    await context.close()


@pytest.mark.long
async def test_the_list_is_filtered_and_searched_by_code_phone_and_name(place: Town, browser: Browser) -> None:
    await asking(place)
    teller = place.sandbox.person("zalo", "Bích")
    await teller.open_chat()
    await teller.send_text("Tôi là Trần Thị Bích, 0912 345 678, ở 12 Lê Lợi, phường Bến Thành, đèn đường bị hỏng")
    code = ""
    for _ in range(6):
        reply = await teller.next_message()
        if "1022-" in reply.text:
            code = reply.text[reply.text.index("1022-") :][:17]
            break
        place.clock.pass_time(3)
        await teller.press(0)
    assert code
    _, page, _ = await logged_in(browser, place, "Lan")
    for words in (code.lower().replace("-", " "), "0912345678", "tran thi bich"):
        await page.fill("[type=search]", words)
        await page.press("[type=search]", "Enter")
        await expect(page.locator(".line")).to_have_count(1)
        await expect(page.locator(".line__name")).to_have_text("Trần Thị Bích")
    await page.fill("[type=search]", "không có ai")
    await page.press("[type=search]", "Enter")
    await expect(page.locator(".empty")).to_be_visible()
    await page.goto(f"{place.gateway_url}/console/inbox?view=all")
    await expect(page.locator(".line")).to_have_count(2)
    await page.locator(".filters summary").click()
    await page.select_option("[name=platform]", "zalo")
    await expect(page.locator(".line")).to_have_count(1)
    await page.goto(f"{place.gateway_url}/console/inbox?view=all&category=lighting")
    await expect(page.locator(".line__name")).to_have_text("Trần Thị Bích")
