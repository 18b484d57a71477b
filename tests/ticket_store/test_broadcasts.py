"""Announcements on both databases: planned chunk by chunk, claimed once, counted right."""

import itertools
from datetime import timedelta

import pytest
from kit.broadcasts import DAY, EVERYBODY, NOW, ZALO, announced, claimed, people, planned_through
from kit.databases import postgres_server, postgres_template, postgres_url, sqlite_store, sqlite_template, store
from kit.plans import plans_of

from conversation.broadcast import Recipient, Skip, plan
from ticket_store.broadcast_deliveries import Result
from ticket_store.broadcasts import Audience, BroadcastState
from ticket_store.engine import Store
from ticket_store.errors import ForbiddenStep, UnknownBroadcast
from ticket_store.leases import sender_lease
from ticket_store.topics import topics_of

__all__ = ["postgres_server", "postgres_template", "postgres_url", "sqlite_store", "sqlite_template", "store"]


class Can:
    def __init__(self, window: timedelta | None) -> None:
        self.reply_window = window


def test_planned_in_chunks_everybody_is_there_once_and_a_dry_run_said_so(store: Store) -> None:
    people(store, 10)
    people(store, 2, opted_out=True)
    one = announced(store)
    with store.reading() as work:
        dry = work.broadcast_deliveries.count(one.audience, {ZALO: DAY}, NOW)
        assert work.broadcast_deliveries.counts(one.seq).planned == 0
    planned_through(store, one)
    planned_through(store, one)
    with store.reading() as work:
        counts = work.broadcast_deliveries.counts(one.seq)
    assert counts == dry
    assert (counts.planned, counts.pending, counts.skipped_by_reason) == (12, 10, {"opted_out": 2})


@pytest.mark.parametrize("topic", [None, "flood"])
@pytest.mark.parametrize("exempt", [False, True])
@pytest.mark.parametrize("window", [None, DAY])
def test_the_store_leaves_out_whom_the_plan_leaves_out(
    store: Store, window: timedelta | None, exempt: bool, topic: str | None
) -> None:
    starts = [None, NOW, NOW - DAY, NOW - DAY + timedelta(microseconds=1), NOW - timedelta(days=9)]
    expected = {}
    stopped = [None, ",flood,", ",floods,storm,", ",traffic,flood,weather,"]
    kinds = itertools.product((True, False), (True, False), stopped, (None, "lan"), starts)
    for reachable, opted_out, topics_off, held_by, start in kinds:
        at = None if start is None else round(start.timestamp() * 1e6)
        columns = {"reachable": reachable, "opted_out": opted_out, "topics_off": topics_off, "held_by": held_by}
        (name,) = people(store, 1, **columns, window_from=at)
        off = topic in topics_of(topics_off)
        who = Recipient(reachable, opted_out, held_by is not None, start, exempt, off)
        verdict = plan(who, NOW, Can(window))
        expected[name] = verdict.reason.value if isinstance(verdict, Skip) else None
    one = announced(store, exempt=exempt, topic=topic)
    planned_through(store, one, window, chunk=1000)
    with store.reading() as work:
        dry = work.broadcast_deliveries.count(one.audience, {ZALO: window}, NOW, exempt=exempt, topic=topic)
        assert dry == work.broadcast_deliveries.counts(one.seq)
        rows = work._sql.rows("SELECT conversation_id, reason FROM broadcast_deliveries")
    assert dict(map(tuple, rows)) == expected


