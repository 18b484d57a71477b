"""The words of a site for announcements about one topic only."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from conversation.errors import BadProfile
from conversation.understanding.words import PhraseTable

KEYS = ("off", "on", "about")


class TopicWords(NamedTuple):
    """`verbs`: stand for `off` and `on`; `about`: may stand beside a topic's `names`, which stand for its code."""

    verbs: PhraseTable
    about: PhraseTable
    names: PhraseTable


def topic_words(phrases: Mapping[str, Iterable[str]], names: Mapping[str, Iterable[str]]) -> TopicWords:
    """`phrases`: a site's, by `KEYS`; `names`: the words of each topic. Raises BadProfile for topics without a verb."""
    verbs = {key: phrases.get(key, ()) for key in ("off", "on")}
    for key, texts in verbs.items():
        if names and not texts:
            raise BadProfile("lexicon.toml", f"topics.{key}", "a site with topics of announcements needs such words")
    return TopicWords(PhraseTable(verbs), PhraseTable({"about": phrases.get("about", ())}), PhraseTable(names))
