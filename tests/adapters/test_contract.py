"""What every adapter promises (adapters/base.py), over all platforms that have a folder here.

A new platform is covered by its folder alone: see tests/kit/adapter_cases.py for what stands in it.
"""

import contextlib
import copy
import json
import pkgutil
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.adapter_cases import PLATFORMS, Case, Platform, all_cases, cases, described, platform_of
from kit.effort import examples

import adapters
from adapters.base import (
    Accepted,
    Account,
    AccountNotice,
    Adapter,
    ApiReply,
    Bubble,
    DeliveryReport,
    Failed,
    FetchesMedia,
    Previews,
    Refused,
    RegistersWebhook,
    Throttled,
    Unauthorised,
    Unrecognised,
    WebhookReply,
)
from adapters.errors import AdapterError, BadSignature, UnknownPlatform
from adapters.registry import adapter_for
from conversation.events import Inbound
from conversation.ids import AccountId, ContactId, PlatformName
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

CASES = all_cases()
SIGNED = [case for case in CASES if case.signed and case.request.method == "POST"]
FUZZ = settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])

by_platform = pytest.mark.parametrize("name", PLATFORMS)


def by_case(chosen: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", chosen, ids=[f"{case.platform}-{case.name}" for case in chosen])


def test_every_platform_has_its_folder_of_cases() -> None:
    modules = [
        module.name for module in pkgutil.iter_modules(adapters.__path__) if module.name not in {"base", "registry"}
    ]
    found = []
    for name in modules:
        with contextlib.suppress(UnknownPlatform):  # a piece that the platforms share
            found.append(adapter_for(PlatformName(name)).platform)
    assert sorted(found) == PLATFORMS
    assert all(cases(name) for name in PLATFORMS)


# --- what comes in -----------------------------------------------------------------------------------------------------


@by_case([case for case in CASES if case.request.method == "POST"])
def test_a_recorded_webhook_is_read_as_written_beside_it(case: Case) -> None:
    platform = platform_of(case.platform)
    platform.adapter.verify(case.request, platform.account)
    parsed = platform.adapter.parse(case.request, platform.account, [platform.account])
    found = [described(item) for item in parsed]
    assert [item["kind"] for item in found] == [item["kind"] for item in case.expected]
    for item, expected in zip(found, case.expected, strict=True):
        assert {name: value for name, value in item.items() if name in expected} == expected


@by_case([case for case in CASES if case.reply is not None])
def test_a_recorded_webhook_is_answered_as_written_beside_it(case: Case) -> None:
    platform = platform_of(case.platform)
    platform.adapter.verify(case.request, platform.account)
    reply = platform.adapter.acknowledge(case.request, platform.account, None)
    found = {"status": reply.status, "body": reply.body.decode(), "content_type": reply.content_type}
    assert case.reply is not None
    assert {name: found[name] for name in case.reply} == case.reply


@by_case(SIGNED)
def test_reading_twice_gives_the_same_and_keys_are_unique(case: Case) -> None:
    platform = platform_of(case.platform)
    first = platform.adapter.parse(case.request, platform.account, [platform.account])
    assert list(first) == list(platform.adapter.parse(case.request, platform.account, [platform.account]))
    keys = [(item.key.account, item.event_key) for item in first if isinstance(item, Inbound)]
    assert len(keys) == len(set(keys))


@by_case([case for case in SIGNED if case.request.body and platform_of(case.platform).body_is_signed])
def test_a_flipped_bit_is_refused(case: Case) -> None:
    platform = platform_of(case.platform)
    body = case.request.body
    for place in {0, len(body) // 2, len(body) - 1}:
        forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(BadSignature):
            platform.adapter.verify(replace(case.request, body=forged), platform.account)


@by_case(SIGNED)
def test_another_secret_or_none_is_refused(case: Case) -> None:
    platform = platform_of(case.platform)
    account = platform.account
    stranger = replace(account, secrets={name: value + "x" for name, value in account.secrets.items()})
    emptied = replace(account, secrets=dict.fromkeys(account.secrets, ""))
    forgeries = [
        platform.request(case.request.body, account=stranger),
        replace(case.request, headers={}),
        replace(case.request, headers=dict.fromkeys(case.request.headers, "")),
        replace(case.request, headers=dict.fromkeys(case.request.headers, "� éế")),
    ]
    for forged in forgeries:
        with pytest.raises(BadSignature):
            platform.adapter.verify(forged, account)
    with pytest.raises(BadSignature):
        platform.adapter.verify(platform.request(case.request.body, account=emptied), emptied)


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([0, -1, 2**53 + 1, 10**25, 1e308]),
        st.floats(allow_nan=False),
        st.text(max_size=8),
        st.sampled_from(["", "\x00", "\ud800", "0", "1790000000000", "private", "image"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, item in inner for place in places(item, (*path, name)))]


def mutated(body: bytes, changes: Sequence[tuple[int, str, Any]]) -> bytes:
    """The JSON of `body` with some of its values replaced, removed, doubled or added to."""
    tree = {"root": json.loads(body)}
    for number, how, value in changes:
        all_places = places(tree["root"], ("root",))
        *way, last = all_places[number % len(all_places)]
        holder: Any = tree
        for step in way:
            holder = holder[step]
        if how == "remove" and holder is not tree:
            del holder[last]
        elif how == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif how == "add" and isinstance(holder[last], dict):
            holder[last]["unheard_of"] = value
        else:
            holder[last] = value
    return json.dumps(tree["root"]).encode()


CHANGES = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(["replace", "remove", "double", "add"]), JSON),
    min_size=1,
    max_size=4,
)


