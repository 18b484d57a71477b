# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Announcements themselves: written, approved, started, ended. Who gets them is in broadcast_deliveries.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

from conversation.messages import Message
from ticket_store.codec import decode, encode
from ticket_store.crypto import KeyRing
from ticket_store.errors import ForbiddenStep, UnknownBroadcast
from ticket_store.moments import micros, moment
from ticket_store.records import Page
from ticket_store.sql import Sql, values_of

BODY = "broadcasts.body"
_COLUMNS = (
    "id, seq, state, body, audience, author, lane, exempt, starts_at, expires_at, created_at, approved_by, approved_at,"
    " started_at, planned_at, ended_at, expanded_to, reason"
)


class BroadcastState(StrEnum):
    DRAFT = "draft"
    WAITING_APPROVAL = "waiting_approval"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    CANCELLED = "cancelled"


S = BroadcastState
MAY_PAUSE = (S.SCHEDULED, S.RUNNING)
MAY_RESUME = (S.PAUSED, S.STOPPED)
MAY_CANCEL = (S.DRAFT, S.WAITING_APPROVAL, S.SCHEDULED, S.RUNNING, S.PAUSED, S.STOPPED)
ENDED = (S.DONE, S.CANCELLED)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom it is for; every part narrows it, an empty one does not. `wards`: names or codes; `provinces`: short names.

    `ward_codes`: the wards that were meant, of `wards` and `provinces` each, as codes of the units in force.
    """

    accounts: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    active_since: datetime | None = None
    ward_codes: tuple[str, ...] = ()
    province_ward_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """`title` is for ourselves; people get `message`."""

    title: str
    message: Message


@dataclass(frozen=True, slots=True)
class Broadcast:
    """`reason`: why it was stopped. `urgent`: goes before other announcements. `exempt`: reaches who opted out, too."""

    id: str
    seq: int
    state: BroadcastState
    title: str = field(repr=False)
    message: Message = field(repr=False)
    audience: Audience
    author: str
    urgent: bool
    exempt: bool
    starts_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    started_at: datetime | None
    planned_at: datetime | None
    ended_at: datetime | None
    expanded_to: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    title: str = field(repr=False)
    message: Message = field(repr=False)
    audience: Audience
    author: str
    urgent: bool = False
    exempt: bool = False
    starts_at: datetime | None = None
    expires_at: datetime | None = None


class Broadcasts:
    def __init__(self, sql: Sql, keys: KeyRing) -> None:
        self._sql, self._keys = sql, keys

    def add(self, new: NewBroadcast, at: datetime, state: BroadcastState = S.WAITING_APPROVAL) -> Broadcast:
        name = token_hex(12)
        self._sql.change(
            "INSERT INTO broadcasts (id, state, body, audience, author, lane, exempt, starts_at, expires_at, created_at,"
            " expanded_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
            (
                name,
                state.value,
                self._keys.encrypt(BODY, name, encode(Content(new.title, new.message))),
                encode(new.audience).decode(),
                new.author,
                0 if new.urgent else 1,
                new.exempt,
                micros(new.starts_at),
                micros(new.expires_at),
                micros(at),
            ),
        )
        return self.find(name)

    def find(self, broadcast_id: str) -> Broadcast:
        """Raises UnknownBroadcast."""
        found = self._select("WHERE id = ?", (broadcast_id,))
        if not found:
            raise UnknownBroadcast("there is no announcement with this id")
        return found[0]

    def page(self, limit: int = 50, after: str | None = None) -> Page[Broadcast]:
        """Newest first; `after`: `next` of the page before."""
        where, values = "", []
        if after is not None:
            where, values = "WHERE seq < (SELECT seq FROM broadcasts WHERE id = ?)", [after]
        found = self._select(f"{where} ORDER BY seq DESC LIMIT ?", (*values, limit + 1))
        return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)

    def in_state(self, *states: BroadcastState) -> Sequence[Broadcast]:
        """Those that overtake first, then the oldest."""
        return self._select(
            f"WHERE state IN {values_of(1, len(states))} ORDER BY lane, seq", [one.value for one in states]
        )

    # -- steps; each is refused when another process took one meanwhile

    def approve(self, broadcast_id: str, person: str, now: datetime) -> Broadcast:
        """Runs at once, or is scheduled for later. Raises UnknownBroadcast, ForbiddenStep."""
        one = self.find(broadcast_id)
        later = one.starts_at is not None and one.starts_at > now
        return self._step(
            one,
            "approved",
            (S.WAITING_APPROVAL,),
            S.SCHEDULED if later else S.RUNNING,
            approved_by=person,
            approved_at=micros(now),
            started_at=None if later else micros(now),
        )

    def pause(self, broadcast_id: str) -> Broadcast:
        """Raises UnknownBroadcast, ForbiddenStep."""
        return self._step(self.find(broadcast_id), "paused", MAY_PAUSE, S.PAUSED)

    def resume(self, broadcast_id: str, now: datetime) -> Broadcast:
        """Goes on where it was. Raises UnknownBroadcast, ForbiddenStep."""
        one = self.find(broadcast_id)
        later = one.starts_at is not None and one.starts_at > now and one.started_at is None
        started = None if later else micros(one.started_at or now)
        return self._step(
            one, "resumed", MAY_RESUME, S.SCHEDULED if later else S.RUNNING, reason=None, started_at=started
        )

    def cancel(self, broadcast_id: str, now: datetime) -> Broadcast:
        """Nobody else gets it. Raises UnknownBroadcast, ForbiddenStep."""
        return self._step(self.find(broadcast_id), "cancelled", MAY_CANCEL, S.CANCELLED, ended_at=micros(now))

    def stop(self, seq: int, reason: str) -> bool:
        """The run is stopped with this reason, if it was running; whether it was."""
        return bool(
            self._sql.change(
                "UPDATE broadcasts SET state = 'stopped', reason = ? WHERE seq = ? AND state = 'running'", (reason, seq)
            )
        )

    def start_due(self, now: datetime) -> int:
        """Scheduled ones whose time has come are running; how many."""
        return self._sql.change(
            "UPDATE broadcasts SET state = 'running', started_at = ? WHERE state = 'scheduled' AND starts_at <= ?",
            (micros(now), micros(now)),
        )

    def _step(
        self,
        one: Broadcast,
        verb: str,
        allowed: Sequence[BroadcastState],
        state: BroadcastState,
        **values: Any,  # noqa: ANN401  columns
    ) -> Broadcast:
        columns = "".join(f", {name} = ?" for name in values)
        changed = self._sql.change(
            f"UPDATE broadcasts SET state = ?{columns} WHERE seq = ? AND state IN {values_of(1, len(allowed))}",
            (state.value, *values.values(), one.seq, *(each.value for each in allowed)),
        )
        if not changed:
            raise ForbiddenStep(one.state, verb)
        return self.find(one.id)

    def _select(self, rest: str, values: Sequence[Any]) -> list[Broadcast]:
        return [self._read(row) for row in self._sql.rows(f"SELECT {_COLUMNS} FROM broadcasts {rest}", tuple(values))]

    def _read(self, row: Any) -> Broadcast:  # noqa: ANN401  a driver's row of _COLUMNS
        content = decode(Content, self._keys.decrypt(BODY, row[0], row[3]))
        return Broadcast(
            id=row[0],
            seq=row[1],
            state=BroadcastState(row[2]),
            title=content.title,
            message=content.message,
            audience=decode(Audience, row[4].encode()),
            author=row[5],
            urgent=row[6] == 0,
            exempt=bool(row[7]),
            starts_at=moment(row[8]),
            expires_at=moment(row[9]),
            created_at=moment(row[10]),
            approved_by=row[11],
            approved_at=moment(row[12]),
            started_at=moment(row[13]),
            planned_at=moment(row[14]),
            ended_at=moment(row[15]),
            expanded_to=row[16],
            reason=row[17],
        )
