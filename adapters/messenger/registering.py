"""Tells Meta our address and menus, and looks what it has on record.

Two subscriptions are needed: the app's to our address, the page's to the app. The first is usually typed into the App
Dashboard; the call does the same with an app token. Meta docs, webhooks and messenger profile, 2026.
"""

from collections.abc import Generator
from urllib.parse import quote

from adapters.base import Account, ApiCall, ApiReply, Finding, Menu
from adapters.messenger.reading import GET_STARTED
from adapters.messenger.signing import proof
from adapters.messenger.writing import graph_call, page_path
from adapters.payload import answer_object, kind_word

NEEDED = ("messages", "messaging_postbacks", "message_echoes", "messaging_handovers", "standby")
FIELDS = (
    *NEEDED,
    "messaging_referrals",
    "message_edits",
    "messaging_policy_enforcement",
    "message_deliveries",
    "message_reads",
    "message_reactions",
)
_DASHBOARD = "Enter the address and the verify token in the App Dashboard under Messenger, Webhooks."
_RENEW = "Make a new page token, best of a system user, and set it as PAGE_TOKEN."
_GREETING_CHARS = 160
_MENU_ENTRIES = 20
_ENTRY_CHARS = 30


def registration(account: Account, hook_url: str, menu: Menu) -> Generator[ApiCall, ApiReply, list[Finding]]:
    """Subscribes the app and the page, sets Get Started, greeting and menu. Repeatable."""
    app = yield graph_call(
        account,
        "subscriptions",
        "POST",
        f"{_app(account)}/subscriptions",
        {
            "object": "page",
            "callback_url": hook_url,
            "fields": ",".join(FIELDS),
            "verify_token": account.secret("VERIFY_TOKEN"),
        },
        token=_app_token(account),
    )
    page = yield graph_call(
        account,
        "subscribed_apps",
        "POST",
        page_path(account, "subscribed_apps"),
        {"subscribed_fields": ",".join(FIELDS), "appsecret_proof": proof(account)},
    )
    profile = yield graph_call(account, "messenger_profile", "POST", "me/messenger_profile", _profile(account, menu))
    return [
        Finding("address", True if _done(app) else None, _told(app), "" if _done(app) else _DASHBOARD),
        Finding("page subscription", _done(page), _told(page), "" if _done(page) else _RENEW),
        Finding("menu and greeting", _done(profile), _told(profile), "" if _done(profile) else _RENEW),
    ]


def _profile(account: Account, menu: Menu) -> dict[str, object]:
    profile: dict[str, object] = {
        "get_started": {"payload": GET_STARTED},
        "appsecret_proof": proof(account),
    }
    if menu.greeting.strip():
        profile["greeting"] = [{"locale": "default", "text": menu.greeting[:_GREETING_CHARS]}]
    entries = [
        {"type": "postback", "title": label[:_ENTRY_CHARS], "payload": code}
        for code, label in menu.entries[:_MENU_ENTRIES]
    ]
    if entries:
        shown = {"locale": "default", "composer_input_disabled": False, "call_to_actions": entries}
        profile["persistent_menu"] = [shown]
    return profile


def inspection(account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
    """Is the token good and of this page, is the page subscribed to all we need, does the app know our address?"""
    proven = f"appsecret_proof={proof(account)}"
    me = yield graph_call(account, "me", "GET", f"me?fields=id&{proven}")
    page = yield graph_call(account, "subscribed_apps", "GET", f"{page_path(account, 'subscribed_apps')}?{proven}")
    app = yield graph_call(account, "subscriptions", "GET", f"{_app(account)}/subscriptions", token=_app_token(account))
    return [_token_finding(account, me), _page_finding(account, page), *_address_findings(app, hook_url)]


def _token_finding(account: Account, reply: ApiReply) -> Finding:
    if _failed(reply):
        return Finding("token", False, _told(reply), _RENEW)
    if answer_object(reply.body).identity("id") != account.secret("PAGE_ID"):
        return Finding("token", False, "the token is not of this page", "Check PAGE_ID and PAGE_TOKEN.")
    return Finding("token", True, "accepted")


def _page_finding(account: Account, reply: ApiReply) -> Finding:
    apps = answer_object(reply.body).objects("data")
    ours = next((app for app in apps if app.identity("id") == account.secret("APP_ID")), None)
    if _failed(reply):
        return Finding("page subscription", None, _told(reply))
    if ours is None:
        return Finding("page subscription", False, "the page does not know our app", "Run `tongdai register`.")
    # Meta's own pages waver between singular and plural of some field names.
    known = {name.rstrip("s") for name in ours.texts("subscribed_fields")}
    missing = [name for name in FIELDS if name.rstrip("s") not in known]
    if missing:
        # Without a needed one citizens or colleagues go unheard; without the rest receipts and edits do.
        ok = False if set(missing) & set(NEEDED) else None
        return Finding("page subscription", ok, f"not subscribed: {', '.join(missing)}", "Run `tongdai register`.")
    return Finding("page subscription", True, "all fields")


def _address_findings(reply: ApiReply, hook_url: str | None) -> list[Finding]:
    if hook_url is None:
        return []
    entries = [one for one in answer_object(reply.body).objects("data") if one.text("object") == "page"]
    if _failed(reply) or not entries:
        return [Finding("address", None, f"the app's subscription could not be read: {_told(reply)}", _DASHBOARD)]
    if entries[0].text("callback_url") != hook_url:
        return [Finding("address", False, "the app calls another address", _DASHBOARD)]
    return [Finding("address", True, "the app calls us")]


def _app(account: Account) -> str:
    return quote(account.secret("APP_ID"), safe="")


def _app_token(account: Account) -> str:
    return f"{account.secret('APP_ID')}|{account.secret('APP_SECRET')}"


def _failed(reply: ApiReply) -> bool:
    answer = answer_object(reply.body)
    return reply.status >= 300 or "error" in answer or not answer


def _done(reply: ApiReply) -> bool:
    answer = answer_object(reply.body)
    return 200 <= reply.status < 300 and (answer.flag("success") or answer.text("result") == "success")


def _told(reply: ApiReply) -> str:
    error = answer_object(reply.body).object("error")
    if error:
        return f"graph error {error.whole('code')}/{error.whole('error_subcode')}: {kind_word(error.text('type'))}"
    return f"HTTP {reply.status}"
