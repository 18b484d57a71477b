"""Who may act on a conversation that a person holds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.pure_chat import PureChat, play
from kit.sites import site
from kit.transcripts import START, parse

from conversation.events import Event, OperatorHandedBack, OperatorTookOver, OperatorWrote, TextReceived
from conversation.ids import OperatorId
from conversation.menu import platform_menu
from conversation.operators import in_the_way
from conversation.state import ConversationState

LAN, MINH = OperatorId("lan"), OperatorId("minh")
HELD = ConversationState(held_by=LAN, held_until=START + timedelta(minutes=30))


@pytest.mark.parametrize(
    "event",
    [OperatorTookOver(START, MINH), OperatorWrote(START, MINH, "Chào"), OperatorHandedBack(START, MINH)],
)
def test_another_persons_act_is_in_the_way_of_the_holder(event: Event) -> None:
    assert in_the_way(HELD, event) == LAN
    assert in_the_way(ConversationState(), event) is None
    late = replace(event, at=START + timedelta(minutes=30))  # type: ignore[type-var]
    assert in_the_way(HELD, late) is None, "the lease has ended"


@pytest.mark.parametrize(
    "event",
    [
        OperatorTookOver(START, LAN),
        OperatorWrote(START, LAN, "Chào"),
        OperatorHandedBack(START, LAN),
        OperatorWrote(START, MINH, "Chào", from_platform=True),
        TextReceived(START, "chào"),
    ],
)
def test_the_holder_the_citizen_and_the_platforms_own_inbox_are_never_in_the_way(event: Event) -> None:
    assert in_the_way(HELD, event) is None


def test_a_lease_is_renewed_by_each_word_and_ends_without_one() -> None:
    play(
        """
        > chào
        [Đồng ý]
        operator> Chào anh
        ... 20m later
        operator> Anh còn đó không?
        ... 20m later
        > Nguyễn Văn An
        = no answer
        ... 15m later
        > 0912345678
        < tiếp tục hỗ trợ*ở đâu
        """,
        site(),
    )


def test_a_takeover_nobody_was_told_of_ends_without_a_word() -> None:
    play("> chào\n[Đồng ý]\noperator takes over\noperator hands back\n> Nguyễn Văn An\n!< tiếp tục hỗ trợ", site())


def test_the_platforms_menu_greets_and_offers_what_one_can_ask_for() -> None:
    greeting, entries = platform_menu(site())
    assert "1022" in greeting
    assert [entry.code for entry in entries] == ["menu:new", "menu:status", "menu:operator", "topics:list"]
    assert "topics:list" not in [entry.code for entry in platform_menu(site("iran111"))[1]]


def test_who_queues_for_a_person_learns_how_many_are_before_and_how_long_it_takes() -> None:
    chat = PureChat(site("hcmc"), "telegram")
    chat.account = replace(chat.account, waiting=3)
    chat.play(parse("here", "> gặp nhân viên\n< 3*40"))


def test_who_wants_no_announcements_is_heard_while_a_person_speaks() -> None:
    chat = play("operator takes over\n> đừng nhắn tin nữa\n= no answer", site("hcmc"))
    assert chat.state.opted_out
