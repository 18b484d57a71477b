"""Tickets: opened once with a code nobody had, found by code, phone and name, moved only as allowed, never forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kit.databases import ACCOUNT, AT, KEYS, PLATFORM, after, conversation, heard, report

from conversation.ids import AccountId, PlatformName, TicketCode
from conversation.messages import Media, MediaKind
from ticket_store.codes import new_code
from ticket_store.engine import Store, open_store
from ticket_store.errors import ForbiddenStatus, MissingReason, UnknownTicket
from ticket_store.records import HistoryEntry, Ticket
from ticket_store.statuses import FOLLOWING, Status

DAY = date(2026, 11, 24)
PHOTO = Media(MediaKind.IMAGE, "https://platform/photo", "photo.jpg")


def opened(store: Store, at: float = 0, **draft: Any) -> Ticket:
    with store.writing() as work:
        return work.tickets.open(
            report(**draft), None, AccountId("phone"), PlatformName("phone"), None, "1022", DAY, after(at)
        )


def test_a_ticket_has_all_that_the_citizen_said(store: Store) -> None:
    one = conversation(store)
    draft = report(
        subject="Bà Tư",
        publish=True,
        priority="high",
        department="lights",
        due_at=after(99),
        national_id="079093001234",
        media=(PHOTO,),
    )
    with store.writing() as work:
        work.messages.add([heard(one, "đây", media=(PHOTO,))])
        made = work.tickets.open(draft, one, ACCOUNT, PLATFORM, one.key.contact, "1022", DAY, AT)
    with store.reading() as work:
        found = work.tickets.find(made.code.lower().replace("-", " "))
        [attachment] = work.tickets.attachments(made.code)
        [entry] = work.tickets.history(made.code)
        assert work.tickets.of_conversation(one.id) == [made]
    assert found == made
    assert (made.status, made.name, made.phone, made.address) == (
        "received",
        draft.name,
        "+84901234567",
        draft.place and draft.place.raw,
    )
    assert (made.ward, made.province, made.ward_code, made.place) == (
        "Phường Sài Gòn",
        "Hồ Chí Minh",
        "26740",
        draft.place,
    )
    assert (made.request, made.category, made.department, made.priority) == (
        draft.request,
        "lighting",
        "lights",
        "high",
    )
    assert (made.account, made.platform, made.contact, made.conversation_id) == (ACCOUNT, PLATFORM, "citizen-1", one.id)
    assert (made.publish, made.subject, made.national_id, made.due_at) == (True, "Bà Tư", "079093001234", after(99))
    assert (made.created_at, made.updated_at, made.answer) == (AT, AT, None)
    assert (attachment.media, attachment.ticket_code) == (PHOTO, made.code)
    assert attachment.message_id is not None  # one file for both, fetched once
    assert entry == HistoryEntry(entry.id, made.code, AT, "bot", "opened", {"status": [None, "received"]})
    for secret in ("Nguyễn", "+8490", "Lê Lợi", "Đèn", "079093001234", "citizen-1"):
        assert secret not in repr(made)


def test_a_ticket_may_lack_name_phone_and_place(store: Store) -> None:
    with store.writing() as work:
        made = work.tickets.open(
            report(name=None, phone=None, place=None), None, ACCOUNT, PLATFORM, None, "1022", DAY, AT
        )
    assert (made.name, made.phone, made.address, made.ward, made.province) == (None, None, None, None, None)


def test_a_code_that_is_taken_is_passed_over(store: Store) -> None:
    first = opened(store)
    value = [_value(sign) for sign in first.code[-5:-1]]
    numbers = iter([*value, *value, 1, 2, 3, 4])
    with store.writing() as work:
        second = work.tickets.open(
            report(), None, ACCOUNT, PLATFORM, None, "1022", DAY, AT, randbelow=lambda _: next(numbers)
        )
    left = iter([1, 2, 3, 4])
    assert second.code == new_code("1022", DAY, lambda _: next(left))


def _value(sign: str) -> int:
    return "23456789ABCDEFGHJKMNPQRSTVWXYZ".index(sign)


def test_many_processes_open_tickets_without_sharing_a_code(store_url: str) -> None:
    stores = [open_store(store_url, KEYS) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        codes = [
            ticket.code for made in pool.map(lambda one: [opened(one) for _ in range(10)], stores) for ticket in made
        ]
    assert len(set(codes)) == 30
    with stores[0].reading() as work:
        assert {ticket.code for ticket in work.tickets.iterate()} == set(codes)
    for one in stores:
        one.close()


def test_lists_filter_and_page_newest_first(store: Store) -> None:
    made = [
        opened(store, number, category="water" if number % 2 else "lighting", department="d1") for number in range(7)
    ]
    with store.writing() as work:
        work.tickets.change(made[0].code, "hoa", after(50), status="in_progress")
    with store.reading() as work:
        listed: list[str] = []
        following: str | None = None
        while True:
            page = work.tickets.page(limit=3, after=following)
            listed += [ticket.code for ticket in page]
            following = page.next
            if following is None:
                break
        assert listed == [ticket.code for ticket in reversed(made)]
        assert [ticket.code for ticket in work.tickets.iterate()] == [ticket.code for ticket in made]
        assert [ticket.code for ticket in work.tickets.page(status="in_progress")] == [made[0].code]
        assert len(work.tickets.page(category="water", department="d1")) == 3
        assert work.tickets.page(department="d2") == []


@pytest.fixture
def searched(store: Store) -> tuple[Store, Ticket]:
    wanted = opened(store, name="Nguyễn Thị Đào", phone="+84912345678")
    opened(store, name="Nguyễn Thị Đ", phone="+84912345679")
    return store, wanted


@pytest.mark.parametrize("q", ["+84912345678", "Nguyễn Thị Đào", "nguyen  thi DAO", " NGUYỄN THỊ ĐÀO "])
def test_a_search_finds_by_phone_and_full_name(searched: tuple[Store, Ticket], q: str) -> None:
    store, wanted = searched
    with store.reading() as work:
        assert work.tickets.page(q=q) == [wanted]
        assert work.tickets.page(q=q, status="closed") == []


def test_a_search_is_exact_and_takes_codes_and_the_callers_reading_of_a_phone(searched: tuple[Store, Ticket]) -> None:
    store, wanted = searched
    with store.reading() as work:
        assert work.tickets.page(q=wanted.code.lower()) == [wanted]
        assert work.tickets.page(q="0912 345 678", phone="+84912345678") == [wanted]
        for q in ("Đào", "+8491234567", "Nguyễn Thị", ""):
            assert work.tickets.page(q=q) == []


def test_a_change_is_made_whole_and_stands_in_the_history(store: Store) -> None:
    made = opened(store)
    with store.writing() as work:
        changed = work.tickets.change(
            made.code.lower(),
            "hoa",
            after(5),
            status="forwarded",
            department="lights",
            note="gấp",
            answer="Đã chuyển",
            due_at=after(99),
        )
        again = work.tickets.change(made.code, "hoa", after(6), status="forwarded", department="lights")
        done = work.tickets.change(made.code, "dept", after(7), status="resolved", answer="Đã sửa", publish=True)
    assert (changed.status, changed.department, changed.answer, changed.due_at) == (
        "forwarded",
        "lights",
        "Đã chuyển",
        after(99),
    )
    assert (changed.updated_at, changed.answered_at, changed.resolved_at) == (after(5), after(5), None)
    assert again == changed
    assert (done.answer, done.answered_at, done.resolved_at) == ("Đã sửa", after(5), after(7))
    with store.reading() as work:
        assert work.tickets.find(made.code) == done
        first, second, third = work.tickets.history(made.code)
    assert first.kind == "opened"
    assert (second.actor, second.kind, second.note, second.answer) == ("hoa", "changed", "gấp", "Đã chuyển")
    assert second.changes == {
        "status": ["received", "forwarded"], "department": [None, "lights"], "due_at": [None, after(99).isoformat()],
    }  # fmt: skip
    assert third.changes == {"status": ["forwarded", "resolved"], "publish": [False, True]}


def test_a_forbidden_status_changes_nothing_and_names_the_allowed_ones(store: Store) -> None:
    made = opened(store)
    for wanted in ("closed", "reopened", "lost"):
        with pytest.raises(ForbiddenStatus) as raised, store.writing() as work:
            work.tickets.change(made.code, "hoa", after(1), department="x", status=wanted)
        assert raised.value.allowed == FOLLOWING[Status.RECEIVED]
        assert raised.value.current == "received"
    with pytest.raises(MissingReason), store.writing() as work:
        work.tickets.change(made.code, "hoa", after(1), status="rejected")
    with store.writing() as work:
        assert work.tickets.find(made.code) == made
        assert (
            work.tickets.change(made.code, "hoa", after(1), status="rejected", answer="Ngoài phạm vi").status
            == "rejected"
        )


def test_unknown_tickets_and_fields_are_refused(store: Store) -> None:
    for code in (new_code("1022", DAY, lambda _: 7), "nonsense"):
        with pytest.raises(UnknownTicket), store.writing() as work:
            work.tickets.change(code, "hoa", AT, status="closed")
        with pytest.raises(UnknownTicket), store.writing() as work:
            work.tickets.amend(code, "text", (), AT, "contact")
        with store.reading() as work:
            assert work.tickets.find(code) is None
            assert work.tickets.history(code) == []
            assert work.tickets.attachments(code) == []
    made = opened(store)
    with pytest.raises(ValueError, match="colour"), store.writing() as work:
        work.tickets.change(made.code, "hoa", AT, colour="red")


def test_the_citizens_later_words_files_and_rating_join_the_ticket(store: Store) -> None:
    made = opened(store)
    with store.writing() as work:
        work.tickets.amend(made.code, "còn nữa", (PHOTO,), after(1), "contact")
        work.tickets.amend(made.code, "", (), after(2), "contact", reopen=True)  # it is open already
        work.tickets.change(made.code, "hoa", after(3), status="resolved")
        again = work.tickets.amend(made.code, "chưa xong", (), after(4), "contact", reopen=True, rating="bad")
    assert (again.status, again.rating, again.resolved_at, again.updated_at) == ("reopened", "bad", None, after(4))
    with store.reading() as work:
        assert [one.media.name for one in work.tickets.attachments(made.code)] == ["photo.jpg"]
        history = work.tickets.history(made.code)
    assert [(entry.kind, entry.text) for entry in history] == [
        ("opened", None), ("amended", "còn nữa"), ("amended", None), ("changed", None), ("amended", "chưa xong"),
    ]  # fmt: skip
    assert history[-1].changes == {"rating": [None, "bad"], "status": ["resolved", "reopened"]}


def test_an_erased_ticket_leaves_no_trace_but_its_conversation_keeps_its_own(store: Store) -> None:
    one = conversation(store)
    shared, own = Media(MediaKind.IMAGE, "s1", sha256="aa"), Media(MediaKind.IMAGE, "s2", sha256="bb")
    with store.writing() as work:
        [message] = work.messages.add([heard(one, "x", media=(shared,))])
        made = work.tickets.open(report(media=(shared, own)), one, ACCOUNT, PLATFORM, "c", "1022", DAY, AT)
        assert work.tickets.erase(made.code) == ["bb"]
        assert work.tickets.find(made.code) is None
        assert work.tickets.history(made.code) == []
        assert [file.sha256 for file in work.media.for_message([message])[message]] == ["aa"]


def test_histories_of_many_tickets_come_in_one_answer(store: Store) -> None:
    first, second = opened(store), opened(store)
    with store.reading() as work:
        found = work.tickets.histories([first.code, second.code, TicketCode("none")])
    assert {code: len(entries) for code, entries in found.items()} == {first.code: 1, second.code: 1}


def test_every_status_has_a_way_on_and_none_leads_nowhere() -> None:
    assert set(FOLLOWING) == set(Status)
    assert all(FOLLOWING[status] and status not in FOLLOWING[status] for status in Status)
    reached = {following for after_it in FOLLOWING.values() for following in after_it}
    assert reached == set(Status)


def test_the_table_in_the_docs_is_the_one_in_force() -> None:
    lines = Path("docs/data.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1:3] for line in lines if line.startswith("| `")]
    told = {
        start.strip(" `"): tuple(following.strip(" `").split("` `"))
        for start, following in rows
        if start.strip(" `") in set(Status)
    }
    assert told == {status.value: tuple(following) for status, following in FOLLOWING.items()}
