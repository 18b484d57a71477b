"""One citizen in several chats, on the state machine alone: what is a command, what waits for consent, what is undone."""

from datetime import timedelta

import pytest
from kit.pure_chat import PureChat
from kit.sites import site
from kit.transcripts import START, parse

from conversation.effects import Effect, FindKnown, FindTicket, FindTickets, JoinByCode, PartChats
from conversation.events import (
    ChatsJoined,
    Event,
    KnownFound,
    LinkCodeMade,
    OperatorTookOver,
    PhoneShared,
    TextReceived,
    TicketsFound,
)
from conversation.ids import OperatorId, TicketCode
from conversation.joining import Wish, wished
from conversation.machine import step
from conversation.places import Place
from conversation.state import Aside, Draft, KnownTicket, Phase

SITE = site("hcmc")
THERE = KnownTicket(TicketCode("1022-261123-7K3Q2"), START - timedelta(days=1), "drainage")
KNOWN = Draft(name="Lê Hoàng Nam", phone="+84908123321", place=Place("27 Hoàng Văn Thụ", ward="Phường Tân Sơn Hòa"))


class WithAnother(PureChat):
    """The same person has another chat, with a ticket in it."""

    tickets: tuple[KnownTicket, ...] = (THERE,)

    def elsewhere(self, effect: Effect) -> Event | None:
        match effect:
            case FindKnown():
                return KnownFound(self.at, KNOWN, joined=True)
            case FindTickets():
                return TicketsFound(self.at, self.tickets)
            case JoinByCode():
                return ChatsJoined(self.at, KNOWN, here=True)
            case _:
                return super().elsewhere(effect)


def played(source: str, chat: PureChat | None = None) -> PureChat:
    chat = chat or WithAnother(SITE, "telegram")
    chat.play(parse("here", source))
    return chat


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("LIÊN KẾT", Wish()),
        ("lien ket.", Wish()),
        ("“Liên kết”", Wish()),
        ("link", Wish()),
        ("LIÊN KẾT 4829 1376", Wish("48291376")),
        ("lien ket 48291376", Wish("48291376")),
        ("liên kết: mã 4829-1376", Wish("48291376")),
        ("liên kết ٤٨٢٩١٣٧٦", Wish("48291376")),
        ("bỏ liên kết!", Wish(part=True)),
        ("unlink", Wish(part=True)),
        ("liên kết đường ống nước bị hở", None),
        ("liên kết 12", None),
        ("liên kết hỏng 0912345678, tôi tên An, nhà 12 Lê Lợi phường Bến Thành", None),
        ("hộp liên kết", None),
        ("", None),
        ("?!", None),
    ],
)
def test_a_command_is_the_whole_message(text: str, wish: Wish | None) -> None:
    assert wished(text, SITE) == wish


def test_persian_words_and_digits() -> None:
    fa = site("iran111")
    assert wished("پیوند ۴۸۲۹ ۱۳۷۶", fa) == Wish("48291376")
    assert wished("لغو پیوند", fa) == Wish(part=True)


def test_what_the_other_chat_knows_is_offered_masked_and_forgotten_when_parted() -> None:
    chat = played(
        """
        > liên kết 48291376
        < Đã nối
        > Đèn đường trước số 5 Lê Lợi, phường Bến Thành bị hỏng ba ngày nay
        [Đồng ý]
        < L. H. Nam*0908***321
        !< Lê Hoàng Nam
        > bỏ liên kết
        < không còn nối*họ tên
        !< L. H. Nam
        """
    )
    assert chat.state.known == Draft()
    assert not chat.state.proved
    assert PartChats() in chat.effects
    assert chat.state.draft.request is not None


def test_details_of_ones_own_stay_when_the_chats_are_joined_and_parted() -> None:
    chat = played(
        """
        > Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
        [Đồng ý]
        [Đúng, gửi đi]
        > liên kết 48291376
        < Đã nối
        > bỏ liên kết
        """
    )
    assert chat.state.known.name == "Nguyễn Văn An"


