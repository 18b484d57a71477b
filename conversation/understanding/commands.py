"""What the writer wants: commands, answers, questions after a ticket.

A command counts when it is the whole message, polite words aside. A command word inside a longer answer is content.
"""

from collections.abc import Iterable

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reading import Intent, StopKind
from conversation.understanding.vietnamese import POLITE, listed
from conversation.understanding.words import Hit, Said

_NAME_LIKE = listed("huy thoi dung giup mai bao sua khong da vang hai ba tu nam sau bay chuan an")


def command(said: Said, asked: Phase, lexicon: Lexicon) -> tuple[Intent, StopKind | None] | None:
    """The command that the whole message is, if it is one."""
    hits = _covering(said, lexicon, _WANTING if asked is Phase.NAME else AROUND)
    if not hits:
        sign = said.text.strip()
        if (
            asked is Phase.CONFIRM
            and sign
            and all(mark in "👍👌✅🆗\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff " for mark in sign)
        ):
            return Intent.CONFIRM, None
        return (Intent.HELP, None) if sign and all(mark in "?？/ " for mark in sign) else None
    if asked is Phase.NAME and _is_rather_a_name(said, hits):
        return None
    weighty = [hit for hit in hits if any(key not in POLITE for key in said.keys[hit.first : hit.last])]
    return _chosen([hit.value for hit in weighty or hits])


def agreement(said: Said, asked: Phase, lexicon: Lexicon) -> str | None:
    """What follows a yes in the confirmation or the consent question: "đúng rồi, mà thêm là hẻm cũng ngập"."""
    if asked not in {Phase.CONFIRM, Phase.CONSENT}:
        return None
    index = 0
    agreed = False
    while index < len(said.keys):
        hit = lexicon.commands.at(said, index)
        if agreed and (hit is None or hit.value != Intent.CONFIRM) and _new_sentence(said, index):
            break
        if hit is not None and hit.value == Intent.CONFIRM:
            agreed, index = True, hit.last
        elif said.keys[index] in POLITE or (agreed and said.keys[index] in _BUT):
            index += 1
        else:
            break
    rest = said.text[said.words[said.origin[index]].start :] if agreed and index < len(said.keys) else None
    return rest or None


def _new_sentence(said: Said, plain: int) -> bool:
    """Whether what follows the yes stands by itself: "ok. tôi là Viên", where "tôi" is no polite word of the yes."""
    before = said.words[said.origin[plain]].before
    return "." in before or "\n" in before


_BUT = listed("ma nhung them nua con and but also plus")


def _covering(said: Said, lexicon: Lexicon, around: frozenset[str]) -> list[Hit]:
    hits: list[Hit] = []
    index = 0
    while index < len(said.keys):
        hit = lexicon.commands.at(said, index)
        if hit is not None:
            hits.append(hit)
            index = hit.last
        elif said.keys[index] in POLITE or said.keys[index] in around or said.keys[index] in lexicon.hotlines:
            index += 1
        else:
            return []
    return hits


AROUND = listed(
    "muon can xin duoc cau nay kia lai vui long het nua luon ngay bay gio cai phan anh don yeu cau bao cao dau cua cung cap "
    "thong tin hoi nhe may nua tu van ho tro met qua want to i would like please can could you the my me a it is that now"
)
"""Words that may stand beside a command without making content of it."""
_WANTING = listed("muon duoc lai nua want to i please")
"""Of them those that are no names either."""


def _is_rather_a_name(said: Said, hits: list[Hit]) -> bool:
    """In the name question a plain word is first a name: "huy", "Dung", "bac Thoi nhe chau"."""
    plain = [at for hit in hits for at in range(hit.first, hit.last) if at == hit.first or said.keys[at] not in POLITE]
    if len(plain) != 1 or said.keys[plain[0]] not in _NAME_LIKE:
        return False
    word = said.words[said.origin[plain[0]]]
    typed = said.text[word.start : word.end]
    return word.key == word.marked or (typed[0].isupper() and word.marked != "huy\u0309")


def _chosen(values: Iterable[str]) -> tuple[Intent, StopKind | None] | None:
    found = list(dict.fromkeys(values))
    for value in found:
        if value.startswith("stop_"):
            return Intent.STOP, StopKind(value.removeprefix("stop_"))
    ranked = ("operator", "status_lookup", "restart", "cancel", "back", "help", "deny", "skip", "confirm", "thanks")
    for value in ranked:
        if value in found:
            return Intent(value), None
    return Intent.GREETING, None
