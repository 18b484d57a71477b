"""What citizens read when their report moves on: every status, in every language that is shipped."""

from datetime import UTC, datetime

import pytest
from kit.sites import site

from conversation.events import TicketChanged
from conversation.ids import TicketCode
from conversation.news import changed
from conversation.wording import Wording
from ticket_store.statuses import Status

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
CODE = TicketCode("1022-261124-7K3QX")
LANGUAGES = [("hcmc", "vi"), ("hcmc", "en"), ("iran111", "fa")]
DEPARTMENTS = {"hcmc": "transport", "iran111": "health"}


def words(name: str, language: str) -> Wording:
    return Wording(site(name), language)


@pytest.mark.parametrize(("name", "language"), LANGUAGES)
def test_every_status_has_words_of_its_own_with_the_code_in_them(name: str, language: str) -> None:
    spoken = words(name, language)
    told = {status: changed(TicketChanged(AT, CODE, status, question="?"), spoken) for status in Status}
    assert len({*told.values()}) == len(Status)
    for status, text in told.items():
        assert CODE in text
        assert not {"{", "}", "_", "["} & {*text}  # no name of ours reaches a citizen
        assert text != spoken("status-bare", code=spoken.ltr(CODE), status=spoken.status(status))


@pytest.mark.parametrize(("name", "language"), LANGUAGES)
def test_what_comes_with_it_is_told_too(name: str, language: str) -> None:
    spoken = words(name, language)
    due = datetime(2026, 12, 9, tzinfo=UTC)
    department = DEPARTMENTS[name]
    event = TicketChanged(AT, CODE, "forwarded", answer="AAA", reason="RRR", department=department, due_at=due)
    text = changed(event, spoken)
    for part in ("AAA", "RRR", spoken.department(department), spoken.date(due)):
        assert part in text
    assert "AAA" in changed(TicketChanged(AT, CODE, "in_progress", answer="AAA", linked=True), spoken)
    assert "QQQ" in changed(TicketChanged(AT, CODE, "need_info", question="QQQ"), spoken)
    late = changed(TicketChanged(AT, CODE, "in_progress", overdue=True, due_at=due), spoken)
    assert spoken.date(due) in late
    moved = changed(TicketChanged(AT, CODE, "in_progress", due_at=due, deadline=True), spoken)
    assert moved == spoken("changed-deadline", code=spoken.ltr(CODE), date=spoken.date(due))
    assert spoken.date(due) not in changed(TicketChanged(AT, CODE, "resolved", due_at=due), spoken)
