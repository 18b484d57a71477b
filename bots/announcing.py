"""What the announcements of one account work with, whichever way they go: to each person, to many at once, as an article."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bots.announcements import Announcements
from bots.delivery import Sender
from bots.line import Line
from bots.pacing import BulkPacer
from conversation.messages import Message


@dataclass(frozen=True, slots=True)
class Announcing:
    """They go out under the lease of the account's `Sender`, in its pace and beside its replies.

    `addressed`: the message with addresses from which the platforms can fetch its files; `is_quiet`: whether only urgent ones
    may be sent at that moment; `filled`: the message as somebody of that language and ward reads it.
    """

    line: Line
    sender: Sender
    pacer: BulkPacer
    announcements: Announcements
    addressed: Callable[[Message], Message]
    is_quiet: Callable[[datetime], bool]
    filled: Callable[[Message, str | None, str | None], Message]

    async def wait(self, moment: float, give_up: Callable[[float], bool] = lambda _: False) -> bool:
        """Whether the turn of a call came whose (monotonic) moment this is; it counts as left then. `give_up` is asked with
        the moment at which it might come, when that is later.
        """
        if (pause := moment - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        while (pause := self.pacer.gate(time.monotonic())) > 0:
            if give_up(time.monotonic() + pause):
                return False
            await asyncio.sleep(pause)
        return True
