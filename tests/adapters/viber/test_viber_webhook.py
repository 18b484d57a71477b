import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from kit.adapter_cases import RECEIVED_AT, platform_of

from adapters.base import ApiCall, DeliveryReport, LoadsLater, WebhookReply, WebhookRequest
from adapters.errors import BadSignature, Unreadable
from adapters.viber import ADAPTER
from conversation.events import Inbound
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message

PLATFORM = platform_of("viber")
ACCOUNT = PLATFORM.account
CITIZEN = "Ab3/9+Zq1RkX0w8sTt7uVg=="
CITIZEN_ID = ContactId(CITIZEN)
PROBE = b'{"event":"webhook","timestamp":1,"message_token":2}'
# printf '%s' "$body" | openssl dgst -sha256 -hmac "$token"
MAC = "eb673caffa39a10ae20603379ba799b176be1fcefed7888377ca7535c9c2d088"
WELCOME = Message("Chào bạn. Đồng ý không?", (Choice("consent.yes", "Đồng ý"),))


def callback(event: Any, **fields: Any) -> WebhookRequest:
    body = {"event": event, "timestamp": 1795231404123, "message_token": 5751000000000000123, **fields}
    return PLATFORM.request(json.dumps(body).encode())


def opening(**fields: Any) -> WebhookRequest:
    return callback("conversation_started", type="open", user={"id": CITIZEN}, **fields)


def request_with(header: str | None) -> WebhookRequest:
    headers = {} if header is None else {"x-viber-content-signature": header}
    return WebhookRequest("POST", {}, headers, PROBE, RECEIVED_AT)


def test_a_digest_worked_out_by_hand_is_accepted() -> None:
    ADAPTER.verify(request_with(MAC), ACCOUNT)


@pytest.mark.parametrize(
    "header", [None, "", MAC[:-1], MAC.upper(), f"sha256={MAC}", sha256(PROBE).hexdigest(), "\ud800é"]
)
def test_any_other_signature_is_refused(header: str | None) -> None:
    with pytest.raises(BadSignature):
        ADAPTER.verify(request_with(header), ACCOUNT)


def test_a_signature_in_the_query_is_no_signature() -> None:
    with pytest.raises(BadSignature):
        ADAPTER.verify(replace(request_with(None), query={"sig": MAC}), ACCOUNT)


def test_an_empty_token_never_passes() -> None:
    emptied = replace(ACCOUNT, secrets={"TOKEN": ""})
    with pytest.raises(BadSignature):
        ADAPTER.verify(PLATFORM.request(PROBE, account=emptied), emptied)


@pytest.mark.parametrize(
    "request_",
    [
        callback(None),
        callback(7),
        callback("message", message={"type": "text", "text": "Chào"}),
        callback("message", sender={"id": ""}, message={"type": "text", "text": "Chào"}),
        callback("subscribed", user=[]),
        callback("conversation_started"),
        callback("unsubscribed"),
        callback("delivered"),
        callback("seen", user_id=CITIZEN, message_token=None),
    ],
)
def test_a_callback_without_a_name_or_a_person_is_unreadable(request_: WebhookRequest) -> None:
    with pytest.raises(Unreadable, match=r"^body"):
        ADAPTER.parse(request_, ACCOUNT, [ACCOUNT])


def test_two_phones_report_one_delivery_twice_by_the_same_token() -> None:
    reports = [ADAPTER.parse(callback("delivered", user_id=CITIZEN), ACCOUNT, [])[0] for _ in range(2)]
    assert reports[0] == reports[1]
    assert isinstance(reports[0], DeliveryReport)
    assert reports[0].provider_id == "5751000000000000123"


def test_why_a_phone_refused_a_message_is_not_passed_on_since_it_may_quote_it() -> None:
    (report,) = ADAPTER.parse(callback("failed", user_id=CITIZEN, desc="text: Nguyễn Văn Mẫu"), ACCOUNT, [])
    assert isinstance(report, DeliveryReport)
    assert report.detail
    assert "Nguyễn" not in repr(report)


def test_a_placeholder_is_no_name() -> None:
    for name, told in (("Subscriber", None), ("Lê An", "Lê An"), ("", None)):
        (item,) = ADAPTER.parse(callback("subscribed", user={"id": CITIZEN, "name": name}), ACCOUNT, [])
        assert isinstance(item, Inbound)
        assert item.profile_name == told


