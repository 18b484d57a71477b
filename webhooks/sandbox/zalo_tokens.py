"""Zalo's OAuth v4 on loopback: access tokens of 25 hours, refresh tokens that work once.

A token proves itself by a mark under the app secret, so a gateway that kept its tokens goes on after this sandbox was
started again; that it was used already is known within one run only.
"""

import hashlib
import hmac
import secrets

from webhooks.sandbox.exchange import Call, Reply, Unreadable, answer
from webhooks.sandbox.stage import Json, SandboxAccount, Stage

ACCESS_SECONDS = 90_000
_REFRESH_SECONDS = 90 * 86_400


class OAuth:
    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        self._account = account
        self._stage = stage
        self._used: set[str] = set()
        self._current: str | None = None
        self._taken_back = False
        self._revoked = False
        self.refreshes = 0

    def answer(self, call: Call) -> Reply:
        """One refresh; failures come with HTTP 200, as Zalo's do."""
        try:
            form = self._form(call)
        except Unreadable as error:
            return self._refused(-14000, str(error), "unreadable")
        if call.headers.get("secret_key") != self._account.secret("APP_SECRET"):
            return self._refused(-14004, "Invalid secret key", "auth")
        if form.get("app_id") != self._account.secret("APP_ID"):
            return self._refused(-14002, "Invalid app id", "auth")
        if form.get("grant_type") != "refresh_token" or set(form) != {"refresh_token", "app_id", "grant_type"}:
            return self._refused(-14005, "Invalid grant type or parameters", "unknown_field")
        token = form["refresh_token"]
        if token in self._used:
            return self._refused(-14014, "Invalid refresh token", "refresh_token_used")
        if token != self._account.secret("REFRESH_TOKEN") and not self._genuine("R", token):
            return self._refused(-14014, "Invalid refresh token", "refresh_token_unknown")
        if self._revoked:
            return self._refused(-14014, "Invalid refresh token", None)
        self._used.add(token)
        self.refreshes += 1
        self._taken_back = False
        self._current, fresh = self._new("A", ACCESS_SECONDS), self._new("R", _REFRESH_SECONDS)
        self._stage.wire.hide([self._current, fresh])
        return answer({"access_token": self._current, "refresh_token": fresh, "expires_in": str(ACCESS_SECONDS)})

    def refusal_of(self, token: str) -> tuple[int, str] | None:
        """Why an access token is not accepted: expired or taken back (-220), or never valid or replaced (-216)."""
        if not self.is_ours(token) or (self._current is not None and token != self._current):
            return -216, "Access token is invalid"
        if self._taken_back or self._stage.now() >= float(token.split(".")[2]):
            return -220, "Access token has expired or been removed"
        return None

    def is_ours(self, token: str) -> bool:
        return self._genuine("A", token, alive=False)

    def expire(self) -> None:
        """The access tokens given out so far have expired now; the next refresh gives a good one."""
        self._taken_back = True

    def revoke(self) -> None:
        """The grant is gone: neither the access token nor any refresh token works; somebody has to consent again."""
        self._taken_back = self._revoked = True

    def _form(self, call: Call) -> dict[str, str]:
        if call.method != "POST" or call.kind != "application/x-www-form-urlencoded":
            raise Unreadable("must be a form")
        return call.form()

    def _new(self, kind: str, life: int) -> str:
        body = f"{kind}.{secrets.token_urlsafe(18)}.{int(self._stage.now()) + life}"
        return f"{body}.{self._mark(body)}"

    def _mark(self, body: str) -> str:
        return hmac.new(self._account.secret("APP_SECRET").encode(), body.encode(), hashlib.sha256).hexdigest()

    def _genuine(self, kind: str, token: str, *, alive: bool = True) -> bool:
        body, _, mark = token.rpartition(".")
        parts = body.split(".")
        if len(parts) != 3 or parts[0] != kind or not hmac.compare_digest(self._mark(body), mark):
            return False
        return not alive or self._stage.now() < float(parts[2])

    def _refused(self, code: int, reason: str, rule: str | None) -> Reply:
        if rule is not None:
            self._stage.broke(self._account, rule, reason)
        document: Json = {
            "error": code,
            "error_name": reason,
            "error_reason": reason,
            "error_description": reason,
            "ref_doc": "https://developers.zalo.me/docs/official-account/phu-luc/ma-loi",
        }
        return answer(document)
