"""A site's own words, checked and made quick to look up: commands, categories, emergencies, aliases, hotlines."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from conversation.errors import BadProfile
from conversation.gazetteer.matching import Matcher
from conversation.gazetteer.mentions import Finder
from conversation.gazetteer.units import Gazetteer
from conversation.messages import Answer
from conversation.understanding.fold import fold
from conversation.understanding.reading import Intent, StopKind
from conversation.understanding.topic_words import KEYS, TopicWords, topic_words
from conversation.understanding.weights import EMERGENCIES, Weights
from conversation.understanding.words import PhraseTable, forget

FILE = "lexicon.toml"
CALM = ("calm", "feared", "elsewhen", "now")
"""Phrases that make an emergency none, and those that lift that again (docs/reading.md)."""
_STOPS = {f"stop_{kind}": kind for kind in StopKind}
_COMMANDS = {intent.value for intent in Intent if intent not in {Intent.PROVIDE, Intent.EMERGENCY, Intent.STOP}}
_SECTIONS = {
    *("commands", "topics", "answers", "questions", "categories", "emergencies", "signs", "situations", "aliases")
}


class Situation(NamedTuple):
    """A kind of emergency told by signs that stand together; of each pair in `chains` the second follows the first."""

    kind: str
    signs: frozenset[str]
    chains: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What `read` needs of one site. `province` is the site's own, as the code of the gazetteer, or None."""

    gazetteer: Gazetteer
    province: str | None
    rules: Literal["vn", "fa"]
    commands: PhraseTable
    topics: TopicWords
    answers: PhraseTable
    questions: PhraseTable
    categories: PhraseTable
    emergencies: PhraseTable
    calm: PhraseTable
    signs: PhraseTable
    situations: tuple[Situation, ...]
    weights: Weights | None
    finder: Finder
    matcher: Matcher
    hotlines: frozenset[str]
    ticket_codes: tuple[re.Pattern[str], ...]


def build_lexicon(
    table: Mapping[str, Any],
    gazetteer: Gazetteer,
    *,
    province: str | None,
    hotlines: Iterable[str] = (),
    prefix: str = "",
    ticket_code_patterns: Iterable[str] = (),
    rules: Literal["vn", "fa"] = "vn",
    weights: Weights | None = None,
    topics: Mapping[str, Iterable[str]] | None = None,
) -> Lexicon:
    """The lexicon of a site, made once. `table` is its lexicon.toml, `province` a code ("79") or a current
    name; `topics`: the words of each topic of announcements.

    Raises BadProfile with the key when the table breaks its shape (docs/reading.md shows each key with an example).
    """
    unknown = sorted(set(table) - _SECTIONS)
    if unknown:
        raise BadProfile(FILE, unknown[0], f"no such section; there are {', '.join(sorted(_SECTIONS))}")
    own = _province(gazetteer, province)
    aliases = _aliases(table, gazetteer)
    signs = _phrases(table, "signs", None)
    lexicon = Lexicon(
        gazetteer=gazetteer,
        province=own,
        rules=rules,
        commands=PhraseTable(_phrases(table, "commands", _COMMANDS | set(_STOPS))),
        topics=topic_words(_phrases(table, "topics", set(KEYS)), topics or {}),
        answers=PhraseTable(_phrases(table, "answers", {answer.value for answer in Answer})),
        questions=PhraseTable(_phrases(table, "questions", {"status", "procedure", "formal"})),
        categories=PhraseTable(_phrases(table, "categories", None)),
        emergencies=PhraseTable(_phrases(table, "emergencies", set(EMERGENCIES), besides=CALM)),
        calm=PhraseTable(_phrases(table, "emergencies", set(CALM), besides=EMERGENCIES)),
        signs=PhraseTable(_by_classes(signs)),
        situations=tuple(_situations(table, set(signs))),
        weights=weights,
        finder=Finder(
            gazetteer,
            aliases,
            (_key(alias.split()[0]) for alias in table.get("aliases", {})),
            ((_key(alias), alias) for alias in table.get("aliases", {})),
        ),
        matcher=Matcher(gazetteer, aliases, own),
        hotlines=frozenset(re.sub(r"\D", "", number) for number in hotlines),
        ticket_codes=tuple(_codes(prefix, ticket_code_patterns)),
    )
    forget()
    return lexicon


