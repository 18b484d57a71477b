"""How what a person did stands in the transcript."""

from typing import assert_never

from conversation.events import (
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
from conversation.messages import Media
from conversation.state import ConversationState

Words = tuple[str, tuple[Media, ...]]


def said_by_contact(event: Event, state: ConversationState, old_button: str) -> Words | None:
    """The incoming message of the transcript; None when the person said nothing. `old_button`: stands for a press whose
    label nobody told us and which is not offered any more.
    """
    match event:
        case TextReceived(_, text):
            return text, ()
        case ChoicePicked(_, code, label):
            shown = label or next((choice.label for choice in state.offered if choice.code == code), old_button)
            return shown, ()
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
            | TimePassed()
        ):
            return None
        case _:
            assert_never(event)
