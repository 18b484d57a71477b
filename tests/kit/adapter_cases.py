"""Recorded webhooks as test cases, one folder for each platform under tests/adapters/.

`account.toml`     `id` and `[secrets]`: an invented account
`signing.py`       `sign(body: bytes, account: Account) -> dict[str, str]`: the headers the platform would add, for any
                   bytes. `BODY_IS_SIGNED = False` where a header token is all there is.
`rendering.py`     `said(call) -> str`: what the person reads in it, buttons included; `check(call)`: asserts every limit
                   of the platform on one rendered call
`fixtures/<name>.body` and `<name>.toml`: exact bytes, and what they are:

    source = "Meta docs, webhook-events/messages"
    date = 2026-11-24
    method = "POST"            # the default
    signed = true              # the default; false: an unsigned address check, which is accepted without a signature
    [headers]                  # replace or add to the signature's
    [query]
    [reply]                    # what `acknowledge` answers, if told: status, body, content_type
    [[expect]]                 # last; one table for each parsed item, in order; `expect = []` for known-unused kinds
    kind = "TextReceived"      # the class name of the event, or of the report
    contact = "5550001112223334"
    event_key = "m_1"
    text = "Xin chào"          # and any other field of the event or its Inbound, as `described` tells it
"""

import importlib.util
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from adapters.base import Account, Adapter, Parsed, WebhookRequest
from adapters.registry import adapter_for
from conversation.events import Inbound
from conversation.ids import AccountId, PlatformName

ROOT = Path(__file__).parent.parent / "adapters"
PLATFORMS = sorted(folder.parent.name for folder in ROOT.glob("*/account.toml"))
RECEIVED_AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform's folder, loaded."""

    adapter: Adapter
    account: Account
    sign: Callable[[bytes, Account], dict[str, str]]
    body_is_signed: bool
    said: Callable[..., str]
    check: Callable[..., None]

    def request(
        self,
        body: bytes,
        *,
        account: Account | None = None,
        method: str = "POST",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        signed: bool = True,
    ) -> WebhookRequest:
        """A webhook as this platform sends it, signed with the secrets of `account` (its own unless told)."""
        signature = self.sign(body, account or self.account) if signed and method == "POST" else {}
        return WebhookRequest(method, query or {}, {**signature, **(headers or {})}, body, RECEIVED_AT)


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded webhook."""

    platform: str
    name: str
    request: WebhookRequest
    expected: Sequence[Mapping[str, Any]]
    reply: Mapping[str, Any] | None
    signed: bool


def _module(platform: str, name: str) -> ModuleType:
    path = ROOT / platform / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{platform}_{name}_for_tests", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def platform_of(name: str) -> Platform:
    told = tomllib.loads((ROOT / name / "account.toml").read_text("utf-8"))
    adapter = adapter_for(PlatformName(name))
    account = Account(AccountId(told["id"]), PlatformName(name), adapter.default_api_base, told["secrets"])
    signing, rendering = _module(name, "signing"), _module(name, "rendering")
    body_is_signed = getattr(signing, "BODY_IS_SIGNED", True)
    return Platform(adapter, account, signing.sign, body_is_signed, rendering.said, rendering.check)


def cases(platform: str) -> list[Case]:
    """All recorded webhooks of the platform, by name."""
    return [_case(platform, path) for path in sorted((ROOT / platform / "fixtures").glob("*.body"))]


def all_cases() -> list[Case]:
    return [case for platform in PLATFORMS for case in cases(platform)]


def _case(platform: str, path: Path) -> Case:
    told = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    assert told["source"], f"{path}: where does it come from?"
    assert told["date"], f"{path}: of what date is it?"
    signed = told.get("signed", True)
    request = platform_of(platform).request(
        path.read_bytes(),
        method=told.get("method", "POST"),
        query=told.get("query"),
        headers=told.get("headers"),
        signed=signed,
    )
    return Case(platform, path.stem, request, told["expect"], told.get("reply"), signed)


def described(parsed: Parsed) -> dict[str, Any]:
    """The item as plain values: `kind`, `contact`, `account`, and every field of it and of its event.

    Times are ISO texts, tuples lists, None is left out, so that TOML can say the same. `kind` is the class's name; what
    the class itself calls `kind` (the platform's word) is told as `what`.
    """
    if isinstance(parsed, Inbound):
        told = {
            "contact": parsed.key.contact,
            "account": parsed.key.account,
            **_fields(parsed),
            **_fields(parsed.event),
        }
        del told["key"], told["event"]
        kind = type(parsed.event).__name__
    else:
        told, kind = _fields(parsed), type(parsed).__name__
    if "kind" in told:
        told["what"] = told["kind"]
    return dict(_plain({**told, "kind": kind}))


def _fields(value: Any) -> dict[str, Any]:
    return {part.name: getattr(value, part.name) for part in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if is_dataclass(value):
        return _plain(_fields(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value
