"""A site profile is whole and right, or refused with file, key and reason."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from kit.sites import NAMES, changed_site, gazetteer, site, tables, texts, with_notice

from conversation.errors import BadProfile
from conversation.profile import ConsentMode, due_at, read_profile
from conversation.understanding.reading import Field

TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)
"""9:00 in Vietnam."""


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_sites_are_good(name: str) -> None:
    profile = site(name)
    assert profile.languages[0] in profile.titles
    assert set(profile.report.order) == set(Field)
    assert "other" in profile.categories


def test_the_default_site_asks_for_consent_and_the_order_is_name_phone_address_request() -> None:
    profile = site()
    assert profile.prefix == "1022"
    assert profile.consent.mode is ConsentMode.ASK
    assert [str(field) for field in profile.report.order] == ["name", "phone", "address", "request"]
    assert with_notice().consent.legal_basis == "duty of a public authority"


def set_to(*path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(table: dict[str, Any]) -> None:
        for key in path[:-1]:
            table = table[key]
        table[path[-1]] = value

    return change


def drop(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(table: dict[str, Any]) -> None:
        for key in path[:-1]:
            table = table[key]
        del table[path[-1]]

    return change


def first_category(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda table: table["categories"][0].update(values)


def topics(*more: dict[str, Any], **values: object) -> Callable[[dict[str, Any]], None]:
    """One good topic but for `values`, and more of them."""
    return set_to("announcements", value={"topics": [{"code": "weather", "name": "Thời tiết", **values}, *more]})


BAD: dict[str, tuple[Callable[[dict[str, Any]], None], str, str]] = {
    "a missing title": (drop("title"), "title", "is missing"),
    "a title without one language": (drop("title", "en"), "title.en", "is missing"),
    "an empty place": (set_to("place", value=" "), "place", "is empty"),
    "quiet hours that are none": (set_to("announcements", value={"quiet": "at night"}), "announcements.quiet", "21:30"),
    "quiet all day": (set_to("announcements", value={"quiet": "8:00-08:00"}), "announcements.quiet", "some hours"),
    "a price that is none": (
        set_to("announcements", value={"prices": {"zalo": "55"}}),
        "announcements.prices.zalo",
        "must be a whole number",
    ),
    "a topic without a code": (set_to("announcements", value={"topics": [{"name": "x"}]}), "topics[0].code", "missing"),
    "a topic called all": (topics(code="all"), "announcements.topics[0].code", "not `all`"),
    "a topic with a long name": (topics(name="Thời tiết xấu"), "announcements.topics[0].name", "at most 11"),
    "a topic with a key of its own": (topics(colour="x"), "announcements.topics[0].colour", "no setting"),
    "two topics of one code": (topics({"code": "weather", "name": "x"}), "announcements.topics[1].code", "each once"),
    "two topics of one name": (
        topics({"code": "storm", "name": "x", "words": ["thoi tiet"]}),
        "announcements.topics[1].words",
        "is another topic's",
    ),
    "too many topics": (
        topics(*({"code": f"t{at}", "name": f"x{at}"} for at in range(8))),
        "announcements.topics",
        "at most 8",
    ),
    "a number for a text": (set_to("hotline", value=1022), "hotline", "must be a text"),
    "an unknown key": (set_to("colour", value="red"), "colour", "no setting has this name"),
    "an unknown key below": (set_to("times", "lunch", value=1), "times.lunch", "no setting has this name"),
    "an unknown key of a category": (first_category(colour=1), "categories[0].colour", "no setting has this name"),
    "no languages": (set_to("languages", value=[]), "languages", "at least one language"),
    "a language twice": (set_to("languages", value=["vi", "vi"]), "languages", "each once"),
    "languages that are no texts": (set_to("languages", value=[1]), "languages", "a list of texts"),
    "a language without texts": (set_to("languages", value=["vi", "xx"]), "name.xx", "is missing"),
    "an odd prefix": (set_to("prefix", value="10-22"), "prefix", "letters and digits"),
    "an unknown time zone": (set_to("timezone", value="Asia/Saigon City"), "timezone", "no time zone"),
    "a time zone that is a path": (set_to("timezone", value="../etc"), "timezone", "no time zone"),
    "unknown rules": (set_to("rules", value="xx"), "rules", "one of vn, fa"),
    "an unknown province": (set_to("province", value="Sài Gòn"), "province", "province"),
    "an unknown field": (set_to("report", "order", value=["name", "age"]), "report.order", "at most once"),
    "a field twice": (set_to("report", "order", value=["name", "name"]), "report.order", "at most once"),
    "no request": (set_to("report", "required", value=["name"]), "report.required", "cannot be left out"),
    "a word for a choice": (set_to("report", "ask_ward", value="yes"), "report.ask_ward", "true or false"),
    "a notice without its law": (set_to("consent", "mode", value="notice"), "consent.legal_basis", "name the law"),
    "a negative time": (set_to("times", "draft_hours", value=-1), "times.draft_hours", "from 1 to 720"),
    "true for a number": (set_to("times", "draft_hours", value=True), "times.draft_hours", "a whole number"),
    "a reminder after the end": (
        lambda table: table["times"].update(draft_hours=1, reminder_minutes=60),
        "times.reminder_minutes",
        "must come before",
    ),
    "a day that never was": (set_to("office", "hours", "mon", value=["9-17"]), "office.hours.mon", "07:30-11:30"),
    "hours backwards": (set_to("office", "hours", "mon", value=["17:00-09:00"]), "office.hours.mon", "must end after"),
    "hours in each other": (
        set_to("office", "hours", "mon", value=["08:00-12:00", "11:00-17:00"]),
        "office.hours.mon",
        "follow each other",
    ),
    "an unknown weekday": (set_to("office", "hours", "montag", value=[]), "office.hours.montag", "no setting"),
    "an office that never opens": (set_to("office", "hours", value={}), "office.hours", "on some weekday"),
    "holidays as texts": (set_to("office", "holidays", value=["2027-01-01"]), "office.holidays", "without quotes"),
    "no number for fires": (drop("emergencies", "fire"), "emergencies.fire", "is missing"),
    "a department nobody knows": (first_category(department="x"), "categories[0].department", "must be one of"),
    "two deadlines": (first_category(sla_hours=8), "categories[0].sla_days", "either"),
    "categories as a text": (set_to("categories", value="road"), "categories", "a list of tables"),
    "categories as texts": (set_to("categories", value=["road"]), "categories", "a list of tables"),
    "no category for the rest": (lambda table: table["categories"].pop(), "categories", "must have the code other"),
    "a code pattern that is none": (set_to("ticket_code_patterns", value=["("]), "ticket_code_patterns", "("),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_profile_is_refused_with_its_key_and_the_reason(case: str) -> None:
    change, key, reason = BAD[case]
    with pytest.raises(BadProfile) as refused:
        changed_site(change)
    assert key in refused.value.key
    assert reason in refused.value.reason
    assert str(refused.value) == f"{refused.value.file}: {refused.value.key}: {refused.value.reason}"


def test_keywords_of_a_category_that_the_site_does_not_have_are_a_mistake() -> None:
    changed = tables("hcmc")
    changed["lexicon.toml"]["categories"]["raod"] = ["ổ gà"]
    with pytest.raises(BadProfile, match=r"^lexicon.toml: categories.raod: site.toml has no category of this code$"):
        read_profile(changed, texts("hcmc"), gazetteer())


def test_an_empty_folder_is_refused_not_crashed_on() -> None:
    with pytest.raises(BadProfile, match="languages: is missing"):
        read_profile({}, {})


def test_optional_tables_have_defaults() -> None:
    def bare(table: dict[str, Any]) -> None:
        for key in ("report", "times", "retention"):
            del table[key]

    profile = changed_site(bare)
    assert profile.times.draft == timedelta(hours=72)
    assert profile.times.reminder == timedelta(minutes=30)
    assert profile.retention.ticket is None
    assert profile.report.duplicates == "ask"


def test_retention_of_tickets_is_a_number_of_days() -> None:
    profile = changed_site(set_to("retention", "ticket_days", value=3650))
    assert profile.retention.ticket == timedelta(days=3650)


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("vi", "vi"), ("en-US", "en"), ("EN_us", "en"), ("fr", "vi"), (None, "vi"), ("", "vi")]
)
def test_a_platforms_language_is_matched_to_the_sites(wanted: str | None, spoken: str) -> None:
    assert site().language(wanted) == spoken


def test_a_deadline_counts_working_days_and_skips_holidays() -> None:
    assert due_at(site(), "road", TUESDAY) == datetime(2026, 12, 1, 10, tzinfo=UTC)
    before_new_year = datetime(2026, 12, 31, 2, tzinfo=UTC)
    assert due_at(site(), "electricity", before_new_year) == datetime(2027, 1, 6, 10, tzinfo=UTC)


def test_a_deadline_in_hours_counts_open_office_hours() -> None:
    def four_hours(table: dict[str, Any]) -> None:
        del table["categories"][0]["sla_days"]
        table["categories"][0]["sla_hours"] = 4

    profile = changed_site(four_hours)
    # 9:00 to 11:30 are two and a half hours, the rest ends at 14:30
    assert due_at(profile, "road", TUESDAY) == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_without_a_deadline_none_is_promised() -> None:
    profile = changed_site(lambda table: table["categories"][0].pop("sla_days"))
    assert due_at(profile, "road", TUESDAY) is None


def test_an_unheard_of_category_is_due_like_the_rest() -> None:
    assert due_at(site(), "unheard-of", TUESDAY) == due_at(site(), "other", TUESDAY)


def test_a_site_without_a_list_of_units_needs_none() -> None:
    own = tables("iran111")
    assert read_profile(own, texts("iran111")).province is None
    assert read_profile(own, texts("iran111"), gazetteer()).rules == "fa"


def test_a_province_may_be_given_by_its_code() -> None:
    assert changed_site(set_to("province", value="79")).province == "Hồ Chí Minh"


def test_a_site_without_a_province_reads_places_without_a_list_of_units() -> None:
    assert read_profile(tables("iran111"), texts("iran111"), gazetteer()).lexicon.gazetteer.wards == ()


def test_quiet_hours_and_prices_are_the_sites_own() -> None:
    assert (site().announcements.quiet, site().announcements.prices) == (None, {})
    rules = changed_site(set_to("announcements", value={"quiet": "21:30-6:00", "prices": {"zalo": 55}})).announcements
    assert rules.quiet is not None
    assert (rules.quiet.start, rules.quiet.end, rules.prices) == (time(21, 30), time(6), {"zalo": 55})
