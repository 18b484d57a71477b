"""The shipped sites, and small changes to them, as profiles for tests."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conversation.gazetteer.units import Gazetteer
from conversation.profile import Profile, read_profile
from conversation.site import SiteFiles

ROOT = Path(__file__).parents[2] / "conversation"
NAMES = ("hcmc", "iran111")


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.from_bytes(next((ROOT / "gazetteer").glob("units-*.json.gz")).read_bytes())


def tables(name: str) -> dict[str, dict[str, Any]]:
    """A site's TOML files, parsed anew: a test may change them."""
    return {file.name: tomllib.loads(file.read_text()) for file in sorted((ROOT / "sites" / name).glob("*.toml"))}


def texts(name: str) -> dict[str, str]:
    """The base catalogues, then the site's own."""
    base = {f"conversation/texts/{file.name}": file.read_text() for file in sorted((ROOT / "texts").glob("*.po"))}
    own = sorted((ROOT / "sites" / name / "texts").glob("*.po"))
    return base | {f"texts/{file.name}": file.read_text() for file in own}


@cache
def files(name: str = "hcmc") -> SiteFiles:
    """The shipped site as two layers have it: its files, over which edits may lie."""
    return SiteFiles.read(tables(name), texts(name), gazetteer() if name == "hcmc" else None)


def site(name: str = "hcmc") -> Profile:
    return files(name).profile


def changed_site(change: Callable[[dict[str, Any]], None], name: str = "hcmc") -> Profile:
    """The shipped site after `change` worked on its parsed site.toml."""
    changed = tables(name)
    change(changed["site.toml"])
    return read_profile(changed, texts(name), gazetteer() if name == "hcmc" else None)


def with_report(**rules: object) -> Profile:
    """The default site with other rules for collecting a report."""
    return changed_site(lambda table: table["report"].update(rules))


def with_notice() -> Profile:
    """The default site acting by law: it informs and does not ask for consent."""

    def change(table: dict[str, Any]) -> None:
        table["consent"].update(mode="notice", legal_basis="duty of a public authority")

    return changed_site(change)


def with_texts(overrides: Mapping[str, str], name: str = "hcmc") -> Profile:
    """The shipped site with own catalogues on top: file name → gettext source."""
    return read_profile(tables(name), {**texts(name), **overrides}, gazetteer() if name == "hcmc" else None)