def test_a_callback_without_a_token_is_known_by_its_bytes() -> None:
    request = callback("subscribed", user={"id": CITIZEN}, message_token=None)
    (item,) = ADAPTER.parse(request, ACCOUNT, [])
    assert isinstance(item, Inbound)
    assert item.event_key == sha256(request.body).hexdigest()


@pytest.mark.parametrize("fields", [{"subscribed": False}, {}, {"subscribed": None}])
def test_the_welcome_travels_in_the_answer_without_receiver_and_token(fields: dict[str, Any]) -> None:
    reply = ADAPTER.acknowledge(opening(**fields), ACCOUNT, WELCOME)
    assert (reply.status, reply.content_type) == (200, "application/json")
    body = json.loads(reply.body)
    PLATFORM.check(
        ApiCall("send", "POST", "https://x/pa/send_message", {"X-Viber-Auth-Token": "t"}, {**body, "receiver": "r"})
    )
    assert body["text"] == WELCOME.text
    assert body["sender"] == {"name": "Tổng đài 1022"}
    assert body["keyboard"]["Buttons"][0]["ActionBody"] == "#td:consent.yes"
    assert not {"receiver", "auth_token", "broadcast_list", "tracking_data"} & set(body)
    assert ACCOUNT.secrets["TOKEN"].encode() not in reply.body
    assert "Chào bạn".encode() in reply.body  # not escaped: the whole JSON has a limit
    assert reply == ADAPTER.acknowledge(opening(**fields), ACCOUNT, WELCOME)


def test_an_overlong_welcome_is_one_message_that_keeps_its_buttons() -> None:
    long = replace(WELCOME, text="Chào bạn. " * 2000, media=(Media(MediaKind.IMAGE, "https://1022.example.vn/a.jpg"),))
    body = json.loads(ADAPTER.acknowledge(opening(), ACCOUNT, long).body)
    assert body["type"] == "text"
    assert body["text"].startswith("Chào bạn.")
    assert body["keyboard"]["Buttons"]


def test_everything_else_is_answered_with_nothing() -> None:
    nothing = WebhookReply(200, b"")
    assert ADAPTER.acknowledge(opening(subscribed=True), ACCOUNT, WELCOME) == nothing
    assert ADAPTER.acknowledge(opening(), ACCOUNT, None) == nothing
    assert ADAPTER.acknowledge(opening(), ACCOUNT, Message("")) == nothing
    assert ADAPTER.acknowledge(callback("message", sender={"id": CITIZEN}), ACCOUNT, WELCOME) == nothing
    assert ADAPTER.acknowledge(PLATFORM.request(PROBE), ACCOUNT, WELCOME) == nothing


def test_only_an_opening_that_takes_a_welcome_waits_for_viberbot() -> None:
    assert isinstance(ADAPTER, LoadsLater)
    assert ADAPTER.needs_load(opening())
    assert not ADAPTER.needs_load(opening(subscribed=True))
    assert not ADAPTER.needs_load(callback("message", sender={"id": CITIZEN}))
    ADAPTER.load()
    assert ADAPTER.loaded


def test_an_address_that_a_button_of_ours_opened_is_nothing_the_person_said() -> None:
    (call,) = ADAPTER.render(Message("Lũ", (Choice("open", "Xem", "https://x.example/lu"),)), CITIZEN_ID, ACCOUNT, "1")
    assert call.json is not None
    (button,) = call.json["keyboard"]["Buttons"]
    assert (button["ActionType"], button["Silent"]) == ("open-url", True)
    opened = button["ActionBody"]
    for message in ({"type": "text", "text": opened}, {"type": "url", "media": opened}):
        assert ADAPTER.parse(callback("message", sender={"id": CITIZEN}, message=message), ACCOUNT, [ACCOUNT]) == []
    for typed in ("https://x.example/lu", f"xem {opened}", f"{opened} đúng không"):
        said = callback("message", sender={"id": CITIZEN}, message={"type": "text", "text": typed})
        assert len(ADAPTER.parse(said, ACCOUNT, [ACCOUNT])) == 1
