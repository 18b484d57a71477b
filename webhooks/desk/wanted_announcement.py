"""An announcement as somebody wants it, and what of it can be: checked, in every language, its audience in codes."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex
from urllib.parse import urlsplit

from conversation.announcement import PLACEHOLDERS, announcement, unknown_placeholders
from conversation.ids import AccountId
from conversation.messages import ANNOUNCEMENT, Answer, Media, MediaKind
from conversation.profile import Profile
from conversation.understanding.fold import fold
from conversation.wording import Wording
from ticket_store.broadcasts import ArticleWanted, Audience, Broadcast, NewBroadcast, Worded
from ticket_store.media import wanted as wanted_media
from ticket_store.records import Person
from ticket_store.unit_of_work import Work
from webhooks.desk.tools import DESK, Tools
from webhooks.errors import BadFields, NotAllowed

MAY_ANNOUNCE = frozenset({"supervisor", "admin"})
MOST_TITLE, MOST_TEXT, MOST_LABEL, MOST_ADDRESS = 200, 20_000, 20, 500
"""A button's label as the narrowest platform shows it (Messenger, Meta docs 2026); Viber takes 30 kB with 300 receivers."""
MOST_PICTURE_BYTES = 1024 * 1024
"""What the strictest platform shows as a picture by its address (Viber: 1 MB; Zalo: 1 MB; docs as transcribed 2026)."""
PICTURES = frozenset({"image/jpeg", "image/png"})
"""What all four show."""
EVERYBODY = Audience()


@dataclass(frozen=True, slots=True)
class ArticleAsked:
    """As one article to all followers of these accounts, instead of messages; its cover is the picture."""

    accounts: Sequence[str]
    title: str = field(repr=False)
    area: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """As it was written. `text` is in the site's first language, `texts` in others; whoever's language is missing gets the
    first. `link`: a button's label and the https address it opens. `starts_at` None or past: at once after its approval.
    `topic`: the code of the only one it is about.
    """

    title: str = field(repr=False)
    text: str = field(repr=False)
    audience: Audience = EVERYBODY
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    urgent: bool = False
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    answers: Sequence[str] = ()
    link: tuple[str, str] | None = None
    picture: Media | None = None
    template: bool = False
    topic: str | None = None
    article: ArticleAsked | None = None

    @property
    def article_accounts(self) -> Sequence[str]:
        return () if self.article is None else self.article.accounts


def may_announce(person: Person) -> None:
    """Raises NotAllowed."""
    if person.role not in MAY_ANNOUNCE:
        raise NotAllowed("announcements are written and approved by supervisors and admins")


def is_exempt(tools: Tools, wanted: Announcement) -> bool:
    """Whether it reaches those, too, who want no announcements."""
    return wanted.urgent and tools.site.profile.announcements.urgent_reaches_all


def checked(tools: Tools, person: Person, wanted: Announcement, name: str | None = None) -> NewBroadcast:
    """As the store takes it, under the id `name` or a new one. Raises BadFields, NotAllowed."""
    may_announce(person)
    name = name or token_hex(12)
    title, text = _tidy(wanted.title), _tidy(wanted.text)
    texts = {language: tidy for language, one in wanted.texts.items() if (tidy := _tidy(one))}
    link = None if wanted.link is None else (_tidy(wanted.link[0]), wanted.link[1].strip())
    problems = _problems(tools, title, {"": text, **texts}, link, wanted)
    if problems:
        raise BadFields(problems)
    site = tools.site.profile
    first, *_ = site.languages
    answers = [one for one in Answer if one.value in wanted.answers]
    picture = None if wanted.picture is None else replace(wanted.picture, source=f"{ANNOUNCEMENT}:{name}")
    spoken = {
        language: announcement(words, name, Wording(site, language), answers, link, picture, wanted.topic)
        for language, words in {first: text, **texts}.items()
    }
    asked, article = wanted.article, None
    if asked is not None:
        article = ArticleWanted(tuple(asked.accounts), _tidy(asked.title), site.titles[first], asked.area)
    return NewBroadcast(
        title=title,
        message=spoken.pop(first),
        others=tuple(Worded(language, message) for language, message in spoken.items()),
        audience=resolved(tools, wanted.audience),
        author=person.id,
        urgent=wanted.urgent,
        exempt=is_exempt(tools, wanted),
        starts_at=wanted.starts_at,
        expires_at=wanted.expires_at,
        template=wanted.template,
        topic=wanted.topic,
        article=article,
        id=name,
    )


