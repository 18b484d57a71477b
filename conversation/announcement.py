"""What people get of an announcement: its words, its picture, its buttons."""

import re
from collections.abc import Sequence
from dataclasses import replace

from conversation.messages import ANNOUNCEMENT, Answer, Choice, Media, Message
from conversation.profile import Profile
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


PLACEHOLDERS = ("ward", "title", "hotline")
"""What a text may have in braces: where the person lives, as far as they told; the service's name; its number."""
_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")


def unknown_placeholders(text: str) -> Sequence[str]:
    """Names in braces that stand for nothing."""
    return sorted(set(_PLACEHOLDER.findall(text)) - set(PLACEHOLDERS))


def fill(text: str, site: Profile, language: str | None, ward_code: str | None = None) -> str:
    """`text` as one person reads it. Who told no place of theirs reads of "your area"."""
    if "{" not in text:
        return text
    spoken = site.language(language)
    ward = site.lexicon.gazetteer.ward(ward_code) if ward_code is not None else None
    values = {
        "ward": f"{ward.kind.lower()} {ward.name}" if ward else Wording(site, spoken)("announcement-your-ward"),
        "title": site.titles[spoken],
        "hotline": site.hotline,
    }

    def value(found: re.Match[str]) -> str:
        words = values.get(found[1], found[0])
        before = text[: found.start()].rstrip(" ")
        begins = not before or before[-1] in ".!?:\n"
        return words[:1].upper() + words[1:] if begins else words

    return _PLACEHOLDER.sub(value, text)


def filled(message: Message, site: Profile, language: str | None, ward_code: str | None = None) -> Message:
    """The same for a whole message; the very same one where nothing is to be filled in."""
    text = fill(message.text, site, language, ward_code)
    return message if text == message.text else replace(message, text=text)


def answer_button(answer: Answer, name: str, words: Wording) -> Choice:
    return words.button(f"{ANNOUNCEMENT}:{answer}:{name}", _LABELS[answer])
