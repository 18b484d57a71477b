"""How the state of a ticket is told: in answer to a question, and when it moved on."""

from conversation.catalog import TEXTS
from conversation.events import TicketChanged, TicketFound, TicketOpened
from conversation.state import Draft
from conversation.wording import Wording


def opened(event: TicketOpened, draft: Draft, words: Wording) -> str:
    """The answer that carries the code, exactly as the store made it."""
    code = words.ltr(event.code)
    lines = [
        words("ticket-named", name=words.given(draft.name), code=code) if draft.name else words("ticket", code=code)
    ]
    if event.due_at is not None:
        lines.append(words("ticket-due", date=words.date(event.due_at)))
    return " ".join([*lines, words("ticket-track")])


def found(event: TicketFound, code: str, words: Wording) -> str:
    """The full answer for whoever proved to be its owner, the bare status for anybody else."""
    shown, status = words.ltr(code), words.status(event.status)
    if not event.full:
        return words("status-bare", code=shown, status=status)
    updated = words.moment(event.updated_at) if event.updated_at else ""
    category = words.category(event.category)
    lines = [
        words("status", code=shown, category=category, status=status, updated=updated)
        if updated
        else words("status-bare", code=shown, status=status)
    ]
    if event.overdue:
        lines.append(words("status-overdue"))
    elif event.due_at is not None:
        lines.append(words("status-due", date=words.date(event.due_at)))
    if event.department:
        lines.append(words("changed-department", department=words.department(event.department)))
    if event.answer:
        lines.append(words("status-answer", answer=event.answer))
    return "\n".join(lines)


def changed(event: TicketChanged, words: Wording) -> str:
    """What happened, in plain words, with the answer, the reason, the office and the new date where there are any."""
    code = words.ltr(event.code)
    if event.deadline and event.due_at is not None:
        return words("changed-deadline", code=code, date=words.date(event.due_at))
    if event.linked:
        told = words("changed-linked", code=code, status=words.status(event.status))
        return f"{told}\n{words('changed-answer', answer=event.answer)}" if event.answer else told
    name = "changed-overdue" if event.overdue else f"changed-{event.status}"
    if name == "changed-need_info" and event.question:
        lines = [words(name, code=code, question=event.question)]
    elif name in TEXTS and name != "changed-need_info":
        lines = [words(name, code=code)]
    else:
        lines = [words("status-bare", code=code, status=words.status(event.status))]
    if event.department and event.status == "forwarded":
        lines.append(words("changed-department", department=words.department(event.department)))
    if event.reason:
        lines.append(words("changed-reason", reason=event.reason))
    if event.answer:
        lines.append(words("changed-answer", answer=event.answer))
    if event.due_at is not None and event.status not in {"resolved", "closed", "rejected", "cancelled"}:
        lines.append(words("changed-due", date=words.date(event.due_at)))
    return "\n".join(lines)
