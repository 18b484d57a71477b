import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import Intent


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nhà tui đang cháy, khói nhiều lắm, 66 Lê Hồng Phong", "fire"),
        ("chay nha roi cuu voi", "fire"),
        ("có người đuối nước", "rescue"),
        ("ngập tới nóc nhà rồi", "flood"),
        ("nó cầm dao dọa giết tôi", "crime"),
        ("có tai nạn, người nằm bất tỉnh", "accident"),
        ("mẹ tôi khó thở quá", "medical"),
        ("dây điện đứt rớt xuống đường", "wire"),
        ("bé bị cha đánh đập dã man", "child"),
        ("em không muốn sống nữa", "self_harm"),
        ("tôi vừa chuyển tiền cho bọn lừa đảo", "scam"),
        ("I am trapped", "rescue"),
        ("hôm qua mưa lớn. Giờ nhà sập rồi", "rescue"),
    ],
)
def test_an_emergency_comes_first_and_says_its_kind(text: str, kind: str, known: Lexicon) -> None:
    for asked in (Phase.IDLE, Phase.CONSENT, Phase.NAME, Phase.CONFIRM):
        reading = read(text, asked, known)
        assert (reading.intent, reading.emergency) == (Intent.EMERGENCY, kind)


def test_the_other_fields_of_an_emergency_are_read_too(known: Lexicon) -> None:
    reading = read("nhà tui đang cháy, 66 Lê Hồng Phong, gọi 0908123321", Phase.IDLE, known)
    assert reading.place is not None
    assert reading.phones[0].e164 == "+84908123321"


@pytest.mark.parametrize(
    "text",
    [
        "bóng đèn cháy chưa ai thay",
        "xe cứu thương đậu sai quy định",
        "diễn tập PCCC gây kẹt đường",
        "sợ cháy vì dây điện chằng chịt",
        "nếu có cháy thì xe không vào được",
        "tháng trước có tai nạn ở đây",
        "tra cứu phản ánh giúp tôi",
        "Trước cổng bệnh viện xe ôm chặn đường xe cấp cứu",
    ],
)
def test_not_every_flame_is_a_fire(text: str, known: Lexicon) -> None:
    assert read(text, Phase.REQUEST, known).emergency is None
