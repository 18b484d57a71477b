from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from kit.adapter_cases import platform_of

from adapters.base import (
    Accepted,
    Account,
    ApiCall,
    ApiReply,
    DeliveryReport,
    Failed,
    Finding,
    Menu,
    Outcome,
    RefusalReason,
    Refused,
    Throttled,
    Unauthorised,
)
from adapters.errors import BadSignature, Unreadable
from adapters.messenger import ADAPTER
from conversation.events import Inbound, TextReceived
from conversation.ids import AccountId, ContactId
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

PLATFORM = platform_of("messenger")
ACCOUNT = PLATFORM.account
TO = ContactId("5550001112223334")


def page(account_id: str, **secrets: str) -> Account:
    return replace(ACCOUNT, id=AccountId(account_id), secrets={**ACCOUNT.secrets, **secrets})


def bodies(message: Message) -> list[dict[str, Any]]:
    return [dict(call.json or {})["message"] for call in ADAPTER.render(message, TO, ACCOUNT, "5f0d2c")]


# --- who sent it -------------------------------------------------------------------------------------------------------


def test_the_legacy_signature_alone_is_refused() -> None:
    request = PLATFORM.request(b"{}")
    weak = {name: value for name, value in request.headers.items() if name == "x-hub-signature"}
    assert weak
    with pytest.raises(BadSignature) as caught:
        ADAPTER.verify(replace(request, headers=weak), ACCOUNT)
    assert not caught.value.handshake


def test_while_the_secret_is_changed_the_former_one_still_counts() -> None:
    changed = page("page", APP_SECRET="new", APP_SECRET_OLD=ACCOUNT.secret("APP_SECRET"))
    ADAPTER.verify(PLATFORM.request(b"{}"), changed)
    ADAPTER.verify(PLATFORM.request(b"{}", account=changed), changed)


HANDSHAKE = {"hub.mode": "subscribe", "hub.verify_token": "typed-into-the-dashboard", "hub.challenge": "1158201444"}


@pytest.mark.parametrize(
    "change", [{"hub.mode": "x"}, {"hub.verify_token": "x"}, {"hub.verify_token": ""}, {"hub.challenge": ""}]
)
def test_a_wrong_handshake_is_refused_as_a_handshake(change: dict[str, str]) -> None:
    ADAPTER.verify(PLATFORM.request(b"", method="GET", query=HANDSHAKE), ACCOUNT)
    with pytest.raises(BadSignature) as caught:
        ADAPTER.verify(PLATFORM.request(b"", method="GET", query={**HANDSHAKE, **change}), ACCOUNT)
    assert caught.value.handshake


def test_an_account_without_verify_token_shakes_no_hand() -> None:
    query = {**HANDSHAKE, "hub.verify_token": ""}
    with pytest.raises(BadSignature):
        ADAPTER.verify(PLATFORM.request(b"", method="GET", query=query), page("page", VERIFY_TOKEN=""))


def test_a_handshake_holds_no_events_and_a_delivery_is_thanked_for() -> None:
    assert ADAPTER.parse(PLATFORM.request(b"", method="GET", query=HANDSHAKE), ACCOUNT, [ACCOUNT]) == []
    assert ADAPTER.acknowledge(PLATFORM.request(b"{}"), ACCOUNT, None).body == b"EVENT_RECEIVED"


# --- whose page it is --------------------------------------------------------------------------------------------------

TWO_PAGES = (
    b'{"object":"page","entry":[{"id":"201","messaging":[{"sender":{"id":"7"},"recipient":{"id":201},"timestamp":1,'
    b'"message":{"mid":"m_1","text":"Alo"}},{"sender":{"id":201},"recipient":{"id":"7"},"timestamp":1,'
    b'"message":{"mid":"m_2","is_echo":true,"app_id":700800900100200}}]}]}'
)


def test_an_item_for_another_page_of_the_same_app_goes_to_that_account() -> None:
    other = page("other", PAGE_ID="201")
    said, echo = ADAPTER.parse(PLATFORM.request(TWO_PAGES), ACCOUNT, [ACCOUNT, other])
    assert isinstance(said, Inbound)
    assert (said.key.account, said.key.contact, type(said.event)) == ("other", "7", TextReceived)
    assert isinstance(echo, DeliveryReport)
    assert (echo.account, echo.contact) == ("other", "7")


def test_a_page_of_another_app_is_not_believed_under_our_signature() -> None:
    other_app = page("other", PAGE_ID="201", APP_SECRET="f" * 32)
    assert ADAPTER.parse(PLATFORM.request(TWO_PAGES), ACCOUNT, [ACCOUNT, other_app]) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"entry":[]}', "body.object"),
        (b'{"object":"page"}', "body.entry"),
        (b'{"object":"page","entry":{}}', "body.entry"),
    ],
)
def test_a_signed_body_of_no_known_shape_is_unreadable(body: bytes, path: str) -> None:
    with pytest.raises(Unreadable, match=path):
        ADAPTER.parse(PLATFORM.request(body), ACCOUNT, [ACCOUNT])


