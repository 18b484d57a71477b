"""What people answer, who speaks what, drafts, and the report, on both databases."""

from datetime import timedelta

import pytest
from kit.broadcasts import DAY, NOW, ZALO, announced, claimed, people, planned_through
from kit.databases import postgres_server, postgres_template, postgres_url, report, sqlite_store, sqlite_template, store

from adapters.base import DeliveryReport, ReportStatus
from conversation.ids import ContactId
from conversation.messages import Answer, Choice, Media, MediaKind, Message
from ticket_store.broadcast_counts import Tally
from ticket_store.broadcast_deliveries import Result
from ticket_store.broadcast_shapes import Means, broadcast_of, counts_csv
from ticket_store.broadcasts import Audience, BroadcastState, NewBroadcast, Worded
from ticket_store.engine import Store
from ticket_store.errors import ForbiddenStep, UnknownBroadcast
from ticket_store.media import wanted
from ticket_store.records import NewMessage

__all__ = ["postgres_server", "postgres_template", "postgres_url", "sqlite_store", "sqlite_template", "store"]

MEANS = Means({ZALO: DAY}, {ZALO: 10.0})


def test_an_answer_counts_once_for_who_got_it_and_for_nobody_else(store: Store) -> None:
    both = set(people(store, 2))
    one = announced(store, others=(Worded("en", Message("Storm tonight")),))
    planned_through(store, one)
    (got,) = [each.conversation_id for each in claimed(store, one, 1)]
    (waiting,) = both - {got}
    with store.writing() as work:
        answers = work.broadcast_answers
        for _ in range(2):
            found = answers.add(one.id, got, Answer.RECEIVED, NOW)
            assert found is not None
            assert (found.text, found.ticket) == ("Bão vào tối nay", None)
        assert answers.add(one.id, waiting, Answer.RECEIVED, NOW) is None
        assert answers.add("nothing", got, Answer.HELP, NOW) is None
        work._sql.change("UPDATE conversations SET language = 'en-GB' WHERE id = ?", (got,))
        english = answers.add(one.id, got, Answer.HELP, NOW)
        assert english is not None
        assert english.text == "Storm tonight"
        assert answers.counts(one.seq) == {Answer.RECEIVED: 1, Answer.HELP: 1}


def test_words_answer_the_last_announcement_with_that_button_while_it_is_fresh(store: Store) -> None:
    (name,) = people(store, 1)
    buttons = tuple(Choice(f"announcement:received:{one}", "Đã nhận") for one in ("older", "newer"))
    older, newer = (
        announced(store, message=Message("Bão", (each,)), id=each.code.rpartition(":")[2], expires_at=until)
        for each, until in zip(buttons, (None, NOW + timedelta(days=9)), strict=True)
    )
    plain = announced(store)

    def meant(answer: Answer = Answer.RECEIVED, hours: float = 1, *, beside: bool = False) -> str | None:
        with store.reading() as work:
            at = NOW + timedelta(hours=hours)
            return work.broadcast_answers.meant(name, answer, at, beside=beside)

    assert meant() is None
    for one in (older, plain):
        planned_through(store, one)
        claimed(store, one)
    assert (meant(), meant(Answer.HELP), meant(hours=47.9), meant(hours=48)) == ("older", None, "older", None)
    planned_through(store, newer)
    claimed(store, newer)
    assert (meant(), meant(hours=200), meant(hours=217)) == ("newer", "newer", None)
    with store.writing() as work:
        chat = work.conversations.find(name)
        assert chat is not None
        said = {"conversation_id": name, "account": ZALO, "direction": "out", "text": "…", "at": NOW}
        work.messages.add([NewMessage(**said, author="bot", delivery="cancelled")])
    assert meant() == "newer"
    with store.writing() as work:
        work.messages.add([NewMessage(**said, author="bot", delivery="sent")])
    assert (meant(), meant(beside=True)) == (None, "newer")
    with store.writing() as work:
        work.broadcast_answers.add("newer", name, Answer.RECEIVED, NOW)
    assert meant() == "newer"


def test_a_report_keeps_the_announcement_it_answers_and_is_found_while_it_is_open(store: Store) -> None:
    (name,) = people(store, 1)
    one = announced(store)
    planned_through(store, one)
    claimed(store, one)
    with store.writing() as work:
        chat = work.conversations.find(name)
        assert chat is not None
        place = (ZALO, chat.platform, chat.key.contact, "1022", NOW.date(), NOW)
        ticket = work.tickets.open(report(announcement=one.id, priority="high"), chat, *place)
        work.tickets.open(report(), chat, *place)
        kept = work.tickets.find(ticket.code)
        assert kept is not None
        assert (kept.announcement, kept.priority) == (one.id, "high")
        found = work.broadcast_answers.add(one.id, name, Answer.HELP, NOW)
        assert found is not None
        assert found.ticket == ticket.code
        work.tickets.change(ticket.code, "lan", NOW, status="rejected", note="…")
        again = work.broadcast_answers.add(one.id, name, Answer.HELP, NOW)
        assert again is not None
        assert again.ticket is None
        shape = broadcast_of(work, one, MEANS, NOW)
        assert (shape["reports"], shape["answered"]) == (1, {"received": 0, "help": 1})
        assert counts_csv(work, one) == (
            "account,state,reason,people\r\nzalo,answered,help,1\r\nzalo,reported,,1\r\nzalo,sending,,1\r\n"
        )


