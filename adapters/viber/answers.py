"""What Viber's answers mean. Errors come with HTTP 200 and a `status`; HTTP 429 and 5xx exist as well.

Codes 0-22 of the docs, 23-24 of several SDKs and routers, as of 2026. `status_message` is not passed on: it may repeat
what was sent.
"""

from datetime import timedelta

from adapters.base import (
    Accepted,
    ApiReply,
    Failed,
    Outcome,
    RefusalReason,
    Refused,
    TakenInBulk,
    Throttled,
    Unauthorised,
)
from adapters.payload import Fields, answer_object
from conversation.ids import ContactId

_BAD, _UNKNOWN = RefusalReason.BAD_REQUEST, RefusalReason.UNKNOWN_CONTACT
_BLOCKED, _QUOTA = RefusalReason.BLOCKED, RefusalReason.QUOTA

_REFUSED_MESSAGE = {
    1: (_BAD, "invalidUrl: certificate or path is wrong, or our answer to the probe was not 200"),
    3: (_BAD, "badData"),
    4: (_BAD, "missingData"),
    5: (_UNKNOWN, "receiverNotRegistered"),
    6: (_BLOCKED, "receiverNotSubscribed: until they write or subscribe"),
    11: (_UNKNOWN, "receiverNoSuitableDevice: their app is too old"),
    13: (_BAD, "apiVersionNotSupported: their app is too old for the keyboard"),
    14: (_BAD, "incompatibleWithVersion: min_api_version is too low"),
    16: (_BAD, "inchatReplyMessageNotAllowed"),
    17: (_BAD, "publicAccountIsNotInline"),
    18: (_BAD, "noPublicChat"),
    21: (_UNKNOWN, "unsupportedCountry"),
    22: (_BAD, "paymentUnsupported"),
}
_REFUSED_ACCOUNT = {
    15: (_BAD, "publicAccountNotAuthorized"),
    19: (_BAD, "cannotSendBroadcast: the bot has no right to broadcast"),
    20: (_BAD, "broadcastNotAllowed: the bot has no right to broadcast"),
    23: (_QUOTA, "freeMessagesExceeded: the month's free messages are used up"),
    24: (_QUOTA, "noBalance: the account has no money"),
}
_UNAUTHORISED = {
    2: "invalidAuthToken",
    7: "publicAccountBlocked",
    8: "publicAccountNotFound: the token is another account's",
    9: "publicAccountSuspended",
}
_TRY_AGAIN = {10: "webhookNotSet: set the webhook again"}
_TOO_MANY = 12
_LONGEST_WAIT_SECONDS = 3600


def judge(reply: ApiReply) -> Outcome:
    """What the answer means; garbage may have been delivered. Total."""
    answer = answer_object(reply.body)
    code = answer.whole("status")
    if code is None or reply.status != 200:
        return _by_status(reply)
    if code == 0:
        return Accepted(answer.identity("message_token"))
    return _by_code(code)


def judge_bulk(reply: ApiReply) -> TakenInBulk | Outcome:
    """Whoever is not in `failed_list` was accepted (Viber docs, 2026). Total."""
    outcome = judge(reply)
    if not isinstance(outcome, Accepted):
        return outcome
    refused: dict[ContactId, Outcome] = {}
    for each in answer_object(reply.body).objects("failed_list"):
        receiver = each.text("receiver")
        if receiver:
            refused[ContactId(receiver)] = _by_code(each.whole("status") or 0)
    return TakenInBulk(outcome.provider_id, refused)


def _by_code(code: int) -> Outcome:
    if code in _UNAUTHORISED:
        return Unauthorised(f"{code}: {_UNAUTHORISED[code]}")
    if code in _REFUSED_MESSAGE:
        reason, words = _REFUSED_MESSAGE[code]
        return Refused(reason, f"{code}: {words}")
    if code in _REFUSED_ACCOUNT:
        reason, words = _REFUSED_ACCOUNT[code]
        return Refused(reason, f"{code}: {words}", whole_account=True)
    if code == _TOO_MANY:  # 100 unanswered messages to one person in an hour: it ends when they write
        return Throttled(None, whole_account=False)
    return Failed(f"{code}: {_TRY_AGAIN.get(code, 'general error')}")


def _by_status(reply: ApiReply) -> Outcome:
    status = reply.status
    if status == 429:
        told = Fields(reply.headers).whole("retry-after") or 0
        return Throttled(timedelta(seconds=told) if 0 < told <= _LONGEST_WAIT_SECONDS else None)
    if status in (401, 403):
        return Unauthorised(f"HTTP {status}")
    if 400 <= status < 500 and status != 408:
        return Refused(_BAD, f"HTTP {status}")
    return Failed(f"HTTP {status} without an answer in Viber's form", maybe_delivered=not 300 <= status < 400)
