# ruff: noqa: S608 - texts are put together from our own constants and placeholders, never from values
"""News of a matter that many reported, told to them piece by piece: what is left to tell."""

from dataclasses import dataclass

from conversation.events import TicketChanged
from ticket_store.codec import decode, encode
from ticket_store.crypto import KeyRing
from ticket_store.sql import Sql

BODY = "matter_news.body"


@dataclass(frozen=True, slots=True)
class MatterNews:
    """`event`: as those who reported the same are told it, but for their own codes. `told_to`: the `seq` of the ticket up to
    which everybody of the group was told.
    """

    id: str
    link_group: str
    event: TicketChanged
    told_to: int = 0


class MatterNewsList:
    def __init__(self, sql: Sql, keys: KeyRing) -> None:
        self._sql, self._keys = sql, keys

    def put(self, news: MatterNews) -> None:
        """They are to be told on from `told_to`."""
        self._sql.change(
            "INSERT INTO matter_news (id, link_group, told_to, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET told_to = excluded.told_to",
            (news.id, news.link_group, news.told_to, self._keys.encrypt(BODY, news.id, encode(news.event))),
        )

    def next(self) -> MatterNews | None:
        """The oldest; nobody else has it until the end of the transaction."""
        lock = self._sql.for_update("matter_news")
        rows = self._sql.rows(f"SELECT id, link_group, told_to, body FROM matter_news ORDER BY seq LIMIT 1{lock}")
        if not rows:
            return None
        name, link_group, told_to, body = rows[0]
        return MatterNews(name, link_group, decode(TicketChanged, self._keys.decrypt(BODY, name, body)), told_to)

    def drop(self, name: str) -> None:
        """Everybody was told."""
        self._sql.change("DELETE FROM matter_news WHERE id = ?", (name,))

    def any(self) -> bool:
        return bool(self._sql.rows("SELECT 1 FROM matter_news LIMIT 1"))
