"""How values read: phones grouped, dates of the place, units in force beside the citizen's words, masks."""

from datetime import UTC, datetime

import pytest
from kit.sites import site

from conversation.asking import known_details, put
from conversation.places import Place
from conversation.profile import Channel
from conversation.questions import Question
from conversation.state import Aside, ConversationState, Draft, Phase
from conversation.wording import Wording

VI, EN, FA = Wording(site(), "vi"), Wording(site(), "en"), Wording(site("iran111"), "fa")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+84912345678", "0912 345 678"), ("+842838291234", "028 3829 1234"), ("+4915112345678", "+49 1511 2345678")],
)
def test_phones_are_grouped_as_they_are_dialled(number: str, shown: str) -> None:
    assert VI.phone(number) == shown


def test_a_masked_phone_is_recognised_by_its_owner_only() -> None:
    assert VI.masked("+84912345678") == "0912***678"
    assert FA.masked("+989123456789") == "\u2066۰۹۱۲***۷۸۹\u2069"


def test_persian_digits_and_isolates_stand_around_never_inside() -> None:
    assert FA.phone("+989123456789") == "\u2066۰۹۱۲ ۳۴۵ ۶۷۸۹\u2069"
    assert FA.ltr("111-261124-7K3QX") == "\u2066111-261124-7K3QX\u2069"
    assert FA.date(datetime(2026, 11, 24, tzinfo=UTC)) == "۱۴۰۵/۰۹/۰۳"
    assert VI.ltr("x") == "x"


def test_moments_are_local() -> None:
    assert VI.moment(datetime(2026, 11, 24, 2, tzinfo=UTC)) == "09:00 ngày 24/11/2026"
    assert EN.date(datetime(2026, 11, 24, 20, tzinfo=UTC)) == "25/11/2026"


def test_people_are_addressed_by_their_given_name() -> None:
    assert VI.given("Nguyễn Văn An") == "An"
    assert EN.given("Anna Le") == "Anna Le"
    assert VI.initials("Nguyễn Văn An") == "N. V. An"
    assert VI.initials("Út") == "Út"


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place("12 Lê Lợi"), "12 Lê Lợi"),
        (Place("12 Lê Lợi", province="Hồ Chí Minh"), "12 Lê Lợi, Hồ Chí Minh"),
        (Place("12 Lê Lợi HCM", province="Hồ Chí Minh", province_stated="HCM"), "12 Lê Lợi HCM"),
        (
            Place("phường 5, quận Gò Vấp", ward="Phường An Nhơn", province="Hồ Chí Minh", ward_stated="Phường 5"),
            "phường 5, quận Gò Vấp (nay là Phường An Nhơn, Hồ Chí Minh)",
        ),
        (
            Place("Ben Thanh ward", ward="Phường Bến Thành", ward_stated="Ben Thanh ward"),
            "Ben Thanh ward",
        ),
        (Place("gần chợ", ward="Phường Bến Thành"), "gần chợ (nay là Phường Bến Thành)"),
        (Place("", latitude=10.5, longitude=106.25), "10.50000, 106.25000"),
        (Place("", ward="Phường Bến Thành", latitude=1.0, longitude=1.0), "Phường Bến Thành"),
        (Place(""), ""),
    ],
)
def test_a_place_keeps_its_words_and_shows_what_is_in_force(place: Place, shown: str) -> None:
    assert VI.place(place) == shown


def test_long_texts_are_cut_at_a_word() -> None:
    assert VI.shortened("a " * 400) == ("a " * 299).strip() + "…"
    assert VI.shortened("một\nhai", mention=True) == "một hai"
    assert VI.shortened("x" * 700) == "x" * 600 + "…"


def test_the_notice_names_the_channel() -> None:
    assert "đi qua Zalo" in Wording(site(), "vi", Channel("zalo", "Zalo")).notice("consent")  # type: ignore[arg-type]
    assert "đi qua ứng dụng này" in VI.notice("consent")


def test_candidates_that_look_alike_are_told_apart_by_their_province() -> None:
    places = (
        Place("x", ward="Xã Tân Thành", province="Hồ Chí Minh"),
        Place("x", ward="Xã Tân Thành", province="Cà Mau"),
        Place("x", ward="Xã Tân Hải"),
    )
    state = ConversationState(phase=Phase.ADDRESS, draft=Draft(places=places))
    labels = [one.label for one in put(Question(Phase.ADDRESS, Aside.WARD_PICK), state, VI, site()).choices]
    assert labels == ["Xã Tân Thành, Hồ Chí Minh", "Xã Tân Thành, Cà Mau", "Xã Tân Hải", "Không rõ"]


def test_known_details_are_masked_and_may_lack_any() -> None:
    assert known_details(Draft(phone="+84912345678"), VI) == "• Điện thoại: 0912***678"
    assert (
        known_details(Draft(name="Lê Lan", national_id="0012345679"), VI) == "• Số căn cước: ***5679\n• Họ tên: L. Lan"
    )
    assert known_details(Draft(), VI) == ""
