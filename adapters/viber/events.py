"""Viber's callbacks as our events. One event in each, told by `event`; `message_token` is kept as decimal text.

Viber REST bot API docs as transcribed 2026.
"""

from dataclasses import dataclass
from hashlib import sha256

from adapters.base import Account, DeliveryReport, Parsed, ReportStatus, Unrecognised, WebhookRequest
from adapters.errors import Unreadable
from adapters.payload import Fields, event_key, kind_word, read_object
from adapters.viber.contents import content_of, is_opened_address
from conversation.events import ChatClosed, ChatOpened, ContactEvent, Inbound
from conversation.ids import ContactId, ConversationKey, EventKey

# `webhook` is the probe while set_webhook is pending; the two others are listed by Viber and documented nowhere.
_UNUSED = {"webhook", "action", "client_status"}
_RECEIPTS = {"delivered": ReportStatus.DELIVERED, "seen": ReportStatus.SEEN, "failed": ReportStatus.FAILED}
_PLACEHOLDER_NAME = "Subscriber"  # of a person who forbids content personalisation


@dataclass(frozen=True, slots=True)
class _Callback:
    """One callback and whose it is."""

    name: str
    body: Fields
    request: WebhookRequest
    account: Account

    def inbound(self, event: ContactEvent, who: Fields, id_name: str = "id", *, opens_window: bool = True) -> Inbound:
        token = self.body.identity("message_token")
        name = who.text("name")
        return Inbound(
            ConversationKey(self.account.id, ContactId(who.need_identity(id_name))),
            self._key(token),
            event,
            message_id=token,
            sent_at=self.body.moment("timestamp"),
            profile_name=None if name == _PLACEHOLDER_NAME else name,
            language=who.text("language"),
            opens_window=opens_window,
        )

    def _key(self, token: str | None) -> EventKey:
        """Redeliveries repeat the token. Without one the bytes themselves are the key."""
        return event_key(self.name, token) if token else EventKey(sha256(self.request.body).hexdigest())

    def receipt(self, status: ReportStatus) -> DeliveryReport:
        """About a message of ours; `delivered` comes once for each device. `desc` may quote us: it is not passed on."""
        return DeliveryReport(
            self.account.id,
            ContactId(self.body.need_identity("user_id")),
            status,
            self.request.received_at,
            provider_id=self.body.need_identity("message_token"),
            detail="refused by the person's app" if status is ReportStatus.FAILED else None,
        )


def parse(request: WebhookRequest, account: Account) -> list[Parsed]:
    """The event. Raises `Unreadable` for what has no name or no person."""
    body = read_object(request.body)
    name = body.text("event")
    if name is None:
        raise Unreadable(f"{body.path}.event: a name is missing")
    return _read(_Callback(name, body, request, account))


def _read(callback: _Callback) -> list[Parsed]:
    body, at = callback.body, callback.request.received_at
    match callback.name:
        case name if name in _UNUSED:
            return []
        case name if name in _RECEIPTS:
            return [callback.receipt(_RECEIPTS[name])]
        case "message" if is_opened_address(body.object("message")):
            return []
        case "message":
            return [callback.inbound(content_of(body.object("message"), at), body.object("sender"))]
        case "subscribed":
            return [callback.inbound(ChatOpened(at, explicit=True), body.object("user"))]
        case "conversation_started":
            opened = ChatOpened(at, answered_inline=is_unsubscribed_opening(body), referral=body.text("context"))
            return [callback.inbound(opened, body.object("user"), opens_window=False)]
        case "unsubscribed":
            return [callback.inbound(ChatClosed(at), body, "user_id", opens_window=False)]
        case name:
            return [Unrecognised(callback.account.id, kind_word(name))]


def is_unsubscribed_opening(body: Fields) -> bool:
    """A chat opened by somebody who is not subscribed: only the answer to this very callback can reach them."""
    return body.text("event") == "conversation_started" and not body.flag("subscribed")
