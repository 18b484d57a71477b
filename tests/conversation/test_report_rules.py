"""How a report is collected, where the shipped site's rules are not the only ones."""

from dataclasses import replace
from datetime import timedelta

from kit.pure_chat import play
from kit.sites import changed_site, site, with_notice, with_report
from kit.transcripts import parse

from conversation.effects import Say
from conversation.events import TextReceived
from conversation.machine import step, welcome
from conversation.messages import NativeAsk
from conversation.profile import Channel
from conversation.state import Phase

READY = """
> Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
[Đồng ý]
"""
REPORTED = f"{READY}\n[Đúng, gửi đi]\n"


def test_a_site_that_acts_by_law_informs_and_needs_six_messages() -> None:
    chat = play(
        """
        > /start
        < dùng họ tên, số điện thoại*Cho Tổng đài xin họ tên
        !< đồng ý chứ
        > Nguyễn Văn An
        > 0912345678
        > 12 Lý Thường Kiệt, tp Hà Nội
        > Đèn đường trước nhà bị hỏng ba ngày nay
        > yes
        < {code}
        ticket: name=Nguyễn Văn An phone=+84912345678 province=Hà Nội outside=yes category=lighting
        """,
        with_notice(),
    )
    assert chat.state.consent is not None
    assert chat.state.consent.by == "notice"


def test_consent_keeps_its_evidence() -> None:
    chat = play("> chào\n> đồng ý", site())
    assert chat.state.consent is not None
    assert (chat.state.consent.version, chat.state.consent.by) == ("vn-2026-01", "text")
    chat = play("> chào\n[Đồng ý]", site())
    assert chat.state.consent is not None
    assert (chat.state.consent.at, chat.state.consent.by) == (chat.at, "button")


def test_agreeing_and_going_on_in_one_message_is_both() -> None:
    chat = play("> chào\n> Đồng ý, tôi tên Nguyễn Văn An\n< số điện thoại", site())
    assert chat.state.draft.name == "Nguyễn Văn An"


def test_a_new_version_of_the_notice_asks_again() -> None:
    chat = play(REPORTED, site())
    newer = changed_site(lambda table: table["consent"].update(version="vn-2027-01"))
    later = chat.at + timedelta(days=4)
    state, effects = step(chat.state, TextReceived(later, "Đèn đường hỏng ở 5 Lê Lợi"), newer, chat.account)
    assert state.phase is Phase.CONSENT
    assert len(effects) == 1


def test_optional_fields_can_be_skipped() -> None:
    play(
        """
        > chào
        [Đồng ý]
        < [Bỏ qua]
        [Bỏ qua]
        > không
        < ở đâu*[Bỏ qua]
        > bỏ qua
        < nội dung cần phản ánh
        > cây ngã chắn đường
        [Đúng, gửi đi]
        ticket: name= phone= address= category=trees
        """,
        with_report(required=["request"]),
    )


def test_a_required_field_is_asked_for_again_and_then_there_are_ways_out() -> None:
    play(
        """
        > chào
        [Đồng ý]
        > Nguyễn Văn An
        > bỏ qua
        < chưa nhận ra số điện thoại
        > không
        < [Gửi nguyên văn]
        [Gửi nguyên văn]
        < ở đâu
        > 12 Nguyễn Huệ phường Bến Thành
        > cây ngã chắn đường
        [Đúng, gửi đi]
        ticket: phone= name=Nguyễn Văn An
        """,
        site(),
    )


def test_the_raw_text_is_taken_as_the_answer_to_the_standing_question() -> None:
    play(
        """
        > chào
        [Đồng ý]
        > 😀
        > :) :)
        [Gửi nguyên văn]
        < nguyên văn*số điện thoại
        """,
        site(),
    )
    chat = play(
        """
        > Nguyễn Văn An, 0912345678, cây ngã chắn đường
        [Đồng ý]
        < ở đâu
        > 😀
        > 😀😀
        [Gửi nguyên văn]
        < Thông tin đã đúng chưa
        """,
        site(),
    )
    assert chat.state.draft.place is not None
    assert chat.state.draft.place.raw == "😀\n😀😀"


def test_two_voice_messages_can_be_the_report_itself() -> None:
    play(
        """
        > chào
        [Đồng ý]
        > Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành
        > [[voice]]
        < tin thoại
        > [[voice]]
        < [Gửi nguyên văn]
        [Gửi nguyên văn]
        < nội dung trong tệp kèm theo
        [Đúng, gửi đi]
        ticket: media=2 category=other
        """,
        site(),
    )


