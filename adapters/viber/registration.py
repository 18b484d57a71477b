"""Tells Viber our address. Viber calls it with a `webhook` event while set_webhook is pending: the server must listen."""

from collections.abc import Generator, Mapping
from typing import Any

from adapters.base import Accepted, Account, ApiCall, ApiReply, Finding
from adapters.payload import Fields, answer_object
from adapters.viber.answers import judge
from adapters.viber.sending import token_header

# `message` cannot be switched off; named so that the answer can be compared with what we want.
EVENT_TYPES = ("message", "delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")
_CERTIFICATE = (
    "The address needs a certificate of a public authority with its full chain, and the gateway must be running."
)
_AGAIN = "Run `tongdai register`; somebody else may have called set_webhook."
_CREDENTIALS = "Check TOKEN in the bot's settings at partners.viber.com; Viber's support replaces it on request."


def register(account: Account, hook_url: str) -> Generator[ApiCall, ApiReply, list[Finding]]:
    """Our address is set, names are sent along with messages, pictures are not. Repeatable."""
    wanted = {"url": hook_url, "event_types": list(EVENT_TYPES), "send_name": True, "send_photo": False}
    refused = _refusal((yield _call(account, "set_webhook", wanted)))
    if refused:
        return [Finding("webhook", False, refused, _CERTIFICATE)]
    return [
        Finding("webhook", True, f"set to {hook_url}"),
        Finding("menu", True, "Viber shows our welcome when a chat is opened; there is no menu to set"),
    ]


def inspect(account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
    """Is the token good, is the webhook ours, do all events come? Changes nothing."""
    reply = yield _call(account, "get_account_info", {})
    refused = _refusal(reply)
    if refused:
        return [Finding("credentials", False, refused, _CREDENTIALS)]
    answer = answer_object(reply.body)
    return [Finding("credentials", True, "the token is accepted"), *_webhook(answer, hook_url)]


def _webhook(answer: Fields, hook_url: str | None) -> list[Finding]:
    found = answer.text("webhook")
    if found is None:
        return [Finding("webhook", False, "none is set: the chat is closed to people", "Run `tongdai register`.")]
    if hook_url is None:
        return [Finding("webhook", None, f"set to {found}", "Set PUBLIC_URL to have it compared.")]
    if found != hook_url:
        return [Finding("webhook", False, f"set to {found}, not to {hook_url}", _AGAIN)]
    missing = [name for name in EVENT_TYPES if name not in {"message", *answer.texts("event_types")}]
    if missing:
        return [Finding("webhook", False, f"events are switched off: {', '.join(missing)}", _AGAIN)]
    return [Finding("webhook", True, f"set to {found}")]


def _refusal(reply: ApiReply) -> str | None:
    outcome = judge(reply)
    return None if isinstance(outcome, Accepted) else getattr(outcome, "detail", type(outcome).__name__)


def _call(account: Account, method: str, body: Mapping[str, Any]) -> ApiCall:
    return ApiCall(method, "POST", f"{account.api_base}/pa/{method}", token_header(account), json=body)
