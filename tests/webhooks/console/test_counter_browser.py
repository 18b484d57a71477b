"""A report by telephone, with the keyboard alone; a pasted text; hints; the code to read out; the caller's chat."""

import re

import pytest
from kit.citizens import PROBE, reported, say
from kit.console import conversation_of, visitor
from kit.desk_pages import at_console, by_phone, ticket_of, worker
from kit.town import TICKET_CODE, Town
from playwright.async_api import Browser, Page, expect

from bots.gateway import Gateway

pytestmark = pytest.mark.browser


async def code_shown(page: Page) -> str:
    await page.wait_for_selector(".out__code")
    code = await page.get_attribute(".out__code", "aria-label") or ""
    assert TICKET_CODE.fullmatch(code)
    return code


async def test_a_call_is_written_down_without_a_mouse(place: Town, gateway: Gateway, browser: Browser) -> None:
    async with at_console(browser, place, "Lan") as page:
        await page.keyboard.press("g")
        await page.keyboard.press("c")
        await page.wait_for_url("**/console/counter")
        await expect(page.locator("[name=name]")).to_be_focused()
        for words in ("Trần Văn Bình", "0987 654 321", "45 Phan Huy Ích, phường 12, quận Gò Vấp"):
            await page.keyboard.type(words)
            await page.keyboard.press("Enter")
        await expect(page.locator("#hints")).to_contain_text("Phường An Hội Tây")
        await page.keyboard.press("Enter")
        await page.keyboard.type("Quán karaoke hát loa kẹo kéo tới 1 giờ sáng")
        await page.keyboard.press("Control+Enter")
        code = await code_shown(page)
        ticket, _ = await ticket_of(gateway, code)
        assert (ticket.account, ticket.name, ticket.phone) == ("phone", "Trần Văn Bình", "+84987654321")
        assert (ticket.category, ticket.ward, ticket.publish) == ("noise", "Phường An Hội Tây", False)
        await page.keyboard.press("n")
        await page.wait_for_url("**/console/counter?account=phone")
        await expect(page.locator("[name=name]")).to_be_focused()


@pytest.mark.long
async def test_a_pasted_text_is_read_as_the_chat_reads_it(place: Town, browser: Browser) -> None:
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/counter")
        await page.check("[value=counter]")
        await page.keyboard.press("Escape")
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("p")
        await expect(page.locator("[name=pasted]")).to_be_focused()
        await page.keyboard.insert_text(
            "Em tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM."
            " Hố ga giữa đường bị bể nắp, tối qua có người vấp té."
        )
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("[name=name]")).to_have_value("Lê Hoàng Nam")
        await expect(page.locator("[name=phone]")).to_have_value("+84908123321")
        await expect(page.locator("[name=ward]")).to_have_value("Phường Tân Sơn Hòa")
        await expect(page.locator("[name=request]")).to_have_value(
            "Hố ga giữa đường bị bể nắp, tối qua có người vấp té."
        )
        await expect(page.locator("[value=counter]")).to_be_checked()
        await page.locator("[name=request]").press("Control+Enter")
        await code_shown(page)


