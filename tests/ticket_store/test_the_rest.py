"""Quarantine, tokens, operators, alerts, idempotent answers, and what time takes away."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from kit.databases import ACCOUNT, AT, KEYS, PLATFORM, after, conversation, heard, report, said

from conversation.messages import Media, MediaKind
from ticket_store.engine import Store, open_store
from ticket_store.errors import NameTaken
from ticket_store.records import Alert


def test_a_quarantined_webhook_comes_back_byte_for_byte(store: Store) -> None:
    body, headers, query = bytes(range(256)), {"x-signature": "never shown", "user": "ký"}, {"hub.mode": "x"}
    with store.writing() as work:
        kept = work.quarantine.keep(ACCOUNT, AT, "unreadable", headers, body, "POST", query)
    with store.reading() as work:
        found = work.quarantine.load(kept)
        assert work.quarantine.load("nobody") is None
    assert found is not None
    assert (found.account, found.at, found.reason, found.method, found.done_at) == (
        ACCOUNT,
        AT,
        "unreadable",
        "POST",
        None,
    )
    assert (found.body, found.headers, found.query) == (body, headers, query)
    assert "never shown" not in repr(found)


def test_quarantine_is_listed_oldest_first_and_forgotten_in_time(store: Store) -> None:
    with store.writing() as work:
        kept = [work.quarantine.keep(ACCOUNT, after(number), "r", {}, b"", "POST", {}) for number in range(5)]
        work.quarantine.done(kept[0], after(9))
        first = work.quarantine.page(limit=2)
        assert [one.id for one in first] == kept[:2]
        assert first[0].done_at == after(9)
        second = work.quarantine.page(limit=3, after=first.next)
        assert ([one.id for one in second], second.next) == (kept[2:], None)
        assert [one.id for one in work.quarantine.page(open_only=True)] == kept[1:]
        assert work.quarantine.counts() == {ACCOUNT: 4}
        assert work.quarantine.forget(after(3)) == 3
        assert [one.id for one in work.quarantine.page()] == kept[3:]


def test_a_token_is_shown_once_and_only_its_digest_is_stored(store: Store) -> None:
    with store.writing() as work:
        token = work.tokens.add("dashboard", "operator", AT)
        with pytest.raises(NameTaken):
            work.tokens.add("dashboard", "admin", AT)
        person = work.tokens.find(token)
        assert work.tokens.find(token + "x") is None
    assert person is not None
    assert (person.name, person.role, person.created_at) == ("dashboard", "operator", AT)
    assert len(token) >= 40


def test_a_revoked_token_is_worth_nothing_and_its_name_is_free_again(store: Store) -> None:
    with store.writing() as work:
        old = work.tokens.add("dashboard", "operator", AT)
        assert work.tokens.revoke("dashboard", after(1))
        assert not work.tokens.revoke("dashboard")
        new = work.tokens.add("dashboard", "admin", after(2))
        assert work.tokens.find(old) is None
        found = work.tokens.find(new)
        assert [(one.role, one.revoked_at) for one in work.tokens.page()] == [("operator", after(1)), ("admin", None)]
        assert work.tokens.revoke("dashboard")
    assert found is not None
    assert found.role == "admin"


def test_operators_are_added_disabled_and_reset(store: Store) -> None:
    with store.writing() as work:
        work.operators.add("hoa", "operator", "$argon2id$1", AT)
        work.operators.add("an", "department", "$argon2id$2", AT, department="lights")
        with pytest.raises(NameTaken):
            work.operators.add("hoa", "admin", "x", AT)
        assert [(one.name, one.role, one.department) for one in work.operators.list()] == [
            ("an", "department", "lights"), ("hoa", "operator", None),
        ]  # fmt: skip
        assert work.operators.disable("hoa", after(1))
        assert not work.operators.disable("hoa", after(2))
        disabled = work.operators.find("hoa")
        assert work.operators.reset("hoa", "$argon2id$3")
        assert not work.operators.reset("nobody", "x")
        back = work.operators.find("hoa")
        assert work.operators.find("nobody") is None
    assert disabled is not None
    assert back is not None
    assert (disabled.disabled_at, back.disabled_at, back.password_hash) == (after(1), None, "$argon2id$3")
    assert "argon2" not in repr(back)


def test_one_alert_stands_for_each_reason_until_it_is_closed(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    with store.writing() as work:
        work.alerts.raise_(one.id, "wants_operator", "waiting", AT)
        work.alerts.raise_(other.id, "emergency_fire", "emergency", after(1))
        work.alerts.raise_(one.id, "wants_operator", "emergency", after(2))
        work.alerts.raise_(one.id, "data_request", "notice", after(3))
        opened = work.alerts.open()
        assert [(alert.conversation_id, alert.reason, alert.urgency, alert.at) for alert in opened] == [
            (one.id, "wants_operator", "emergency", AT),
            (other.id, "emergency_fire", "emergency", after(1)),
            (one.id, "data_request", "notice", after(3)),
        ]
        assert work.alerts.close(one.id, after(4)) == 2
        assert work.alerts.close(one.id) == 0
        assert [alert.conversation_id for alert in work.alerts.open()] == [other.id]
        work.alerts.raise_(one.id, "wants_operator", "waiting", after(5))
        assert isinstance(work.alerts.open()[1], Alert)
        assert work.alerts.close(one.id) == 1


def test_a_repeated_call_gets_the_first_answer(store: Store) -> None:
    with store.writing() as work:
        assert work.answers.keep("hoa", "k1", b"first", AT) == b"first"
        assert work.answers.keep("hoa", "k1", b"second", after(1)) == b"first"
        assert work.answers.keep("an", "k1", b"hers", after(1)) == b"hers"
        assert work.answers.find("hoa", "k1") == b"first"
        assert work.answers.find("hoa", "k2") is None
        assert work.answers.forget(after(1)) == 1
        assert work.answers.find("hoa", "k1") is None


def test_a_simultaneous_call_gets_the_first_answer_too(store_url: str) -> None:
    stores, together = [open_store(store_url, KEYS) for _ in range(4)], Barrier(4)

    def call(number: int) -> bytes:
        together.wait()
        with stores[number].writing() as work:
            return work.answers.keep("hoa", "key", f"answer {number}".encode(), AT)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(call, range(4)))) == 1
    for one in stores:
        one.close()


def test_old_messages_go_with_their_files_except_what_waits_or_a_ticket_holds(store: Store) -> None:
    one = conversation(store)
    gone, held = Media(MediaKind.IMAGE, "s1", sha256="aa"), Media(MediaKind.IMAGE, "s2", sha256="bb")
    with store.writing() as work:
        work.messages.add([heard(one, "old", media=(gone, held)), said(one, "unsent"), heard(one, "new", after(10))])
        ticket = work.tickets.open(report(media=(held,)), one, ACCOUNT, PLATFORM, None, "1022", AT.date(), AT)
        assert work.messages.forget(after(10)) == (1, ["aa"])
        assert work.messages.forget(after(10)) == (0, [])
        assert [message.text for message in work.messages.page(one.id)] == ["unsent", "new"]
        assert [file.sha256 for file in work.tickets.attachments(ticket.code)] == ["bb"]