def test_after_many_misses_in_a_row_operators_are_told_and_nothing_more_is_said() -> None:
    chat = play("> chào\n[Đồng ý]" + "\n> 😀" * 7 + "\n< [Gặp nhân viên]\n> 😀\nalert: not_understood", site())
    chat.play(parse("on", "> 😀\n= no answer\n> Lan\n< số điện thoại"))
    assert chat.state.misses == 0


def test_a_report_for_somebody_else_needs_their_name_where_the_site_says_so() -> None:
    chat = play(READY, with_report(require_subject=True))
    chat.state = replace(chat.state, draft=replace(chat.state.draft, on_behalf=True))
    chat.play(
        parse(
            "on",
            """
            [Đúng, gửi đi]
            < phản ánh giúp ai
            > Nguyễn Thị Sáu
            < Phản ánh giúp: Nguyễn Thị Sáu*Thông tin đã đúng chưa
            [Đúng, gửi đi]
            ticket: name=Nguyễn Văn An subject=Nguyễn Thị Sáu
            """,
        )
    )


def test_several_matters_become_a_report_each_after_asking() -> None:
    asks = with_report(split_requests="ask", split_words=["ngoài ra"])
    chat = play(
        """
        > Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành
        [Đồng ý]
        > đèn đường bị hỏng ba ngày nay. Ngoài ra rác chất đống ở góc đường
        < các việc khác nhau*1. *đèn đường*2. *rác chất đống*[Gửi từng việc]*[Gửi chung]
        [Gửi từng việc]
        < đèn đường*Thông tin đã đúng chưa
        [Đúng, gửi đi]
        < {code}*Còn việc*rác chất đống*[Đúng, gửi đi]*[Hủy]
        ticket: category=lighting
        [Đúng, gửi đi]
        < {code2}
        ticket: category=waste name=Nguyễn Văn An phone=+84912345678
        tickets: 2
        """,
        asks,
    )
    assert chat.state.phase is Phase.DONE
    play(
        """
        > Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành
        [Đồng ý]
        > đèn đường bị hỏng ba ngày nay. Ngoài ra rác chất đống ở góc đường
        [Gửi từng việc]
        [Đúng, gửi đi]
        [Hủy]
        < Cảm ơn
        tickets: 1
        """,
        asks,
    )
    play(
        """
        > Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành
        [Đồng ý]
        > đèn đường bị hỏng ba ngày nay. Ngoài ra rác chất đống ở góc đường
        [Gửi chung]
        [Đúng, gửi đi]
        tickets: 1
        ticket: request~rác chất đống request~đèn đường
        """,
        asks,
    )


def test_a_refused_duplicate_can_still_be_added_to() -> None:
    play(
        REPORTED
        + """
        ... 5h later
        > Cống nghẹt ở 12 Nguyễn Huệ phường Bến Thành, nước vẫn tràn ra đường
        < đã được ghi nhận với mã {code}*[Bổ sung]*[Hủy]
        [Bổ sung]
        < Đã bổ sung
        added: vẫn tràn
        tickets: 1
        """,
        with_report(duplicates="refuse"),
    )


def test_the_same_words_about_another_ward_are_another_matter() -> None:
    play(
        REPORTED + "... 5h later\n> Cống nghẹt ở 3 Trần Phú phường Chợ Quán, nước tràn ra đường\n< vẫn dùng thông tin",
        site(),
    )


def test_soon_after_the_code_another_place_is_a_new_report() -> None:
    play(REPORTED + "> Cống nghẹt ở 3 Trần Phú phường Chợ Quán, nước tràn ra đường\n< vẫn dùng thông tin", site())


def test_native_asks_are_made_where_the_platform_can() -> None:
    chat = play("> chào\n[Đồng ý]", site(), "zalo")
    assert chat.seen.answers[0].ask is NativeAsk.FORM
    assert chat.seen.answers[0].ask_label
    chat = play("> chào\n[Đồng ý]\n> Nguyễn Văn An", site(), "telegram")
    assert chat.seen.answers[0].ask is NativeAsk.PHONE
    chat = play("> chào\n[Đồng ý]\n> Nguyễn Văn An\n> 0912345678", site(), "viber")
    assert chat.seen.answers[0].ask is NativeAsk.LOCATION
    chat = play("> chào\n[Đồng ý]\n> Nguyễn Văn An", site(), "messenger")
    assert chat.seen.answers[0].ask is None


def test_only_what_is_likely_to_go_on_waits() -> None:
    def wait(source: str) -> timedelta:
        chat = play("> chào\n[Đồng ý]\n" + source, site())
        return next(effect.wait for effect in chat.effects if isinstance(effect, Say))

    album = timedelta(milliseconds=1500)
    assert wait("> Nguyễn Văn An") == timedelta(0)
    assert wait("> [[photo]]") == album
    assert wait("> [[album:3]] cây ngã chắn đường") == album
    assert wait("> [[photo]] cây ngã chắn đường") == timedelta(0)
    assert wait("> alo ad ơi") in {album, timedelta(0)}
    assert wait("> 😀") == album


