import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.base import (
    Accepted,
    ApiReply,
    Failed,
    Outcome,
    RefusalReason,
    Refused,
    Throttled,
    Unauthorised,
)
from adapters.zalo import ADAPTER


def answered(error: Any, message: str = "", status: int = 200, headers: dict[str, str] | None = None) -> Outcome:
    body = json.dumps({"error": error, "message": message, "data": {"message_id": "b1b2"}}).encode()
    return ADAPTER.judge("send", ApiReply(status, headers or {}, body))


def test_success_tells_the_id_by_which_echo_and_receipts_will_name_the_message() -> None:
    assert answered(0) == Accepted("b1b2")
    assert ADAPTER.judge("send", ApiReply(200, {}, b'{"error":0,"data":{"message_id":9007199254740993}}')) == Accepted(
        "9007199254740993"
    )
    assert ADAPTER.judge("send", ApiReply(200, {}, b'{"error":"0"}')) == Accepted(None)


@pytest.mark.parametrize(
    ("reason", "codes"),
    [
        (RefusalReason.WINDOW_CLOSED, [-230, -232]),
        (RefusalReason.BLOCKED, [-213, -217, -244]),
        (RefusalReason.UNKNOWN_CONTACT, [-227, -108, -114, -118, -119]),
        (RefusalReason.QUOTA, [-218, -144, -147]),
        (RefusalReason.BAD_REQUEST, [-100, -201, -210, -233, -237, -238, -240, -241, -249, -403, -117, -131]),
    ],
)
def test_what_concerns_one_message_is_refused_for_good(reason: RefusalReason, codes: list[int]) -> None:
    for code in codes:
        outcome = answered(code)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.whole_account) == (reason, False)
        assert outcome.detail.startswith(f"{code}: ")


@pytest.mark.parametrize(
    ("reason", "codes"),
    [
        (RefusalReason.BAD_REQUEST, [-204, -205, -209, -212, -219, -221, -223, -224, -235, -242, -248, -320]),
        (RefusalReason.QUOTA, [-211, -321, -115]),
    ],
)
def test_what_concerns_the_account_stops_it_and_alarms(reason: RefusalReason, codes: list[int]) -> None:
    for code in codes:
        outcome = answered(code)
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.whole_account) == (reason, True)


def test_the_code_with_two_meanings_is_told_apart_by_its_text() -> None:
    outcome = answered(-223, "OA has reached its article Quota")
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.whole_account) == (RefusalReason.QUOTA, True)


@pytest.mark.parametrize("code", [-216, -220, -124, "-216"])
def test_a_token_that_is_not_accepted_wants_a_refresh(code: Any) -> None:
    assert isinstance(answered(code), Unauthorised)


@pytest.mark.parametrize("code", [-200, -214, -1, 7, -99999])
def test_what_gives_no_reason_may_be_tried_again_and_was_not_delivered(code: int) -> None:
    outcome = answered(code)
    assert isinstance(outcome, Failed)
    assert not outcome.maybe_delivered


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": "Tue, 24 Nov 2026 03:00:47 GMT"}, 13),
        ({"date": "Tue, 24 Nov 2026 03:00:00 GMT"}, 60),
        ({"date": "yesterday"}, 60),
        ({"date": "Tue, 99 Nov 2026 03:00:47 GMT"}, 60),
        ({}, 60),
        ({"retry-after": "7", "date": "Tue, 24 Nov 2026 03:00:47 GMT"}, 7),
        ({"retry-after": "-7"}, 60),
        ({"retry-after": "99999999999"}, 60),
    ],
)
def test_too_many_requests_wait_for_the_next_minute_of_the_platforms_clock(
    headers: dict[str, str], seconds: int
) -> None:
    expected = Throttled(timedelta(seconds=seconds), whole_account=True)
    assert answered(-32, headers=headers) == expected
    assert ADAPTER.judge("send", ApiReply(429, headers, b"<html>")) == expected


@pytest.mark.parametrize("code", [-133, -234])
def test_a_night_ban_holds_this_message_only(code: int) -> None:
    assert answered(code) == Throttled(timedelta(hours=1), whole_account=False)


@pytest.mark.parametrize("status", [401, 403])
def test_a_status_about_the_token_wants_a_refresh(status: int) -> None:
    assert isinstance(ADAPTER.judge("send", ApiReply(status, {}, b"")), Unauthorised)


@pytest.mark.parametrize(
    ("status", "maybe"), [(200, True), (302, False), (408, True), (500, True), (504, True), (0, True)]
)
def test_an_answer_in_no_form_of_zalos_may_have_been_a_delivery(status: int, *, maybe: bool) -> None:
    outcome = ADAPTER.judge("send", ApiReply(status, {}, b'{"error": null}'))
    assert isinstance(outcome, Failed)
    assert outcome.maybe_delivered == maybe


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_request_that_zalos_web_server_refuses_is_refused_for_good(status: int) -> None:
    assert ADAPTER.judge("send", ApiReply(status, {}, b"<html>")) == Refused(
        RefusalReason.BAD_REQUEST, f"HTTP {status}"
    )


def test_the_platforms_own_sentence_is_not_passed_on() -> None:
    for code in (-201, -200, -230, -216, -223, -248):
        assert "Nguyễn" not in str(answered(code, "Nguyễn Văn Mẫu is invalid"))
