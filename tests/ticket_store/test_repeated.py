"""What the gateway asks again and again, whether anything happens or not, costs the same after years."""

from datetime import timedelta

from kit.databases import ACCOUNT, AT, after, sqlite_store, sqlite_template
from kit.plans import plans_of

from conversation.ids import AccountId
from ticket_store.broadcasts import BroadcastState
from ticket_store.engine import Store
from ticket_store.leases import sender_lease

__all__ = ["sqlite_store", "sqlite_template"]

HOUR = timedelta(hours=1)
SMALL = {"matter_news", "(subquery-1)", "CONSTANT"}
"""What may be walked through: nearly always empty, or made for the moment."""


def test_nothing_that_is_asked_every_second_walks_through_a_table_that_grows(sqlite_store: Store) -> None:
    with sqlite_store.writing() as work:
        work.leases.take(sender_lease(ACCOUNT), "us", AT, HOUR)
        work.notices.collect(AT)
        with plans_of(work) as plans:
            # senders
            work.leases.take(sender_lease(ACCOUNT), "us", after(1), HOUR)
            work.outbox.claim(ACCOUNT, 1, AT, 64)
            work.outbox.next_due(ACCOUNT)
            work.broadcasts.in_state(BroadcastState.RUNNING)
            work.media.claim(AT, 4)
            work.notices.collect(AT)
            work.notices.due(AT, 10)
            # timers
            work.conversations.due(AT, 200)
            work.conversations.waiting()
            work.tickets.any_to_compare()
            work.tickets.to_compare(50)
            work.matter_news.any()
            work.matter_news.next()
            work.receipts.settle_echoes(AT)
            for account in (None, AccountId("desk")):
                work.inbox.forget(AT, account)
            work.answers.forget(AT)
            work.log_ins.forget(AT)
            # the desk's clock
            work.alerts.waited_without("waiting_long", AT, 100)
            work.tickets.overdue_to_tell(AT, 100)
            work.tickets.due_soon(AT, HOUR, 100)
            work.department_links.silent(AT, 100)
            work.site_revisions.head()
    walked = [step for step in plans if step.startswith("SCAN ") and "INDEX" not in step]
    assert {step.split()[1] for step in walked} <= SMALL