def test_a_phone_shared_before_the_consent_is_looked_up_only_after_it() -> None:
    chat = played(
        """
        > Đèn đường trước số 5 Lê Lợi, phường Bến Thành bị hỏng ba ngày nay
        > [[share-phone:0908123321]]
        """
    )
    assert FindKnown("+84908123321") not in chat.effects
    played(
        """
        [Đồng ý]
        < nối với nhau*L. H. Nam
        [Dùng thông tin này]
        < Lê Hoàng Nam
        [Đúng, gửi đi]
        < {code}
        !< LIÊN KẾT
        """,
        chat,
    )
    played("> phản ánh mới\n> [[share-phone:0908123321]]", chat)
    assert FindKnown("+84908123321") in chat.effects


def test_a_refused_consent_forgets_the_shared_phone() -> None:
    chat = played("> Đèn đường hỏng ba ngày nay\n> [[share-phone:0908123321]]\n[Không đồng ý]\n> chào\n[Đồng ý]")
    assert FindKnown("+84908123321") not in chat.effects
    assert not chat.state.proved


def test_a_phone_shared_after_the_code_begins_a_report_with_what_is_known() -> None:
    chat = played(
        """
        > Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
        [Đồng ý]
        [Đúng, gửi đi]
        ... 5h later
        > [[share-phone:0908123321]]
        < nối với nhau
        """
    )
    assert chat.state.phase not in {Phase.IDLE, Phase.DONE}


def test_a_card_of_somebody_else_proves_nothing() -> None:
    chat = played("> Đèn đường hỏng ba ngày nay\n[Đồng ý]\n> [[contact:0908123321]]")
    assert not any(isinstance(one, FindKnown) for one in chat.effects)
    assert chat.state.draft.vouched is None


def test_the_status_shows_the_tickets_of_both_and_the_only_one_at_once() -> None:
    chat = played("> liên kết 48291376\n> tra cứu")
    assert FindTicket(THERE.code) in chat.effects
    both = played(
        """
        > Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
        [Đồng ý]
        [Đúng, gửi đi]
        > liên kết 48291376
        > tra cứu
        < phản ánh nào*[{code}]*[1022-261123-7K3Q2]
        """
    )
    assert both.state.aside is Aside.TICKET_PICK
    played(f"[{THERE.code}]", both)
    assert FindTicket(THERE.code) in both.effects
    played("> tra cứu\n> bỏ liên kết\n< không còn nối", both)
    assert both.state.aside is None


def test_no_ticket_anywhere_asks_for_the_code() -> None:
    chat = WithAnother(SITE, "telegram")
    chat.tickets = ()
    played("> liên kết\n> tra cứu\n< mã phản ánh", chat)


def test_the_chat_that_showed_the_code_is_told_and_keeps_its_question() -> None:
    chat = PureChat(SITE, "telegram")
    played("> Đèn đường trước số 5 Lê Lợi, phường Bến Thành bị hỏng\n[Đồng ý]\n> liên kết\n< 4829 1376", chat)
    offered = chat.state.offered
    chat.seen.answers = []
    chat.happen(ChatsJoined(chat.at, KNOWN))
    assert "vừa được nối" in chat.seen.answers[0].text
    assert chat.state.offered == offered
    assert chat.state.known == KNOWN
    assert chat.state.borrowed


@pytest.mark.parametrize(
    "event",
    [
        KnownFound(START, KNOWN, joined=True),
        ChatsJoined(START, KNOWN),
        LinkCodeMade(START, "48291376", START),
        TicketsFound(START, (THERE,)),
    ],
)
def test_while_a_person_speaks_nothing_is_said(event: Event) -> None:
    chat = PureChat(SITE, "telegram")
    chat.happen(OperatorTookOver(START, OperatorId("lan")))
    assert step(chat.state, event, SITE, chat.account).effects == ()
    assert step(chat.state, TextReceived(START, "liên kết"), SITE, chat.account).effects == ()
    assert step(chat.state, PhoneShared(START, "0908123321", own=True), SITE, chat.account).effects == ()


def test_a_site_may_leave_the_hint_out() -> None:
    from kit.sites import changed_site

    quiet = PureChat(changed_site(lambda table: table["report"].update(offer_linking=False)), "telegram")
    played(
        """
        > Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
        [Đồng ý]
        [Đúng, gửi đi]
        !< LIÊN KẾT
        """,
        quiet,
    )
