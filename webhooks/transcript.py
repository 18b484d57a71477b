"""How what a person did stands in the transcript."""

from typing import assert_never

from conversation.announcement import answer_button
from conversation.asking import menu_choices
from conversation.events import (
    AnnouncementAnswered,
    ChatClosed,
    ChatOpened,
    ChatsJoined,
    ChoicePicked,
    Event,
    FormSubmitted,
    JoinRefused,
    KnownFound,
    LinkCodeMade,
    LocationShared,
    MediaReceived,
    MessageEdited,
    MessageWithdrawn,
    NoAnswerMeant,
    OperatorHandedBack,
    OperatorTookOver,
    OperatorWrote,
    PhoneShared,
    Reacted,
    TextReceived,
    TicketChanged,
    TicketFound,
    TicketOpened,
    TicketsFound,
    TimePassed,
    UnsupportedReceived,
)
from conversation.messages import Media, answer_in
from conversation.state import ConversationState
from conversation.topics import button_of
from conversation.wording import Wording

Words = tuple[str, tuple[Media, ...]]


def said_by_contact(event: Event, state: ConversationState, words: Wording) -> Words | None:
    """The incoming message of the transcript; None when the person said nothing."""
    match event:
        case TextReceived(_, text):
            return text, ()
        case ChoicePicked(_, code, label):
            return label or _label(code, state, words), ()
        case PhoneShared(_, phone, _, name):
            return f"☎ {phone} {name or ''}".strip(), ()
        case LocationShared(_, latitude, longitude, title):
            return f"📍 {latitude:.6f},{longitude:.6f} {title or ''}".strip(), ()
        case FormSubmitted():
            parts = (event.name, event.phone, event.address, event.ward, event.district, event.province)
            return "\n".join(part for part in parts if part), ()
        case MediaReceived(_, media, caption):
            return caption or "", media
        case UnsupportedReceived(_, kind):
            return f"[{kind}]", ()
        case (
            ChatOpened()
            | ChatClosed()
            | MessageEdited()
            | MessageWithdrawn()
            | Reacted()
            | OperatorTookOver()
            | OperatorWrote()
            | OperatorHandedBack()
            | TicketOpened()
            | TicketFound()
            | TicketsFound()
            | KnownFound()
            | LinkCodeMade()
            | ChatsJoined()
            | JoinRefused()
            | TicketChanged()
            | AnnouncementAnswered()
            | NoAnswerMeant()
            | TimePassed()
        ):
            return None
        case _:
            assert_never(event)


def _label(code: str, state: ConversationState, words: Wording) -> str:
    """What stood on the button, where the platform brings its code alone."""
    announced = answer_in(code)
    if announced is not None:
        return answer_button(*announced, words).label
    if topic := button_of(code, words):
        return topic.label
    known = (choice.label for choice in (*state.offered, *menu_choices(words)) if choice.code == code)
    return next(known, words("old-button"))
