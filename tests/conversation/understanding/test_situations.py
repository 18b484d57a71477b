"""Situations: signs of danger that stand together, and the words around that take the danger out of them."""

import time

import pytest

from conversation.gazetteer.units import Gazetteer
from conversation.state import Phase
from conversation.understanding.lexicon import build_lexicon
from conversation.understanding.reader import read

SITE = build_lexicon(
    {
        "emergencies": {
            "fire": ["=cháy", "gọi xe cứu hỏa"],
            "accident": ["xe * tông"],
            "calm": ["bóng đèn cháy", "xe cứu hỏa", "tông đổ", "vẫn chưa"],
            "feared": ["sợ", "suýt"],
            "elsewhen": ["hôm qua", "hay bị"],
            "now": ["vẫn còn"],
        },
        "signs": {
            "victim": ["người", "mẹ", "bé"],
            "still": ["nằm im", "gọi không dậy"],
            "fall": ["té xuống", "rớt"],
            "down": ["rớt"],
            "wire": ["dây điện"],
            "deep": ["giếng", "sông"],
            "plea": ["cứu với"],
        },
        "situations": {
            "medical": ["victim + still"],
            "rescue": ["fall > deep + victim"],
            "wire": ["wire > down"],
        },
    },
    Gazetteer.empty(),
    province=None,
)


def told(text: str) -> str | None:
    return read(text, Phase.IDLE, SITE).emergency


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mẹ em nằm im gọi không dậy", "medical"),
        ("me em nam im roi", "medical"),
        ("NẰM IM RỒI MẸ ƠI", "medical"),
        ("bé té xuống cái giếng sau nhà", "rescue"),
        ("dây điện bị rớt", "wire"),
        ("bé rớt sông", "rescue"),
        ("cháyyyyy", "fire"),
        ("gọi xe cứu hỏa giùm", "fire"),
    ],
)
def test_signs_that_stand_together_tell_an_emergency(text: str, kind: str) -> None:
    assert told(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "mẹ em muốn hỏi về giấy tờ",
        "giếng cạn nên bé té xuống sân",
        "mẹ em ở quê. con chó nằm im",
        "mẹ em đang đứng chờ ở ủy ban phường từ sáng tới giờ mà cán bộ một cửa thì nằm im",
        "bé rớt trước nhà có rất nhiều cột và cây xanh gần bờ sông",
    ],
)
def test_a_sign_alone_or_signs_apart_or_in_the_wrong_order_do_not(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "hôm qua bé té xuống giếng",
        "năm 2022 mẹ em nằm im",
        "ở đây bé hay bị té xuống giếng",
        "sợ bé té xuống giếng",
        "xe chạy ẩu suýt tông vào nhà",
        "bóng đèn cháy",
        "xe cứu hỏa đậu chắn lối",
        "xe máy tông đổ chậu cây",
        "hôm qua cháy mà vẫn chưa có ai dọn",
    ],
)
def test_what_is_past_a_habit_feared_or_calm_is_none(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize("text", ["hôm qua tới giờ mẹ em nằm im, cứu với", "từ hôm qua bé vẫn còn nằm im"])
def test_a_cry_for_help_and_what_still_lasts_outweigh_the_past(text: str) -> None:
    assert told(text) == "medical"


@pytest.mark.parametrize("piece", ["té xuống giếng ", "người nằm im hôm qua ", "cháy bóng đèn cháy ", "sợ rớt sông "])
def test_many_signs_are_read_within_a_second(piece: str) -> None:
    before = time.process_time()
    read(piece * 70_000, Phase.IDLE, SITE)
    assert time.process_time() - before < 1
