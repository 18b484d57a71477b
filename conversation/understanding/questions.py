"""Questions: how a report stands, how a procedure works; and matters that need a signed paper."""

from conversation.understanding.lexicon import Lexicon
from conversation.understanding.words import Said


def _asks(said: Said, lexicon: Lexicon, kind: str) -> bool:
    return any(hit.value == kind for hit in lexicon.questions.find(said))


def is_status(said: Said, lexicon: Lexicon, *, has_code: bool) -> bool:
    """Whether the message asks how a report stands; a code with a few words around it is such a question."""
    return _asks(said, lexicon, "status") or (has_code and len(said.words) <= 8)


def is_procedure(said: Said, lexicon: Lexicon) -> bool:
    return _asks(said, lexicon, "procedure")


def is_formal(said: Said, lexicon: Lexicon) -> bool:
    return _asks(said, lexicon, "formal")
