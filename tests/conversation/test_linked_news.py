"""News of a matter that others reported, too: told under the own code, without buttons, whatever question stands."""

import pytest
from kit.pure_chat import PureChat
from kit.sites import site
from kit.transcripts import parse

from conversation.events import TicketChanged
from conversation.ids import TicketCode
from conversation.state import Draft

REPORTED = """
> Tôi là Nguyễn Văn An, 0912345678, 12 Nguyễn Huệ phường Bến Thành. Cống nghẹt, nước tràn ra đường.
[Đồng ý]
[Đúng, gửi đi]
"""


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [("resolved", "Đã thông cống.", "Đã thông cống."), ("in_progress", None, "Đang xử lý")],
)
def test_it_is_told_under_ones_own_code_and_asks_nothing(status: str, answer: str | None, told: str) -> None:
    chat = PureChat(site("hcmc"), "telegram")
    chat.play(parse("here", REPORTED))
    offered = chat.state.offered
    code = TicketCode(chat.seen.codes[-1])
    chat.seen.answers = []
    chat.happen(TicketChanged(chat.at, code, status, answer=answer, linked=True))
    (message,) = chat.seen.answers
    assert code in message.text
    assert told in message.text
    assert message.choices == ()
    assert chat.state.offered == offered


def test_what_a_person_wrote_down_out_of_the_chat_takes_the_place_of_what_was_collected() -> None:
    chat = PureChat(site("hcmc"), "telegram")
    chat.play(parse("here", "> Cống nghẹt, nước tràn ra đường\n[Đồng ý]\n"))
    assert chat.state.draft.request is not None
    chat.seen.answers = []
    code = TicketCode("1022-261121-7K3MX")
    chat.happen(TicketChanged(chat.at, code, "received", opened=True))
    (message,) = chat.seen.answers
    assert code in message.text
    assert chat.state.draft == Draft()
    assert [one.code for one in chat.state.tickets] == [code]
