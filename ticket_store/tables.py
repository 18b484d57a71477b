"""The schema, as SQLModel classes. Rows only: nobody outside ticket_store sees them.

`bytes` columns are sealed (crypto.py) or blind indexes, named `*_index`. Ids are random, those of messages after their
moment; `seq` only rises and gives lists their order. What may be counted, filtered or joined stands in the open; what a
citizen said does not.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, MetaData, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from ticket_store.moments import Rising, UTCDateTime
from ticket_store.statuses import CHASED

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment_column(**options: Any) -> Any:  # noqa: ANN401  what Field gives
    return Field(sa_type=UTCDateTime, **options)


def seq_column() -> Any:  # noqa: ANN401  what Field gives
    return Field(default=None, primary_key=True, sa_type=Rising)


def only(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that `where` is true for, on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={"where": where})


def tell_postgres() -> None:
    """`only` in PostgreSQL's words, before tables are made or compared there. Saying them at once would load its dialect
    into every process, 3 MB (SQLAlchemy 2.0, 2026).
    """
    for table in METADATA.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_kwargs["postgresql_where"] = text(index.info["where"])


class Row(SQLModel):
    model_config = {
        "defer_build": True
    }  # rows are read and written by Core: pydantic's validators would never be asked
    metadata: ClassVar[MetaData] = METADATA


class InboxRow(Row, table=True):
    """Event keys already taken: the same key twice is a duplicate."""

    __tablename__ = "inbox"
    __table_args__ = ({"sqlite_with_rowid": False},)
    account: str = Field(primary_key=True)
    event_key: str = Field(primary_key=True)
    at: datetime = moment_column(index=True)


class ConversationRow(Row, table=True):
    """One person at one account. Columns from `phase` to `ward_code` are copies out of the sealed state."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("account", "contact"),
        Index("ix_conversations_newest", "last_message_at", "id"),
        Index("ix_conversations_account", "account", "last_message_at", "id"),
        Index("ix_conversations_contact", "contact"),
        only("ix_conversations_waiting", "waiting_since", "id", where="waiting_since IS NOT NULL"),
        only("ix_conversations_held", "held_by", "last_message_at", "id", where="held_by IS NOT NULL"),
        only("ix_conversations_wake", "wake_at", where="wake_at IS NOT NULL"),
        only("ix_conversations_ward", "ward_code", "last_message_at", "id", where="ward_code IS NOT NULL"),
    )
    id: str = Field(primary_key=True)
    account: str
    contact: str
    platform: str
    version: int = 0
    state: bytes | None = None
    profile_name: bytes | None = None
    language: str | None = None
    phase: str = "idle"
    held_by: str | None = None
    held_until: datetime | None = moment_column(default=None)
    waiting_since: datetime | None = moment_column(default=None)
    wake_at: datetime | None = moment_column(default=None)
    ward_code: str | None = None
    reachable: bool = True
    opted_out: bool = False
    window_from: datetime | None = moment_column(default=None)
    session_from: datetime | None = moment_column(default=None)
    created_at: datetime | None = moment_column(default=None)
    last_message_at: int = Field(default=0, sa_type=Rising)
    unread: int = 0
    topics_off: str | None = None


