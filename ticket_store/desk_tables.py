"""The schema's second part: what the desk keeps beside chats and tickets. Rows only, as in tables.py."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from ticket_store.moments import Rising
from ticket_store.tables import METADATA, Row, moment_column, only, seq_column


class AuditRow(Row, table=True):
    """Every look at personal data and every act of a person: who, when, what id. Codes and ids only, never words."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_person", "person", "seq"),
        Index("ix_audit_object", "object", "seq"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    at: datetime = moment_column(index=True)
    person: str
    act: str
    object: str
    via: str


class DepartmentLinkRow(Row, table=True):
    """A ticket handed to a department by a signed link. `spent_at`: it was refused, reported or replaced."""

    __tablename__ = "department_links"
    __table_args__ = (
        Index("ix_department_links_code", "code"),
        only("ix_department_links_silent", "created_at", where="accepted_at IS NULL AND spent_at IS NULL"),
    )
    id: str = Field(primary_key=True)
    code: str = Field(foreign_key="tickets.code")
    department: str
    person: str
    created_at: datetime = moment_column()
    until: datetime = moment_column()
    accepted_at: datetime | None = moment_column(default=None)
    spent_at: datetime | None = moment_column(default=None)


class NoticeRow(Row, table=True):
    """News of a ticket for an outside program. `id` and `seq` are those of its entry in the ticket's history.

    `due_at` is set exactly while it waits to be told.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("id"),
        only("ix_notices_waiting", "due_at", "seq", where="due_at IS NOT NULL"),
    )
    seq: int = Field(primary_key=True, sa_type=Rising)
    id: str
    state: str
    reason: str | None = None
    attempts: int = 0
    at: datetime = moment_column()
    due_at: datetime | None = moment_column(default=None)


class MatterNewsRow(Row, table=True):
    """News of one ticket that not everybody who reported the same was told. `told_to`: the ticket (seq) up to which all were."""

    __tablename__ = "matter_news"
    __table_args__ = (UniqueConstraint("id"), {"sqlite_autoincrement": True})
    seq: int | None = seq_column()
    id: str
    link_group: str
    told_to: int = Field(sa_type=Rising)
    body: bytes


class IdentityRow(Row, table=True):
    """What a chat proved about who is behind it. `person`: the random id that joined chats have in common.

    `phone_index`, `code`: keyed hashes. `parted`: its person wants it alone. `tries`: wrong codes since `tries_from`.
    """

    __tablename__ = "identities"
    __table_args__ = (
        only("ix_identities_person", "person", where="person IS NOT NULL"),
        only("ix_identities_phone", "phone_index", where="phone_index IS NOT NULL"),
        only("ix_identities_code", "code", where="code IS NOT NULL"),
    )
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id")
    person: str | None = None
    joined_at: datetime | None = moment_column(default=None)
    way: str | None = None
    phone_index: bytes | None = None
    code: bytes | None = None
    code_until: datetime | None = moment_column(default=None)
    tries: int = 0
    tries_from: datetime | None = moment_column(default=None)
    parted: bool = False


class SiteRevisionRow(Row, table=True):
    """One change of the site by a person; rows are only added. `before`, `after`: JSON; null: as the files say.

    `number` is given by us, one more than the last: of two who change the site at once, one is refused.
    """

    __tablename__ = "site_revisions"
    __table_args__ = (Index("ix_site_revisions_key", "key", "number"),)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str
    before: str
    after: str
    author: str
    at: datetime = moment_column()
    note: str = ""


class ReadyAnswerRow(Row, table=True):
    """Sentences operators insert by a shortcut. Only ever added to: the newest row of a shortcut counts."""

    __tablename__ = "ready_answers"
    __table_args__ = (
        UniqueConstraint("id"),
        Index("ix_ready_answers_shortcut", "shortcut", "seq"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = seq_column()
    id: str
    shortcut: str
    text: str
    author: str
    at: datetime = moment_column()
    removed: bool = False


class LogInFailureRow(Row, table=True):
    """Wrong passwords and codes. `whose`: a keyed hash of name and address; `at`: of the last one."""

    __tablename__ = "log_in_failures"
    whose: bytes = Field(primary_key=True)
    tries: int
    at: datetime = moment_column(index=True)


__all__ = ["AUDIT", "DEPARTMENT_LINKS", "IDENTITIES", "METADATA", "NOTICES", "READY_ANSWERS", "SITE_REVISIONS"]

AUDIT = METADATA.tables["audit"]
DEPARTMENT_LINKS = METADATA.tables["department_links"]
NOTICES = METADATA.tables["notices"]
READY_ANSWERS = METADATA.tables["ready_answers"]
IDENTITIES = METADATA.tables["identities"]
SITE_REVISIONS = METADATA.tables["site_revisions"]
