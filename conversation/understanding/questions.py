"""Questions: how a report stands, how a procedure works; and matters that need a signed paper."""

from conversation.understanding.lexicon import Lexicon
from conversation.understanding.vietnamese import POLITE, listed
from conversation.understanding.words import Said

_ASKING = listed("chua roi dau sao report request update")
"""Last words of a question; what does not end so is a report's remark: "báo rồi mà chưa thấy xử lý"."""
_FEW_WORDS = 12
_MOST_WORDS = 16
_MOST_WORDS_WITH_CODE = 30


def _asks(said: Said, lexicon: Lexicon, kind: str) -> bool:
    return any(hit.value == kind for hit in lexicon.questions.find(said))


def is_status(said: Said, lexicon: Lexicon, *, has_code: bool) -> bool:
    """Whether the message asks how a report stands; a code with a few words around it is such a question."""
    if has_code and len(said.words) <= _MOST_WORDS_WITH_CODE:
        return len(said.words) <= _FEW_WORDS or _asks(said, lexicon, "status")
    if len(said.words) <= _MOST_WORDS:
        return _asks(said, lexicon, "status")
    return len(said.words) <= _MOST_WORDS_WITH_CODE and _ends_asking(said, lexicon)


def _ends_asking(said: Said, lexicon: Lexicon) -> bool:
    """Whether a longer message ends with the question, polite words aside."""
    end = len(said.keys)
    while end and said.keys[end - 1] in POLITE:
        end -= 1
    hit = next((hit for hit in lexicon.questions.find(said) if hit.value == "status" and hit.last >= end), None)
    return hit is not None and said.keys[hit.last - 1] in _ASKING and "thay" not in said.keys[hit.first : hit.last]


def other_questions(said: Said, lexicon: Lexicon) -> set[str]:
    """Which of `procedure` and `formal` the message is about."""
    return {hit.value for hit in lexicon.questions.find(said)} - {"status"}
