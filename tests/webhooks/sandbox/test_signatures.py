"""Webhooks are signed as the real ones, over exactly the bytes that travel."""

import hashlib
import hmac
import json
from typing import Any

WORDS = 'Đường 3/2 & "chợ" <a@b.vn> 50% 😀'


async def test_zalo_signs_app_id_body_timestamp_and_secret_by_plain_sha256(place: Any) -> None:
    await place.person("zalo").send_text(WORDS)
    await place.sandbox.settled()
    (delivered,) = place.hook.received
    line = place.sandbox.lines["zalo"].account
    body = delivered.json
    assert body["message"]["text"] == WORDS
    assert {type(body[name]) for name in ("app_id", "timestamp")} == {str}
    assert int(body["sender"]["id"]) > 2**53
    mac = hashlib.sha256(
        line.secret("APP_ID").encode() + delivered.body + body["timestamp"].encode() + line.secret("OA_SECRET").encode()
    ).hexdigest()
    assert delivered.headers["x-zevent-signature"] == f"mac={mac}"
    assert delivered.headers["user-agent"] == "ZaloWebhook"
    assert "num_retry" not in delivered.headers


async def test_viber_signs_the_raw_body_with_its_token(place: Any) -> None:
    person = place.person("viber")
    await person.send_text(WORDS)
    await place.sandbox.settled()
    (delivered,) = place.hook.received
    token = place.sandbox.lines["viber"].account.secret("TOKEN").encode()
    assert delivered.headers["x-viber-content-signature"] == hmac.new(token, delivered.body, "sha256").hexdigest()
    body = delivered.json
    assert body["message"]["text"] == WORDS
    assert body["message_token"] > 2**53
    assert {"/", "+", "="} <= set(person.id)


async def test_messenger_signs_its_own_ascii_spelling(place: Any) -> None:
    await place.person("messenger").send_text(WORDS)
    await place.sandbox.settled()
    (delivered,) = place.hook.received
    key = place.sandbox.lines["messenger"].account.secret("APP_SECRET").encode()
    assert delivered.headers["x-hub-signature-256"] == f"sha256={hmac.new(key, delivered.body, 'sha256').hexdigest()}"
    assert delivered.headers["x-hub-signature"] == f"sha1={hmac.new(key, delivered.body, 'sha1').hexdigest()}"
    raw = delivered.body.decode("ascii")
    for spelling in (r"\u0110", r"3\/2", r"\u003Ca\u0040b.vn>", r"50\u0025", r"\ud83d\ude00"):
        assert spelling in raw
    assert delivered.json["entry"][0]["messaging"][0]["message"]["text"] == WORDS
    again = json.dumps(delivered.json, separators=(",", ":"), ensure_ascii=False).encode()
    assert again != delivered.body  # whoever hashes what it wrote anew is caught


async def test_telegram_sends_the_secret_and_escapes_what_is_not_ascii(place: Any) -> None:
    await place.person("telegram").open_chat("q7")
    await place.sandbox.settled()
    (delivered,) = place.hook.received
    assert delivered.headers["x-telegram-bot-api-secret-token"] == "telegram-secret"
    assert delivered.body.isascii()
    assert b',\n"message":' in delivered.body
    message = delivered.json["message"]
    assert (message["text"], message["entities"]) == ("/start q7", [{"type": "bot_command", "offset": 0, "length": 6}])
    assert message["chat"]["id"] == message["from"]["id"] < 2**52
