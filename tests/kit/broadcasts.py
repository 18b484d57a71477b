"""Announcements in a store alone: people, a run, who is claimed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from conversation.ids import AccountId, ContactId, ConversationKey, PlatformName
from conversation.messages import Message
from ticket_store.broadcast_deliveries import Claimed
from ticket_store.broadcasts import Audience, Broadcast, NewBroadcast
from ticket_store.engine import Store
from ticket_store.leases import sender_lease

EVERYBODY = Audience()
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ZALO = AccountId("zalo")
DAY = timedelta(hours=24)


def people(store: Store, count: int, **columns: object) -> list[str]:
    """Conversations at `zalo`, numbered on from those that are there."""
    with store.writing() as work:
        have = work._sql.rows("SELECT COUNT(*) FROM conversations")[0][0]
        keys = [ConversationKey(ZALO, ContactId(f"c{have + number:05d}")) for number in range(count)]
        found = work.conversations.load([(PlatformName("zalo"), key) for key in keys])
        for one in found.values():
            for name, value in {"window_from": int(NOW.timestamp() * 1e6), "created_at": 1, **columns}.items():
                work._sql.change(f"UPDATE conversations SET {name} = ? WHERE id = ?", (value, one.id))  # noqa: S608 - our own column names
    return [one.id for one in found.values()]


STORM = Message("Bão vào tối nay")


def announced(store: Store, audience: Audience = EVERYBODY, message: Message = STORM, **more: Any) -> Broadcast:
    """An announcement that runs."""
    with store.writing() as work:
        made = work.broadcasts.add(NewBroadcast("Bão", message, audience, "token:an", **more), NOW)
        return work.broadcasts.approve(made.id, "token:binh", NOW)


def planned_through(store: Store, one: Broadcast, window: timedelta | None = DAY, chunk: int = 3) -> None:
    while True:
        with store.writing() as work:
            if work.broadcast_deliveries.expand(one, {ZALO: window}, NOW, chunk):
                return


def claimed(store: Store, one: Broadcast, limit: int = 100) -> list[Claimed]:
    with store.writing() as work:
        epoch = work.leases.take(sender_lease(ZALO), "us", NOW, timedelta(hours=1))
        assert epoch is not None
        who = work.broadcast_deliveries.next(one.seq, ZALO, epoch, NOW, limit)
        return list(work.broadcast_deliveries.sending(one.seq, ZALO, one.message, who, epoch, NOW))
