"""Writes the shipped site's `weights.toml`: `python tests/eval/weigh.py` (docs/reading.md tells what the points do).

A logistic regression over groups of words and the lexicon's signs, learned from every labelled sentence of this folder
but the held-out ones, and rounded to whole points. The same sentences give the same file.
"""

import json
import math
import random
import sys
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from eval.run import HERE, ROOT, WEIGHTS, Example, labelled, lexicon

from conversation.understanding.fold import fold
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.weights import EMERGENCIES, read_weights, word_groups
from conversation.understanding.words import hear

EPOCHS = 12
RATE = 0.05
FADE = 1e-4
"""Of every weight in each step: words that prove nothing sink to no points."""
SPARSE = 1e-4
RARE = 3
"""Groups seen less often say nothing about the next message."""
DANGER_COUNTS = 2
"""A miss is as bad as so many false alarms."""
FRAMES = 5
"""In so many frames of each kind every clause is tried."""
PLAIN = 0.5
AROUND = 0.4
SCALE = 20
"""Points to one unit of the logarithm of the odds."""
LEAST = 2
"""Fewer points are not written down."""
TOLD, ALARM = 20, 0
_TONED = "aeiouyăâêôơư"


def examples() -> Iterator[Example]:
    for path in sorted(chain(*((HERE / "alarms").glob(f"{name}-*.txt") for name in ("built", "listed")))):
        yield from labelled(path)
    for line in (HERE / "tuned.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Example(row["text"], row["expect"].get("intent") == "emergency")


def varied(rows: Iterable[Example], frames: Mapping[str, list[str]], choice: random.Random) -> Iterator[Example]:
    """Each as it is, half of them without marks too, some of them with words around that say nothing either way."""
    for row in rows:
        yield row
        plain = without_marks(row.text)
        if plain != row.text and choice.random() < PLAIN:
            yield row._replace(text=plain)
        if choice.random() < AROUND:
            frame = choice.choice(frames["en" if plain == row.text and "the " in row.text else "vi"])
            yield row._replace(text=frame.replace("{}", row.text if choice.random() < PLAIN else plain))


def framed(table: Mapping[str, Any], choice: random.Random) -> Iterator[Example]:
    """Clauses that tell of danger in frames that leave it standing and in frames that take it back; nuisances, pressed."""
    for part, language in (("clauses", "vi"), ("clauses_en", "en")):
        for kind, clause in ((kind, clause) for kind, clauses in table[part].items() for clause in clauses):
            for frames, danger in ((table["urgent"][language], True), (table["calm"][language], False)):
                yield from (Example(frame.format(clause), danger, kind) for frame in choice.sample(frames, FRAMES))
    for language, clauses in table["nuisances"].items():
        for clause in clauses:
            yield from (
                Example(frame.format(clause), danger=False)
                for frame in choice.sample(table["pressing"][language], FRAMES)
            )


def without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(str.maketrans("đĐ", "dD"))


def features(text: str, known: Lexicon) -> list[str]:
    """What is weighed: the groups of words, and the signs as "[name]"."""
    said = hear(text)
    signs = chain(known.signs.find(said, strict=said.accented), known.calm.find(said, strict=said.accented))
    names = (f"[{name}]" for hit in signs for name in hit.value.split())
    return sorted({*word_groups(said, 0, len(said.keys)), *names})


def learned(rows: list[tuple[list[str], bool]], order: random.Random) -> tuple[float, dict[str, float]]:
    """Start and weights, by stochastic gradient descent."""
    weights: defaultdict[str, float] = defaultdict(float)
    start = 0.0
    for epoch in range(EPOCHS):
        rate = RATE / (1 + 0.3 * epoch)
        order.shuffle(rows)
        for groups, danger in rows:
            total = start + sum(weights[group] for group in groups)
            sure = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            step = (danger - sure) * rate * (DANGER_COUNTS if danger else 1)
            start += step * 0.1
            for group in groups:
                moved = weights[group] * (1 - FADE) + step
                weights[group] = math.copysign(max(0.0, abs(moved) - SPARSE), moved)
    return start, weights


def spelled(group: str) -> str:
    """A group as it is written: the tone, kept at the word's end, back on its vowel."""
    return " ".join(_toned(word) for word in group.split())


def _toned(word: str) -> str:
    letters = unicodedata.normalize("NFC", "".join(part for part in word if part not in _TONES))
    tone = "".join(part for part in word if part in _TONES)
    skip = 2 if letters[:2] in ("qu", "gi") and len(letters) > 2 and letters[2] in _TONED else 0
    vowels = [at for at, letter in enumerate(letters) if letter in _TONED and at >= skip]
    if not tone or not vowels:
        return unicodedata.normalize("NFC", word)
    at = vowels[-2] if len(vowels) > 1 and letters[-1] in _TONED else vowels[-1]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def kinds_learned(every: Iterable[Example], known: Lexicon) -> dict[str, dict[str, float]]:
    """For each kind the words and signs that tell it from the others, by the same descent."""
    rows = [
        ([name for name in features(one.text, known) if " " not in name and fold(name) == name], one.kind)
        for one in every
        if one.danger and one.kind
    ]
    seen = Counter(chain.from_iterable(groups for groups, _ in rows))
    rows = [([group for group in groups if seen[group] >= RARE], kind) for groups, kind in rows]
    return {
        kind: learned([(groups, kind == other) for groups, other in rows], random.Random(1))[1] for kind in EMERGENCIES
    }


def written(start: float, weights: Mapping[str, float], kinds: Mapping[str, Mapping[str, float]]) -> str:
    """The file: its numbers, then texts by their points, the heaviest first."""
    lines = [
        "# Points of words for and against an emergency. Written by tests/eval/weigh.py; docs/reading.md explains it.",
        f"start = {round(start * SCALE)}",
        f"told = {TOLD}",
        f"alarm = {ALARM}",
    ]
    signs = {group.strip("[]"): weight for group, weight in weights.items() if group.startswith("[")}
    words = {spelled(group): weight for group, weight in weights.items() if _survives(group)}
    for section, weighed in {
        "signs": signs,
        **{f"kinds.{kind}": each for kind, each in kinds.items()},
        "words": words,
    }.items():
        by_points: defaultdict[int, list[str]] = defaultdict(list)
        for text, weight in sorted(weighed.items()):
            points = round(weight * SCALE)
            if abs(points) >= LEAST:
                by_points[points].append(text)
        lines += ["", f"[{section}]"]
        for points in sorted(by_points, reverse=True):
            lines.append(f'"{points}" = {json.dumps(by_points[points], ensure_ascii=False)}')
    return "\n".join(lines) + "\n"


def _survives(group: str) -> bool:
    """Whether the group's text is read back as the group: not where a word alone reads as a short form."""
    if group.startswith("["):
        return False
    read = read_weights({"start": 0, "told": 0, "alarm": 0, "words": {"1": [spelled(group)]}})
    return read is not None and group in read.words


def main() -> int:
    known, order = lexicon(weighed=False), random.Random(1)
    table = tomllib.loads((HERE / "alarms" / "clauses.toml").read_text("utf-8"))
    every = list(varied(chain(examples(), framed(table, order)), table["either"], order))
    rows = [(features(one.text, known), one.danger) for one in every]
    seen = Counter(chain.from_iterable(groups for groups, _ in rows))
    rows = [([group for group in groups if seen[group] >= RARE], danger) for groups, danger in rows]
    start, weights = learned(rows, order)
    (ROOT / "conversation" / "sites" / "hcmc" / WEIGHTS).write_text(
        written(start, weights, kinds_learned(every, known)), "utf-8"
    )
    sys.stdout.write(f"{len(rows)} sentences, {sum(danger for _, danger in rows)} of them emergencies\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
