"""The one road when many come at once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from kit.databases import ACCOUNT, AT, person
from kit.town import shipped

from conversation.events import Inbound, TextReceived
from conversation.ids import EventKey
from conversation.profile import Channel
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.errors import StoreUnreachable
from ticket_store.writer import Writer
from webhooks.intake import Intake, Taken
from webhooks.site import Site

PEOPLE = 500


class Rounds(Writer):
    """Counts transactions; `fails` once with this error before it has begun."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.rounds = 0
        self.fails: Exception | None = None

    async def write(self, job: Any) -> Any:
        self.rounds += 1
        fails, self.fails = self.fails, None
        if fails is not None:
            raise fails
        return await super().write(job)


@pytest.fixture
def writer(sqlite_store: Store) -> Rounds:
    return Rounds(sqlite_store)


@pytest.fixture
def intake(sqlite_store: Store, writer: Rounds) -> Intake:
    changes = Changes()
    channels = {ACCOUNT: Channel("zalo", "Zalo")}  # type: ignore[arg-type]
    return Intake(writer, changes, Site(shipped(), sqlite_store, changes), channels, lambda: AT, lambda _: None)


def hellos() -> Iterator[Inbound]:
    for number in range(PEOPLE):
        yield Inbound(person(f"citizen-{number}"), EventKey(f"hello:{number}"), TextReceived(AT, "xin chào"))


async def test_when_hundreds_come_at_once_the_first_are_answered_before_the_last_are_read(
    intake: Intake, writer: Rounds
) -> None:
    rounds: list[int] = []

    async def take(one: Inbound) -> Taken:
        taken = await intake.take([one])
        rounds.append(writer.rounds)
        return taken

    assert set(await asyncio.gather(*map(take, hellos()))) == {Taken(1, 0)}
    assert (rounds[0], rounds[-1]) == (1, 3)
    assert rounds == sorted(rounds)
    await writer.close()


async def test_when_the_store_is_out_of_reach_all_who_wait_are_told_at_once(intake: Intake, writer: Rounds) -> None:
    writer.fails = StoreUnreachable("away")
    told = await asyncio.gather(*(intake.take([one]) for one in hellos()), return_exceptions=True)
    assert {type(one) for one in told} == {StoreUnreachable}
    assert writer.rounds == 1
    assert await intake.take([next(hellos())]) == Taken(1, 0)
    await writer.close()