@pytest.mark.long
async def test_an_open_report_of_the_same_number_is_pointed_out(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    code = await by_phone(gateway, phone="0912 345 678")
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/counter")
        await page.fill("[name=phone]", "+84 912 345 678")
        await expect(page.locator("#twins")).to_contain_text(code)
        await expect(page.locator("#twins .tag")).to_have_text(["cùng số điện thoại"])


async def test_a_report_of_the_same_place_is_found_while_typing_and_joined_with_the_keyboard(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    there = {"address": "12 Lê Lợi, phường Bến Thành", "request": "Cống nghẹt, nước tràn ra đường"}
    code = await by_phone(gateway, phone="0987654321", **there)
    await by_phone(gateway, phone="0987654322", **{**there, "address": "12 Nguyễn Trãi, phường Bến Thành"})
    lamp = await by_phone(gateway, phone="0987654323", address=there["address"], request="Đèn đường hỏng, tối om")
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/counter")
        for words in ("Trần Văn Bình", "0912 345 678", "số 16 đường Lê Lợi, P. Bến Thành"):
            await page.keyboard.type(words)
            await page.keyboard.press("Enter")
        found = page.locator("#twins [name=duplicate_of]:not([value=''])")
        await expect(found).to_have_count(2)  # what the report is about is not known yet
        await page.keyboard.press("Enter")
        await page.keyboard.type("Nước ngập tràn vào nhà vì cống nghẹt")
        await expect(found).to_have_count(1)
        await expect(page.locator("#twins")).not_to_contain_text(lamp)
        await expect(page.locator("#twins .tag")).to_have_text(["cùng địa điểm"])
        await page.keyboard.press("Tab")
        for _ in range(3):  # over category, department and priority
            await page.keyboard.press("Enter")
        await expect(page.locator("[name=duplicate_of][value='']")).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        await expect(page.locator("[name=subject]")).to_be_focused()
        await page.keyboard.press("Control+Enter")
        own = await code_shown(page)
        await expect(page.locator(".good")).to_contain_text(code)
        await page.go_back()
    ticket, _ = await ticket_of(gateway, own)
    twin, _ = await ticket_of(gateway, code)
    assert (ticket.status, ticket.link_group) == ("duplicate", twin.link_group)
    assert ticket.link_group is not None
    assert twin.status == "received"


async def test_a_twin_that_is_gone_leaves_the_report_and_is_told(place: Town, gateway: Gateway) -> None:
    form = {"account": "phone", "name": "An", "phone": "0912345678", "address": "12 Lê Lợi", "request": "Ngập"}
    async with visitor(place, "Lan") as lan:
        for _ in range(2):
            status, _ = await lan.post("/counter", priority="normal", key="k", duplicate_of="1022-261124-AAAAA", **form)
            assert status == 303
        (opened,) = place.tickets()
        assert opened["status"] == "received"
        _, page = await lan.get(f"/counter/{opened['code']}?apart=1")
    assert "chưa ghép được" in page


@pytest.mark.long
async def test_a_wrong_number_is_told_at_its_field_and_nothing_typed_is_lost(place: Town, browser: Browser) -> None:
    async with at_console(browser, place, "Lan") as page:
        page.expected = (422,)
        await page.goto(f"{place.gateway_url}/console/counter")
        for name, words in (("name", "Trần Văn Bình"), ("phone", "12"), ("address", "12 Lê Lợi"), ("request", "Ngập")):
            await page.fill(f"[name={name}]", words)
        await page.locator("[name=request]").press("Control+Enter")
        await expect(page.locator(".problem")).to_contain_text("Số điện thoại chưa đúng")
        await expect(page.locator("[name=phone]")).to_have_attribute("aria-invalid", "true")
        await expect(page.locator("[name=request]")).to_have_value("Ngập")


async def test_a_double_click_opens_one_ticket(place: Town, gateway: Gateway) -> None:
    form = {
        "account": "phone",
        "name": "An",
        "phone": "0912345678",
        "address": "12 Lê Lợi",
        "request": "Ngập",
        "key": "k1",
    }
    async with visitor(place, "Lan") as lan:
        for _ in range(2):
            assert (await lan.post("/counter", priority="normal", **form))[0] == 303
    assert len(place.tickets()) == 1


@pytest.mark.long
async def test_a_caller_who_agrees_gets_the_news_in_the_chat_they_have(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, _ = await reported(place)
    code = await by_phone(gateway, phone="0912 345 678", request="Ngập nước trong hẻm")
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/counter/{code}")
        await page.check("[name=agreed]")
        await page.click("form[action$=join] button")
        await expect(page.locator(".good")).to_contain_text("cuộc trò chuyện")
    await gateway.desk.change_ticket(code, worker(gateway), status="in_progress")
    assert code in (await person.next_message()).text


async def test_a_chat_of_another_number_or_without_consent_is_not_joined(place: Town, gateway: Gateway) -> None:
    _, first = await reported(place)
    chat = (await ticket_of(gateway, first))[0].conversation_id or ""
    stranger = await by_phone(gateway, phone="0987654321")
    same = await by_phone(gateway, phone="0912345678")
    async with visitor(place, "Lan") as lan:
        assert (await lan.post(f"/counter/{stranger}/join", chat=chat, agreed="1"))[0] == 422
        assert (await lan.post(f"/counter/{same}/join", chat=chat))[0] == 422
    assert (await ticket_of(gateway, same))[0].conversation_id is None


async def test_a_report_is_written_down_out_of_a_chat_and_its_citizen_gets_the_code_there(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person = place.sandbox.person("telegram", "Bích")
    await person.open_chat()
    await person.next_message()
    place.clock.pass_time(3)
    await person.press("Đồng ý")
    await person.next_message()
    await say(place, person, "Tôi là Trần Thị Bích, đèn đường trước nhà hỏng, tối om")
    place.clock.pass_time(3)
    await person.send_photo()
    await person.next_message()
    chat = await conversation_of(place, "telegram", person.id)
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/chats/{chat}")
        await page.keyboard.press("t")
        await page.wait_for_selector("#chat-state[data-held=me]")
        heard = len(person.inbox)
        await page.keyboard.press("c")
        await expect(page.locator("[name=name]")).to_have_value("Trần Thị Bích")
        await expect(page.locator("[name=request]")).to_have_value(re.compile("đèn đường trước nhà hỏng"))
        await page.fill("[name=phone]", "0912 345 678")
        await page.fill("[name=address]", "12 Lê Lợi, phường Bến Thành")
        await page.locator("[name=address]").press("Control+Enter")
        code = await code_shown(page)
        told = (await person.next_message()).text
        assert code in told
        assert len(person.inbox) == heard + 1
        await page.click("text=Về cuộc trò chuyện")
        await expect(page.locator(".report")).to_contain_text(code)
        await page.get_by_role("button", name="Trả cho bot").click()
        await expect(page.locator("#chat-state")).to_have_attribute("data-held", "nobody")
    ticket, _ = await ticket_of(gateway, code)
    assert (ticket.account, ticket.platform, ticket.contact, ticket.conversation_id) == (
        "telegram", "telegram", person.id, chat,
    )  # fmt: skip
    assert place.tickets()[0]["attachments"]
    answer = await say(place, person, "tra cứu")  # the bot knows whose it is, and asks for nothing more
    assert code in answer


async def test_out_of_a_chat_that_a_colleague_holds_nothing_is_written_down(place: Town, gateway: Gateway) -> None:
    person = place.sandbox.person("telegram", "Bích")
    await person.open_chat()
    await person.next_message()
    chat = await conversation_of(place, "telegram", person.id)
    await gateway.desk.takeover(chat, worker(gateway, "Hoa"))
    form = {"account": "phone", "name": "An", "phone": "0912345678", "address": "12 Lê Lợi", "request": "Ngập"}
    async with visitor(place, "Lan") as lan:
        status, page = await lan.post("/counter", priority="normal", key="k", chat=chat, **form)
        assert (status, "Hoa đang giữ" in page) == (422, True)
        assert (await lan.post("/counter", priority="normal", key="l", chat="nothing", **form))[0] == 422
        assert (await lan.get("/counter?chat=nothing"))[0] == 404
    assert place.tickets() == []


@pytest.mark.long
async def test_hostile_words_in_every_field_come_back_as_words(place: Town, browser: Browser) -> None:
    async with at_console(browser, place, "Lan") as page:
        page.expected = (422,)
        await page.goto(f"{place.gateway_url}/console/counter")
        for name in ("name", "phone", "address", "ward", "request", "subject"):
            await page.fill(f"[name={name}]", PROBE)
        await page.locator("[name=request]").press("Control+Enter")
        await page.wait_for_selector(".problem")
        await expect(page.locator("[name=request]")).to_have_value(PROBE)
        await page.fill("[name=phone]", "0912345678")
        await page.locator("[name=request]").press("Control+Enter")
        await code_shown(page)
        assert "taken" not in await page.title()