def test_what_is_claimed_is_claimed_once_and_stands_in_the_transcript(store: Store) -> None:
    people(store, 4)
    one = announced(store)
    planned_through(store, one)
    first, rest = claimed(store, one, 3), claimed(store, one)
    assert {each.conversation_id for each in first}.isdisjoint(each.conversation_id for each in rest)
    assert (len(first), len(rest), len(claimed(store, one))) == (3, 1, 0)
    with store.writing() as work:
        work.broadcast_deliveries.record(
            [
                Result(first[0], "sent", NOW, provider_id="p1"),
                Result(first[1], "failed", NOW, "bad_request"),
                Result(first[2], "uncertain", NOW, "unknown"),
                Result(rest[0], "pending", NOW, "throttled"),
            ]
        )
    with store.reading() as work:
        counts = work.broadcast_deliveries.counts(one.seq)
        messages = [
            [(m.author, m.delivery, m.text) for m in work.messages.page(each.conversation_id)]
            for each in (*first, *rest)
        ]
    assert (counts.pending, counts.sent, counts.failed, counts.uncertain) == (1, 1, 1, 1)
    assert messages == [
        [("broadcast", "sent", "Bão vào tối nay")],
        [("broadcast", "failed", "Bão vào tối nay")],
        [("broadcast", "uncertain", "Bão vào tối nay")],
        [],
    ]
    assert [each.conversation_id for each in claimed(store, one)] == [rest[0].conversation_id]


def test_what_a_dead_sender_was_sending_is_uncertain_until_a_late_answer_tells(store: Store) -> None:
    people(store, 2)
    one = announced(store)
    planned_through(store, one)
    sending = claimed(store, one)
    with store.writing() as work:
        assert work.broadcast_deliveries.settle_abandoned(ZALO, 1, NOW) == 0
        assert work.broadcast_deliveries.settle_abandoned(ZALO, 2, NOW) == 2
        assert work.broadcast_deliveries.counts(one.seq).uncertain == 2
        assert work.broadcast_deliveries.next(one.seq, ZALO, 2, NOW, 10) == []
        work.broadcast_deliveries.record(
            [Result(sending[0], "sent", NOW, provider_id="p"), Result(sending[1], "pending", NOW, "throttled")]
        )
        counts = work.broadcast_deliveries.counts(one.seq)
        assert (counts.sent, counts.uncertain, counts.pending) == (1, 1, 0)
        work.broadcast_deliveries.finish(NOW)
        assert work.broadcasts.find(one.id).state is BroadcastState.DONE


def test_nobody_is_claimed_under_an_epoch_that_has_passed(store: Store) -> None:
    people(store, 1)
    one = announced(store)
    planned_through(store, one)
    with store.writing() as work:
        work.leases.take(sender_lease(ZALO), "them", NOW, timedelta(seconds=1))
        work.leases.take(sender_lease(ZALO), "us", NOW + timedelta(seconds=2), timedelta(seconds=1))
        assert work.broadcast_deliveries.next(one.seq, ZALO, 1, NOW, 10) == []
        assert len(work.broadcast_deliveries.next(one.seq, ZALO, 2, NOW, 10)) == 1


def test_steps_are_taken_from_the_right_states_only(store: Store) -> None:
    one = announced(store)
    with store.writing() as work:
        steps = work.broadcasts
        with pytest.raises(ForbiddenStep):
            steps.approve(one.id, "token:binh", NOW)
        assert steps.pause(one.id).state is BroadcastState.PAUSED
        with pytest.raises(ForbiddenStep):
            steps.pause(one.id)
        assert steps.resume(one.id, NOW).state is BroadcastState.RUNNING
        assert steps.stop(one.seq, "zalo: quota")
        assert steps.find(one.id).reason == "zalo: quota"
        assert not steps.stop(one.seq, "again")
        resumed = steps.resume(one.id, NOW)
        assert (resumed.state, resumed.reason) == (BroadcastState.RUNNING, None)
        assert steps.cancel(one.id, NOW).state is BroadcastState.CANCELLED
        with pytest.raises(ForbiddenStep):
            steps.resume(one.id, NOW)
        with pytest.raises(UnknownBroadcast):
            steps.find("nobody")


def test_cancelled_nobody_waits_any_more(store: Store) -> None:
    people(store, 5)
    one = announced(store)
    planned_through(store, one)
    with store.writing() as work:
        work.broadcasts.cancel(one.id, NOW)
        assert work.broadcast_deliveries.cancelled_with_rest() == [one.seq]
        while work.broadcast_deliveries.leave_rest(one.seq, "cancelled", 2):
            pass
        assert work.broadcast_deliveries.cancelled_with_rest() == []
        assert work.broadcast_deliveries.counts(one.seq).skipped_by_reason == {"cancelled": 5}


