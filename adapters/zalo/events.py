"""Zalo's webhook events as ours. The `user_` prefix does not mean that the sender is the user: receipts are about ours.

Events of section "Webhook" of the OA docs as transcribed 2026.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from adapters.base import Account, DeliveryReport, Parsed, ReportStatus, Unrecognised, WebhookRequest
from adapters.errors import Unreadable
from adapters.payload import Fields, event_key, kind_word, read_object
from adapters.zalo.contacts import anonymous_contact, user_contact
from adapters.zalo.contents import content_of, media_of
from adapters.zalo.signature import is_address_check
from conversation.events import ChatClosed, ChatOpened, Event, FormSubmitted, Inbound, OperatorWrote, Reacted
from conversation.ids import ContactId, ConversationKey, EventKey, OperatorId

# Known and of no use to a hotline: tags, groups, calls, website widget, template products, shop.
_UNUSED = re.compile(
    r"add_user_to_tag|remove_user_from_tag|remove_tag|update_user_info|oa_reacted_message"
    r"|widget_interaction_accepted|widget_failed_to_sync_user_external_id"
    r"|oa_send_consent|user_reply_consent|user_call_oa|oa_call_user"
    r"|create_group|delete_group|update_group_info|user_join_group|user_out_group|user_request_join_group"
    r"|accept_request_join_group|reject_request_join_group|add_group_admin|remove_group_admin"
    r"|user_send_group_.*|oa_send_group_.*"
    r"|user_feedback|change_template_status|change_template_quality|change_oa_daily_quota"
    r"|user_click_response_button|event_journey_.*|extension_purchased"
)
_PLAUSIBLE_SINCE = 2010  # the OA platform is younger; the docs' samples of 1974 are no times


@dataclass(frozen=True, slots=True)
class _Item:
    """One event, with whom it is about and which account of ours it belongs to."""

    name: str
    body: Fields
    request: WebhookRequest
    account: Account
    contact: ContactId

    @property
    def message(self) -> Fields:
        return self.body.object("message")

    @property
    def at(self) -> datetime:
        return self.request.received_at

    def inbound(self, event: Event, *, opens_window: bool = True) -> list[Parsed]:
        # Receipts and reactions repeat the id of another message: only what was sent has one of its own.
        message_id = self.message.identity("msg_id") if "_send_" in self.name else None
        sent_at = self.body.moment("timestamp")
        return [
            Inbound(
                ConversationKey(self.account.id, self.contact),
                self._key(message_id),
                event,
                message_id,
                sent_at if sent_at and sent_at.year >= _PLAUSIBLE_SINCE else None,
                opens_window=opens_window,
            )
        ]

    def _key(self, message_id: str | None) -> EventKey:
        """A sent message is known by its id. All else is known by its bytes, since a redelivery repeats them."""
        return event_key(self.name, message_id) if message_id else EventKey(sha256(self.request.body).hexdigest())


def parse(request: WebhookRequest, account: Account, accounts: Sequence[Account]) -> list[Parsed]:
    """The event, for that of our accounts whose OA it names; nothing for a foreign OA. Raises `Unreadable`."""
    if is_address_check(request.body):
        return []
    body = read_object(request.body)
    name = body.text("event_name")
    if name is None:
        raise Unreadable(f"{body.path}.event_name: a name is missing")
    if _UNUSED.fullmatch(name) or _is_phone_template_receipt(name, request):
        return []
    kind = _KINDS.get(name) or next((_FAMILIES[start] for start in _FAMILIES if name.startswith(start)), None)
    owner = _owner(body, kind.oa if kind else _ANY_OA, account, accounts)
    if owner is None:
        return []
    if kind is None:
        return [Unrecognised(owner.id, kind_word(name))]
    return kind.read(_Item(name, body, request, owner, _contact(name, body, kind.user)))


def _is_phone_template_receipt(name: str, request: WebhookRequest) -> bool:
    """Its recipient is a phone number or a hash, nobody of ours; only a header tells it from a chat's receipt."""
    return name == "user_received_message" and request.headers.get("x-zevent-server", "").strip() == "ZNS"


def _owner(body: Fields, places: Sequence[str], account: Account, accounts: Sequence[Account]) -> Account | None:
    """The webhook's address belongs to the app, and several OAs may have granted it: only the OA's id tells them apart."""
    app_id = account.secret("APP_ID")
    ours = {each.secret("OA_ID"): each for each in (*reversed(accounts), account) if each.secret("APP_ID") == app_id}
    named = [oa_id for oa_id in (_identity(body, place) for place in (*places, "oa_id", "oaId")) if oa_id]
    return next((ours[oa_id] for oa_id in named if oa_id in ours), None) if named else account


