"""Is it Zalo? `X-ZEvent-Signature: mac=<hex>`, a plain SHA-256 over app id, raw body, timestamp and the OA secret key.

Not an HMAC, and not the app secret of OAuth (Zalo's Java SDK 2023; OA docs as transcribed 2026). The key belongs to the
app's webhook page, so that all OAs of one app are signed alike. There is no freshness check: a redelivery repeats the
old body for almost two hours, and the docs' own samples carry timestamps of 1974.
"""

import hmac
import json
from hashlib import sha256

from adapters.base import Account, WebhookRequest
from adapters.errors import BadSignature


def is_address_check(body: bytes) -> bool:
    """Saving the address in Zalo's console sends an unsigned `{}` or nothing at all, and wants 200 (integrators, 2026)."""
    return b"".join(body.split()) in {b"", b"{}"}


def verify(request: WebhookRequest, account: Account) -> None:
    """Returns for the console's address check and for what was signed for the account's app; else `BadSignature`."""
    if is_address_check(request.body):
        return
    app_id, key = account.secret("APP_ID"), account.secret("OA_SECRET")
    if not app_id or not key:
        raise BadSignature("APP_ID or OA_SECRET is not set")
    try:
        # Digits as they were written: a number and a string sign alike, and no float comes near an id.
        body = json.loads(request.body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise BadSignature("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadSignature("the body is not an object")
    timestamp = body.get("timestamp", "")
    text = timestamp if isinstance(timestamp, str) else ""
    signed = app_id.encode() + request.body + text.encode("utf-8", "replace") + key.encode()
    given = request.headers.get("x-zevent-signature", "").strip().removeprefix("mac=")
    genuine = hmac.compare_digest(sha256(signed).hexdigest().encode(), given.encode("utf-8", "replace"))
    if not genuine or body.get("app_id") != app_id:
        raise BadSignature("the signature is missing or not ours")
