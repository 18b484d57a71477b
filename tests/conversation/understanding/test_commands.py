import pytest

from conversation.state import Phase
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.reader import read
from conversation.understanding.reading import Intent, StopKind


@pytest.mark.parametrize(
    ("text", "asked", "intent"),
    [
        ("huy bo", Phase.ADDRESS, Intent.CANCEL),
        ("dạ em xin hủy nhé", Phase.PHONE, Intent.CANCEL),
        ("hủy", Phase.NAME, Intent.CANCEL),
        ("Hủy", Phase.NAME, Intent.CANCEL),
        ("trở lại câu trước", Phase.PHONE, Intent.BACK),
        ("?", Phase.PHONE, Intent.HELP),
        ("gap tong dai vien", Phase.REQUEST, Intent.OPERATOR),
        ("cho tôi nói chuyện với người thật được không ạ", Phase.IDLE, Intent.OPERATOR),
        ("chuẩn rồi bạn ơi", Phase.CONFIRM, Intent.CONFIRM),
        ("dung", Phase.CONFIRM, Intent.CONFIRM),
        ("👍", Phase.CONFIRM, Intent.CONFIRM),
        ("không phải", Phase.CONFIRM, Intent.DENY),
        ("bỏ qua", Phase.ADDRESS, Intent.SKIP),
        ("làm lại từ đầu", Phase.ADDRESS, Intent.RESTART),
        ("cảm ơn ạ", Phase.DONE, Intent.THANKS),
        ("dạ chào anh chị", Phase.IDLE, Intent.GREETING),
        ("phản ánh PHA251200000456 xử lý xong chưa", Phase.IDLE, Intent.STATUS_LOOKUP),
        ("PHA251200000456", Phase.NAME, Intent.STATUS_LOOKUP),
        ("hồ sơ của tôi tới đâu rồi", Phase.IDLE, Intent.STATUS_LOOKUP),
    ],
)
def test_a_whole_message_is_a_command(text: str, asked: Phase, intent: Intent, known: Lexicon) -> None:
    assert read(text, asked, known).intent is intent


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Huy", Phase.NAME),
        ("Dung nha", Phase.NAME),
        ("không nhớ, để mai coi lại", Phase.PHONE),
        ("công ty hủy hợp đồng của tôi", Phase.REQUEST),
        ("👍", Phase.NAME),
        ("", Phase.CONFIRM),
        (
            "tôi đã phản ánh nhiều lần về ổ gà trước nhà mà tới giờ vẫn chưa thấy trả lời gì hết, mong các anh chị xem lại",
            Phase.REQUEST,
        ),
    ],
)
def test_a_command_word_inside_an_answer_is_content(text: str, asked: Phase, known: Lexicon) -> None:
    assert read(text, asked, known).intent is Intent.PROVIDE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("đừng nhắn tin cho tôi nữa", StopKind.OPT_OUT),
        ("nhận tin", StopKind.OPT_IN),
        ("đăng ký nhận thông báo", StopKind.OPT_IN),
        ("không nhận tin nữa", StopKind.OPT_OUT),
        ("xóa dữ liệu của tôi", StopKind.ERASE),
        ("xem dữ liệu của tôi", StopKind.SEE_DATA),
    ],
)
def test_stop_says_which_kind_is_meant(text: str, kind: StopKind, known: Lexicon) -> None:
    reading = read(text, Phase.IDLE, known)
    assert (reading.intent, reading.stop) == (Intent.STOP, kind)


def test_a_yes_may_bring_more_with_it(known: Lexicon) -> None:
    reading = read("đúng rồi, mà thêm là hẻm cũng bị ngập nữa", Phase.CONFIRM, known)
    assert reading.intent is Intent.CONFIRM
    assert reading.request == "hẻm cũng bị ngập nữa"
    consent = read("Đồng ý, em tên Lan Chi 0908 100 100", Phase.CONSENT, known)
    assert (consent.intent, consent.name) == (Intent.CONFIRM, "Lan Chi")


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), (" 20. ", 20), ("0", None), ("21", None), ("١", 1), ("a", None)]
)
def test_a_bare_number_may_pick_a_choice(text: str, number: int | None, known: Lexicon) -> None:
    assert read(text, Phase.DONE, known).number == number


def test_a_code_is_read_with_the_end_of_the_phone(known: Lexicon) -> None:
    reading = read("tra cứu 1022 261121 7k3qx, 4 số cuối 5678", Phase.IDLE, known)
    assert reading.codes == ("1022 261121 7k3qx",)
    assert reading.last4 == "5678"


@pytest.mark.parametrize(
    ("text", "procedure", "formal"),
    [
        ("xin hỏi làm căn cước cần giấy tờ gì", True, False),
        ("tôi muốn tố cáo cán bộ địa chính nhận hối lộ", False, True),
        ("đèn đường hư", False, False),
    ],
)
def test_procedures_and_formal_complaints_are_told_apart(
    text: str, procedure: bool, formal: bool, known: Lexicon
) -> None:
    reading = read(text, Phase.REQUEST, known)
    assert (reading.procedure, reading.formal) == (procedure, formal)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("bữa trước tôi báo vụ ngập mà sao chưa ai xử lý gì hết, kết quả tới đâu rồi ạ", Intent.STATUS_LOOKUP),
        ("hẻm nhà tôi ngập hoài đã báo phường mấy lần rồi mà tới nay vẫn chưa thấy kết quả", Intent.PROVIDE),
        ("Cong nghet, mua la ngap toi dau goi tu tuan truoc", Intent.PROVIDE),
    ],
)
def test_a_report_that_remarks_on_the_past_is_no_status_question(text: str, intent: Intent, known: Lexicon) -> None:
    assert read(text, Phase.REQUEST, known).intent is intent


def test_what_follows_a_yes_as_a_sentence_keeps_its_first_words(known: Lexicon) -> None:
    reading = read("ok. tôi là Viên, nhà bị mất nước", Phase.CONSENT, known)
    assert (reading.intent, reading.name) == (Intent.CONFIRM, "Viên")
