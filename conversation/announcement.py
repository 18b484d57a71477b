"""What people get of an announcement: its words, its picture, its buttons."""

from collections.abc import Sequence

from conversation.messages import ANNOUNCEMENT, Answer, Choice, Media, Message
from conversation.topics import stop_buttons
from conversation.wording import Wording

_LABELS = {Answer.RECEIVED: "button-received", Answer.HELP: "button-need-help"}
_OPEN = "open"
_MOST_BUTTONS = 3
"""On Messenger's card, without which a button opens no address there (Meta docs, button template, 2026)."""


def announcement(
    text: str,
    name: str,
    words: Wording,
    answers: Sequence[Answer] = (),
    link: tuple[str, str] | None = None,
    picture: Media | None = None,
    topic: str | None = None,
) -> Message:
    """As it is said in the language of `words`. `name`: the announcement's id, which its buttons bring back; `link`: a
    label and the https address it opens; `picture`: its source is `announcement:<id>`, an address is made when it is sent.
    `topic`: its code; a button stops announcements about it, and one all of them where the narrowest platform has room.
    """
    choices = [answer_button(one, name, words) for one in answers]
    if link is not None:
        choices.append(Choice(_OPEN, link[0], link[1]))
    if topic is not None:
        choices += stop_buttons(topic, words)[: max(1, _MOST_BUTTONS - len(choices))]
    return Message(text, tuple(choices), media=() if picture is None else (picture,))


def answer_button(answer: Answer, name: str, words: Wording) -> Choice:
    return words.button(f"{ANNOUNCEMENT}:{answer}:{name}", _LABELS[answer])
