"""Phones, pins, forms and files as platforms hand them over, in every phase."""

from kit.pure_chat import play
from kit.sites import site
from kit.transcripts import parse

from conversation.state import Phase

READY = """
> Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
[Đồng ý]
"""
REPORTED = f"{READY}\n[Đúng, gửi đi]\n"


def test_what_is_no_phone_is_asked_for_again() -> None:
    play("> chào\n[Đồng ý]\n> Nguyễn Văn An\n> [[share-phone:12]]\n< chưa nhận ra số điện thoại", site())


def test_somebodys_card_beside_a_known_phone_is_a_note_in_the_report() -> None:
    chat = play(f"{READY}> [[contact:0987654321]]\n< Thông tin đã đúng chưa", site())
    assert chat.state.draft.phone == "+84912345678"
    assert chat.state.draft.request is not None
    assert chat.state.draft.request.endswith("Điện thoại: +84987654321")
    before_words = play("> chào\n[Đồng ý]\n> Nguyễn Văn An, 0912345678\n> [[contact:0987654321]]", site())
    assert before_words.state.draft.request == "Điện thoại: +84987654321"


def test_a_card_is_used_when_it_is_agreed_to() -> None:
    chat = play("> chào\n[Đồng ý]\n> Nguyễn Văn An\n> [[contact:0987654321]]\n[Đúng]\n< ở đâu", site())
    assert chat.state.draft.phone == "+84987654321"


def test_a_pin_joins_the_words_of_the_place() -> None:
    chat = play(f"{READY}> [[location:10.77,106.70]]\n< Thông tin đã đúng chưa", site())
    assert chat.state.draft.place is not None
    assert (chat.state.draft.place.raw, chat.state.draft.place.latitude) == ("12 Nguyễn Huệ phường Bến Thành", 10.77)


def test_a_pin_with_a_title_has_its_words() -> None:
    chat = play(
        "> chào\n[Đồng ý]\n> Nguyễn Văn An\n> 0912345678\n"
        "> [[location:10.77,106.70]] 135 Nam Kỳ Khởi Nghĩa, phường Bến Thành\n< nội dung",
        site(),
    )
    assert chat.state.draft.place is not None
    assert chat.state.draft.place.ward == "Phường Bến Thành"
    assert chat.state.draft.place.longitude == 106.70


def test_a_pin_alone_is_enough_for_who_does_not_know_more() -> None:
    play(
        """
        > chào
        [Đồng ý]
        > Nguyễn Văn An
        > 0912345678
        > [[location:10.776000,106.700000]]
        < Đã nhận vị trí*[Không rõ]
        [Không rõ]
        < nội dung
        > bãi rác tự phát bốc mùi
        < Nơi xảy ra: 10.77600, 106.70000
        [Đúng, gửi đi]
        ticket: pin=yes address= ward=
        """,
        site(),
    )


def test_native_answers_begin_a_report_and_wait_for_consent() -> None:
    play("> [[location:10.77,106.70]]\n< đã đọc*đồng ý chứ\n[Đồng ý]\n< họ tên", site())
    play("> [[form:name=Trần Văn Mẫu;phone=84900000000]]\n< đồng ý chứ\n[Đồng ý]\n< ở đâu", site())


def test_a_form_with_nothing_new_changes_nothing() -> None:
    chat = play(f"{READY}> [[form:name=Ai Đó;phone=84900000000;address=1 Lê Lợi]]\n< Thông tin đã đúng chưa", site())
    assert chat.state.draft.name == "Nguyễn Văn An"
    assert chat.state.draft.phone == "+84912345678"


def test_soon_after_the_code_a_pin_joins_the_ticket_and_later_it_begins_a_report() -> None:
    play(f"{REPORTED}> [[location:10.77,106.70]]\n< Đã bổ sung\nadded: 10.770000, 106.700000", site())
    play(f"{REPORTED}... 2h later\n> [[location:10.77,106.70]]\n< vẫn dùng thông tin", site())


def test_a_photo_long_after_the_code_begins_a_report() -> None:
    chat = play(f"{REPORTED}... 2h later\n> [[photo]]\n< Đã nhận 1 ảnh*vẫn dùng thông tin", site())
    assert len(chat.state.draft.media) == 1


def test_while_a_person_speaks_native_answers_fill_the_draft_in_silence() -> None:
    chat = play(
        """
        > chào
        [Đồng ý]
        operator takes over
        > [[share-phone:0912345678]]
        = no answer
        > [[photo]] ổ gà
        = no answer
        > [[sticker]]
        = no answer
        > [[poll]]
        = no answer
        > [[start]]
        = no answer
        [code:menu:status]
        = no answer
        > nhà tui đang cháy
        = no answer
        alert: emergency_fire
        """,
        site(),
    )
    assert chat.state.draft.phone == "+84912345678"
    assert len(chat.state.draft.media) == 1
    assert chat.state.phase is Phase.NAME


def test_what_cannot_be_read_is_said_so_and_the_question_comes_again() -> None:
    play("> [[poll]]\n< chưa đọc được*đồng ý chứ\n[Đồng ý]\n> [[poll]]\n< chưa đọc được*họ tên", site())
    play("> chào\n[Đồng ý]\n> [[sticker]]\n< họ tên\n> [[sticker]]\n< [Gặp nhân viên]", site())
    play(f"{REPORTED}> [[poll]]\n< chưa đọc được*[Phản ánh mới]", site())
    play(f"{REPORTED}> [[sticker]]\n< Cảm ơn\n> [[sticker]]\n= no answer", site())


def test_a_person_who_holds_a_finished_chat_gets_no_draft_from_its_words() -> None:
    chat = play(f"{REPORTED}operator takes over\n> Đèn đường hỏng\n= no answer\n> [[photo]]\n= no answer", site())
    assert chat.state.phase is Phase.DONE
    assert chat.state.draft.request is None


def test_two_photos_answer_an_office_that_asked_back() -> None:
    chat = play(f"{REPORTED}news: need_info question=Cống nào?\n> [[photo]]\n< Đã bổ sung", site())
    chat.play(parse("on", "> cảm ơn\n< Cảm ơn"))


def test_a_pin_answers_an_office_that_asked_where() -> None:
    play(
        f"{REPORTED}... 2h later\nnews: need_info question=Ở đâu?\n> [[location:10.77,106.70]]\n< Đã bổ sung\nadded: 10.77",
        site(),
    )


def test_of_a_talk_with_a_person_only_what_is_clearly_a_report_is_kept() -> None:
    chat = play(
        """
        > chào
        [Đồng ý]
        > Nguyễn Văn An
        operator takes over
        > dạ em cảm ơn chị, để em coi lại rồi em nhắn
        > đèn đường hỏng ba ngày nay
        > dạ vâng chị nói đúng rồi đó ạ
        """,
        site(),
    )
    assert chat.state.draft.request == "đèn đường hỏng ba ngày nay"
