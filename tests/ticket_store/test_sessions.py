"""Console sessions, second factors and ready answers, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from ticket_store.engine import Store
from ticket_store.unit_of_work import Work

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LASTS, IDLE = timedelta(hours=12), timedelta(hours=2)


@pytest.fixture
def person(store: Store) -> str:
    with store.writing() as work:
        work.operators.add("Lan", "operator", "hash", AT)
    return "Lan"


def begun(work: Work, at: datetime = AT) -> str:
    return work.sessions.begin("Lan", "Firefox · Linux", at, LASTS, confirmed=True)


def test_a_session_is_found_by_its_token_and_only_its_digest_is_stored(store: Store, person: str) -> None:
    with store.writing() as work:
        token = begun(work)
        found = work.sessions.find(token, AT, IDLE)
        assert found
        assert (found[0].operator, found[1].role) == ("Lan", "operator")
        stored = work._connection.exec_driver_sql("SELECT * FROM sessions").all()
        assert token not in str(stored)
        assert work.sessions.find("another", AT, IDLE) is None


def test_a_session_ends_by_age_by_idleness_and_with_its_person(store: Store, person: str) -> None:
    with store.writing() as work:
        token = begun(work)
        session = work.sessions.find(token, AT, IDLE)
        assert session
        assert work.sessions.find(token, AT + IDLE, IDLE) is None
        work.sessions.seen(session[0].id, AT + timedelta(hours=11))
        assert work.sessions.find(token, AT + timedelta(hours=11, minutes=59), IDLE)
        assert work.sessions.find(token, AT + LASTS, IDLE) is None
        work.operators.disable("Lan", AT)
        assert work.sessions.find(token, AT, IDLE) is None


def test_sessions_are_ended_one_by_one_or_all_but_this_one(store: Store, person: str) -> None:
    with store.writing() as work:
        tokens = [begun(work) for _ in range(4)]
        ids = [found[0].id for token in tokens if (found := work.sessions.find(token, AT, IDLE))]
        assert not work.sessions.end(ids[0], "somebody else")
        assert work.sessions.end(ids[0], "Lan")
        assert work.sessions.find(tokens[0], AT, IDLE) is None
        assert work.sessions.end_all("Lan", except_id=ids[1]) == 2
        assert [one.id for one in work.sessions.of("Lan", AT)] == [ids[1]]
        assert work.sessions.forget(AT + LASTS) == 1


def test_a_second_factor_is_sealed_and_remembers_its_last_step(store: Store, person: str) -> None:
    with store.writing() as work:
        assert work.second_factors.get("Lan") is None
        work.second_factors.put("Lan", "JBSWY3DPEHPK3PXP", 42)
        assert work.second_factors.get("Lan") == ("JBSWY3DPEHPK3PXP", 42)
        assert (
            b"JBSWY3DPEHPK3PXP"
            not in work._connection.exec_driver_sql("SELECT second_factor FROM operators").scalar_one()
        )
        work.operators.change_password("Lan", "other")
        assert work.second_factors.get("Lan")
        work.operators.reset("Lan", "another")
        assert work.second_factors.get("Lan") is None


def test_the_newest_version_of_a_ready_answer_counts_and_all_stay(store: Store) -> None:
    with store.writing() as work:
        for text in ("first", "second"):
            work.ready_answers.put("hello", text, "Minh", AT)
        work.ready_answers.put("bye", "bye", "Minh", AT)
        assert [(one.shortcut, one.text) for one in work.ready_answers.in_use()] == [
            ("bye", "bye"),
            ("hello", "second"),
        ]
        work.ready_answers.remove("hello", "Tú", AT)
        assert [one.shortcut for one in work.ready_answers.in_use()] == ["bye"]
        assert [(one.text, one.author, one.removed) for one in work.ready_answers.versions("hello")] == [
            ("", "Tú", True),
            ("second", "Minh", False),
            ("first", "Minh", False),
        ]
