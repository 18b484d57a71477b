"""Articles of the OA: made, processed, reviewed, then a card on every follower's phone. Stricter than Zalo where its rules are
not written down: an OA broadcasts once a day and four times a month, an article once, and an empty target is refused.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from webhooks.sandbox.phones import Bubble, Button, Picture
from webhooks.sandbox.stage import Json, SandboxAccount, Stage
from webhooks.sandbox.zalo_citizen import ZaloCitizens, msg_id
from webhooks.sandbox.zalo_shapes import ARTICLE, BROADCAST, VERIFY, ZaloRefusal

_A_DAY, _A_MONTH = 1, 4
_HERE = timedelta(hours=7)


@dataclass(slots=True)
class SandboxArticle:
    """`ready_at`: when the platform is through with it. `sent`: it was broadcast."""

    title: str
    description: str
    cover: str
    ready_at: float
    id: str
    sent: bool = False


class ZaloArticles(ZaloCitizens):
    """`may_publish`: the OA has granted the app articles. `processing`, `review`: seconds that Zalo takes, half an hour for the
    second in truth. `broadcasts`: when one was taken.
    """

    may_publish = True
    processing = 2.0
    review = 20.0

    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self.articles: dict[str, SandboxArticle] = {}
        self.broadcasts: list[float] = []

    async def create_article(self, body: Json) -> Json:
        self._may_publish()
        self.fits(ARTICLE, body)
        token = secrets.token_urlsafe(24)
        ready_at = self.stage.now() + self.processing
        self.articles[token] = SandboxArticle(
            body["title"], body["description"], body["cover"]["photo_url"], ready_at, secrets.token_hex(10)
        )
        return {"token": token}

    async def verify_article(self, body: Json) -> Json:
        self._may_publish()
        self.fits(VERIFY, body)
        found = self.articles.get(body["token"])
        if found is None:
            self.broke("value", "token of no article")
            raise ZaloRefusal(-201, "token is invalid")
        if self.stage.now() < found.ready_at:
            raise ZaloRefusal(-214, "The article is being processed")
        return {"id": found.id}

    async def broadcast(self, body: Json) -> Json:
        self._may_publish()
        self.fits(BROADCAST, body)
        known = {one.id: one for one in self.articles.values()}
        elements = body["message"]["attachment"]["payload"]["elements"]
        articles = [known.get(each["attachment_id"]) for each in elements]
        found = [one for one in articles if one is not None]
        if len(found) < len(articles):
            self.broke("value", "attachment_id of no article")
            raise ZaloRefusal(-201, "attachment_id is invalid")
        if any(self.stage.now() < one.ready_at for one in found):
            self.broke("too_early", "an article that is still being processed")
            raise ZaloRefusal(-214, "The article is being processed")
        if any(one.sent for one in found):
            self.broke("twice", "an article that was broadcast before")
            raise ZaloRefusal(-241, "The article was used")
        now = self._local(self.stage.now())
        if not 6 <= now.hour < 22:
            self.broke("window", "a broadcast between 22:00 and 06:00")
            raise ZaloRefusal(-234, "Not allowed at night")
        before = [self._local(one) for one in self.broadcasts]
        month = [one for one in before if (one.year, one.month) == (now.year, now.month)]
        if len([one for one in month if one.day == now.day]) >= _A_DAY or len(month) >= _A_MONTH:
            raise ZaloRefusal(-211, "Out of quota")
        self.broadcasts.append(self.stage.now())
        for one in found:
            one.sent = True
        ref = msg_id()
        self.courier.later(self.review, lambda: self._show(ref, found))
        return {"message_id": ref}

    async def _show(self, ref: str, articles: list[SandboxArticle]) -> None:
        """Zalo has looked at it: who follows the OA by now has the card. Sends no receipts, for none are documented."""
        followers = [one for one in self.people.values() if one.following and not one.blocked and not one.anonymous]
        for person in followers:
            for article in articles:
                cover = Picture("photo", article.cover.rsplit("/", 1)[-1])
                words = f"{article.title}\n{article.description}"
                bubble = Bubble(self.bubble_id(), ref, False, "article", words, self.stage.now(), media=[cover])
                bubble.buttons = [Button("Xem bài viết", "none")]
                await person.receive(bubble)

    def _local(self, moment: float) -> datetime:
        return datetime.fromtimestamp(moment, UTC) + _HERE

    def _may_publish(self) -> None:
        if not self.may_publish:
            self.broke("permission", "articles were not granted to the app")
            raise ZaloRefusal(-223, "OA has not authorized this API")
