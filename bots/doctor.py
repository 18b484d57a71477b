"""Checks what an installation needs, one finding a thing."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from adapters.base import Finding, RefreshesTokens
from bots.accounts import Accounts
from bots.careful import HttpxTransport
from bots.registration import inspect
from bots.settings import Settings
from conversation.errors import BadProfile
from conversation.ids import AccountId
from conversation.site import SiteFiles
from ticket_store.engine import Store
from ticket_store.errors import StoreError
from ticket_store.records import Schema

_GRANT_LIVES = timedelta(days=90)
_WARN_AFTER = timedelta(days=60)
"""Zalo's refresh token lives three months (2026); each refresh gives a new one, so an old one means nobody refreshes."""


async def examine(
    settings: Settings, files: SiteFiles, store: Store, now: datetime
) -> AsyncIterator[tuple[str, Finding]]:
    """(subject, finding) pairs: the database, the site, then every account."""
    for finding in _database(store):
        yield "database", finding
    yield "site", _edits(files, store)
    accounts = Accounts(settings.accounts)
    if not settings.accounts:
        yield "settings", Finding("accounts", False, "no account is set up", "set BOT_<NAME>_… as in .env.example")
    if settings.public_url is None:
        yield (
            "settings",
            Finding("PUBLIC_URL", False, "is not set", "set the https address at which platforms reach us"),
        )
    transport = HttpxTransport()
    try:
        for account_id in accounts:
            for finding in _tokens(accounts, account_id, store, now):
                yield account_id, finding
            found = await inspect(
                accounts.adapter(account_id), accounts.account(account_id), settings.public_url, transport
            )
            for finding in found:
                yield account_id, finding
    finally:
        await transport.close()


def _database(store: Store) -> list[Finding]:
    try:
        schema = store.schema()
    except StoreError as error:
        return [Finding("reachable", False, f"no answer ({type(error).__name__})", "check DATABASE_URL and its server")]
    findings = [Finding("reachable", True, "answers")]
    if schema is Schema.CURRENT:
        findings.append(Finding("migrations", True, "fits this version"))
    elif schema is Schema.EMPTY:
        findings.append(Finding("migrations", True, "empty; the first start sets it up"))
    else:
        findings.append(Finding("migrations", False, f"is {schema.value}", "run: tongdai db upgrade"))
    return findings


def _edits(files: SiteFiles, store: Store) -> Finding:
    """How much of the site the console changed, and whether it still holds over the files."""
    try:
        with store.reading() as work:
            edits = work.site_revisions.edits() if store.schema() is Schema.CURRENT else {}
        files.edited(edits)
    except StoreError as error:
        return Finding("edits", None, f"cannot be read ({type(error).__name__})", "see the database's line")
    except BadProfile as problem:
        detail = f"none of {len(edits)} edit(s) counts, the files do: {problem.key}: {problem.reason}"
        return Finding("edits", False, detail, "take that edit back in the console, at /console/admin/site/history")
    return Finding("edits", True, f"{len(edits)} edit(s) of the console lie over the files")


def _tokens(accounts: Accounts, account_id: AccountId, store: Store, now: datetime) -> list[Finding]:
    """Learns stored tokens, so that the inspection uses them, and tells their age."""
    adapter = accounts.adapter(account_id)
    if not isinstance(adapter, RefreshesTokens):
        return []
    access, refresh = adapter.token_names
    try:
        with store.reading() as work:
            stored = work.credentials.load(account_id)
    except StoreError as error:
        return [Finding("token", None, f"cannot be read ({type(error).__name__})", "see the database's line")]
    accounts.learn(account_id, {name: stored[name].value for name in (access, refresh) if name in stored})
    account = accounts.account(account_id)
    if not account.secret(refresh):
        return [
            Finding("token", False, "there is no refresh token", f"paste one as BOT_{account_id.upper()}_{refresh}")
        ]
    if access not in stored or refresh not in stored:
        return [Finding("token", True, "the pasted refresh token will be used at the first start")]
    age = now - stored[refresh].obtained_at
    detail = f"refresh token is {age.days} day(s) old of {_GRANT_LIVES.days}"
    if age >= _WARN_AFTER:
        return [Finding("token", False, detail, "start tongdai serve: it refreshes; else authorise the account again")]
    return [Finding("token", True, detail)]
