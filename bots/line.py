"""The way out of one account, for all that is sent from it: replies, announcements, articles."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from adapters.base import Accepted, Account, Adapter, ApiCall, ApiReply, Failed, Outcome, Unauthorised
from bots.accounts import Accounts
from bots.client import Transport
from bots.errors import TransportFailed
from bots.tokens import TokenKeeper
from conversation.ids import AccountId
from ticket_store.changes import Changes
from ticket_store.writer import Writer

_Judged = TypeVar("_Judged")


@dataclass(frozen=True, slots=True)
class Line:
    """One account, how its platform is called, and where what came of it is kept."""

    account_id: AccountId
    accounts: Accounts
    transport: Transport
    tokens: TokenKeeper
    writer: Writer
    changes: Changes
    now: Callable[[], datetime]

    @property
    def account(self) -> Account:
        """With the secrets it has at this moment."""
        return self.accounts.account(self.account_id)

    @property
    def adapter(self) -> Adapter:
        return self.accounts.adapter(self.account_id)

    async def say(
        self,
        render: Callable[[Account], Sequence[ApiCall]],
        make: Callable[[ApiCall, int], Awaitable[Outcome]],
        done: int = 0,
    ) -> tuple[int, Outcome]:
        """Makes the calls that `render` gives, in order, from part `done` on, until one is not accepted: how many parts are
        done afterwards, and what the last one came to. With a token that the platform refuses and that could be renewed a
        part is tried once more.
        """
        await self.tokens.ensure(self.account_id)
        account = self.account
        calls, provider_id = render(account), None
        for part in range(done, len(calls)):
            outcome = await make(calls[part], part)
            if isinstance(outcome, Unauthorised) and await self.tokens.renew(self.account_id, account):
                account = self.account
                calls = render(account)
                outcome = await make(calls[part], part)
            if not isinstance(outcome, Accepted):
                return part, outcome
            provider_id = outcome.provider_id or provider_id
        return len(calls), Accepted(provider_id)

    async def call(self, call: ApiCall, judge: Callable[[str, ApiReply], _Judged]) -> _Judged | Failed:
        """One call, made now and judged; `Failed` when no answer came."""
        try:
            reply = await self.transport.perform(call)
        except TransportFailed as failure:
            return Failed(str(failure), maybe_delivered=failure.maybe_delivered)
        return judge(call.name, reply)
