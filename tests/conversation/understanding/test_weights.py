"""Points of words: what weighs for an emergency, what against it, and what a broken table is told."""

from typing import Any

import pytest

from conversation.errors import BadProfile
from conversation.gazetteer.units import Gazetteer
from conversation.state import Phase
from conversation.understanding.lexicon import build_lexicon
from conversation.understanding.reader import read
from conversation.understanding.weights import read_weights

LEXICON = {
    "commands": {"help": ["giúp em với"]},
    "emergencies": {"fire": ["bốc lửa"], "elsewhen": ["hôm qua"]},
    "signs": {"smoke": ["khói"], "victim": ["người"]},
    "situations": {"rescue": ["smoke + victim"]},
}
WEIGHTS: dict[str, Any] = {
    "start": -10,
    "told": 12,
    "alarm": 0,
    "signs": {"8": ["smoke"], "-30": ["elsewhen"]},
    "words": {
        "9": ["phừng phừng"],
        "5": ["chay", "với"],
        "6": ["cháy", "em * day", "#", "# nguoi"],
        "-6": ["hỏi"],
    },
    "kinds": {"fire": {"3": ["chay", "[smoke]"]}, "medical": {"5": ["day"]}},
}
SITE = build_lexicon(LEXICON, Gazetteer.empty(), province=None, weights=read_weights(WEIGHTS))


def told(text: str) -> str | None:
    return read(text, Phase.IDLE, SITE).emergency


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quán cháy", "fire"),
        ("chay phừng phừng", "fire"),
        ("khói, 5 người", "rescue"),
        ("em không dậy, chay", "medical"),
        ("vách bốc lửa", "fire"),
        ("quán cháy" + " rồi" * 100, "fire"),
        ("rồi " * 100 + "quán cháy", "fire"),
    ],
)
def test_enough_points_are_an_emergency_of_the_kind_that_most_speaks_for(text: str, kind: str) -> None:
    assert told(text) == kind


@pytest.mark.parametrize(
    "text",
    ["", "chay", "chảy", "khói", "hỏi quán cháy", "hôm qua khói, 5 người", "vách bốc lửa hỏi thăm", "4 5 6 7"],
)
def test_too_few_points_are_none_whatever_phrase_was_met(text: str) -> None:
    assert told(text) is None


def test_words_far_apart_do_not_add_up() -> None:
    assert told("khói " + "rồi " * 60 + "5") is None
    assert told("khói rồi 5") == "fire"


def test_a_whole_command_is_never_weighed() -> None:
    heavy = WEIGHTS | {"alarm": -100}
    site = build_lexicon(LEXICON, Gazetteer.empty(), province=None, weights=read_weights(heavy))
    assert read("giúp em với", Phase.IDLE, site).intent == "help"
    assert read("giúp em với khói quá", Phase.IDLE, site).intent == "emergency"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"wrods": {}}, "wrods"),
        ({"alarm": "high"}, "alarm"),
        ({"signs": ["smoke"]}, "signs"),
        ({"words": ["cháy"]}, "words"),
        ({"words": {"many": ["cháy"]}}, "words.many"),
        ({"words": {"3": "cháy"}}, "words.3"),
        ({"words": {"3": [" "]}}, "words.3"),
        ({"kinds": []}, "kinds"),
        ({"kinds": {"quake": {}}}, "kinds.quake"),
        ({"kinds": {"fire": {"x": ["cháy"]}}}, "kinds.fire.x"),
    ],
)
def test_a_bad_table_is_refused_with_its_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(BadProfile) as refused:
        read_weights(WEIGHTS | change)
    assert (refused.value.file, refused.value.key) == ("weights.toml", key)
