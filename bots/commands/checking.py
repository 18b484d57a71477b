"""`tongdai doctor` and `tongdai register`."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict

from adapters.base import Finding, Menu
from bots.accounts import Accounts
from bots.careful import HttpxTransport
from bots.clock import Clock
from bots.context import print_json, settings_for, store_of
from bots.doctor import examine
from bots.errors import BadSettings, CommandFailed
from bots.registration import register
from bots.schema import prepare
from bots.settings import Settings
from bots.site import read_files
from conversation.errors import BadProfile
from conversation.ids import AccountId
from conversation.menu import platform_menu
from conversation.profile import Profile
from conversation.site import SiteFiles
from ticket_store.engine import Store

_SIGNS = {True: "ok ", False: "BAD", None: " ? "}


def doctor(*, as_json: bool) -> None:
    """Raises `CommandFailed` when anything is bad."""
    settings = settings_for()
    files = read_files(settings.site)
    store = store_of(settings)
    try:
        found = asyncio.run(_examine(settings, files, store))
    finally:
        store.close()
    if as_json:
        print_json([{"subject": subject, **asdict(finding)} for subject, finding in found])
    else:
        _print(found)
    bad = sum(finding.ok is False for _, finding in found)
    if bad:
        raise CommandFailed(f"{bad} thing(s) need attention")


async def _examine(settings: Settings, files: SiteFiles, store: Store) -> list[tuple[str, Finding]]:
    return [pair async for pair in examine(settings, files, store, Clock(settings.clock_offset).now())]


def register_accounts(names: Sequence[str]) -> None:
    """The named accounts, or all, know our address, menus and greeting. Raises `CommandFailed` when one does not."""
    settings = settings_for()
    if settings.public_url is None:
        raise BadSettings(["PUBLIC_URL is not set: the https address at which the platforms reach this server"])
    files = read_files(settings.site)
    unknown = sorted(set(names) - {one.account.id for one in settings.accounts})
    if unknown or not settings.accounts:
        known = ", ".join(one.account.id for one in settings.accounts) or "none"
        raise BadSettings([f"{', '.join(unknown) or 'BOT_<NAME>_…'} is no account; set up are: {known}"])
    accounts = Accounts([one for one in settings.accounts if not names or one.account.id in names])
    store = store_of(settings)
    prepare(store)
    greeting, entries = platform_menu(_edited(files, store))
    menu = Menu(greeting, tuple((entry.code, entry.label) for entry in entries))
    try:
        found = asyncio.run(_register(accounts, settings.public_url, menu, store))
    finally:
        store.close()
    _print(found)
    if any(finding.ok is False for _, finding in found):
        raise CommandFailed("not everything could be registered; correct it and run the command again")


def _edited(files: SiteFiles, store: Store) -> Profile:
    """The site as the server runs it. Raises `CommandFailed` when what the console changed does not hold any more."""
    try:
        with store.reading() as work:
            return files.edited(work.site_revisions.edits())
    except BadProfile as problem:
        raise CommandFailed(f"the console's edits of the site do not hold ({problem}); see tongdai doctor") from None


async def _register(accounts: Accounts, url: str, menu: Menu, store: Store) -> list[tuple[str, Finding]]:
    transport = HttpxTransport()
    found: list[tuple[str, Finding]] = []
    try:
        for account_id in accounts:
            _learn_tokens(accounts, account_id, store)
            account = accounts.account(account_id)
            findings = await register(accounts.adapter(account_id), account, url, menu, transport)
            found += [(account_id, finding) for finding in findings]
    finally:
        await transport.close()
    return found


def _learn_tokens(accounts: Accounts, account_id: AccountId, store: Store) -> None:
    with store.reading() as work:
        stored = work.credentials.load(account_id)
    accounts.learn(account_id, {name: credential.value for name, credential in stored.items()})


def _print(found: Sequence[tuple[str, Finding]]) -> None:
    for subject, finding in found:
        remedy = f"  → {finding.remedy}" if finding.remedy and finding.ok is not True else ""
        sys.stdout.write(f"{_SIGNS[finding.ok]} {subject:<12} {finding.check}: {finding.detail}{remedy}\n")
