"""The platforms' accounts: how they fare, how old their tokens are, what the platform says, and what to do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from adapters.base import Finding
from conversation.ids import AccountId
from ticket_store.deliveries import Fared, Hindered
from ticket_store.records import Credential, OutboxCount
from webhooks.console.layout import Layout, percent
from webhooks.console.parts import Parts
from webhooks.console.routing import LEADS, Route, Visit, get, post

_PERIOD = timedelta(days=1)
_STUCK = timedelta(minutes=2)
"""A message that was due so long ago should have gone."""
_FAILING = 0.05
_FORGED = 3
"""A webhook without our signature is noise; so many in a row mean that a secret is wrong."""
_SEED = "_SEED"
"""Ends the name under which the first token, as it was pasted, is remembered: it is never renewed."""
_REFRESH_LIVES = timedelta(days=90)
_REFRESH_OLD = timedelta(days=60)
"""Zalo's refresh token lives three months and each refresh brings a new one (as documented in 2026)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token the platform gave us, without its value."""

    name: str
    obtained_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountState:
    """`refused`: webhooks in a row without our signature. `advice`: names of sentences that tell what to do, the gravest
    first.
    """

    id: AccountId
    platform: str
    fared: Fared
    outbox: OutboxCount
    quarantined: int
    refused: int
    tokens: Sequence[Token]
    advice: Sequence[str]


class AccountsPage:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._store, self._channels, self._now = parts.store, parts.channels, parts.now
        self._inspect, self._refused, self._layout = parts.inspect, parts.refused_in_a_row, layout

    def routes(self) -> Sequence[Route]:
        return [get("/admin", LEADS, self.show), post("/admin/accounts/check", LEADS, self.check)]

    async def show(self, visit: Visit) -> web.Response:
        return await self._page(visit, {})

    async def check(self, visit: Visit) -> web.Response:
        """Asks one platform whether our credentials and our webhook are good; changes nothing."""
        account = AccountId(visit.text("account", 60))
        if account not in self._channels:
            raise web.HTTPNotFound
        findings = await self._inspect(account)
        if visit.partial:
            return self._layout.page(visit, "admin/findings.html", account=account, found=findings)
        return await self._page(visit, {account: findings})

    async def _page(self, visit: Visit, findings: Mapping[AccountId, Sequence[Finding]]) -> web.Response:
        return self._layout.page(
            visit,
            "admin/accounts.html",
            accounts=await asyncio.to_thread(self._load),
            findings=findings,
            percent=lambda ratio: percent(ratio, visit.language),
        )

    def _load(self) -> list[AccountState]:
        now = self._now()
        with self._store.reading() as work:
            fared, outbox = work.deliveries.fared(now - _PERIOD), work.outbox.counts()
            quarantined, hindered = work.quarantine.counts(), work.deliveries.hindered()
            tokens = {account: _in_use(work.credentials.load(account)) for account in self._channels}
        found = []
        for account, channel in self._channels.items():
            one, waiting = fared.get(account, Fared()), outbox.get(account, OutboxCount(0, 0, None))
            held, kept = tokens[account], quarantined.get(account, 0)
            refused = self._refused(account)
            advice = [
                *(["advice-refused"] if refused >= _FORGED else []),
                *_hindered_by(hindered.get(account, Hindered())),
                *_advice(one, waiting, kept, held, now),
            ]
            shown = [Token(name, token.obtained_at, token.expires_at) for name, token in sorted(held.items())]
            found.append(AccountState(account, channel.platform, one, waiting, kept, refused, shown, advice))
        return found


def _hindered_by(hindered: Hindered) -> list[str]:
    causes = (
        (hindered.unauthorised, "advice-unauthorised"),
        (hindered.failed, "advice-unreachable"),
        (hindered.throttled, "advice-throttled"),
    )
    return [advice for count, advice in causes if count]


def _in_use(stored: Mapping[str, Credential]) -> dict[str, Credential]:
    """Without what only remembers where a token came from."""
    return {name: token for name, token in stored.items() if not name.endswith(_SEED)}


def _advice(
    fared: Fared, outbox: OutboxCount, quarantined: int, tokens: Mapping[str, Credential], now: datetime
) -> list[str]:
    said = []
    if any(token.expires_at is not None and token.expires_at <= now for token in tokens.values()):
        said.append("advice-expired")
    if any("REFRESH" in name.upper() and now - token.obtained_at >= _REFRESH_OLD for name, token in tokens.items()):
        said.append("advice-old")
    if outbox.oldest_due_at is not None and now - outbox.oldest_due_at >= _STUCK:
        said.append("advice-stuck")
    if (fared.failing or 0) >= _FAILING:
        said.append("advice-failing")
    if quarantined:
        said.append("advice-quarantine")
    if not fared.received:
        said.append("advice-silent")
    return said
