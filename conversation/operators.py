"""A person of ours in the conversation: taking over, writing, handing back, and a lease that ends by itself."""

from typing import assert_never

from conversation.effects import Say
from conversation.events import Event, OperatorEvent, OperatorHandedBack, OperatorTookOver, OperatorWrote
from conversation.ids import OperatorId
from conversation.messages import Message
from conversation.state import ConversationState
from conversation.turn import Turn


def in_the_way(state: ConversationState, event: Event) -> OperatorId | None:
    """Who else holds the conversation, so that this act of a person must be refused; None: nobody, or it may go on.

    A reply in the platform's own inbox has been said already: it is never refused, it takes the conversation over.
    """
    match event:
        case OperatorTookOver():
            actor = event.by or event.operator
        case OperatorWrote(from_platform=False) | OperatorHandedBack():
            actor = event.operator
        case _:
            return None
    lapsed = state.held_until is not None and state.held_until <= event.at
    return None if state.held_by in {None, actor} or lapsed else state.held_by


def by_operator(turn: Turn, event: OperatorEvent) -> None:
    match event:
        case OperatorTookOver():
            _hold(turn, event.operator)
        case OperatorWrote():
            _hold(turn, event.operator)
            _pass_on(turn, event)
        case OperatorHandedBack():
            _release(turn)
        case _:
            assert_never(event)


def _hold(turn: Turn, operator: OperatorId) -> None:
    """A person holds the conversation from now on, for the profile's time after their last word."""
    state = turn.state
    turn.put(
        held_by=operator,
        held_until=turn.at + turn.site.times.hold,
        waiting_since=None,
        announced=state.announced and state.held_by is not None,
        returned=False,
        misses=0,
    )


def _pass_on(turn: Turn, event: OperatorWrote) -> None:
    """Their words go out as they are; the first ones tell that a person has joined."""
    if not event.from_platform and (event.text or event.media):
        joined = "" if turn.state.announced else turn.words("operator-joined")
        text = "\n".join(part for part in (joined, event.text) if part)
        turn.do(Say(Message(text, sender_name=event.sender_name, media=event.media)))
    turn.put(announced=True)


def _release(turn: Turn) -> None:
    """The bot speaks again; its next answer tells so to whoever was told of the person."""
    if turn.state.held_by is not None:
        returned = turn.state.announced
        turn.put(held_by=None, held_until=None, announced=False, returned=returned, reminded=True)


def release_when_due(turn: Turn) -> None:
    if turn.state.held_until is not None and turn.state.held_until <= turn.at:
        _release(turn)
