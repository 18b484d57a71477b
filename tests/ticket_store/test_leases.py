"""One holder at a time; each new one has a higher epoch, so that a stalled one can be told apart."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from kit.databases import AT, KEYS, after

from ticket_store.engine import Store, open_store

TTL = timedelta(seconds=2)


def take(store: Store, owner: str, at: float, name: str = "sender:zalo") -> int | None:
    with store.writing() as work:
        return work.leases.take(name, owner, after(at), TTL)


def test_a_lease_is_kept_by_renewing_and_lost_by_silence(store: Store) -> None:
    assert take(store, "a", 0) == 1
    assert take(store, "b", 1) is None
    assert take(store, "a", 1.5) == 1
    assert take(store, "b", 3) is None
    with store.reading() as work:
        assert work.leases.holder("sender:zalo", after(3)) == "a"
    assert take(store, "b", 3.5) == 2
    assert take(store, "a", 4) is None
    assert take(store, "c", 4, name="sender:viber") == 1


def test_a_holder_whose_lease_ran_out_keeps_its_epoch_unless_another_had_it_meanwhile(store: Store) -> None:
    assert take(store, "a", 0) == 1
    assert take(store, "a", 9) == 1
    assert take(store, "b", 20) == 2
    assert take(store, "a", 30) == 3


def test_a_released_lease_is_free_at_once_and_only_its_holder_can_release_it(store: Store) -> None:
    take(store, "a", 0)
    with store.writing() as work:
        work.leases.release("sender:zalo", "b")
    assert take(store, "b", 1) is None
    with store.writing() as work:
        work.leases.release("sender:zalo", "a")
        assert work.leases.holder("sender:zalo", AT) is None
    assert take(store, "b", 1) == 2


def test_of_many_who_want_a_free_lease_one_gets_it(store_url: str) -> None:
    stores, together = [open_store(store_url, KEYS) for _ in range(6)], Barrier(6)

    def want(number: int) -> int | None:
        together.wait()
        return take(stores[number], f"owner {number}", 0)

    with ThreadPoolExecutor(6) as pool:
        epochs = list(pool.map(want, range(6)))
    assert sorted(epochs, key=str) == [1, None, None, None, None, None]
    for one in stores:
        one.close()
