"""The Telegram adapter: one bot of ours is one account."""

import hmac
from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from adapters.base import (
    Account,
    Adapter,
    ApiCall,
    ApiReply,
    Bubble,
    Capabilities,
    ConfirmsPress,
    FetchesMedia,
    Finding,
    LoadsLater,
    Menu,
    Outcome,
    Parsed,
    RegistersWebhook,
    WebhookReply,
    WebhookRequest,
)
from adapters.errors import BadSignature
from adapters.payload import Fields, answer_object, read_object
from adapters.telegram import judging, reading, registering, writing
from conversation.events import ContactEvent
from conversation.ids import ContactId, PlatformName
from conversation.messages import Media, Message


class Telegram:
    """Updates under a secret header in, Bot API calls out. aiogram is imported by `load`, or by the first update that
    needs its types.
    """

    platform = PlatformName("telegram")
    default_api_base = "https://api.telegram.org"
    secret_names = ("TOKEN", "SECRET")
    optional_names = ()
    media_hosts = ()  # files come from the API's own host
    capabilities = Capabilities(
        text_limit=writing.TEXT_UNITS,
        choice_limit=writing.BUTTONS,
        choice_label_chars=writing.LABEL_UNITS,
        asks_phone=True,
        asks_location=True,
        asks_form=False,
        welcome_inline=False,
        reply_window=None,
        sends_per_second=25,  # of about 30 over all chats (Bot FAQ, 2026): the rest is kept for answers
        contact_gap=timedelta(seconds=1),
    )

    def __init__(self) -> None:
        self._read_content: reading.ReadContent | None = None

    @property
    def loaded(self) -> bool:
        return self._read_content is not None

    def load(self) -> None:
        self._loaded_reader()

    def _loaded_reader(self) -> reading.ReadContent:
        if self._read_content is None:
            from adapters.telegram.content import read_content  # noqa: PLC0415  aiogram: 4 s and 127 MiB

            self._read_content = read_content
        return self._read_content

    def needs_load(self, request: WebhookRequest) -> bool:
        return not self.loaded and reading.needs_types(answer_object(request.body))

    def verify(self, request: WebhookRequest, account: Account) -> None:
        """There is no signature over the body; compared as bytes, because `str` with other letters raises."""
        told = request.headers.get("x-telegram-bot-api-secret-token", "").encode("utf-8", "surrogatepass")
        secret = account.secret("SECRET").encode("utf-8", "surrogatepass")
        if not secret or not hmac.compare_digest(told, secret):
            raise BadSignature("x-telegram-bot-api-secret-token is missing or wrong")

    def parse(self, request: WebhookRequest, account: Account, accounts: Sequence[Account]) -> list[Parsed]:  # noqa: ARG002  a bot's updates come to its own address only
        return reading.read_update(read_object(request.body), account.id, request.received_at, self._content)

    def _content(self, message: Fields, at: datetime) -> list[ContactEvent]:
        return self._loaded_reader()(message, at)

    def acknowledge(
        self,
        request: WebhookRequest,  # noqa: ARG002  the contract's signature
        account: Account,  # noqa: ARG002  the contract's signature
        welcome: Message | None,  # noqa: ARG002  the contract's signature
    ) -> WebhookReply:
        """Nothing: a method in the answer would be performed, but we would never see its result."""
        return WebhookReply()

    def press_answer(self, request: WebhookRequest, account: Account) -> list[ApiCall]:
        if b'"callback_query"' not in request.body:  # asked for each update: keep it cheap
            return []
        query_id = answer_object(request.body).object("callback_query").identity("id")
        if query_id is None:
            return []
        return [writing.bot_call(account, "answerCallbackQuery", {"callback_query_id": query_id})]

    def render(self, message: Message, to: ContactId, account: Account, reference: str) -> list[ApiCall]:  # noqa: ARG002  Telegram has no room for our reference
        return writing.render(message, to, account)

    def bubble(self, call: ApiCall) -> Bubble:
        return writing.bubble(call)

    def judge(self, call: str, reply: ApiReply) -> Outcome:
        return judging.judge(call, reply)

    def registration(self, account: Account, hook_url: str, menu: Menu) -> Generator[ApiCall, ApiReply, list[Finding]]:
        return registering.registration(account, hook_url, menu)

    def inspection(self, account: Account, hook_url: str | None) -> Generator[ApiCall, ApiReply, list[Finding]]:
        return registering.inspection(account, hook_url)

    def media_steps(self, media: Media, account: Account) -> Generator[ApiCall, ApiReply, None]:
        """Asks where the file lies, then fetches it. The address holds the token: it is nobody else's to see."""
        reply = yield writing.bot_call(account, "getFile", {"file_id": media.source})
        path = answer_object(reply.body).object("result").text("file_path")
        if path is not None and ".." not in path:
            file_url = f"{account.api_base}/file/bot{writing.token_of(account)}/{quote(path.lstrip('/'))}"
            yield ApiCall("file", "GET", file_url)


ADAPTER = Telegram()
_keeps_the_contract: tuple[Adapter, RegistersWebhook, FetchesMedia, ConfirmsPress, LoadsLater] = (ADAPTER,) * 5
