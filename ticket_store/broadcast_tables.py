"""The schema's third part: announcements. Rows only, as in tables.py."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from ticket_store.desk_tables import METADATA
from ticket_store.moments import Rising
from ticket_store.tables import Row, moment_column, only, seq_column


class BroadcastRow(Row, table=True):
    """One announcement. `body`: title and words, sealed; `audience`: JSON of codes.

    `expanded_to`: the last conversation id that was looked at; `planned_at`: everybody has been. `lane` 0 goes before 1.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_broadcasts_state", "state", "lane", "seq"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    id: str
    state: str
    body: bytes
    audience: str
    author: str
    lane: int = 1
    exempt: bool = False
    starts_at: datetime | None = moment_column(default=None)
    expires_at: datetime | None = moment_column(default=None)
    created_at: datetime = moment_column()
    approved_by: str | None = None
    approved_at: datetime | None = moment_column(default=None)
    started_at: datetime | None = moment_column(default=None)
    planned_at: datetime | None = moment_column(default=None)
    ended_at: datetime | None = moment_column(default=None)
    expanded_to: str = ""
    reason: str | None = None


class BroadcastDeliveryRow(Row, table=True):
    """One person of one announcement. The key keeps anybody from getting it twice; it is also the order of sending.

    `message_id`: what stands in the transcript, from the moment on that the platform may have it.
    """

    __tablename__ = "broadcast_deliveries"
    __table_args__ = (
        Index("ix_broadcast_deliveries_state", "broadcast", "state", "account", "reason"),
        only("ix_broadcast_deliveries_message", "message_id", where="message_id IS NOT NULL"),
        {"sqlite_with_rowid": False},
    )
    broadcast: int = Field(primary_key=True, sa_type=Rising)
    conversation_id: str = Field(primary_key=True)
    account: str
    state: str
    reason: str | None = None
    message_id: str | None = None
    epoch: int | None = None
    attempts: int = 0
    due_at: datetime | None = moment_column(default=None)


class BroadcastArticleRow(Row, table=True):
    """How far the article of one announcement has come at one account. `handle`: the platform's, first the token of what
    is being made, then the article's id.
    """

    __tablename__ = "broadcast_articles"
    __table_args__ = (Index("ix_broadcast_articles_sent", "account", "sent_at"), {"sqlite_with_rowid": False})
    broadcast: int = Field(primary_key=True, sa_type=Rising)
    account: str = Field(primary_key=True)
    state: str
    reason: str | None = None
    handle: str | None = None
    epoch: int | None = None
    attempts: int = 0
    due_at: datetime | None = moment_column(default=None)
    sent_at: datetime | None = moment_column(default=None)


class BroadcastAnswerRow(Row, table=True):
    """A button that somebody pressed under an announcement; each of them counts once."""

    __tablename__ = "broadcast_answers"
    __table_args__ = ({"sqlite_with_rowid": False},)
    broadcast: int = Field(primary_key=True, sa_type=Rising)
    answer: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    at: datetime = moment_column()


__all__ = ["BROADCASTS", "BROADCAST_ANSWERS", "BROADCAST_ARTICLES", "BROADCAST_DELIVERIES", "METADATA"]

BROADCASTS = METADATA.tables["broadcasts"]
BROADCAST_ANSWERS = METADATA.tables["broadcast_answers"]
BROADCAST_ARTICLES = METADATA.tables["broadcast_articles"]
BROADCAST_DELIVERIES = METADATA.tables["broadcast_deliveries"]
