"""Slows down whoever guesses passwords, without letting a stranger lock a colleague out."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

_FREE_TRIES = 5
_FREE_TRIES_OF_NAME = 30
_LONGEST = timedelta(minutes=15)
_FORGET = timedelta(hours=1)
_MOST_KEPT = 10_000


@dataclass(slots=True)
class _Failures:
    count: int
    last: datetime


class Throttle:
    """Counts failures by name and address together, and by name from wherever. Kept in this process: with several
    processes a guesser has as many times the tries, which is still far from guessing.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def wait(self, name: str, address: str, now: datetime) -> timedelta:
        """How long until the next try is looked at; zero: now."""
        return max(
            self._wait((name, address), _FREE_TRIES, now),
            self._wait((name, ""), _FREE_TRIES_OF_NAME, now),
        )

    def failed(self, name: str, address: str, now: datetime) -> None:
        for key in ((name, address), (name, "")):
            known = self._kept.pop(key, None)
            fresh = known is None or now - known.last > _FORGET
            self._kept[key] = _Failures(1 if fresh or known is None else known.count + 1, now)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """This person is who they say: their slips are forgotten, those from elsewhere are not."""
        self._kept.pop((name, address), None)

    def _wait(self, key: tuple[str, str], free: int, now: datetime) -> timedelta:
        failures = self._kept.get(key)
        if failures is None or failures.count < free:
            return timedelta(0)
        pause = min(timedelta(seconds=2 ** min(failures.count - free + 2, 20)), _LONGEST)
        return max(timedelta(0), failures.last + pause - now)
