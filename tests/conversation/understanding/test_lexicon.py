from typing import Any

import pytest
from kit.sites import gazetteer

from conversation.errors import BadProfile
from conversation.gazetteer.units import Gazetteer
from conversation.state import Phase
from conversation.understanding.lexicon import build_lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import Intent


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"comands": {}}, "comands"),
        ({"commands": []}, "commands"),
        ({"commands": {"cancell": ["hủy"]}}, "commands.cancell"),
        ({"commands": {"cancel": "hủy"}}, "commands.cancel"),
        ({"categories": {"road": ["ổ gà", " "]}}, "categories.road"),
        ({"emergencies": {"earthquake": ["rung"]}}, "emergencies.earthquake"),
        ({"signs": {"smoke": ["khói"]}, "situations": {"fire": ["smoke + cry"]}}, "situations.fire"),
        ({"situations": {"quake": ["smoke"]}}, "situations.quake"),
        ({"aliases": []}, "aliases"),
        ({"aliases": {"sg": "Hồ Chí Minh"}}, "aliases.sg"),
        ({"aliases": {"sg": []}}, "aliases.sg"),
    ],
)
def test_a_bad_table_is_refused_with_its_key(table: dict[str, Any], key: str) -> None:
    with pytest.raises(BadProfile) as refused:
        build_lexicon(table, Gazetteer.empty(), province=None)
    assert (refused.value.file, refused.value.key) == ("lexicon.toml", key)


def test_an_unknown_province_is_refused() -> None:
    with pytest.raises(BadProfile, match="neither the code nor the name"):
        build_lexicon({}, gazetteer(), province="Sài Gòn")


def test_a_province_is_known_by_code_and_by_name() -> None:
    assert build_lexicon({}, gazetteer(), province="Hồ Chí Minh").province == "79"
    assert build_lexicon({}, gazetteer(), province="79").province == "79"


def test_a_broken_code_pattern_is_refused() -> None:
    with pytest.raises(BadProfile, match="ticket_code_patterns"):
        build_lexicon({}, Gazetteer.empty(), province=None, ticket_code_patterns=("(",))


def test_overlapping_codes_are_read_once() -> None:
    known = build_lexicon(
        {}, Gazetteer.empty(), province=None, prefix="1022", ticket_code_patterns=(r"\d{6}-\w{5}", r"\b")
    )
    assert read("1022-261121-7K3QX", Phase.IDLE, known).codes == ("1022-261121-7K3QX",)


def test_a_site_without_words_still_reads_phones_and_names() -> None:
    reading = read("Nguyễn Văn An 0912345678", Phase.NAME, build_lexicon({}, Gazetteer.empty(), province=None))
    assert (reading.intent, reading.name) == (Intent.PROVIDE, "Nguyễn Văn An")
