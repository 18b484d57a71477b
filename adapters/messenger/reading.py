"""A delivery of Meta, item by item. An item's kind is told by which key is in it; there is no type field."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.base import (
    Account,
    AccountNotice,
    DeliveryReport,
    Parsed,
    ReportStatus,
    Unrecognised,
    WebhookRequest,
)
from adapters.errors import Unreadable
from adapters.messenger.content import read_form, read_utterance
from adapters.payload import Fields, event_key, kind_word, moment_of, read_object
from conversation.events import (
    ChatOpened,
    ChoicePicked,
    ContactEvent,
    Event,
    Inbound,
    MessageEdited,
    MessageWithdrawn,
    OperatorHandedBack,
    OperatorTookOver,
    OperatorWrote,
    Reacted,
    TextReceived,
)
from conversation.ids import ContactId, ConversationKey, EventKey, OperatorId

GET_STARTED = "GET_STARTED"
REFERENCE_PREFIX = "outbox:"
_SECONDS_BELOW = 10**12  # some events count seconds where the others count milliseconds (integrators, 2022-26)
_BESIDE = {"sender", "recipient", "timestamp", "seq", "nlp", "prior_message", "tags", "hop_context", "is_guest_user"}
_UNUSED = {
    "account_linking",
    "app_roles",
    "checkout_update",
    "game_play",
    "messaging_feedback",
    "optin",
    "order",
    "payment",
    "pre_checkout",
    "request_thread_control",
    "response_feedback",
}


def read_delivery(request: WebhookRequest, account: Account, accounts: Sequence[Account]) -> list[Parsed]:
    """All items of all entries, in order. Raises `Unreadable`."""
    body = read_object(request.body)
    kind = body.text("object")
    if kind is None:
        raise Unreadable("body.object: what it is about is missing")
    if kind != "page":
        return [Unrecognised(account.id, kind_word(f"object.{kind}"))]
    if not isinstance(body.values.get("entry"), list):
        raise Unreadable("body.entry: a list is missing")
    # Only accounts of the same app: the signature proves nothing about the pages of another app.
    ours = [account, *(one for one in accounts if one.secret("APP_SECRET") == account.secret("APP_SECRET"))]
    return [
        parsed
        for entry in body.objects("entry")
        for lane in ("messaging", "standby")
        for item in entry.objects(lane)
        for parsed in _read_item(item, entry, ours, request.received_at, standby=lane == "standby")
    ]


def _read_item(
    item: Fields, entry: Fields, ours: Sequence[Account], at: datetime, *, standby: bool
) -> Iterator[Parsed]:
    sender, recipient = item.object("sender").identity("id"), item.object("recipient").identity("id")
    echo = item.object("message").flag("is_echo")
    page, person = (sender, recipient) if echo else (recipient, sender)
    page = page or entry.identity("id")
    account = next((one for one in ours if one.secret("PAGE_ID") == page), None)
    if account is None:
        return
    if "policy_enforcement" in item or "policy-enforcement" in item:
        policy = item.object("policy_enforcement") or item.object("policy-enforcement")
        yield AccountNotice(account.id, kind_word(f"policy_enforcement.{policy.text('action')}"), at)
        return
    kind = next((name for name in _READERS if name in item), None)
    if kind is None:
        unknown = next((name for name in item.values if name not in _BESIDE), "item")
        if unknown not in _UNUSED:
            yield Unrecognised(account.id, kind_word(unknown))
        return
    if person is None:
        if not (kind == "message" and item.object("message").text("admin_text")):
            yield Unrecognised(account.id, kind_word(f"{kind}.without_person"))
        return
    yield from _READERS[kind](_Item(item, account, ContactId(person), at, standby))


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of one person at one page of ours."""

    fields: Fields
    account: Account
    contact: ContactId
    at: datetime
    standby: bool

    @property
    def stamp(self) -> str:
        """The platform's time as it stood there, for keys."""
        return self.fields.identity("timestamp") or "0"

    @property
    def sent_at(self) -> datetime | None:
        count = self.fields.whole("timestamp") or 0
        return moment_of(count, 1 if count < _SECONDS_BELOW else 1000)

    @property
    def digest(self) -> str:
        """What tells the item from others when it has no id at all."""
        return hashlib.sha256(json.dumps(self.fields.values, sort_keys=True).encode()).hexdigest()[:32]

    def inbound(self, key: EventKey, event: Event, message_id: str | None = None, *, opens: bool = True) -> Inbound:
        place = ConversationKey(self.account.id, self.contact)
        return Inbound(place, key, event, message_id, self.sent_at, opens_window=opens)

    def said(self, key: EventKey, *events: ContactEvent, message_id: str | None = None) -> Iterator[Inbound]:
        """What the person did; on standby another app holds the thread, so the bot must be silent first.

        Meta docs, conversation routing, 2025: the owner gets `messaging`, all others `standby`.
        """
        if self.standby:
            operator = operator_of(None)
            yield self.inbound(event_key("standby", key), OperatorTookOver(self.at, operator), opens=False)
        for number, event in enumerate(events):
            yield self.inbound(event_key(key, number) if number else key, event, message_id)

    def report(self, status: ReportStatus, **named: object) -> DeliveryReport:
        return DeliveryReport(self.account.id, self.contact, status, self.at, **named)  # type: ignore[arg-type]


