import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import Field, Intent
from conversation.understanding.wishes import is_national_id


@pytest.mark.parametrize("digits", ["0012345679", "1234567891", "0076543218", "4580000129"])
def test_the_checksum_of_valid_national_ids_holds(digits: str) -> None:
    assert is_national_id(digits)


@pytest.mark.parametrize("digits", ["0012345678", "1111111111", "123", "12345678910"])
def test_other_digits_are_no_national_id(digits: str) -> None:
    assert not is_national_id(digits)


@pytest.mark.parametrize(
    ("text", "national_id"),
    [
        ("کد ملی من ۰۰۱۲۳۴۵۶۷۹ است", "0012345679"),
        ("4580000129", "4580000129"),
        ("کد ملی 12345679", "0012345679"),
        ("12345679", None),
        ("کد پستی 1234567891", None),
        ("0012345678", None),
    ],
)
def test_a_national_id_is_told_from_a_postal_code(text: str, national_id: str | None, persian: Lexicon) -> None:
    reading = read(text, Phase.IDLE, persian)
    assert reading.national_id == national_id
    assert reading.phones == ()


def test_a_national_id_is_never_read_where_it_is_never_asked(known: Lexicon) -> None:
    assert read("4580000129", Phase.IDLE, known).national_id is None


def test_a_persian_report_in_one_breath(persian: Lexicon) -> None:
    text = "سلام من رضا کریمی هستم، موبایل ۰۹۱۲۱۱۱۲۲۳۳، نشانی: شیراز خیابان زند، زباله ها را نمی‌برند"
    reading = read(text, Phase.IDLE, persian)
    assert reading.name == "رضا کریمی"
    assert reading.phones[0].e164 == "+989121112233"
    assert reading.place is not None
    assert reading.place.place.raw == "شیراز خیابان زند"
    assert reading.place.place.province is None
    assert reading.request == "زباله ها را نمی‌برند"
    assert reading.categories == ("waste",)


@pytest.mark.parametrize(("text", "name"), [("علی رضایی", "علی رضایی"), ("نام من علی است", "علی"), ("نمی‌گویم", None)])
def test_persian_names_are_read(text: str, name: str | None, persian: Lexicon) -> None:
    assert read(text, Phase.NAME, persian).name == name


def test_a_persian_address_is_taken_whole(persian: Lexicon) -> None:
    reading = read("تهران، خیابان ولیعصر، پلاک ۱۲", Phase.ADDRESS, persian)
    assert reading.place is not None
    assert reading.place.place.raw == "تهران، خیابان ولیعصر، پلاک 12"


@pytest.mark.parametrize(
    ("text", "asked", "intent"),
    [
        ("لغو", Phase.NAME, Intent.CANCEL),
        ("بله", Phase.CONFIRM, Intent.CONFIRM),
        ("خير", Phase.CONFIRM, Intent.DENY),
        ("كارشناس", Phase.IDLE, Intent.OPERATOR),
        ("پیگیری درخواست 111-261121-7K3QX", Phase.IDLE, Intent.STATUS_LOOKUP),
        ("خانه آتش گرفته کمک", Phase.IDLE, Intent.EMERGENCY),
    ],
)
def test_persian_commands_are_heard_in_either_spelling(
    text: str, asked: Phase, intent: Intent, persian: Lexicon
) -> None:
    assert read(text, asked, persian).intent is intent


def test_a_persian_correction_names_its_field(persian: Lexicon) -> None:
    assert read("شماره اشتباه است", Phase.CONFIRM, persian).corrects is Field.PHONE


def test_a_request_for_a_relative_names_the_person(persian: Lexicon) -> None:
    reading = read("برای مادرم درخواست ثبت می کنم", Phase.IDLE, persian)
    assert (reading.on_behalf, reading.subject) == (True, "مادرم")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("خانه همسایه آتش گرفته", "fire"),
        ("پدرم سکته کرده", "medical"),
        ("مادرم افتاده زمین جواب نمی‌دهد", "medical"),
        ("شوهرم منو می‌زنه تورو خدا کمک", "crime"),
        ("پسر همسایه را پدرش با کمربند می‌زند", "child"),
        ("دختر پنج ساله گم شده", "child"),
        ("می‌خوام خودمو بکشم", "self_harm"),
    ],
)
def test_a_persian_emergency_comes_first_and_says_its_kind(text: str, kind: str, persian: Lexicon) -> None:
    assert read(text, Phase.IDLE, persian).emergency == kind


@pytest.mark.parametrize(
    "text",
    ["ایستگاه آتش‌نشانی محله ما کجاست", "پارسال سیل آمد هنوز خسارت ندادند", "می‌ترسم دیوار خراب شود", "قطع گاز از صبح"],
)
def test_what_is_feared_or_past_in_persian_is_none(text: str, persian: Lexicon) -> None:
    assert read(text, Phase.IDLE, persian).emergency is None
