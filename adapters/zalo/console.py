"""Zalo takes webhook address, events and menu in its web console only: what we can do is look, and tell what to switch."""

from collections.abc import Generator

from adapters.base import Account, ApiCall, ApiReply, Finding
from adapters.payload import answer_object
from adapters.zalo.answers import judge
from adapters.zalo.sending import access_header

_SWITCHES = (
    "In the app's console at developers.zalo.me, Official Account > Webhook: set this address; switch on the events "
    "user_send_* (text, image, gif, link, audio, video, sticker, file, location, business_card), oa_send_*, "
    "user_received_message, user_seen_message, user_reacted_message, follow, unfollow, user_submit_info, "
    "user_click_chatnow, anonymous_send_*, user_withdraw; switch OFF the syntax filter (texts with # only); switch on "
    "Webhook Retry; tick the permission groups for message and user management events. Set OA_SECRET to the OA secret "
    "key shown there."
)
_OWN_REPLIES = "In the OA manager switch off the built-in greeting and keyword replies, else people are answered twice."


def look(account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
    """Asks for the OA's own card (getoa). True afterwards: nothing has changed, the findings say what a person must do."""
    reply = yield ApiCall("getoa", "GET", f"{account.api_base}/v2.0/oa/getoa", access_header(account))
    return [*_credentials(reply, account), *_by_hand(hook_url)]


def _credentials(reply: ApiReply, account: Account) -> list[Finding]:
    answer = answer_object(reply.body)
    if answer.whole("error") != 0:
        outcome = judge(reply)
        told = getattr(outcome, "detail", type(outcome).__name__)
        return [Finding("credentials", False, told, "Check APP_ID, APP_SECRET and REFRESH_TOKEN; grant the app again.")]
    data = answer.object("data")
    if data.identity("oa_id") != account.secret("OA_ID"):
        return [Finding("credentials", False, "the token belongs to another OA", "Set OA_ID to the OA of the token.")]
    findings = [Finding("credentials", True, f"OA {account.secret('OA_ID')} answers")]
    if data.values.get("is_verified") is False:
        findings.append(Finding("verified", False, "the OA is not verified", "Have the OA verified: sending needs it."))
    return findings


def _by_hand(hook_url: str | None) -> list[Finding]:
    address = hook_url or "the address is unknown: PUBLIC_URL is not set"
    on_https = hook_url is None or hook_url.startswith("https://")
    return [
        Finding(
            "webhook",
            None if on_https else False,
            f"{address} (Zalo tells nobody what is set)",
            _SWITCHES if on_https else "Zalo calls https addresses only: set PUBLIC_URL to one.",
        ),
        Finding("menu", None, "menu and greeting are kept in the OA manager", _OWN_REPLIES),
    ]
