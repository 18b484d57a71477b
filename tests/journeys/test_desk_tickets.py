"""Tickets in the hands of a person: searched, changed, answered; the citizen hears of it in the chat."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.api import Caller, callers, conversation_of
from kit.town import TICKET_CODE, Town, shipped, town, with_profile

from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey

REPORT = (
    "Tôi tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM."
    " Hố ga giữa đường bị bể nắp, tối qua có người vấp té."
)
BY_PHONE = {
    "account": "phone",
    "name": "  Trần  Thị Bé ",
    "phone": "0912 345 678",
    "address": "12 Lê Lợi, phường Bến Thành",
    "request": "Đèn đường trước nhà hỏng ba ngày nay",
}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, platforms=["telegram"]) as there:
        yield there


async def report(place: Town, platform: str = "telegram", text: str = REPORT) -> tuple[Person, str]:
    """A citizen and the code of their ticket."""
    person = place.sandbox.person(platform)
    if platform != "zalo":
        await person.open_chat()
        await person.next_message()
    place.clock.pass_time(3)
    await person.send_text(text)
    await person.next_message()
    for label in ("Đồng ý", "Đúng, gửi đi"):
        place.clock.pass_time(3)
        await person.press(label)
        said = (await person.next_message()).text
    found = TICKET_CODE.search(said)
    assert found is not None, said
    place.clock.pass_time(3)
    return person, found.group()


async def until(caller: Caller, path: str, true: Any) -> Any:
    async with asyncio.timeout(10):
        while True:
            body = (await caller.get(path)).body
            if true(body):
                return body
            await asyncio.sleep(0.02)


async def test_a_change_of_status_and_an_answer_reach_the_citizen(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        person, code = await report(place)
        path = f"/tickets/{code}"
        forwarded = await lan.patch(path, {"status": "forwarded", "department": "construction"})
        assert (forwarded.status, forwarded.body["status"]) == (200, "forwarded")
        told = (await person.next_message()).text
        assert code in told
        assert "Sở Xây dựng" in told
        place.clock.pass_time(3)
        quiet = await lan.patch(path, {"note": "gọi lại sau", "publish": True, "priority": "high"})
        assert (quiet.body["publish"], quiet.body["priority"]) == (True, "high")
        done = await lan.patch(path, {"status": "resolved", "answer": "Đã thay nắp hố ga."})
        assert done.body["status"] == "resolved"
        told = (await person.next_message()).text  # the quiet change said nothing: this is the next message
        assert "Đã thay nắp hố ga." in told
        history = (await lan.get(path)).body["history"]
        assert [one["kind"] for one in history] == ["opened", "changed", "changed", "changed"]
        assert history[2]["note"] == "gọi lại sau"
        assert history[1]["actor"] == "token:lan"
        assert history[1]["changes"]["status"] == ["received", "forwarded"]
        found = (await lan.get(f"/conversations/{await conversation_of(lan, person.id)}/messages")).body["items"]
        assert [one["author"] for one in found[-2:]] == ["operator", "operator"]


async def test_a_forbidden_change_of_status_names_the_allowed_ones_and_changes_nothing(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        _, code = await report(place)
        before = (await lan.get(f"/tickets/{code}")).body
        refused = await lan.patch(f"/tickets/{code}", {"status": "reopened", "note": "x"})
        assert refused.status == 409
        assert refused.headers["Content-Type"].startswith("application/problem+json")
        assert "forwarded" in refused.body["allowed"]
        assert "reopened" not in refused.body["allowed"]
        unreasoned = await lan.patch(f"/tickets/{code}", {"status": "rejected"})
        assert (unreasoned.status, unreasoned.body["errors"][0]["field"]) == (409, "answer")
        assert (await lan.patch(f"/tickets/{code}", {"duplicate_of": code})).status == 409
        assert (await lan.patch(f"/tickets/{code}", {"duplicate_of": "1022-261124-AAAAA"})).status == 404
        for wrong in (
            {"status": "lost"},
            {"category": "moon"},
            {"department": "nobody"},
            {"publish": "yes"},
            {"code": "x"},
            {"answer": " "},
        ):
            reply = await lan.patch(f"/tickets/{code}", wrong)
            assert (reply.status, reply.body["errors"][0]["field"]) == (422, next(iter(wrong))), wrong
        assert (await lan.get(f"/tickets/{code}")).body == before


async def test_a_repeated_change_is_made_once(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        person, code = await report(place)
        body = {"status": "in_progress", "note": "đang làm"}
        replies = await asyncio.gather(*(lan.patch(f"/tickets/{code}", body, "one") for _ in range(4)))
        assert [reply.body for reply in replies] == [replies[0].body] * 4
        assert len((await lan.get(f"/tickets/{code}")).body["history"]) == 2
        arrived = len(person.inbox)
        await person.next_message()
        # a refused change may be tried again under its key
        assert (await lan.patch(f"/tickets/{code}", {"status": "closed"}, "two")).status == 409
        assert (await lan.patch(f"/tickets/{code}", {"status": "resolved"}, "two")).status == 200
        await until(lan, "/conversations", lambda _: len(person.inbox) > arrived)


async def test_a_question_of_the_office_is_answered_in_the_chat_and_stands_in_the_ticket(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        person, code = await report(place)
        asked = await lan.patch(f"/tickets/{code}", {"question": "Hố ga ở đầu hay cuối hẻm?"})
        assert asked.body["status"] == "need_info"
        assert "Hố ga ở đầu hay cuối hẻm?" in (await person.next_message()).text
        place.clock.pass_time(3)
        await person.send_text("Ở cuối hẻm, cạnh trường học")
        await person.next_message()
        ticket = (await lan.get(f"/tickets/{code}")).body
        assert ticket["status"] == "received"
        assert [one.get("text") for one in ticket["history"] if "text" in one] == ["Ở cuối hẻm, cạnh trường học"]


async def test_a_report_by_telephone_is_read_as_the_chat_reads_it(place: Town) -> None:
    async with callers(place, lan="operator", police="department:police") as (lan, police):
        opened = await lan.post("/tickets", BY_PHONE, "call 7")
        assert opened.status == 201
        ticket = opened.body
        assert opened.headers["Location"] == f"/api/v1/tickets/{ticket['code']}"
        assert (ticket["name"], ticket["phone"]) == ("Trần Thị Bé", "+84912345678")
        assert (ticket["ward"], ticket["province"]) == ("Phường Bến Thành", "Hồ Chí Minh")
        assert (ticket["category"], ticket["department"]) == ("lighting", "transport")
        assert (ticket["account"], ticket["platform"], ticket["contact"]) == ("phone", "phone", None)
        assert ticket["due_at"] > ticket["created_at"]
        again = await asyncio.gather(*(lan.post("/tickets", BY_PHONE, "call 7") for _ in range(3)))
        assert {reply.body["code"] for reply in again} == {ticket["code"]}
        for wrong, fields in (
            ({}, {"account", "name", "phone", "address", "request"}),
            ({"account": "phone"}, {"name", "phone", "address", "request"}),
            ({**BY_PHONE, "phone": "12"}, {"phone"}),
            ({**BY_PHONE, "category": "moon", "department": "nobody"}, {"category", "department"}),
            ({**BY_PHONE, "account": "zalo"}, {"account"}),
        ):
            refused = await lan.post("/tickets", wrong)
            assert refused.status == 422
            assert {one["field"] for one in refused.body["errors"]} == fields
        assert (await police.post("/tickets", BY_PHONE)).status == 403
        assert len((await lan.get("/tickets")).body["items"]) == 1
        answered = await lan.patch(f"/tickets/{ticket['code']}", {"answer": "Đã sửa.", "status": "resolved"})
        assert answered.body["status"] == "resolved"  # there is no chat to tell, and nothing breaks


async def test_tickets_are_found_by_what_they_are_and_whose_they_are(place: Town) -> None:
    async with callers(place, lan="operator", cons="department:construction") as (lan, cons):
        _, code = await report(place)
        other = (await lan.post("/tickets", {**BY_PHONE, "account": "counter"})).body["code"]
        for query, found in (
            ({"q": code.lower().replace("-", " ")}, [code]),
            ({"q": "0908123321"}, [code]),
            ({"q": "+84 908 123 321"}, [code]),
            ({"q": "le hoang nam"}, [code]),
            ({"q": "hoang nam"}, []),
            ({"q": "TRẦN THỊ BÉ"}, [other]),
            ({"status": "received"}, [other, code]),
            ({"status": "closed"}, []),
            ({"category": "lighting"}, [other]),
            ({"department": "transport", "category": "drainage"}, []),
            ({"limit": "1"}, [other]),
        ):
            reply = await lan.get("/tickets", **query)
            assert [one["code"] for one in reply.body["items"]] == found, query
        first = (await lan.get("/tickets", limit="1")).body
        second = (await lan.get("/tickets", limit="1", after=first["next"])).body
        assert [one["code"] for one in second["items"]] == [code]
        assert second["next"] is None
        # a department sees its own only, and may say three things about them
        assert [one["code"] for one in (await cons.get("/tickets")).body["items"]] == [code]
        assert (await cons.get("/tickets", department="transport")).body["items"] == []
        assert (await cons.get(f"/tickets/{other}")).status == 404
        assert (await cons.patch(f"/tickets/{other}", {"note": "x"})).status == 404
        assert (await cons.get("/conversations")).status == 403
        assert (await cons.patch(f"/tickets/{code}", {"department": "transport"})).status == 403
        assert (await cons.patch(f"/tickets/{code}", {"status": "rejected", "answer": "x"})).status == 403
        changed = await cons.patch(f"/tickets/{code}", {"status": "in_progress"})
        assert changed.body["status"] == "in_progress"
        # nor who reported, nor whether somebody did
        for shown in (
            changed.body,
            (await cons.get(f"/tickets/{code}")).body,
            (await cons.get("/tickets")).body["items"][0],
        ):
            assert (shown["name"], shown["phone"], shown["contact"]) == (None, None, None)
        name = (await lan.get(f"/tickets/{code}")).body["name"]
        assert [one["code"] for one in (await lan.get("/tickets", q=name)).body["items"]] == [code]
        assert (await cons.get("/tickets", q=name)).body["items"] == []
        assert [one["code"] for one in (await cons.get("/tickets", q=code)).body["items"]] == [code]


async def test_neighbours_with_the_same_matter_hear_the_same_news_with_their_own_code(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        first, code = await report(place)
        second, twin = await report(place, text=REPORT.replace("0908 123 321", "0908 123 999").replace("Nam", "Bắc"))
        joined = await lan.patch(f"/tickets/{twin}", {"duplicate_of": code})
        assert joined.body["status"] == "duplicate"
        assert twin in (await second.next_message()).text
        place.clock.pass_time(3)
        await lan.patch(f"/tickets/{code}", {"status": "resolved", "answer": "Đã thay nắp."})
        texts = [(await one.next_message()).text for one in (first, second)]
        assert [code in texts[0], twin in texts[1]] == [True, True]
        assert code not in texts[1]
        assert all("Đã thay nắp." in text for text in texts)


async def test_news_go_to_the_chat_that_was_used_last_of_those_proved_to_be_theirs(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram", "viber"]) as place, callers(place, lan="operator") as (lan,):
        first, code = await report(place)
        other = place.sandbox.person("viber")
        await other.open_chat()
        await other.next_message()
        place.clock.pass_time(3)
        await first.send_text("liên kết")
        shown = re.search(r"\d{4} \d{4}", (await first.next_message()).text)
        assert shown is not None
        place.clock.pass_time(3)
        await other.send_text(f"LIÊN KẾT {shown.group()}")
        await other.next_message()
        await first.next_message()  # told that its code was used
        place.clock.pass_time(3)
        arrived = len(first.inbox)
        await lan.patch(f"/tickets/{code}", {"status": "in_progress"})
        assert code in (await other.next_message()).text
        place.clock.pass_time(3)
        await first.send_text("hướng dẫn")
        await first.next_message()
        place.clock.pass_time(3)
        await lan.patch(f"/tickets/{code}", {"status": "resolved", "answer": "Đã thay nắp."})
        assert "Đã thay nắp." in (await first.next_message()).text
        assert len(first.inbox) == arrived + 2


async def test_news_outside_the_platforms_window_wait_visibly_until_the_citizen_writes(tmp_path: Path) -> None:
    """Messenger takes a reply within 24 hours of the person's last message; the gateway's clock is moved past that."""
    async with town(tmp_path, platforms=["messenger"]) as place:
        person, code = await report(place, "messenger")
        await asyncio.to_thread(close_window, place)
        async with callers(place, minh="operator") as (minh,):
            await minh.patch(f"/tickets/{code}", {"status": "in_progress"})
            await minh.patch(f"/tickets/{code}", {"status": "resolved", "answer": "Đã thay nắp."})
            path = f"/conversations/{await conversation_of(minh, person.id)}/messages"
            waiting = await until(
                minh, path, lambda body: [one["reason"] for one in body["items"][-2:]] == ["window_closed"] * 2
            )
            assert [one["delivery"] for one in waiting["items"][-2:]] == ["queued", "queued"]
            before = len(person.inbox)
            place.clock.pass_time(5)
            await person.send_text("cảm ơn")
            while len(person.inbox) < before + 3:
                await person.next_message()
            texts = [bubble.text for bubble in person.inbox[before:]]
            assert "đang được xử lý" in texts[0]
            assert "Đã thay nắp." in texts[1]
            assert place.sandbox.incidents == []


def close_window(place: Town) -> None:
    """As if the person had last written two days ago."""
    store = place.store()
    try:
        with store.writing() as work:
            (found,) = work.conversations.list()
            assert found.window_from is not None
            past = found.window_from - timedelta(days=2)
            work.conversations.save([replace(found, window_from=past, session_from=past)])
    finally:
        store.close()


async def test_a_hold_without_a_word_ends_by_itself_and_the_bot_says_that_it_is_back(tmp_path: Path) -> None:
    site = with_profile(times=replace(shipped().profile.times, hold=timedelta(seconds=1)))
    async with town(tmp_path, platforms=["telegram"], site=site) as place, callers(place, lan="operator") as (lan,):
        person = place.sandbox.person("telegram")
        await person.open_chat()
        await person.next_message()
        path = f"/conversations/{await conversation_of(lan, person.id)}"
        await lan.post(f"{path}/messages", {"text": "Em đây ạ"})
        await person.next_message()
        assert (await lan.get(path)).body["held_by"] == "lan"
        await until(lan, path, lambda body: body["held_by"] is None)
        place.clock.pass_time(3)
        await person.send_text("hướng dẫn")
        assert (await person.next_message()).text.startswith("Phần trả lời tự động")


async def test_an_overdue_ticket_is_told_once_and_flagged(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place, callers(place, lan="operator") as (lan,):
        person, code = await report(place)
        await asyncio.to_thread(let_pass_deadline, place, code)
        assert "quá hạn" in (await person.next_message(timeout=20)).text
        history = (await lan.get(f"/tickets/{code}")).body["history"]
        assert history[-1]["changes"] == {"overdue": [False, True]}
        place.clock.pass_time(3)
        await lan.patch(f"/tickets/{code}", {"status": "in_progress"})
        assert "đang được xử lý" in (await person.next_message()).text  # no second notice came before it


def let_pass_deadline(place: Town, code: str) -> None:
    store = place.store()
    try:
        with store.writing() as work:
            ticket = work.tickets.find(code)
            assert ticket is not None
            work.tickets.change(code, "test", ticket.created_at, due_at=ticket.created_at)
    finally:
        store.close()


async def test_figures_tell_what_was_received_answered_and_resolved(place: Town) -> None:
    async with callers(place, lan="operator") as (lan,):
        codes = [(await lan.post("/tickets", BY_PHONE)).body["code"] for _ in range(3)]
        await lan.post("/tickets", {**BY_PHONE, "account": "counter", "request": "Rác không ai dọn cả tuần"})
        await lan.patch(f"/tickets/{codes[0]}", {"status": "resolved", "answer": "Đã sửa."})
        await lan.patch(f"/tickets/{codes[1]}", {"answer": "Đang chờ vật tư."})
        stats = (await lan.get("/stats")).body
        total = stats["total"]
        assert (total["received"], total["answered"], total["resolved"], total["overdue"]) == (4, 2, 1, 0)
        assert total["handling_ratio"] == 0.25
        assert total["median_first_answer_seconds"] >= 0
        assert [(one["code"], one["received"]) for one in stats["channel"]] == [("phone", 3), ("counter", 1)]
        by_category = {one["code"]: one for one in stats["category"]}
        assert by_category["lighting"]["handling_ratio"] == 0.3333
        assert by_category["waste"]["median_first_answer_seconds"] is None
        assert {one["code"] for one in stats["department"]} == {"transport", "ward"}
        assert stats["operator"] == []  # a program's token is nobody of the console
        assert (await lan.get("/stats", since="2020-01-01", until="2020-02-01")).body["total"]["received"] == 0
        assert (await lan.get("/stats", since="2020-01-01T00:00:00+07:00")).body["total"]["received"] == 4
        assert (await lan.get("/stats", since="yesterday")).status == 400