# --- what we send ------------------------------------------------------------------------------------------------------


def test_a_text_goes_out_whole_with_our_reference_and_without_the_token_in_the_address() -> None:
    (call,) = ADAPTER.render(Message("Mã: 1022-261124-7K3MX"), TO, ACCOUNT, "5f0d2c")
    assert call.url == "https://graph.facebook.com/v25.0/200111222333444/messages"
    assert call.headers == {"authorization": "Bearer EAAGinvented0page0token"}
    assert (
        call.json
        == {
            "recipient": {"id": TO},
            "messaging_type": "RESPONSE",
            "message": {"text": "Mã: 1022-261124-7K3MX", "metadata": "outbox:5f0d2c"},
            "access_token": "EAAGinvented0page0token",
            "appsecret_proof": "63423d3ed41049837a03bccb1c50082eaa6662caf90d59ff68789d05659d4f48",  # by openssl dgst -sha256 -hmac
        }
    )


def test_short_choices_are_quick_replies_on_the_last_part() -> None:
    first, last = bodies(Message("ờ" * 1900 + " xong?", (Choice("yes", "Có"), Choice("no", "Không"))))
    assert "quick_replies" not in first
    assert last["text"] == "xong?"
    assert last["quick_replies"] == [
        {"content_type": "text", "title": "Có", "payload": "yes"},
        {"content_type": "text", "title": "Không", "payload": "no"},
    ]


def test_choices_that_do_not_fit_are_numbered_lines() -> None:
    long_label = (Choice("a", "Gặp cán bộ trực tổng đài"), Choice("b", "Bỏ qua"))
    assert bodies(Message("Anh/chị muốn:", long_label)) == [
        {"text": "Anh/chị muốn:\n1. Gặp cán bộ trực tổng đài\n2. Bỏ qua", "metadata": "outbox:5f0d2c"}
    ]
    many = tuple(Choice(f"c{number}", f"Mục {number}") for number in range(13))
    assert len(bodies(Message("Mục nào?", many))[0]["quick_replies"]) == 13
    (with_phone,) = bodies(Message("Mục nào?", many, ask=NativeAsk.PHONE))
    assert with_phone["quick_replies"] == [{"content_type": "user_phone_number"}]
    assert with_phone["text"].endswith("\n13. Mục 12")


def test_a_title_of_twenty_letters_is_a_button_and_one_of_twenty_one_is_not() -> None:
    (fits,) = bodies(Message("?", (Choice("a", "ờ" * 20),)))
    assert fits["quick_replies"][0]["title"] == "ờ" * 20
    (too_long,) = bodies(Message("?", (Choice("a", "ờ" * 21),)))
    assert "quick_replies" not in too_long


def test_choices_without_a_text_are_numbered_because_quick_replies_cannot_stand_alone() -> None:
    (body,) = bodies(Message(" ", (Choice("yes", "Có"),)))
    assert body["text"] == " \n1. Có"
    assert body["quick_replies"][0]["payload"] == "yes"


def test_the_phone_is_asked_for_natively_and_other_asks_by_text_alone() -> None:
    (phone,) = bodies(Message("Số điện thoại?", (Choice("skip", "Bỏ qua"),), NativeAsk.PHONE, "Gửi số"))
    assert phone["quick_replies"] == [
        {"content_type": "user_phone_number"},
        {"content_type": "text", "title": "Bỏ qua", "payload": "skip"},
    ]
    (place,) = bodies(Message("Ở đâu?", ask=NativeAsk.LOCATION, ask_label="Gửi vị trí"))
    assert "quick_replies" not in place


def test_attachments_go_first_and_one_without_an_address_is_named() -> None:
    photo = Media(MediaKind.IMAGE, "https://1022.example.vn/a.jpg")
    paper = Media(MediaKind.FILE, "/var/media/x", name="đơn.pdf")
    first, second = bodies(Message("Kết quả", media=(paper, photo)))
    assert first["attachment"] == {"type": "image", "payload": {"url": "https://1022.example.vn/a.jpg"}}
    assert second["text"] == "Kết quả\n📎 đơn.pdf"


# --- what the answers mean ---------------------------------------------------------------------------------------------


