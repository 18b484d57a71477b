"""Questions: how a report stands, how a procedure works; and matters that need a signed paper."""

from conversation.understanding.lexicon import Lexicon
from conversation.understanding.words import Said

_FEW_WORDS = 12
_MOST_WORDS = 16
_MOST_WORDS_WITH_CODE = 30


def _asks(said: Said, lexicon: Lexicon, kind: str) -> bool:
    return any(hit.value == kind for hit in lexicon.questions.find(said))


def is_status(said: Said, lexicon: Lexicon, *, has_code: bool) -> bool:
    """Whether the message asks how a report stands; a code with a few words around it is such a question."""
    if has_code and len(said.words) <= _MOST_WORDS_WITH_CODE:
        return len(said.words) <= _FEW_WORDS or _asks(said, lexicon, "status")
    return len(said.words) <= _MOST_WORDS and _asks(said, lexicon, "status")


def is_procedure(said: Said, lexicon: Lexicon) -> bool:
    return _asks(said, lexicon, "procedure")


def is_formal(said: Said, lexicon: Lexicon) -> bool:
    return _asks(said, lexicon, "formal")
