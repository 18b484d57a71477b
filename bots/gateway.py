"""Puts the parts together and runs them: the one place that knows the listening and the calling half."""

import asyncio
import gc
import os
import secrets
import signal
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web

from adapters.base import Bubble, Finding, LoadsLater, Previews, SendsArticles, Unrecognised, WebhookRequest
from adapters.errors import AdapterError
from bots.accounts import Accounts
from bots.announcements import Announcements
from bots.announcing import Announcing
from bots.articles import ArticleSender
from bots.broadcaster import Broadcaster
from bots.careful import HttpxTransport
from bots.client import AiohttpTransport
from bots.clock import Clock
from bots.delivery import Sender
from bots.line import Line
from bots.media import MOST_FILE_BYTES, MediaFetcher, discard, keep_ours
from bots.notices import Notifier
from bots.pacing import BulkPacer
from bots.registration import inspect
from bots.settings import AccountSettings, Settings, is_loopback
from bots.tokens import TokenKeeper
from conversation.announcement import filled
from conversation.ids import AccountId, ContactId
from conversation.messages import Message
from conversation.profile import Channel
from conversation.site import SiteFiles
from ticket_store.engine import Store
from ticket_store.errors import StoreError
from ticket_store.neighbours import SharedChanges
from ticket_store.records import Quarantined
from ticket_store.writer import Writer
from webhooks.app import build_app
from webhooks.console.console import Console
from webhooks.console.parts import Parts
from webhooks.desk.clock import DeskClock
from webhooks.desk.desk import Desk
from webhooks.desk.files import Files
from webhooks.desk.tools import Tools
from webhooks.health import Health
from webhooks.intake import Intake
from webhooks.platforms import Hook, PlatformDoor
from webhooks.signing import Signer
from webhooks.site import Site
from webhooks.timers import Timers

log = structlog.get_logger("gateway")

_GC_THRESHOLD = 50_000
_NOBODY = ContactId("1")
"""To whom a preview is rendered: no call of it is made."""
_GRACE = 8.0
"""Seconds for what is on its way when the end is asked for; the contract allows ten."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What a demonstration mounts beside the gateway: routes, and work to start and to stop."""

    routes: Sequence[web.AbstractRouteDef] = ()
    start: Callable[[], Coroutine[Any, Any, None]] | None = None
    stop: Callable[[], Coroutine[Any, Any, None]] | None = None


def channels(accounts: Sequence[AccountSettings]) -> dict[Any, Channel]:
    """What the conversation may know of each account's platform."""
    return {
        one.account.id: Channel(
            platform=one.account.platform,
            name=one.account.platform.capitalize(),
            asks_phone=one.adapter.capabilities.asks_phone,
            asks_location=one.adapter.capabilities.asks_location,
            asks_form=one.adapter.capabilities.asks_form,
        )
        for one in accounts
    }


