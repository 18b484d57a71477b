import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from kit.adapter_cases import RECEIVED_AT, platform_of

from adapters.base import Account, Unrecognised, WebhookReply, WebhookRequest
from adapters.errors import BadSignature, Unreadable
from adapters.zalo import ADAPTER
from conversation.events import Inbound
from conversation.ids import AccountId

ACCOUNT = platform_of("zalo").account
SIGNED = b'{"app_id":"3300000000000000001","event_name":"user_send_text","timestamp":"1795000000123"}'
# printf '%s' "$app_id$body$timestamp$oa_secret" | sha256sum
MAC = "378f54f1263ead8f2f4bbe6dfdfc820548c269b6dd4d7a0a80017b400cfcc574"


def signed(**changes: Any) -> WebhookRequest:
    body: dict[str, Any] = {
        "app_id": ACCOUNT.secrets["APP_ID"],
        "sender": {"id": "7100000000000000002"},
        "recipient": {"id": ACCOUNT.secrets["OA_ID"]},
        "event_name": "user_send_text",
        "message": {"text": "Chào", "msg_id": "m1"},
        "timestamp": "1795000000123",
        **changes,
    }
    return platform_of("zalo").request(json.dumps({k: v for k, v in body.items() if v is not ...}).encode())


def other_oa(name: str, oa_id: str, app_id: str = "3300000000000000001") -> Account:
    return replace(ACCOUNT, id=AccountId(name), secrets={**ACCOUNT.secrets, "OA_ID": oa_id, "APP_ID": app_id})


def request_with(header: str | None, body: bytes = SIGNED) -> WebhookRequest:
    headers = {} if header is None else {"x-zevent-signature": header}
    return WebhookRequest("POST", {}, headers, body, RECEIVED_AT)


@pytest.mark.parametrize("header", [f"mac={MAC}", MAC, f" mac={MAC} "])
def test_a_digest_worked_out_by_hand_is_accepted_with_and_without_its_prefix(header: str) -> None:
    ADAPTER.verify(request_with(header), ACCOUNT)


def test_an_hmac_the_app_secret_or_another_order_is_refused() -> None:
    app_id, key, stamp = b"3300000000000000001", b"an-invented-oa-secret", b"1795000000123"
    wrong = [
        app_id + SIGNED + stamp + ACCOUNT.secrets["APP_SECRET"].encode(),
        app_id + SIGNED + key + stamp,
        ACCOUNT.secrets["OA_ID"].encode() + SIGNED + stamp + key,
        SIGNED + stamp + key,
    ]
    for text in wrong:
        with pytest.raises(BadSignature):
            ADAPTER.verify(request_with("mac=" + sha256(text).hexdigest()), ACCOUNT)


@pytest.mark.parametrize("header", [None, "", "mac=", f"mac={MAC[:-1]}", f"mac={MAC.upper()}", "mac=\ud800é"])
def test_a_missing_shortened_or_strange_signature_is_refused(header: str | None) -> None:
    with pytest.raises(BadSignature):
        ADAPTER.verify(request_with(header), ACCOUNT)


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b"x", b"[" * 100_000, b"\xff\xfe", b'{"timestamp": [1]}', b'{"timestamp":"\\ud800"}']
)
def test_a_body_that_is_no_event_of_the_app_is_refused_even_with_a_signature_of_its_own(body: bytes) -> None:
    with pytest.raises(BadSignature):
        ADAPTER.verify(platform_of("zalo").request(body), ACCOUNT)


def test_an_event_of_another_app_is_refused_even_when_the_digest_is_right() -> None:
    with pytest.raises(BadSignature):
        ADAPTER.verify(signed(app_id="3300000000000000999"), ACCOUNT)
    ADAPTER.verify(signed(app_id=3300000000000000001), ACCOUNT)


@pytest.mark.parametrize("missing", ["APP_ID", "OA_SECRET"])
def test_an_empty_secret_never_passes(missing: str) -> None:
    emptied = replace(ACCOUNT, secrets={**ACCOUNT.secrets, missing: ""})
    app_id = "" if missing == "APP_ID" else ACCOUNT.secrets["APP_ID"]
    body = json.dumps({"app_id": app_id, "timestamp": "1"}).encode()
    request = platform_of("zalo").request(body, account=emptied)
    with pytest.raises(BadSignature):
        ADAPTER.verify(request, emptied)


@pytest.mark.parametrize(
    "stamp", ["1795000000123", 1795000000123, "154390853474", 0, "", "hôm qua", 1.5, 10**30, None, ...]
)
def test_any_timestamp_is_signed_as_it_is_written(stamp: Any) -> None:
    request = signed(timestamp=stamp)
    ADAPTER.verify(request, ACCOUNT)
    (item,) = ADAPTER.parse(request, ACCOUNT, [ACCOUNT])
    assert isinstance(item, Inbound)
    assert item.event.at == RECEIVED_AT
    assert (item.sent_at is not None) == (stamp in ("1795000000123", 1795000000123))


@pytest.mark.parametrize("body", [b"", b"{}", b" { } \r\n"])
def test_the_address_check_passes_unsigned_and_changes_nothing(body: bytes) -> None:
    request = request_with(None, body)
    ADAPTER.verify(request, ACCOUNT)
    assert not ADAPTER.parse(request, ACCOUNT, [ACCOUNT])
    assert ADAPTER.acknowledge(request, ACCOUNT, None) == WebhookReply(200, b"")


@pytest.mark.parametrize("body", [b"{{}}", b'{"a":1}', b"null", b"0"])
def test_nothing_else_passes_for_an_address_check(body: bytes) -> None:
    with pytest.raises(BadSignature):
        ADAPTER.verify(request_with(None, body), ACCOUNT)


