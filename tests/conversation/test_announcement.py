"""What people get of an announcement, and what its buttons say when they come back."""

from kit.pure_chat import PureChat
from kit.sites import site

from conversation.announcement import announcement
from conversation.effects import AlertOperators, AnswerAnnouncement, OpenTicket
from conversation.events import AnnouncementAnswered, ChoicePicked, OperatorTookOver
from conversation.ids import OperatorId
from conversation.messages import Answer, Choice, Media, MediaKind, Message, answer_in, answers_of, link_of
from conversation.state import ConversationState, Draft
from conversation.wording import Wording

WORDS = Wording(site(), "vi")
PICTURE = Media(MediaKind.IMAGE, "announcement:n1")


def test_it_has_its_buttons_in_the_readers_language_and_they_can_be_read_back() -> None:
    link = ("Xem bản đồ", "https://1022.example.vn/lu")
    said = announcement("Lũ", "n1", WORDS, tuple(Answer), link, PICTURE)
    assert [one.label for one in said.choices] == ["Đã nhận", "Cần giúp đỡ", "Xem bản đồ"]
    assert (said.media, answers_of(said), link_of(said)) == ((PICTURE,), tuple(Answer), link)
    english = announcement("Flood", "n1", Wording(site(), "en"), (Answer.HELP,))
    assert [(one.code, one.label) for one in english.choices] == [("announcement:help:n1", "I need help")]
    plain = announcement("Lũ", "n1", WORDS)
    assert (plain, answers_of(plain), link_of(plain)) == (Message("Lũ"), (), None)


def test_a_code_that_is_none_of_ours_names_no_announcement() -> None:
    assert answer_in("announcement:received:n1") == (Answer.RECEIVED, "n1")
    for code in ("announcement:received:", "announcement:received", "announcement:wish:n1", "menu:received:n1", ""):
        assert answer_in(code) is None


def test_a_label_fits_every_platforms_narrowest_button() -> None:
    for language in ("vi", "en"):
        said = announcement("x", "n", Wording(site(), language), tuple(Answer))
        assert all(len(one.label) <= 20 for one in said.choices)
    assert all(
        len(one.label) <= 20 for one in announcement("x", "n", Wording(site("iran111"), "fa"), tuple(Answer)).choices
    )


def test_a_press_asks_the_store_also_while_a_person_speaks_and_then_nothing_is_said() -> None:
    chat = PureChat(site())
    chat.happen(OperatorTookOver(chat.at, OperatorId("lan")))
    chat.effects.clear()
    chat.happen(ChoicePicked(chat.at, "announcement:received:n1"))
    chat.happen(AnnouncementAnswered(chat.at, "n1", Answer.RECEIVED, "Lũ"))
    assert chat.effects == [AnswerAnnouncement("n1", Answer.RECEIVED)]
    chat.happen(AnnouncementAnswered(chat.at, "n1", Answer.HELP, "Lũ"))
    assert [effect.reason for effect in chat.effects if isinstance(effect, AlertOperators)] == ["needs_help"]
    assert chat.seen.answers == []


def test_an_emergency_stays_one_and_what_was_asked_for_twice_stands_once() -> None:
    chat = PureChat(site(), state=ConversationState(draft=Draft(request="nhà tôi cháy", priority="emergency")))
    for _ in range(2):
        chat.happen(AnnouncementAnswered(chat.at, "n1", Answer.HELP, "Lũ"))
    assert chat.state.draft.priority == "emergency"
    request = chat.state.draft.request or ""
    assert (request.count("Cần giúp đỡ"), request.startswith("nhà tôi cháy\n")) == (1, True)
    assert not [effect for effect in chat.effects if isinstance(effect, OpenTicket)]


def test_an_address_of_a_button_is_no_answer() -> None:
    assert answers_of(Message("x", (Choice("open", "Xem", "https://1022.example.vn"),))) == ()
