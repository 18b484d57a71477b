from typing import Any

import pytest
from kit.sites import gazetteer, site

from conversation.errors import BadProfile
from conversation.gazetteer.units import Gazetteer
from conversation.state import Phase
from conversation.understanding.lexicon import build_lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import Intent
from conversation.understanding.record import as_record
from conversation.understanding.words import _remembered, hear


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


@pytest.mark.parametrize(
    ("name", "near"),
    [("Hồ Chí Min", "Hồ Chí Minh"), ("Gò Vâp 2", "Gò Vấp"), ("phường Bến Thành", ""), ("!", "")],
)
def test_an_alias_for_no_province_and_no_district_is_refused_with_names_that_are_near(name: str, near: str) -> None:
    with pytest.raises(BadProfile) as refused:
        build_lexicon({"aliases": {"sg": ["Hồ Chí Minh"], "x": ["Hà Nội", name]}}, gazetteer(), province="79")
    assert (refused.value.file, refused.value.key) == ("lexicon.toml", "aliases.x")
    assert f"is called {name!r}" in refused.value.reason
    assert refused.value.reason.partition("; near: ")[2].startswith(near)
    assert bool(near) == ("near" in refused.value.reason)


def test_a_site_without_units_may_have_aliases_and_a_former_unit_has_them_too() -> None:
    build_lexicon({"aliases": {"x": ["nowhere"]}}, Gazetteer.empty(), province=None)
    build_lexicon({"aliases": {"xứ dừa": ["Bến Tre"], "tdr": ["Thủ Đức"]}}, gazetteer(), province="79")


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("số 5 Lê Duẩn, ban mê thuột", "Đắk Lắk"),
        ("hẻm 5 Trần Phú, qui nhơn", "Gia Lai"),
        ("hem 5 Tran Phu, qui nhon", "Gia Lai"),
        ("hẻm 5 Trần Phú, quí nhốn", "Hồ Chí Minh"),
    ],
)
def test_an_alias_counts_with_its_own_marks_with_none_and_not_with_others(text: str, province: str) -> None:
    assert as_record("", read(text, Phase.ADDRESS, site().lexicon))["province"] == province


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


def test_a_sites_phrases_fill_no_memory_that_is_for_what_people_write() -> None:
    build_lexicon({"commands": {"help": ["cứu trợ giúp đỡ"]}}, Gazetteer.empty(), province=None)
    assert _remembered.cache_info().currsize == 0


def test_words_are_remembered_but_no_numbers() -> None:
    build_lexicon({}, Gazetteer.empty(), province=None)
    hear("gọi tôi số 0901234567, nhà 12A")
    assert _remembered.cache_info().currsize == 4
