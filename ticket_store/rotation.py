"""Everything sealed anew with the current key, a few hundred rows at a time, while the gateway runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Table, func, or_, select, update

from conversation.effects import TicketDraft
from ticket_store import (
    answers,
    broadcasts,
    credentials,
    matter_news,
    media,
    messages,
    quarantine,
    receipts,
    ticket_lists,
    tickets,
)
from ticket_store.broadcast_tables import METADATA
from ticket_store.codec import decode
from ticket_store.conversations import PROFILE_NAME, STATE
from ticket_store.crypto import KeyRing
from ticket_store.tables import OPERATORS

CHUNK = 300
# An UPDATE of a row that somebody holds is left for another round, so that nobody waits for us, nor we for them.
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Sealed:
    """One table's sealed columns, by the names they were sealed under; `id` is the row in their associated data."""

    table: Table
    id: Column[Any]
    columns: tuple[str, ...]


def _sealed(*names: str, row: str = "id") -> Sealed:
    table = METADATA.tables[names[0].split(".")[0]]
    return Sealed(table, table.c[row], tuple(name.split(".")[1] for name in names))


SEALED = (
    _sealed(STATE, PROFILE_NAME),
    _sealed(messages.BODY),
    _sealed(receipts.BODY),
    _sealed(ticket_lists.BODY, ticket_lists.ANSWER, row="code"),
    _sealed(tickets.HISTORY_BODY),
    _sealed(media.BODY),
    _sealed(credentials.VALUE),
    _sealed(quarantine.HEAD, quarantine.BODY),
    _sealed(answers.BODY),
    _sealed(broadcasts.BODY),
    _sealed(matter_news.BODY),
    Sealed(OPERATORS, OPERATORS.c.name, ("second_factor",)),
)


class Rotation:
    """One chunk per transaction: `step` until it gives None."""

    def __init__(self, keys: KeyRing, fold: Callable[[str], str]) -> None:
        self._keys, self._fold = keys, fold

    def stale(self, connection: Connection) -> int:
        """How many rows are still sealed with a former key."""
        return sum(
            int(connection.scalar(select(func.count()).select_from(one.table).where(self._is_stale(one))) or 0)
            for one in SEALED
        )

    def chunk(self, connection: Connection, one: Sealed, after: str) -> tuple[int, str | None]:
        """Some rows of a table after the row `after` are sealed anew: how many, and the last one; None at the end."""
        query = select(one.table).where(one.id > after, self._is_stale(one)).order_by(one.id).limit(CHUNK)
        rows = connection.execute(query.with_for_update(skip_locked=True)).mappings().all()
        for row in rows:
            name = row[one.id.name]
            values = dict(self._renewed(one, name, row))
            connection.execute(update(one.table).where(one.id == name).values(**values))
        return len(rows), rows[-1][one.id.name] if rows else None

    def _is_stale(self, one: Sealed) -> Any:  # noqa: ANN401  Core's condition
        size = len(self._keys.current_id)
        return or_(*(func.substr(one.table.c[name], 1, size) != self._keys.current_id for name in one.columns))

    def _renewed(self, one: Sealed, row: str, values: Any) -> Iterator[tuple[str, bytes]]:  # noqa: ANN401  Core's mapping
        """The sealed columns, and the blind indexes of what is in them."""
        for name in one.columns:
            if values[name] is None:
                continue
            label = f"{one.table.name}.{name}"
            plain = self._keys.decrypt(label, row, values[name])
            yield name, self._keys.encrypt(label, row, plain)
            if label == ticket_lists.BODY:
                draft = decode(TicketDraft, plain)
                if draft.phone:
                    yield "phone_index", self._keys.blind_index(ticket_lists.PHONE, draft.phone)
                if draft.name:
                    yield "name_index", self._keys.blind_index(ticket_lists.NAME, self._fold(draft.name))
            if label == media.BODY:
                yield "source_index", self._keys.blind_index(media.SOURCE, decode(media.Body, plain).source)


class Resealed(NamedTuple):
    """`left`: rows that others held all the while, still under a former key."""

    done: int
    left: int


def rotate(rotation: Rotation, transaction: Callable[[], Any], progress: Callable[[int, int], None]) -> Resealed:
    """All rows are sealed with the current key; how many were not. `progress` hears (done, total) after each chunk.
    Raises Undecryptable when a key is missing: what was done until then stays done.
    """
    with transaction() as connection:
        total = rotation.stale(connection)
    done, left = 0, total
    for _ in range(_MOST_ROUNDS):
        before = done
        for one in SEALED:
            after: str | None = ""
            while after is not None:
                with transaction() as connection:
                    some, after = rotation.chunk(connection, one, after)
                done += some
                if some:
                    progress(min(done, total), total)
        with transaction() as connection:
            left = rotation.stale(connection)
        if left == 0 or done == before:
            break
    return Resealed(done, left)
