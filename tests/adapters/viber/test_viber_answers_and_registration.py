import json
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from kit.adapter_cases import platform_of

from adapters.base import (
    Accepted,
    ApiCall,
    ApiReply,
    Failed,
    Finding,
    Menu,
    Outcome,
    RefusalReason,
    Refused,
    RegistersWebhook,
    Throttled,
    Unauthorised,
)
from adapters.viber import ADAPTER

ACCOUNT = platform_of("viber").account
HOOK = "https://1022.example.vn/hooks/viber"


def replied(status: Any, **more: Any) -> ApiReply:
    return ApiReply(200, {}, json.dumps({"status": status, "status_message": "Nguyễn Văn Mẫu", **more}).encode())


def answered(status: Any, **more: Any) -> Outcome:
    outcome = ADAPTER.judge("send", replied(status, **more))
    assert "Nguyễn" not in str(outcome)  # the platform's own sentence may repeat what was sent
    return outcome


def test_success_tells_the_token_exactly() -> None:
    assert answered(0, message_token=5751000000000000300) == Accepted("5751000000000000300")
    assert answered(0, message_token="18446744073709551617") == Accepted("18446744073709551617")
    assert answered(0) == Accepted(None)


@pytest.mark.parametrize(
    ("reason", "codes"),
    [
        (RefusalReason.BAD_REQUEST, [1, 3, 4, 13, 14, 16, 17, 18, 22]),
        (RefusalReason.UNKNOWN_CONTACT, [5, 11, 21]),
        (RefusalReason.BLOCKED, [6]),
    ],
)
def test_what_concerns_one_message_is_refused_for_good(reason: RefusalReason, codes: list[int]) -> None:
    for code in codes:
        outcome = answered(code)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.whole_account) == (reason, False)


@pytest.mark.parametrize(
    ("reason", "codes"), [(RefusalReason.BAD_REQUEST, [15, 19, 20]), (RefusalReason.QUOTA, [23, 24])]
)
def test_what_concerns_the_account_stops_it_and_alarms(reason: RefusalReason, codes: list[int]) -> None:
    for code in codes:
        outcome = answered(code)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.whole_account) == (reason, True)


@pytest.mark.parametrize("code", [2, 7, 8, 9])
def test_a_token_or_an_account_that_is_not_accepted_stops_the_channel(code: int) -> None:
    assert isinstance(answered(code), Unauthorised)


def test_too_many_unanswered_messages_hold_one_chat_only() -> None:
    assert answered(12) == Throttled(None, whole_account=False)


@pytest.mark.parametrize("code", [10, 25, 999, -1])
def test_what_gives_no_reason_may_be_tried_again_and_was_not_delivered(code: int) -> None:
    outcome = answered(code)
    assert isinstance(outcome, Failed)
    assert not outcome.maybe_delivered


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "7"}, timedelta(seconds=7)),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "99999999999"}, None),
    ],
)
def test_http_429_holds_the_account_for_as_long_as_told(headers: dict[str, str], wait: timedelta | None) -> None:
    assert ADAPTER.judge("send", ApiReply(429, headers, b'{"status":12}')) == Throttled(wait, whole_account=True)


@pytest.mark.parametrize("status", [401, 403])
def test_a_status_about_the_token_stops_the_channel(status: int) -> None:
    assert isinstance(ADAPTER.judge("send", ApiReply(status, {}, b"")), Unauthorised)


@pytest.mark.parametrize(
    ("status", "maybe"), [(200, True), (302, False), (408, True), (500, True), (504, True), (0, True)]
)
def test_an_answer_in_no_form_of_vibers_may_have_been_a_delivery(status: int, *, maybe: bool) -> None:
    outcome = ADAPTER.judge("send", ApiReply(status, {}, b'{"status": "ok"}'))
    assert isinstance(outcome, Failed)
    assert outcome.maybe_delivered == maybe


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_request_that_vibers_web_server_refuses_is_refused_for_good(status: int) -> None:
    assert ADAPTER.judge("send", ApiReply(status, {}, b"<html>")) == Refused(
        RefusalReason.BAD_REQUEST, f"HTTP {status}"
    )


def driven(steps: Generator[ApiCall, ApiReply, list[Finding]], reply: ApiReply) -> tuple[ApiCall, list[Finding]]:
    call = next(steps)
    with pytest.raises(StopIteration) as done:
        steps.send(reply)
    return call, done.value.value


def test_registration_sets_our_address_with_names_and_without_pictures() -> None:
    assert isinstance(ADAPTER, RegistersWebhook)
    call, findings = driven(ADAPTER.registration(ACCOUNT, HOOK, Menu("Xin chào")), replied(0))
    assert call.url == "https://chatapi.viber.com/pa/set_webhook"
    assert call.headers == {"X-Viber-Auth-Token": ACCOUNT.secrets["TOKEN"]}
    assert call.json is not None
    assert (call.json["url"], call.json["send_name"], call.json["send_photo"]) == (HOOK, True, False)
    assert {"message", "delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"} == set(
        call.json["event_types"]
    )
    assert [finding.ok for finding in findings] == [True, True]


@pytest.mark.parametrize("reply", [replied(1), ApiReply(502, {}, b"<html>"), ApiReply(429, {}, b"")])
def test_an_address_that_viber_does_not_take_is_told_with_a_remedy(reply: ApiReply) -> None:
    _, findings = driven(ADAPTER.registration(ACCOUNT, HOOK, Menu("Xin chào")), reply)
    assert [(finding.check, finding.ok) for finding in findings] == [("webhook", False)]
    assert findings[0].detail
    assert "certificate" in findings[0].remedy


EVENTS = ["subscribed", "unsubscribed", "conversation_started", "delivered", "failed", "seen", "webhook"]


@pytest.mark.parametrize(
    ("card", "hook", "ok"),
    [
        ({"webhook": HOOK, "event_types": EVENTS}, HOOK, True),
        ({"webhook": HOOK, "event_types": EVENTS}, None, None),
        ({"webhook": "https://elsewhere.example", "event_types": EVENTS}, HOOK, False),
        ({"webhook": HOOK, "event_types": ["seen"]}, HOOK, False),
        ({"webhook": HOOK}, HOOK, False),
        ({"webhook": ""}, HOOK, False),
        ({}, HOOK, False),
    ],
)
def test_inspection_compares_what_is_set_with_what_we_want(
    card: dict[str, Any], hook: str | None, *, ok: bool | None
) -> None:
    call, findings = driven(ADAPTER.inspection(ACCOUNT, hook), replied(0, **card))
    assert (call.url, call.json) == ("https://chatapi.viber.com/pa/get_account_info", {})
    credentials, webhook = findings
    assert credentials.ok is True
    assert (webhook.check, webhook.ok) == ("webhook", ok)
    assert bool(webhook.remedy) == (ok is not True)


def test_a_token_that_is_not_accepted_is_told_with_a_remedy() -> None:
    _, (finding,) = driven(ADAPTER.inspection(ACCOUNT, HOOK), replied(2))
    assert (finding.check, finding.ok) == ("credentials", False)
    assert "TOKEN" in finding.remedy
