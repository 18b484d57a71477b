"""The way of an article on both databases: each step once, sent at most once, left out of the messages."""

from dataclasses import replace
from datetime import timedelta

from kit.broadcasts import DAY, NOW, ZALO, announced, claimed, people, planned_through
from kit.databases import postgres_server, postgres_template, postgres_url, sqlite_store, sqlite_template, store

from conversation.broadcast import Recipient, Skip, SkipReason, plan
from ticket_store.broadcast_articles import ArticleState, ArticleWay
from ticket_store.broadcasts import ArticleWanted, Broadcast, BroadcastState
from ticket_store.engine import Store
from ticket_store.leases import sender_lease

__all__ = ["postgres_server", "postgres_template", "postgres_url", "sqlite_store", "sqlite_template", "store"]

WANTED = ArticleWanted(("zalo",), "Bão số 9", "Tổng đài 1022")
S = ArticleState


class Can:
    reply_window = DAY


def wanted(store: Store) -> tuple[Broadcast, ArticleWay]:
    """A run whose article waits, with its account's lease in our hands."""
    one = announced(store, article=WANTED)
    planned_through(store, one)
    with store.writing() as work:
        work.broadcast_articles.want(one.seq, ["zalo"])
        assert work.leases.take(sender_lease(ZALO), "us", NOW, timedelta(hours=1)) == 1
        way = work.broadcast_articles.next(one.seq, ZALO, 1, NOW)
    assert way is not None
    return one, way


def moved(store: Store, before: ArticleWay, after: ArticleWay) -> bool:
    with store.writing() as work:
        return work.broadcast_articles.move(before, after)


def state_of(store: Store, one: Broadcast) -> ArticleWay:
    with store.reading() as work:
        (way,) = work.broadcast_articles.of(one.seq)
    return way


def test_who_gets_the_article_gets_no_message_whatever_else_is_true_of_them(store: Store) -> None:
    people(store, 3)
    people(store, 2, opted_out=True)
    one, _ = wanted(store)
    with store.reading() as work:
        assert work.broadcasts.find(one.id).article == WANTED
        dry = work.broadcast_deliveries.count(one.audience, {ZALO: DAY}, NOW, by_article=("zalo",))
        counts = work.broadcast_deliveries.counts(one.seq)
    assert counts == dry
    assert (counts.planned, counts.skipped_by_reason) == (5, {"by_article": 5})
    assert claimed(store, one) == []
    for who in (
        Recipient(True, False, False, NOW, by_article=True),
        Recipient(False, True, True, None, by_article=True),
    ):
        assert plan(who, NOW, Can()) == Skip(SkipReason.BY_ARTICLE)


def test_each_step_is_taken_once_and_the_run_ends_with_it(store: Store) -> None:
    one, way = wanted(store)
    processing = replace(way, state=S.PROCESSING, handle="token", due_at=NOW + timedelta(seconds=3))
    assert moved(store, way, processing)
    assert not moved(store, way, processing)
    with store.writing() as work:
        work.broadcast_articles.want(one.seq, ["zalo"])
        assert work.broadcast_articles.next(one.seq, ZALO, 1, NOW) is None
        later = work.broadcast_articles.next(one.seq, ZALO, 1, NOW + timedelta(seconds=3))
        assert later == processing
        assert work.broadcast_articles.next(one.seq, ZALO, 2, NOW + timedelta(seconds=3)) is None
        assert work.broadcast_deliveries.finish(NOW) == 0
        assert work.broadcast_articles.last_sent(ZALO) is None
    sending = replace(processing, state=S.SENDING, handle="id", epoch=1, sent_at=NOW, due_at=None)
    assert moved(store, processing, sending)
    with store.writing() as work:
        assert work.broadcast_articles.last_sent(ZALO) == NOW
        assert work.broadcast_deliveries.finish(NOW) == 0
    assert moved(store, sending, replace(sending, state=S.SENT))
    with store.writing() as work:
        assert work.broadcast_deliveries.finish(NOW) == 1
        assert work.broadcasts.find(one.id).state is BroadcastState.DONE


def test_what_a_dead_sender_was_sending_is_uncertain_until_a_late_answer_tells(store: Store) -> None:
    one, way = wanted(store)
    sending = replace(way, state=S.SENDING, handle="id", epoch=1, sent_at=NOW)
    assert moved(store, way, sending)
    with store.writing() as work:
        work.broadcast_deliveries.settle_abandoned(ZALO, 1, NOW)
    assert state_of(store, one).state is S.SENDING
    with store.writing() as work:
        work.broadcast_deliveries.settle_abandoned(ZALO, 2, NOW)
    assert (state_of(store, one).state, state_of(store, one).reason) == (S.UNCERTAIN, "interrupted")
    with store.writing() as work:
        work.broadcast_articles.put_back(ZALO, 2)
        assert work.broadcast_articles.last_sent(ZALO) == NOW
        assert work.broadcast_articles.next(one.seq, ZALO, 1, NOW) is None
    assert not moved(store, sending, replace(sending, state=S.READY, epoch=None))
    assert moved(store, sending, replace(sending, state=S.SENT))


def test_a_claim_whose_answer_was_lost_is_ready_again_and_a_cancelled_one_is_left_out(store: Store) -> None:
    one, way = wanted(store)
    assert moved(store, way, replace(way, state=S.SENDING, epoch=1, sent_at=NOW))
    with store.writing() as work:
        work.broadcast_articles.put_back(ZALO, 2)
        assert work.broadcast_articles.last_sent(ZALO) == NOW
        work.broadcast_articles.put_back(ZALO, 1)
        assert work.broadcast_articles.last_sent(ZALO) is None
    assert state_of(store, one).state is S.READY
    with store.writing() as work:
        work.broadcasts.cancel(one.id, NOW)
        assert work.broadcast_deliveries.cancelled_with_rest() == [one.seq]
        work.broadcast_articles.leave(one.seq, "cancelled")
        assert work.broadcast_deliveries.cancelled_with_rest() == []
    assert (state_of(store, one).state, state_of(store, one).reason) == (S.SKIPPED, "cancelled")
