"""What a reading adds to the draft, told by readings made by hand: the reader has tests of its own."""

from dataclasses import replace

import pytest
from kit.sites import site

from conversation.places import Place
from conversation.slots import e164, fill
from conversation.state import ConversationState, Draft, Phase
from conversation.understanding.reading import Field, PhoneFound, PlaceFound, Reading

HOME = Place("15 Lê Lợi, phường Bến Thành", ward="Phường Bến Thành", province="Hồ Chí Minh", ward_code="26743")
FULL = Draft(name="An", phone="+84912345678", place=HOME, request="Đèn hỏng", category="lighting")


def filled(phase: Phase, draft: Draft, **read: object) -> Draft:
    return fill(ConversationState(phase=phase, draft=draft), Reading("", **read), site())  # type: ignore[arg-type]


def placed(raw: str, **known: str) -> PlaceFound:
    return PlaceFound(Place(raw, **known))  # type: ignore[arg-type]


def test_an_empty_field_is_filled_in_any_phase() -> None:
    assert filled(Phase.REQUEST, Draft(), name="Lan").name == "Lan"
    assert filled(Phase.NAME, Draft(), phones=(PhoneFound("+84987654321", ""),)).phone == "+84987654321"


def test_a_field_is_replaced_where_it_was_asked_for_corrected_or_shown() -> None:
    assert filled(Phase.NAME, FULL, name="Lan").name == "Lan"
    assert filled(Phase.REQUEST, FULL, name="Lan").name == "An"
    assert filled(Phase.REQUEST, FULL, name="Lan", corrects=Field.NAME).name == "Lan"
    assert filled(Phase.CONFIRM, FULL, name="Lan").name == "Lan"
    assert filled(Phase.CONFIRM, FULL, name="Lan", request="anh Lan thấy").name == "An"
    assert filled(Phase.NAME, FULL, name="Lan", corrects=Field.PHONE).name == "An"


def test_somebody_elses_phone_is_no_contact_unless_it_was_asked_for() -> None:
    mothers = (PhoneFound("+84987654321", "", own=False),)
    assert filled(Phase.REQUEST, Draft(), phones=mothers).phone is None
    assert filled(Phase.PHONE, Draft(), phones=mothers).phone == "+84987654321"
    both = (*mothers, PhoneFound("+84911111111", "", own=True), PhoneFound("+84922222222", ""))
    assert filled(Phase.IDLE, Draft(), phones=both).phone == "+84911111111"


def test_doubtful_phones_are_kept_until_the_citizen_chooses() -> None:
    old = (PhoneFound("+84852223344", "01252223344", converted_from="01252223344"),)
    draft = filled(Phase.CONFIRM, FULL, phones=old)
    assert (draft.phone, draft.phones, draft.phone_was) == ("+84912345678", ("+84852223344",), "01252223344")
    two = (PhoneFound("+84911111111", ""), PhoneFound("+84922222222", ""), PhoneFound("+84911111111", ""))
    assert filled(Phase.PHONE, Draft(), phones=two).phones == ("+84911111111", "+84922222222")


@pytest.mark.parametrize(
    ("correction", "raw"),
    [
        ("số nhà 51", "51 Lê Lợi, phường Bến Thành"),
        ("51/2A", "51/2A Lê Lợi, phường Bến Thành"),
        ("sn 7", "7 Lê Lợi, phường Bến Thành"),
        ("Lê Lai", "Lê Lai"),
    ],
)
def test_a_corrected_part_of_a_place_keeps_the_rest(correction: str, raw: str) -> None:
    place = filled(Phase.CONFIRM, FULL, place=placed(correction), corrects=Field.ADDRESS).place
    assert place is not None
    assert (place.raw, place.ward) == (raw, "Phường Bến Thành")


def test_a_correction_with_a_ward_of_its_own_is_another_place_at_the_same_pin() -> None:
    pinned = replace(FULL, place=replace(HOME, latitude=10.0, longitude=106.0))
    found = placed("3 Trần Phú, Huế", ward="Phường Thuận Hóa", province="Huế")
    place = filled(Phase.CONFIRM, pinned, place=found, corrects=Field.ADDRESS).place
    assert place is not None
    assert (place.province, place.outside, place.latitude) == ("Huế", True, 10.0)


def test_a_new_place_may_be_asked_for_its_ward_again() -> None:
    draft = filled(Phase.ADDRESS, replace(FULL, asked=("ward", "same")), place=placed("đường Lê Lai"))
    assert draft.asked == ("same",)
    assert draft.place == Place("đường Lê Lai")


def test_words_join_a_pin_and_a_place_elsewhere_in_a_story_changes_nothing() -> None:
    pin = replace(FULL, place=Place("", latitude=10.0, longitude=106.0))
    place = filled(Phase.REQUEST, pin, place=placed("chợ Bến Thành")).place
    assert place == Place("chợ Bến Thành", latitude=10.0, longitude=106.0)
    assert filled(Phase.REQUEST, FULL, place=placed("chợ Bến Thành")).place == HOME