def _province(gazetteer: Gazetteer, province: str | None) -> str | None:
    if province is None:
        return None
    found = gazetteer.province(province)
    if found is None:
        raise BadProfile("profile", "province", f"{province!r} is neither the code nor the name of a province")
    return found.code


def _phrases(
    table: Mapping[str, Any], section: str, allowed: set[str] | None, besides: Iterable[str] = ()
) -> dict[str, list[str]]:
    part = table.get(section, {})
    if not isinstance(part, Mapping):
        raise BadProfile(FILE, section, "must be a table")
    phrases: dict[str, list[str]] = {}
    for key, texts in part.items():
        if key in besides:
            continue
        if allowed is not None and key not in allowed:
            raise BadProfile(FILE, f"{section}.{key}", f"no such key; there are {', '.join(sorted(allowed))}")
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise BadProfile(FILE, f"{section}.{key}", "must be a list of texts, none empty", "empty")
        phrases[key] = texts
    return phrases


def _by_classes(signs: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The words by all the classes they are listed in, blanks between the names: a word may be a sign of several."""
    classes: dict[str, list[str]] = {}
    for sign, texts in signs.items():
        for text in texts:
            classes.setdefault(text, []).append(sign)
    for text, names in classes.items():
        if text.startswith("="):
            names += [name for name in classes.get(text[1:], ()) if name not in names]
    merged: dict[str, list[str]] = {}
    for text, names in classes.items():
        merged.setdefault(" ".join(names), []).append(text)
    return merged


def _situations(table: Mapping[str, Any], known: set[str]) -> Iterable[Situation]:
    """`fire = ["smoke + cry"]`: both signs; `"fall > water"`: the second behind the first."""
    for kind, texts in _phrases(table, "situations", set(EMERGENCIES)).items():
        for text in texts:
            parts = [[sign.strip() for sign in part.split(">")] for part in text.split("+")]
            signs = frozenset(sign for part in parts for sign in part)
            if not signs <= known:
                raise BadProfile(FILE, f"situations.{kind}", f"no such sign: {', '.join(sorted(signs - known))}")
            yield Situation(kind, signs, tuple(pair for part in parts for pair in itertools.pairwise(part)))


def _aliases(table: Mapping[str, Any], gazetteer: Gazetteer) -> dict[str, tuple[str, ...]]:
    """Key of each alias to the keys of the names it may stand for: of provinces and districts, in force or former. A site
    without units has none to compare with.
    """
    part = table.get("aliases", {})
    if not isinstance(part, Mapping):
        raise BadProfile(FILE, "aliases", "must be a table")
    for alias, names in part.items():
        if (
            not alias.strip()
            or not isinstance(names, list)
            or not names
            or not all(isinstance(name, str) for name in names)
        ):
            raise BadProfile(FILE, f"aliases.{alias}", "must be a list of names, at least one", "alias")
        for name in names:
            if gazetteer.provinces and not gazetteer.has_area(_key(name)):
                near = ", ".join(gazetteer.areas_near(_key(name)))
                reason = f"no province and no district, in force or former, is called {name!r}"
                told = f"{name} → {near}?" if near else name
                raise BadProfile(
                    FILE, f"aliases.{alias}", f"{reason}; near: {near}" if near else reason, "unknown-unit", told
                )
    return {_key(alias): tuple(_key(name) for name in names) for alias, names in part.items()}


def _key(name: str) -> str:
    return "".join(letter for letter in fold(name) if letter.isalnum())


def _codes(prefix: str, patterns: Iterable[str]) -> Iterable[re.Pattern[str]]:
    if prefix:
        code = "[23456789A-HJ-NP-Z01IOLU]"
        yield re.compile(rf"(?<!\w){re.escape(prefix)}[-\s]?\d{{6}}[-\s]?{code}{{5}}(?!\w)", re.IGNORECASE)
    for pattern in patterns:
        try:
            yield re.compile(pattern, re.IGNORECASE)
        except re.error as broken:
            raise BadProfile("profile", "ticket_code_patterns", f"{pattern!r}: {broken}") from broken
