"""What Zalo's answers mean. Errors come with HTTP 200: `error` decides, never the status alone.

Tables of the OA docs (appendix error codes) as transcribed 2026. The platform's own sentence is not passed on: it may
repeat what was sent.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from adapters.base import Accepted, ApiReply, Failed, Outcome, RefusalReason, Refused, Throttled, Unauthorised
from adapters.payload import Fields, answer_object

_BLOCKED, _UNKNOWN = RefusalReason.BLOCKED, RefusalReason.UNKNOWN_CONTACT
_BAD, _CLOSED, _QUOTA = RefusalReason.BAD_REQUEST, RefusalReason.WINDOW_CLOSED, RefusalReason.QUOTA

_REFUSED_MESSAGE = {
    -100: (_BAD, "an attachment's id has expired"),
    -201: (_BAD, "a parameter is invalid"),
    -210: (_BAD, "a parameter is over its limit"),
    -213: (_BLOCKED, "the person does not follow the OA"),
    -217: (_BLOCKED, "the person blocked invitations of the OA"),
    -218: (_QUOTA, "this person's limit is reached for today"),
    -227: (_UNKNOWN, "the person is banned or was away for over 45 days"),
    -230: (_CLOSED, "no interaction within 7 days"),
    -232: (_CLOSED, "no interaction yet, or it has expired"),
    -233: (_BAD, "the message type is invalid"),
    -237: (_BAD, "the group has gone"),
    -238: (_BAD, "an asset was used or has gone"),
    -240: (_BAD, "this v2 call was shut down"),
    -241: (_BAD, "an asset was used already"),
    -244: (_BLOCKED, "the person refuses this kind of message from the OA"),
    -249: (_BAD, "a template cannot go to a user id"),
    -403: (_BAD, "the OA is not in the group"),
    # business.openapi.zalo.me, the host of phone templates, has a table of its own; -124 and -133 stand below.
    -108: (_UNKNOWN, "the phone number is wrong"),
    -114: (_UNKNOWN, "the recipient cannot receive"),
    -118: (_UNKNOWN, "the recipient cannot receive"),
    -119: (_UNKNOWN, "the recipient cannot receive"),
    -117: (_BAD, "the template is not permitted"),
    -131: (_BAD, "the template is not approved"),
    -144: (_QUOTA, "the day's limit is reached"),
    -147: (_QUOTA, "the day's limit is reached"),
}
_REFUSED_ACCOUNT = {
    -115: (_QUOTA, "no quota or money left for templates"),
    -204: (_BAD, "the OA was deleted"),
    -205: (_BAD, "the OA does not exist"),
    -209: (_BAD, "the app is not activated"),
    -211: (_QUOTA, "the quota is used up"),
    -212: (_BAD, "the API product is not registered for the app"),
    -219: (_BAD, "the app was removed or disabled"),
    -221: (_BAD, "the OA must be verified"),
    -224: (_BAD, "the OA's package is too low for this"),
    -235: (_BAD, "this kind of OA may not use the API"),
    -242: (_BAD, "appsecret_proof is demanded: switch it off in the console"),
    -248: (_BAD, "the content violates the platform's rules"),
    -320: (_BAD, "no Zalo Cloud account is linked"),
    -321: (_QUOTA, "the Zalo Cloud account has no money"),
}
_UNAUTHORISED = {
    -124: "the access token is invalid",
    -216: "the access token is invalid",
    -220: "the access token has expired or was removed",
}
_TRY_AGAIN = {-200: "sending failed, no reason given", -214: "still being processed"}
_NIGHT = {-133, -234}  # 22:00 to 06:00; consultation messages are not concerned
_RATE = -32
_LONGEST_WAIT_SECONDS = 3600
_NOT_AUTHORISED_OR_QUOTA = -223


def judge(reply: ApiReply) -> Outcome:
    """What the answer means; garbage may have been delivered. Total."""
    answer = answer_object(reply.body)
    code = answer.whole("error")
    if code is None:
        return _by_status(reply)
    if code == 0:
        return Accepted(answer.object("data").identity("message_id"))
    return _by_code(code, answer, reply)


def _by_code(code: int, answer: Fields, reply: ApiReply) -> Outcome:
    if code in _UNAUTHORISED:
        return Unauthorised(f"{code}: {_UNAUTHORISED[code]}")
    if code in _REFUSED_MESSAGE:
        reason, words = _REFUSED_MESSAGE[code]
        return Refused(reason, f"{code}: {words}")
    if code in _REFUSED_ACCOUNT:
        reason, words = _REFUSED_ACCOUNT[code]
        return Refused(reason, f"{code}: {words}", whole_account=True)
    if code == _NOT_AUTHORISED_OR_QUOTA:  # one code, two meanings: only the text tells which
        if "quota" in (answer.text("message") or "").lower():
            return Refused(_QUOTA, f"{code}: the quota is reached", whole_account=True)
        return Refused(_BAD, f"{code}: the OA has not authorised this API", whole_account=True)
    if code == _RATE:
        return Throttled(_until_next_minute(reply))
    if code in _NIGHT:
        return Throttled(timedelta(hours=1), whole_account=False)
    return Failed(f"{code}: {_TRY_AGAIN.get(code, 'a code we do not know')}")


def _by_status(reply: ApiReply) -> Outcome:
    status = reply.status
    if status == 429:
        return Throttled(_until_next_minute(reply))
    if status in (401, 403):
        return Unauthorised(f"HTTP {status}")
    if 400 <= status < 500 and status != 408:
        return Refused(_BAD, f"HTTP {status}")
    return Failed(f"HTTP {status} without an answer in Zalo's form", maybe_delivered=not 300 <= status < 400)


def _until_next_minute(reply: ApiReply) -> timedelta:
    """The rate is counted by the minute (4,000 per app): wait for the next one on the platform's own clock."""
    told = Fields(reply.headers).whole("retry-after") or 0
    if 0 < told <= _LONGEST_WAIT_SECONDS:
        return timedelta(seconds=told)
    now = _date_of(reply)
    return timedelta(seconds=60 - now.second if now else 60)


def _date_of(reply: ApiReply) -> datetime | None:
    try:
        return parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, OverflowError):
        return None
