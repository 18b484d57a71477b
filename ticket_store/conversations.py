# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""Conversations: loaded and saved for every batch of events, listed for people."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_, type_coerce, update

from conversation.ids import AccountId, ContactId, ConversationKey, PlatformName
from conversation.state import ConversationState
from ticket_store.codec import decode, encode
from ticket_store.crypto import KeyRing
from ticket_store.desk_tables import IDENTITIES
from ticket_store.errors import StaleState
from ticket_store.media import MediaFiles
from ticket_store.moments import Rising, micros, moment
from ticket_store.records import Conversation, Page
from ticket_store.sql import Sql, chunks, flat, padded, values_of
from ticket_store.tables import ALERTS, CONVERSATIONS, EARLY_RECEIPTS, MEDIA, MESSAGES, TICKETS
from ticket_store.topics import listed, topics_of

STATE, PROFILE_NAME = "conversations.state", "conversations.profile_name"

_COLUMNS = (
    "c.id, c.account, c.contact, c.platform, c.state, c.version, c.profile_name, c.language, c.reachable, c.window_from,"
    " c.session_from, c.created_at, c.last_message_at, c.unread, c.opted_out,"
    " c.topics_off"
)
_SAVE = (
    "UPDATE conversations SET version = version + 1, state = ?, profile_name = ?, language = ?, reachable = ?,"
    " window_from = ?, session_from = ?, created_at = ?, last_message_at = ?, unread = ?, opted_out = ?, topics_off = ?,"
    " phase = ?, held_by = ?, held_until = ?, waiting_since = ?, wake_at = ?, ward_code = ?"
    " WHERE id = ? AND version = ?"
)
# An announcement that runs would wait for ever for somebody who is not there any more.
_ANNOUNCED_NO_MORE = (
    "UPDATE broadcast_deliveries SET state = 'skipped', reason = 'erased' WHERE conversation_id = ? AND state = 'pending'"
    " AND broadcast IN (SELECT seq FROM broadcasts WHERE state NOT IN ('done', 'cancelled'))"
)
_FRESH = ConversationState()
_FRESH_OPTED_OUT = ConversationState(opted_out=True)


