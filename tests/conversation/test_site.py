"""Edits of a site's parts over its files: read as a whole, refused with the key that is to blame."""

from datetime import UTC, date, datetime

import pytest
from kit.sites import files

from conversation.errors import BadProfile
from conversation.profile import due_at
from conversation.state import Phase
from conversation.understanding.reader import read
from conversation.understanding.record import as_record

NAMES = {"vi": "Công viên", "en": "Parks"}


def test_without_edits_it_is_what_the_files_say() -> None:
    assert files().edited({}) is files().profile


def test_a_sentence_is_replaced_and_the_others_and_the_other_language_stay() -> None:
    site = files().edited({"texts/vi/ask-name": 'Anh/chị tên gì?\n"Họ và tên" nhé.'})
    assert site.catalog.say("vi", "ask-name") == 'Anh/chị tên gì?\n"Họ và tên" nhé.'
    assert site.catalog.say("en", "ask-name") == files().profile.catalog.say("en", "ask-name")
    assert site.catalog.say("vi", "help", title="x") == files().profile.catalog.say("vi", "help", title="x")


def test_keywords_and_emergency_phrases_are_read_with_the_edit() -> None:
    calm = [*files().tables["lexicon.toml"]["emergencies"]["calm"], "cháy túi"]
    fire = [*files().tables["lexicon.toml"]["emergencies"]["fire"], "cháy túi", "cáp treo dừng"]
    site = files().edited(
        {"categories/lighting": ["đèn cao áp mờ"], "emergencies/fire": fire, "emergencies/calm": calm}
    )
    assert read("đèn cao áp mờ quá", Phase.REQUEST, site.lexicon).categories[0] == "lighting"
    assert read("cáp treo dừng giữa trời", Phase.REQUEST, site.lexicon).emergency == "fire"
    assert read("cáp treo dừng giữa trời", Phase.REQUEST, files().profile.lexicon).emergency is None
    assert read("tháng này cháy túi", Phase.REQUEST, site.lexicon).emergency is None


def test_hours_and_holidays_are_replaced_and_the_promise_stays() -> None:
    site = files().edited({"office": {"hours": {"sat": ["08:00-12:00"]}, "holidays": ["2026-11-28"]}})
    assert site.office.is_open(datetime(2026, 11, 21, 2, tzinfo=UTC))
    assert not site.office.is_open(datetime(2026, 11, 28, 2, tzinfo=UTC))
    assert site.office.holidays == {date(2026, 11, 28)}
    assert site.answer_minutes == files().profile.answer_minutes


def test_a_department_is_added_renamed_retired_and_given_a_category() -> None:
    edits: dict[str, object] = {
        "departments/parks": {"name": NAMES, "retired": False},
        "departments/power": {"name": {"vi": "EVN", "en": "EVN"}, "retired": False},
        "departments/culture": {"name": NAMES, "retired": True},
        "routes/culture_tourism": "parks",
    }
    site = files().edited(edits)
    assert site.departments["parks"].names == NAMES
    assert site.departments["power"].names["vi"] == "EVN"
    assert site.categories["culture_tourism"].department == "parks"
    assert ("culture" in site.departments, "culture" in site.open_departments) == (True, False)
    assert [*site.departments][:15] == [*files().profile.departments]


def test_a_category_gets_another_name_and_another_deadline_or_none() -> None:
    edits = {"names/road": NAMES, "deadlines/road": {"sla_hours": 4}, "deadlines/trees": {}, "routes/road": "police"}
    site = files().edited(edits)
    road, trees = site.categories["road"], site.categories["trees"]
    assert (road.names, road.sla_hours, road.sla_days, road.department) == (NAMES, 4, None, "police")
    assert (trees.sla_hours, trees.sla_days) == (None, None)
    at = datetime(2026, 11, 23, 1, tzinfo=UTC)  # a Monday, eight o'clock
    assert due_at(site, "road", at) == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert due_at(site, "trees", at) is None
    assert due_at(files().profile, "trees", at) is not None
    assert [*site.categories] == [*files().profile.categories]


def test_emergency_numbers_and_names_of_places_are_replaced() -> None:
    numbers = {**files().profile.emergencies, "fire": "114, 112"}
    line = {"vi": "113 hoặc 112", "en": "113 or 112"}
    site = files().edited({"numbers": numbers, "line": line, "aliases": {"xứ dừa": ["Bến Tre"]}})
    assert (site.emergencies["fire"], site.emergency_line) == ("114, 112", line)
    place = "12 Lê Lợi, Mỏ Cày, xứ dừa"
    assert as_record("", read(place, Phase.ADDRESS, site.lexicon))["province"] == "Vĩnh Long"
    assert as_record("", read(place, Phase.ADDRESS, files().profile.lexicon))["province"] == "Hồ Chí Minh"


