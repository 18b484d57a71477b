from collections.abc import Generator, Sequence
from datetime import timedelta

from adapters.articles import Article
from adapters.base import (
    Account,
    ApiCall,
    ApiReply,
    Bubble,
    Capabilities,
    Failed,
    Finding,
    Menu,
    Outcome,
    Parsed,
    Tokens,
    Unauthorised,
    WebhookReply,
    WebhookRequest,
)
from adapters.zalo import answers, articles, console, events, sending, signature, tokens
from conversation.ids import ContactId, PlatformName
from conversation.messages import Media, Message


class ZaloAdapter:
    """Zalo Official Account. Also `RefreshesTokens`, `RegistersWebhook`, `FetchesMedia` and `SendsArticles`."""

    platform = PlatformName("zalo")
    default_api_base = "https://openapi.zalo.me"
    # REFRESH_TOKEN is needed only until the database has a pair: `token_names`.
    secret_names: Sequence[str] = ("APP_ID", "APP_SECRET", "OA_ID", "OA_SECRET")
    optional_names: Sequence[str] = ("REFRESH_TOKEN", "OAUTH_BASE", "FORM_IMAGE")
    token_names = ("ACCESS_TOKEN", "REFRESH_TOKEN")
    refresh_margin = timedelta(hours=5)
    capabilities = Capabilities(
        text_limit=sending.TEXT_LIMIT,
        choice_limit=sending.BUTTONS,
        choice_label_chars=sending.TITLE_LIMIT,
        asks_phone=False,
        asks_location=False,
        asks_form=True,
        welcome_inline=False,
        reply_window=timedelta(days=7),  # free for 48 hours, then paid, then refused
        sends_per_second=4000 / 60,
        sends_counted_over=60,
        contact_gap=timedelta(seconds=1),
        articles=articles.RULES,
    )
    # Where Zalo keeps what people send: pictures, stickers and voice on zdn.vn and zadn.vn, files on dlfl.vn, which may
    # redirect to flchat.vn and dlmd.me (public integrations, 2024-2026). zaloapp.com and zalo.me are Zalo's own.
    media_hosts: Sequence[str] = (
        "*.zdn.vn",
        "*.zadn.vn",
        "*.dlfl.vn",
        "*.flchat.vn",
        "*.dlmd.me",
        "*.zaloapp.com",
        "*.zalo.me",
    )

    def verify(self, request: WebhookRequest, account: Account) -> None:
        signature.verify(request, account)

    def parse(self, request: WebhookRequest, account: Account, accounts: Sequence[Account]) -> Sequence[Parsed]:
        return events.parse(request, account, accounts)

    def acknowledge(self, request: WebhookRequest, account: Account, welcome: Message | None) -> WebhookReply:  # noqa: ARG002 -- the contract's names; Zalo wants nothing but 200
        return WebhookReply()

    def render(self, message: Message, to: ContactId, account: Account, reference: str) -> Sequence[ApiCall]:  # noqa: ARG002 -- Zalo has no room for a reference
        return sending.render(message, to, account)

    def bubble(self, call: ApiCall) -> Bubble:
        return sending.bubble(call)

    def judge(self, call: str, reply: ApiReply) -> Outcome:  # noqa: ARG002 -- one table for all calls
        return answers.judge(reply)

    def create_article(self, article: Article, account: Account) -> ApiCall:
        return articles.create_call(article, account)

    def check_article(self, token: str, account: Account) -> ApiCall:
        return articles.verify_call(token, account)

    def send_article(self, article_id: str, area: str, account: Account) -> ApiCall:
        return articles.broadcast_call(article_id, area, account)

    def judge_article(self, call: str, reply: ApiReply) -> Outcome:
        return articles.judge(call, reply)

    def refresh_call(self, account: Account) -> ApiCall:
        return tokens.refresh_call(account)

    def read_tokens(self, reply: ApiReply) -> Tokens | Unauthorised | Failed:
        return tokens.read_tokens(reply)

    def registration(self, account: Account, hook_url: str, menu: Menu) -> Generator[ApiCall, ApiReply, list[Finding]]:  # noqa: ARG002 -- the menu lives in Zalo's console
        return (yield from console.look(account, hook_url))

    def inspection(self, account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
        return (yield from console.look(account, hook_url))

    def media_steps(self, media: Media, account: Account) -> Generator[ApiCall, ApiReply, None]:  # noqa: ARG002 -- Zalo's media links need no token
        """One download; none for a sticker that came without a picture."""
        if not media.source.startswith("sticker:"):
            yield ApiCall("media", "GET", media.source)
