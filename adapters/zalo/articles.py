"""Articles of the OA, the only thing that Zalo sends to all followers at once: made, asked for until Zalo is through with it,
then broadcast.

Zalo's SDKs (2023-2024) and transcriptions of the OA docs (2026): `/v2.0/article/create` gives a token, `/v2.0/article/verify`
the article's id once it has been processed (-214 before), `/v2.0/oa/message` with `recipient.target` sends it. Nothing of it
was confirmed on a real OA yet.
"""

from datetime import time, timedelta, timezone

from adapters.articles import Article, ArticleRules
from adapters.base import Accepted, Account, ApiCall, ApiReply, Failed, Outcome, RefusalReason, Refused, Throttled
from adapters.payload import answer_object
from adapters.splitting import split_text, utf16_units
from adapters.zalo import answers
from adapters.zalo.sending import access_header

CREATE, VERIFY, BROADCAST = "article_create", "article_verify", "article_broadcast"
_GIVES = {CREATE: "token", VERIFY: "id", BROADCAST: "message_id"}
_TITLE, _AUTHOR, _DESCRIPTION = 150, 50, 300
_PARAGRAPHS = 50
_PROCESSING, _CONTENT = -214, -248
_ASK_AGAIN = timedelta(seconds=3)

# Zalo's numbers of parts of the country and of six cities, these by their province's official code. The list of cities is
# older than the mergers of 2025 (Zalo's .NET SDK, 2023): what the number covers today is unsure.
_AREAS = {
    "north": ("locations", "0"),
    "centre": ("locations", "1"),
    "south": ("locations", "2"),
    "01": ("cities", "9"),
    "31": ("cities", "57"),
    "46": ("cities", "53"),
    "48": ("cities", "20"),
    "79": ("cities", "4"),
    "92": ("cities", "45"),
}
RULES = ArticleRules(
    title_chars=_TITLE,
    opens=time(6),
    closes=time(21, 59),  # -234 from 22:00 on (2026); whose clock is written nowhere, so Vietnam's
    zone=timezone(timedelta(hours=7)),
    review=timedelta(minutes=30),
    areas=tuple(_AREAS),
)


def create_call(article: Article, account: Account) -> ApiCall:
    """The article is made; comments are off, for nobody of ours would read them."""
    text = article.text.strip()
    paragraphs = [part for part in text.split("\n\n", _PARAGRAPHS - 1) if part.strip()]
    body = {
        "type": "normal",
        "title": _cut(article.title, _TITLE),
        "author": _cut(article.author, _AUTHOR),
        "cover": {"cover_type": "photo", "photo_url": article.cover, "status": "show"},
        "description": _cut(" ".join(text.split()), _DESCRIPTION),
        "body": [{"type": "text", "content": part} for part in paragraphs],
        "status": "show",
        "comment": "hide",
    }
    return ApiCall(CREATE, "POST", f"{account.api_base}/v2.0/article/create", access_header(account), json=body)


def verify_call(token: str, account: Account) -> ApiCall:
    url = f"{account.api_base}/v2.0/article/verify"
    return ApiCall(VERIFY, "POST", url, access_header(account), json={"token": token})


def broadcast_call(article_id: str, area: str, account: Account) -> ApiCall:
    """To all followers of the area. What an empty target means is written nowhere; `gender` 0 is everybody."""
    target = {"gender": "0"}
    if area in _AREAS:
        name, number = _AREAS[area]
        target[name] = number
    elements = [{"media_type": "article", "attachment_id": article_id}]
    payload = {"template_type": "media", "elements": elements}
    body = {"recipient": {"target": target}, "message": {"attachment": {"type": "template", "payload": payload}}}
    return ApiCall(BROADCAST, "POST", f"{account.api_base}/v2.0/oa/message", access_header(account), json=body)


def judge(call: str, reply: ApiReply) -> Outcome:
    """What the answer means; `Accepted` carries what the next call needs. Total."""
    answer = answer_object(reply.body)
    code = answer.whole("error")
    if code == 0:
        given = answer.object("data").identity(_GIVES.get(call, ""))
        if given is None and call != BROADCAST:
            return Failed("an answer without what was asked for")
        return Accepted(given)
    if code == _PROCESSING:
        return Throttled(_ASK_AGAIN, whole_account=False)
    if code == _CONTENT:  # of a message it stops the account; of an article it is this one's end
        return Refused(RefusalReason.BAD_REQUEST, f"{code}: the content violates the platform's rules")
    return answers.judge(reply)


def _cut(text: str, most: int) -> str:
    """At most so many characters, an ellipsis among them where something is missing."""
    text = text.strip()
    if utf16_units(text) <= most:
        return text
    return f"{split_text(text, most - 1, utf16_units)[0]}…"
