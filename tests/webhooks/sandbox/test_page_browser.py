"""The page in a real browser: four phones, a finger, a keyboard, both languages, a narrow screen, no error in the console."""

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from webhooks.sandbox.samples import picture_png

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic",
)  # fmt: skip
PLATFORMS = ("zalo", "viber", "messenger", "telegram")


async def opened(place: Any, browser: Browser, **options: Any) -> tuple[Page, list[str]]:
    """The page, ready, and what its console complains about."""
    context = await browser.new_context(locale="vi-VN", **options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{place.url}/")
    await page.wait_for_selector("body[data-ready]")
    return page, complaints


def phone(page: Page, account: str) -> Locator:
    return page.locator(f"#phone-{account}")


async def answer(place: Any, account: str, person_id: str) -> None:
    """The gateway's part: a question with the platform's own buttons."""
    if account == "zalo":
        buttons = [{"title": "Đồng ý", "type": "oa.query.hide", "payload": "#yes"}]
        person = place.sandbox.lines["zalo"].people[person_id]
        await place.consult(
            person, text="Được không ạ?", attachment={"type": "template", "payload": {"buttons": buttons}}
        )
    elif account == "viber":
        keyboard = {"Type": "keyboard", "Buttons": [{"ActionBody": "yes", "Text": "Đồng ý"}]}
        await place.viber("send_message", {"receiver": person_id, "type": "text", "text": "Được không ạ?",
                                           "sender": {"name": "1022"}, "keyboard": keyboard})  # fmt: skip
    elif account == "messenger":
        message = {
            "text": "Được không ạ?",
            "quick_replies": [{"content_type": "text", "title": "Đồng ý", "payload": "Y"}],
        }
        await place.messenger(
            "POST", "me/messages", recipient={"id": person_id}, messaging_type="RESPONSE", message=message
        )
    else:
        markup = {"inline_keyboard": [[{"text": "Đồng ý", "callback_data": "y"}]]}
        await place.telegram("sendMessage", chat_id=int(person_id), text="Được không ạ?", reply_markup=markup)


async def test_a_citizen_chats_on_all_four_phones(place: Any, browser: Browser) -> None:
    page, complaints = await opened(place, browser, viewport={"width": 1280, "height": 800})
    for account in PLATFORMS:
        glass = phone(page, account)
        await glass.locator(".start").click()
        box = glass.get_by_label("Nhập tin nhắn")
        await box.fill("Đèn đường hỏng")
        await box.press("Enter")
        await expect(glass.locator(".row--mine .bubble__text").last).to_have_text("Đèn đường hỏng")
        await place.sandbox.settled()
        person_id = await glass.get_by_label("Người dùng").input_value()
        await answer(place, account, person_id)
        await expect(glass.locator(".row--theirs .bubble__text").last).to_have_text("Được không ạ?")
        await expect(glass.locator(".row--mine .ticks").last).to_have_class("ticks ticks--seen")
        place.hook.received.clear()
        await glass.get_by_role("button", name="Đồng ý").click()
        while not place.hook.received:
            await place.call("GET", "/sandbox/incidents")  # gives page and couriers their turn
        await place.sandbox.settled()
    assert complaints == []
    assert place.rules == []


async def test_zalos_form_the_album_and_the_staff_reply(place: Any, browser: Browser) -> None:
    page, complaints = await opened(place, browser, viewport={"width": 1280, "height": 800})
    glass = phone(page, "zalo")
    await glass.locator(".start").click()
    person_id = await glass.get_by_label("Người dùng").input_value()
    await expect(glass.get_by_label("Nhập tin nhắn")).to_be_visible()
    person = place.sandbox.lines["zalo"].people[person_id]
    element = {"title": "Tổng đài 1022", "subtitle": "Thông tin", "image_url": "https://anh.example/f.png"}
    template = {"template_type": "request_user_info", "elements": [element]}
    await place.consult(person, text="", attachment={"type": "template", "payload": template})
    await glass.get_by_role("button", name="Điền thông tin").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Họ tên").fill("Trần Văn Mẫu")
    await form.get_by_role("button", name="Gửi").click()
    await expect(glass.locator(".row--form.row--mine")).to_contain_text("Trần Văn Mẫu")
    await glass.get_by_label("Đính kèm").click()
    await glass.get_by_role("button", name="Ba ảnh").click()
    await expect(glass.locator(".row--album img")).to_have_count(3)
    picture = {"name": "ho-ga.png", "mimeType": "image/png", "buffer": picture_png(2)}
    await glass.locator("input[type=file]").set_input_files(picture)
    await expect(glass.locator(".row--photo img")).to_have_count(1)
    await glass.get_by_label("Cán bộ trả lời…").fill("Tôi là Lan")
    await glass.get_by_role("button", name="Trả lời").click()
    await expect(glass.locator(".row--staff")).to_contain_text("Tôi là Lan")
    await place.sandbox.settled()
    assert len(place.hook.of("user_send_image")) == 4
    assert place.hook.of("user_submit_info")[0]["info"]["name"] == "Trần Văn Mẫu"
    assert place.hook.of("oa_send_text")[-1]["sender"]["admin_id"]
    assert complaints == []


async def test_the_drawer_shows_the_wire_sets_faults_and_names_broken_rules(place: Any, browser: Browser) -> None:
    page, complaints = await opened(place, browser, viewport={"width": 1280, "height": 800})
    await page.get_by_role("button", name="Đường dây").click()
    await expect(page.get_by_text("Chưa có yêu cầu nào")).to_be_visible()
    await phone(page, "viber").locator(".start").click()
    line = page.locator(".wire").first
    await expect(line).to_contain_text("conversation_started")
    await line.locator("summary").click()
    await expect(line).to_contain_text("POST /hooks/viber")
    await expect(line.locator("pre").nth(1)).to_contain_text("conversation_started")
    shown = await line.locator("pre").nth(1).text_content() or ""
    (event,) = place.hook.of("conversation_started")
    assert str(event["message_token"]) in shown  # beyond 2^53, and not rounded
    await page.get_by_role("button", name="Sự cố").click()
    await page.locator(".fault--viber").get_by_label("Lặp mỗi webhook").fill("3")
    await page.locator(".fault--viber").get_by_role("button", name="Thêm").click()
    await expect(page.locator(".fault--viber output")).to_have_text("1 đang chờ")
    assert place.sandbox.lines["viber"].faults.duplicate == 3
    await page.get_by_role("button", name="Vi phạm").click()
    await place.viber("send_message", {"receiver": "nobody"})
    await place.viber("send_message", {"receiver": "nobody"})
    await expect(page.locator(".rules li").first).to_contain_text("viber")
    await page.keyboard.press("Escape")
    await expect(page.locator("#drawer")).to_be_hidden()
    assert complaints == []


async def test_a_narrow_screen_shows_one_phone_and_tabs_by_keyboard(place: Any, browser: Browser) -> None:
    page, complaints = await opened(place, browser, viewport={"width": 390, "height": 844}, color_scheme="dark")
    await expect(phone(page, "zalo")).to_be_visible()
    await expect(phone(page, "viber")).to_be_hidden()
    await page.get_by_role("tab", name="Zalo").focus()
    await page.keyboard.press("ArrowRight")
    await expect(phone(page, "viber")).to_be_visible()
    await expect(page.get_by_role("tab", name="Viber")).to_have_attribute("aria-selected", "true")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    await page.get_by_role("button", name="EN", exact=True).click()
    await expect(phone(page, "viber").locator(".start")).to_have_text("Open chat")
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert complaints == []


async def test_a_new_person_starts_afresh_and_the_old_one_can_be_called_back(place: Any, browser: Browser) -> None:
    page, complaints = await opened(place, browser, viewport={"width": 1280, "height": 800})
    glass = phone(page, "telegram")
    first = await glass.get_by_label("Người dùng").input_value()
    await glass.locator(".start").click()
    await expect(glass.locator(".row")).to_have_count(1)
    await glass.get_by_role("button", name="Người mới").click()
    await expect(glass.locator(".start")).to_be_visible()
    await expect(glass.locator(".row")).to_have_count(0)
    await glass.get_by_label("Người dùng").select_option(first)
    await expect(glass.locator(".row")).to_have_count(1)
    assert complaints == []


NAMELESS = """() => [...document.querySelectorAll('button, a, input, select, textarea, summary, [role]')]
  .filter((each) => each.checkVisibility())
  .filter((each) => !(each.getAttribute('aria-label') || each.getAttribute('aria-labelledby') || each.closest('label')
    || each.textContent.trim()))
  .map((each) => each.outerHTML.slice(0, 120))"""


async def test_everything_a_finger_can_reach_has_a_name_and_an_order(place: Any, browser: Browser) -> None:
    page, complaints = await opened(place, browser, viewport={"width": 1280, "height": 800})
    await phone(page, "viber").locator(".start").focus()
    await page.keyboard.press("Enter")
    await expect(phone(page, "viber").get_by_label("Nhập tin nhắn")).to_be_focused()
    for panel in ("Đường dây", "Sự cố", "Vi phạm"):
        await page.get_by_role("button", name=panel).click()
        assert await page.evaluate(NAMELESS) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Vi phạm")).to_be_focused()
    assert await page.evaluate(
        "document.querySelectorAll('[id]').length === new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
    )
    assert complaints == []
