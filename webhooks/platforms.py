"""`/hooks/<account>`: the platforms' door. Nothing passes that the platform did not sign."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from aiohttp import web

from adapters.base import Account, Adapter, ApiCall, ConfirmsPress, LoadsLater, Parsed, WebhookRequest
from adapters.errors import AdapterError, BadSignature, Unreadable
from conversation.ids import AccountId
from ticket_store.errors import StoreError
from webhooks.errors import IntakeFull
from webhooks.intake import Intake, wants_inline_welcome
from webhooks.limits import body_of
from webhooks.metrics import REFUSED

log = structlog.get_logger("hooks")

_RETRY_AFTER = {"Retry-After": "5"}
_ALARM_AFTER_REFUSALS = 5


@dataclass(frozen=True, slots=True)
class Hook:
    """One account's door. `account` gives the account as it is now (tokens change), `accounts` all of its platform."""

    account: Callable[[], Account]
    accounts: Callable[[], Sequence[Account]]
    adapter: Adapter
    # asked once: a run-time protocol check costs more than parsing a message (Python 3.11, measured in 2026)
    loads_later: LoadsLater | None = field(init=False)
    confirms_press: ConfirmsPress | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "loads_later", self.adapter if isinstance(self.adapter, LoadsLater) else None)
        object.__setattr__(self, "confirms_press", self.adapter if isinstance(self.adapter, ConfirmsPress) else None)


class PlatformDoor:
    """Verifies, parses, hands over, answers.

    `call` sends what a button press wants at once (Telegram's waiting sign), best effort, without waiting for it.
    """

    def __init__(
        self,
        hooks: Mapping[AccountId, Hook],
        intake: Intake,
        call: Callable[[AccountId, Sequence[ApiCall]], None],
        now: Callable[[], datetime],
    ) -> None:
        self._hooks = hooks
        self._intake = intake
        self._call = call
        self._now = now
        self._refusals: dict[AccountId, int] = {}
        self._loading: dict[int, asyncio.Task[None]] = {}

    async def handle(self, request: web.Request) -> web.Response:
        """The status the contract names; see `docs/reference.md`."""
        account_id = AccountId(request.match_info["account"])
        hook = self._hooks.get(account_id)
        if hook is None:
            return web.Response(status=404, text="no such account")
        if request.method not in {"GET", "POST"}:
            return web.Response(status=405, headers={"Allow": "GET, POST"})
        body = await body_of(request)
        hooked = WebhookRequest(
            method=request.method,
            query=dict(request.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            received_at=self._now(),
        )
        account = hook.account()
        try:
            hook.adapter.verify(hooked, account)
        except BadSignature as refusal:
            return self._refuse(account_id, refusal)
        self._refusals.pop(account_id, None)
        late = hook.loads_later
        if late is not None and not late.loaded and late.needs_load(hooked):
            await self.load(late)
        return await self._take(hook, account, hooked)

    def refused_in_a_row(self, account_id: AccountId) -> int:
        """How many webhooks of the account, the last ones that this process was sent, were not signed with our secret."""
        return self._refusals.get(account_id, 0)

    def _refuse(self, account_id: AccountId, refusal: BadSignature) -> web.Response:
        REFUSED.labels(account_id).inc()
        count = self._refusals[account_id] = self._refusals.get(account_id, 0) + 1
        # one forger is noise; a row of refusals may be our own wrong secret, and ends with a disabled webhook
        tell = log.error if count % _ALARM_AFTER_REFUSALS == 0 else log.info
        tell("webhook refused", account=account_id, reason=str(refusal), in_a_row=count)
        return web.Response(status=403 if refusal.handshake else 401, text="not signed by the platform")

    async def _take(self, hook: Hook, account: Account, hooked: WebhookRequest) -> web.Response:
        try:
            items: Sequence[Parsed] = hook.adapter.parse(hooked, account, hook.accounts())
        except Unreadable as unreadable:
            log.error("webhook quarantined", account=account.id, reason=str(unreadable))
            return await self._keep(account, str(unreadable), hooked)
        except AdapterError as error:
            log.error("webhook quarantined", account=account.id, reason=type(error).__name__)
            return await self._keep(account, type(error).__name__, hooked)
        silent = False
        if items:
            try:
                silent = (await self._intake.take(items, hooked)).silent
            except (IntakeFull, StoreError) as error:
                log.error("event not kept", account=account.id, reason=type(error).__name__)
                return web.Response(status=503, headers=_RETRY_AFTER, text="busy, come back")
        if hook.confirms_press is not None and (calls := hook.confirms_press.press_answer(hooked, account)):
            self._call(account.id, calls)
        # a repeated opening gets the same words again although the conversation has not moved
        wanted = not silent and any(wants_inline_welcome(item) for item in items)
        welcome = self._intake.welcome(account.id) if wanted else None
        reply = hook.adapter.acknowledge(hooked, account, welcome)
        return web.Response(status=reply.status, body=reply.body, headers={"Content-Type": reply.content_type})

    async def load(self, adapter: LoadsLater) -> None:
        """The adapter's heavy imports are done; they run once, in a thread, whoever asks first."""
        task = self._loading.get(id(adapter))
        if task is None:
            task = self._loading[id(adapter)] = asyncio.create_task(
                asyncio.to_thread(adapter.load), name="load-adapter"
            )
        await asyncio.shield(task)

    async def _keep(self, account: Account, reason: str, hooked: WebhookRequest) -> web.Response:
        try:
            await self._intake.quarantine(account.id, reason, hooked)
        except StoreError as error:
            log.error("webhook not kept", account=account.id, reason=type(error).__name__)
            return web.Response(status=503, headers=_RETRY_AFTER, text="busy, come back")
        return web.Response(text="kept")
