"""Administration in a browser: people, accounts, dead letters, quarantine, the audit log, the profile."""

import re
from datetime import timedelta

import pytest
from kit.citizens import PROBE, reported
from kit.console import add_person, visitor
from kit.desk_pages import at_console, worker
from kit.town import Town
from playwright.async_api import Browser, expect

from bots.gateway import Gateway
from conversation.ids import AccountId
from ticket_store.records import Credential
from webhooks.console.admin_accounts import AccountsPage

pytestmark = pytest.mark.browser


@pytest.mark.long
async def test_somebody_is_added_logs_in_and_is_disabled_at_once(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    async with at_console(browser, place, "Minh") as page:
        page.expected = (409, 422)
        await page.goto(f"{place.gateway_url}/console/admin/people")
        await page.fill("[name=name]", "Bình")
        await page.click("form[action='/console/admin/people'] button")
        password = await page.inner_text(".secret")
        async with visitor(place) as binh:
            assert await binh.login("Bình", password) == 303
            assert (await binh.get("/tickets"))[0] == 200
            await page.goto(f"{place.gateway_url}/console/admin/people")
            row = page.locator("tr", has_text="Bình")
            await expect(row.locator(".session")).to_have_count(1)
            await row.locator("button:has-text('Khóa')").click()
            await expect(page.locator(".good")).to_contain_text("Đã khóa")
            assert (await binh.get("/tickets"))[0] == 303
            assert await binh.login("Bình", password) == 422
        await page.fill("[name=name]", "Bình")
        await page.click("form[action='/console/admin/people'] button")
        await expect(page.locator(".problem")).to_contain_text("Đã có người tên này")
        await page.fill("[name=name]", "token:x")
        await page.click("form[action='/console/admin/people'] button")
        await expect(page.locator(".problem")).to_contain_text("dấu hai chấm")
        await page.goto(f"{place.gateway_url}/console/admin/audit?about=Bình")
        await expect(page.locator("tbody tr")).to_have_count(3)
        for act in ("thêm người", "đăng nhập", "khóa người"):
            await expect(page.locator("tbody")).to_contain_text(act)


@pytest.mark.long
async def test_a_new_password_ends_the_sessions_and_the_second_factor(place: Town) -> None:
    async with visitor(place, "Minh") as minh, visitor(place, "Lan") as lan:
        status, page = await minh.post("/admin/people/reset", name="Lan")
        assert status == 200
        found = re.search(r'<code class="secret">([^<]+)</code>', page)
        assert found
        assert (await lan.get("/tickets"))[0] == 303
        assert await lan.login("Lan") == 422
        assert await lan.login("Lan", found[1]) == 303
        assert (await minh.post("/admin/people/disable", name="Minh"))[0] == 409
        assert (await minh.post("/admin/people/reset", name="nobody"))[0] == 404
        assert (await minh.post("/admin/people", name="Nam", role="department", department=""))[0] == 422
        assert (await minh.post("/admin/people", name="Nam", role="god"))[0] == 422


@pytest.mark.long
async def test_one_session_of_somebody_is_ended(place: Town) -> None:
    async with visitor(place, "Minh") as minh, visitor(place, "Lan") as first, visitor(place, "Lan") as second:
        _, page = await minh.get("/admin/people")
        row = page[page.index("<b>Lan</b>") :]
        ids = re.findall(r'name="id" value="([0-9a-f]+)"', row[: row.index("</tr>")])
        assert len(ids) == 2
        assert (await minh.post("/admin/people/sessions/end", name="Lan", id=ids[0]))[0] == 303
        assert sorted([(await first.get("/tickets"))[0], (await second.get("/tickets"))[0]]) == [200, 303]
        assert (await minh.post("/admin/people/sessions/end", name="Lan"))[0] == 303
        assert {(await first.get("/tickets"))[0], (await second.get("/tickets"))[0]} == {303}


@pytest.mark.long
async def test_accounts_tell_how_they_fare_and_what_the_platform_says(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    await reported(place)
    async with at_console(browser, place, "Tú") as page:
        await page.goto(f"{place.gateway_url}/console/admin")
        telegram = page.locator(".card", has_text="Telegram")
        await expect(telegram.locator(".tag--good")).to_have_text("Tốt")
        await expect(page.locator(".card", has_text="Zalo")).to_contain_text("Không có tin đến trong 24 giờ")
        await expect(page.locator(".card", has_text="Zalo")).to_contain_text("Khóa REFRESH_TOKEN")
        await telegram.locator("button").click()
        await expect(page.locator(".findings li").first).to_be_visible()


async def test_an_expired_or_forgotten_token_is_told_with_what_to_do(place: Town, gateway: Gateway) -> None:
    await gateway._tokens.ensure(AccountId("zalo"))  # else its first token would overtake ours
    now = gateway.desk.tools.now()
    old = Credential("secret value", now - timedelta(days=61), now - timedelta(days=1))
    section = next(one for one in gateway.console.sections if isinstance(one, AccountsPage))
    async with visitor(place, "Minh") as minh:
        # logged in before: the gateway soon gets itself a new token
        await gateway.writer.write(lambda work: work.credentials.put(AccountId("zalo"), {"REFRESH_TOKEN": old}, now))
        states = {one.id: one for one in section._load()}
        assert states[AccountId("zalo")].advice[:2] == ["advice-expired", "advice-old"]
        status, page = await minh.get("/admin")
        assert status == 200
        assert "quá 60 ngày" in page
        assert "secret value" not in page


@pytest.mark.long
async def test_a_dead_message_is_sent_again(place: Town, gateway: Gateway, browser: Browser) -> None:
    person, code = await reported(place)
    place.sandbox.lines["telegram"].faults.fail_next(1, "400")
    await gateway.desk.change_ticket(code, worker(gateway), answer="Đã thay đèn", status="resolved")
    async with at_console(browser, place, "Tú") as page:
        button = page.locator("button:has-text('Gửi lại')")
        for _ in range(40):
            await page.goto(f"{place.gateway_url}/console/admin/failed")
            if await button.count():
                break
        await button.click()
        await expect(page.locator(".good")).to_contain_text("Đã xếp để gửi lại")
        await expect(page.locator(".empty")).to_be_visible()
    assert "Đã thay đèn" in (await person.next_message()).text


@pytest.mark.long
async def test_quarantine_is_listed_without_words_and_applied_again(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    now = gateway.desk.tools.now()
    body = b'{"update_id": 990001, "message": {"message_id": 5, "date": 1, "chat": {"id": 77, "type": "private"},'
    body += b' "from": {"id": 77, "is_bot": false, "first_name": "Secret Name"}, "text": "ch\xc3\xa0o"}}'
    await gateway.writer.write(
        lambda work: work.quarantine.keep(AccountId("telegram"), now, "KeyError", {}, body, "POST", {})
    )
    await gateway.writer.write(
        lambda work: work.quarantine.keep(AccountId("telegram"), now, "BadPayload", {}, b"{", "POST", {})
    )
    async with at_console(browser, place, "Minh") as page:
        await page.goto(f"{place.gateway_url}/console/admin/quarantine")
        rows = page.locator("tbody tr")
        await expect(rows).to_have_count(2)
        assert "Secret Name" not in await page.content()
        await rows.first.locator("button").click()
        await expect(page.locator(".good")).to_have_text("Đã áp dụng.")
        await expect(rows).to_have_count(1)
        await rows.first.locator("button").click()
        await expect(page.locator(".warning")).to_contain_text("Vẫn chưa áp dụng được")
        await expect(rows).to_have_count(1)


@pytest.mark.long
async def test_every_look_at_a_ticket_and_every_act_is_in_the_audit_log(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    _, code = await reported(place)
    async with visitor(place, "Lan") as lan:
        await lan.get("/inbox?view=all")
        await lan.get("/inbox?view=all")
        await lan.get(f"/tickets/{code}")
        await lan.post(f"/tickets/{code}/note", note="Đã gọi")
    add_person(place, PROBE[:60], "operator")
    async with visitor(place, PROBE[:60]) as other:
        await other.get(f"/tickets/{code}")
    async with at_console(browser, place, "Minh") as page:
        await page.goto(f"{place.gateway_url}/console/admin/audit?about={code.lower().replace('-', '+')}")
        text = await page.inner_text("tbody")
        for act in ("xem phản ánh", "cập nhật phản ánh"):
            assert act in text
        assert PROBE[:60] in text
        assert "taken" not in await page.title()
        await page.goto(f"{place.gateway_url}/console/admin/audit?person=Lan")
        assert (await page.inner_text("tbody")).count("thấy trò chuyện trong danh sách") == 1
        await page.click(f"tbody a:has-text('{code}') >> nth=0")
        await page.wait_for_url(f"**/tickets/{code}")


@pytest.mark.long
async def test_the_profile_is_shown_and_its_sentences_are_found(place: Town, browser: Browser) -> None:
    async with at_console(browser, place, "Tú") as page:
        await page.goto(f"{place.gateway_url}/console/admin/site")
        await expect(page.locator("body")).to_contain_text("07:30–11:30")
        await page.fill("[name=q]", "ask-name")
        await page.keyboard.press("Enter")
        await expect(page.locator(".texts dt").first).to_have_text("ask-name")
        assert await page.locator(".texts dt").count() < 5


async def test_a_department_and_an_operator_have_no_part_in_it(place: Town) -> None:
    for name in ("Lan", "Sở"):
        async with visitor(place, name) as one:
            for path in ("", "/people", "/audit", "/quarantine", "/failed", "/site"):
                assert (await one.get(f"/admin{path}"))[0] == 403
    async with visitor(place, "Tú") as lead:
        for path, status in (("", 200), ("/failed", 200), ("/site", 200), ("/people", 403), ("/audit", 403)):
            assert (await lead.get(f"/admin{path}"))[0] == status
