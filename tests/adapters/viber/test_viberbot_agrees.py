"""A second opinion: viberbot, the platform's own package, reads and checks the same bytes by itself."""

import json

import pytest
from kit.adapter_cases import Case, cases, platform_of
from viberbot import Api, BotConfiguration
from viberbot.api.messages import get_message
from viberbot.api.viber_requests import create_request

from conversation.events import Inbound
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

PLATFORM = platform_of("viber")
API = Api(BotConfiguration(auth_token=PLATFORM.account.secrets["TOKEN"], name="1022", avatar=""))
KNOWN = ["text", "picture", "video", "file", "location", "url", "subscribed", "unsubscribed", "conversation_started"]


@pytest.mark.parametrize("case", cases("viber"), ids=lambda case: str(case.name))
def test_the_signatures_of_all_recorded_callbacks_are_right_for_viberbot_too(case: Case) -> None:
    signature = case.request.headers["x-viber-content-signature"]
    assert API.verify_signature(case.request.body, signature)
    assert not API.verify_signature(case.request.body + b" ", signature)


@pytest.mark.parametrize(
    "case", [case for case in cases("viber") if case.name in KNOWN], ids=lambda case: str(case.name)
)
def test_the_person_is_the_same_for_viberbot(case: Case) -> None:
    theirs = create_request(json.loads(case.request.body))
    person = theirs.user_id if case.name == "unsubscribed" else (getattr(theirs, "user", None) or theirs.sender).id
    (ours,) = PLATFORM.adapter.parse(case.request, PLATFORM.account, [])
    assert isinstance(ours, Inbound)
    assert ours.key.contact == person


def test_what_we_build_is_a_message_for_viberbot() -> None:
    media = (
        Media(MediaKind.IMAGE, "https://1022.example.vn/a.jpg"),
        Media(MediaKind.VIDEO, "https://1022.example.vn/b", size_bytes=5),
        Media(MediaKind.FILE, "https://1022.example.vn/c", "c.pdf", size_bytes=5),
    )
    message = Message("Số?", (Choice("skip", "Bỏ qua"),), NativeAsk.PHONE, "Gửi số", media=media)
    calls = PLATFORM.adapter.render(message, ContactId("Ab3/9+Zq1RkX0w8sTt7uVg=="), PLATFORM.account, "78")
    assert [(call.json or {})["type"] for call in calls] == ["picture", "video", "file", "text"]
    for call in calls:
        assert get_message(dict(call.json or {})).validate()