def keep_picture(work: Work, one: Broadcast, now: datetime) -> Sequence[str]:
    """The picture's file is known to the store, so that it stays and can be shown in every transcript it went to; one that
    it had before is its own no more. Returns the files (SHA-256) that nothing refers to now.
    """
    known = {media.sha256 for media in work.media.for_message([one.id]).get(one.id, [])}
    new = [media for media in one.message.media if media.sha256 not in known]
    work.media.want(wanted_media(new, DESK, now, conversation_id=None, message_id=one.id))
    return work.media.leave(one.id, but=[media.sha256 for media in one.message.media if media.sha256])


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _problems(
    tools: Tools, title: str, texts: Mapping[str, str], link: tuple[str, str] | None, wanted: Announcement
) -> dict[str, str]:
    problems = {}
    if not 1 <= len(title) <= MOST_TITLE:
        problems["title"] = f"must have 1 to {MOST_TITLE} characters"
    if (wrong := _wrong_words(texts.values())) is not None:
        problems["text"] = wrong
    if unknown := [one for one in texts if one and one not in tools.site.profile.languages[1:]]:
        problems["texts"] = f"has {len(unknown)} languages that are none of the site's others"
    if unknown := [one for one in wanted.answers if one not in set(Answer)]:
        problems["answers"] = f"must be of {', '.join(Answer)}"
    if link is not None and not (1 <= len(link[0]) <= MOST_LABEL and is_address(link[1])):
        problems["link"] = f"needs a label of 1 to {MOST_LABEL} characters and an https address"
    if wanted.topic is not None and wanted.topic not in tools.site.profile.announcements.topics:
        problems["topic"] = "is none of the site's"
    picture = wanted.picture
    if picture is not None and (picture.kind is not MediaKind.IMAGE or picture.mime not in PICTURES):
        problems["picture"] = "must be a JPEG or PNG"
    elif picture is not None and (picture.size_bytes or 0) > MOST_PICTURE_BYTES:
        problems["picture"] = f"must have at most {MOST_PICTURE_BYTES} bytes"
    begin = max(wanted.starts_at or tools.now(), tools.now())
    if wanted.expires_at is not None and wanted.expires_at <= begin:
        problems["expires_at"] = "must be after the start"
    return problems | _article_problems(tools, wanted)


def _wrong_words(texts: Iterable[str]) -> str | None:
    """What is wrong with one of them."""
    for text in texts:
        if not 1 <= len(text) <= MOST_TEXT:
            return f"must have 1 to {MOST_TEXT} characters"
        if strange := unknown_placeholders(text):
            known, named = (", ".join(f"{{{name}}}" for name in names) for names in (PLACEHOLDERS, strange))
            return f"has {named}; there are {known}"
    return None


def _article_problems(tools: Tools, wanted: Announcement) -> dict[str, str]:
    asked = wanted.article
    if asked is None:
        return {}
    problems = {}
    meant = wanted.audience.accounts or asked.accounts
    can = [tools.capabilities.get(AccountId(one)) for one in asked.accounts if one in meant]
    rules = [one.articles for one in can if one is not None and one.articles is not None]
    if not rules or len(rules) < len(set(asked.accounts)):
        problems["articles"] = "must be accounts of the audience that can send articles"
    if not 1 <= len(_tidy(asked.title)) <= min((one.title_chars for one in rules), default=MOST_TITLE):
        problems["article_title"] = "has no title, or one that is too long"
    if asked.area and not all(asked.area in one.areas for one in rules):
        problems["article_area"] = "is none that the platform knows"
    if wanted.picture is None:
        problems["cover"] = "an article needs a picture"
    return problems


def is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        valid = parts.scheme == "https" and "." in host and not (parts.username or parts.password) and parts.port != 0
    except ValueError:
        return False
    return valid and len(text) <= MOST_ADDRESS and text.isascii() and text.isprintable() and " " not in text


def resolved(tools: Tools, given: Audience) -> Audience:
    """With the codes of what was named. Raises BadFields for an account, a category or a language that there is not."""
    site = tools.site.profile
    problems = {}
    if unknown := [one for one in given.accounts if AccountId(one) not in tools.capabilities]:
        problems["audience.accounts"] = f"has {len(unknown)} that we do not serve"
    if any(one not in site.categories for one in given.categories):
        problems["audience.categories"] = f"must be of {', '.join(site.categories)}"
    if any(one not in site.languages for one in given.languages):
        problems["audience.languages"] = f"must be of {', '.join(site.languages)}"
    if problems:
        raise BadFields(problems)
    unwanted = tuple(one for one in site.languages if one not in given.languages)
    return replace(
        given,
        languages=given.languages if unwanted else (),
        languages_besides=unwanted if site.languages[0] in given.languages else (),
        ward_codes=_ward_codes(given.wards, site),
        province_ward_codes=_codes_within(given.provinces, site),
    )


def _ward_codes(names: Sequence[str], site: Profile) -> tuple[str, ...]:
    """The codes of the wards that are meant: by code, or by name within the site's own province."""
    wanted = {fold(name) for name in names}
    home = site.lexicon.province
    return tuple(
        ward.code
        for ward in (site.lexicon.gazetteer.wards if wanted else ())
        if ward.code in wanted
        or (home in {None, ward.province} and not wanted.isdisjoint({fold(ward.full_name), fold(ward.name)}))
    )


def _codes_within(names: Sequence[str], site: Profile) -> tuple[str, ...]:
    """The codes of all wards of these provinces."""
    wanted = {fold(name) for name in names}
    units = site.lexicon.gazetteer
    chosen = {
        one.code
        for one in (units.provinces if wanted else ())
        if not wanted.isdisjoint({one.code, fold(one.name), fold(f"{one.kind} {one.name}")})
    }
    return tuple(ward.code for ward in (units.wards if chosen else ()) if ward.province in chosen)
