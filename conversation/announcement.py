"""What people get of an announcement: its words, its picture, its buttons."""

from collections.abc import Sequence

from conversation.messages import ANNOUNCEMENT, Answer, Choice, Media, Message
from conversation.wording import Wording

_LABELS = {Answer.RECEIVED: "button-received", Answer.HELP: "button-need-help"}
_OPEN = "open"


def announcement(
    text: str,
    name: str,
    words: Wording,
    answers: Sequence[Answer] = (),
    link: tuple[str, str] | None = None,
    picture: Media | None = None,
) -> Message:
    """As it is said in the language of `words`. `name`: the announcement's id, which its buttons bring back; `link`: a
    label and the https address it opens; `picture`: its source is `announcement:<id>`, an address is made when it is sent.
    """
    choices = [answer_button(one, name, words) for one in answers]
    if link is not None:
        choices.append(Choice(_OPEN, link[0], link[1]))
    return Message(text, tuple(choices), media=() if picture is None else (picture,))


def answer_button(answer: Answer, name: str, words: Wording) -> Choice:
    return words.button(f"{ANNOUNCEMENT}:{answer}:{name}", _LABELS[answer])
