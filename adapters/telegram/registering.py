"""Tells Telegram our address, secret and menu, and looks what it has on record (Bot API, setWebhook, 2026)."""

import re
from collections.abc import Generator

from adapters.base import Account, ApiCall, ApiReply, Finding, Menu
from adapters.payload import Fields, answer_object
from adapters.telegram.commands import command_of
from adapters.telegram.writing import bot_call

NEEDED = ("message", "edited_message", "callback_query", "my_chat_member")
UPDATES = (
    *NEEDED,
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
_COMMANDS = 100
_DESCRIPTION_UNITS = 256
_GREETING_UNITS = 512
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_REGISTER = "Run `tongdai register`."
_RENEW = "Ask @BotFather for the bot's token and set it as TOKEN."


def registration(account: Account, hook_url: str, menu: Menu) -> Generator[ApiCall, ApiReply, list[Finding]]:
    """Sets webhook, commands and the text of the empty chat. Repeatable; waiting updates are kept."""
    if not _SECRET.fullmatch(account.secret("SECRET")):
        return [Finding("webhook", False, "SECRET has letters Telegram refuses", "Use 1-256 of A-Z a-z 0-9 _ -")]
    parameters = {"url": hook_url, "secret_token": account.secret("SECRET"), "allowed_updates": list(UPDATES)}
    webhook = yield bot_call(account, "setWebhook", parameters)
    findings = [_finding("webhook", webhook, _RENEW)]
    commands = [
        {"command": command, "description": label[:_DESCRIPTION_UNITS]}
        for code, label in menu.entries[:_COMMANDS]
        if (command := command_of(code)) is not None and label.strip()
    ]
    if commands:
        reply = yield bot_call(account, "setMyCommands", {"commands": commands})
        findings.append(_finding("commands", reply, _REGISTER))
    if menu.greeting.strip():
        reply = yield bot_call(account, "setMyDescription", {"description": menu.greeting[:_GREETING_UNITS]})
        findings.append(_finding("greeting", reply, _REGISTER))
    return findings


def inspection(account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
    """Is the token good, is the webhook ours and complete, do deliveries arrive?"""
    me = yield bot_call(account, "getMe", {})
    findings = [_finding("token", me, _RENEW)]
    if not findings[0].ok:
        return findings
    reply = yield bot_call(account, "getWebhookInfo", {})
    info = _answer(reply).object("result")
    if not info:
        return [*findings, _finding("webhook", reply, _REGISTER)]
    if hook_url is not None:
        findings.append(_address(info, hook_url))
    return [*findings, _updates(info), _deliveries(info)]


def _address(info: Fields, hook_url: str) -> Finding:
    if info.text("url") == hook_url:
        return Finding("webhook", True, "Telegram calls us")
    detail = "Telegram calls another address" if info.text("url") else "no webhook is set"
    return Finding("webhook", False, detail, f"{_REGISTER} If it comes back, somebody else has the token.")


def _updates(info: Fields) -> Finding:
    """No list means all kinds but a few; business accounts and reactions are a courtesy."""
    told = info.texts("allowed_updates") or list(UPDATES)
    missing = [name for name in NEEDED if name not in told]
    if missing:
        return Finding("kinds of updates", False, f"not asked for: {', '.join(missing)}", _REGISTER)
    return Finding("kinds of updates", True, "all that are needed")


def _deliveries(info: Fields) -> Finding:
    waiting, failed_at = info.whole("pending_update_count") or 0, info.moment("last_error_date", 1)
    if failed_at is None:
        return Finding("deliveries", True, f"{waiting} waiting")
    detail = f"{waiting} waiting, last failure at {failed_at.isoformat()}"
    return Finding("deliveries", None, detail, "If it is recent: is PUBLIC_URL reachable for Telegram?")


def _finding(check: str, reply: ApiReply, remedy: str) -> Finding:
    if 200 <= reply.status < 300 and _answer(reply).flag("ok"):
        return Finding(check, True, "accepted")
    return Finding(check, False, f"Telegram answers {_answer(reply).whole('error_code') or reply.status}", remedy)


def _answer(reply: ApiReply) -> Fields:
    return answer_object(reply.body)