def read_or_refuse(platform: Platform, body: bytes) -> None:
    """Verifies, parses and acknowledges; any exception but an `AdapterError` is the caller's failure."""
    request = platform.request(body)
    other = replace(platform.account, id=AccountId("other"))
    try:
        platform.adapter.verify(request, platform.account)
        for item in platform.adapter.parse(request, platform.account, [platform.account, other]):
            assert isinstance(item, Inbound | DeliveryReport | Unrecognised | AccountNotice)
            if isinstance(item, Inbound):
                assert item.key.contact
                assert item.event_key
                json.dumps(described(item), ensure_ascii=False).encode()
    except AdapterError as error:
        assert_tells_nothing(str(error), platform.account)
    reply = platform.adapter.acknowledge(request, platform.account, Message("Xin chào"))
    assert isinstance(reply, WebhookReply)
    assert reply.status < 300


@by_platform
@FUZZ
@given(data=st.data())
def test_any_bytes_give_events_or_a_named_error(name: str, data: st.DataObject) -> None:
    body = data.draw(st.one_of(st.binary(max_size=200), JSON.map(json.dumps).map(str.encode)))
    read_or_refuse(platform_of(name), body)


@by_platform
@settings(FUZZ, max_examples=examples(300))
@given(data=st.data())
def test_a_damaged_webhook_gives_events_or_a_named_error(name: str, data: st.DataObject) -> None:
    bodies = [case.request.body for case in CASES if case.platform == name and case.request.body.startswith(b"{")]
    read_or_refuse(platform_of(name), mutated(data.draw(st.sampled_from(bodies)), data.draw(CHANGES)))


# --- what goes out -----------------------------------------------------------------------------------------------------

PIECES = [
    " ",
    "\n",
    "\n\n",
    "Phường Sài Gòn ",
    "e\u0302\u0301",
    "👨‍👩‍👧",
    "👍🏽",
    "🇻🇳",
    "<b>&amp;",
    "*_`",
    "x" * 300,
    "ờ" * 2500,
]
WORDS = st.lists(st.one_of(st.text(max_size=30), st.sampled_from(PIECES)), max_size=40).map("".join)
LABELS = st.lists(st.one_of(st.text(max_size=12), st.sampled_from(PIECES[:9])), min_size=1, max_size=4).map("".join)
CODES = st.text("abcdefghijklmnopqrstuvwxyz0123456789_.:-", min_size=1, max_size=60)
ADDRESSES = st.sampled_from([*[None] * 6, "https://1022.example.vn/bao", "https://1022.example.vn/#/bao"])
CHOICES = st.builds(Choice, code=CODES, label=LABELS.filter(str.strip), url=ADDRESSES)
MEDIA = st.builds(
    Media,
    kind=st.sampled_from(MediaKind),
    source=st.sampled_from(["https://1022.example.vn/a.jpg", "/var/a", "AgACAgUAAxkBAAIBZ2dE"]),
    name=st.none() | st.text(max_size=20),
)
MESSAGES = st.builds(
    Message,
    text=WORDS,
    choices=st.lists(CHOICES, max_size=120).map(tuple),
    ask=st.none() | st.sampled_from(NativeAsk),
    ask_label=st.none() | LABELS,
    sender_name=st.none() | st.text(max_size=40),
    media=st.lists(MEDIA, max_size=2).map(tuple),
)
CONTACTS = st.one_of(st.integers(1, 10**16).map(str), st.text(min_size=1, max_size=20)).map(ContactId)


def letters(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace())


@by_platform
@settings(FUZZ, max_examples=examples(200))
@given(message=MESSAGES, to=CONTACTS)
def test_rendering_breaks_no_limit_and_loses_no_character(name: str, message: Message, to: ContactId) -> None:
    platform = platform_of(name)
    calls = platform.adapter.render(message, to, platform.account, "78")
    for call in calls:
        assert call.url.startswith(platform.account.api_base + "/")
        assert sum(part is not None for part in (call.json, call.form, call.multipart)) <= 1
        json.dumps(call.json).encode()
        platform.check(call)
    shown = letters("".join(platform.said(call) for call in calls))
    assert letters(message.text) in shown
    for choice in message.choices:
        assert letters(choice.label) in shown
    assert isinstance(platform.adapter, Previews)
    previewed = [platform.adapter.bubble(call) for call in calls]
    preview = letters("".join(bubble.text + "".join(bubble.buttons) for bubble in previewed))
    assert letters(message.text) in preview
    for choice in message.choices:
        assert letters(choice.label) in preview


