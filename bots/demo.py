"""The demonstration: the gateway and four simulated platforms in one process, on one address, on the `var/` database."""

from dataclasses import replace
from datetime import timedelta

from rich.console import Console

from bots.clock import Clock
from bots.context import store_of
from bots.demo_accounts import demo_accounts
from bots.demo_answers import seed_answers
from bots.errors import CommandFailed
from bots.gateway import Extra, Gateway, listen
from bots.schema import prepare
from bots.settings import Settings
from bots.site import read_files
from webhooks.sandbox.people import chatter
from webhooks.sandbox.server import Sandbox, SandboxAccount


async def run_demo(settings: Settings, people: int) -> None:
    """Runs until SIGTERM or Ctrl-C. `people`: how many scripted citizens chat meanwhile."""
    files = read_files(settings.site)
    site = files.profile
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
    with store.writing() as work:
        seed_answers(work, site.languages[0], Clock(timedelta(0)).now())
    gateway = Gateway(settings, files, store)
    sandbox = Sandbox(
        [
            SandboxAccount(one.account.platform, one.account.id, one.account.secrets, f"{base}/hooks/{one.account.id}")
            for one in accounts
        ],
        title=title,
        links=gateway.console.demo_links(),
    )
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