def judged(body: bytes, status: int = 400, **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ADAPTER.judge("send", ApiReply(status, named, body))


def error(code: int, subcode: int = 0) -> bytes:
    inner = f'"message":"(#{code}) Lỗi: Nguyễn Văn An","type":"OAuthException","code":{code},"error_subcode":{subcode}'
    return f'{{"error":{{{inner},"fbtrace_id":"A1b-c"}}}}'.encode()


def test_an_accepted_message_has_the_platforms_id() -> None:
    assert judged(b'{"recipient_id":"5550","message_id":"m_x"}', 200) == Accepted("m_x")
    assert judged(b'{"recipient_id":"5550"}', 200) == Failed("200 without message_id", maybe_delivered=True)
    assert ADAPTER.judge("messenger_profile", ApiReply(200, {}, b'{"result":"success"}')) == Accepted(None)


@pytest.mark.parametrize(
    ("code", "subcode", "reason", "whole_account"),
    [
        (10, 2018278, RefusalReason.WINDOW_CLOSED, False),
        (10, 2534022, RefusalReason.WINDOW_CLOSED, False),
        (10, 2018065, RefusalReason.WINDOW_CLOSED, False),
        (10, 2018108, RefusalReason.BLOCKED, False),
        (10, 1893063, RefusalReason.QUOTA, True),
        (10, 0, RefusalReason.BAD_REQUEST, False),
        (2018300, 0, RefusalReason.BAD_REQUEST, False),
        (27, 0, RefusalReason.BAD_REQUEST, False),
        (551, 0, RefusalReason.BLOCKED, False),
        (551, 1545041, RefusalReason.BLOCKED, False),
        (200, 1545041, RefusalReason.BLOCKED, False),
        (200, 0, RefusalReason.BAD_REQUEST, True),
        (200, 2018028, RefusalReason.BAD_REQUEST, True),
        (230, 0, RefusalReason.BLOCKED, False),
        (10904, 0, RefusalReason.BAD_REQUEST, True),
        (100, 2018001, RefusalReason.UNKNOWN_CONTACT, False),
        (100, 2018047, RefusalReason.BAD_REQUEST, False),
        (100, 0, RefusalReason.BAD_REQUEST, False),
        (613, 2018338, RefusalReason.QUOTA, True),
        (368, 0, RefusalReason.QUOTA, True),
        (2022, 0, RefusalReason.QUOTA, True),
        (9000001, 0, RefusalReason.BAD_REQUEST, False),
        (31337, 0, RefusalReason.BAD_REQUEST, False),
    ],
)
def test_refusals_by_code_and_subcode(code: int, subcode: int, reason: RefusalReason, whole_account: bool) -> None:
    detail = f"graph error {code}/{subcode}, trace A1b-c"
    assert judged(error(code, subcode)) == Refused(reason, detail, whole_account=whole_account)


@pytest.mark.parametrize("subcode", [0, 458, 460, 463, 464, 467])
def test_a_dead_token_is_unauthorised(subcode: int) -> None:
    assert isinstance(judged(error(190, subcode)), Unauthorised)


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 80006])
def test_limits_throttle_the_whole_account(code: int) -> None:
    assert judged(error(code)) == Throttled(None, whole_account=True)


def test_the_wait_is_read_from_headers() -> None:
    usage = '{"200111222333444":[{"type":"messenger","estimated_time_to_regain_access":7},{"type":"pages"}],"x":[]}'
    assert judged(error(80006), x_business_use_case_usage=usage) == Throttled(timedelta(minutes=7))
    assert judged(error(4), retry_after="30") == Throttled(timedelta(seconds=30))
    assert judged(error(4), retry_after="soon", x_business_use_case_usage="[]") == Throttled(None)
    assert judged(b"slow down", 429, retry_after="9") == Throttled(timedelta(seconds=9))


def test_what_may_be_tried_again() -> None:
    assert judged(error(2)) == Failed("graph error 2/0, trace A1b-c")
    assert judged(error(1, 1357046), 500) == Failed("graph error 1/1357046, trace A1b-c", maybe_delivered=True)
    assert isinstance(judged(error(2018321)), Failed)
    assert judged(error(31337), 503) == Failed("graph error 31337/0, trace A1b-c", maybe_delivered=True)
    assert judged(b"", 400) == Failed("HTTP 400 without an error object")
    assert judged(b"<html>", 502) == Failed("HTTP 502 without an error object", maybe_delivered=True)
    assert judged(b"", 302) == Failed("HTTP 302 without an error object")
    assert isinstance(judged(b"", 401), Unauthorised)
    assert isinstance(judged(b'{"success":false}', 400), Refused)


# --- registration ------------------------------------------------------------------------------------------------------


def run(
    steps: Generator[ApiCall, ApiReply, list[Finding]], *answers: bytes, status: int = 200
) -> tuple[list[ApiCall], list[Finding]]:
    calls = [next(steps)]
    for answer in answers:
        try:
            calls.append(steps.send(ApiReply(status if answer.startswith(b'{"error"') else 200, {}, answer)))
        except StopIteration as done:
            return calls, done.value
    pytest.fail("more calls than answers")


