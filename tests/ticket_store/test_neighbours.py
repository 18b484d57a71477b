"""Processes on one PostgreSQL hear of each other's changes; a single one on SQLite has nobody to tell."""

import asyncio

import pytest
from kit.databases import KEYS

from ticket_store.changes import Changes
from ticket_store.engine import Store, open_store
from ticket_store.neighbours import SharedChanges, _parts


async def heard(event: asyncio.Event, speaker: Changes, topic: str) -> None:
    """Says it until it is heard: a listener that is still getting ready hears nothing of before."""
    while not event.is_set():
        speaker.tell([topic])
        try:
            await asyncio.wait_for(event.wait(), 0.5)
        except TimeoutError:
            continue


@pytest.mark.postgres
async def test_what_one_process_commits_the_other_hears(postgres_url: str) -> None:
    stores = [open_store(postgres_url, KEYS) for _ in range(2)]
    ours, theirs = (SharedChanges(store) for store in stores)
    running = [asyncio.create_task(one.run()) for one in (ours, theirs)]
    try:
        async with asyncio.timeout(20):
            event = theirs.listen("conversation:abc")
            await heard(event, ours, "conversation:abc")
            back = ours.listen("tickets")
            await heard(back, theirs, "tickets")
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for store in stores:
            store.close()


async def test_alone_on_sqlite_it_only_tells_itself(sqlite_store: Store) -> None:
    changes = SharedChanges(sqlite_store)
    event = changes.listen("tickets")
    changes.tell(["tickets"])
    assert event.is_set()
    await changes.run()


def test_many_topics_travel_in_several_payloads_and_none_is_lost() -> None:
    topics = [f"conversation:{number:024}" for number in range(1000)]
    parts = list(_parts(topics))
    assert len(parts) > 1
    assert [topic for part in parts for topic in part] == topics
    assert all(sum(len(topic) + 4 for topic in part) < 8000 for part in parts)
