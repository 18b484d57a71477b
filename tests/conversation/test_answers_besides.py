"""Status, news, ratings, a person, one's data, old buttons: everything beside the report itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from kit.pure_chat import PureChat, play
from kit.sites import site
from kit.transcripts import START, parse

from conversation.effects import AlertOperators, AmendTicket, EraseContact, FindTicket, Say, Urgency
from conversation.events import ChatClosed, ChatOpened, TicketChanged, TicketFound, TicketOpened, TimePassed
from conversation.ids import TicketCode
from conversation.messages import Media, MediaKind
from conversation.state import Aside, ConversationState, Draft, Phase

REPORTED = """
> Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
[Đồng ý]
[Đúng, gửi đi]
"""
TWICE = f"{REPORTED}... 1d later\n> phản ánh mới\n[Dùng thông tin này]\n[Như lần trước]\n> loa kẹo kéo ồn ào\n[Đúng, gửi đi]\n"
CODE = TicketCode("1022-261124-7K3Q2")


def said(chat: PureChat) -> str:
    return "\n".join(message.text for message in chat.seen.answers)


def test_with_several_tickets_the_status_question_offers_them() -> None:
    play(
        f"{TWICE}> tra cứu\n< xem phản ánh nào*[{{code2}}]*[{{code1}}]\n[code:ticket:{{code1}}]\n< {{code1}} (Thoát nước",
        site(),
    )


def test_a_strangers_ticket_button_is_stale() -> None:
    play(f"{REPORTED}[code:ticket:1022-261120-ABCDE]\n< Cảm ơn", site())
    play(f"{REPORTED}[code:reply:1022-261120-ABCDE]\n< Cảm ơn", site())


def test_the_status_menu_asks_for_a_code_and_takes_it_without_hyphens() -> None:
    chat = play("> chào\n[code:menu:status]\n< mã phản ánh cần tra cứu\n> 12 34\n< Chưa tìm thấy", site())
    assert chat.state.aside is Aside.TICKET_CODE


def test_a_phone_at_the_code_question_goes_to_the_report() -> None:
    chat = play("> chào\n[Đồng ý]\n> Nguyễn Văn An\n> tra cứu\n< mã phản ánh\n> số tôi là 0912345678\n< ở đâu", site())
    assert chat.state.draft.phone == "+84912345678"


def test_whoever_cannot_prove_the_phone_goes_on() -> None:
    play("> chào\n[Đồng ý]\n> tra cứu 1022-261120-ABCDE\n< 4 số cuối*[Bỏ qua]\n[Bỏ qua]\n< họ tên", site())


def test_a_full_status_has_its_date_its_office_and_its_answer() -> None:
    chat = PureChat(site())
    found = TicketFound(
        START, "x", CODE, "resolved", "road", START, START, "Đã vá xong.", full=True, department="police"
    )
    chat.happen(found)
    assert "cập nhật 09:00 ngày 24/11/2026" in said(chat)
    assert "Hạn xử lý: 24/11/2026" in said(chat)
    assert "Công an Thành phố" in said(chat)
    assert "Đã vá xong." in said(chat)
    chat = PureChat(site())
    chat.happen(replace(found, overdue=True, updated_at=None, department="unheard-of", answer=None, category="?"))
    assert "quá hạn" in said(chat)
    assert "unheard-of" in said(chat)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("received", "đã được tiếp nhận"),
        ("in_progress", "đang được xử lý"),
        ("reopened", "xử lý lại"),
        ("rejected", "không được tiếp nhận"),
        ("duplicate", "ghép với"),
        ("cancelled", "đã hủy"),
        ("closed", "đã kết thúc"),
        ("unheard-of", "Đang xử lý"),
    ],
)
def test_each_change_is_told_in_plain_words(status: str, told: str) -> None:
    chat = play(REPORTED, site())
    chat.play(parse("on", f"news: {status} reason=ngoài phạm vi\n< {{code}}*{told}*Lý do: ngoài phạm vi"))


def test_a_new_date_and_a_delay_are_told() -> None:
    chat = play(f"{REPORTED}news: in_progress overdue=yes\n< quá hạn*rất tiếc", site())
    chat.seen.answers = []
    chat.happen(
        TicketChanged(chat.at, chat.state.tickets[0].code, "in_progress", due_at=datetime(2026, 12, 9, tzinfo=UTC))
    )
    assert "09/12/2026" in said(chat)


def test_a_question_without_words_is_still_told() -> None:
    play(f"{REPORTED}news: need_info\n< Cần bổ sung thông tin", site())


def test_news_of_a_ticket_from_elsewhere_makes_it_known() -> None:
    chat = PureChat(site())
    chat.happen(TicketChanged(START, CODE, "forwarded"))
    assert [ticket.code for ticket in chat.state.tickets] == [CODE]


def test_an_office_that_asks_back_during_another_report_waits_for_its_button() -> None:
    play(
        f"{REPORTED}... 1d later\n> phản ánh mới\n[Dùng thông tin này]\n< ở đâu\n"
        "news: need_info question=Cống nào?\n< Cống nào*[Trả lời]\n[Trả lời]\n< câu trả lời\n"
        "> cống bên phải\n< Đã bổ sung*ở đâu\nadded: bên phải",
        site(),
    )


@pytest.mark.parametrize("answer", ["[Hài lòng]", "> hài lòng", "> 1", "> một", "[Chấp nhận được]"])
def test_a_rating_is_thanked_for(answer: str) -> None:
    chat = play(f"{REPORTED}news: resolved answer=Xong.\n{answer}\n< đã đánh giá", site())
    assert any(isinstance(effect, AmendTicket) and effect.rating for effect in chat.effects)


def test_a_rating_in_the_middle_of_a_report_leads_back_to_it() -> None:
    play(
        f"{REPORTED}... 1d later\n> phản ánh mới\n[Dùng thông tin này]\n< ở đâu\n"
        "news: resolved answer=Xong.\n[Hài lòng]\n< đã đánh giá*ở đâu",
        site(),
    )


def test_whoever_is_not_content_need_not_say_why() -> None:
    play(f"{REPORTED}news: resolved answer=Xong.\n[Chưa hài lòng]\n< điều gì\n[Bỏ qua]\n< [Phản ánh mới]", site())
    chat = play(f"{REPORTED}news: resolved answer=Xong.\n[Chưa hài lòng]\n> vẫn ngập\n< xem lại", site())
    assert AmendTicket(chat.state.tickets[0].code, "vẫn ngập", reopen=True) in chat.effects


def test_an_answer_about_a_ticket_that_is_gone_leads_to_the_menu() -> None:
    chat = PureChat(site(), state=ConversationState(phase=Phase.DONE, aside=Aside.REASON, about=CODE, greeted=True))
    chat.play(parse("on", "> vẫn ngập\n< [Phản ánh mới]"))


def test_a_same_matter_question_whose_ticket_is_gone_is_put_anew() -> None:
    chat = PureChat(site(), state=ConversationState(phase=Phase.REQUEST, aside=Aside.SAME_MATTER, greeted=True))
    chat.play(parse("on", "> hướng dẫn\n< đồng ý"))


def test_a_person_is_asked_for_from_the_ways_out() -> None:
    chat = play("> chào\n[Đồng ý]\n> 😀\n> 😀\n[Gặp nhân viên]\n< tổng đài viên\n> Lan\n< số điện thoại", site())
    assert chat.state.waiting_since is not None


def test_operators_are_alerted_by_what_it_is() -> None:
    chat = play("> nhà tui đang cháy", site())
    assert AlertOperators("emergency_fire", Urgency.EMERGENCY) in chat.effects
    chat = play("> chào\n> gặp nhân viên", site())
    assert AlertOperators("wants_operator", Urgency.WAITING) in chat.effects


def test_an_emergency_after_the_code_is_a_report_of_its_own() -> None:
    chat = play(f"{REPORTED}> nhà tui đang cháy\n< 114*địa điểm", site())
    assert chat.state.draft.priority == "emergency"


def test_cancelling_after_the_code_points_to_a_person() -> None:
    play(f"{REPORTED}> hủy bỏ\n< {{code}} đã được gửi đi*[Gặp nhân viên]", site())
    play("> hủy bỏ\n< Đã hủy", site())


def test_back_is_harmless_where_there_is_nothing_before() -> None:
    play("> chào\n> quay lại\n< đồng ý", site())
    play("> chào\n[Đồng ý]\n> quay lại\n< tên", site())
    play(f"{REPORTED}> quay lại\n< [Phản ánh mới]", site())
    play(
        "> Tôi là Nguyễn Văn An, 0912345678, cây đổ\n[Đồng ý]\n> đường Lê Lợi\n< phường/xã nào\n> quay lại\n< ở đâu",
        site(),
    )


def test_at_the_summary_back_leads_to_the_last_field_and_skip_keeps_it() -> None:
    play(
        "> Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.\n[Đồng ý]\n"
        "> quay lại\n< nội dung cần phản ánh\n> bỏ qua\n< Cống nghẹt*Thông tin đã đúng chưa",
        site(),
    )


def test_a_greeting_in_the_middle_is_returned_and_the_question_comes_again() -> None:
    play("> chào\n[Đồng ý]\n> chào\n< xin nghe*họ tên", site())
    play("> chào\n[Đồng ý]\n> cảm ơn\n< họ tên", site())
    play(f"{REPORTED}> xin chào\n< xin nghe*[Phản ánh mới]", site())
    play("> chào\n[Không đồng ý]\n> hướng dẫn\n< [Phản ánh mới]", site())


def test_after_the_code_empty_words_are_left_in_peace_and_unclear_ones_get_the_menu() -> None:
    play(f"{REPORTED}> 👍\n< Cảm ơn\n> 🙏\n= no answer", site())
    play(f"{REPORTED}... 2d later\n> à mà\n< [Phản ánh mới]", site())


def test_what_is_kept_is_shown_masked() -> None:
    play(f"{REPORTED}> xem dữ liệu của tôi\n< Nguyễn Văn An*0912***678*{{code}}\n!< 0912 345 678", site())
    play("> chào\n> xem dữ liệu của tôi\n< không giữ thông tin", site())


def test_erasing_tells_what_is_kept_by_law() -> None:
    chat = play(f"{REPORTED}> xóa dữ liệu của tôi\n< đã được xóa*lưu theo quy định", site())
    assert EraseContact("erase_request") in chat.effects
    assert chat.state.tickets == ()
    assert chat.state.opted_out


def test_a_platform_may_ask_for_erasure() -> None:
    chat = play(REPORTED, site())
    chat.happen(ChatClosed(chat.at, erase=True))
    assert chat.state.known == Draft()
    assert chat.state.closed


def test_no_more_announcements_is_remembered() -> None:
    assert play(f"{REPORTED}> đừng nhắn nữa\n< không gửi thông báo chung", site()).state.opted_out


def test_announcements_are_had_again_by_a_word() -> None:
    back = f"{REPORTED}> đừng nhắn nữa\n< không gửi thông báo chung\n> nhận tin\n< sẽ nhận được thông báo"
    assert not play(back, site()).state.opted_out


def test_languages_change_by_button_at_any_time() -> None:
    play(f"{REPORTED}[code:lang:en]\n< What can we do for you", site())
    play("> chào\n[Đồng ý]\n[code:lang:en]\n< full name\n[code:lang:xx]\n< earlier question*full name", site())
    play("> chào\n[code:menu:what]\n< câu hỏi trước", site())
    play("> chào\n[Không đồng ý]\n[code:confirm:yes]\n< đồng ý chứ", site())


def test_a_welcome_said_inline_moves_the_state_without_a_word() -> None:
    chat = PureChat(site(), "viber")
    chat.happen(ChatOpened(START, answered_inline=True))
    assert not chat.effects
    assert chat.state.phase is Phase.CONSENT
    chat.play(parse("on", "[Đồng ý]\n< họ tên"))
    chat.happen(ChatOpened(chat.at, answered_inline=True))
    assert chat.state.phase is Phase.NAME


def test_agreeing_to_a_welcome_shown_again_after_the_code_begins_a_report() -> None:
    play(f"{REPORTED}[code:consent:yes]\n< vẫn dùng thông tin", site())


def test_a_start_button_after_the_code_begins_a_new_report() -> None:
    play(f"{REPORTED}> [[start]]\n< vẫn dùng thông tin\n[Sửa]\n< họ tên", site())
    play(f"{REPORTED}> [[open]]\n= no answer", site())


def test_a_ticket_from_the_counter_is_told_like_any_other() -> None:
    chat = PureChat(site())
    chat.happen(TicketOpened(START, CODE))
    assert CODE in said(chat)
    assert "Dự kiến" not in said(chat)


def test_a_lookup_asks_the_store_with_the_digits() -> None:
    chat = play("> tra cứu 1022-261120-ABCDE\n> số cuối là 4321", site())
    assert FindTicket("1022-261120-ABCDE", "4321") in chat.effects


def test_a_first_reminder_is_the_only_one() -> None:
    chat = play("> chào\n[Đồng ý]\n> Nguyễn Văn An\n... 31m later\n< gửi dở\n[Bắt đầu lại]\n< họ tên", site())
    chat = play(
        "> chào\n[Đồng ý]\n> Nguyễn Văn An\n... 31m later\n[Tiếp tục]\n< số điện thoại\n... 5h later\n= no answer",
        site(),
    )
    chat.happen(TimePassed(chat.at))
    assert not [effect for effect in chat.effects if isinstance(effect, Say)]


def test_nothing_is_due_in_a_conversation_that_never_began() -> None:
    chat = PureChat(site())
    chat.happen(TimePassed(START + timedelta(days=400)))
    assert not chat.effects
    assert chat.state == ConversationState()


def test_an_abandoned_greeting_lapses_without_a_word() -> None:
    chat = play("> chào\n... 4d later\n= no answer\n> chào\n!< đã được xóa", site())
    assert chat.state.phase is Phase.CONSENT


@pytest.mark.parametrize("status", ["resolved", "need_info", "in_progress"])
def test_the_photos_of_an_answer_come_with_the_news(status: str) -> None:
    photo = Media(MediaKind.IMAGE, "after.jpg")
    for source in (REPORTED, f"{REPORTED}... 1d later\n> phản ánh mới"):
        chat = play(source, site())
        chat.seen.answers = []
        chat.happen(TicketChanged(chat.at, chat.state.tickets[0].code, status, question="?", media=(photo,)))
        assert chat.seen.answers[0].media == (photo,)


def test_whoever_has_no_code_goes_on_without_one() -> None:
    play("> tra cứu\n< mã phản ánh\n> không có\n< [Phản ánh mới]", site())
    play("> chào\n[Đồng ý]\n> tra cứu\n< mã phản ánh\n> không\n< tên", site())


def test_a_language_is_changed_by_its_name() -> None:
    play("> chào\n> English\n< Do you agree\n> I agree\n< full name\n> tiếng Việt\n< tên", site())
