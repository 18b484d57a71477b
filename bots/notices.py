"""Tells an outside program what happened to tickets: signed, in order, repeated until it says that it has heard.

The form is that of Standard Webhooks (standardwebhooks.com, specification of 2023): three headers, an HMAC-SHA256 over
`<id>.<timestamp>.<body>`, a stable id for each notice. The body holds codes and moments only; what people said is
fetched over the API, where the look is on record.
"""

import asyncio
import base64
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog

from adapters.base import ApiCall
from bots.client import Transport
from bots.errors import TransportFailed
from bots.settings import Notify
from ticket_store.changes import Changes
from ticket_store.errors import StoreError
from ticket_store.exports import moment
from ticket_store.notices import Notice
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer

log = structlog.get_logger("notices")

LEASE = timedelta(seconds=30)
_NAME = "notices"
_LOOK_EVERY = 2.0
_AT_ONCE = 20
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_GIVE_UP_AFTER = timedelta(days=3)


def signed(notice: Notice, notify: Notify, now: datetime) -> ApiCall:
    """The call that tells it. The same notice has the same id and body at every attempt."""
    body = orjson.dumps(payload(notice))  # the bytes that the transport sends
    stamp = str(int(now.timestamp()))
    tag = hmac.digest(notify.secret.encode(), f"{notice.id}.{stamp}.".encode() + body, "sha256")
    headers = {
        "webhook-id": notice.id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(tag).decode()}",
    }
    return ApiCall("notice", "POST", notify.url, headers, json=payload(notice))


def payload(notice: Notice) -> Mapping[str, Any]:
    """`changes`: field → [before, after]; `status` stands there when it changed."""
    return {
        "type": f"ticket.{notice.kind}",
        "timestamp": moment(notice.at),
        "data": {
            "code": notice.code,
            "changes": dict(notice.changes),
            "href": f"/api/v1/tickets/{notice.code}",
        },
    }


def next_wait(attempts: int, since: datetime, now: datetime) -> datetime | None:
    """When it is told again after `attempts` (>= 1) failed ones: 5, 10, 20 … seconds, at most an hour; None: give up."""
    if now - since >= _GIVE_UP_AFTER:
        return None
    return now + min(_FIRST_WAIT * (1 << min(attempts - 1, 12)), _LONGEST_WAIT)


class Notifier:
    """One process at a time tells, by a lease. `run` ends when cancelled."""

    def __init__(
        self,
        notify: Notify,
        transport: Transport,
        writer: Writer,
        changes: Changes,
        owner: str,
        now: Callable[[], datetime],
    ) -> None:
        self._notify, self._transport, self._writer = notify, transport, writer
        self._owner, self._now = owner, now
        self._wake = changes.listen("tickets")

    async def run(self) -> None:
        while True:
            self._wake.clear()
            try:
                told = await self.tell()
            except StoreError as error:
                log.error("the store does not answer", reason=type(error).__name__)
                told = 0
            if told < _AT_ONCE:
                try:
                    await asyncio.wait_for(self._wake.wait(), _LOOK_EVERY)
                except TimeoutError:
                    continue  # another process may have changed a ticket, or a wait is over

    async def tell(self) -> int:
        """Tells what is due, oldest first; how many were tried. After a failure the rest waits for the next turn."""
        due = await self._writer.write(self._take)
        for count, notice in enumerate(due, 1):
            if not await self._tell(notice):
                return count
        return len(due)

    def _take(self, work: Work) -> list[Notice]:
        now = self._now()
        if work.leases.take(_NAME, self._owner, now, LEASE) is None:
            return []
        work.notices.collect(now)
        return work.notices.due(now, _AT_ONCE)

    async def _tell(self, notice: Notice) -> bool:
        reason = await self._call(notice)
        if reason is None:
            await self._writer.write(lambda work: work.notices.told(notice.id))
            return True
        now = self._now()
        again = next_wait(notice.attempts + 1, notice.first_at, now)
        tell = log.warning if again else log.error
        tell("a ticket's news was not taken", notice=notice.id, reason=reason, again=again is not None)
        await self._writer.write(lambda work: work.notices.failed(notice.id, reason, again))
        return False

    async def _call(self, notice: Notice) -> str | None:
        """Why it was not taken; None: it was."""
        try:
            reply = await self._transport.perform(signed(notice, self._notify, self._now()))
        except TransportFailed as failure:
            return f"failed:{failure}"
        return None if 200 <= reply.status < 300 else f"status:{reply.status}"
