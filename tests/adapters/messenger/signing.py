import hashlib
import hmac

from adapters.base import Account


def sign(body: bytes, account: Account) -> dict[str, str]:
    """Meta's headers: the strong signature, and the legacy one beside it."""
    key = account.secret("APP_SECRET").encode()
    return {
        "x-hub-signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
        "x-hub-signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
    }
