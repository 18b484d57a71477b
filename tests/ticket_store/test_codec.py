"""States, messages and drafts survive being stored; those of earlier and later versions still load."""

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.effects import TicketDraft
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk
from conversation.places import Place
from conversation.state import Consent, ConversationState, Draft, KnownTicket, Phase
from ticket_store.codec import decode, encode

moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]))
places = st.builds(
    Place, raw=st.text(), ward=st.none() | st.text(), latitude=st.none() | st.floats(-90, 90), outside=st.booleans()
)
media = st.builds(Media, kind=st.sampled_from(MediaKind), source=st.text(), name=st.none() | st.text())
drafts = st.builds(
    Draft, name=st.none() | st.text(), place=st.none() | places, media=st.lists(media, max_size=3).map(tuple)
)
states = st.builds(
    ConversationState,
    phase=st.sampled_from(Phase),
    draft=drafts,
    known=drafts,
    consent=st.none() | st.builds(Consent, version=st.text(), at=moments, by=st.text()),
    offered=st.lists(st.builds(Choice, code=st.text(), label=st.text()), max_size=3).map(tuple),
    misses=st.integers(0, 2**53),
    tickets=st.lists(st.builds(KnownTicket, code=st.text(), at=moments), max_size=2).map(tuple),
    held_until=st.none() | moments,
    wake_at=st.none() | moments,
)
messages = st.builds(
    Message,
    text=st.text(),
    choices=st.lists(st.builds(Choice, code=st.text(), label=st.text()), max_size=3).map(tuple),
    ask=st.none() | st.sampled_from(NativeAsk),
    media=st.lists(media, max_size=2).map(tuple),
)
ticket_drafts = st.builds(
    TicketDraft, name=st.none() | st.text(), phone=st.none() | st.text(), place=st.none() | places, request=st.text(),
    category=st.text(), due_at=st.none() | moments, media=st.lists(media, max_size=2).map(tuple),
)  # fmt: skip


@given(st.one_of(states, messages, ticket_drafts, media))
def test_what_is_stored_comes_back_equal(value: Any) -> None:
    assert decode(type(value), encode(value)) == value


def test_a_state_of_an_earlier_version_loads_with_defaults_for_what_it_lacks() -> None:
    assert decode(ConversationState, b"{}") == ConversationState()
    assert decode(ConversationState, b'{"phase": "name", "draft": {"name": "A"}}') == ConversationState(
        phase=Phase.NAME, draft=Draft(name="A")
    )


@given(states)
def test_fields_of_a_later_version_are_passed_over(state: ConversationState) -> None:
    data = json.loads(encode(state))
    data["mood"] = {"deep": [1]}
    data["draft"]["colour"] = "red"
    assert decode(ConversationState, json.dumps(data).encode()) == state


def test_an_enum_member_we_do_not_know_gives_way_to_the_default() -> None:
    assert decode(ConversationState, b'{"phase": "payment", "misses": 2}') == ConversationState(misses=2)


def test_every_stored_class_can_be_read_whole() -> None:
    """A new field of a type without a stored form is noticed here, not by a citizen."""
    for kind in (ConversationState, Message, TicketDraft, Media):
        assert fields(kind)
        with pytest.raises((ValueError, TypeError)):
            decode(kind, b"[")


def test_durations_are_seconds() -> None:
    @dataclass(frozen=True)
    class Waiting:
        wait: timedelta = timedelta(0)
        numbers: tuple[int, ...] = field(default=())

    assert decode(Waiting, encode(Waiting(timedelta(minutes=1, microseconds=5), (1, 2)))) == Waiting(
        timedelta(minutes=1, microseconds=5), (1, 2)
    )


def test_types_without_a_stored_form_are_refused_at_once() -> None:
    @dataclass(frozen=True)
    class Odd:
        what: set[int] = field(default_factory=set)

    @dataclass(frozen=True)
    class Either:
        what: int | str = 0

    @dataclass(frozen=True)
    class Pair:
        what: tuple[int, str] = (0, "")

    for kind in (Odd, Either, Pair):
        with pytest.raises(TypeError):
            decode(kind, b"{}")
    with pytest.raises(TypeError):
        encode(Odd())


def test_an_error_tells_the_class_and_never_the_value() -> None:
    class Colour(StrEnum):
        RED = "red"

    @dataclass(frozen=True)
    class Painted:
        colour: Colour

    for stored in (b'{"colour": "blue Nguyen"}', b'{"colour": ["Nguyen"]}', b"{}", b'"Nguyen Van An', b'["Nguyen"]'):
        with pytest.raises(ValueError, match="not a Painted") as raised:
            decode(Painted, stored)
        assert "Nguyen" not in str(raised.value)
        assert raised.value.__suppress_context__


FIRST_VERSION = (
    b'{"phase":"confirm","language":"vi","draft":{"name":"An","phone":"+84901234567","place":{"raw":"12 L\xc3\xaa L\xe1\xbb\xa3i",'
    b'"ward_code":"26740","outside":true},"media":[{"kind":"image","source":"s","name":"a.jpg","size_bytes":3}]},'
    b'"consent":{"version":"1","at":"2026-11-24T08:00:00+00:00","by":"yes"},"offered":[{"code":"a","label":"A"}],"misses":1,'
    b'"tickets":[{"code":"1022-261124-22222","at":"2026-11-24T08:00:00+00:00","category":"other","request":"x"}]}'
)


def test_what_the_first_version_stored_still_loads() -> None:
    """Never change these bytes: citizens' open conversations look like this."""
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    photo = Media(MediaKind.IMAGE, "s", "a.jpg", size_bytes=3)
    assert decode(ConversationState, FIRST_VERSION) == ConversationState(
        phase=Phase.CONFIRM,
        language="vi",
        draft=Draft("An", "+84901234567", Place("12 Lê Lợi", ward_code="26740", outside=True), media=(photo,)),
        consent=Consent("1", at, "yes"),
        offered=(Choice("a", "A"),),
        misses=1,
        tickets=(KnownTicket("1022-261124-22222", at, request="x"),),  # type: ignore[arg-type]
    )


def test_what_is_empty_by_default_is_not_written() -> None:
    @dataclass(frozen=True)
    class Inner:
        name: str | None = None
        numbers: tuple[int, ...] = ()

    @dataclass(frozen=True)
    class Outer:
        inner: Inner = Inner()
        other: Inner = Inner("x")
        flag: bool = False
        yes: bool = True
        word: str = ""
        count: int = 0

    assert json.loads(encode(Outer())) == {"other": {"name": "x"}, "yes": True, "word": "", "count": 0}
    for value in (Outer(), Outer(Inner("a", (1,)), Inner(), flag=True, yes=False, word="w", count=2)):
        assert decode(Outer, encode(value)) == value
