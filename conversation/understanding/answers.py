"""An announcement's buttons in words: "đã nhận", "cần giúp đỡ"."""

from conversation.messages import Answer
from conversation.understanding.commands import AROUND
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reading import Intent
from conversation.understanding.vietnamese import POLITE
from conversation.understanding.words import Said, hear

_LONGEST = 60
"""A longer message tells more than that."""
_BESIDE = frozenset({Intent.CONFIRM, Intent.THANKS, Intent.GREETING})


def answer_in_words(text: str, lexicon: Lexicon, said: Said | None = None) -> Answer | None:
    """The one answer that the whole message is, with a yes, a greeting, thanks and polite words beside it. `said`: the
    text as it was heard, if it was.
    """
    if len(text) > _LONGEST:
        return None
    said = said or hear(text)
    found: set[str] = set()
    index = 0
    while index < len(said.keys):
        hit = lexicon.answers.at(said, index)
        if hit is not None:
            found.add(hit.value)
            index = hit.last
            continue
        beside = lexicon.commands.at(said, index)
        if beside is not None and beside.value in _BESIDE:
            index = beside.last
        elif said.keys[index] in POLITE or said.keys[index] in AROUND:
            index += 1
        else:
            return None
    return Answer(found.pop()) if len(found) == 1 else None
