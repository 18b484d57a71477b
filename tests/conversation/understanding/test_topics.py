"""Words about announcements of one topic, and words that answer an announcement."""

import pytest
from kit.sites import changed_site, site

from conversation.errors import BadProfile
from conversation.messages import Answer
from conversation.state import Phase
from conversation.understanding.answers import answer_in_words
from conversation.understanding.lexicon import build_lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import Intent, StopKind

OUT, IN = StopKind.OPT_OUT, StopKind.OPT_IN


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("dừng thời tiết", OUT, "weather"),
        ("dung thoi tiet", OUT, "weather"),
        ("dungf thoiwf tieets", OUT, "weather"),
        ("Dừng tin Thời tiết", OUT, "weather"),
        ("đừng gửi tin thời tiết nữa", OUT, "weather"),
        ("tôi không muốn nhận tin về giao thông nữa ạ", OUT, "traffic"),
        ("dừng tin cúp điện", OUT, "utilities"),
        ("Stop Weather", OUT, "weather"),
        ("please unsubscribe from traffic alerts", OUT, "traffic"),
        ("nhận lại thời tiết", IN, "weather"),
        ("nhan lai thoi tiet", IN, "weather"),
        ("cho em nhận tin giao thông lại ạ", IN, "traffic"),
        ("Get Traffic", IN, "traffic"),
        ("dừng mọi tin", OUT, None),
        ("nhận mọi tin", IN, None),
        ("ngừng nhắn", OUT, None),
        ("/topics", StopKind.TOPICS, None),
        ("chu de", StopKind.TOPICS, None),
    ],
)
@pytest.mark.parametrize("phase", [Phase.IDLE, Phase.NAME, Phase.REQUEST])
def test_a_wish_about_announcements_is_read(text: str, kind: StopKind, topic: str | None, phase: Phase) -> None:
    reading = read(text, phase, site().lexicon)
    assert (reading.intent, reading.stop, reading.topic) == (Intent.STOP, kind, topic)


@pytest.mark.parametrize(
    "text",
    [
        "thời tiết",
        "đúng thời tiết",
        "đăng ký nước",
        "no more water",
        "dừng xe gây kẹt xe",
        "đường này dừng thời tiết xấu",
        "dừng thời tiết giao thông",
        "",
    ],
)
def test_what_is_no_such_wish_is_left_alone(text: str) -> None:
    assert read(text, Phase.REQUEST, site().lexicon).topic is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Đã nhận", Answer.RECEIVED),
        ("da nhan", Answer.RECEIVED),
        ("đã nhận được", Answer.RECEIVED),
        ("ok đã nhận", Answer.RECEIVED),
        ("vâng, em đã nhận được thông báo ạ, cảm ơn", Answer.RECEIVED),
        ("Received", Answer.RECEIVED),
        ("Cần giúp đỡ", Answer.HELP),
        ("can giup do", Answer.HELP),
        ("I need help", Answer.HELP),
        ("đã nhận nhưng cần giúp đỡ", None),
        ("đã nhận đơn chưa", None),
        ("da nhan duoc tien", None),
        ("ok", None),
        ("", None),
        ("đã nhận " * 20, None),
    ],
)
def test_an_announcements_button_is_read_in_words(text: str, answer: Answer | None) -> None:
    assert answer_in_words(text, site().lexicon) is answer


def test_the_buttons_own_labels_are_among_the_words() -> None:
    for profile in (site(), site("iran111")):
        for language in profile.languages:
            for answer, name in ((Answer.RECEIVED, "button-received"), (Answer.HELP, "button-need-help")):
                assert answer_in_words(profile.catalog.say(language, name), profile.lexicon) is answer


def test_a_site_with_topics_has_words_to_stop_them() -> None:
    gazetteer = site().lexicon.gazetteer
    with pytest.raises(BadProfile, match=r"topics\.on"):
        build_lexicon({"topics": {"off": ["dừng"]}}, gazetteer, province=None, topics={"weather": ["Thời tiết"]})
    plain = changed_site(lambda table: table.pop("announcements"))
    assert read("dừng thời tiết", Phase.IDLE, plain.lexicon).stop is None
