"""Who runs: how each is started, where it listens, what it keeps when the power goes."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.wire import APP_ID, OA_ID, PAGE_ID, SECRET

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contestant runs: an empty folder, a free port, the fake APIs' address."""

    folder: Path
    port: int
    api_base: str


@dataclass(frozen=True, slots=True)
class Contestant:
    name: str
    says: str
    """What it does, for the table."""
    arguments: tuple[str, ...]
    """Of the Python interpreter."""
    settings: Callable[[Place], Mapping[str, str]]
    platform: str = "telegram"
    replies: bool = True
    ready: str = "/healthz"

    @property
    def command(self) -> tuple[str, ...]:
        return (sys.executable, *self.arguments)

    @property
    def hook(self) -> str:
        return f"/hooks/{self.platform}"

    def environment(self, place: Place) -> dict[str, str]:
        """Nothing of ours leaks in from the caller's environment."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {**kept, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **self.settings(place)}


def _rival(place: Place) -> dict[str, str]:
    return {
        "PORT": str(place.port),
        "API_BASE": place.api_base,
        "SECRET": SECRET,
        "DATABASE": str(place.folder / "rival.db"),
    }


def account_settings(platform: str, api_base: str) -> dict[str, str]:
    """The gateway's settings of one account, our own pacing lifted."""
    keys = {
        "telegram": {"TOKEN": f"42:{SECRET}", "SECRET": SECRET},
        "messenger": {
            "PAGE_ID": PAGE_ID,
            "PAGE_TOKEN": SECRET,
            "APP_ID": APP_ID,
            "APP_SECRET": SECRET,
            "VERIFY_TOKEN": SECRET,
        },
        "viber": {"TOKEN": SECRET, "SENDER_NAME": "1022"},
        "zalo": {
            "APP_ID": APP_ID,
            "APP_SECRET": SECRET,
            "OA_ID": OA_ID,
            "OA_SECRET": SECRET,
            "REFRESH_TOKEN": SECRET,
            "OAUTH_BASE": api_base,
        },
    }[platform]
    account = {**keys, "API_BASE": api_base, "PACE": "off"}
    return {f"BOT_{platform.upper()}_{key}": value for key, value in account.items()}


def _gateway(*platforms: str, database: str | None = None) -> Callable[[Place], Mapping[str, str]]:
    def settings(place: Place) -> Mapping[str, str]:
        accounts = {key: value for one in platforms for key, value in account_settings(one, place.api_base).items()}
        return {
            "HOST": "127.0.0.1",
            "PORT": str(place.port),
            "DATABASE_URL": database or f"sqlite:///{place.folder / 'tongdai.db'}",
            "MEDIA_DIR": str(place.folder / "media"),
            "SECRET_KEY": "benchmark-key-of-nobody-0123456789abcdef",
            "SITE": str(build_site(place.folder / "site")),
            **accounts,
        }

    return settings


def build_site(folder: Path) -> Path:
    """The shipped profile with `consent.mode = "notice"`: the six messages every contestant gets lead to a ticket."""
    shutil.copytree(ROOT / "conversation" / "sites" / "hcmc", folder)
    site = folder / "site.toml"
    text, changed = re.subn(
        r'(?m)(^\[consent\]\n(?:[^\[]*\n)?mode *= *)"ask"',
        r'\1"notice"\nlegal_basis = "an invented law"',
        site.read_text(encoding="utf-8"),
    )
    if changed != 1:
        raise RuntimeError(f"{site}: [consent] mode is not where it was expected")
    site.write_text(text, encoding="utf-8")
    return folder


_GATEWAY = ("-m", "bots", "serve")
CONTESTANTS = {
    one.name: one
    for one in (
        Contestant("bare", "aiohttp answers 200", ("-m", "benchmarks.rivals.bare", "ok"), _rival, replies=False),
        Contestant(
            "insert",
            "secret checked, one row, group commit",
            ("-m", "benchmarks.rivals.bare", "insert"),
            _rival,
            replies=False,
        ),
        Contestant("road", "the whole durable road, barest", ("-m", "benchmarks.rivals.bare", "road"), _rival),
        Contestant("aiogram", "aiogram, FSM in memory", ("-m", "benchmarks.rivals.aiogram_bot"), _rival),
        Contestant("gateway", "this gateway, Telegram", _GATEWAY, _gateway("telegram"), ready="/readyz"),
        *(
            Contestant(
                f"gateway-{platform}",
                f"this gateway, {platform.capitalize()}",
                _GATEWAY,
                _gateway(platform),
                platform=platform,
                ready="/readyz",
            )
            for platform in ("messenger", "viber", "zalo")
        ),
    )
}
DEFAULT = ("bare", "insert", "road", "aiogram", "gateway")
WITHOUT_TELEGRAM = Contestant(
    "gateway, three platforms",
    "this gateway without Telegram",
    _GATEWAY,
    _gateway("messenger", "viber", "zalo"),
    platform="messenger",
    ready="/readyz",
)
"""For its memory: aiogram's types must not be loaded."""
