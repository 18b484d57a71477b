"""The accounts as they are now: settings plus what was learnt since (refreshed tokens)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from adapters.base import Account, Adapter
from bots.settings import AccountSettings
from conversation.ids import AccountId, PlatformName


class Accounts:
    """Looks up accounts and their adapters. `learn` replaces secrets; who asks afterwards gets the new ones."""

    def __init__(self, settings: Sequence[AccountSettings]) -> None:
        self._settings = {one.account.id: one for one in settings}
        self._current = {one.account.id: one.account for one in settings}

    def __iter__(self) -> Iterator[AccountId]:
        return iter(self._current)

    def __len__(self) -> int:
        return len(self._current)

    def account(self, account_id: AccountId) -> Account:
        return self._current[account_id]

    def configured(self, account_id: AccountId) -> Account:
        """The account as the settings give it, without what was learnt."""
        return self._settings[account_id].account

    def adapter(self, account_id: AccountId) -> Adapter:
        return self._settings[account_id].adapter

    def paced(self, account_id: AccountId) -> bool:
        return self._settings[account_id].paced

    def of_platform(self, platform: PlatformName) -> list[Account]:
        return [account for account in self._current.values() if account.platform == platform]

    def learn(self, account_id: AccountId, secrets: Mapping[str, str]) -> None:
        account = self._current[account_id]
        self._current[account_id] = replace(account, secrets={**account.secrets, **secrets})
