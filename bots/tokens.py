"""Keeps access tokens alive. Zalo's refresh tokens work once (2026), so one process refreshes at a time, by a lease
that outlives the call; the new pair is stored before anybody uses it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from adapters.base import Account, Failed, RefreshesTokens, Tokens, Unauthorised
from bots.accounts import Accounts
from bots.client import Transport
from bots.errors import TransportFailed
from conversation.ids import AccountId
from ticket_store.errors import StoreError
from ticket_store.records import Credential
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer

log = structlog.get_logger("tokens")

_LEASE = timedelta(seconds=30)
"""Longer than a refresh call may take (10 s), so that nobody spends the same refresh token beside us."""
_LOOK_EVERY = 20.0
_WAIT_FOR_OTHER = 0.25
_WAITS_FOR_OTHER = 60
SEED = "REFRESH_TOKEN_SEED"
"""Which refresh token of the settings was used last: a newly pasted one is tried when the stored grant is dead."""


class TokenKeeper:
    """Refreshes before expiry and on demand. Accounts whose tokens do not expire are left alone."""

    def __init__(
        self, accounts: Accounts, transport: Transport, writer: Writer, owner: str, now: Callable[[], datetime]
    ) -> None:
        self._accounts = accounts
        self._transport = transport
        self._writer = writer
        self._owner = owner
        self._now = now
        pairs = ((one, accounts.adapter(one)) for one in accounts)
        self._refreshing = {one: adapter for one, adapter in pairs if isinstance(adapter, RefreshesTokens)}
        self._expires: dict[AccountId, datetime] = {}
        self._locks: defaultdict[AccountId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def run(self) -> None:
        """Looks after all tokens until cancelled."""
        while True:
            for account_id, adapter in self._refreshing.items():
                try:
                    await self._look_after(account_id, adapter)
                except StoreError as error:
                    log.error("tokens cannot be read", account=account_id, reason=type(error).__name__)
            await asyncio.sleep(_LOOK_EVERY)

    async def _look_after(self, account_id: AccountId, adapter: RefreshesTokens) -> None:
        await self._learn(account_id, adapter)
        expires = self._expires.get(account_id)
        if expires is None or expires - self._now() <= adapter.refresh_margin:
            await self.renew(account_id, self._accounts.account(account_id))

    async def ensure(self, account_id: AccountId) -> None:
        """There is an access token, unless none can be had: the first message after the first start waits for it."""
        adapter = self._refreshing.get(account_id)
        if adapter is not None:
            account = self._accounts.account(account_id)
            if not account.secret(adapter.token_names[0]):
                await self.renew(account_id, account)

    async def renew(self, account_id: AccountId, stale: Account) -> bool:
        """Whether there is another access token than `stale` holds. Refreshes unless somebody did meanwhile."""
        adapter = self._refreshing.get(account_id)
        if adapter is None:
            return False
        access, _ = adapter.token_names
        async with self._locks[account_id]:
            if self._accounts.account(account_id).secret(access) != stale.secret(access):
                return True
            for _ in range(_WAITS_FOR_OTHER):
                await self._learn(account_id, adapter)
                if self._accounts.account(account_id).secret(access) != stale.secret(access):
                    return True
                if await self._writer.write(lambda work: self._take_lease(work, account_id)):
                    break
                await asyncio.sleep(_WAIT_FOR_OTHER)
            else:
                return False
            try:
                # again, inside the lease: the former holder may have stored its pair just before giving it back
                await self._learn(account_id, adapter)
                if self._accounts.account(account_id).secret(access) != stale.secret(access):
                    return True
                return await self._refresh(account_id, adapter)
            finally:
                await self._writer.write(lambda work: work.leases.release(f"refresh:{account_id}", self._owner))

    def _take_lease(self, work: Work, account_id: AccountId) -> bool:
        return work.leases.take(f"refresh:{account_id}", self._owner, self._now(), _LEASE) is not None

    async def _learn(self, account_id: AccountId, adapter: RefreshesTokens) -> None:
        """What the database knows, which another process may have refreshed."""
        stored = await self._writer.write(lambda work: work.credentials.load(account_id))
        access, refresh = adapter.token_names
        known = {name: stored[name].value for name in (access, refresh) if name in stored}
        if known:
            self._accounts.learn(account_id, known)
        if access in stored and (expires := stored[access].expires_at) is not None:
            self._expires[account_id] = expires

    async def _refresh(self, account_id: AccountId, adapter: RefreshesTokens) -> bool:
        for account in await self._candidates(account_id, adapter):
            try:
                answer = adapter.read_tokens(await self._transport.perform(adapter.refresh_call(account)))
            except TransportFailed as failure:
                answer = Failed(str(failure), maybe_delivered=failure.maybe_delivered)
            match answer:
                case Tokens():
                    await self._store(account_id, adapter, account, answer)
                    return True
                case Failed(detail):
                    log.error("token refresh failed", account=account_id, detail=detail)
                    return False
                case Unauthorised(detail):
                    log.error("the platform refuses our refresh token", account=account_id, detail=detail)
        log.error("the account must be authorised again, see docs/how-to", account=account_id)
        return False

    async def _candidates(self, account_id: AccountId, adapter: RefreshesTokens) -> list[Account]:
        """The account with the stored refresh token, then with a newly pasted one of the settings."""
        _, refresh = adapter.token_names
        stored = await self._writer.write(lambda work: work.credentials.load(account_id))
        account = self._accounts.account(account_id)
        pasted = self._accounts.configured(account_id)
        candidates = [account] if account.secret(refresh) else []
        seed = stored[SEED].value if SEED in stored else ""
        if pasted.secret(refresh) not in {"", seed, account.secret(refresh)}:
            candidates.append(pasted)
        return candidates

    async def _store(self, account_id: AccountId, adapter: RefreshesTokens, used: Account, tokens: Tokens) -> None:
        now = self._now()
        access, refresh = adapter.token_names
        pair = {
            access: Credential(tokens.access_token, now, now + tokens.expires_in),
            refresh: Credential(tokens.refresh_token, now, None),
        }
        pasted = self._accounts.configured(account_id).secret(refresh)
        if used.secret(refresh) == pasted:
            pair[SEED] = Credential(pasted, now, None)
        await self._writer.write(lambda work: work.credentials.put(account_id, pair, now))
        self._accounts.learn(account_id, {access: tokens.access_token, refresh: tokens.refresh_token})
        self._expires[account_id] = now + tokens.expires_in
        log.info("token refreshed", account=account_id, expires_in=tokens.expires_in.total_seconds())
