"""When a failed send is tried again. Pure."""

from datetime import datetime, timedelta

CALL_TIMEOUT = timedelta(seconds=10)
"""A call is given up after this long; the message is tried again later."""

GIVE_UP_AFTER = timedelta(hours=24)
"""A reply that could not be sent for a day is dead: the console shows it with its reason."""

_FIRST_WAITS = (1, 2, 4, 8)
_WAIT_WITHIN_FIRST_MINUTE = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(minutes=5)


def next_try(attempts: int, first_due_at: datetime, now: datetime) -> datetime | None:
    """The moment of the next attempt after `attempts` (>= 1) failed ones; None: give up.

    1, 2, 4, 8 seconds, then every 15 until a minute has passed, then doubling up to five minutes, for a day.
    """
    if now - first_due_at >= GIVE_UP_AFTER:
        return None
    if attempts <= len(_FIRST_WAITS):
        return now + timedelta(seconds=_FIRST_WAITS[attempts - 1])
    if now - first_due_at < timedelta(minutes=1):
        return now + _WAIT_WITHIN_FIRST_MINUTE
    doublings: int = min(attempts - len(_FIRST_WAITS), 6)
    return now + min(_WAIT_WITHIN_FIRST_MINUTE * (1 << doublings), _LONGEST_WAIT)
