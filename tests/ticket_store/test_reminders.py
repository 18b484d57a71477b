"""Deadlines that are near and departments that are silent: found once each, and quickly among everything that has ended."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from kit.databases import conversation

from conversation.effects import TicketDraft
from conversation.ids import AccountId, OperatorId, PlatformName, TicketCode
from conversation.state import ConversationState
from ticket_store.engine import Store
from ticket_store.records import Conversation
from ticket_store.unit_of_work import Work

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def opened(
    work: Work, due_in: timedelta, at: datetime = NOW - 10 * DAY, chat: Conversation | None = None
) -> TicketCode:
    draft = TicketDraft("An", "+84912345678", None, "Ngập", "drainage", due_at=NOW + due_in)
    phone = AccountId("phone"), PlatformName("phone")
    return work.tickets.open(draft, chat, *phone, None, "1022", date(2026, 11, 14), at).code


def changed(work: Work, code: TicketCode, **changes: Any) -> None:
    work.tickets.change(code, "clock", NOW, **changes)


def test_a_deadline_is_near_when_it_was_farther_away_and_the_ticket_is_open(store: Store) -> None:
    with store.writing() as work:
        late, soon, later = (opened(work, timedelta(hours=hours)) for hours in (-1, 23, 25))
        next_one = opened(work, timedelta(hours=1))
        short = opened(work, timedelta(hours=20), at=NOW - timedelta(hours=3))
        ended = opened(work, timedelta(hours=2))
        changed(work, ended, status="resolved", answer="Xong")
        assert [one.code for one in work.tickets.due_soon(NOW, DAY, 9)] == [next_one, soon]
        assert [one.code for one in work.tickets.due_soon(NOW, DAY, 1)] == [next_one]
        assert {late, later, short}.isdisjoint(one.code for one in work.tickets.due_soon(NOW, DAY, 9))
        assert [one.code for one in work.tickets.overdue_to_tell(NOW, 9)] == [late]


def test_who_speaks_with_us_hears_of_the_deadline_later_and_keeps_nobody_else_from_hearing_of_theirs(
    store: Store,
) -> None:
    held = ConversationState(held_by=OperatorId("lan"))
    spoken, free = conversation(store, "spoken", state=held), conversation(store, "free")
    elsewhere, other = conversation(store, "elsewhere"), conversation(store, "other", state=held)
    with store.writing() as work:
        for chat in (elsewhere, other):  # one person
            work.identities.prove(chat.id, "+84908123321", NOW)
        held_ones = {opened(work, -9 * DAY, chat=chat) for chat in (spoken, spoken, elsewhere)}
        told = [opened(work, -2 * DAY, chat=free), opened(work, -1 * DAY)]
        assert [one.code for one in work.tickets.overdue_to_tell(NOW, 2)] == told
        work.conversations.save([replace(one, state=ConversationState()) for one in (spoken, other)])
        for code in told:
            changed(work, code, overdue_at=NOW)
        assert {one.code for one in work.tickets.overdue_to_tell(NOW, 9)} == held_ones


def test_of_many_who_wait_too_long_each_is_an_alarm(store: Store) -> None:
    names = [f"waiting-{number}" for number in range(3)]
    chats = [
        conversation(store, name, state=ConversationState(waiting_since=NOW - (9 - number) * DAY))
        for number, name in enumerate(names)
    ]
    with store.writing() as work:
        assert work.alerts.waited_without("waiting_long", NOW - 8 * DAY, 9) == [chats[0].id, chats[1].id]
        work.alerts.raise_(chats[0].id, "waiting_long", "waiting", NOW)
        work.alerts.raise_(chats[1].id, "wants_operator", "waiting", NOW)
        assert work.alerts.waited_without("waiting_long", NOW, 1) == [chats[1].id]
        work.alerts.close(chats[0].id)
        assert work.alerts.waited_without("waiting_long", NOW, 9) == [one.id for one in chats]


def test_a_reminder_is_one_entry_of_the_history_and_comes_again_with_another_deadline_only(store: Store) -> None:
    with store.writing() as work:
        code = opened(work, timedelta(hours=3))
        changed(work, code, reminded_at=NOW)
        assert work.tickets.due_soon(NOW, DAY, 9) == []
        assert work.tickets.history(code)[-1].changes == {"due_soon": [False, True]}
        assert [one.code for one in work.tickets.page(reminded=True)] == [code]
        changed(work, code, due_at=NOW + timedelta(hours=9))
        assert [one.code for one in work.tickets.due_soon(NOW, DAY, 9)] == [code]
        assert work.tickets.page(reminded=True) == []


def test_a_department_is_silent_until_it_answers_or_the_ticket_moves_on(store: Store) -> None:
    with store.writing() as work:
        code, answered, ended = (opened(work, DAY) for _ in range(3))
        for one in (code, answered, ended):
            changed(work, one, status="forwarded", department="transport")
        links = work.department_links
        opened_links = [
            links.open(one, "transport", "lan", NOW - 3 * DAY, NOW + DAY) for one in (code, answered, ended)
        ]
        links.accept(opened_links[1].id, NOW)
        changed(work, ended, status="resolved", answer="Xong")
        assert links.silent(NOW - 4 * DAY, 9) == []
        assert links.silent(NOW - 2 * DAY, 9) == [code]
        changed(work, code, unanswered_at=NOW)
        assert links.silent(NOW - 2 * DAY, 9) == []
        assert [one.code for one in work.tickets.page(reminded=True)] == [code]
        changed(work, code, status="in_progress")
        found = work.tickets.find(code)
        assert found is not None
        assert found.unanswered_at is None
    assert found.reminded_at is None


def test_the_audit_log_is_forgotten_oldest_first_and_a_few_at_a_time(store: Store) -> None:
    with store.writing() as work:
        for days in (800, 900, 10):
            work.audit.note("lan", "ticket.read", [f"code-{days}"], NOW - days * DAY, "console")
        assert work.audit.forget(NOW - 730 * DAY, 1) == 1
        assert [one.object for one in work.audit.page()] == ["code-10", "code-800"]
        assert work.audit.forget(NOW - 730 * DAY, 9) == 1
        assert [one.object for one in work.audit.page()] == ["code-10"]


@pytest.mark.parametrize("what", ["overdue", "due_soon", "course"])
def test_what_looks_by_time_reads_an_index(store: Store, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    with store.writing() as work:
        opened(work, DAY)
        connection, sql = work._connection, work._sql
        if sql.postgres:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # a few rows are quicker to read than an index
        rows = sql.rows
        monkeypatch.setattr(sql, "rows", lambda text, values: (asked.append((text, values)), rows(text, values))[1])
        if what == "course":
            work.figures.course(NOW - DAY, NOW)
        else:
            from sqlalchemy import event

            event.listen(
                connection, "before_cursor_execute", lambda *call: asked.append((call[2].replace("%s", "?"), call[3]))
            )
            _ = work.tickets.overdue_to_tell(NOW, 9) if what == "overdue" else work.tickets.due_soon(NOW, DAY, 9)
        explain = "EXPLAIN " if sql.postgres else "EXPLAIN QUERY PLAN "
        plans = " ".join(str(row) for text, values in list(asked) for row in rows(explain + text, values))
    for index in ("ix_tickets_created_at", "ix_tickets_resolved") if what == "course" else ("ix_tickets_due",):
        assert index in plans
