# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""What people answered to announcements, by their buttons or in words, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversation.ids import TicketCode
from conversation.messages import Answer, answers_of
from ticket_store.broadcasts import Broadcasts
from ticket_store.moments import micros, moment
from ticket_store.sql import Sql, values_of
from ticket_store.statuses import ENDED

_GOT = (
    "SELECT b.seq, c.language FROM broadcasts b"
    " JOIN broadcast_deliveries d ON d.broadcast = b.seq AND d.conversation_id = ? AND d.message_id IS NOT NULL"
    " JOIN conversations c ON c.id = d.conversation_id WHERE b.id = ?"
)
_TICKET = (
    "SELECT code FROM tickets WHERE announcement = ? AND conversation_id = ?"
    f" AND status NOT IN {values_of(1, len(ENDED))} ORDER BY seq DESC LIMIT 1"
)


_LOOKED_THROUGH = 20
_FRESH = timedelta(hours=48)
_SAID = (
    "SELECT author, id, at FROM messages WHERE conversation_id = ? AND direction = 'out'"
    " AND delivery NOT IN ('failed', 'cancelled') ORDER BY seq DESC LIMIT ?"
)
_WHICH = (
    "SELECT b.id, EXISTS (SELECT 1 FROM broadcast_answers a WHERE a.broadcast = b.seq AND a.answer = ?"
    " AND a.conversation_id = ?) FROM broadcast_deliveries d JOIN broadcasts b ON b.seq = d.broadcast WHERE d.message_id = ?"
)
_ENDED = tuple(sorted(status.value for status in ENDED))


@dataclass(frozen=True, slots=True)
class Answered:
    """`text`: what they had been told; `ticket`: their open report that answers it."""

    text: str = field(repr=False)
    ticket: TicketCode | None


class BroadcastAnswers:
    def __init__(self, sql: Sql, broadcasts: Broadcasts) -> None:
        self._sql, self._broadcasts = sql, broadcasts

    def add(self, broadcast_id: str, conversation_id: str, answer: Answer, at: datetime) -> Answered | None:
        """It counts, however often it is given. None: nothing of that announcement was sent to them."""
        got = self._sql.rows(_GOT, (conversation_id, broadcast_id))
        if not got:
            return None
        seq, language = got[0]
        self._sql.change(
            f"INSERT INTO broadcast_answers (broadcast, answer, conversation_id, at) VALUES {values_of(1, 4)}"
            " ON CONFLICT DO NOTHING",
            (seq, answer.value, conversation_id, micros(at)),
        )
        tickets = self._sql.rows(_TICKET, (broadcast_id, conversation_id, *_ENDED))
        message = self._broadcasts.find(broadcast_id).message_in(language)
        return Answered(message.text, TicketCode(tickets[0][0]) if tickets else None)

    def meant(self, conversation_id: str, answer: Answer, now: datetime, *, beside: bool) -> str | None:
        """The announcement that such words answer: the last one with that button, while it is in force, for two days at
        least. None when anything else has been said to them since, unless `beside` or they gave that answer before.
        """
        other = False
        for author, message_id, at in self._sql.rows(_SAID, (conversation_id, _LOOKED_THROUGH)):
            if author != "broadcast":
                other = True
                continue
            found = self._sql.rows(_WHICH, (answer.value, conversation_id, message_id))
            one = self._broadcasts.find(found[0][0]) if found else None
            if one is None or answer not in answers_of(one.message):
                continue
            fresh = now - (moment(at) or now) < _FRESH or (one.expires_at is not None and now < one.expires_at)
            return one.id if fresh and (beside or not other or found[0][1]) else None
        return None

    def counts(self, seq: int) -> Mapping[Answer, int]:
        """How many people gave each answer."""
        rows = self._sql.rows(
            "SELECT answer, COUNT(*) FROM broadcast_answers WHERE broadcast = ? GROUP BY answer", (seq,)
        )
        found = dict(map(tuple, rows))
        return {one: found.get(one.value, 0) for one in Answer}

    def reports(self, broadcast_id: str) -> int:
        """How many reports were opened from it."""
        rows = self._sql.rows("SELECT COUNT(*) FROM tickets WHERE announcement = ?", (broadcast_id,))
        return int(rows[0][0])

    def by_account(self, seq: int) -> Sequence[tuple[str, str, int]]:
        """(account, answer, how many people), in order."""
        rows = self._sql.rows(
            "SELECT d.account, a.answer, COUNT(*) FROM broadcast_answers a JOIN broadcast_deliveries d"
            " ON d.broadcast = a.broadcast AND d.conversation_id = a.conversation_id WHERE a.broadcast = ?"
            " GROUP BY d.account, a.answer ORDER BY d.account, a.answer",
            (seq,),
        )
        return [tuple(row) for row in rows]

    def reports_by_account(self, broadcast_id: str) -> Sequence[tuple[str, int]]:
        """(account, how many reports were opened from it), in order."""
        rows = self._sql.rows(
            "SELECT account, COUNT(*) FROM tickets WHERE announcement = ? GROUP BY account ORDER BY account",
            (broadcast_id,),
        )
        return [tuple(row) for row in rows]