@pytest.mark.parametrize(
    ("key", "value", "rule", "named"),
    [
        ("texts/vi/ticket", "Đã nhận.", "missing-placeholder", "{code}"),
        ("texts/vi/ask-name", "Tên {phone}?", "unknown-placeholder", "{phone}"),
        ("texts/vi/ask-name", "Tên {", "brace", ""),
        ("texts/vi/ask-name", " \n", "empty", ""),
        ("texts/vi/ask-name", 7, "empty", ""),
        ("texts/vi/ask-name", "a" * 4001, "too-long", "4000"),
        ("texts/vi/no-such-text", "x", "", ""),
        ("texts/xx/ask-name", "x", "", ""),
        ("categories/road", "đường", "", ""),
        ("categories/road", ["đường", " "], "empty", ""),
        ("categories/road", ["đ" * 201], "too-long", "3000 × 200"),
        ("categories/unknown", ["x"], "", ""),
        ("emergencies/unknown", ["x"], "", ""),
        ("office", "always", "", ""),
        ("office", {"hours": {}, "holidays": []}, "never-open", ""),
        ("office", {"hours": {"mon": ["8-9"]}, "holidays": []}, "span", "8-9"),
        ("office", {"hours": {"mon": ["09:00-08:00"]}, "holidays": []}, "span-end", "09:00-08:00"),
        ("office", {"hours": {"mon": ["08:00-12:00", "11:00-13:00"]}, "holidays": []}, "span-order", ""),
        ("office", {"hours": {"mon": ["08:00-12:00"]}, "holidays": ["30/02/2027"]}, "date", "30/02/2027"),
        ("office", {"hours": {"mon": ["08:00-12:00"]}, "holidays": [7]}, "date", "7"),
        ("departments/parks", {"name": {"vi": "x"}, "retired": False}, "", ""),
        ("departments/parks", {"name": {"vi": "x", "en": " "}, "retired": False}, "empty", ""),
        ("departments/police", {"name": NAMES, "retired": True}, "retired-department", "police"),
        ("routes/road", "nobody", "one-of", "nobody"),
        ("routes/unknown", "police", "", ""),
        ("names/road", "Cầu đường", "", ""),
        ("names/road", {"vi": "Cầu đường"}, "", ""),
        ("names/road", {"vi": "Cầu đường", "en": " "}, "empty", ""),
        ("names/unknown", NAMES, "", ""),
        ("deadlines/road", {"sla_days": 0}, "number", "1–365"),
        ("deadlines/road", {"sla_hours": 2001}, "number", "1–2000"),
        ("deadlines/road", {"sla_days": 3, "sla_hours": 3}, "", ""),
        ("deadlines/road", 3, "", ""),
        ("deadlines/unknown", {}, "", ""),
        ("numbers", {"fire": "114"}, "", ""),
        ("numbers", "114", "", ""),
        ("line", {"vi": "114", "en": ""}, "empty", ""),
        ("aliases", ["sg"], "", ""),
        ("aliases.sg", {"sg": ["Hồ Chí Minh"]}, "", ""),
        ("prefix", "111", "", ""),
        ("", "", "", ""),
    ],
)
def test_what_the_files_could_not_say_is_refused(key: str, value: object, rule: str, named: str) -> None:
    with pytest.raises(BadProfile) as refused:
        files().edited({key: value})
    assert (refused.value.rule, refused.value.names) == (rule, named)
    assert refused.value.key.rpartition(".")[2] in key or refused.value.file == "site.toml"


@pytest.mark.parametrize(
    ("names", "rule", "named"),
    [
        ([], "alias", ""),
        (["Hồ Chí Min"], "unknown-unit", "Hồ Chí Min → Hồ Chí Minh, Hóc Môn?"),
        (["Xyz"], "unknown-unit", "Xyz"),
    ],
)
def test_another_name_of_no_place_is_refused(names: list[str], rule: str, named: str) -> None:
    with pytest.raises(BadProfile) as refused:
        files().edited({"aliases": {"sg": names}})
    assert (refused.value.key, refused.value.rule, refused.value.names) == ("aliases.sg", rule, named)


@pytest.mark.parametrize("name", ["hcmc", "iran111"])
def test_every_part_as_the_files_have_it_is_an_edit_that_changes_nothing(name: str) -> None:
    profile = files(name).profile
    keys = [
        "office",
        *(f"texts/{language}/ticket" for language in profile.languages),
        *(f"categories/{code}" for code in profile.categories),
        *(f"emergencies/{kind}" for kind in ("fire", "calm")),
        *(f"departments/{code}" for code in profile.departments),
        *(f"{part}/{code}" for part in ("routes", "names", "deadlines") for code in profile.categories),
        "numbers",
        "line",
        "aliases",
    ]
    edits = {key: value for key in keys if (value := files(name).value(key)) is not None}
    assert len(edits) > len(profile.departments) + len(profile.categories)
    edited = files(name).edited(edits)
    assert (edited.departments, edited.categories, edited.office) == (
        profile.departments, profile.categories, profile.office,
    )  # fmt: skip
    assert (edited.emergencies, edited.emergency_line) == (profile.emergencies, profile.emergency_line)
    assert edited.catalog == profile.catalog


@pytest.mark.parametrize(
    "key",
    [
        "texts/vi/none",
        "texts/xx/ticket",
        "categories/none",
        "departments/none",
        "routes/none",
        "names/none",
        "deadlines/none",
        "none",
        "",
    ],
)
def test_a_part_that_the_files_do_not_have_is_nothing(key: str) -> None:
    assert files().value(key) is None
