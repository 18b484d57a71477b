"""What a sender learns inside a transaction counts only when it was committed."""

from contextlib import suppress
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from kit.databases import ACCOUNT, AT, after, conversation, said

from bots.delivery import Sender
from bots.line import Line
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.leases import sender_lease


class RolledBackError(Exception):
    """Another job of the same transaction broke."""


def sender(now: datetime) -> Sender:
    capabilities = SimpleNamespace(replies_per_second=None, contact_gap=timedelta(0))
    accounts = SimpleNamespace(adapter=lambda _: SimpleNamespace(capabilities=capabilities), paced=lambda _: False)
    unused: Any = None
    return Sender(Line(ACCOUNT, cast("Any", accounts), unused, unused, unused, Changes(), lambda: now), "successor")


def test_what_a_dead_process_was_sending_is_taken_over_although_the_first_try_was_rolled_back(
    sqlite_store: Store,
) -> None:
    store = sqlite_store
    one = conversation(store)
    with store.writing() as work:
        [name] = work.messages.add([said(one, "Chào anh chị")])
        assert work.leases.take(sender_lease(ACCOUNT), "dead", AT, timedelta(seconds=2)) == 1
        assert [row.id for row in work.outbox.claim(ACCOUNT, 1, AT, 10)] == [name]
    successor = sender(after(3))
    with suppress(RolledBackError), store.writing() as work:
        held, rows = successor._record_and_claim(work, [], ())
        assert [row.id for row in rows] == [name]
        raise RolledBackError
    with store.writing() as work:
        held, rows = successor._record_and_claim(work, [], ())
    assert held.epoch == 2
    assert [row.id for row in rows] == [name]
    assert successor.epoch is None  # it counts for the sender when its turn is over