def test_seen_is_a_part_of_delivered_and_delivered_of_sent(store: Store) -> None:
    people(store, 3)
    one = announced(store)
    planned_through(store, one)
    sent = claimed(store, one)
    with store.writing() as work:
        work.broadcast_deliveries.record([Result(each, "sent", NOW, provider_id=each.message_id) for each in sent])
        for each, status in zip(sent, (ReportStatus.SEEN, ReportStatus.DELIVERED), strict=False):
            work.receipts.apply([DeliveryReport(ZALO, each.contact, status, NOW, provider_id=each.message_id)])
        late = DeliveryReport(ZALO, sent[0].contact, ReportStatus.DELIVERED, NOW, provider_id=sent[0].message_id)
        work.receipts.apply([late])
        counts = work.broadcast_deliveries.counts(one.seq)
        assert (counts.sent, counts.delivered, counts.seen, counts.planned) == (3, 2, 1, 3)
        assert sorted(work.broadcast_deliveries.tallies(one.seq)) == [
            Tally(ZALO, "delivered", None, 1),
            Tally(ZALO, "seen", None, 1),
            Tally(ZALO, "sent", None, 1),
        ]


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        (Audience(languages=("en",)), "en EN en-US en_GB"),
        (Audience(languages=("vi",), languages_besides=("en",)), "vi vi-VN none fr enx"),
        (Audience(), "vi vi-VN none fr enx en EN en-US en_GB"),
    ],
)
def test_an_audience_by_language_takes_whoever_speaks_no_other_for_the_first_ones(
    store: Store, audience: Audience, who: str
) -> None:
    spoken = {}
    for tag in ("vi", "vi-VN", "none", "fr", "enx", "en", "EN", "en-US", "en_GB"):
        (name,) = people(store, 1, language=None if tag == "none" else tag)
        spoken[name] = tag
    one = announced(store, audience)
    planned_through(store, one)
    got = {spoken[each.conversation_id] for each in claimed(store, one)}
    assert got == set(who.split())


def test_each_gets_it_in_their_language_else_as_it_was_written_first(store: Store) -> None:
    one = announced(store, others=(Worded("en", Message("Storm tonight")),))
    for tag, text in (
        ("en", "Storm tonight"),
        ("EN_us", "Storm tonight"),
        ("vi", "Bão vào tối nay"),
        (None, "Bão vào tối nay"),
    ):
        assert one.message_in(tag).text == text


def test_a_draft_is_nobodys_until_it_is_sent_for_approval(store: Store) -> None:
    picture = Media(MediaKind.IMAGE, "announcement:d1", mime="image/png", sha256="ab" * 32)
    with store.writing() as work:
        steps = work.broadcasts
        draft = steps.add(
            NewBroadcast("Lũ", Message("Lũ"), Audience(), "tu", id="d1", template=True), NOW, BroadcastState.DRAFT
        )
        assert (list(steps.page()), [one.id for one in steps.drafts()], draft.template) == ([], ["d1"], True)
        changed = steps.rewrite(
            NewBroadcast("Lũ 2", Message("Lũ 2", media=(picture,)), Audience(accounts=("zalo",)), "minh", True, id="d1")
        )
        assert (changed.title, changed.author, changed.urgent, changed.template) == ("Lũ 2", "minh", True, False)
        assert changed.audience.accounts == ("zalo",)
        steps.submit("d1", "tu")
        assert steps.find("d1").state is BroadcastState.WAITING_APPROVAL
        assert steps.find("d1").author == "tu"
        for refused in (
            lambda: steps.rewrite(NewBroadcast("x", Message("x"), Audience(), "tu", id="d1")),
            lambda: steps.delete("d1"),
            lambda: steps.submit("d1", "tu"),
        ):
            with pytest.raises(ForbiddenStep):
                refused()
        steps.add(NewBroadcast("x", Message("x"), Audience(), "tu", id="d2"), NOW, BroadcastState.DRAFT)
        steps.delete("d2")
        with pytest.raises(UnknownBroadcast):
            steps.find("d2")


def test_the_picture_is_one_file_shown_in_every_transcript_it_went_to(store: Store) -> None:
    people(store, 2)
    picture = Media(MediaKind.IMAGE, "announcement:p1", mime="image/png", sha256="ab" * 32)
    with store.writing() as work:
        work.media.want(wanted([picture], ZALO, NOW, conversation_id=None, message_id="p1"))
        made = work.broadcasts.add(NewBroadcast("Lũ", Message("Lũ", media=(picture,)), Audience(), "tu", id="p1"), NOW)
        one = work.broadcasts.approve(made.id, "minh", NOW)
    planned_through(store, one)
    sent = claimed(store, one)
    with store.reading() as work:
        pages = [work.messages.page(each.conversation_id) for each in sent]
    assert [[file.sha256 for message in page for file in message.attachments] for page in pages] == [["ab" * 32]] * 2


def test_a_contact_is_never_named_in_the_counts(store: Store) -> None:
    people(store, 1)
    one = announced(store)
    planned_through(store, one)
    (each,) = claimed(store, one)
    with store.reading() as work:
        text = counts_csv(work, one)
    assert each.contact == ContactId("c00000")
    assert each.contact not in text
    assert each.conversation_id not in text