class MessageRow(Row, table=True):
    """The transcript and the outbox in one: `lane` is set exactly while a message waits to be sent or is being sent."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_messages_page", "conversation_id", "seq"),
        only("ix_messages_provider", "account", "provider_id", where="provider_id IS NOT NULL"),
        only("ix_messages_outbox", "account", "lane", "due_at", "seq", where="lane IS NOT NULL"),
        only("ix_messages_unsent", "conversation_id", "lane", "seq", where="lane IS NOT NULL"),
        only("ix_messages_failed", "account", "seq", where="delivery = 'failed'"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    id: str
    conversation_id: str = Field(foreign_key="conversations.id")
    account: str
    direction: str
    author: str
    operator: str | None = None
    body: bytes
    at: datetime = moment_column()
    sent_at: datetime | None = moment_column(default=None)
    event_key: str | None = None
    provider_id: str | None = None
    delivery: str
    reason: str | None = None
    reported_at: datetime | None = moment_column(default=None)
    version: int = 0
    lane: int | None = None
    due_at: datetime | None = moment_column(default=None)
    first_due_at: datetime | None = moment_column(default=None)
    replaceable: bool = False
    attempts: int = 0
    parts_done: int = 0
    epoch: int | None = None
    voided_at: datetime | None = moment_column(default=None)
    edited_at: datetime | None = moment_column(default=None)
    withdrawn_at: datetime | None = moment_column(default=None)


class EarlyReceiptRow(Row, table=True):
    """A receipt or echo whose message nobody has claimed yet; settled within seconds."""

    __tablename__ = "early_receipts"
    id: str = Field(primary_key=True)
    account: str
    contact: str | None = None
    provider_id: str | None = None
    message_id: str | None = None
    status: str
    echo: bool = False
    body: bytes | None = None
    detail: str | None = None
    at: datetime = moment_column(index=True)


class TicketRow(Row, table=True):
    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_tickets_status", "status", "seq"),
        Index("ix_tickets_department", "department", "seq"),
        Index("ix_tickets_category", "category", "seq"),
        only("ix_tickets_phone", "phone_index", where="phone_index IS NOT NULL"),
        only("ix_tickets_name", "name_index", where="name_index IS NOT NULL"),
        only("ix_tickets_conversation", "conversation_id", where="conversation_id IS NOT NULL"),
        only("ix_tickets_due", "due_at", where="resolved_at IS NULL"),
        only("ix_tickets_chase", "seq", where=f"resolved_at IS NULL AND {CHASED}"),
        only("ix_tickets_resolved", "resolved_at", where="resolved_at IS NOT NULL"),
        only("ix_tickets_parent", "parent", where="parent IS NOT NULL"),
        only("ix_tickets_announcement", "announcement", where="announcement IS NOT NULL"),
        only("ix_tickets_group", "link_group", where="link_group IS NOT NULL"),
        only("ix_tickets_ward", "ward_code", "category", "created_at", where="ward_code IS NOT NULL"),
        only("ix_tickets_new", "seq", where="to_compare"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    code: str
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id")
    account: str
    platform: str
    contact: str | None = None
    status: str
    category: str
    department: str | None = None
    priority: str = "normal"
    publish: bool = False
    ward_code: str | None = None
    ward: str | None = None
    province: str | None = None
    phone_index: bytes | None = None
    name_index: bytes | None = None
    body: bytes
    answer: bytes | None = None
    rating: str | None = None
    parent: str | None = None
    link_group: str | None = None
    to_compare: bool = True
    due_at: datetime | None = moment_column(default=None)
    overdue_at: datetime | None = moment_column(default=None)
    created_at: datetime = moment_column(index=True)
    updated_at: datetime = moment_column()
    answered_at: datetime | None = moment_column(default=None)
    resolved_at: datetime | None = moment_column(default=None)
    announcement: str | None = None
    reminded_at: datetime | None = moment_column(default=None)
    unanswered_at: datetime | None = moment_column(default=None)


class TicketHistoryRow(Row, table=True):
    """Only ever added to. `changes`: JSON of codes, never words; the words are in the sealed `body`."""

    __tablename__ = "ticket_history"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_ticket_history_code", "code", "seq"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    id: str
    code: str = Field(foreign_key="tickets.code")
    at: datetime = moment_column()
    actor: str
    kind: str
    changes: str = "{}"
    body: bytes | None = None


class MediaRow(Row, table=True):
    """One attachment, of a message, of a ticket, or of both. `body` holds its name and source."""

    __tablename__ = "media"
    __table_args__ = (
        UniqueConstraint("id"),
        only("ix_media_message", "message_id", where="message_id IS NOT NULL"),
        only("ix_media_ticket", "ticket_code", where="ticket_code IS NOT NULL"),
        only("ix_media_wanted", "due_at", "seq", where="due_at IS NOT NULL"),
        only("ix_media_stored", "sha256", where="sha256 IS NOT NULL"),
        Index("ix_media_source", "conversation_id", "source_index"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    id: str
    account: str
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id")
    message_id: str | None = None
    ticket_code: str | None = Field(default=None, foreign_key="tickets.code")
    source_index: bytes
    kind: str
    body: bytes
    mime: str | None = None
    size_bytes: int | None = Field(default=None, sa_type=Rising)
    sha256: str | None = None
    state: str
    reason: str | None = None
    attempts: int = 0
    due_at: datetime | None = moment_column(default=None)
    at: datetime = moment_column()


class CredentialRow(Row, table=True):
    """Tokens as the platforms gave them. The pair before stays beside the one in use, for audit."""

    __tablename__ = "credentials"
    __table_args__ = (Index("ix_credentials_account", "account", "name"),)
    id: str = Field(primary_key=True)
    account: str
    name: str
    value: bytes
    obtained_at: datetime = moment_column()
    expires_at: datetime | None = moment_column(default=None)
    put_at: datetime = moment_column()
    replaced_at: datetime | None = moment_column(default=None)


class LeaseRow(Row, table=True):
    __tablename__ = "leases"
    name: str = Field(primary_key=True)
    owner: str | None = None
    epoch: int = Field(sa_type=Rising)
    until: datetime = moment_column()


class QuarantineRow(Row, table=True):
    """Signed webhooks that could not be read or applied. `head`: headers and query; `body`: the bytes."""

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("id"),
        only("ix_quarantine_open", "seq", where="done_at IS NULL"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    id: str
    account: str
    at: datetime = moment_column()
    reason: str
    method: str
    head: bytes
    body: bytes
    done_at: datetime | None = moment_column(default=None)


class TokenRow(Row, table=True):
    """API tokens: only their SHA-256."""

    __tablename__ = "tokens"
    __table_args__ = (
        UniqueConstraint("sha256"),
        only("uq_tokens_name", "name", where="revoked_at IS NULL", unique=True),
    )
    id: str = Field(primary_key=True)
    name: str
    role: str
    department: str | None = None
    sha256: str
    created_at: datetime = moment_column()
    revoked_at: datetime | None = moment_column(default=None)


class OperatorRow(Row, table=True):
    __tablename__ = "operators"
    name: str = Field(primary_key=True)
    role: str
    department: str | None = None
    password_hash: str
    second_factor: bytes | None = None
    created_at: datetime = moment_column()
    disabled_at: datetime | None = moment_column(default=None)


class SessionRow(Row, table=True):
    """Who is logged in to the console: only the SHA-256 of the token. `confirmed_at` None: the second factor is awaited."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("sha256"), Index("ix_sessions_operator", "operator"))
    id: str = Field(primary_key=True)
    operator: str
    sha256: str
    device: str
    created_at: datetime = moment_column()
    confirmed_at: datetime | None = moment_column(default=None)
    seen_at: datetime = moment_column()
    expires_at: datetime = moment_column(index=True)


class AlertRow(Row, table=True):
    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_alerts_conversation", "conversation_id"),
        only("uq_alerts_open", "conversation_id", "reason", where="closed_at IS NULL", unique=True),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    id: str
    conversation_id: str = Field(foreign_key="conversations.id")
    reason: str
    urgency: str
    at: datetime = moment_column()
    closed_at: datetime | None = moment_column(default=None)


class AnswerRow(Row, table=True):
    """What an API call with an Idempotency-Key was answered, so that a repetition gets the same."""

    __tablename__ = "answers"
    person: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    id: str
    body: bytes
    at: datetime = moment_column(index=True)


def _table(name: str) -> Table:
    return METADATA.tables[name]


CONVERSATIONS = _table("conversations")
MESSAGES = _table("messages")
EARLY_RECEIPTS = _table("early_receipts")
TICKETS = _table("tickets")
TICKET_HISTORY = _table("ticket_history")
MEDIA = _table("media")
CREDENTIALS = _table("credentials")
LEASES = _table("leases")
QUARANTINE = _table("quarantine")
TOKENS = _table("tokens")
OPERATORS = _table("operators")
SESSIONS = _table("sessions")
ALERTS = _table("alerts")
ANSWERS = _table("answers")
INBOX = _table("inbox")
