"""Runs an adapter's registration or inspection, call by call."""

from collections.abc import Generator

from adapters.base import Account, Adapter, ApiCall, ApiReply, Finding, Menu, RegistersWebhook
from bots.client import Transport
from bots.errors import TransportFailed


def hook_url(public_url: str, account: Account) -> str:
    """The address the platform must call."""
    return f"{public_url}/hooks/{account.id}"


async def register(
    adapter: Adapter, account: Account, public_url: str, menu: Menu, transport: Transport
) -> list[Finding]:
    """The platform knows our address, menus and greeting; repeatable."""
    if not isinstance(adapter, RegistersWebhook):
        return [Finding("webhook", None, "this platform is set up in its own console", hook_url(public_url, account))]
    return await _run(adapter.registration(account, hook_url(public_url, account), menu), transport)


async def inspect(adapter: Adapter, account: Account, public_url: str | None, transport: Transport) -> list[Finding]:
    """What the platform says about the account; changes nothing."""
    if not isinstance(adapter, RegistersWebhook):
        return []
    url = hook_url(public_url, account) if public_url else None
    return await _run(adapter.inspection(account, url), transport)


async def _run(steps: Generator[ApiCall, ApiReply, list[Finding]], transport: Transport) -> list[Finding]:
    try:
        call = next(steps)
        while True:
            call = steps.send(await transport.perform(call))
    except StopIteration as done:
        findings: list[Finding] = done.value
        return findings
    except TransportFailed as failure:
        remedy = "check the network, BOT_<NAME>_API_BASE and the firewall"
        return [Finding("reachable", False, f"the platform does not answer ({failure})", remedy)]
