# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""What people answered to announcements by its buttons, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from conversation.ids import TicketCode
from conversation.messages import Answer
from ticket_store.broadcasts import Broadcasts
from ticket_store.moments import micros
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
