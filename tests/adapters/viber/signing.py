"""Signs as Viber does: hex HMAC-SHA256 of the raw body, keyed with the bot's token."""

import hmac

from adapters.base import Account


def sign(body: bytes, account: Account) -> dict[str, str]:
    return {"x-viber-content-signature": hmac.new(account.secrets["TOKEN"].encode(), body, "sha256").hexdigest()}
