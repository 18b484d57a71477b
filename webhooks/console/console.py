"""The whole console: its parts put together, its menu, its routes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from conversation.ids import AccountId
from conversation.profile import Channel, Profile
from ticket_store.changes import Changes
from ticket_store.engine import Store
from ticket_store.writer import Writer
from webhooks.console.assets import PATH, Assets
from webhooks.console.auth import Auth
from webhooks.console.guard import Guard
from webhooks.console.inbox import Inbox
from webhooks.console.layout import Layout
from webhooks.console.live import Live
from webhooks.console.routing import STAFF, NavItem, OpenRoute, Route, Section
from webhooks.signing import Signer

MENU: Sequence[NavItem] = (NavItem("inbox", "inbox", "/inbox", "inbox", STAFF, "i", count="inbox"),)
"""In this order. A section adds its own."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composition root hands in."""

    store: Store
    writer: Writer
    site: Profile
    channels: Mapping[AccountId, Channel]
    changes: Changes
    signer: Signer
    media_dir: Path
    now: Callable[[], datetime]


class Console:
    def __init__(self, parts: Parts) -> None:
        assets = Assets()
        self.layout = Layout(parts.site, assets, MENU, parts.now)
        self.guard = Guard(parts.store, parts.writer, self.layout, parts.signer, parts.now)
        self.auth = Auth(parts.store, parts.writer, self.layout, self.guard, parts.signer, parts.now)
        self.live = Live(parts.changes)
        self.inbox = Inbox(parts.store, parts.site, self.layout, self.live, parts.now)
        self._assets = assets
        self.sections: list[Section] = [self.auth, self.live, self.inbox]

    def declared(self) -> list[Route | OpenRoute]:
        """Every address of the console with who may call it."""
        return [route for section in self.sections for route in section.routes()]

    def mount(self, app: web.Application) -> None:
        """The console is part of the application."""
        self.layout.mount(app)
        self.live.mount(app)
        app.add_routes([web.get(f"{PATH}/{{name:.+}}", self._assets.serve)])
        for route in self.declared():
            app.add_routes([self.guard.open(route) if isinstance(route, OpenRoute) else self.guard.guarded(route)])