def test_a_request_is_set_then_added_to_then_replaced_when_they_say_so() -> None:
    assert filled(Phase.NAME, Draft(), request="Đèn hỏng", categories=("lighting", "road")).category == "lighting"
    longer = filled(Phase.CONFIRM, FULL, request="tối thui luôn", categories=("security",))
    assert (longer.request, longer.category) == ("Đèn hỏng\ntối thui luôn", "lighting")
    assert filled(Phase.CONFIRM, FULL, request="Đèn hỏng").request == "Đèn hỏng"
    other = filled(Phase.CONFIRM, FULL, request="Kẹt xe", categories=("traffic",), replaces_request=True)
    assert (other.request, other.category) == ("Kẹt xe", "traffic")
    assert filled(Phase.REQUEST, FULL, request="Kẹt xe").category is None
    assert filled(Phase.CONFIRM, replace(FULL, category="other"), request="x", categories=("road",)).category == "road"
    assert filled(Phase.ADDRESS, Draft(), categories=("road",)).category == "road"


def test_a_request_does_not_grow_without_end() -> None:
    grown = filled(Phase.CONFIRM, replace(FULL, request="a" * 19_999), request="b" * 500).request
    assert grown is not None
    assert len(grown) == 20_000


def test_publication_is_off_until_the_citizen_says_so() -> None:
    assert filled(Phase.CONFIRM, FULL).publish is False
    public = filled(Phase.CONFIRM, FULL, publish=True)
    assert public.publish is True
    assert filled(Phase.CONFIRM, public).publish is True


def test_a_national_id_is_kept_only_where_the_site_asks_for_it() -> None:
    assert filled(Phase.CONFIRM, FULL, national_id="079123456789").national_id is None
    state = ConversationState(phase=Phase.NAME)
    assert fill(state, Reading("", national_id="0012345679"), site("iran111")).national_id == "0012345679"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("84912345678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("0912345678", "+84912345678"),
        ("4915112345678", "+4915112345678"),
        ("12", None),
        ("", None),
    ],
)
def test_a_phone_that_a_platform_hands_over(typed: str, number: str | None) -> None:
    assert e164(typed, site()) == number


def test_a_phone_of_the_other_country() -> None:
    assert e164("989123456789", site("iran111")) == "+989123456789"


def test_without_a_list_of_units_the_answer_to_the_address_question_is_the_place() -> None:
    state = ConversationState(phase=Phase.ADDRESS)
    draft = fill(state, Reading("کنار مدرسه", request="کنار مدرسه"), site("iran111"))
    assert (draft.place, draft.request) == (Place("کنار مدرسه"), None)
    assert fill(state, Reading("x", request="x"), site()).request == "x"


def test_an_opening_is_no_report_until_more_is_told() -> None:
    opening = filled(Phase.IDLE, Draft(), request="tôi cần báo sự cố")
    assert opening.vague
    told = filled(Phase.REQUEST, opening, request="nắp cống mất", categories=("drainage",))
    assert (told.request, told.category, told.vague) == ("tôi cần báo sự cố\nnắp cống mất", "drainage", False)
    assert not filled(Phase.IDLE, Draft(), request="đèn hỏng", categories=("lighting",)).vague
    assert not filled(Phase.REQUEST, Draft(), request="nắp cống mất").vague


@pytest.mark.parametrize(
    ("raw", "told"),
    [("đường trước nhà", False), ("góc đường một", False), ("đường Lê Lợi", True), ("số 5", True), ("sau chợ", True)],
)
def test_a_place_mentioned_in_passing_is_still_asked_for(raw: str, told: bool) -> None:
    request = f"đèn hỏng ở {raw} ba ngày nay" if raw != "sau chợ" else "đèn hỏng"
    assert (filled(Phase.NAME, Draft(), place=placed(raw), request=request).place is not None) is told
    assert filled(Phase.ADDRESS, Draft(), place=placed(raw), request=request).place is not None


def test_a_unit_or_a_candidate_is_never_in_passing() -> None:
    ward = placed("phường nhà", ward="Phường Bến Thành")
    assert filled(Phase.NAME, Draft(), place=ward, request="phường nhà").place is not None
    doubtful = replace(placed("phường nhà"), candidates=(HOME,))
    assert filled(Phase.NAME, Draft(), place=doubtful, request="phường nhà").places == (HOME,)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("CCCD 079123456789, đèn hỏng", "CCCD *********789, đèn hỏng"),
        ("căn cước 079 123 456 789", "căn cước *********789"),
        ("gọi 0912345678 hoặc 02838291234", "gọi 0912345678 hoặc 02838291234"),
        ("mã PHA251200000456", "mã PHA251200000456"),
    ],
)
def test_an_id_number_nobody_asked_for_is_masked(text: str, kept: str) -> None:
    assert filled(Phase.REQUEST, Draft(), request=text).request == kept
    assert fill(ConversationState(), Reading("", request=text), site("iran111")).request == text
