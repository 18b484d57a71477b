"""What is written under something that is not kept."""

from kit.pure_chat import PureChat
from kit.sites import site

from conversation.events import MediaReceived
from conversation.messages import Media, MediaKind
from conversation.state import ConversationState, Phase


def test_words_under_a_sticker_are_heard_and_the_sticker_is_not_counted() -> None:
    chat = PureChat(site(), state=ConversationState(phase=Phase.REQUEST))
    chat.happen(MediaReceived(chat.at, (Media(MediaKind.STICKER, "s"),), caption="Đèn đường trước nhà hỏng"))
    assert chat.state.draft.media == ()
    assert "Đèn đường trước nhà hỏng" in chat.state.draft.request
