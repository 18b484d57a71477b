"""What a Zalo OA message may carry (OA OpenAPI v3.0 as transcribed 2026; buttons and limits of `zalo.md` section 3.3)."""

from webhooks.sandbox.shapes import (
    Check,
    Misfit,
    anything,
    by_kind,
    digits_text,
    list_of,
    one_of,
    record,
    text,
    web_address,
    whole,
)


class ZaloRefusal(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


_TITLE = text(100)
_QUERY = record({"title": _TITLE, "type": anything, "payload": text(1000)}, {"image_icon": text(2000, least=0)})
_BUTTON = by_kind(
    "type",
    {
        "oa.query.show": _QUERY,
        "oa.query.hide": _QUERY,
        "oa.open.url": record(
            {"title": _TITLE, "type": anything, "payload": record({"url": web_address(schemes=("https", "http"))})},
            {"image_icon": text(2000, least=0)},
        ),
        "oa.open.phone": record(
            {"title": _TITLE, "type": anything, "payload": record({"phone_code": digits_text(4, 15)})},
            {"image_icon": text(2000, least=0)},
        ),
        "oa.open.sms": record(
            {"title": _TITLE, "type": anything,
             "payload": record({"phone_code": digits_text(4, 15), "content": text(160)})},
            {"image_icon": text(2000, least=0)},
        ),
    },
)  # fmt: skip
_BUTTONS = list_of(_BUTTON, 5)
_MEDIA = by_kind(
    "media_type",
    {
        "image": record({"media_type": anything}, {"url": web_address(), "attachment_id": text(200)}),
        "gif": record(
            {"media_type": anything, "width": whole(1, 5000), "height": whole(1, 5000)},
            {"url": web_address(), "attachment_id": text(200)},
        ),
        "sticker": record({"media_type": anything, "attachment_id": text(200)}),
    },
)
_FORM = record({"title": _TITLE, "subtitle": text(500), "image_url": web_address(schemes=("https", "http"))})


def _media(value: object, path: str) -> None:
    _MEDIA(value, path)
    if isinstance(value, dict) and ("url" in value) == ("attachment_id" in value):
        raise Misfit(path, "value", "either url or attachment_id")


_TEMPLATES = by_kind(
    "template_type",
    {
        "media": record({"template_type": anything, "elements": list_of(_media, 1)}),
        "request_user_info": record({"template_type": anything, "elements": list_of(_FORM, 1)}),
    },
)


def _template(value: object, path: str) -> None:
    if isinstance(value, dict) and "template_type" not in value:
        record({"buttons": _BUTTONS})(value, path)
        return
    _TEMPLATES(value, path)


_ATTACHMENT = by_kind(
    "type",
    {
        "template": record({"type": anything, "payload": _template}),
        "file": record({"type": anything, "payload": record({"token": text(300)})}),
    },
)
MESSAGE_TEXT = text(2000, least=0)


def message(value: object, path: str) -> None:
    record({}, {"text": MESSAGE_TEXT, "attachment": _ATTACHMENT, "quote_message_id": text(100)})(value, path)
    if isinstance(value, dict) and not value.get("text") and "attachment" not in value:
        raise Misfit(path, "missing", "a text or an attachment")
    if isinstance(value, dict) and not value.get("text"):
        payload = value["attachment"]["payload"]
        if isinstance(payload, dict) and "buttons" in payload:
            raise Misfit(f"{path}.text", "missing", "buttons need a text")


CS = record({"recipient": record({"user_id": digits_text(10, 20)}), "message": message})
ANONYMOUS = record(
    {
        "recipient": record({"anonymous_id": text(64), "conversation_id": text(64)}),
        "message": record({"text": text(2000)}),
    }
)
REACTION = record(
    {
        "recipient": record({"user_id": digits_text(10, 20)}),
        "sender_action": record({"react_message_id": text(64), "react_icon": text(20)}),
    }
)
_ARTICLE = record({"media_type": one_of("article"), "attachment_id": text(100)})


def _numbers(most: int) -> Check:
    """`"0,2"`: numbers up to `most`, each once (the form of Zalo's .NET SDK)."""
    allowed = {str(number) for number in range(most + 1)}

    def check(value: object, path: str) -> None:
        text(200)(value, path)
        parts = str(value).split(",")
        if not allowed.issuperset(parts) or len(set(parts)) < len(parts):
            raise Misfit(path, "value", f"must be numbers from 0 to {most} between commas")

    return check


def _target(value: object, path: str) -> None:
    record(
        {},
        {"gender": _numbers(2), "ages": _numbers(7), "locations": _numbers(2), "cities": _numbers(63),
         "platform": _numbers(3)},
    )(value, path)  # fmt: skip
    if not value:
        raise Misfit(path, "missing", "an empty target is not documented")


BROADCAST = record(
    {
        "recipient": record({"target": _target}),
        "message": record(
            {
                "attachment": record(
                    {
                        "type": one_of("template"),
                        "payload": record({"template_type": one_of("media"), "elements": list_of(_ARTICLE, 5)}),
                    }
                )
            }
        ),
    }
)
TAG = record({"user_id": digits_text(10, 20), "tag_name": text(100)})
USER = record({"user_id": digits_text(10, 20)})
USER_LIST = record(
    {"offset": whole(0, 9951), "count": whole(1, 50)},
    {"tag_name": text(100, least=0), "last_interaction_period": text(30), "is_follower": anything},
)
_COVER = record({"cover_type": one_of("photo"), "photo_url": web_address(), "status": one_of("show", "hide")})
_PARAGRAPH = by_kind(
    "type",
    {
        "text": record({"type": anything, "content": text(20_000)}),
        "image": record({"type": anything, "url": web_address()}, {"caption": text(300)}),
    },
)
ARTICLE = record(
    {"type": one_of("normal"), "title": text(150), "author": text(50), "cover": _COVER, "description": text(300),
     "body": list_of(_PARAGRAPH, 50), "status": one_of("show", "hide"), "comment": one_of("show", "hide")},
)  # fmt: skip
VERIFY = record({"token": text(200)})
