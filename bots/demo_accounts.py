"""Accounts of the simulated platforms: credentials derived from the kept key, worth nothing anywhere else."""

import hashlib
import hmac

from adapters.base import Account
from adapters.registry import adapter_for
from bots.settings import AccountSettings
from conversation.ids import AccountId, PlatformName

PLATFORMS = ("zalo", "viber", "messenger", "telegram")
_NUMBERS = frozenset({"APP_ID", "OA_ID", "PAGE_ID"})


def demo_secrets(platform: str, key: str, sender_name: str) -> dict[str, str]:
    """Credentials of a simulated account: derived, so that they stay the same over restarts, and worth nothing elsewhere."""

    def derived(name: str) -> str:
        return hmac.new(key.encode(), f"demo:{platform}:{name}".encode(), hashlib.sha256).hexdigest()

    adapter = adapter_for(PlatformName(platform))
    secrets = {
        name: str(10**18 + int(derived(name)[:14], 16)) if name in _NUMBERS else derived(name)
        for name in adapter.secret_names
    }
    if "SENDER_NAME" in secrets:
        secrets["SENDER_NAME"] = sender_name[:28]
    if platform == "telegram":
        secrets["TOKEN"] = f"{int(derived('bot')[:8], 16)}:{derived('TOKEN')[:35]}"
    if platform == "zalo":
        secrets["REFRESH_TOKEN"] = derived("REFRESH_TOKEN")
    if platform == "viber":
        token = derived("TOKEN")
        secrets["TOKEN"] = "-".join(token[start : start + 16] for start in (0, 16, 32))
    return secrets


def demo_accounts(key: str, base: str, sender_name: str) -> tuple[AccountSettings, ...]:
    """The four accounts, whose platforms are simulated at `base`."""
    accounts = []
    for platform in PLATFORMS:
        secrets = demo_secrets(platform, key, sender_name)
        if platform == "zalo":
            secrets |= {"OAUTH_BASE": base, "FORM_IMAGE": f"{base}/sandbox/form.png"}
        account = Account(AccountId(platform), PlatformName(platform), base, secrets)
        accounts.append(AccountSettings(account, adapter_for(PlatformName(platform))))
    return tuple(accounts)
