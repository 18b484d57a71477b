"""Two people, one matter: what links two tickets, what keeps them apart, and what of an answer stays with one person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from kit.sites import site

from conversation.neighbours import Told, one_matter, one_street, same_spot, speaks_of
from conversation.places import Place
from conversation.state import Phase
from conversation.understanding.reader import read

SITE = site("hcmc")
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def place(words: str) -> Place:
    found = read(words, Phase.ADDRESS, SITE.lexicon).place
    assert found is not None, words
    return found.place


def told(where: str | None, what: str, category: str = "drainage", phone: str | None = None) -> Told:
    return Told(AT, category, what, place(where) if where else None, phone)


MANHOLE = told("27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", "Hố ga giữa đường bị bể nắp, tối qua có người vấp té")


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", "Hố ga giữa đường bị bể nắp, tối qua có người vấp té"),
        ("29 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", "ho ga be nap giua duong, nguy hiem"),
        ("trước nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", "nước cống trào lên"),
        ("phường Tân Sơn Hòa, TP.HCM", "nắp hố ga giữa đường bị bể rồi"),
    ],
)
def test_neighbours_who_tell_the_same_are_of_one_matter(where: str, what: str) -> None:
    assert one_matter(MANHOLE, told(where, what))
    assert one_matter(told(where, what), MANHOLE)


@pytest.mark.parametrize(
    "other",
    [
        told("310 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", MANHOLE.request),
        told("27 Phổ Quang, phường Tân Sơn Hòa, TP.HCM", MANHOLE.request),
        told("27 Hoàng Văn Thụ, phường Tân Sơn Nhất, TP.HCM", MANHOLE.request),
        told("29 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", "miệng cống đầu hẻm nghẹt rác nước không thoát"),
        told("29 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", "hố ga"),
        told("27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM", MANHOLE.request, category="noise"),
        told(None, MANHOLE.request),
        replace(MANHOLE, at=AT + timedelta(hours=72, seconds=1)),
    ],
    ids=["far down the street", "street", "ward", "words", "too few words", "category", "no place", "time"],
)
def test_another_matter_stays_apart(other: Told) -> None:
    assert not one_matter(MANHOLE, other)
    assert not one_matter(other, MANHOLE)


def test_one_phone_needs_no_known_ward_and_no_equal_category_but_alike_words() -> None:
    by_phone = replace(MANHOLE, phone="+84908123321")
    assert one_matter(by_phone, told(None, MANHOLE.request, "road", "+84908123321"))
    assert not one_matter(by_phone, told(None, "Xin hỏi thủ tục đăng ký kết hôn cần gì", "admin", "+84908123321"))
    assert not one_matter(by_phone, told(None, MANHOLE.request, "road", "+84908123999"))


def test_a_crossing_is_one_spot_and_a_bare_ward_is_none() -> None:
    assert same_spot(
        place("ngã tư Lê Lợi Pasteur, phường Sài Gòn"), place("ngã tư Lê Lợi - Pasteur, P. Sài Gòn, TP.HCM")
    )
    assert not same_spot(place("đường Pasteur, phường Sài Gòn"), place("Pasteur, phường Sài Gòn"))  # a long street
    assert not same_spot(place("12 Lê Lợi, phường Sài Gòn"), place("Lê Lợi, phường Sài Gòn"))
    assert not same_spot(place("phường Sài Gòn"), place("phường Sài Gòn"))


def test_one_street_is_told_by_its_name_and_numbers_that_are_not_far_apart() -> None:
    here = place("12 Lê Lợi, phường Sài Gòn")
    assert one_street(here, place("số 16 đường Lê Lợi, phường Sài Gòn"))
    assert one_street(here, place("đường Lê Lợi, phường Sài Gòn"))
    assert not one_street(here, place("212 Lê Lợi, phường Sài Gòn"))
    assert not one_street(here, place("12 Nguyễn Trãi, phường Sài Gòn"))
    assert not one_street(here, place("phường Sài Gòn"))


def test_the_number_of_a_former_ward_is_no_house() -> None:
    assert one_matter(
        Told(AT, "drainage", MANHOLE.request, Place("Lê Lợi, phường 12, quận 1", ward_code="1"), None),
        Told(AT, "drainage", MANHOLE.request, Place("90 Lê Lợi, P.12, Q1", ward_code="1"), None),
    )


@pytest.mark.parametrize(
    "answer",
    [
        "Chào anh Nam, nắp hố ga đã được thay.",
        "Đã gọi số 0908 123 321 và thay nắp.",
        "Theo phản ánh 1022-261124-7K3QX, đã thay nắp.",
        "Đã thay nắp trước nhà 27 hoàng văn thụ.",
        "Đã gặp bà Tư để xin lỗi.",
        "LE HOANG NAM đã được trả lời.",
    ],
)
def test_an_answer_that_speaks_of_a_person_is_for_that_person_alone(answer: str) -> None:
    assert speaks_of(
        answer,
        name="Lê Hoàng Nam",
        phone="+84908123321",
        code="1022-261124-7K3QX",
        others=("27 Hoàng Văn Thụ", "bà Tư", None, ""),
    )


def test_an_answer_about_the_matter_is_for_everybody() -> None:
    assert not speaks_of(
        "Đã thay nắp hố ga, mời người dân an tâm.", name="Trần Văn An", phone="+84908123321", code="1022-261124-7K3QX"
    )
    assert not speaks_of("Đã thay nắp.", name=None, phone=None, code="1022-261124-7K3QX")