def test_an_announcement_waits_for_an_answer_that_is_due_but_not_for_ever(store: Store) -> None:
    (name,) = people(store, 1)
    one = announced(store)
    planned_through(store, one)
    with store.writing() as work:
        work._sql.change(
            "INSERT INTO messages (id, conversation_id, account, direction, author, body, at, delivery, version, lane,"
            " due_at, first_due_at, replaceable, attempts, parts_done)"
            " VALUES ('m', ?, 'zalo', 'out', 'bot', ?, ?, 'queued', 0, 0, ?, ?, FALSE, 0, 0)",
            (name, b"", *[round(NOW.timestamp() * 1e6)] * 3),
        )
    assert claimed(store, one) == []
    with store.writing() as work:
        work._sql.change("UPDATE messages SET first_due_at = first_due_at - 5000000")
    assert len(claimed(store, one)) == 1


def test_who_was_erased_is_not_waited_for_and_who_opted_out_is_remembered_without_a_state(store: Store) -> None:
    gone, quiet = people(store, 2)
    one = announced(store)
    planned_through(store, one)
    with store.writing() as work:
        work.conversations.erase(gone, keep_contact=False)
        counts = work.broadcast_deliveries.counts(one.seq)
        assert (counts.pending, counts.skipped_by_reason) == (1, {"erased": 1})
        work._sql.change("UPDATE conversations SET opted_out = TRUE, topics_off = ',a,b,' WHERE id = ?", (quiet,))
        work.conversations.erase(quiet)
        found = work.conversations.find(quiet)
    assert found is not None
    assert (found.state.opted_out, found.state.topics_off) == (True, ("a", "b"))


def test_a_claim_whose_answer_was_lost_waits_again_and_leaves_nothing_in_the_transcript(store: Store) -> None:
    people(store, 3)
    one = announced(store)
    planned_through(store, one)
    kept, *lost = claimed(store, one)
    with store.writing() as work:
        assert work.broadcast_deliveries.put_back_unheld(ZALO, kept.epoch, {kept.message_id}) == 2
        assert [len(work.messages.page(each.conversation_id)) for each in (kept, *lost)] == [1, 0, 0]
    assert {each.conversation_id for each in claimed(store, one)} == {each.conversation_id for each in lost}


@pytest.mark.parametrize(
    "audience",
    [
        EVERYBODY,
        Audience(accounts=("zalo",), active_since=NOW, languages=("vi",)),
        Audience(wards=("Bến Thành",), ward_codes=("26743",), categories=("road",)),
    ],
    ids=["everybody", "active", "places"],
)
def test_an_announcement_is_planned_piece_by_piece_along_the_ids(sqlite_store: Store, audience: Audience) -> None:
    """Along any other index each piece would look at everybody: planning a million took a minute instead of seconds."""
    people(sqlite_store, 9)
    one = announced(sqlite_store, audience)
    with sqlite_store.writing() as work, plans_of(work) as steps:
        work.broadcast_deliveries.expand(one, {ZALO: DAY}, NOW, 3)
    assert [step for step in steps if " c USING" in step] == [
        "SEARCH c USING COVERING INDEX sqlite_autoindex_conversations_1 (id>?)",
        "SEARCH c USING INDEX sqlite_autoindex_conversations_1 (id>? AND id<?)",
    ]
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_who_is_next_is_found_without_walking_through_all_who_have_it(
    sqlite_store: Store,
) -> None:
    one = announced(sqlite_store)
    with sqlite_store.writing() as work:
        work.leases.take(sender_lease(ZALO), "us", NOW, timedelta(hours=1))
        with plans_of(work) as steps:
            work.broadcast_deliveries.next(one.seq, ZALO, 1, NOW, 10)
            work.broadcast_deliveries.settle_abandoned(ZALO, 1, NOW)
            work.broadcast_deliveries.put_back_unheld(ZALO, 1, ())
    looked = [step for step in steps if "broadcast_deliveries" in step]
    assert len(looked) >= 3
    for step in looked:
        assert "ix_broadcast_deliveries_state (broadcast=? AND state=?" in step
