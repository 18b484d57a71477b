"""Tokens are replaced as a pair; the pair before stays, sealed."""

from kit.databases import ACCOUNT, AT, after

from conversation.ids import AccountId
from ticket_store.engine import Store
from ticket_store.records import Credential
from ticket_store.tables import CREDENTIALS


def pair(number: int) -> dict[str, Credential]:
    return {
        "ACCESS_TOKEN": Credential(f"access {number}", after(number), after(number + 90)),
        "REFRESH_TOKEN": Credential(f"refresh {number}", after(number)),
    }


def test_the_newest_pair_is_in_use_and_the_one_before_is_kept(store: Store) -> None:
    with store.writing() as work:
        assert work.credentials.load(ACCOUNT) == {}
        for number in range(3):
            work.credentials.put(ACCOUNT, pair(number), after(number))
        work.credentials.put(AccountId("viber"), {"X": Credential("y", AT)}, AT)
        work.credentials.put(ACCOUNT, {}, AT)
    with store.reading() as work:
        assert work.credentials.load(ACCOUNT) == pair(2)
        rows = work._connection.execute(CREDENTIALS.select().where(CREDENTIALS.c.account == ACCOUNT)).all()
    assert sorted(row.put_at for row in rows) == [after(1), after(1), after(2), after(2)]
    assert sorted(str(row.replaced_at) for row in rows) == sorted(["None", "None", str(after(2)), str(after(2))])


def test_a_credential_does_not_print_its_value() -> None:
    assert "access" not in repr(pair(1))
