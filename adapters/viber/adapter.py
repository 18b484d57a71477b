import json
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.base import (
    Account,
    ApiCall,
    ApiReply,
    Bubble,
    Capabilities,
    Finding,
    Menu,
    Outcome,
    Parsed,
    TakenInBulk,
    WebhookReply,
    WebhookRequest,
)
from adapters.payload import answer_object
from adapters.viber import answers, events, keyboards, registration, sending, signature
from conversation.ids import ContactId, PlatformName
from conversation.messages import Media, Message


class ViberAdapter:
    """A Viber bot. Also `RegistersWebhook`, `FetchesMedia`, `LoadsLater` and `SendsInBulk`."""

    platform = PlatformName("viber")
    default_api_base = "https://chatapi.viber.com"
    secret_names: Sequence[str] = ("TOKEN", "SENDER_NAME")
    optional_names: Sequence[str] = ()
    capabilities = Capabilities(
        text_limit=sending.TEXT_LIMIT,
        choice_limit=keyboards.CHOICES,
        choice_label_chars=keyboards.LABEL_LIMIT,
        asks_phone=True,
        asks_location=True,
        asks_form=False,
        welcome_inline=True,
        reply_window=None,  # outside a session of 24 hours a message costs, but it is taken
        sends_per_second=50,  # 500 broadcasts in ten seconds (REST API reference, 2026); for single ones nothing is published
        sends_counted_over=10,
        contact_gap=timedelta(seconds=1),
        bulk_size=300,
    )
    # dl-media.viber.com and media.cdn.viber.com are where people's media are kept (public integrations, until 2026).
    media_hosts: Sequence[str] = ("*.viber.com",)

    def verify(self, request: WebhookRequest, account: Account) -> None:
        signature.verify(request, account)

    def parse(self, request: WebhookRequest, account: Account, accounts: Sequence[Account]) -> Sequence[Parsed]:  # noqa: ARG002 -- a Viber bot has a webhook of its own
        return events.parse(request, account)

    def acknowledge(self, request: WebhookRequest, account: Account, welcome: Message | None) -> WebhookReply:
        """Nothing but 200; for somebody who opened the chat unsubscribed the welcome itself, without receiver and
        without the token. One message is all Viber takes, so that an overlong welcome ends with its first part.
        """
        if welcome is None or not events.is_unsubscribed_opening(answer_object(request.body)):
            return WebhookReply()
        bodies = sending.bodies(replace(welcome, media=()), account, "")
        if not bodies:
            return WebhookReply()
        first_with_keyboard = {**bodies[-1], **bodies[0]}
        written = json.dumps(first_with_keyboard, ensure_ascii=False).encode("utf-8", "replace")
        return WebhookReply(200, written, "application/json")

    def render(self, message: Message, to: ContactId, account: Account, reference: str) -> Sequence[ApiCall]:
        return sending.render(message, to, account, reference)

    def bubble(self, call: ApiCall) -> Bubble:
        return sending.bubble(call)

    def judge(self, call: str, reply: ApiReply) -> Outcome:  # noqa: ARG002 -- one table for all calls
        return answers.judge(reply)

    def render_bulk(self, message: Message, to: Sequence[ContactId], account: Account) -> Sequence[ApiCall]:
        return sending.render_bulk(message, to, account)

    def judge_bulk(self, call: str, reply: ApiReply) -> TakenInBulk | Outcome:  # noqa: ARG002 -- one table for all calls
        return answers.judge_bulk(reply)

    def registration(self, account: Account, hook_url: str, menu: Menu) -> Generator[ApiCall, ApiReply, list[Finding]]:  # noqa: ARG002 -- Viber has no menus, and its greeting is our welcome
        return (yield from registration.register(account, hook_url))

    def inspection(self, account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
        return (yield from registration.inspect(account, hook_url))

    @property
    def loaded(self) -> bool:
        return sending.builders_loaded()

    def load(self) -> None:
        sending.load_builders()

    def needs_load(self, request: WebhookRequest) -> bool:
        """Reading never needs viberbot; building the welcome for somebody who opened the chat does."""
        return events.is_unsubscribed_opening(answer_object(request.body))

    def media_steps(self, media: Media, account: Account) -> Generator[ApiCall, ApiReply, None]:  # noqa: ARG002 -- Viber's media links need no token
        """One download; none for a sticker that came by its number alone."""
        if not media.source.startswith("sticker:"):
            yield ApiCall("media", "GET", media.source)
