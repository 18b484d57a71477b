"""How fast one account may send, and how fast to one person. Pure: time comes in as monotonic seconds."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

BURST_TO_ONE_PERSON = 3
_REMEMBERED_PEOPLE = 20_000


@dataclass(slots=True)
class Pacer:
    """Hands out moments to send at. `rate` None: only the platform's refusals slow the account down.

    The account's slots are evenly spaced, so no window of any length sees more than the rate allows. A person's
    allowance is a bucket of three messages that fills by one each `gap`: an answer that had to be split leaves at once,
    a flood to one person does not.
    """

    rate: float | None
    gap: float
    _next_slot: float = 0.0
    _paused_until: float = 0.0
    _people: OrderedDict[str, float] | None = None

    def reserve(self, contact: str, now: float) -> float:
        """The moment at which a message to `contact` may leave; the slot is taken."""
        moment = max(now, self._paused_until)
        if self.gap > 0:
            moment = max(moment, self._take_from_bucket(contact, moment))
        if self.rate is not None:
            moment = max(moment, self._next_slot)
            self._next_slot = moment + 1.0 / self.rate
        return moment

    def settle(self, contact: str, reserved: float, done: float) -> None:
        """The message reserved for one moment was with the platform by another: the person's allowance counts from then.

        The platform counts arrivals. Without this a slow call followed by a quick one would arrive too close together.
        """
        if self._people is not None and contact in self._people:
            self._people[contact] += max(0.0, done - reserved)

    def pause(self, until: float) -> None:
        """Nothing leaves before `until`: the platform asked for silence."""
        self._paused_until = max(self._paused_until, until)

    @property
    def paused_until(self) -> float:
        return self._paused_until

    def _take_from_bucket(self, contact: str, moment: float) -> float:
        """Generic cell rate: `empty_at` is when the person's debt is paid; up to three messages of debt are allowed."""
        if self._people is None:
            self._people = OrderedDict()
        paid_at = max(self._people.pop(contact, moment), moment)
        allowed = max(moment, paid_at - (BURST_TO_ONE_PERSON - 1) * self.gap)
        self._people[contact] = max(paid_at, allowed) + self.gap
        while len(self._people) > _REMEMBERED_PEOPLE:
            self._people.popitem(last=False)
        return allowed


SHARE = 0.985
"""Of the platform's limit, so that a call that leaves a little late and one a little early stay within it together."""
_SLOWER, _SLOWEST, _FASTER = 0.7, 0.05, 0.01
_INSTANT = 1e-6
_MADE_UP = 0.5
"""Seconds a slow disk or a busy machine may hold announcements up without their being slower for it."""
_MOST_DEBT = 1.0
"""Seconds by which replies push announcements back, however many there were: what they used is counted by the gate, too."""
_WIDER = 1.015
"""Our seconds to the platform's, with room for calls that arrive in another rhythm than they left."""


@dataclass(slots=True)
class BulkPacer:
    """Moments for announcements: evenly spaced just under the account's limit, less what replies use of it.

    A refusal for speed makes it slower at once, each call that was taken a little quicker again. `rate` None: no limit.
    Calls that were held up and would now leave in a bunch are spread by `gate`, which counts what really left: none leaves
    into a second, nor into the `counted_over` seconds of the platform, that are full.
    """

    rate: float | None
    counted_over: int = 1
    _next_slot: float = 0.0
    _paused_until: float = 0.0
    _share: float = SHARE
    _left: deque[float] = field(init=False)

    def __post_init__(self) -> None:
        self._left = deque(maxlen=max(1, int((self.rate or 0) * self.counted_over)))

    def reserve(self, now: float) -> float:
        """The moment of the next call; it is taken. When we are late by a little it has passed: that is made up, as far as
        `gate` allows.
        """
        late = now - self._next_slot
        moment = max(self._paused_until, self._next_slot if late <= _MADE_UP else now)
        if self.rate is not None:
            self._next_slot = moment + 1.0 / (self.rate * self._share)
        return moment

    def spent(self, now: float) -> None:
        """A reply used the account's limit: the announcement gives way."""
        if self.rate is not None:
            behind = max(self._next_slot, now) + 1.0 / self.rate
            self._next_slot = max(self._next_slot, min(behind, now + _MOST_DEBT))
            self._left.append(now)

    def gate(self, now: float) -> float:
        """0 when a call may leave now, which then counts as left; else the seconds until it should ask again. Also for calls
        that had their moment before the platform asked for silence.
        """
        if (wait := self._opens_at() - now) > _INSTANT:
            return wait
        if self.rate is not None:
            self._left.append(now)
        return 0.0

    def ready_in(self, now: float) -> float:
        """Seconds until the next moment that is free."""
        return max(self._paused_until, self._next_slot) - now

    def _opens_at(self) -> float:
        if self.rate is None:
            return self._paused_until
        full = [self._paused_until]
        for seconds in (1, self.counted_over):
            most = max(1, int(self.rate * seconds))
            if len(self._left) >= most:
                full.append(self._left[-most] + seconds * _WIDER)
        return max(full)

    def throttled(self, until: float) -> None:
        """Nothing leaves before `until`, and then more slowly."""
        self._paused_until = max(self._paused_until, until)
        self._share = max(_SLOWEST, self._share * _SLOWER)

    def taken(self) -> None:
        self._share = min(SHARE, self._share + _FASTER)

    @property
    def paused_until(self) -> float:
        return self._paused_until