class Conversations:
    def __init__(self, connection: Connection, sql: Sql, keys: KeyRing, media: MediaFiles) -> None:
        self._connection, self._sql, self._keys, self._media = connection, sql, keys, media
        # Locks are taken in the order of Python's strings, whatever the database's own language sorts like.
        self._key_order = 'c.account COLLATE "C", c.contact COLLATE "C"' if sql.postgres else "c.account, c.contact"

    def load(self, keys: Sequence[tuple[PlatformName, ConversationKey]]) -> dict[ConversationKey, Conversation]:
        """Every conversation of `keys`; unknown ones are made. On PostgreSQL they stay locked until the end.

        Deadlocks cannot happen: new rows are made before anything is locked, both in the order of the keys.
        """
        wanted = sorted({(key.account, key.contact): platform for platform, key in keys}.items())
        found: dict[ConversationKey, Conversation] = {}
        for some in chunks(wanted):
            pairs = [pair for pair, _ in some]
            rows = self._select(pairs, "")
            if len(rows) < len(pairs):
                self._make(some, known={(row[1], row[2]) for row in rows})
                rows = self._select(pairs, self._sql.for_update("c"))
            elif self._sql.postgres:
                rows = self._select(pairs, self._sql.for_update("c"))
            for row in rows:
                conversation = self._read(row)
                found[conversation.key] = conversation
        return found

    def _select(self, pairs: Sequence[tuple[str, str]], lock: str) -> Sequence[Any]:
        if len(pairs) == 1:
            where = f"SELECT {_COLUMNS} FROM conversations c WHERE c.account = ? AND c.contact = ?{lock}"
            return self._sql.rows(where, pairs[0])
        pairs_padded = padded(pairs)
        rows = self._sql.rows(
            f"SELECT {_COLUMNS} FROM (VALUES {values_of(len(pairs_padded), 2)}) AS k"
            " JOIN conversations c ON c.account = k.column1 AND c.contact = k.column2"
            f" ORDER BY {self._key_order}{lock}",
            flat(pairs_padded),
        )
        return list({row[0]: row for row in rows}.values())

    def _make(self, wanted: Sequence[tuple[tuple[str, str], PlatformName]], known: set[tuple[str, str]]) -> None:
        missing = [(token_hex(12), *pair, platform) for pair, platform in wanted if pair not in known]
        self._sql.many(
            "INSERT INTO conversations"
            " (id, account, contact, platform, version, phase, reachable, opted_out, last_message_at, unread)"
            " VALUES (?, ?, ?, ?, 0, 'idle', TRUE, FALSE, 0, 0) ON CONFLICT DO NOTHING",
            missing,
        )

    def save(self, conversations: Sequence[Conversation]) -> None:
        """All of them are kept, one version on. Raises StaleState when any was changed since it was loaded."""
        rows = [self._row(conversation) for conversation in sorted(conversations, key=lambda one: one.key)]
        if self._sql.many(_SAVE, rows) != len(rows):
            raise StaleState("a conversation was changed by somebody else since it was loaded")

    def _row(self, conversation: Conversation) -> tuple[Any, ...]:
        state, row = conversation.state, conversation.id
        place = state.place
        return (
            self._keys.encrypt(STATE, row, encode(state)),
            None
            if conversation.profile_name is None
            else self._keys.encrypt_text(PROFILE_NAME, row, conversation.profile_name),
            state.language or conversation.language,
            conversation.reachable,
            micros(conversation.window_from),
            micros(conversation.session_from),
            micros(conversation.created_at or conversation.last_message_at),
            micros(conversation.last_message_at) or 0,
            conversation.unread,
            conversation.opted_out,
            listed(state.topics_off),
            state.phase.value,
            state.held_by,
            micros(state.held_until),
            micros(state.waiting_since),
            micros(state.wake_at),
            place.ward_code if place else None,
            row,
            conversation.version,
        )

    def _read(self, row: Any) -> Conversation:  # noqa: ANN401  a driver's row of _COLUMNS
        return Conversation(
            id=row[0],
            key=ConversationKey(AccountId(row[1]), ContactId(row[2])),
            platform=PlatformName(row[3]),
            state=_fresh(bool(row[14]), row[15])
            if row[4] is None
            else decode(ConversationState, self._keys.decrypt(STATE, row[0], row[4])),
            version=row[5],
            profile_name=None if row[6] is None else self._keys.decrypt_text(PROFILE_NAME, row[0], row[6]),
            language=row[7],
            reachable=bool(row[8]),
            window_from=moment(row[9]),
            session_from=moment(row[10]),
            created_at=moment(row[11]),
            last_message_at=moment(row[12] or None),
            unread=row[13],
            opted_out=bool(row[14]),
        )

    def find(self, conversation_id: str) -> Conversation | None:
        rows = self._sql.rows(f"SELECT {_COLUMNS} FROM conversations c WHERE c.id = ?", (conversation_id,))
        return self._read(rows[0]) if rows else None

    def list(
        self,
        account: str | None = None,
        contact: str | None = None,
        held: bool | None = None,
        waiting: bool | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Conversation]:
        """Newest message first; with `waiting` the longest waiting first. `after`: `next` of the page before, or an id.

        A position is a moment and an id, so a conversation that moves up meanwhile is not shown twice below.
        """
        table = CONVERSATIONS.c
        # what is held is little: sorted as it is, instead of walked to along the index of everything
        newest = table.last_message_at + 0 if held else table.last_message_at
        at = type_coerce(table.waiting_since if waiting else newest, Rising)
        query = select(table.id, at)
        for column, value in ((table.account.concat("") if held else table.account, account), (table.contact, contact)):
            if value is not None:
                query = query.where(column == value)
        for column, wanted in ((table.held_by, held), (table.waiting_since, waiting)):
            if wanted is not None:
                query = query.where(column.is_not(None) if wanted else column.is_(None))
        if after is not None:
            place = tuple_(*self._position(after, waiting=bool(waiting)))
            query = query.where(tuple_(at, table.id) > place if waiting else tuple_(at, table.id) < place)
        query = query.order_by(at, table.id) if waiting else query.order_by(at.desc(), table.id.desc())
        rows = self._connection.execute(query.limit(limit + 1)).all()
        found = self.by_ids([row[0] for row in rows[:limit]])
        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = f"{last[1]}-{last[0]}"
        return Page(found, following)

    def _position(self, after: str, *, waiting: bool) -> tuple[int, str]:
        at, _, row = after.rpartition("-")
        if at.isdigit():
            return int(at), row
        found = self.find(row)
        if found is None:
            return 0, row
        return micros(found.state.waiting_since if waiting else found.last_message_at) or 0, row

    def by_ids(self, ids: Sequence[str]) -> Sequence[Conversation]:
        """Those of the ids that there are, in the order of the ids."""
        if not ids:
            return []
        rows = self._sql.rows(
            f"SELECT {_COLUMNS} FROM conversations c WHERE c.id IN {values_of(1, len(ids))}", tuple(ids)
        )
        found = {row[0]: self._read(row) for row in rows}
        return [found[one] for one in ids if one in found]

    def due(self, now: datetime, limit: int) -> Sequence[tuple[PlatformName, ConversationKey]]:
        """Conversations that asked to be woken by now, longest overdue first; as `load` takes them."""
        rows = self._sql.rows(
            "SELECT platform, account, contact FROM conversations WHERE wake_at <= ? ORDER BY wake_at LIMIT ?",
            (micros(now), limit),
        )
        return [(PlatformName(row[0]), ConversationKey(AccountId(row[1]), ContactId(row[2]))) for row in rows]

    def waiting(self) -> int:
        """How many people wait for a person of ours."""
        return int(self._sql.rows("SELECT COUNT(*) FROM conversations WHERE waiting_since IS NOT NULL")[0][0])

    def idle(self, before: datetime, limit: int) -> Sequence[str]:
        """Ids of conversations that remember something although nobody has said anything since, longest ago first."""
        rows = self._sql.rows(
            "SELECT id FROM conversations WHERE last_message_at < ? AND state IS NOT NULL AND held_by IS NULL"
            " ORDER BY last_message_at, id LIMIT ?",
            (micros(before), limit),
        )
        return [row[0] for row in rows]

    def erase(self, conversation_id: str, *, keep_contact: bool = True) -> Sequence[str]:
        """Transcript, unsent messages, state, profile and attachments are gone; tickets follow their own rules.

        Returns the sha256 of stored files nothing refers to any more: the caller deletes them. `keep_contact`: the bare
        row stays, with its version, so that the running dialogue goes on and an opt-out is still honoured; without it
        nothing is left and tickets forget the way back to the chat.
        """
        run = self._connection.execute
        owner = select(CONVERSATIONS.c.account, CONVERSATIONS.c.contact).where(CONVERSATIONS.c.id == conversation_id)
        run(delete(EARLY_RECEIPTS).where(tuple_(EARLY_RECEIPTS.c.account, EARLY_RECEIPTS.c.contact).in_(owner)))
        files = self._media.drop(MEDIA.c.conversation_id == conversation_id)
        run(update(MEDIA).where(MEDIA.c.conversation_id == conversation_id).values(message_id=None))
        run(delete(MESSAGES).where(MESSAGES.c.conversation_id == conversation_id))
        run(delete(ALERTS).where(ALERTS.c.conversation_id == conversation_id))
        if keep_contact:
            forgotten = {"person": None, "joined_at": None, "phone_index": None, "code": None, "code_until": None}
            run(update(IDENTITIES).where(IDENTITIES.c.conversation_id == conversation_id).values(**forgotten))
            run(
                update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == conversation_id)
                .values(
                    state=None,
                    profile_name=None,
                    language=None,
                    phase="idle",
                    held_by=None,
                    held_until=None,
                    waiting_since=None,
                    wake_at=None,
                    ward_code=None,
                    unread=0,
                )
            )
        else:
            run(delete(IDENTITIES).where(IDENTITIES.c.conversation_id == conversation_id))
            run(update(MEDIA).where(MEDIA.c.conversation_id == conversation_id).values(conversation_id=None))
            run(
                update(TICKETS)
                .where(TICKETS.c.conversation_id == conversation_id)
                .values(conversation_id=None, contact=None)
            )
            self._sql.change(_ANNOUNCED_NO_MORE, (conversation_id,))
            run(delete(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id))
        return files


def _fresh(opted_out: bool, topics_off: str | None) -> ConversationState:
    """A state that was forgotten or never was: that somebody wants no announcements outlives it."""
    if topics_off is not None:
        return ConversationState(opted_out=opted_out, topics_off=topics_of(topics_off))
    return _FRESH_OPTED_OUT if opted_out else _FRESH
