"""The matter itself: the words that are no name, phone, address or greeting, in the order and form they were typed."""

from conversation.state import Phase
from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.words import PhraseTable

_WHO = ("em", "tôi", "mình", "tui", "con", "cháu", "bà con", "chúng tôi", "tụi em", "người dân")
_NOISE = PhraseTable(
    {
        "noise": """
        سلام, با سلام, سلام علیکم, موضوع, درخواست, شکایت, پیشنهاد, نشانی, آدرس, متشکرم, با تشکر, ممنون, نام, هستم, کد ملی, شماره,
        درود,
        kính gửi, xin chào, chào ad, chào, alo, hello, hi, dạ, em chào, nội dung phản ánh, nội dung, ad ơi, ad, địa chỉ,
        đ/c, nơi ở, chỗ ở, yêu cầu, phản ánh, cảm ơn, cám ơn, trân trọng, content, address, request, 1022, tổng đài,
        tổng đài 1022, quý cơ quan, anh chị, xin cảm ơn, nơi xảy ra, thường trú, ngụ, hiện ở, ở, tại, họ tên, họ và tên,
        tên, sđt, điện thoại, số điện thoại, dear, hello 1022, good morning, thank you, thanks, vấn đề, sự việc, kính
        gửi tổng đài, kính gửi tổng đài 1022, kính gửi 1022, máy bàn, máy bàn ở nhà, gọi giờ hành chính, số này, luôn
        nha, nha, nhé, ạ, ok, vâng, chào anh chị, em chào ad, nhà, số, hotline, zalo, liên hệ, gọi lại giúp em, buổi
        chiều gọi, gọi buổi tối, kính chào, kính gởi, mong sớm xử lý, cũ, name, phone, email, em xin phản ánh, tôi xin
        phản ánh, mình xin phản ánh, tui xin phản ánh, con xin phản ánh, cháu xin phản ánh, bà con xin phản ánh, chúng
        tôi xin phản ánh, tụi em xin phản ánh, người dân xin phản ánh, em muốn phản ánh, tôi muốn phản ánh, mình muốn
        phản ánh, tui muốn phản ánh, con muốn phản ánh, cháu muốn phản ánh, bà con muốn phản ánh, chúng tôi muốn phản
        ánh, tụi em muốn phản ánh, người dân muốn phản ánh, thông tin, thông tin như sau, họ tên người gửi, địa điểm,
        thời gian, và, với, thanks ad, cảm ơn ad, xin cám ơn
        """
    }
)
_REFUSING = PhraseTable(
    {
        "no": """
        không nhớ, không biết, không rõ, để mai, lát nữa, chờ chút, đợi chút, chờ xíu, đợi xíu, không tiện, để làm gì,
        không muốn, hỏi làm gì, tại sao, sao phải, không nói, không cho, khỏi, bí mật, ẩn danh, giấu tên, why, don t,
        máy bàn, giờ hành chính, gọi lại, gọi sau, mới đổi số, số này, bận, từ từ, đang đi, chưa có, không có số, mấy
        ngày thì có, bao lâu, bao giờ, mấy giờ, mã khách hàng, cccd, cmnd, mã số thuế, không xài, không dùng
        """
    }
)
_FEW = 3
_ENOUGH = 5


def rest(cuts: Cuts, asked: Phase, *, matter: bool) -> str | None:
    """The request as typed, or None when nothing but the other fields was said.

    `matter`: a category was recognised, so that few words are enough.
    """
    said = cuts.said
    labelled = _labelled(cuts)
    if labelled is not None:
        return labelled
    _quiet(cuts)
    words = sum(part is None or part is Part.PERSON for part in cuts.parts)
    if asked is Phase.REQUEST and words:
        return said.text.strip()
    least = _FEW if asked is Phase.IDLE else _ENOUGH
    if words < (2 if matter else least):
        return None
    if asked is not Phase.IDLE and not matter and _REFUSING.find(said):
        return None
    pieces = [_piece(cuts, first, last) for first, last in _sentences(cuts)]
    return " ".join(piece for piece in pieces if piece) or None