class Gateway:
    """One process of the gateway. `serve` runs until it is told to stop."""

    def __init__(
        self,
        settings: Settings,
        files: SiteFiles,
        store: Store,
        *,
        delivery: bool = True,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """`files`: the site's, over which the store may have edits; its tables are those of this version.
        `now`: another clock than the machine's, for tests and rehearsals; aware, UTC.
        """
        self._settings = settings
        self._store = store
        self._delivery = delivery
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        now = self._now = now or Clock(settings.clock_offset).now
        self.writer = Writer(store)
        self._changes = SharedChanges(store)
        self.site = Site(files, store, self._changes)
        self.site.load()
        self._accounts = Accounts(settings.accounts)
        self._transport = AiohttpTransport()
        self._careful = HttpxTransport()
        self._files = HttpxTransport(most_bytes=MOST_FILE_BYTES)
        self.intake = Intake(
            self.writer,
            self._changes,
            self.site,
            channels(settings.accounts),
            now,
            lambda digests: discard(settings.media_dir, digests),
        )
        self._door = PlatformDoor(self._hooks(), self.intake, self._transport.call_aside, now)
        self._tokens = TokenKeeper(self._accounts, self._careful, self.writer, self._owner, now)
        self._announcements = Announcements(store, self.writer, self._changes, self._accounts, now)
        self._loaded = asyncio.Event()
        self._senders: list[Sender | Broadcaster | ArticleSender] = []
        for one in self._accounts if delivery else ():
            self._senders += self._sending(one)
        self._media = MediaFetcher(self._accounts, self._files, self.writer, self._changes, settings.media_dir, now)
        signer = Signer(settings.secret_key, settings.secret_keys_old)
        tools = Tools(
            store=store,
            writer=self.writer,
            intake=self.intake,
            site=self.site,
            changes=self._changes,
            signer=signer,
            now=now,
            keep=lambda content: keep_ours(settings.media_dir, content),
            capabilities={one.account.id: one.adapter.capabilities for one in settings.accounts},
        )
        self.desk = Desk(tools)
        self.files = Files(tools, settings.media_dir, files_base(settings))
        self.timers = Timers(store, self.writer, self.intake, files.profile.retention.events, now, DeskClock(tools))
        self._health = Health(store, now)
        self._notifier = (
            Notifier(settings.notify, self._transport, self.writer, self._changes, self._owner, now)
            if settings.notify is not None and delivery
            else None
        )
        self.console = Console(
            Parts(
                store=store,
                writer=self.writer,
                site=self.site,
                channels=channels(settings.accounts),
                changes=self._changes,
                signer=signer,
                media_dir=settings.media_dir,
                now=now,
                desk=self.desk,
                files=self.files,
                capabilities={one.account.id: one.adapter.capabilities for one in settings.accounts},
                inspect=self._inspect,
                refused_in_a_row=self._door.refused_in_a_row,
                preview=self._preview,
                replay=self._apply_again,
            )
        )

    def _sending(self, account_id: AccountId) -> list[Sender | Broadcaster | ArticleSender]:
        """Replies and announcements of one account: they share its lease and its limits."""
        adapter = self._accounts.adapter(account_id)
        can, articles = adapter.capabilities, adapter.capabilities.articles
        pacer = BulkPacer(can.sends_per_second if self._accounts.paced(account_id) else None, can.sends_counted_over)
        line = Line(account_id, self._accounts, self._transport, self._tokens, self.writer, self._changes, self._now)
        sender = Sender(line, self._owner, pacer.spent)
        shared = Announcing(line, sender, pacer, self._announcements, self._addressed, self._is_quiet, self._filled)
        senders: list[Sender | Broadcaster | ArticleSender] = [sender, Broadcaster(shared)]
        if articles is not None and isinstance(adapter, SendsArticles):
            senders.append(ArticleSender(shared, adapter, articles))
        return senders

    def _addressed(self, message: Message) -> Message:
        """A method because the senders are made before the files' addresses."""
        return self.files.addressed(message)

    def _filled(self, message: Message, language: str | None, ward_code: str | None) -> Message:
        return filled(message, self.site.profile, language, ward_code)

    def _is_quiet(self, at: datetime) -> bool:
        quiet = self.site.profile.announcements.quiet
        return quiet is not None and quiet.until(at) is not None

    def _preview(self, account_id: AccountId, message: Message) -> list[Bubble]:
        adapter, account = self._accounts.adapter(account_id), self._accounts.account(account_id)
        calls = adapter.render(self._addressed(message), _NOBODY, account, "")
        return [adapter.bubble(call) for call in calls] if isinstance(adapter, Previews) else []

    def _hooks(self) -> dict[Any, Hook]:
        accounts = self._accounts

        def hook(account_id: Any) -> Hook:  # noqa: ANN401 - AccountId, bound here so that each hook keeps its own
            platform = accounts.account(account_id).platform
            return Hook(
                account=lambda: accounts.account(account_id),
                accounts=lambda: accounts.of_platform(platform),
                adapter=accounts.adapter(account_id),
            )

        return {account_id: hook(account_id) for account_id in accounts}

    def app(self, extra: Extra) -> web.Application:
        return build_app(self._door, self._health, self.desk, self.files, self.console, extra.routes)

    async def serve(
        self, listener: socket.socket, extra: Extra | None = None, stop: asyncio.Event | None = None
    ) -> None:
        """Listens on `listener` until SIGTERM, SIGINT or `stop`; then finishes what it holds."""
        extra = extra or Extra()
        stop = stop or asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError):  # not the main thread: whoever runs us sets `stop`
                loop.add_signal_handler(number, stop.set)
        runner = web.AppRunner(self.app(extra), access_log=None, shutdown_timeout=_GRACE)
        await runner.setup()
        door = web.SockSite(runner, listener)
        await door.start()
        host, port = listener.getsockname()[:2]
        log.info("listening", address=f"http://{host}:{port}", accounts=list(self._accounts), delivery=self._delivery)
        tasks = [asyncio.create_task(self._keep_running(work), name=name) for name, work in self._work()]
        try:
            if extra.start is not None:
                await extra.start()
            await stop.wait()
            log.info("stopping")
        finally:
            await door.stop()
            if extra.stop is not None:
                await extra.stop()
            await runner.cleanup()
            await self._finish(tasks)
        log.info("stopped")

    async def replay(self, identifier: str | None) -> tuple[int, int]:
        """Quarantined webhooks are applied again: (how many could be, how many not). `identifier` None: all open ones."""
        applied = left = 0
        try:
            for one in await asyncio.to_thread(self._quarantined, identifier):
                if await self._apply_again(one):
                    applied += 1
                else:
                    left += 1
        finally:
            await self.writer.close()
        return applied, left

    async def _inspect(self, account_id: AccountId) -> list[Finding]:
        """What the platform says of the account, with the tokens that are in use; changes nothing."""
        return await inspect(
            self._accounts.adapter(account_id),
            self._accounts.account(account_id),
            self._settings.public_url,
            self._careful,
        )

    def _quarantined(self, identifier: str | None) -> list[str]:
        with self._store.reading() as work:
            if identifier is not None:
                return [identifier]
            found: list[str] = []
            after: str | None = None
            while True:
                page = work.quarantine.page(limit=200, after=after)
                found += [one.id for one in page if one.done_at is None]
                after = page.next
                if after is None:
                    return found

    async def _apply_again(self, identifier: str) -> bool:
        def load() -> Quarantined | None:
            with self._store.reading() as work:
                return work.quarantine.load(identifier)

        kept = await asyncio.to_thread(load)
        if kept is None or kept.account not in set(self._accounts):
            log.error("nothing to replay", quarantined=identifier, known=kept is not None)
            return False
        adapter, account = self._accounts.adapter(kept.account), self._accounts.account(kept.account)
        request = WebhookRequest(kept.method, kept.query, kept.headers, kept.body, kept.at)
        if isinstance(adapter, LoadsLater) and not adapter.loaded:
            await self._door.load(adapter)
        try:
            items = adapter.parse(request, account, self._accounts.of_platform(account.platform))
            taken = await self.intake.take(items)
        except (AdapterError, StoreError) as error:
            log.error("still cannot be applied", quarantined=identifier, reason=type(error).__name__)
            return False
        if taken.set_aside or any(isinstance(item, Unrecognised) for item in items):
            return False
        await self.writer.write(lambda work: work.quarantine.done(identifier, self._now()))
        return True

    def _work(self) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        work: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = [
            (f"send-{number}", sender.run if isinstance(sender, Sender) else self._after_loading(sender))
            for number, sender in enumerate(self._senders)
        ]
        work += [("timers", self.timers.run), ("neighbours", self._changes.run), ("site", self.site.run)]
        if self._delivery:
            work += [("tokens", self._tokens.run), ("media", self._media.run)]
            work.append(("announcements", self._announcements.run))
        if self._notifier is not None:
            work.append(("notices", self._notifier.run))
        work.append(("load", self._load_late))
        return work

    def _after_loading(self, broadcaster: Broadcaster | ArticleSender) -> Callable[[], Coroutine[Any, Any, None]]:
        """Imports hold everything up, and calls held up would reach the platform in a bunch: replies risk it."""

        async def run() -> None:
            await self._loaded.wait()
            await broadcaster.run()

        return run

    async def _load_late(self) -> None:
        """What is heavy is imported now that the server listens."""
        for account_id in self._accounts:
            adapter = self._accounts.adapter(account_id)
            if isinstance(adapter, LoadsLater) and not adapter.loaded:
                await self._door.load(adapter)
                log.info("adapter loaded", account=account_id)
        # what is loaded by now stays: the collector need not look at it again (-11 % CPU, a third of the p99, 2026)
        gc.collect()
        gc.freeze()
        gc.set_threshold(_GC_THRESHOLD, 20, 20)
        self._loaded.set()

    async def _keep_running(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Work that breaks is logged and started again, later each time."""
        wait = 0.5
        while True:
            try:
                await work()
            except Exception:
                log.exception("background work broke", work=work.__qualname__, again_in=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
            else:
                return

    async def _finish(self, tasks: list[asyncio.Task[None]]) -> None:
        for sender in self._senders:
            sender.stop()
        sending = [task for task in tasks if task.get_name().startswith("send-")]
        if sending:
            await asyncio.wait(sending, timeout=_GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.writer.close()
        await self._transport.close()
        await self._careful.close()
        await self._files.close()
        self._store.close()


def files_base(settings: Settings) -> str:
    """Where the platforms fetch our files: the public address; simulated platforms here, from here; else nowhere."""
    if settings.public_url:
        return settings.public_url
    near = all(is_loopback(one.account.api_base) for one in settings.accounts)
    return f"http://{settings.host}:{settings.port}" if near else ""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; `port` 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
