"""`tongdai replay`: quarantined webhooks again, after a fix."""

import asyncio

from bots.context import ready_store, settings_for, tell
from bots.errors import BadSettings, CommandFailed
from bots.site import read_files


def replay(identifier: str | None, *, every: bool) -> None:
    """What can be applied now is applied and marked done. Raises `CommandFailed` when something still cannot."""
    from bots.gateway import Gateway  # noqa: PLC0415

    if (identifier is None) == (not every):
        raise BadSettings(["name one quarantined webhook, or say --all"])
    settings = settings_for()
    files = read_files(settings.site)
    with ready_store(settings) as store:
        gateway = Gateway(settings, files, store, delivery=False)
        applied, left = asyncio.run(gateway.replay(identifier))
    tell(f"{applied} applied, {left} left")
    if left:
        raise CommandFailed("what is left needs another fix; its reason stands in the log of its arrival")
