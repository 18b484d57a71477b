"""Signs as Zalo does: plain SHA-256 over app id, raw body, the body's timestamp and the OA secret key."""

import json
from hashlib import sha256

from adapters.base import Account


def sign(body: bytes, account: Account) -> dict[str, str]:
    try:
        timestamp = json.loads(body, parse_int=str, parse_float=str)["timestamp"]
    except (ValueError, KeyError, TypeError, RecursionError):
        timestamp = ""
    written = timestamp.encode("utf-8", "replace") if isinstance(timestamp, str) else b""
    mac = sha256(account.secrets["APP_ID"].encode() + body + written + account.secrets["OA_SECRET"].encode())
    return {"x-zevent-signature": f"mac={mac.hexdigest()}", "x-zevent-server": "OA OpenAPI"}
