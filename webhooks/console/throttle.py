"""Slows down whoever guesses passwords, without letting a stranger lock a colleague out.

Failures are counted by name and address together, and by name from wherever; in the store, so that neither another
process nor a restart gives a guesser new tries.
"""

from datetime import datetime, timedelta

from ticket_store.log_ins import Failures
from ticket_store.unit_of_work import Work

_FREE_TRIES = 5
_FREE_TRIES_OF_NAME = 30
_LONGEST = timedelta(minutes=15)
FORGET = timedelta(hours=1)
"""After so long without a failure one starts anew."""


def begin_try(work: Work, name: str, address: str, now: datetime) -> timedelta:
    """How long until a try is looked at. Zero: now, and it counts as failed until `succeeded`, so that tries at the same
    moment count too.
    """
    known = {whose: (work.log_ins.failures(whose), free) for whose, free in _counted(name, address)}
    wait = max(_wait(failures, free, now) for failures, free in known.values())
    if not wait:
        for whose, (failures, _) in known.items():
            fresh = failures is None or now - failures.last > FORGET
            work.log_ins.put(whose, Failures(1 if fresh or failures is None else failures.tries + 1, now))
    return wait


def succeeded(work: Work, name: str, address: str) -> None:
    """This person is who they say: their slips from here are forgotten, those from elsewhere are not."""
    for whose, _ in _counted(name, address):
        failures = work.log_ins.failures(whose)
        if failures is not None:
            here = whose.endswith(f"\n{address}")
            work.log_ins.put(whose, failures._replace(tries=0 if here else max(0, failures.tries - 1)))


def _counted(name: str, address: str) -> tuple[tuple[str, int], ...]:
    return (f"{name}\n{address}", _FREE_TRIES), (f"{name}\n*", _FREE_TRIES_OF_NAME)


def _wait(failures: Failures | None, free: int, now: datetime) -> timedelta:
    if failures is None or failures.tries < free:
        return timedelta(0)
    pause = min(timedelta(seconds=2 ** min(failures.tries - free + 2, 20)), _LONGEST)
    return max(timedelta(0), failures.last + pause - now)
