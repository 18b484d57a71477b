"""The Messenger adapter: one page of ours is one account."""

from collections.abc import Generator, Sequence
from datetime import timedelta

from adapters.base import (
    Account,
    Adapter,
    ApiCall,
    ApiReply,
    Bubble,
    Capabilities,
    FetchesMedia,
    Finding,
    Menu,
    Outcome,
    Parsed,
    RegistersWebhook,
    WebhookReply,
    WebhookRequest,
)
from adapters.messenger import judging, reading, registering, signing, writing
from conversation.ids import ContactId, PlatformName
from conversation.messages import Media, Message


class Messenger:
    """Signed webhooks of the app's pages in, the page's Send API out."""

    platform = PlatformName("messenger")
    default_api_base = "https://graph.facebook.com"
    secret_names = ("PAGE_ID", "PAGE_TOKEN", "APP_ID", "APP_SECRET", "VERIFY_TOKEN")
    optional_names = ("APP_SECRET_OLD",)  # still accepted on webhooks while the secret is being changed
    media_hosts = ("*.fbcdn.net", "*.fbsbx.com")
    capabilities = Capabilities(
        text_limit=writing.TEXT_UNITS,
        choice_limit=writing.QUICK_REPLIES,
        choice_label_chars=writing.TITLE_UNITS,
        asks_phone=True,
        asks_location=False,  # the location quick reply left the guide; a typed address is asked for
        asks_form=False,
        welcome_inline=False,
        reply_window=timedelta(hours=24),
        sends_per_second=20,
        contact_gap=timedelta(seconds=1),
    )

    def verify(self, request: WebhookRequest, account: Account) -> None:
        signing.verify(request, account)

    def parse(self, request: WebhookRequest, account: Account, accounts: Sequence[Account]) -> list[Parsed]:
        return [] if request.method == "GET" else reading.read_delivery(request, account, accounts)

    def acknowledge(
        self,
        request: WebhookRequest,
        account: Account,  # noqa: ARG002  the contract's signature
        welcome: Message | None,  # noqa: ARG002  the contract's signature
    ) -> WebhookReply:
        if request.method == "GET":
            return WebhookReply(body=request.query.get("hub.challenge", "").encode("utf-8", "replace"))
        return WebhookReply(body=b"EVENT_RECEIVED")

    def render(self, message: Message, to: ContactId, account: Account, reference: str) -> list[ApiCall]:
        return writing.render(message, to, account, reference)

    def bubble(self, call: ApiCall) -> Bubble:
        return writing.bubble(call)

    def judge(self, call: str, reply: ApiReply) -> Outcome:
        return judging.judge(call, reply)

    def registration(self, account: Account, hook_url: str, menu: Menu) -> Generator[ApiCall, ApiReply, list[Finding]]:
        return registering.registration(account, hook_url, menu)

    def inspection(self, account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
        return registering.inspection(account, hook_url)

    def media_steps(
        self,
        media: Media,
        account: Account,  # noqa: ARG002  the contract's signature
    ) -> Generator[ApiCall, ApiReply, None]:
        """The address is signed by itself and dies soon; it gets no token of ours."""
        yield ApiCall("media", "GET", media.source)


ADAPTER = Messenger()
_keeps_the_contract: tuple[Adapter, RegistersWebhook, FetchesMedia] = (ADAPTER, ADAPTER, ADAPTER)
