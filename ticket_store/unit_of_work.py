"""One transaction and its parts. A part is made when it is first used."""

from collections.abc import Callable
from functools import cached_property

from sqlalchemy import Connection

from ticket_store.alerts import Alerts
from ticket_store.answers import Answers
from ticket_store.audit import Audit
from ticket_store.broadcast_answers import BroadcastAnswers
from ticket_store.broadcast_articles import BroadcastArticles
from ticket_store.broadcast_deliveries import BroadcastDeliveries
from ticket_store.broadcasts import Broadcasts
from ticket_store.conversations import Conversations
from ticket_store.credentials import Credentials
from ticket_store.crypto import KeyRing
from ticket_store.deliveries import Deliveries
from ticket_store.department_links import DepartmentLinks
from ticket_store.figures import TicketFigures
from ticket_store.identities import Identities
from ticket_store.inbox import Inbox
from ticket_store.leases import Leases
from ticket_store.log_ins import LogIns
from ticket_store.matter_news import MatterNewsList
from ticket_store.media import MediaFiles
from ticket_store.messages import Messages
from ticket_store.notices import Notices
from ticket_store.outbox import Outbox
from ticket_store.people import Operators, Tokens
from ticket_store.quarantine import Quarantine
from ticket_store.ready_answers import ReadyAnswers
from ticket_store.receipts import Receipts
from ticket_store.sessions import SecondFactors, Sessions
from ticket_store.site_revisions import SiteRevisions
from ticket_store.sql import Sql
from ticket_store.tickets import Tickets
from ticket_store.worklists import Worklists


class Work:
    """What may be done inside one transaction of the store."""

    def __init__(self, connection: Connection, keys: KeyRing, fold: Callable[[str], str]) -> None:
        self._connection, self._keys, self._fold = connection, keys, fold

    @cached_property
    def _sql(self) -> Sql:
        return Sql(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._sql)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self._connection, self._sql, self._keys, self.media)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self._connection, self._sql, self._keys, self.media)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._sql, self._keys, self.receipts)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self._sql, self._keys)

    @cached_property
    def media(self) -> MediaFiles:
        return MediaFiles(self._connection, self._sql, self._keys)

    @cached_property
    def tickets(self) -> Tickets:
        return Tickets(self._connection, self._sql, self._keys, self._fold, self.media)

    @cached_property
    def leases(self) -> Leases:
        return Leases(self._sql)

    @cached_property
    def credentials(self) -> Credentials:
        return Credentials(self._connection, self._keys)

    @cached_property
    def quarantine(self) -> Quarantine:
        return Quarantine(self._connection, self._keys)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self._connection)

    @cached_property
    def operators(self) -> Operators:
        return Operators(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self._connection)

    @cached_property
    def log_ins(self) -> LogIns:
        return LogIns(self._sql, self._keys)

    @cached_property
    def second_factors(self) -> SecondFactors:
        return SecondFactors(self._connection, self._keys)

    @cached_property
    def ready_answers(self) -> ReadyAnswers:
        return ReadyAnswers(self._connection)

    @cached_property
    def site_revisions(self) -> SiteRevisions:
        return SiteRevisions(self._connection, self._sql)

    @cached_property
    def worklists(self) -> Worklists:
        return Worklists(self._connection, self._keys, self.conversations)

    @cached_property
    def identities(self) -> Identities:
        return Identities(self._connection, self._sql, self._keys)

    @cached_property
    def alerts(self) -> Alerts:
        return Alerts(self._connection, self._sql)

    @cached_property
    def answers(self) -> Answers:
        return Answers(self._connection, self._sql, self._keys)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self._connection, self._sql)

    @cached_property
    def department_links(self) -> DepartmentLinks:
        return DepartmentLinks(self._connection)

    @cached_property
    def matter_news(self) -> MatterNewsList:
        return MatterNewsList(self._sql, self._keys)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self._sql)

    @cached_property
    def figures(self) -> TicketFigures:
        return TicketFigures(self._sql)

    @cached_property
    def broadcasts(self) -> Broadcasts:
        return Broadcasts(self._sql, self._keys)

    @cached_property
    def broadcast_articles(self) -> BroadcastArticles:
        return BroadcastArticles(self._sql)

    @cached_property
    def broadcast_deliveries(self) -> BroadcastDeliveries:
        return BroadcastDeliveries(self._sql, self._keys, self.outbox)

    @cached_property
    def broadcast_answers(self) -> BroadcastAnswers:
        return BroadcastAnswers(self._sql, self.broadcasts)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self._sql)
