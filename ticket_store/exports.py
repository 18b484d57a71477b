"""A ticket as the outside sees it: one dictionary for the command line, the export and the API."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ticket_store.records import Attachment, HistoryEntry, Ticket
from ticket_store.unit_of_work import Work


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, with milliseconds; None stays None."""
    return None if value is None else value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def attachment_shape(one: Attachment) -> dict[str, Any]:
    """`state`: `wanted`, `stored` or `failed`; `sha256` names our copy once it is stored."""
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "mime": one.mime,
        "size_bytes": one.size_bytes,
        "sha256": one.sha256,
        "state": one.state,
    }


def ticket_shape(
    ticket: Ticket, history: Sequence[HistoryEntry], attachments: Sequence[Attachment], same_matter: int = 1
) -> dict[str, Any]:
    """The contract's ticket object. `phone` is E.164; times are UTC; `same_matter`: how many report it, this one too;
    `announcement`: the id of the one under which help was asked for.
    """
    return {
        "code": ticket.code,
        "status": ticket.status,
        "name": ticket.name,
        "phone": ticket.phone,
        "address": ticket.address,
        "ward": ticket.ward,
        "province": ticket.province,
        "request": ticket.request,
        "category": ticket.category,
        "department": ticket.department,
        "account": ticket.account,
        "platform": ticket.platform,
        "contact": ticket.contact,
        "publish": ticket.publish,
        "subject": ticket.subject,
        "priority": ticket.priority,
        "due_at": moment(ticket.due_at),
        "same_matter": same_matter,
        "announcement": ticket.announcement,
        "attachments": [attachment_shape(one) for one in attachments],
        "created_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
        "history": [_entry_shape(entry) for entry in history],
    }


def ticket_of(work: Work, ticket: Ticket) -> dict[str, Any]:
    """The object of one ticket, with what belongs to it loaded."""
    group = ticket.link_group
    size = work.tickets.group_sizes([group])[group] if group else 1
    return ticket_shape(ticket, work.tickets.history(ticket.code), work.tickets.attachments(ticket.code), size)


def all_tickets(work: Work) -> Iterator[dict[str, Any]]:
    """Every ticket, oldest first, one by one."""
    for ticket in work.tickets.iterate():
        yield ticket_of(work, ticket)


def _entry_shape(entry: HistoryEntry) -> dict[str, Any]:
    words = {"note": entry.note, "answer": entry.answer, "text": entry.text}
    return {
        "at": moment(entry.at),
        "actor": entry.actor,
        "kind": entry.kind,
        "changes": dict(entry.changes),
        **{name: value for name, value in words.items() if value is not None},
    }
