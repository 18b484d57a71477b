"""What people get of an announcement, and what its buttons say when they come back."""

from kit.pure_chat import PureChat
from kit.sites import site

from conversation.announcement import announcement, fill, filled, unknown_placeholders
from conversation.effects import AlertOperators, AnswerAnnouncement, AnswerLatest, OpenTicket
from conversation.events import AnnouncementAnswered, ChoicePicked, OperatorTookOver, TextReceived
from conversation.ids import OperatorId
from conversation.messages import Answer, Choice, Media, MediaKind, Message, answer_in, answers_of, link_of
from conversation.state import Aside, ConversationState, Draft, Phase
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


def test_placeholders_are_filled_in_for_each_reader_and_strange_ones_are_named() -> None:
    ward = next(one for one in site().lexicon.gazetteer.wards if one.name == "Bến Thành")
    text = "Cúp nước tại {ward}. {title}, gọi {hotline}. {x}"
    told = fill(text, site(), "vi-VN", ward.code)
    assert told == f"Cúp nước tại phường Bến Thành. {site().titles['vi']}, gọi {site().hotline}. {{x}}"
    assert fill("In {ward}", site(), "en") == fill("In {ward}", site(), "en", "no such ward") == "In your area"
    assert fill("{ward} cúp nước. {ward}!", site(), None) == "Địa phương của anh/chị cúp nước. Địa phương của anh/chị!"
    assert unknown_placeholders(text + " {y} {}") == ["", "x", "y"]
    plain, wanted = Message("Bão"), Message("Bão ở {ward}", (Choice("c", "Đã nhận"),))
    assert filled(plain, site(), "vi", ward.code) is plain
    assert filled(wanted, site(), "vi", ward.code) == Message("Bão ở phường Bến Thành", wanted.choices)


def test_a_topic_brings_a_button_that_stops_it_and_where_there_is_room_one_that_stops_all() -> None:
    def labels(*answers: Answer, link: tuple[str, str] | None = None) -> list[str]:
        return [one.label for one in announcement("Lũ", "n1", WORDS, answers, link, topic="weather").choices]

    assert labels() == ["Dừng tin Thời tiết", "Dừng mọi tin"]
    assert labels(Answer.RECEIVED) == ["Đã nhận", "Dừng tin Thời tiết", "Dừng mọi tin"]
    assert labels(*Answer) == ["Đã nhận", "Cần giúp đỡ", "Dừng tin Thời tiết"]
    assert labels(*Answer, link=("Xem", "https://a.example"))[-1] == "Dừng tin Thời tiết"
    said = announcement("Lũ", "n1", WORDS, (), topic="weather")
    assert (answers_of(said), link_of(said)) == ((), None)


def test_typed_it_is_asked_for_at_the_store_and_what_is_none_is_heard_as_ever() -> None:
    chat = PureChat(site())
    chat.happen(TextReceived(chat.at, "đã nhận"))
    assert chat.effects[0] == AnswerLatest(Answer.RECEIVED, "đã nhận")
    assert "Tổng đài 1022" in chat.seen.answers[0].text
    done = PureChat(site(), state=ConversationState(phase=Phase.DONE))
    done.happen(TextReceived(done.at, "cần giúp đỡ"))
    assert done.effects[0] == AnswerLatest(Answer.HELP, "cần giúp đỡ", beside=True)
    assert "gõ" in done.seen.answers[0].text
    asked = PureChat(site(), state=ConversationState(phase=Phase.NAME))
    asked.happen(TextReceived(asked.at, "cần giúp đỡ"))
    assert asked.effects[0] == AnswerLatest(Answer.HELP, "cần giúp đỡ")


def test_an_office_that_asks_is_answered_and_a_person_who_speaks_is_not_interrupted() -> None:
    asking = ConversationState(phase=Phase.DONE, aside=Aside.NEED_INFO)
    chat = PureChat(site(), state=asking)
    chat.happen(TextReceived(chat.at, "đã nhận"))
    assert not [effect for effect in chat.effects if isinstance(effect, AnswerLatest)]
    held = PureChat(site())
    held.happen(OperatorTookOver(held.at, OperatorId("lan")))
    held.effects.clear()
    held.happen(TextReceived(held.at, "đã nhận"))
    assert held.effects == [AnswerLatest(Answer.RECEIVED, "đã nhận")]


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
