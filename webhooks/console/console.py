"""The whole console: its parts put together, its menu, its routes."""

from collections.abc import Sequence

from aiohttp import web

from webhooks.console.account import Account
from webhooks.console.admin_accounts import AccountsPage
from webhooks.console.admin_audit import AuditPage
from webhooks.console.admin_people import People
from webhooks.console.admin_repairs import Repairs
from webhooks.console.admin_site import SitePage
from webhooks.console.announcement_writing import AnnouncementWriting
from webhooks.console.announcements import AnnouncementsPage
from webhooks.console.answers import Answers
from webhooks.console.assets import PATH, Assets
from webhooks.console.attachments import Attachments
from webhooks.console.auth import Auth
from webhooks.console.chat import Chat
from webhooks.console.counter import Counter
from webhooks.console.demo_login import PEOPLE, DemoLogin
from webhooks.console.department_page import DepartmentPage
from webhooks.console.figures import FiguresPage
from webhooks.console.guard import Guard
from webhooks.console.inbox import Inbox
from webhooks.console.layout import Layout
from webhooks.console.live import Live
from webhooks.console.parts import Parts
from webhooks.console.routing import EVERYBODY, LEADS, STAFF, NavItem, OpenRoute, Route, Section
from webhooks.console.site_editing import SiteEditing
from webhooks.console.texts import pick_language, say
from webhooks.console.ticket_list import TicketList
from webhooks.console.ticket_page import TicketPage

MENU: Sequence[NavItem] = (
    NavItem("inbox", "inbox", "/inbox", "inbox", STAFF, "i", count="inbox"),
    NavItem("tickets", "tickets", "/tickets", "tickets", EVERYBODY, "t"),
    NavItem("counter", "counter-menu", "/counter", "phone", STAFF, "c"),
    NavItem("announcements", "announcements", "/announcements", "broadcast", LEADS, "b"),
    NavItem("figures", "figures", "/figures", "figures", STAFF, "f"),
    NavItem("admin", "admin", "/admin", "admin", LEADS, "a"),
)
"""In this order. A section adds its own."""


class Console:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        assets = Assets()
        self.layout = Layout(parts.site, assets, MENU, parts.now)
        self.guard = Guard(parts.store, parts.writer, self.layout, parts.signer, parts.now)
        self.auth = Auth(parts.store, parts.writer, self.layout, self.guard, parts.signer, parts.now)
        self.live = Live(parts.changes, self.guard.who, parts.desk)
        self.inbox = Inbox(parts.store, parts.site, parts.channels, self.layout, self.live, parts.desk, parts.now)
        self.attachments = Attachments(parts.store, parts.signer, parts.media_dir, parts.now)
        self.chat = Chat(
            parts.store,
            parts.writer,
            parts.changes,
            parts.site,
            self.layout,
            self.live,
            self.inbox,
            self.attachments,
            parts.desk,
            parts.files,
            parts.capabilities,
            parts.now,
        )
        self._assets = assets
        self.sections: list[Section] = [
            self.auth,
            Account(parts.store, parts.writer, self.layout, parts.signer, parts.now),
            self.live,
            self.inbox,
            self.chat,
            self.attachments,
            Answers(parts, self.layout),
            TicketList(parts, self.layout, self.live),
            TicketPage(parts, self.layout, self.attachments, self.live),
            DepartmentPage(parts, self.layout, self.attachments),
            Counter(parts, self.layout),
            AnnouncementWriting(parts, self.layout),
            AnnouncementsPage(parts, self.layout, self.live, self.attachments),
            FiguresPage(parts, self.layout),
            AccountsPage(parts, self.layout),
            Repairs(parts, self.layout),
            People(parts, self.layout),
            AuditPage(parts, self.layout),
            SitePage(parts, self.layout),
            SiteEditing(parts, self.layout),
        ]

    def demo_links(self) -> list[tuple[str, str]]:
        """(label, address) of one-click log-ins; call it before `mount`, and in a demonstration only."""
        demo = DemoLogin(self._parts.writer, self.auth, self._parts.signer, self._parts.now)
        self.sections.append(demo)
        language = pick_language(self._parts.site.profile.languages[0])
        return [(say(language, f"demo-{role}"), demo.address(role)) for role in PEOPLE]

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
