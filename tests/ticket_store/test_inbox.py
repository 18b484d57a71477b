"""A key is taken once, by whomever comes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

from kit.databases import ACCOUNT, AT, KEYS, after

from conversation.ids import AccountId, EventKey
from ticket_store.engine import Store, open_store


def keys(*names: str, account: AccountId = ACCOUNT) -> list[tuple[AccountId, EventKey]]:
    return [(account, EventKey(name)) for name in names]


def test_a_key_is_fresh_once_in_its_account(store: Store) -> None:
    with store.writing() as work:
        assert work.inbox.claim(keys("a", "b", "a"), AT) == set(keys("a", "b"))
        assert work.inbox.claim(keys("a", "c"), AT) == set(keys("c"))
    with store.writing() as work:
        assert work.inbox.claim(keys("a", "b", "c"), AT) == set()
        assert work.inbox.claim(keys("a", account=AccountId("viber")), AT) == set(keys("a", account=AccountId("viber")))
        assert work.inbox.claim([], AT) == set()


def test_a_claim_is_undone_with_all_the_rest(store: Store) -> None:
    with suppress(ZeroDivisionError), store.writing() as work:
        work.inbox.claim(keys("a"), AT)
        _ = 1 / 0
    with store.writing() as work:
        assert work.inbox.claim(keys("a"), AT) == set(keys("a"))


def test_a_thousand_keys_are_claimed_at_once(store: Store) -> None:
    many = keys(*(f"k{number}" for number in range(1000)))
    with store.writing() as work:
        assert work.inbox.claim(many, AT) == set(many)
        assert work.inbox.claim(many, AT) == set()


def test_old_keys_are_forgotten(store: Store) -> None:
    with store.writing() as work:
        work.inbox.claim(keys("old"), AT)
        work.inbox.claim(keys("new"), after(10))
        assert work.inbox.forget(after(10)) == 1
        assert work.inbox.claim(keys("old", "new"), after(20)) == set(keys("old"))


def test_of_many_who_bring_the_same_events_at_once_each_event_is_taken_by_one(store_url: str) -> None:
    stores = [open_store(store_url, KEYS) for _ in range(4)]
    together = Barrier(4)
    names = [f"k{number}" for number in range(40)]
    orders: list[Callable[[], list[str]]] = [
        lambda: names,
        lambda: names[::-1],
        lambda: names[20:] + names[:20],
        lambda: names[::2],
    ]

    def claim(number: int) -> list[str]:
        taken: list[str] = []
        order = orders[number]()
        together.wait()
        for start in range(0, len(order), 8):
            with stores[number].writing() as work:
                taken += [key for _, key in work.inbox.claim(keys(*order[start : start + 8]), AT)]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [name for each in pool.map(claim, range(4)) for name in each]
    assert sorted(taken) == sorted(names)
    for one in stores:
        one.close()