@by_platform
def test_what_an_announcement_has_is_shown_natively_and_in_its_preview(name: str) -> None:
    platform = platform_of(name)
    picture = Media(MediaKind.IMAGE, "https://1022.example.vn/files/x/image.jpg")
    choices = (
        Choice("announcement:received:5a1f0c9e7b3d2a4c6e8f0b1d", "Đã nhận"),
        Choice("announcement:help:5a1f0c9e7b3d2a4c6e8f0b1d", "Cần giúp đỡ"),
        Choice("open", "Xem bản đồ ngập", "https://1022.example.vn/ngap"),
    )
    message = Message("Nước sông dâng cao tối nay.", choices, media=(picture,))
    calls = platform.adapter.render(message, ContactId("5001"), platform.account, "78")
    for call in calls:
        platform.check(call)
    assert isinstance(platform.adapter, Previews)
    bubbles = [platform.adapter.bubble(call) for call in calls]
    labels = tuple(choice.label for choice in choices)
    assert bubbles == [Bubble("", media=True), Bubble(message.text, buttons=labels)]
    long = platform.adapter.render(Message("a " * 1000, choices), ContactId("5001"), platform.account, "78")
    shown = "".join(platform.adapter.bubble(call).text for call in long)
    opened = "https://1022.example.vn/ngap" in shown
    assert opened or any("Xem bản đồ ngập" in platform.adapter.bubble(call).buttons for call in long)
    for call in long:
        platform.check(call)


@by_platform
def test_an_ordinary_message_is_one_call(name: str) -> None:
    platform = platform_of(name)
    question = Message("Đúng không?", (Choice("yes", "Có"), Choice("no", "Không")))
    for message in (Message("Xin chào"), question, Message("Số?", ask=NativeAsk.PHONE, ask_label="Gửi số")):
        assert len(platform.adapter.render(message, ContactId("5001"), platform.account, "1")) == 1
    assert not platform.adapter.render(Message(""), ContactId("5001"), platform.account, "1")


def test_limits_that_an_adapter_tells_are_sensible() -> None:
    for name in PLATFORMS:
        told = platform_of(name).adapter.capabilities
        assert told.text_limit >= 500
        assert told.choice_limit >= 1
        assert told.sends_per_second > 0
        assert told.bulk_size >= 1


OUTCOMES = Accepted | Throttled | Unauthorised | Refused | Failed


@by_platform
@FUZZ
@given(
    status=st.one_of(
        st.sampled_from([200, 204, 302, 400, 401, 403, 404, 409, 413, 429, 500, 502]), st.integers(0, 999)
    ),
    body=st.one_of(st.binary(max_size=60), JSON.map(json.dumps).map(str.encode)),
    headers=st.dictionaries(st.sampled_from(["retry-after", "content-type"]), st.text(max_size=9)),
    call=st.sampled_from(["send", "", "unheard_of"]),
)
def test_any_answer_has_a_meaning(name: str, status: int, body: bytes, headers: dict[str, str], call: str) -> None:
    assert isinstance(platform_of(name).adapter.judge(call, ApiReply(status, headers, body)), OUTCOMES)


@by_platform
@pytest.mark.parametrize("body", [b"", b"<html>502 Bad Gateway</html>", b"[]", b"null", b"\xff"])
def test_html_and_nothing_may_mean_delivered_and_never_means_accepted(name: str, body: bytes) -> None:
    adapter = platform_of(name).adapter
    call = adapter.render(Message("Xin chào"), ContactId("5001"), platform_of(name).account, "1")[0].name
    assert isinstance(adapter.judge(call, ApiReply(200, {}, body)), Failed)
    outcome = adapter.judge(call, ApiReply(502, {}, body))
    assert isinstance(outcome, Failed)
    assert outcome.maybe_delivered


# --- what never shows --------------------------------------------------------------------------------------------------


def assert_tells_nothing(text: str, account: Account) -> None:
    for secret in account.secrets.values():
        assert secret not in text


@by_platform
def test_no_secret_and_no_address_shows_in_any_repr(name: str) -> None:
    platform = platform_of(name)
    adapter: Adapter = platform.adapter
    assert set(adapter.secret_names) <= set(platform.account.secrets)
    message = Message("Mã phản ánh", (Choice("yes", "Có"),), media=(Media(MediaKind.IMAGE, "https://x.example/a.jpg"),))
    calls = list(adapter.render(message, ContactId("5001"), platform.account, "1"))
    if isinstance(adapter, FetchesMedia):
        calls.append(next(adapter.media_steps(Media(MediaKind.IMAGE, "https://x.example/a.jpg"), platform.account)))
    if isinstance(adapter, RegistersWebhook):
        calls.append(next(adapter.inspection(platform.account, "https://1022.example.vn/hooks/x")))
    for shown in (platform.account, adapter, *calls, *(case.request for case in cases(name))):
        private = [value for key, value in platform.account.secrets.items() if not key.endswith(("_ID", "_NAME"))]
        assert not [secret for secret in private if secret in repr(shown)]
        assert "Mã phản ánh" not in repr(shown)