_LABELS = PhraseTable(
    {
        "request": """
        nội dung, nội dung phản ánh, nội dung kiến nghị, nội dung yêu cầu, nội dung sự việc, nội dung cần phản ánh, nội dung góp ý,
        phản ánh, kiến nghị, yêu cầu, sự việc, vấn đề, nội dung khiếu nại, content, request, issue, problem, complaint, report,
        موضوع, درخواست, شرح درخواست, متن درخواست
        """,
        "other": """
        họ tên, họ và tên, tên, người gửi, người phản ánh, số điện thoại, điện thoại, số liên hệ, liên hệ, địa chỉ, nơi ở, nơi xảy ra,
        địa điểm, thời gian, ngày, email, cccd, name, phone, address, location, ghi chú, hình ảnh, نام, نام و نام خانوادگی, تلفن, شماره,
        شماره تلفن, نشانی, آدرس, کد ملی
        """,
    }
)


def _labelled(cuts: Cuts) -> str | None:
    """What stands behind "Nội dung:", up to the next label, whatever its words are."""
    words = cuts.said.words
    first: int | None = None
    for hit in _LABELS.find(cuts.said):
        begin, behind = cuts.said.origin[hit.first], cuts.said.origin[hit.last - 1] + 1
        if not cuts.begins[begin] or behind >= len(words) or words[behind].before.strip()[:1] != ":":
            continue
        if first is not None:
            return _piece(cuts, first, begin)
        first = behind if hit.value == "request" else None
    return _piece(cuts, first, len(words)) if first is not None else None


def _quiet(cuts: Cuts) -> None:
    """Marks greetings, labels and thanks that stand alone between two breaks."""
    said = cuts.said
    for hit in _NOISE.find(said):
        first, last = said.origin[hit.first], said.origin[hit.last - 1] + 1
        opens = cuts.begins[first] or not cuts.free(first - 1)
        closes = last == len(said.words) or cuts.begins[last] or not cuts.free(last)
        if opens and closes:
            for at in range(first, last):
                if cuts.free(at):
                    cuts.parts[at] = Part.NOISE


def _sentences(cuts: Cuts) -> list[tuple[int, int]]:
    """Runs of words between the parts that are spoken for; a place inside or before its own sentence stays in it."""
    runs: list[tuple[int, int]] = []
    for at, part in enumerate(cuts.parts):
        if not (part is None or part is Part.PERSON or (part is Part.PLACE and _belongs(cuts, at))):
            continue
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _belongs(cuts: Cuts, at: int) -> bool:
    """Whether a word of a place has free words before it in its own clause, and after it too."""
    before, after = at, at
    while not cuts.begins[before] and cuts.parts[before] is Part.PLACE:
        before -= 1
    while after + 1 < len(cuts.parts) and not cuts.begins[after + 1] and cuts.parts[after] is Part.PLACE:
        after += 1
    return (
        cuts.free(before) and before < at and (cuts.free(after) or before - _clause_begin(cuts, before) + 1 >= _ENOUGH)
    )


def _clause_begin(cuts: Cuts, at: int) -> int:
    while not cuts.begins[at] and cuts.free(at - 1):
        at -= 1
    return at


def _piece(cuts: Cuts, first: int, last: int) -> str:
    """The words as typed, with the punctuation that closes them."""
    text = cuts.said.text
    start = cuts.said.words[first].start
    end = cuts.said.words[last].start if last < len(cuts.said.words) else len(text)
    tail = text[cuts.said.words[last - 1].end : end]
    closing = tail[: len(tail) - len(tail.lstrip(".!?…)"))] if "(" in text[start:end] or ")" not in tail else ""
    return text[start : cuts.said.words[last - 1].end] + closing
