"""OAuth v4: an access token lives 25 hours, a refresh token three months and for one use only (OA docs, 2026)."""

from datetime import timedelta

from adapters.base import Account, ApiCall, ApiReply, Failed, Tokens, Unauthorised
from adapters.payload import answer_object

OAUTH_BASE = "https://oauth.zaloapp.com"
_LIFETIME = timedelta(seconds=90_000)  # what the docs say, for an answer that does not
_LONGEST_SECONDS = 10 * 365 * 86_400


def refresh_call(account: Account) -> ApiCall:
    """The call that spends the refresh token. The app's secret travels as a header, not in the form."""
    base = (account.secret("OAUTH_BASE") or OAUTH_BASE).rstrip("/")
    form = {
        "refresh_token": account.secret("REFRESH_TOKEN"),
        "app_id": account.secret("APP_ID"),
        "grant_type": "refresh_token",
    }
    headers = {"secret_key": account.secret("APP_SECRET")}
    return ApiCall("refresh", "POST", f"{base}/v4/oa/access_token", headers, form=form)


def read_tokens(reply: ApiReply) -> Tokens | Unauthorised | Failed:
    """The new pair. A refusal may come with HTTP 200: without an access token it is one, whatever the status.

    The code for a spent token is documented nowhere, so every refusal in Zalo's form means that the OA's admin must
    grant the app again; only what looks like the network's fault may be tried once more.
    """
    answer = answer_object(reply.body)
    access, refresh = answer.text("access_token"), answer.text("refresh_token")
    if access and refresh:
        seconds = answer.whole("expires_in") or 0
        lifetime = timedelta(seconds=seconds) if 0 < seconds <= _LONGEST_SECONDS else _LIFETIME
        return Tokens(access, refresh, lifetime)
    if reply.status == 429 or reply.status >= 500 or not answer:
        return Failed(f"HTTP {reply.status} without tokens", maybe_delivered=reply.status != 429)
    code = answer.whole("error")
    said = f"error {code}" if code is not None else "no tokens in the answer"
    return Unauthorised(f"{said}: the OA's admin must grant the app again")