HOOK = "https://1022.example.vn/hooks/page"
DONE = b'{"success":true}'


def test_registration_subscribes_app_and_page_and_sets_the_menu() -> None:
    menu = Menu("Tổng đài 1022 xin chào", (("menu:new", "Gửi phản ánh"), ("menu:human", "Gặp cán bộ")))
    calls, findings = run(ADAPTER.registration(ACCOUNT, HOOK, menu), DONE, DONE, b'{"result":"success"}')
    app, subscribed, profile = calls
    assert app.url == "https://graph.facebook.com/v25.0/700800900100200/subscriptions"
    assert app.headers["authorization"] == "Bearer 700800900100200|0123456789abcdef0123456789abcdef"
    assert app.json is not None
    assert (app.json["callback_url"], app.json["verify_token"]) == (HOOK, "typed-into-the-dashboard")
    assert subscribed.json is not None
    assert set(subscribed.json["subscribed_fields"].split(",")) >= {"messages", "message_echoes", "standby"}
    assert "response_feedback" not in subscribed.json["subscribed_fields"]
    assert profile.json is not None
    assert profile.json["get_started"] == {"payload": "GET_STARTED"}
    assert profile.json["greeting"] == [{"locale": "default", "text": "Tổng đài 1022 xin chào"}]
    assert profile.json["persistent_menu"][0]["call_to_actions"] == [
        {"type": "postback", "title": "Gửi phản ánh", "payload": "menu:new"},
        {"type": "postback", "title": "Gặp cán bộ", "payload": "menu:human"},
    ]
    assert [finding.ok for finding in findings] == [True, True, True]


def test_a_refused_registration_tells_the_remedy_and_no_text_of_meta() -> None:
    refused = error(190, 463)
    calls, findings = run(ADAPTER.registration(ACCOUNT, HOOK, Menu("")), refused, refused, b"<html>", status=400)
    assert calls[2].json is not None
    assert set(calls[2].json) == {"get_started", "appsecret_proof", "access_token"}
    assert [finding.ok for finding in findings] == [None, False, False]
    assert all(finding.remedy for finding in findings)
    assert findings[1].detail == "graph error 190/463: OAuthException"
    assert "Nguyễn" not in repr(findings)


FIELDS = (
    '"messages","messaging_postbacks","message_echoes","messaging_handover","standby","messaging_referral",'
    '"message_edits","messaging_policy_enforcement","message_deliveries","message_reads","message_reactions"'
)
ME = b'{"id":"200111222333444"}'
SUBSCRIBED = f'{{"data":[{{"id":"1"}},{{"id":"700800900100200","subscribed_fields":[{FIELDS}]}}]}}'.encode()
OURS = f'{{"data":[{{"object":"user"}},{{"object":"page","callback_url":"{HOOK}"}}]}}'.encode()


def test_inspection_finds_all_well() -> None:
    calls, findings = run(ADAPTER.inspection(ACCOUNT, HOOK), ME, SUBSCRIBED, OURS)
    assert all(call.method == "GET" and "EAAG" not in call.url for call in calls)
    assert [finding.ok for finding in findings] == [True, True, True]
    _, findings = run(ADAPTER.inspection(ACCOUNT, None), ME, SUBSCRIBED, OURS)
    assert [finding.check for finding in findings] == ["token", "page subscription"]


@pytest.mark.parametrize(
    ("answers", "oks"),
    [
        ((error(190), error(190), error(190)), [False, None, None]),
        ((b'{"id":"1"}', b'{"data":[]}', OURS.replace(b"/hooks/page", b"/other")), [False, False, False]),
        ((ME, SUBSCRIBED.replace(b'"standby",', b""), b'{"data":[]}'), [True, False, None]),
        ((ME, SUBSCRIBED.replace(b'"message_reads",', b""), b"<html>"), [True, None, None]),
    ],
)
def test_inspection_tells_what_is_wrong(answers: tuple[bytes, ...], oks: list[bool | None]) -> None:
    _, findings = run(ADAPTER.inspection(ACCOUNT, HOOK), *answers, status=400)
    assert [finding.ok for finding in findings] == oks
    assert all(finding.detail for finding in findings)


# --- media -------------------------------------------------------------------------------------------------------------


def test_media_are_fetched_from_their_signed_address_without_our_token() -> None:
    url = "https://scontent.xx.fbcdn.net/v/a.jpg?oh=1"
    (call,) = list(ADAPTER.media_steps(Media(MediaKind.IMAGE, url), ACCOUNT))
    assert (call.method, call.url, call.headers) == ("GET", url, {})
    assert set(ADAPTER.media_hosts) == {"*.fbcdn.net", "*.fbsbx.com"}
