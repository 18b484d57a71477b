"""Settings, read once at start from the environment and `.env`; checked whole, frozen, silent about secrets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from adapters.base import Account, Adapter
from adapters.errors import UnknownPlatform
from adapters.registry import adapter_for
from bots.errors import BadSettings
from conversation.ids import AccountId, PlatformName

VAR = Path("var")
"""Where a small installation keeps its database, its key and its media, below the working folder."""

DEFAULT_DATABASE_URL = "sqlite:///var/tongdai.db"
_KEY_CHARS = 32
_NOTIFY_CHARS = 24
_ACCOUNT_KEYS = (
    "PLATFORM",
    "API_BASE",
    "PACE",
    "TOKEN",
    "SECRET",
    "SENDER_NAME",
    "PAGE_ID",
    "PAGE_TOKEN",
    "APP_ID",
    "APP_SECRET",
    "VERIFY_TOKEN",
    "OA_ID",
    "OA_SECRET",
    "REFRESH_TOKEN",
    "OAUTH_BASE",
    "FORM_IMAGE",
    "APP_SECRET_OLD",
)
"""Keys of one account. Where two fit the end of a name (`…_PAGE_TOKEN`), the longer one counts."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One account of ours with its adapter. `paced` False: a load test, allowed on loopback only."""

    account: Account
    adapter: Adapter
    paced: bool = True


@dataclass(frozen=True, slots=True)
class Notify:
    """Where changes of tickets are told, and the secret that signs them."""

    url: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str = field(repr=False)
    host: str
    port: int
    public_url: str | None
    site: Path | None
    secret_key: str = field(repr=False)
    secret_keys_old: tuple[str, ...] = field(repr=False)
    media_dir: Path
    log_format: str
    log_level: str
    clock_offset: timedelta
    accounts: tuple[AccountSettings, ...]
    notify: Notify | None = None


def read_environment(env_file: Path = Path(".env")) -> dict[str, str]:
    """The process's environment over what `.env` says."""
    from_file = {name: value for name, value in dotenv_values(env_file).items() if value is not None}
    return {**from_file, **os.environ}


def is_loopback(base: str) -> bool:
    """Whether an address's host is this machine: a loopback IP address or `localhost`."""
    host = urlsplit(base).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(environment: Mapping[str, str], *, need_key: bool, terminal: bool) -> Settings:
    """Checked settings. `need_key`: a missing SECRET_KEY is a problem (`serve`). Raises `BadSettings` with all problems."""
    return _Reader(environment).read(need_key=need_key, terminal=terminal)


