"""What a site's announcements may be about, so that people can stop one kind alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conversation.tables import Table
from conversation.understanding.fold import fold

MOST_TOPICS = 8
MOST_NAME_CHARS = 11
"""With "Dừng tin " before it, a name fills the narrowest button (Messenger: 20 characters; Meta docs, 2026)."""
_CODE = re.compile(r"(?=.{1,20}$)(?!all$)[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Topic:
    """`words`: by which people call it, beside its names."""

    code: str
    names: Mapping[str, str]
    words: tuple[str, ...] = ()


def read_topics(table: Table, languages: Sequence[str]) -> Mapping[str, Topic]:
    """By code, in the order of the file. Raises `BadProfile`."""
    topics: dict[str, Topic] = {}
    owners: dict[str, str] = {}
    for part in table.tables("topics") if table.has("topics") else ():
        code = part.text("code")
        if not _CODE.fullmatch(code) or code in topics:
            raise part.bad("code", "must be 1-20 of a-z, 0-9 and single hyphens, each once, and not `all`")
        topic = Topic(code, part.spoken("name", languages), part.texts("words", ()))
        part.finish()
        if any(len(name) > MOST_NAME_CHARS for name in topic.names.values()):
            raise part.bad("name", f"must have at most {MOST_NAME_CHARS} characters, so that it fits on a button")
        for called in (*topic.names.values(), *topic.words):
            if owners.setdefault(fold(called), code) != code:
                raise part.bad("words", f"{called!r} is another topic's")
        topics[code] = topic
    if len(topics) > MOST_TOPICS:
        raise table.bad("topics", f"must be at most {MOST_TOPICS}")
    return topics
