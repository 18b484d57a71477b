"""Events of a conversation as hypothesis draws them: what people really send, and anything else."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from conversation.events import (
    AnnouncementAnswered,
    ChatClosed,
    ChatOpened,
    ChatsJoined,
    ChoicePicked,
    Event,
    FormSubmitted,
    JoinRefused,
    KnownFound,
    LinkCodeMade,
    LocationShared,
    MediaReceived,
    MessageEdited,
    MessageWithdrawn,
    NoAnswerMeant,
    OperatorHandedBack,
    OperatorTookOver,
    OperatorWrote,
    PhoneShared,
    Reacted,
    TextReceived,
    TicketChanged,
    TicketFound,
    TicketOpened,
    TicketsFound,
    TimePassed,
    UnsupportedReceived,
)
from conversation.ids import OperatorId, TicketCode
from conversation.messages import Answer, Media, MediaKind
from conversation.state import Draft, KnownTicket

START = datetime(2026, 11, 24, 2, tzinfo=UTC)
CODE = TicketCode("1022-261124-7K3QX")
KNOWN = Draft(name="Trần Văn Mẫu", phone="+84987654321")

ORDINARY = (
    "chào",
    "đồng ý",
    "Nguyễn Văn An",
    "0912345678",
    "01252223344",
    "0912345678 hoặc 0987654321",
    "12 Lý Thường Kiệt, phường Tân Sơn Hòa, TP.HCM",
    "đường Lê Lợi",
    "Đèn đường trước nhà bị hỏng ba ngày nay",
    "Em tên Lê Hoàng Nam, số 0908 123 321, nhà 27 Hoàng Văn Thụ, phường Tân Sơn Hòa. Hố ga bị bể nắp.",
    "nhà tui đang cháy",
    "khiếu nại quyết định của UBND",
    "hồ sơ kết hôn cần giấy tờ gì",
    "tra cứu",
    "tra cứu 1022-261124-7K3QX",
    "4321",
    "gặp nhân viên",
    "hướng dẫn",
    "quay lại",
    "bỏ qua",
    "không",
    "1",
    "2",
    "sửa tên",
    "sai số điện thoại",
    "cảm ơn",
    "dạ đúng rồi",
    "alo",
    "😀",
    "",
    "I want to report a broken street light",
    "đừng nhắn nữa",
    "dừng thời tiết",
    "nhận lại thời tiết",
    "chủ đề",
    "đã nhận",
    "cần giúp đỡ",
    "xem dữ liệu của tôi",
    "liên kết",
    "LIÊN KẾT 4829 1376",
    "bỏ liên kết",
)
TAKE_BACK = ("hủy bỏ", "làm lại từ đầu", "không đồng ý", "xóa dữ liệu của tôi")
CODES = (
    *("consent:yes", "confirm:yes", "confirm:no", "known:yes", "known:no", "place:same", "phone:0", "phone:1"),
    *("phone:yes", "phone:no", "ward:0", "ward:1", "ward:9", "ward:unknown", "matters:yes", "matters:no", "next:yes"),
    *("same:yes", "same:no", "formal:yes", "resume:yes", "raw", "skip", "menu:status", "menu:operator", "menu:x"),
    *("announcement:received:n", "announcement:help:n", "announcement:x:n", "announcement:help:"),
    *("topics:off:weather", "topics:on:weather", "topics:off:all", "topics:on:all", "topics:list", "topics:x"),
    *("lang:en", "lang:vi", "lang:xx", "edit:name", "edit:phone", "edit:address", "edit:request", "edit:x", "x", ""),
    *(f"ticket:{CODE.lower()}", "ticket:x", f"reply:{CODE.lower()}", "reply:x", "rate:x", f"rate:best:{CODE.lower()}"),
    *(f"rate:{rating}:{CODE.lower()}" for rating in ("satisfied", "acceptable", "unsatisfied")),
)
TAKE_BACK_CODES = ("consent:no", "confirm:cancel", "resume:no", "menu:new", "next:no")
STATUSES = ("received", "need_info", "forwarded", "in_progress", "resolved", "rejected", "closed", "unheard-of")

_at = st.integers(1, 3 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
_gap = st.one_of(st.integers(0, 90).map(lambda seconds: timedelta(seconds=seconds)), _at)
_name = st.sampled_from((None, "Trần Văn Mẫu"))
_phone = st.sampled_from(("84912345678", "+84912345678", "0987654321", "12", ""))
_media = st.lists(st.builds(Media, st.sampled_from(MediaKind), st.just("f")), min_size=1, max_size=3).map(tuple)
_operator = st.sampled_from((OperatorId("lan"), OperatorId("minh")))
_when = st.one_of(st.none(), st.just(START))


def _text(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Event]:
    return st.builds(TextReceived, st.just(START), texts)


CONTACT: st.SearchStrategy[Event] = st.one_of(
    *[_text(st.sampled_from(ORDINARY))] * 6,
    *[st.builds(ChoicePicked, st.just(START), st.sampled_from(CODES))] * 4,
    st.builds(ChatOpened, st.just(START), st.booleans(), st.booleans()),
    st.builds(PhoneShared, st.just(START), _phone, st.booleans(), _name),
    st.builds(LocationShared, st.just(START), st.just(10.77), st.just(106.7), st.sampled_from((None, "Chợ Bến Thành"))),
    st.builds(FormSubmitted, st.just(START), _name, st.one_of(st.none(), _phone), st.sampled_from((None, "1 Lê Lợi"))),
    st.builds(
        MediaReceived, st.just(START), _media, st.sampled_from((None, "ổ gà", "xong")), st.sampled_from((None, "a"))
    ),
    st.builds(UnsupportedReceived, st.just(START), st.just("poll")),
    st.builds(MessageEdited, st.just(START), st.just("m"), st.just("x")),
    st.builds(MessageWithdrawn, st.just(START), st.just("m")),
    st.builds(Reacted, st.just(START), st.just("m"), st.none()),
    st.builds(ChatClosed, st.just(START), st.just(False)),
)
ELSEWHERE: st.SearchStrategy[Event] = st.one_of(
    st.builds(OperatorTookOver, st.just(START), _operator),
    st.builds(
        OperatorWrote, st.just(START), _operator, st.sampled_from(("", "Chào anh/chị")), from_platform=st.booleans()
    ),
    st.builds(OperatorHandedBack, st.just(START), _operator),
    st.builds(TicketOpened, st.just(START), st.just(CODE), _when),
    st.builds(
        AnnouncementAnswered,
        st.just(START),
        st.just("n"),
        st.sampled_from(Answer),
        st.sampled_from((None, "Bão số 9 vào tối nay.")),
        st.sampled_from((None, CODE)),
    ),
    st.builds(NoAnswerMeant, st.just(START), st.sampled_from(("đã nhận", "cần giúp đỡ"))),
    st.builds(
        TicketFound,
        st.just(START),
        st.just("x"),
        st.sampled_from((None, CODE)),
        st.sampled_from(STATUSES),
        st.sampled_from(("road", "", "unheard-of")),
        _when,
        _when,
        st.sampled_from((None, "Đã xong.")),
        st.booleans(),
        st.booleans(),
        st.sampled_from((None, "police", "unheard-of")),
    ),
    st.builds(
        TicketChanged,
        st.just(START),
        st.sampled_from((CODE, TicketCode("1022-261124-AAAAA"))),
        st.sampled_from(STATUSES),
        st.sampled_from((None, "Đã xong.")),
        st.sampled_from((None, "trùng")),
        st.sampled_from((None, "Ở đâu?")),
        st.sampled_from((None, "police")),
        _when,
        st.booleans(),
    ),
    st.builds(TimePassed, st.just(START)),
    st.builds(KnownFound, st.just(START), st.sampled_from((Draft(), KNOWN)), st.booleans()),
    st.builds(ChatsJoined, st.just(START), st.sampled_from((Draft(), KNOWN)), st.booleans()),
    st.builds(JoinRefused, st.just(START), st.sampled_from(("unknown", "own", "often"))),
    st.builds(LinkCodeMade, st.just(START), st.just("48291376"), st.just(START + timedelta(minutes=10))),
    st.builds(TicketsFound, st.just(START), st.sampled_from(((), (KnownTicket(CODE, START),)))),
)
TAKING_BACK: st.SearchStrategy[Event] = st.one_of(
    _text(st.sampled_from(TAKE_BACK)),
    st.builds(ChoicePicked, st.just(START), st.sampled_from(TAKE_BACK_CODES)),
    st.builds(ChatClosed, st.just(START), st.just(True)),
)
ANYTHING: st.SearchStrategy[Event] = st.one_of(
    _text(st.text(max_size=300)), st.builds(ChoicePicked, st.just(START), st.text(max_size=70))
)


def days(*kinds: st.SearchStrategy[Event]) -> st.SearchStrategy[list[tuple[timedelta, Event]]]:
    """Events one after the other, each with the time since the one before."""
    return st.lists(st.tuples(_gap, st.one_of(*kinds)), max_size=14)