class _Reader:
    """Collects problems instead of stopping at the first, so that an admin corrects them in one go."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        # an empty value is no value: `.env.example` copied as it is sets nothing
        self._environment = {name: value.strip() for name, value in environment.items() if value.strip()}
        self._problems: list[str] = []

    def read(self, *, need_key: bool, terminal: bool) -> Settings:
        accounts = self._accounts()
        offset = self._whole_number("CLOCK_OFFSET_SECONDS", 0, low=-(10**9), high=10**9)
        if offset and not all(is_loopback(one.account.api_base) for one in accounts):
            self._problem(
                "CLOCK_OFFSET_SECONDS", "moves the clock for rehearsals; every API_BASE must be a loopback address"
            )
        key = self._environment.get("SECRET_KEY", "")
        if need_key and not key:
            self._problem("SECRET_KEY", f"is required: any text of at least {_KEY_CHARS} characters, kept secret")
        old = tuple(part.strip() for part in self._environment.get("SECRET_KEY_OLD", "").split(",") if part.strip())
        for name, value in (("SECRET_KEY", key), *(("SECRET_KEY_OLD", one) for one in old)):
            if value and len(value) < _KEY_CHARS:
                self._problem(name, f"is too short: at least {_KEY_CHARS} characters")
        settings = Settings(
            database_url=self._database_url(),
            host=self._environment.get("HOST", "127.0.0.1"),
            port=self._whole_number("PORT", 8080, low=0, high=65535),
            public_url=self._public_url(),
            site=Path(site) if (site := self._environment.get("SITE")) else None,
            secret_key=key,
            secret_keys_old=old,
            media_dir=Path(self._environment.get("MEDIA_DIR", str(VAR / "media"))),
            log_format=self._one_of("LOG_FORMAT", ("console", "json"), "console" if terminal else "json"),
            log_level=self._one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            clock_offset=timedelta(seconds=offset),
            accounts=accounts,
            notify=self._notify(),
        )
        if self._problems:
            raise BadSettings(self._problems)
        return settings

    def _problem(self, name: str, reason: str) -> None:
        self._problems.append(f"{name} {reason}")

    def _database_url(self) -> str:
        url = self._environment.get("DATABASE_URL", DEFAULT_DATABASE_URL)
        if not url.startswith(("sqlite:///", "postgresql://")):
            self._problem("DATABASE_URL", "must begin with sqlite:/// or postgresql://")
        return url

    def _public_url(self) -> str | None:
        url = self._environment.get("PUBLIC_URL", "").rstrip("/")
        if url and not (url.startswith("https://") and urlsplit(url).hostname) and not is_loopback(url):
            self._problem("PUBLIC_URL", "must be the https:// address at which the platforms reach this server")
        return url or None

    def _notify(self) -> Notify | None:
        url, secret = self._environment.get("NOTIFY_URL", ""), self._environment.get("NOTIFY_SECRET", "")
        if not url and not secret:
            return None
        if not (url.startswith("https://") and urlsplit(url).hostname) and not is_loopback(url):
            self._problem("NOTIFY_URL", "must be the https:// address of the program that is told of tickets")
        if len(secret) < _NOTIFY_CHARS:
            self._problem("NOTIFY_SECRET", f"signs what NOTIFY_URL is told: at least {_NOTIFY_CHARS} characters")
        return Notify(url, secret)

    def _whole_number(self, name: str, default: int, *, low: int, high: int) -> int:
        text = self._environment.get(name, str(default))
        try:
            number = int(text)
        except ValueError:
            self._problem(name, "must be a whole number")
            return default
        if not low <= number <= high:
            self._problem(name, f"must lie between {low} and {high}")
            return default
        return number

    def _one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self._environment.get(name, default)
        for one in allowed:
            if value.lower() == one.lower():
                return one
        self._problem(name, f"must be one of {', '.join(allowed)}")
        return default

    # -- accounts

    def _accounts(self) -> tuple[AccountSettings, ...]:
        found: dict[str, dict[str, str]] = {}
        for name, value in self._environment.items():
            if not name.startswith("BOT_"):
                continue
            split = self._split(name.removeprefix("BOT_"))
            if split is None:
                self._problem(
                    name, f"is not known; an account's settings are BOT_<NAME>_ and {', '.join(_ACCOUNT_KEYS)}"
                )
                continue
            found.setdefault(split[0], {})[split[1]] = value
        accounts = (self._account(name, keys) for name, keys in sorted(found.items()))
        return tuple(account for account in accounts if account is not None)

    def _split(self, rest: str) -> tuple[str, str] | None:
        """`<NAME>_<KEY>` into its two. A name that `…_PLATFORM` declares wins, then the longest known key."""
        declared = [
            name.removeprefix("BOT_").removesuffix("_PLATFORM")
            for name in self._environment
            if name.startswith("BOT_") and name.endswith("_PLATFORM")
        ]
        for name in sorted(declared, key=len, reverse=True):
            if name and rest.startswith(f"{name}_"):
                return name, rest.removeprefix(f"{name}_")
        for key in sorted(_ACCOUNT_KEYS, key=len, reverse=True):
            if rest.endswith(f"_{key}") and rest != f"_{key}":
                return rest.removesuffix(f"_{key}"), key
        return None

    def _account(self, name: str, keys: dict[str, str]) -> AccountSettings | None:
        prefix = f"BOT_{name}_"
        account_id = name.lower()
        if not account_id.isascii() or not account_id.replace("_", "").isalnum() or account_id in {"phone", "counter"}:
            self._problem(f"{prefix}…", "is no account name: letters, digits and _ only, and not phone or counter")
            return None
        platform = PlatformName(keys.pop("PLATFORM", account_id).lower())
        try:
            adapter = adapter_for(platform)
        except UnknownPlatform:
            self._problem(f"{prefix}PLATFORM", "must be set to zalo, viber, messenger or telegram")
            return None
        for secret in adapter.secret_names:
            if not keys.get(secret):
                self._problem(
                    f"{prefix}{secret}", f"is missing: the {platform} account {account_id} cannot work without it"
                )
        allowed = {*adapter.secret_names, *adapter.optional_names, "API_BASE", "PACE"}
        for key in sorted(keys.keys() - allowed):
            self._problem(f"{prefix}{key}", f"is not a setting of a {platform} account")
        base = self._base(f"{prefix}API_BASE", keys.pop("API_BASE", adapter.default_api_base))
        if "OAUTH_BASE" in keys:
            keys["OAUTH_BASE"] = self._base(f"{prefix}OAUTH_BASE", keys["OAUTH_BASE"])
        paced = keys.pop("PACE", "on").lower() != "off"
        if not paced and not is_loopback(base):
            self._problem(f"{prefix}PACE", "may be off for load tests only; API_BASE must be a loopback address")
        return AccountSettings(Account(AccountId(account_id), platform, base, keys), adapter, paced)

    def _base(self, name: str, value: str) -> str:
        base = value.rstrip("/")
        try:
            parts = urlsplit(base)
            well_formed = (
                parts.scheme in {"http", "https"}
                and bool(parts.hostname)
                and not (parts.path or parts.query or parts.fragment or parts.username)
                and (parts.port is None or parts.port > 0)
            )
        except ValueError:
            well_formed = False
        if not well_formed:
            self._problem(name, "must be scheme, host and port only, for example http://127.0.0.1:9000")
        return base
