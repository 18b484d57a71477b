"""What can be made to go wrong, one set per account."""

import random
from collections import deque
from dataclasses import dataclass, field

KINDS = ("500", "html", "empty", "hang", "drop", "drop_after_accept", "429")


@dataclass(slots=True)
class _Next:
    kind: str
    only: str


@dataclass(slots=True)
class Faults:
    """`delay`: seconds before each answer. `duplicate`: times each webhook is delivered. `shuffle`: in any order the
    platform may produce. `batch`: events in one post (Messenger). `down`: no webhook reaches the gateway.
    """

    delay: float = 0.0
    duplicate: int = 1
    shuffle: bool = False
    batch: int = 1
    down: bool = False
    held: bool = False
    seed: int = 1022
    _next: deque[_Next] = field(default_factory=deque)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - a shuffle that a test can repeat

    def fail_next(self, count: int, kind: str, *, only: str = "") -> None:
        """The next `count` API calls whose path contains `only` fail with `kind`: one of KINDS, or a platform's own
        error code (`-216`, `12`, `190`, `10/2018278`, `403`).
        """
        if kind not in KINDS and not kind.lstrip("-").replace("/", "").isdigit():
            raise ValueError(f"{kind!r} is neither one of {', '.join(KINDS)} nor an error code")
        self._next.extend(_Next(kind, only) for _ in range(count))

    def take(self, path: str) -> str | None:
        """The fault that strikes this call; it is used up."""
        for each in self._next:
            if each.only in path:
                self._next.remove(each)
                return each.kind
        return None

    @property
    def waiting(self) -> int:
        return len(self._next)

    def clear(self) -> None:
        self.delay, self.duplicate, self.shuffle, self.batch, self.down, self.held = 0.0, 1, False, 1, False, False
        self._next.clear()

    def pick(self, count: int) -> int:
        """Which of `count` waiting webhooks goes next."""
        return self._dice.randrange(count) if self.shuffle and count > 1 else 0

    def straggles(self) -> bool:
        """Whether a repeated webhook comes late, after newer ones."""
        return self.shuffle and self._dice.random() < 0.5
