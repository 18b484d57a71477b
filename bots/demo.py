"""The demonstration: the gateway and four simulated platforms in one process, on one address, on the `var/` database."""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

from rich.console import Console
from webhooks.sandbox.people import chatter
from webhooks.sandbox.server import Sandbox, SandboxAccount

from adapters.base import Account
from adapters.registry import adapter_for
from bots.commands.context import store_of
from bots.errors import CommandFailed
from bots.gateway import Extra, Gateway, listen
from bots.schema import prepare
from bots.settings import AccountSettings, Settings
from bots.site import read_site
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


async def run_demo(settings: Settings, people: int) -> None:
    """Runs until SIGTERM or Ctrl-C. `people`: how many scripted citizens chat meanwhile."""
    site = read_site(settings.site)
    title = site.titles[site.languages[0]]
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        way_out = "end what runs there, or: tongdai demo --port 0"
        raise CommandFailed(f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); {way_out}") from None
    host, port = listener.getsockname()[:2]
    base = f"http://{host}:{port}"
    accounts = demo_accounts(settings.secret_key, base, title)
    settings = replace(settings, accounts=accounts, clock_offset=timedelta(0), port=port)
    store = store_of(settings)
    prepare(store)
    sandbox = Sandbox(
        [
            SandboxAccount(one.account.platform, one.account.id, one.account.secrets, f"{base}/hooks/{one.account.id}")
            for one in accounts
        ],
        title=title,
    )
    gateway = Gateway(settings, site, store)
    console = Console()

    async def start() -> None:
        await sandbox.start()
        console.print(f"Open {base}/", highlight=False, soft_wrap=True)
        if people:
            await _chat(sandbox, people, console)

    await gateway.serve(listener, Extra(sandbox.routes(), start, sandbox.stop))


async def _chat(sandbox: Sandbox, people: int, console: Console) -> None:
    """Scripted citizens; the page shows them as they write."""
    result = await chatter(sandbox, people)
    console.print(f"{result.with_code} of {result.people} scripted citizens have their code", highlight=False)
