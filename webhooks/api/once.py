"""The first answer to each Idempotency-Key, for a day: also when the same call comes twice at the same time."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime

from ticket_store.engine import Store
from ticket_store.records import Person
from ticket_store.writer import Writer
from webhooks.api.operations import Answered

MOST_KEY_CHARS = 255


def is_key(text: str) -> bool:
    """1-255 printable ASCII characters."""
    return 0 < len(text) <= MOST_KEY_CHARS and text.isascii() and text.isprintable()


class Once:
    """Keys are a person's own, and of one address: the same word may be used for another call.

    A refusal is no answer to keep: what could not be done may be tried again. In this process a second call waits for
    the first; in another process the act itself is done once (the event's key), and the first kept answer counts.
    """

    def __init__(self, store: Store, writer: Writer, now: Callable[[], datetime]) -> None:
        self._store, self._writer, self._now = store, writer, now
        self._locks: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def answer(self, person: Person, key: str, act: Callable[[], Awaitable[Answered]]) -> Answered:
        name = (person.id, key)
        self._waiting[name] += 1
        try:
            async with self._locks[name]:
                kept = await asyncio.to_thread(self._find, name)
                if kept is None:
                    given = await act()
                    body = json.dumps([given.status, given.headers, given.body]).encode()
                    kept = await self._writer.write(lambda work: work.answers.keep(*name, body, self._now()))
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name], self._locks[name]
        status, headers, shape = json.loads(kept)
        return Answered(shape, status, headers)

    def _find(self, name: tuple[str, str]) -> bytes | None:
        with self._store.reading() as work:
            return work.answers.find(*name)
