"""Tickets in a real browser: found, read, changed, answered, asked back, joined; a department's view; hostile words."""

import pytest
from kit.citizens import PROBE, reported, say
from kit.console import add_person, visitor
from kit.desk_pages import at_console, by_phone, ticket_of
from kit.town import Town
from playwright.async_api import Browser, expect

from bots.gateway import Gateway

pytestmark = pytest.mark.browser


@pytest.mark.long
async def test_a_ticket_is_found_by_code_phone_and_full_name_and_by_filters(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    first = await by_phone(gateway, name="Trần Văn Bình", phone="0987 654 321", category="noise")
    second = await by_phone(gateway, name="Lê Thị Đào", phone="0912 000 111", category="road")
    await gateway.desk.change_ticket(second, (await ticket_of(gateway, second))[1], status="in_progress")
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/tickets")
        rows = page.locator("tbody tr")
        await expect(rows).to_have_count(2)
        for words, code in (("+84 987654321", first), ("le thi dao", second)):
            await page.keyboard.press("/")
            await page.keyboard.type(words)
            await page.keyboard.press("Enter")
            await expect(rows).to_have_count(1)
            await expect(rows).to_contain_text(code)
            await page.click("text=Bỏ lọc")
            await expect(rows).to_have_count(2)
        await page.select_option("[name=category]", "noise")
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text(first)
        await page.goto(f"{place.gateway_url}/console/tickets?status=in_progress")
        await expect(rows).to_contain_text(second)
        await page.goto(f"{place.gateway_url}/console/tickets?overdue=1")
        await expect(rows).to_contain_text("Không có phản ánh nào")
        await page.fill("[name=q]", first.lower().replace("-", " "))
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/tickets/{first}")


@pytest.mark.long
async def test_pages_follow_each_other_and_the_table_is_live(place: Town, gateway: Gateway, browser: Browser) -> None:
    codes = [await by_phone(gateway, request=f"việc số {number}") for number in range(53)]
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/tickets")
        rows = page.locator("tbody tr")
        await expect(rows).to_have_count(50)
        newer = await by_phone(gateway, request="vừa mới tới")
        await expect(rows.first).to_contain_text(newer)
        await page.keyboard.press("n")
        await expect(rows).to_have_count(4)
        await expect(rows.last).to_contain_text(codes[0])
        await page.click("text=Về trang đầu")
        await expect(rows).to_have_count(50)


async def test_an_answer_with_a_new_status_reaches_the_citizen_and_only_allowed_statuses_are_offered(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, code = await reported(place)
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        offered = await page.locator("form[action$=change] [name=status] option").evaluate_all(
            "all => all.map(one => one.value)"
        )
        assert set(offered) == {
            "received", "need_info", "forwarded", "in_progress", "resolved", "rejected", "cancelled"
        }  # fmt: skip
        await page.keyboard.press("r")
        await page.keyboard.type("Đèn đã thay sáng nay")
        await page.click("text=Lưu và gửi")
        await expect(page.locator(".good")).to_contain_text("Đã lưu câu trả lời")
        await expect(page.locator(".heading .status")).to_have_text("Đã có kết quả")
        await expect(page.locator(".said--answer")).to_contain_text("Đèn đã thay sáng nay")
    shown = await person.next_message()
    assert "Đèn đã thay sáng nay" in shown.text
    assert (await ticket_of(gateway, code))[0].status == "resolved"


@pytest.mark.long
async def test_the_citizen_is_asked_back_and_the_answer_stands_in_the_ticket(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    person, code = await reported(place)
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        await page.click("text=Hỏi lại người dân")
        await page.fill("[name=question]", "Trụ đèn số mấy ạ?")
        await page.click("text=Gửi câu hỏi")
        await expect(page.locator(".heading .status")).to_have_text("Cần bổ sung")
        assert "Trụ đèn số mấy" in (await person.next_message()).text
        await page.fill("[name=answer]", "Đang viết dở")
        await say(place, person, "Trụ số 45 gần trường học")
        await expect(page.locator(".steps")).to_contain_text("Trụ số 45 gần trường học")
        await expect(page.locator("[name=answer]")).to_have_value("Đang viết dở")


@pytest.mark.long
async def test_a_refused_change_keeps_what_was_written(place: Town, gateway: Gateway, browser: Browser) -> None:
    person, code = await reported(place)
    async with at_console(browser, place, "Lan") as page:
        page.expected = 422, 409
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        await page.select_option("form[action$=change] [name=status]", "rejected")
        await page.click("form[action$=change] button")
        await expect(page.locator(".problem")).to_contain_text("cần lý do")
        await page.fill("[name=reason]", "Ngoài thẩm quyền của thành phố")
        await page.click("form[action$=change] button")
        await expect(page.locator(".heading .status")).to_have_text("Không tiếp nhận")
        await expect(page.locator(".said--note")).to_contain_text("Ngoài thẩm quyền")
    refusal = (await person.next_message()).text
    assert "không được tiếp nhận" in refusal
    assert "Lý do: Ngoài thẩm quyền của thành phố" in refusal


@pytest.mark.long
async def test_two_reports_of_one_matter_are_joined_and_show_each_other(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    first, second = await by_phone(gateway), await by_phone(gateway, name="Lê Thị Đào")
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/tickets/{second}")
        await page.click("text=Ghép vì trùng")
        await page.fill("[name=duplicate_of]", first)
        await page.click("form[action$=duplicate] button")
        await expect(page.locator(".heading")).to_contain_text("2 phản ánh cùng việc")
        await page.click(f".links >> text={first}")
        await expect(page.locator(".links")).to_contain_text(second)
        await page.click("form[action$=unlink] button")
        await expect(page.locator(".good")).to_be_visible()
        await expect(page.locator(".links")).to_have_count(0)
        await expect(page.locator(".heading")).not_to_contain_text("cùng việc")
    assert (await ticket_of(gateway, second))[0].link_group is None


@pytest.mark.long
async def test_a_ticket_is_made_a_part_of_another_and_never_of_its_own_part(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    whole, part = await by_phone(gateway), await by_phone(gateway, name="Lê Thị Đào")
    async with at_console(browser, place, "Lan") as page:
        page.expected = (422,)
        for code, parent in ((part, whole), (whole, part), (whole, whole), (whole, "1022")):
            await page.goto(f"{place.gateway_url}/console/tickets/{code}")
            await page.click("text=Là một phần của việc lớn hơn")
            await page.fill("[name=parent]", parent)
            await page.click("form[action$=parent] button")
            await expect(page.locator(".good" if code == part else ".problem")).to_contain_text("gắn")
        await page.goto(f"{place.gateway_url}/console/tickets/{whole}")
        await expect(page.locator(".links")).to_contain_text(part)
    assert (await ticket_of(gateway, part))[0].parent == whole
    assert (await ticket_of(gateway, whole))[0].parent is None


@pytest.mark.long
async def test_a_new_deadline_is_in_the_site_s_own_time(place: Town, gateway: Gateway, browser: Browser) -> None:
    person, code = await reported(place)
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        await page.fill("[name=due_at]", "2027-03-01T16:30")
        await page.click("form[action$=change] button")
        await expect(page.locator(".steps")).to_contain_text("16:30 01/03/2027")
    due = (await ticket_of(gateway, code))[0].due_at
    assert due is not None
    assert due.isoformat() == "2027-03-01T09:30:00+00:00"
    assert (await person.next_message()).text == f"Phản ánh {code} có thời hạn xử lý mới, dự kiến: 01/03/2027."


@pytest.mark.long
async def test_what_was_written_down_wrongly_is_corrected_and_found_anew(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    code = await by_phone(gateway, name="Trần Văn Bính")
    async with at_console(browser, place, "Lan") as page:
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        await page.click("text=Sửa nội dung ghi sai")
        await page.fill("form[action$=correct] [name=name]", "Trần Văn Bình")
        await page.fill("form[action$=correct] [name=phone]", "0905 111 222")
        await page.click("form[action$=correct] button")
        await expect(page.locator(".good")).to_have_text("Đã sửa.")
        await page.goto(f"{place.gateway_url}/console/tickets?q=0905111222")
        await expect(page.locator("tbody tr")).to_contain_text("Trần Văn Bình")
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        await expect(page.locator(".steps")).not_to_contain_text("Bính")


@pytest.mark.long
async def test_a_department_sees_its_own_tickets_only_and_not_who_reported(
    place: Town, gateway: Gateway, browser: Browser
) -> None:
    own = await by_phone(gateway, name="Trần Văn Bình", phone="0987654321", category="lighting")
    others = await by_phone(gateway, name="Lê Thị Đào", phone="0912000111", category="noise")
    async with visitor(place, "Sở") as clerk:
        status, page = await clerk.get("/tickets")
        assert status == 200
        assert own in page
        for hidden in (others, "Trần Văn Bình", "987654321"):
            assert hidden not in page
        assert own not in (await clerk.get("/tickets?q=0987654321"))[1]
        assert others not in (await clerk.get("/tickets?department=ward"))[1]
        assert (await clerk.get(f"/tickets/{others}"))[0] == 404
        call = clerk.session.get(f"{place.gateway_url}/console/live?feed=ticket:{others}&feed=ticket:{own}")
        async with call as stream:
            async for line in stream.content:
                if line.startswith(b"data:") and own.encode() in line:
                    break
                assert b"class" not in line
        status, page = await clerk.get(f"/tickets/{own}")
        assert status == 200
        assert "Trần Văn Bình" not in page
        assert "987654321" not in page
        assert (await clerk.post(f"/tickets/{others}/note", note="x"))[0] == 404
        assert (await clerk.post(f"/tickets/{own}/change", category="noise", was_category="lighting"))[0] == 403
        assert (await clerk.post(f"/tickets/{own}/answer", answer="Đã sửa", status="resolved"))[0] == 303
    assert (await ticket_of(gateway, own))[0].status == "resolved"


async def test_hostile_words_are_shown_and_never_run(place: Town, gateway: Gateway, browser: Browser) -> None:
    add_person(place, PROBE[:60], "operator")
    code = await by_phone(
        gateway, name=PROBE, address=f"12 Lê Lợi {PROBE}", request=PROBE, subject=PROBE, actor=PROBE[:60]
    )
    worker = (await ticket_of(gateway, code))[1]
    await gateway.desk.change_ticket(code, worker, note=PROBE, answer=PROBE)
    async with at_console(browser, place, "Lan") as page:
        for path in ("tickets", f"tickets/{code}"):
            await page.goto(f"{place.gateway_url}/console/{path}")
            assert "taken" not in await page.title()
            assert "{{7*7}}" in (await page.locator("main").inner_text())
        await page.goto(f"{place.gateway_url}/console/tickets/{code}")
        await expect(page.locator(".request")).to_have_text(PROBE)
