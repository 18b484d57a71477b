"""Reads a site profile's folder: `site.toml`, `lexicon.toml`, `texts/*.po`, and the gazetteer file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conversation.errors import BadProfile
from conversation.gazetteer.units import Gazetteer
from conversation.profile import SITE_FILE
from conversation.site import SiteFiles

_CONVERSATION = Path(__file__).resolve().parent.parent / "conversation"
SHIPPED = _CONVERSATION / "sites" / "hcmc"
"""The profile used when `SITE` is not set."""


def read_files(folder: Path | None = None) -> SiteFiles:
    """What `folder` (or that of its `site.toml`; None: the shipped one) holds, over the base texts; checked. Raises `BadProfile`."""
    home = folder if folder is not None else SHIPPED
    if home.name == SITE_FILE:
        home = home.parent
    if not home.is_dir():
        raise BadProfile(str(home), "SITE", "is no folder")
    tables = {path.name: _table(path) for path in sorted(home.glob("*.toml"))}
    texts = {path.name: _text(path) for path in sorted((_CONVERSATION / "texts").glob("*.po"))}
    own = {f"{home.name}/texts/{path.name}": _text(path) for path in sorted((home / "texts").glob("*.po"))}
    return SiteFiles.read(tables, {**texts, **own}, _gazetteer())


def _gazetteer() -> Gazetteer | None:
    """The newest data file; it is indexed when the first address is read."""
    files = sorted((_CONVERSATION / "gazetteer").glob("units-*.json.gz"))
    return Gazetteer.from_bytes(files[-1].read_bytes()) if files else None


def _table(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(path.name, "-", f"is not TOML: {error}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadProfile(path.name, "-", f"cannot be read ({type(error).__name__})") from None
