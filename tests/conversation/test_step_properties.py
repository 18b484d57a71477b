"""What holds for every conversation, whatever people, operators and the clock do."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.chats import ANYTHING, CODE, CONTACT, ELSEWHERE, KNOWN, START, TAKING_BACK, days
from kit.effort import examples
from kit.sites import changed_site, site, with_notice

from conversation.effects import (
    AnswerLatest,
    Effect,
    FindKnown,
    FindTicket,
    FindTickets,
    JoinByCode,
    MakeLinkCode,
    OpenTicket,
    Say,
)
from conversation.events import (
    ChatsJoined,
    Event,
    KnownFound,
    LinkCodeMade,
    NoAnswerMeant,
    OperatorWrote,
    TextReceived,
    TicketFound,
    TicketOpened,
    TicketsFound,
    TimePassed,
)
from conversation.ids import PlatformName
from conversation.machine import step
from conversation.profile import Channel, Profile
from conversation.state import ConversationState, Draft, KnownTicket, Phase

ACCOUNT = Channel(PlatformName("zalo"), "Zalo", asks_phone=True, asks_location=True, asks_form=True)
SITES = {
    "ask": site(),
    "notice": with_notice(),
    "optional": changed_site(lambda table: table["report"].update(required=["request"], split_requests="ask")),
    "fa": site("iran111"),
}
QUICK = settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def run(state: ConversationState, event: Event, rules: Profile) -> tuple[ConversationState, list[Effect]]:
    """One event with what the store feeds back for its effects, as the shell does it."""
    state, effects = step(state, event, rules, ACCOUNT)
    everything = list(effects)
    for effect in effects:
        back: Event | None = None
        if isinstance(effect, OpenTicket):
            back = TicketOpened(event.at, CODE, effect.draft.due_at)
        elif isinstance(effect, FindTicket):
            back = TicketFound(event.at, effect.code, CODE, "in_progress", "road", event.at, full=effect.last4 is None)
        elif isinstance(effect, AnswerLatest):
            back = NoAnswerMeant(event.at, effect.text)
        elif isinstance(effect, FindTickets):
            back = TicketsFound(event.at, (KnownTicket(CODE, event.at),))
        elif isinstance(effect, FindKnown):
            back = KnownFound(event.at, KNOWN, joined=True)
        elif isinstance(effect, MakeLinkCode):
            back = LinkCodeMade(event.at, "48291376", event.at + timedelta(minutes=10))
        elif isinstance(effect, JoinByCode):
            back = ChatsJoined(event.at, KNOWN, here=True)
        if back is not None:
            state, more = run(state, back, rules)
            everything.extend(more)
    return state, everything


@pytest.mark.parametrize("name", SITES)
@given(history=days(CONTACT, ELSEWHERE, TAKING_BACK, ANYTHING))
@QUICK
def test_any_event_in_any_state_is_answered_once_at_most_and_wakes_later(
    name: str, history: list[tuple[timedelta, Event]]
) -> None:
    rules, state, at = SITES[name], ConversationState(), START
    for gap, event in history:
        at += gap
        event = replace(event, at=at)  # noqa: PLW2901 - the strategy draws events without their time
        before = state
        state, effects = run(before, event, rules)
        assert (state, effects) == run(before, event, rules), "the same step twice is the same"
        said = [effect for effect in effects if isinstance(effect, Say)]
        assert len(said) <= 1
        assert len([effect for effect in effects if isinstance(effect, OpenTicket)]) <= 1
        assert state == before or state.wake_at is None or state.wake_at > at
        for one in said:
            assert one.message.text or one.message.media
            assert unicodedata.is_normalized("NFC", one.message.text) or isinstance(event, OperatorWrote)
            assert timedelta(0) <= one.wait <= timedelta(seconds=2)
            for choice in one.message.choices:
                assert re.fullmatch(r"[a-z0-9_.:-]{1,60}", choice.code)
                assert choice.label
        if before.held_by is not None and state.held_by is not None and not isinstance(event, OperatorWrote):
            assert not said or event.__class__.__name__ in {"TicketChanged", "TicketFound", "TicketOpened"}


def held(draft: Draft) -> dict[str, object]:
    """The fields of a draft that are set."""
    fields = ("name", "phone", "place", "request", "subject", "national_id")
    return {name: getattr(draft, name) for name in fields if getattr(draft, name) is not None}


@pytest.mark.parametrize("name", SITES)
@given(history=days(CONTACT))
@QUICK
def test_a_draft_loses_nothing_that_the_citizen_did_not_take_back(
    name: str, history: list[tuple[timedelta, Event]]
) -> None:
    rules, state, at = SITES[name], ConversationState(), START
    for gap, event in history:
        at += min(gap, timedelta(minutes=20))
        before = state.draft
        state, effects = run(state, replace(event, at=at), rules)
        sent = any(isinstance(effect, OpenTicket) for effect in effects) or state.phase is Phase.DONE
        refused = isinstance(event, TextReceived) and event.text in {"không", "2"}
        if not sent and not refused:
            assert held(before).keys() <= held(state.draft).keys()
            assert set(before.media) <= set(state.draft.media)


@given(text=st.text(max_size=2000), phase=st.sampled_from(Phase))
@QUICK
def test_any_text_in_any_phase_is_answered(text: str, phase: Phase) -> None:
    state = ConversationState(phase=phase, greeted=True)
    after, effects = run(state, TextReceived(START, text), site())
    assert after.last_contact_at == START
    assert effects or phase is Phase.DONE


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - made aware below
@QUICK
def test_time_that_passes_twice_does_nothing_the_second_time(at: datetime) -> None:
    state = ConversationState()
    for text in ("chào", "đồng ý", "Nguyễn Văn An"):
        state, _ = run(state, TextReceived(START, text), site())
    moment = at.replace(tzinfo=UTC)
    once, _ = run(state, TimePassed(moment), site())
    twice, effects = run(once, TimePassed(moment), site())
    assert twice == once
    assert not effects