def _identity(body: Fields, place: str) -> str | None:
    *way, name = place.split(".")
    for step in way:
        body = body.object(step)
    return body.identity(name)


def _contact(name: str, body: Fields, place: str) -> ContactId:
    who = _identity(body, place)
    if who is None:
        raise Unreadable(f"{body.path}.{place}: an id is missing")
    if "anonymous_" in name:
        return anonymous_contact(who, body.object("message").identity("conversation_id"))
    return user_contact(who)


def _said(item: _Item) -> list[Parsed]:
    anonymous = item.name.startswith("anonymous_")
    kind = item.name.partition("_send_")[2]
    return item.inbound(content_of(kind, item.message, item.at, anonymous=anonymous))


def _sent_by_us(item: _Item) -> list[Parsed]:
    """Zalo reports every message that leaves the OA. Only a person's carries the `admin_id` of who wrote it."""
    admin_id = item.body.object("sender").identity("admin_id")
    text = item.message.text("text") or ""
    if admin_id and admin_id != "0":
        kind = item.name.removeprefix("oa_send_").removeprefix("anonymous_")
        operator = OperatorId(f"zalo:{admin_id}")
        media = media_of(kind, item.message)
        return item.inbound(OperatorWrote(item.at, operator, text, media, from_platform=True), opens_window=False)
    provider_id = item.message.identity("msg_id")
    return [
        DeliveryReport(
            item.account.id, item.contact, ReportStatus.SENT, item.at, provider_id=provider_id, echo=True, text=text
        )
    ]


def _received(item: _Item) -> list[Parsed]:
    return _receipts(item, ReportStatus.DELIVERED)


def _seen(item: _Item) -> list[Parsed]:
    return _receipts(item, ReportStatus.SEEN)


def _receipts(item: _Item, status: ReportStatus) -> list[Parsed]:
    many = item.message.values.get("msg_ids")
    every = [*(many if isinstance(many, list) else []), item.message.values.get("msg_id")]
    ids = [message_id for message_id in (Fields({"id": each}).identity("id") for each in every) if message_id]
    return [DeliveryReport(item.account.id, item.contact, status, item.at, provider_id=each) for each in ids]


def _reacted(item: _Item) -> list[Parsed]:
    message_id = item.message.need_identity("msg_id")
    return item.inbound(Reacted(item.at, message_id, item.message.text("react_icon")), opens_window=False)


def _form(item: _Item) -> list[Parsed]:
    """Both shapes: since about 2025 the address is an object of its own and has no district; before, all was flat."""
    info = item.body.object("info")
    place = info.object("full_address")
    form = FormSubmitted(
        item.at,
        name=info.text("name"),
        phone=info.identity("phone"),
        address=place.text("user_address") or info.text("address"),
        ward=place.text("user_ward") or info.text("ward"),
        district=info.text("district"),
        province=place.text("user_city") or info.text("city"),
    )
    return item.inbound(form)


def _opened(item: _Item) -> list[Parsed]:
    """Following or opening the chat for the first time: both let us write first, neither waits for an answer."""
    return item.inbound(ChatOpened(item.at))


def _closed(item: _Item) -> list[Parsed]:
    return item.inbound(ChatClosed(item.at, erase=item.name == "user_withdraw"), opens_window=False)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where the person's id and the OA's id stand, and how it is read. An `oa_id` at the top is looked at as well."""

    user: str
    oa: Sequence[str]
    read: Callable[[_Item], list[Parsed]]


_ANY_OA = ("recipient.id", "sender.id")
_BY_PERSON, _BY_OA = ("sender.id", ("recipient.id",)), ("recipient.id", ("sender.id",))
_FAMILIES = {
    "user_send_": _Kind(*_BY_PERSON, _said),
    "anonymous_send_": _Kind(*_BY_PERSON, _said),
    "oa_send_": _Kind(*_BY_OA, _sent_by_us),
}
_KINDS = {
    "user_submit_info": _Kind(*_BY_PERSON, _form),
    "user_reacted_message": _Kind(*_BY_PERSON, _reacted),
    "user_received_message": _Kind(*_BY_OA, _received),
    "user_seen_message": _Kind(*_BY_OA, _seen),
    "follow": _Kind("follower.id", (), _opened),
    "unfollow": _Kind("follower.id", (), _closed),
    "user_click_chatnow": _Kind("user_id", (), _opened),
    "user_withdraw": _Kind("user_id", (), _closed),
}
