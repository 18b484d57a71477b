"""A wish about announcements of one topic only: "dừng tin thời tiết", "nhận lại thời tiết"."""

from typing import NamedTuple

from conversation.understanding.commands import AROUND
from conversation.understanding.topic_words import TopicWords
from conversation.understanding.vietnamese import POLITE
from conversation.understanding.words import Said


class TopicWish(NamedTuple):
    """`wanted`: announcements about it are, from now on; else they are not."""

    topic: str
    wanted: bool


def topic_wish(said: Said, words: TopicWords) -> TopicWish | None:
    """What the whole message wishes: a verb, then a topic, polite words aside."""
    verb = topic = None
    index = 0
    while index < len(said.keys):
        hit = None
        if verb is None:
            hit = words.verbs.at(said, index)
            verb = hit.value if hit else None
        elif topic is None:
            hit = words.names.at(said, index)
            topic = hit.value if hit else None
        hit = hit or words.about.at(said, index)
        if hit is None and said.keys[index] not in POLITE and said.keys[index] not in AROUND:
            return None
        index = index + 1 if hit is None else hit.last
    return None if verb is None or topic is None else TopicWish(topic, verb == "on")