def operator_of(app_id: str | None) -> OperatorId:
    """Who answers in the page's own inbox: known by the app only."""
    return OperatorId(f"messenger:{app_id or 'inbox'}")


def _message(item: _Item) -> Iterator[Parsed]:
    message = item.fields.object("message")
    mid = message.identity("mid")
    if message.flag("is_echo"):
        yield from _echo(item, message, mid)
    elif mid is None and message.text("admin_text"):
        return  # Meta's own AI tells that it hands over (integrators, 2026): nobody said it
    elif message.flag("is_deleted") and mid is not None:
        key = event_key("withdrawn", mid, item.contact, item.stamp)
        yield item.inbound(key, MessageWithdrawn(item.at, mid), mid, opens=False)
    else:
        key = event_key("mid", mid) if mid else event_key("item", item.digest)
        yield from item.said(key, *read_utterance(message).events(item.at), message_id=mid)


def _echo(item: _Item, message: Fields, mid: str | None) -> Iterator[Parsed]:
    """Ours is told by our app id only. The inbox's id is printed with 14 and with 15 digits, and before v12 it had
    none: whatever is not ours is a person, or another app in a person's place.
    """
    app, said = message.identity("app_id"), read_utterance(message)
    if app == item.account.secret("APP_ID"):
        metadata = message.text("metadata") or ""
        reference = metadata.removeprefix(REFERENCE_PREFIX) if metadata.startswith(REFERENCE_PREFIX) else None
        yield item.report(ReportStatus.SENT, provider_id=mid, reference=reference, echo=True, text=said.text)
    else:
        wrote = OperatorWrote(item.at, operator_of(app), said.words, said.media, from_platform=True)
        key = event_key("mid", mid) if mid else event_key("item", item.digest)
        yield item.inbound(key, wrote, mid, opens=False)


def _postback(item: _Item) -> Iterator[Parsed]:
    """A button, the menu, Get Started. On standby the payload is left out, the title may be (Meta docs, 2026)."""
    postback = item.fields.object("postback")
    mid, payload, title = postback.identity("mid"), postback.identity("payload"), postback.text("title")
    key = event_key("mid", mid) if mid else event_key("postback", item.contact, item.stamp, payload)
    event: ContactEvent | None = None
    if payload == GET_STARTED:
        event = ChatOpened(item.at, explicit=True, referral=postback.object("referral").text("ref"))
    elif payload is not None:
        event = ChoicePicked(item.at, payload, title)
    elif title is not None:
        event = TextReceived(item.at, title)
    yield from item.said(key, *([event] if event else []), message_id=mid)


def _referral(item: _Item) -> Iterator[Parsed]:
    referral = item.fields.object("referral").text("ref")
    key = event_key("referral", item.contact, item.stamp, referral)
    yield from item.said(key, ChatOpened(item.at, referral=referral))


def _reaction(item: _Item) -> Iterator[Parsed]:
    reaction = item.fields.object("reaction")
    mid, action = reaction.identity("mid") or "", reaction.text("action")
    sign = None if action == "unreact" else reaction.text("emoji") or reaction.text("reaction")
    key = event_key("reaction", mid, item.contact, item.stamp, action)
    yield item.inbound(key, Reacted(item.at, mid, sign), opens=action != "unreact")


def _edit(item: _Item) -> Iterator[Parsed]:
    edit = item.fields.object("message_edit")
    mid = edit.identity("mid") or ""
    key = event_key("edit", mid, item.contact, item.stamp, edit.identity("num_edit"))
    yield item.inbound(key, MessageEdited(item.at, mid, edit.text("text") or ""), mid, opens=False)


def _form(item: _Item) -> Iterator[Parsed]:
    form = read_form(item.fields.object("messaging_customer_information"), item.at)
    yield from item.said(event_key("form", item.contact, item.digest), form)


def _delivery(item: _Item) -> Iterator[Parsed]:
    delivery = item.fields.object("delivery")
    for mid in delivery.texts("mids"):
        yield item.report(ReportStatus.DELIVERED, provider_id=mid)
    if (until := delivery.moment("watermark")) is not None:
        yield item.report(ReportStatus.DELIVERED, up_to=until)


def _read(item: _Item) -> Iterator[Parsed]:
    if (until := item.fields.object("read").moment("watermark")) is not None:
        yield item.report(ReportStatus.SEEN, up_to=until)


def _thread_control(item: _Item) -> Iterator[Parsed]:
    """Control was passed or taken. The bot may speak again only when the new owner is our app."""
    kind = "pass_thread_control" if "pass_thread_control" in item.fields else "take_thread_control"
    control = item.fields.object(kind)
    new, previous = control.identity("new_owner_app_id"), control.identity("previous_owner_app_id")
    event: Event = OperatorTookOver(item.at, operator_of(new))
    if new == item.account.secret("APP_ID"):
        event = OperatorHandedBack(item.at, operator_of(previous))
    yield item.inbound(event_key(kind, item.contact, item.stamp, new), event, opens=False)


_READERS = {
    "message": _message,
    "postback": _postback,
    "referral": _referral,
    "reaction": _reaction,
    "message_edit": _edit,
    "messaging_customer_information": _form,
    "delivery": _delivery,
    "read": _read,
    "pass_thread_control": _thread_control,
    "take_thread_control": _thread_control,
}