def test_the_welcome_of_a_webhooks_answer_is_the_greeting_with_the_consent_question() -> None:
    message = welcome(site(), None)
    assert "Tin nhắn đi qua ứng dụng này" in message.text
    assert [choice.code for choice in message.choices] == ["consent:yes", "consent:no", "lang:en"]
    assert "Viber" in welcome(site(), "en-US", Channel("viber", "Viber")).text  # type: ignore[arg-type]
    chat = play("> chào", site(), "viber")
    assert welcome(site(), "vi", chat.account).text == chat.seen.answers[0].text


def test_a_correction_hours_after_the_code_joins_the_ticket() -> None:
    play(
        f"{REPORTED}... 5h later\n> số nhà 51 chứ không phải 15\n< Đã bổ sung vào phản ánh {{code}}\nadded: 51", site()
    )


def test_a_site_without_a_list_of_units_takes_the_answer_as_the_place() -> None:
    chat = play(
        "> سلام\n[موافقم]\n> ۰۰۱۲۳۴۵۶۷۹\n> مریم احمدی\n> ۰۹۱۲۳۴۵۶۷۸۹\n> بلوار معلم کنار مدرسه قدیمی", site("iran111")
    )
    assert chat.state.draft.place is not None
    assert chat.state.draft.place.raw == "بلوار معلم کنار مدرسه قدیمی"


def test_a_national_id_can_be_corrected_at_the_summary() -> None:
    play(
        """
        > سلام
        [موافقم]
        > ۰۰۱۲۳۴۵۶۷۹
        > مریم احمدی
        > ۰۹۱۲۳۴۵۶۷۸۹
        > تهران، خیابان آزادی، پلاک ۱۲
        > چراغ خیابان سه روز است خاموش است
        [ویرایش]
        < [کد ملی]
        [کد ملی]
        < کد ملی
        > 1234567891
        < اطلاعات بالا درست است
        [بله، ثبت شود]
        ticket: national_id=1234567891
        """,
        site("iran111"),
    )


def test_thanks_do_not_drop_the_matter_that_is_still_to_be_sent() -> None:
    play(
        """
        > Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành
        [Đồng ý]
        > đèn đường bị hỏng ba ngày nay. Ngoài ra rác chất đống ở góc đường
        [Gửi từng việc]
        [Đúng, gửi đi]
        > cảm ơn
        < Còn việc
        """,
        with_report(split_requests="ask", split_words=["ngoài ra"]),
    )


def test_a_national_id_that_is_wrong_is_never_taken_for_a_name() -> None:
    chat = play("> سلام\n[موافقم]\n> ۰۰۱۲۳۴۵۶۷۸\n> ۱۱۱۱۱۱۱۱۱۱\n!< [ثبت همان نوشته]\n< [شروع دوباره]", site("iran111"))
    assert chat.state.draft.name is None


def test_odd_words_at_the_known_details_are_no_name() -> None:
    chat = play(f"{REPORTED}... 1d later\n> phản ánh mới\n> 😀\n> 😀\n[Gửi nguyên văn]\n< vẫn dùng thông tin", site())
    assert chat.state.draft.name is None


def test_a_yes_that_goes_on_confirms_and_adds() -> None:
    play(f"{READY}> đúng rồi, mà thêm là tối nào cũng vậy\n< {{code}}\nticket: request~tối nào cũng vậy", site())
    play(f"{READY}> dạ đúng rồi ạ\n< {{code}}\nticket: request=Cống nghẹt, nước tràn ra đường.", site())


def test_unclear_words_at_a_question_are_kept_but_are_no_answer() -> None:
    chat = play("> chào\n[Đồng ý]\n> con tên Bảy\n> hỏng có điện thoại con ơi\n< chưa nhận ra số điện thoại", site())
    chat.play(parse("on", "> hỏng có\n< [Gửi nguyên văn]\n[Gửi nguyên văn]\n< ở đâu"))
    chat.play(parse("on", "> 12 Nguyễn Huệ phường Bến Thành\n< nội dung\n> nước máy đục ngầu\n< Thông tin đã đúng"))
    assert chat.state.draft.request == "hỏng có điện thoại con ơi\nhỏng có\nnước máy đục ngầu"


def test_an_emergency_is_promised_no_date() -> None:
    play(
        "> cháy nhà rồi, 66 Lê Hồng Phong phường Chợ Quán\n[Đồng ý]\n> Út\n> 0912345678\n[Đúng, gửi đi]\n!< Dự kiến",
        site(),
    )
