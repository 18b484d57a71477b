"""On behalf of somebody: the writer and the person concerned kept apart."""

from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.words import PhraseTable

_FOR = PhraseTable(
    {
        "for": """
        báo giùm, báo dùm, báo hộ, báo giúp, báo thay, phản ánh giùm, phản ánh dùm, phản ánh hộ, phản ánh giúp,
        phản ánh thay, nhắn giùm, nhắn dùm, nhắn hộ, nhắn thay, nhắn giúp, đăng giùm, đăng giúp, đăng hộ, hỏi giùm,
        hỏi hộ, hỏi giúp, hỏi thay, gửi giùm, gửi hộ, gửi giúp, gửi thay, kêu giùm, nhờ báo giùm, nhờ đăng giúp, thay mặt,
        làm đơn giúp, viết giùm, viết hộ, viết thay, phản ánh cho, báo cho, đại diện cho, gọi giùm, gọi hộ, nói giùm, nói hộ,
        on behalf of, reporting for, writing for, asking for my, calling for
        """
    }
)
_FOR_PERSIAN = PhraseTable(
    {
        "for": """
        برای مادرم, برای پدرم, برای همسرم, برای فرزندم, برای پسرم, برای دخترم, برای دوستم, از طرف مادرم, از طرف پدرم, از طرف همسرم,
        از طرف فرزندم, برای مادر بزرگم, برای پدربزرگم, برای برادرم, برای خواهرم
        """
    }
)
_WHO = PhraseTable(
    {
        "who": """
        mẹ, má, ba, bố, cha, vợ, chồng, ông, bà, cô, chú, bác, dì, cậu, anh, chị, em, con, cháu, bạn, hàng xóm, nội, ngoại,
        người, gia đình, cụ, thầy, thím, mợ, dượng, bên, xóm, my, mother, father, neighbor, neighbour, friend, the, an,
        nhà, bà con, cư dân, tổ, khu phố, công ty, chủ, sếp, bé, thằng, đứa, mother's, wife, husband, grandmother
        """
    }
)
_ENDS = PhraseTable(
    {
        "end": """
        bị, chưa, ở, mất, không, là do, việc, vụ, xin, về, được, có, đang, hư, làm, thủ tục, tại, cúp, nước, điện, nhà cô,
        nhà bà, nhà ông, đường, about, because, whose, that, vì, khi, rằng, với, nộp, muốn, cần, đã, hẻm, sđt, số, tôi tên,
        mình tên, em tên, tui tên, con tên, tổ, khu phố, ấp, thôn, phường, xã, buôn, phản ánh, báo
        """
    }
)
_MOST_WORDS = 9


def subject(cuts: Cuts, lexicon: Lexicon) -> str | None:
    """The person a message is written for, as typed; marks those words, so that no writer's name is read from them."""
    said = cuts.said
    for hit in _FOR_PERSIAN.find(said):
        return said.between(said.origin[hit.last - 1], said.origin[hit.last - 1] + 1)
    for hit in _FOR.find(said, strict=said.accented):
        first = said.origin[hit.last - 1] + 1
        if first >= len(said.words) or cuts.begins[first] or not cuts.free(first):
            continue
        if _WHO.at(said, cuts.plain_at(first)) is not None:
            last = first + 1
            while (
                last < len(said.words)
                and last - first < _MOST_WORDS
                and cuts.free(last)
                and not _closes(cuts, last, lexicon)
            ):
                last += 1
            cuts.take(first, last, Part.PERSON)
            return said.text[said.words[first].start : said.words[last - 1].end] + _bracket(cuts, first, last)
    return None


def _closes(cuts: Cuts, at: int, lexicon: Lexicon) -> bool:
    """Whether the person ends before word `at`, where the matter begins; a bracket beside them still tells them: "cô hàng xóm (cô Tư)"."""
    if cuts.begins[at] and "(" not in cuts.said.words[at].before:
        return True
    plain, strict = cuts.plain_at(at), cuts.said.accented
    return any(table.at(cuts.said, plain, strict=strict) is not None for table in (_ENDS, lexicon.categories))


def _bracket(cuts: Cuts, first: int, last: int) -> str:
    text, end = cuts.said.text, cuts.said.words[last - 1].end
    opened = text.count("(", cuts.said.words[first].start, end) > text.count(")", cuts.said.words[first].start, end)
    return ")" if opened and text[end : end + 1] == ")" else ""
