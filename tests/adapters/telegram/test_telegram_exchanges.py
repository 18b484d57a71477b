"""Registration, inspection and files: exchanges of several calls, played without a network."""

from collections.abc import Generator
from dataclasses import replace

import pytest
from aiogram import methods
from aiogram.types import BotCommand
from kit.adapter_cases import platform_of

from adapters.base import ApiCall, ApiReply, Finding, Menu
from adapters.telegram import ADAPTER
from adapters.telegram.commands import code_of, command_of
from conversation.messages import Media, MediaKind

PLATFORM = platform_of("telegram")
ACCOUNT = PLATFORM.account

OK = b'{"ok":true,"result":true}'
NO = b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
HOOK = "https://1022.example.vn/hooks/bot"


def run(steps: Generator[ApiCall, ApiReply, list[Finding]], *answers: bytes) -> tuple[list[ApiCall], list[Finding]]:
    calls: list[ApiCall] = []
    try:
        calls.append(next(steps))
        for answer in answers:
            call = steps.send(ApiReply(401 if answer == NO else 200, {}, answer))
            calls.append(call)
    except StopIteration as done:
        return calls, done.value
    pytest.fail("more calls than answers")


def test_registration_sets_webhook_commands_and_greeting() -> None:
    entries = (
        ("menu:new", "Gửi phản ánh"),
        ("menu:status", "Tra cứu"),
        ("menu:none", " "),
        ("help", "x"),
        ("a-b:c", "x"),
    )
    menu = Menu("Tổng đài 1022 xin chào", entries)
    calls, findings = run(ADAPTER.registration(ACCOUNT, HOOK, menu), OK, OK, OK)
    webhook, commands, greeting = calls
    assert webhook.json is not None
    assert (webhook.json["url"], webhook.json["secret_token"]) == (HOOK, "Header-secret_1")
    assert {"message", "callback_query", "my_chat_member", "business_message"} <= set(webhook.json["allowed_updates"])
    assert "drop_pending_updates" not in webhook.json
    methods.SetWebhook.model_validate(webhook.json)
    assert commands.json == {
        "commands": [
            {"command": "menu_new", "description": "Gửi phản ánh"},
            {"command": "menu_status", "description": "Tra cứu"},
        ]
    }
    methods.SetMyCommands.model_validate(commands.json)
    assert greeting.json == {"description": "Tổng đài 1022 xin chào"}
    methods.SetMyDescription.model_validate(greeting.json)
    assert [finding.ok for finding in findings] == [True, True, True]


def test_a_menu_entry_comes_back_as_its_code() -> None:
    for code in ("menu:new", "rate:satisfied:1022", "a:b"):
        command = command_of(code)
        assert command is not None
        assert code_of(f"/{command}") == code_of(f"/{command}@tongdai_bot ") == code
        BotCommand(command=command, description="x")
    assert [command_of(code) for code in ("help", "a_b:c", "a:", "x" * 31 + ":y", "A:b")] == [None] * 5
    assert [code_of(text) for text in ("/help", "/start x", "menu_new", "/menu_new x", "/Menu_new", "/_a")] == [
        None
    ] * 6


def test_registration_without_menu_sets_the_webhook_only() -> None:
    calls, findings = run(ADAPTER.registration(ACCOUNT, HOOK, Menu("")), NO)
    assert [call.name for call in calls] == ["setWebhook"]
    assert [(finding.ok, bool(finding.remedy)) for finding in findings] == [(False, True)]


def test_a_secret_telegram_would_refuse_is_told_before_any_call() -> None:
    account = replace(ACCOUNT, secrets={**ACCOUNT.secrets, "SECRET": "có dấu"})
    calls, findings = run(ADAPTER.registration(account, HOOK, Menu("")))
    assert calls == []
    assert findings[0].ok is False
    assert "có dấu" not in repr(findings)


ME = b'{"ok":true,"result":{"id":7000000001,"is_bot":true,"first_name":"1022"}}'


def info(**changes: object) -> bytes:
    parts = {"url": f'"{HOOK}"', "pending_update_count": "0", **changes}
    inner = ",".join(f'"{name}":{value}' for name, value in parts.items())
    return f'{{"ok":true,"result":{{{inner}}}}}'.encode()


@pytest.mark.parametrize(
    ("answers", "oks"),
    [
        ((ME, info()), [True, True, True, True]),
        ((ME, info(url='""')), [True, False, True, True]),
        ((ME, info(url='"https://x.example/"')), [True, False, True, True]),
        ((ME, info(allowed_updates='["message"]')), [True, True, False, True]),
        ((ME, info(last_error_date="1795489200", pending_update_count="12")), [True, True, True, None]),
        ((ME, NO), [True, False]),
        ((NO,), [False]),
    ],
)
def test_inspection_tells_how_it_stands(answers: tuple[bytes, ...], oks: list[bool | None]) -> None:
    calls, findings = run(ADAPTER.inspection(ACCOUNT, HOOK), *answers)
    assert [call.name for call in calls] == ["getMe", "getWebhookInfo"][: len(answers)]
    assert [finding.ok for finding in findings] == oks


def test_inspection_without_an_address_of_ours_compares_none() -> None:
    _, findings = run(ADAPTER.inspection(ACCOUNT, None), ME, info())
    assert [finding.check for finding in findings] == ["token", "kinds of updates", "deliveries"]


def test_a_file_is_asked_for_and_then_fetched_from_the_api_host() -> None:
    steps = ADAPTER.media_steps(Media(MediaKind.IMAGE, "AgACAgUAAxkBAAIBZ2dE"), ACCOUNT)
    asked = next(steps)
    assert asked.json == {"file_id": "AgACAgUAAxkBAAIBZ2dE"}
    methods.GetFile.model_validate(asked.json)
    fetched = steps.send(ApiReply(200, {}, b'{"ok":true,"result":{"file_path":"photos/file 1.jpg"}}'))
    assert fetched.method == "GET"
    assert fetched.url == "https://api.telegram.org/file/bot7000000001:AAinvented-token_of_nobody/photos/file%201.jpg"
    assert "AAinvented" not in repr(fetched)
    with pytest.raises(StopIteration):
        steps.send(ApiReply(200, {}, b""))


@pytest.mark.parametrize(
    "answer", [b"<html>", b'{"ok":true,"result":{}}', b'{"ok":true,"result":{"file_path":"../x"}}']
)
def test_a_file_without_a_path_is_not_fetched(answer: bytes) -> None:
    steps = ADAPTER.media_steps(Media(MediaKind.IMAGE, "AgACAgUAAxkBAAIBZ2dE"), ACCOUNT)
    next(steps)
    with pytest.raises(StopIteration):
        steps.send(ApiReply(200, {}, answer))