def owner_of(request: WebhookRequest, accounts: list[Account]) -> list[str]:
    owners = []
    for item in ADAPTER.parse(request, ACCOUNT, accounts):
        assert isinstance(item, Inbound | Unrecognised)
        owners.append(str(item.key.account if isinstance(item, Inbound) else item.account))
    return owners


def test_an_event_of_another_oa_of_ours_under_the_same_app_goes_to_that_account() -> None:
    second, stranger = other_oa("second", "19002"), other_oa("third", "19003", app_id="33009")
    accounts = [second, stranger, ACCOUNT]
    for request in (signed(recipient={"id": "19002"}), signed(recipient={"id": 19002}), signed(event_name="follow", oa_id="19002", follower={"id": "7"}), signed(event_name="brand_new", oaId="19002", sender=..., recipient=...)):  # fmt: skip
        ADAPTER.verify(request, ACCOUNT)
        assert owner_of(request, accounts) == ["second"]
    assert owner_of(signed(), accounts) == ["zalo"]


def test_an_event_of_an_oa_that_is_not_ours_or_is_ours_under_another_app_is_dropped() -> None:
    stranger = other_oa("third", "19003", app_id="33009")
    assert owner_of(signed(recipient={"id": "19003"}), [ACCOUNT, stranger]) == []
    assert owner_of(signed(recipient={"id": "19004"}), [ACCOUNT, stranger]) == []
    assert owner_of(signed(event_name="brand_new", recipient={"id": "7"}), [ACCOUNT]) == []


def test_an_event_that_names_no_oa_belongs_to_the_account_it_came_to() -> None:
    assert owner_of(signed(recipient=...), [ACCOUNT]) == ["zalo"]
    assert owner_of(signed(event_name="brand_new", sender=..., recipient=...), []) == ["zalo"]


def test_two_accounts_with_one_oa_do_not_take_each_others_events() -> None:
    twin = replace(ACCOUNT, id=AccountId("twin"))
    assert owner_of(signed(), [twin, ACCOUNT]) == ["zalo"]


def test_the_oa_itself_is_never_taken_for_a_citizen_in_receipts() -> None:
    request = signed(event_name="user_seen_message", sender={"id": ACCOUNT.secrets["OA_ID"]}, recipient={"id": "7"}, message={"msg_ids": ["a", "b"], "msg_id": "c"})  # fmt: skip
    items = ADAPTER.parse(request, ACCOUNT, [ACCOUNT])
    assert [getattr(item, "provider_id", None) for item in items] == ["a", "b", "c"]
    assert {getattr(item, "contact", None) for item in items} == {"7"}
    assert not ADAPTER.parse(signed(event_name="user_received_message", sender={"id": ACCOUNT.secrets["OA_ID"]}, recipient={"id": "7"}, message={}), ACCOUNT, [])  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"event_name": ...},
        {"event_name": ""},
        {"event_name": 7},
        {"sender": ...},
        {"sender": {"id": ""}},
        {"sender": {"id": 7.1e18}},
        {"sender": {"id": "anon:a:b"}},
        {"event_name": "follow", "follower": {}},
        {"event_name": "user_reacted_message", "message": {}},
    ],
)  # fmt: skip
def test_an_event_without_a_name_or_a_person_is_unreadable_and_the_error_tells_no_value(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(Unreadable) as caught:
        ADAPTER.parse(signed(**changes), ACCOUNT, [ACCOUNT])
    assert str(caught.value).startswith("body")
    assert "anon" not in str(caught.value).replace("anonymous", "")


def key_of(request: WebhookRequest) -> str:
    (item,) = ADAPTER.parse(request, ACCOUNT, [ACCOUNT])
    assert isinstance(item, Inbound)
    return item.event_key


def test_a_redelivery_has_the_same_key_and_another_event_another() -> None:
    form = {"event_name": "user_submit_info", "message": ..., "info": {"name": "Trần Văn Mẫu"}}
    assert key_of(signed()) == key_of(signed(timestamp="1795000099999")) == "user_send_text:m1"
    assert key_of(signed(**form)) == sha256(signed(**form).body).hexdigest()
    assert key_of(signed(**form)) != key_of(signed(**form, timestamp="1795000099999"))
    reaction = {"event_name": "user_reacted_message", "message": {"msg_id": "m1", "react_icon": "/-heart"}}
    assert key_of(signed(**reaction)) not in {key_of(signed()), "m1"}
    assert len(key_of(signed(message={"text": "Chào", "msg_id": "x" * 5000}))) < 200


@pytest.mark.parametrize(
    "name",
    [
        "remove_user_from_tag",
        "remove_tag",
        "update_user_info",
        "oa_reacted_message",
        "widget_interaction_accepted",
        "widget_failed_to_sync_user_external_id",
        "oa_send_consent",
        "user_reply_consent",
        "user_call_oa",
        "oa_call_user",
        "create_group",
        "delete_group",
        "update_group_info",
        "user_join_group",
        "user_out_group",
        "user_request_join_group",
        "accept_request_join_group",
        "reject_request_join_group",
        "add_group_admin",
        "remove_group_admin",
        "user_send_group_image",
        "oa_send_group_text",
        "user_feedback",
        "change_template_status",
        "change_template_quality",
        "change_oa_daily_quota",
        "user_click_response_button",
        "event_journey_done",
        "extension_purchased",
    ],
)
def test_what_is_known_and_of_no_use_gives_nothing(name: str) -> None:
    assert not ADAPTER.parse(signed(event_name=name), ACCOUNT, [ACCOUNT])
