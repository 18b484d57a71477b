"""The sentences for citizens: which there are, what each may mention, and the catalogues they come from.

A catalogue is a gettext file per language whose msgids are the stable names below. `conversation/texts/` holds the
base ones; a site's own file of the same language replaces any of them. A sentence that is missing, or that mentions
something else than its list here, is refused at start: a citizen never sees `{phone}`.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polib

from conversation.errors import BadProfile
from conversation.understanding.fold import fold

TEXTS: Mapping[str, frozenset[str]] = {
    line.split()[0]: frozenset(line.split()[1:])
    for line in """
    greeting title emergency
    greeting-short title
    consent title channel
    notice title channel
    this-app
    consent-again
    kept
    noted
    consent-refused hotline
    ask-name
    ask-name-again
    ask-phone
    ask-phone-named name
    ask-phone-again
    ask-address
    ask-address-again
    ask-address-urgent
    ask-request
    ask-request-again
    ask-national-id
    ask-national-id-again
    ask-subject
    phone-old old new phone
    phone-pick
    phone-one phone
    ward-missing
    ward-pick
    pin-words
    known details
    same-matter time code
    same-matter-refused code
    matters matters
    next-matter request
    formal office
    procedure
    summary details
    summary-now unit
    edit
    label-name
    label-phone
    label-address
    label-request
    label-subject
    label-national-id
    label-media
    request-attached
    ticket code
    ticket-named name code
    ticket-due date
    ticket-track
    thanks
    added code
    media count
    voice
    sticker
    old-button
    unsupported
    status code category status updated
    status-bare code status
    status-due date
    status-overdue
    status-answer answer
    status-more
    status-not-found
    status-ask-code
    status-pick
    changed-received code
    changed-need_info code question
    changed-forwarded code
    changed-in_progress code
    changed-resolved code
    changed-reopened code
    changed-rejected code
    changed-duplicate code
    changed-cancelled code
    changed-closed code
    changed-overdue code
    changed-deadline code date
    changed-linked code status
    word-link
    word-part
    link-hint
    link-code code minutes
    chats-joined
    chats-joined-there
    chats-joined-phone
    chats-parted
    join-unknown
    join-own
    join-often
    changed-department department
    changed-answer answer
    changed-reason reason
    changed-due date
    rating
    rating-thanks
    rating-reason
    reopened code
    need-info
    operator-soon minutes
    operator-queue ahead minutes
    operator-closed time
    operator-waiting
    operator-joined
    bot-returned
    cancelled
    cancel-sent code
    resume request
    resume-plain
    lapsed
    not-understood
    stuck
    stale
    raw
    emergency-fire numbers
    emergency-rescue numbers
    emergency-flood numbers
    emergency-crime numbers
    emergency-accident numbers
    emergency-medical numbers
    emergency-wire numbers
    emergency-child numbers
    emergency-self_harm numbers
    emergency-scam numbers
    announcement-thanks
    help-wanted emergency
    help-request text
    opted-out
    opted-in
    topic-off topic
    topic-on topic
    topic-on-alone topic
    topics
    topic-wanted topic
    topic-unwanted topic
    topics-general
    announcement-your-ward
    erased
    erased-tickets
    see-data details
    see-data-none
    see-data-tickets codes
    help title
    help-topics
    menu
    state-received
    state-need_info
    state-forwarded
    state-in_progress
    state-resolved
    state-reopened
    state-rejected
    state-duplicate
    state-cancelled
    state-closed
    button-agree
    button-disagree
    button-language
    button-correct
    button-send
    button-edit
    button-cancel
    button-other
    button-unknown
    button-skip
    button-same-place
    button-use
    button-add
    button-new
    button-each
    button-whole
    button-continue
    button-restart
    button-operator
    button-raw
    button-status
    button-reply
    button-received
    button-need-help
    button-topic-off topic
    button-topic-on topic
    button-all-off
    button-all-on
    button-topics
    button-satisfied
    button-acceptable
    button-unsatisfied
    ask-phone-button
    ask-location-button
    ask-form-button
    number-words
    format-date
    format-moment
    separator
    """.strip().splitlines()
}
"""Every sentence by its name, with what it mentions."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Complete sentences of every language of the site."""

    texts: Mapping[str, Mapping[str, str]]
    _keys: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def say(self, language: str, name: str, /, **values: str) -> str:
        """The sentence in that language. `values` are put in as they are: never read as a pattern again."""
        return self.texts[language][name].format_map(values)

    def key(self, language: str, name: str) -> str:
        """The search key of a sentence that mentions nothing, folded when it is first asked for."""
        key = self._keys.get((language, name))
        if key is None:
            key = self._keys[language, name] = fold(self.say(language, name))
        return key


def read_catalog(sources: Mapping[str, str], languages: Sequence[str]) -> Catalog:
    """Complete catalogues of `languages`. `sources`: file name → its text, `…/vi.po`; a later file replaces an
    earlier one's sentences. Raises `BadProfile`.
    """
    texts: dict[str, dict[str, str]] = {language: {} for language in languages}
    for file, source in sources.items():
        language = file.rsplit("/", 1)[-1].removesuffix(".po")
        if language in texts:
            texts[language].update(_read_file(file, source))
    for language, sentences in texts.items():
        missing = sorted(TEXTS.keys() - sentences.keys())
        if missing:
            raise BadProfile(f"{language}.po", missing[0], "this text is missing")
    return Catalog(texts)


def _read_file(file: str, source: str) -> dict[str, str]:
    try:
        entries = polib.pofile(source)
    except OSError as error:
        raise BadProfile(file, "(syntax)", "this is not a gettext catalogue") from error
    sentences: dict[str, str] = {}
    for entry in entries:
        if entry.obsolete or not entry.msgstr:
            continue
        if entry.msgid not in TEXTS:
            raise BadProfile(file, entry.msgid, "no text has this name")
        _check_placeholders(file, entry.msgid, entry.msgstr)
        sentences[entry.msgid] = entry.msgstr
    return sentences


def _check_placeholders(file: str, name: str, text: str) -> None:
    """A sentence that says them in any other way than `{name}` would fail when it is said."""
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise BadProfile(file, name, "a brace is open or alone", "brace") from error
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise BadProfile(file, name, "a name in braces stands alone, without : or !", "brace")
    fields, wanted = {str(field) for _, field, _, _ in parts}, TEXTS[name]
    for rule, wrong, reason in (
        ("missing-placeholder", wanted - fields, "does not mention"),
        ("unknown-placeholder", fields - wanted, "mentions"),
    ):
        if wrong:
            named = ", ".join(f"{{{one}}}" for one in sorted(wrong))
            exactly = ", ".join(f"{{{one}}}" for one in sorted(wanted)) or "nothing"
            raise BadProfile(file, name, f"{reason} {named}; must mention exactly {exactly}", rule, named)
