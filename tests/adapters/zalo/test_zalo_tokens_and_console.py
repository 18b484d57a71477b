import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.adapter_cases import platform_of

from adapters.base import (
    Account,
    ApiCall,
    ApiReply,
    Failed,
    FetchesMedia,
    Finding,
    Menu,
    RefreshesTokens,
    RegistersWebhook,
    Tokens,
    Unauthorised,
)
from adapters.zalo import ADAPTER

ACCOUNT = platform_of("zalo").account
HOOK = "https://1022.example.vn/hooks/zalo"


def replied(body: Any, status: int = 200) -> ApiReply:
    return ApiReply(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_the_adapter_offers_what_zalo_needs() -> None:
    assert isinstance(ADAPTER, RefreshesTokens)
    assert isinstance(ADAPTER, RegistersWebhook)
    assert isinstance(ADAPTER, FetchesMedia)
    assert "REFRESH_TOKEN" not in ADAPTER.secret_names
    assert ADAPTER.token_names == ("ACCESS_TOKEN", "REFRESH_TOKEN")


def test_a_refresh_carries_the_apps_secret_in_a_header_and_the_rest_in_a_form() -> None:
    call = ADAPTER.refresh_call(ACCOUNT)
    assert (call.method, call.url) == ("POST", "https://oauth.zaloapp.com/v4/oa/access_token")
    assert call.headers == {"secret_key": "an-invented-app-secret"}
    assert call.form == {
        "refresh_token": "an-invented-refresh-token",
        "app_id": "3300000000000000001",
        "grant_type": "refresh_token",
    }
    assert call.json is None
    assert "invented" not in repr(call)


def test_a_refresh_goes_elsewhere_when_told() -> None:
    told = replace(ACCOUNT, secrets={**ACCOUNT.secrets, "OAUTH_BASE": "http://127.0.0.1:9/"})
    assert ADAPTER.refresh_call(told).url == "http://127.0.0.1:9/v4/oa/access_token"


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [("90000", 90_000), (3600, 3600), ("0", 90_000), (-5, 90_000), ("soon", 90_000), (None, 90_000), (10**12, 90_000)],
)
def test_a_new_pair_lives_as_long_as_the_answer_says(expires_in: Any, seconds: int) -> None:
    answer = ADAPTER.read_tokens(replied({"access_token": "a", "refresh_token": "r", "expires_in": expires_in}))
    assert answer == Tokens("a", "r", timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "body",
    [
        {"error": -14014, "error_name": "Invalid refresh token"},
        {"error_description": "refresh token was used"},
        {"access_token": "a", "expires_in": "90000"},
        {"access_token": "", "refresh_token": "r"},
        {"access_token": None, "refresh_token": "r"},
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401])
def test_an_answer_without_a_whole_pair_means_that_the_admin_must_grant_again(body: Any, status: int) -> None:
    answer = ADAPTER.read_tokens(replied(body, status))
    assert isinstance(answer, Unauthorised)
    assert "grant" in answer.detail


@pytest.mark.parametrize(
    ("reply", "maybe"),
    [
        (replied(b"<html>bad gateway</html>", 502), True),
        (replied(b"<html>", 200), True),
        (replied({"error": -1}, 503), True),
        (replied({"error": -1}, 429), False),
        (replied(b"", 200), True),
    ],
)
def test_what_looks_like_the_networks_fault_may_be_tried_again(reply: ApiReply, *, maybe: bool) -> None:
    answer = ADAPTER.read_tokens(reply)
    assert isinstance(answer, Failed)
    assert answer.maybe_delivered == maybe


@given(st.integers(0, 999), st.binary(max_size=80))
def test_any_answer_of_the_oauth_host_has_a_meaning(status: int, body: bytes) -> None:
    assert isinstance(ADAPTER.read_tokens(ApiReply(status, {}, body)), Tokens | Unauthorised | Failed)


def looked(reply: ApiReply, hook: str | None = HOOK, account: Account = ACCOUNT) -> tuple[ApiCall, dict[str, Finding]]:
    steps = ADAPTER.inspection(account, hook)
    call = next(steps)
    with pytest.raises(StopIteration) as done:
        steps.send(reply)
    return call, {finding.check: finding for finding in done.value.value}


OA_CARD = {"error": 0, "message": "Success", "data": {"oa_id": ACCOUNT.secrets["OA_ID"], "is_verified": True}}


def test_the_oas_card_proves_the_credentials_and_the_rest_is_told_to_the_admin() -> None:
    call, findings = looked(replied(OA_CARD))
    assert (call.method, call.url) == ("GET", "https://openapi.zalo.me/v2.0/oa/getoa")
    assert call.headers == {"access_token": "an-invented-access-token"}
    assert findings["credentials"].ok is True
    assert "verified" not in findings
    assert findings["webhook"].ok is None
    assert HOOK in findings["webhook"].detail
    for switch in ("oa_send_*", "user_submit_info", "syntax filter", "Webhook Retry"):
        assert switch in findings["webhook"].remedy
    assert findings["menu"].ok is None


def test_the_card_of_another_oa_or_an_unverified_one_is_told() -> None:
    other = {"error": 0, "data": {"oa_id": "19009"}}
    assert looked(replied(other))[1]["credentials"].ok is False
    unverified = {"error": 0, "data": {"oa_id": 1900000000000000004, "is_verified": False}}
    assert looked(replied(unverified))[1]["verified"].ok is False


@pytest.mark.parametrize("reply", [replied({"error": -216}), replied(b"<html>", 502), replied({"error": -32})])
def test_credentials_that_are_not_accepted_are_told_with_a_remedy(reply: ApiReply) -> None:
    finding = looked(reply)[1]["credentials"]
    assert finding.ok is False
    assert finding.detail
    assert finding.remedy


def test_an_address_that_zalo_would_not_call_is_told() -> None:
    assert looked(replied(OA_CARD), "http://1022.example.vn/hooks/zalo")[1]["webhook"].ok is False
    assert "PUBLIC_URL" in looked(replied(OA_CARD), None)[1]["webhook"].detail


def test_registration_changes_nothing_and_tells_the_same() -> None:
    steps = ADAPTER.registration(ACCOUNT, HOOK, Menu("Xin chào"))
    assert next(steps).method == "GET"
    with pytest.raises(StopIteration) as done:
        steps.send(replied(OA_CARD))
    assert done.value.value == list(looked(replied(OA_CARD))[1].values())
