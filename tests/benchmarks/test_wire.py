"""What the benchmark sends and answers is what the platforms send and answer."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from benchmarks.contestants import account_settings, build_site
from benchmarks.dialogue import Citizen, anonymous
from benchmarks.wire import PLATFORMS, FakeApis

from adapters.base import Accepted, Account, ApiReply, WebhookRequest
from adapters.registry import adapter_for
from bots.settings import read_settings
from bots.site import read_files
from conversation.events import ChatOpened, Inbound, TextReceived
from conversation.ids import ContactId, PlatformName
from conversation.messages import Message
from conversation.profile import ConsentMode

BASE = "http://127.0.0.1:9"


def account(platform: str) -> Account:
    settings = read_settings(account_settings(platform, BASE), need_key=False, terminal=False)
    (one,) = settings.accounts
    return one.account


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platforms_message_is_genuine_and_says_what_the_citizen_says(platform: str) -> None:
    citizen, theirs = Citizen(5), PLATFORMS[platform]
    for number, words in enumerate(citizen.says(theirs.hello)):
        body = theirs.body(citizen.contact.encode(), number + 1, orjson.dumps(words))
        name, _, value = theirs.headers(body).decode().strip().partition(": ")
        request = WebhookRequest("POST", {}, {name.lower(): value}, body, datetime(2026, 11, 24, tzinfo=UTC))
        adapter, ours = adapter_for(PlatformName(platform)), account(platform)
        adapter.verify(request, ours)
        (inbound,) = adapter.parse(request, ours, [ours])
        assert isinstance(inbound, Inbound)
        assert inbound.key.contact == citizen.contact
        match inbound.event:
            case TextReceived(text=text):
                assert text == words
            case ChatOpened():
                assert words == "/start"
            case other:
                pytest.fail(f"read as {type(other).__name__}")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_fake_api_takes_our_answer_for_the_right_person(platform: str) -> None:
    heard: list[tuple[str, str]] = []
    apis = FakeApis(lambda contact, text, at: heard.append((contact, text)))
    adapter, ours = adapter_for(PlatformName(platform)), account(platform)
    (call,) = adapter.render(Message("Xin chào"), ContactId("7000000005"), ours, "r1")
    head = f"POST {call.url.removeprefix(BASE)} HTTP/1.1\r\nContent-Type: application/json".encode()
    reply = apis.answer(head, orjson.dumps(call.json))
    assert heard == [("7000000005", "Xin chào")]
    assert isinstance(adapter.judge(call.name, ApiReply(200, {}, reply)), Accepted)
    assert apis.strange == {}


def test_the_sites_copy_differs_in_the_consent_alone(tmp_path: Path) -> None:
    shipped, ours = read_files().profile, read_files(build_site(tmp_path / "site")).profile
    assert ours.consent.mode is ConsentMode.NOTICE
    assert shipped.consent.mode is ConsentMode.ASK
    assert ours.report == shipped.report


def test_a_reply_is_compared_without_the_citizens_own_name_number_and_code() -> None:
    said = "Cảm ơn anh {name} ({phone}). Mã: {code}."
    one, two = Citizen(1), Citizen(200)
    first = said.format(name=one.name, phone=one.phone, code="1022-261121-7K3MX")
    second = said.format(name=two.name, phone=two.phone, code="1022-261121-ABCDE")
    assert anonymous(first, one) == anonymous(second, two)
    assert anonymous(first, two) != anonymous(second, two)
