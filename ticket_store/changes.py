"""Tells the rest of this process what was committed. A hint only: whoever listens also polls, for other processes."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable


class Changes:
    """Topics are plain words such as `outbox:zalo`. A listener owns an `asyncio.Event` that is set at each change."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def listen(self, topic: str) -> asyncio.Event:
        event = asyncio.Event()
        self._listeners[topic].add(event)
        return event

    def join(self, topic: str, event: asyncio.Event) -> None:
        """`event` is set at each change of the topic, too: one listener for several topics."""
        self._listeners[topic].add(event)

    def forget(self, topic: str, event: asyncio.Event) -> None:
        listeners = self._listeners.get(topic)
        if listeners is not None:
            listeners.discard(event)
            if not listeners:
                del self._listeners[topic]

    def tell(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for event in self._listeners.get(topic, ()):
                event.set()
