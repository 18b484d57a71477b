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
    `languages_besides`: set when the site's first language is wanted, for whoever speaks none of these is taken for one
    who speaks it.
    """

    accounts: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    active_since: datetime | None = None
    languages: tuple[str, ...] = ()
    ward_codes: tuple[str, ...] = ()
    province_ward_codes: tuple[str, ...] = ()
    languages_besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worded:
    """The announcement in one more language."""

    language: str
    message: Message = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArticleWanted:
    """One article to all followers of each of these accounts, instead of messages to the people of these. `area`: one that
    the platform knows, empty for all.
    """

    accounts: tuple[str, ...]
    title: str = field(repr=False)
    author: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """`title` is for ourselves; people get `message`, or that of `others` in their language. `template`: a draft that is
    kept to be copied; `topic`: what people can stop alone.
    """

    title: str
    message: Message
    others: tuple[Worded, ...] = ()
    template: bool = False
    topic: str | None = None
    article: ArticleWanted | None = None


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
    others: tuple[Worded, ...] = ()
    template: bool = False
    topic: str | None = None
    article: ArticleWanted | None = None

    @property
    def article_accounts(self) -> tuple[str, ...]:
        return () if self.article is None else self.article.accounts

    def message_in(self, language: str | None) -> Message:
        """In this language (`vi`, `vi-VN`) if it was written in it, else as it was written first."""
        short = (language or "").replace("_", "-").split("-")[0].lower()
        return next((one.message for one in self.others if one.language == short), self.message)


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """`id`: one that nothing else has; its buttons bring it back."""

    title: str = field(repr=False)
    message: Message = field(repr=False)
    audience: Audience
    author: str
    urgent: bool = False
    exempt: bool = False
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    others: tuple[Worded, ...] = ()
    template: bool = False
    topic: str | None = None
    article: ArticleWanted | None = None
    id: str = field(default_factory=lambda: token_hex(12))

    @property
    def content(self) -> Content:
        return Content(self.title, self.message, self.others, self.template, self.topic, self.article)


class Broadcasts:
    def __init__(self, sql: Sql, keys: KeyRing) -> None:
        self._sql, self._keys = sql, keys

    def add(self, new: NewBroadcast, at: datetime, state: BroadcastState = S.WAITING_APPROVAL) -> Broadcast:
        self._sql.change(
            "INSERT INTO broadcasts (id, state, body, audience, author, lane, exempt, starts_at, expires_at, created_at,"
            " expanded_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
            (
                new.id,
                state.value,
                self._keys.encrypt(BODY, new.id, encode(new.content)),
                encode(new.audience).decode(),
                new.author,
                0 if new.urgent else 1,
                new.exempt,
                micros(new.starts_at),
                micros(new.expires_at),
                micros(at),
            ),
        )
        return self.find(new.id)

    def rewrite(self, new: NewBroadcast) -> Broadcast:
        """The draft of that id says this. Raises UnknownBroadcast; ForbiddenStep for what is no draft any more."""
        return self._step(
            self.find(new.id),
            "edited",
            (S.DRAFT,),
            S.DRAFT,
            body=self._keys.encrypt(BODY, new.id, encode(new.content)),
            audience=encode(new.audience).decode(),
            author=new.author,
            lane=0 if new.urgent else 1,
            exempt=new.exempt,
            starts_at=micros(new.starts_at),
            expires_at=micros(new.expires_at),
        )

    def delete(self, broadcast_id: str) -> None:
        """The draft is gone. Raises UnknownBroadcast; ForbiddenStep for what is no draft any more."""
        one = self.find(broadcast_id)
        if not self._sql.change("DELETE FROM broadcasts WHERE seq = ? AND state = 'draft'", (one.seq,)):
            raise ForbiddenStep(one.state, "deleted")

    def find(self, broadcast_id: str) -> Broadcast:
        """Raises UnknownBroadcast."""
        found = self._select("WHERE id = ?", (broadcast_id,))
        if not found:
            raise UnknownBroadcast("there is no announcement with this id")
        return found[0]

    def page(self, limit: int = 50, after: str | None = None) -> Page[Broadcast]:
        """Newest first, without drafts; `after`: `next` of the page before."""
        where, values = "WHERE state <> 'draft'", []
        if after is not None:
            where, values = f"{where} AND seq < (SELECT seq FROM broadcasts WHERE id = ?)", [after]
        found = self._select(f"{where} ORDER BY seq DESC LIMIT ?", (*values, limit + 1))
        return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)

    def in_state(self, *states: BroadcastState) -> Sequence[Broadcast]:
        """Those that overtake first, then the oldest."""
        return self._select(
            f"WHERE state IN {values_of(1, len(states))} ORDER BY lane, seq", [one.value for one in states]
        )

    def drafts(self) -> Sequence[Broadcast]:
        """Newest first."""
        return self._select("WHERE state = 'draft' ORDER BY seq DESC", ())

    # -- steps; each is refused when another process took one meanwhile

    def submit(self, broadcast_id: str, person: str) -> None:
        """The draft waits for approval; who sent it there is its author. Raises UnknownBroadcast, ForbiddenStep."""
        self._step(self.find(broadcast_id), "submitted", (S.DRAFT,), S.WAITING_APPROVAL, author=person)

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
            others=content.others,
            template=content.template,
            topic=content.topic,
            article=content.article,
        )
