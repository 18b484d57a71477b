"""What other processes on the same PostgreSQL committed, and what we did: told by LISTEN and NOTIFY, within moments.

A hint like all of `Changes`: whoever listens also looks by itself now and then. On SQLite there is nobody else.
"""

import asyncio
import json
import threading
from collections.abc import Iterable
from secrets import token_hex

from ticket_store.changes import Changes
from ticket_store.engine import Store

CHANNEL = "tongdai_changes"
_GATHER_S = 0.1
"""What changes within this time is told in one go: open pages are brought up to date once a second at most."""
_MOST_BYTES = 7500
"""PostgreSQL refuses payloads of 8000 bytes and more."""
_OWN = ("outbox:", "media")
"""Topics of work that one process does for all; it finds its work by looking."""


class SharedChanges(Changes):
    """`Changes` whose topics reach the other processes too, once `run` is under way."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._me = token_hex(8)
        self._untold: set[str] = set()
        self._wake = asyncio.Event()
        self._stopped = threading.Event()

    def tell(self, topics: Iterable[str]) -> None:
        known = list(topics)
        super().tell(known)
        if self._store.is_shared:
            self._untold.update(topic for topic in known if not topic.startswith(_OWN))
            if self._untold:
                self._wake.set()

    async def run(self) -> None:
        """Tells and hears until cancelled; returns at once where there is nobody to tell. Raises StoreError."""
        if not self._store.is_shared:
            return
        self._stopped.clear()
        loop = asyncio.get_running_loop()

        def heard(payload: str) -> None:
            loop.call_soon_threadsafe(self._hear, payload)

        hearing = asyncio.create_task(asyncio.to_thread(self._store.listen, CHANNEL, heard, self._stopped.is_set))
        telling = asyncio.create_task(self._tell_others())
        try:
            done, _ = await asyncio.wait([hearing, telling], return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            self._stopped.set()
            telling.cancel()
            await asyncio.gather(hearing, telling, return_exceptions=True)

    async def _tell_others(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(_GATHER_S)
            self._wake.clear()
            topics, self._untold = sorted(self._untold), set()
            payloads = [json.dumps([self._me, *part]) for part in _parts(topics)]
            await asyncio.to_thread(self._store.notify, CHANNEL, payloads)

    def _hear(self, payload: str) -> None:
        sender, *topics = json.loads(payload)
        if sender != self._me:
            super().tell(topics)


def _parts(topics: list[str]) -> Iterable[list[str]]:
    """Lists that fit into one payload each."""
    part: list[str] = []
    size = 0
    for topic in topics:
        if part and size + len(topic.encode()) + 4 > _MOST_BYTES:
            yield part
            part, size = [], 0
        part.append(topic)
        size += len(topic.encode()) + 4
    if part:
        yield part
