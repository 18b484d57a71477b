"""Proves that Meta sent it, and that we are who we say."""

import hashlib
import hmac

from adapters.base import Account, WebhookRequest
from adapters.errors import BadSignature


def verify(request: WebhookRequest, account: Account) -> None:
    """Returns for a genuine delivery or handshake; else raises `BadSignature`."""
    if request.method == "GET":
        _verify_handshake(request, account)
    else:
        _verify_delivery(request, account)


def _verify_handshake(request: WebhookRequest, account: Account) -> None:
    token = account.secret("VERIFY_TOKEN")
    told = request.query.get("hub.verify_token", "")
    same = hmac.compare_digest(_bytes(told), _bytes(token))
    if not (token and same and request.query.get("hub.mode") == "subscribe" and request.query.get("hub.challenge")):
        raise BadSignature("the handshake does not carry our verify token", handshake=True)


def _verify_delivery(request: WebhookRequest, account: Account) -> None:
    """The raw bytes are hashed: Meta signs its own escaping of letters and slashes, which no JSON writer gives back.

    The legacy `X-Hub-Signature` (SHA-1) comes along and is not enough. Meta docs, webhooks, 2026.
    """
    told = _bytes(request.headers.get("x-hub-signature-256", ""))
    secrets = [account.secret(name) for name in ("APP_SECRET", "APP_SECRET_OLD") if account.secret(name)]
    wanted = ["sha256=" + hmac.new(_bytes(secret), request.body, hashlib.sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(told, _bytes(one)) for one in wanted):
        raise BadSignature("x-hub-signature-256 is missing or wrong")


def proof(account: Account) -> str:
    """`appsecret_proof`, asked for with each call once the app's "Require App Secret" is on (Meta docs, 2026)."""
    key, token = _bytes(account.secret("APP_SECRET")), _bytes(account.secret("PAGE_TOKEN"))
    return hmac.new(key, token, hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # header bytes that are no UTF-8 arrive as lone surrogates
