"""The record of every request in both directions, secrets masked, for the page's drawer and for tests."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

MASK = "••••••"
KEPT = 400
BODY_CHARS = 20_000
_SHOWN_HEADERS = ("content-type", "x-", "num_retry", "access_token", "secret_key", "authorization", "user-agent")
_MASKED_HEADERS = (
    "authorization",
    "access_token",
    "secret_key",
    "x-viber-auth-token",
    "x-telegram-bot-api-secret-token",
)
_CREDENTIAL = re.compile(r'((?:access_token|refresh_token|appsecret_proof|auth_token)(?:=|":\s*"))[^&"\s]+')
_SIGNATURES = ("x-hub-signature", "x-hub-signature-256", "x-zevent-signature", "x-viber-content-signature")


@dataclass(slots=True)
class WireEntry:
    """One request and its answer. `direction`: `call` from the gateway to the platform, `webhook` the other way."""

    id: int
    at: float
    account: str
    platform: str
    direction: str
    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int = 0
    answer: str = ""
    took_ms: int = 0
    note: str = ""
    event: str = ""  # what a webhook tells, in the platform's word


class Wire:
    def __init__(self, publish: Callable[[str, dict[str, Any]], None], clock: Callable[[], float]) -> None:
        self._publish = publish
        self._clock = clock
        self._last_id = 0
        self._secrets: list[str] = []
        self.entries: deque[WireEntry] = deque(maxlen=KEPT)

    def hide(self, secrets: Iterable[str]) -> None:
        """These values never appear in the record again, in any spelling."""
        new = {spelling for text in secrets if len(text) > 3 for spelling in (text, quote(text, safe=""))}
        self._secrets = sorted({*self._secrets, *new}, key=len, reverse=True)

    def masked(self, text: str) -> str:
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, MASK)
        return _CREDENTIAL.sub(rf"\g<1>{MASK}", text)

    def begin(
        self,
        direction: str,
        account: str,
        platform: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> WireEntry:
        self._last_id += 1
        shown = {name: self._shown(name.lower(), value) for name, value in headers.items() if _wanted(name.lower())}
        entry = WireEntry(
            id=self._last_id,
            at=self._clock(),
            account=account,
            platform=platform,
            direction=direction,
            method=method,
            path=self.masked(path),
            headers=shown,
            body=self.masked(_readable(body)),
        )
        self.entries.append(entry)
        return entry

    def end(self, entry: WireEntry, status: int, answer: bytes, took: float, note: str = "") -> None:
        """The answer is known (status 0: there was none); the page shows the pair."""
        entry.status = status
        entry.answer = self.masked(_readable(answer))
        entry.took_ms = round(took * 1000)
        entry.note = note
        self._publish("wire", asdict(entry))

    def _shown(self, name: str, value: str) -> str:
        if name in _MASKED_HEADERS:
            return MASK
        if name in _SIGNATURES:
            return f"{value[:16]}…"
        return self.masked(value)


def _wanted(name: str) -> bool:
    return name.startswith(_SHOWN_HEADERS)


def _readable(body: bytes) -> str:
    text = body[:BODY_CHARS].decode("utf-8", "replace")
    if text.count("\ufffd") > 8:
        return f"({len(body)} bytes)"
    return text
