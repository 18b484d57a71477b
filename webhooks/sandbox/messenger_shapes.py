"""What a Send API request and a Messenger profile may carry (developers.facebook.com as transcribed 2026)."""

from collections.abc import Mapping

from webhooks.sandbox.shapes import (
    Check,
    Misfit,
    anything,
    by_kind,
    digits_text,
    flag,
    list_of,
    one_of,
    record,
    text,
    web_address,
    whole,
)

_PAYLOAD = text(1000)
_TITLE = text(20)
_PHONE = text(20)

_BUTTON = by_kind(
    "type",
    {
        "postback": record({"type": anything, "title": _TITLE, "payload": _PAYLOAD}),
        "web_url": record(
            {"type": anything, "title": _TITLE, "url": web_address()},
            {"webview_height_ratio": one_of("compact", "tall", "full"), "messenger_extensions": flag},
        ),
        "phone_number": record({"type": anything, "title": _TITLE, "payload": _PHONE}),
    },
)
_ELEMENT_FIELDS: Mapping[str, Check] = {
    "subtitle": text(80),
    "image_url": web_address(),
    "default_action": record({"type": one_of("web_url"), "url": web_address()}),
    "buttons": list_of(_BUTTON, 3),
}


def _element(value: object, path: str) -> None:
    record({"title": text(80)}, _ELEMENT_FIELDS)(value, path)
    if isinstance(value, dict) and set(value) == {"title"}:
        raise Misfit(path, "missing", "at least one thing besides the title")


_FORM = record(
    {"template_type": anything, "countries": list_of(text(2), 5)},
    {"business_privacy": anything, "expires_in_days": whole(1, 7), "title": text(80), "subtitle": text(80),
     "fields": anything, "screens": anything},
)  # fmt: skip
_TEMPLATE = by_kind(
    "template_type",
    {
        "button": record(
            {"template_type": anything, "text": text(640), "buttons": list_of(_BUTTON, 3)}, {"sharable": flag}
        ),
        "generic": record({"template_type": anything, "elements": list_of(_element, 10)}, {"sharable": flag}),
        "customer_information": _FORM,
    },
)


def _media_payload(value: object, path: str) -> None:
    record({}, {"url": web_address(), "attachment_id": digits_text(1, 20), "is_reusable": flag})(value, path)
    if isinstance(value, dict) and "url" in value and "attachment_id" in value:
        raise Misfit(path, "value", "either url or attachment_id")


_ATTACHMENT = by_kind(
    "type",
    {
        "template": record({"type": anything, "payload": _TEMPLATE}),
        **{kind: record({"type": anything, "payload": _media_payload}) for kind in ("image", "audio", "video", "file")},
    },
)
_QUICK_REPLY = by_kind(
    "content_type",
    {
        "text": record({"content_type": anything, "title": _TITLE, "payload": _PAYLOAD}, {"image_url": web_address()}),
        "user_phone_number": record({"content_type": anything}),
        "user_email": record({"content_type": anything}),
    },
)
_UTILITY = record(
    {"name": text(512), "language": record({"code": one_of("vi", "vi_VN", "en", "en_US")})}, {"components": anything}
)


def _message(value: object, path: str) -> None:
    record(
        {},
        {
            "text": text(1999),
            "attachment": _ATTACHMENT,
            "quick_replies": list_of(_QUICK_REPLY, 13),
            "metadata": text(999),
            "template": _UTILITY,
        },
    )(value, path)
    if not isinstance(value, dict):
        return
    kinds = [name for name in ("text", "attachment", "template") if name in value]
    if len(kinds) != 1:
        raise Misfit(path, "missing" if not kinds else "value", "exactly one of text, attachment, template")


_RECIPIENT = record({"id": digits_text(10, 20)})
SEND = record(
    {"recipient": _RECIPIENT},
    {
        "messaging_type": one_of("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"),
        "tag": text(40),
        "notification_type": one_of("REGULAR", "SILENT_PUSH", "NO_PUSH"),
        "persona_id": digits_text(1, 20),
        "reply_to": record({"mid": text(200)}),
        "thread_control": record({"control_type": one_of("pass", "release")}, {"app_id": digits_text(1, 20)}),
        "message": _message,
        "sender_action": one_of("mark_seen", "typing_on", "typing_off", "react", "unreact"),
        "payload": record({"message_id": text(200)}, {"reaction": text(20)}),
    },
)

_MENU_ITEM = by_kind(
    "type",
    {
        "postback": record({"type": anything, "title": text(30), "payload": _PAYLOAD}),
        "web_url": record(
            {"type": anything, "title": text(30), "url": web_address()}, {"webview_height_ratio": text(10)}
        ),
    },
)
_LOCALE = text(10)


def _with_default(item: Check) -> Check:
    def check(value: object, path: str) -> None:
        list_of(item, 60)(value, path)
        if isinstance(value, list) and not any(each.get("locale") == "default" for each in value):
            raise Misfit(path, "missing", "locale default is compulsory")

    return check


_MENU = _with_default(
    record({"locale": _LOCALE}, {"composer_input_disabled": flag, "call_to_actions": list_of(_MENU_ITEM, 20)})
)
_ICE = record({"question": text(80), "payload": _PAYLOAD})
PROFILE = record(
    {},
    {
        "get_started": record({"payload": _PAYLOAD}),
        "greeting": _with_default(record({"locale": _LOCALE, "text": text(160)})),
        "persistent_menu": _MENU,
        "ice_breakers": _with_default(record({"locale": _LOCALE, "call_to_actions": list_of(_ICE, 4)})),
        "whitelisted_domains": list_of(web_address(), 50),
    },
)
PROFILE_FIELDS = ("get_started", "greeting", "persistent_menu", "ice_breakers", "whitelisted_domains")
DELETE_PROFILE = record({"fields": list_of(one_of(*PROFILE_FIELDS), 5)})
USER_SETTINGS = record({"psid": digits_text(10, 20), "persistent_menu": _MENU})
THREAD = record(
    {"recipient": _RECIPIENT},
    {"target_app_id": digits_text(1, 20), "metadata": text(999), "duration": whole(1, 604800)},
)
PERSONA = record({"name": text(50), "profile_picture_url": web_address()})
MESSAGE_TEMPLATE = record(
    {"name": text(512), "language": text(10), "category": one_of("UTILITY"), "components": list_of(anything, 5)}
)
FIELDS = {
    "messages", "messaging_postbacks", "message_echoes", "messaging_handovers", "messaging_handover", "standby",
    "messaging_referrals", "messaging_referral", "messaging_optins", "message_edits", "messaging_policy_enforcement",
    "message_deliveries", "message_reads", "message_reactions", "message_template_status_update",
    "messaging_customer_information", "response_feedback", "messaging_account_linking",
}  # fmt: skip
