from adapters.base import Account

BODY_IS_SIGNED = False


def sign(body: bytes, account: Account) -> dict[str, str]:
    """A token in a header is all there is."""
    return {"x-telegram-bot-api-secret-token": account.secret("SECRET")}
