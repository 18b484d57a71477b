"""What the Bot API's answers mean (Bot API documentation, and every row provoked on aiogram 3.31, 2026)."""

from datetime import timedelta

from adapters.base import (
    Accepted,
    ApiReply,
    Failed,
    Outcome,
    RefusalReason,
    Refused,
    Throttled,
    Unauthorised,
)
from adapters.payload import Fields, answer_object
from adapters.telegram.contacts import Chat, provider_id

_LONGEST_WAIT_OF_ONE_CHAT = 3
_WAIT_UNTOLD = timedelta(seconds=5)
_REFUSALS = {
    # Parts of the description, lower case. Nothing else tells these apart.
    "bot was blocked by the user": RefusalReason.BLOCKED,
    "user is deactivated": RefusalReason.BLOCKED,
    "bot was kicked": RefusalReason.BLOCKED,
    "bot is not a member": RefusalReason.BLOCKED,
    "bot can't initiate conversation": RefusalReason.UNKNOWN_CONTACT,
    "chat not found": RefusalReason.UNKNOWN_CONTACT,
    "user not found": RefusalReason.UNKNOWN_CONTACT,
    "peer_id_invalid": RefusalReason.UNKNOWN_CONTACT,
    "business_peer_usage_missing": RefusalReason.WINDOW_CLOSED,  # a business chat without a word for 24 h
}


def judge(call: str, reply: ApiReply) -> Outcome:
    """The outcome of any answer. Total."""
    answer = answer_object(reply.body)
    if answer.flag("ok") and 200 <= reply.status < 300:
        return _accepted(call, answer)
    if not ("ok" in answer and answer.text("description")):
        return _judge_status(reply.status)
    return _judge_error(answer, answer.whole("error_code") or reply.status)


def _accepted(call: str, answer: Fields) -> Outcome:
    result = answer.object("result")
    chat_id, message_id = result.object("chat").identity("id"), result.identity("message_id")
    if chat_id is not None and message_id is not None:
        return Accepted(provider_id(Chat(chat_id, result.identity("business_connection_id")), message_id))
    if call.startswith("send") or "result" not in answer:
        return Failed("the result is no message", maybe_delivered=True)
    return Accepted(None)


def _judge_error(answer: Fields, code: int) -> Outcome:
    told = (answer.text("description") or "").lower()
    if code == 429:
        return _throttled(answer.object("parameters").whole("retry_after"))
    if "message is not modified" in told:
        return Accepted(None)
    known = next((part for part in _REFUSALS if part in told), None)
    if known is not None and code in {400, 403}:
        return Refused(_REFUSALS[known], known)
    if code == 403:
        return Refused(RefusalReason.BLOCKED, "403 of another reason")
    if 500 <= code < 600:
        return Failed(f"telegram error {code}")
    return _judge_status(code)


def _throttled(seconds: int | None) -> Throttled:
    """Telegram does not tell which limit was hit. One message a second to one chat asks for a second or two, and must
    not silence everybody else; the limit over all chats, which we stay below, asks for more.
    """
    if seconds is None or seconds <= 0:
        return Throttled(_WAIT_UNTOLD)
    return Throttled(timedelta(seconds=min(seconds, 86_400)), whole_account=seconds > _LONGEST_WAIT_OF_ONE_CHAT)


def _judge_status(status: int) -> Outcome:
    if status in {401, 404}:  # 404 is "no such bot" for a token that was never one
        return Unauthorised(f"telegram answers {status}: the token is wrong or revoked")
    if status == 429:
        return Throttled(_WAIT_UNTOLD)
    if status in {400, 403, 413}:
        return Refused(RefusalReason.BAD_REQUEST, f"telegram error {status}")
    return Failed(f"HTTP {status} without an answer of the Bot API", maybe_delivered=status >= 500 or status < 300)
