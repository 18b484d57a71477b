"""The matter itself: the words that are no name, phone, address or greeting, in the order and form they were typed."""

from conversation.state import Phase
from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.words import PhraseTable

_NOISE = PhraseTable(
    {
        "noise": [
            *("kính gửi", "xin chào", "chào ad", "chào", "alo", "hello", "hi", "dạ", "em chào", "nội dung phản ánh", "nội dung"),
            *("địa chỉ", "đ/c", "nơi ở", "chỗ ở", "số nhà", "yêu cầu", "phản ánh", "cảm ơn", "trân trọng", "content", "address", "request"),
            *("1022", "tổng đài", "quý cơ quan", "ad ơi", "ad", "anh chị", "xin cảm ơn", "nơi xảy ra", "thường trú", "ngụ", "hiện ở", "ở", "tại"),
        ]
    }
)
_LEAST_WORDS = 2


def rest(cuts: Cuts, asked: Phase) -> str | None:
    """The request as typed, or None when nothing but the other fields was said."""
    said = cuts.said
    for hit in _NOISE.find(said):
        first, last = said.origin[hit.first], said.origin[hit.last - 1] + 1
        if cuts.begins[first] and (last == len(said.words) or cuts.begins[last] or not cuts.free(last)):
            for at in range(first, last):
                if cuts.free(at):
                    cuts.parts[at] = Part.NOISE
    runs = [(first, last) for first, last in _runs(cuts)]
    if asked is not Phase.REQUEST and sum(last - first for first, last in runs) <= _LEAST_WORDS:
        return None
    if asked in {Phase.NAME, Phase.PHONE, Phase.ADDRESS} and sum(last - first for first, last in runs) < 4:
        return None
    if not runs:
        return None
    if asked is Phase.REQUEST:
        return said.text.strip() or None
    return ". ".join(_upto(cuts, first, last) for first, last in runs)


def _runs(cuts: Cuts) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for first, last in cuts.clauses():
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _upto(cuts: Cuts, first: int, last: int) -> str:
    """The words as typed, with the punctuation that closes them."""
    text = cuts.said.text
    start = cuts.said.words[first].start
    end = cuts.said.words[last].start if last < len(cuts.said.words) else len(text)
    return text[start:end].strip(" \n,;:-–(.")
