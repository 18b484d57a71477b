"""Articles: what an account tells everybody who follows it, in one piece, instead of a message to each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Article:
    """`text`: paragraphs between blank lines. `cover`: where the platform fetches the picture."""

    title: str = field(repr=False)
    author: str
    text: str = field(repr=False)
    cover: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArticleRules:
    """One goes out on a day at most, from `opens` until `closes` by the clock of `zone`, after the platform has looked at
    it for about `review`. `areas`: where the platform can tell followers apart: parts of the country by name, provinces
    by their official code.
    """

    title_chars: int
    opens: time
    closes: time
    zone: tzinfo
    review: timedelta
    areas: tuple[str, ...]

    def next(self, now: datetime, last: datetime | None = None) -> datetime:
        """The first moment from `now` on at which one may be sent; `last`: when the one before was."""
        local = now.astimezone(self.zone)
        day = local.date() + timedelta(days=local.time() >= self.closes)
        if last is not None:
            day = max(day, last.astimezone(self.zone).date() + timedelta(days=1))
        return max(now, datetime.combine(day, self.opens, self.zone).astimezone(UTC))
