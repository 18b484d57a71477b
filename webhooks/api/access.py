"""Who may call the API: a bearer token names a person with a role. How often: so that one program cannot take all."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from ticket_store.engine import Store
from ticket_store.records import Person

CALLS_PER_SECOND = 100.0
BURST = 200.0
_REMEMBERED = 10_000


class Tokens:
    """Looks a token up at each call, so that a revoked one is worth nothing at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def person(self, authorization: str) -> Person | None:
        """Whose token the header carries; None without a valid one."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None

        def find() -> Person | None:
            with self._store.reading() as work:
                return work.tokens.find(token.strip())

        return await asyncio.to_thread(find)


class Allowance:
    """A bucket for each token: so many calls at once, so many a second in the long run."""

    def __init__(
        self, rate: float = CALLS_PER_SECOND, burst: float = BURST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> float:
        """0 when the call may go on, else the seconds to wait."""
        now = self._clock()
        left, since = self._buckets.pop(who, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1.0
        self._buckets[who] = (left - 1.0 if allowed else left, now)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1.0 - left) / self._rate
