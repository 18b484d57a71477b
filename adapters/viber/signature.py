"""Is it Viber? `X-Viber-Content-Signature`: lower-case hex HMAC-SHA256 of the raw body, keyed with the account's token.

Viber REST bot API docs as transcribed 2026. viberbot has this too, but compares with `==`.
"""

import hmac

from adapters.base import Account, WebhookRequest
from adapters.errors import BadSignature


def verify(request: WebhookRequest, account: Account) -> None:
    """Returns when the body was signed with the account's token; else `BadSignature`."""
    token = account.secret("TOKEN")
    if not token:
        raise BadSignature("TOKEN is not set")
    wanted = hmac.new(token.encode(), request.body, "sha256").hexdigest()
    given = request.headers.get("x-viber-content-signature", "")
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        raise BadSignature("the signature is missing or not ours")
