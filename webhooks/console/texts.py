"""The console's own words, by language: `texts/<language>/<section>.json`, one flat object of name → sentence each.

A missing sentence shows its name, in brackets: a page must not fail over a word. A test holds the languages together.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
"""By code; the first one is the default of a site that speaks it."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every sentence of that language."""
    texts: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.json")):
        texts |= json.loads(file.read_text(encoding="utf-8"))
    return texts


def say(language: str, name: str, /, **values: object) -> str:
    """The sentence, with `values` put in as they are. `name` may be made of a code: `status-received`."""
    pattern = catalogue(language).get(name)
    if pattern is None:
        return f"[{name}]"
    return pattern.format_map(values) if values else pattern


def pick_language(*wished: str | None) -> str:
    """The first of the wished ones that the console speaks; English when none is. `wished` may be `vi-VN` or a header."""
    for wish in wished:
        for part in (wish or "").split(","):
            short = part.split(";")[0].strip().split("-")[0].lower()
            if short in LANGUAGES:
                return short
    return "en"
