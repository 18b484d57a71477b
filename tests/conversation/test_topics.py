"""Which announcements somebody wants: said, pressed, listed, at any moment."""

import pytest
from kit.pure_chat import PureChat, play
from kit.sites import changed_site, site

from conversation.events import ChoicePicked, OperatorTookOver, TextReceived
from conversation.ids import OperatorId
from conversation.state import ConversationState, Phase
from conversation.topics import button_of
from conversation.wording import Wording


def after(state: ConversationState, *texts: str) -> PureChat:
    chat = PureChat(site(), state=state)
    for text in texts:
        chat.seen.answers = []
        chat.happen(TextReceived(chat.at, text))
    return chat


@pytest.mark.parametrize(
    ("before", "text", "opted_out", "off", "said"),
    [
        (ConversationState(), "dừng thời tiết", False, ("weather",), 'không gửi tin "Thời tiết"'),
        (ConversationState(topics_off=("weather",)), "dừng giao thông", False, ("traffic", "weather"), "không gửi"),
        (ConversationState(topics_off=("weather",)), "nhận thời tiết", False, (), "sẽ nhận được tin"),
        (ConversationState(opted_out=True), "dừng thời tiết", True, (), "không gửi thông báo chung"),
        (ConversationState(opted_out=True), "nhận thời tiết", False, ("traffic", "utilities"), "chủ đề khác vẫn dừng"),
        (ConversationState(topics_off=("weather",)), "nhận tin", False, (), "sẽ nhận được thông báo"),
        (ConversationState(topics_off=("weather",)), "stop", True, (), "không gửi thông báo chung"),
    ],
)
def test_words_change_what_is_wanted_and_are_confirmed(
    before: ConversationState, text: str, opted_out: bool, off: tuple[str, ...], said: str
) -> None:
    chat = after(before, text)
    assert (chat.state.opted_out, chat.state.topics_off) == (opted_out, off)
    assert [said in one.text for one in chat.seen.answers] == [True]


def test_the_list_tells_how_each_stands_and_switches_it() -> None:
    chat = after(ConversationState(topics_off=("weather",)), "chủ đề")
    assert [one.code for one in chat.state.offered] == [
        "topics:on:weather",
        "topics:off:utilities",
        "topics:off:traffic",
        "topics:on:all",
        "topics:off:all",
    ]
    chat.happen(TextReceived(chat.at, "3"))
    assert chat.state.topics_off == ("traffic", "weather")
    none = after(ConversationState(opted_out=True), "chủ đề")
    assert "đang nhận" not in none.seen.answers[0].text
    assert [one.code for one in none.state.offered][-2:] == ["topics:on:traffic", "topics:on:all"]
    all_of_it = after(ConversationState(), "chủ đề")
    assert "đã dừng" not in all_of_it.seen.answers[0].text
    assert all_of_it.state.offered[-1].code == "topics:off:all"


def test_a_site_without_topics_has_all_or_nothing() -> None:
    plain = changed_site(lambda table: table.pop("announcements"))
    chat = play("> chủ đề\n< Thông báo chung: đang nhận*[Dừng mọi tin]\n[Dừng mọi tin]\n< không gửi", plain)
    assert chat.state.opted_out
    play("> hướng dẫn\n!< chủ đề", plain)
    play('> hướng dẫn\n< gõ "chủ đề"', site())


def test_in_the_middle_of_a_report_the_question_stands_with_its_own_numbers() -> None:
    chat = play("> chào\n< [Đồng ý]\n> chủ đề\n< [Đồng ý]*[Dừng tin Thời tiết]", site())
    assert {one.code.partition(":")[0] for one in chat.state.offered} == {"consent", "lang"}
    chat.happen(TextReceived(chat.at, "1"))
    assert (chat.state.phase, chat.state.topics_off) == (Phase.NAME, ())


def test_a_name_that_is_a_number_stays_a_name() -> None:
    chat = play("> chào\n[Đồng ý]\n> chủ đề\n> Ba\n< số điện thoại", site())
    assert (chat.state.draft.name, chat.state.topics_off) == ("Ba", ())


def test_while_a_person_speaks_it_counts_in_silence() -> None:
    chat = PureChat(site())
    chat.happen(OperatorTookOver(chat.at, OperatorId("lan")))
    chat.seen.answers = []
    for code in ("topics:off:weather", "topics:list", "topics:off:fashion", "menu:new"):
        chat.happen(ChoicePicked(chat.at, code))
    chat.happen(TextReceived(chat.at, "dừng giao thông"))
    assert (chat.state.topics_off, chat.seen.answers) == (("traffic", "weather"), [])


def test_a_button_of_a_topic_that_there_is_no_more_is_stale() -> None:
    for code in ("topics:off:fashion", "topics:maybe:weather", "topics:"):
        chat = play(f"> chào\n[Đồng ý]\n[code:{code}]\n< câu hỏi trước", site())
        assert chat.state.topics_off == ()


def test_a_buttons_words_are_found_for_the_transcript() -> None:
    words = Wording(site(), "vi")
    labels = [one and one.label for one in (button_of(code, words) for code in BUTTONS)]
    assert labels == ["Dừng tin Thời tiết", "Nhận mọi tin", "Nhận tin fashion", "Chọn chủ đề", None]


BUTTONS = ("topics:off:weather", "topics:on:all", "topics:on:fashion", "topics:list", "menu:new")
