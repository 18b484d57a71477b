"""What Graph's answers mean. Decided on code and subcode: texts are localised, the HTTP status says little.

Meta docs, error codes, 25 June 2026, and what integrators report.
"""

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
from adapters.payload import Fields, answer_object, kind_word

_THROTTLED = {4, 17, 32, 613, 80001, 80006}
_ANOTHER_APP_OWNS_IT = 2018300
_DEACTIVATED = 1545041

# By subcode, whatever the code; then by code.
_REFUSED_BY_SUBCODE = {
    2018278: (RefusalReason.WINDOW_CLOSED, False),
    2534022: (RefusalReason.WINDOW_CLOSED, False),
    2018065: (RefusalReason.WINDOW_CLOSED, False),
    2018108: (RefusalReason.BLOCKED, False),
    _DEACTIVATED: (RefusalReason.BLOCKED, False),
    1893063: (RefusalReason.QUOTA, True),  # page restricted
    2018338: (RefusalReason.QUOTA, True),  # tag abuse
    2018001: (RefusalReason.UNKNOWN_CONTACT, False),
    _ANOTHER_APP_OWNS_IT: (RefusalReason.BAD_REQUEST, False),
    2018027: (RefusalReason.BAD_REQUEST, True),  # no permission, app not live
    2018028: (RefusalReason.BAD_REQUEST, True),
}
_REFUSED_BY_CODE = {
    10: (RefusalReason.BAD_REQUEST, False),  # permission, or another app has the thread: told apart by nothing
    27: (RefusalReason.BAD_REQUEST, False),
    100: (RefusalReason.BAD_REQUEST, False),
    200: (RefusalReason.BAD_REQUEST, True),
    230: (RefusalReason.BLOCKED, False),
    368: (RefusalReason.QUOTA, True),
    551: (RefusalReason.BLOCKED, False),
    2022: (RefusalReason.QUOTA, True),
    10904: (RefusalReason.BAD_REQUEST, True),
    2018336: (RefusalReason.BAD_REQUEST, False),
    9000001: (RefusalReason.BAD_REQUEST, False),
    **_REFUSED_BY_SUBCODE,  # some of them are seen in the place of the code
}


def judge(call: str, reply: ApiReply) -> Outcome:
    """The outcome of any answer. Total."""
    answer = answer_object(reply.body)
    if "error" in answer:
        return _judge_error(answer.object("error"), reply)
    if 200 <= reply.status < 300:
        message_id = answer.identity("message_id")
        if message_id is not None or (call != "send" and answer):
            return Accepted(message_id)
        return Failed(f"{reply.status} without message_id", maybe_delivered=True)
    return _judge_status(reply, f"HTTP {reply.status} without an error object")


def _judge_error(error: Fields, reply: ApiReply) -> Outcome:
    code, subcode = error.whole("code") or 0, error.whole("error_subcode") or 0
    detail = f"graph error {code}/{subcode}, trace {kind_word(error.text('fbtrace_id') or '-')}"
    refused = _REFUSED_BY_SUBCODE.get(subcode)
    if refused is not None:
        return Refused(refused[0], detail, whole_account=refused[1])
    if code == 190:
        return Unauthorised(detail)
    if code in _THROTTLED:
        return Throttled(_retry_after(reply))
    if code in {1, 2, 1200, 2018321}:  # 1 was seen for messages that did arrive (1/1357046)
        return Failed(detail, maybe_delivered=code == 1)
    refused = _REFUSED_BY_CODE.get(code)
    if refused is not None:
        return Refused(refused[0], detail, whole_account=refused[1])
    return _judge_status(reply, detail)


def _judge_status(reply: ApiReply, detail: str) -> Outcome:
    if reply.status == 401:
        return Unauthorised(detail)
    if reply.status == 429:
        return Throttled(_retry_after(reply))
    if 400 <= reply.status < 500 and reply.body.lstrip().startswith(b"{"):
        return Refused(RefusalReason.BAD_REQUEST, detail)
    return Failed(detail, maybe_delivered=reply.status >= 500)


def _retry_after(reply: ApiReply) -> timedelta | None:
    """Seconds of Retry-After, or the longest wait in minutes of X-Business-Use-Case-Usage (Meta docs, 2026)."""
    usage = answer_object(reply.headers.get("x-business-use-case-usage", "").encode("utf-8", "replace"))
    minutes = [
        one.whole("estimated_time_to_regain_access") or 0
        for business in usage.values
        for one in usage.objects(business)
    ]
    seconds = Fields(reply.headers).whole("retry-after") or 0
    wait = max(60 * max(minutes, default=0), seconds)
    return timedelta(seconds=min(wait, 86_400)) if wait > 0 else None
