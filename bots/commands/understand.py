"""`tongdai understand`: what is read in a message, for whoever corrects tables or judges the reading."""

import json
import sys
from collections.abc import Iterable

from bots.context import print_json, settings_for, site_of, store_of, tell
from bots.errors import CommandFailed
from bots.settings import Settings
from bots.site import read_files
from conversation.profile import Profile
from conversation.state import Phase
from conversation.understanding.reader import read
from conversation.understanding.record import as_record


def understand() -> None:
    """JSON lines in, JSON lines out, in the same order. A bad line is named and skipped; then the command fails."""
    site = _site(settings_for())
    bad = sum(not _answer(number, line, site) for number, line in enumerate(_lines(), start=1))
    if bad:
        raise CommandFailed(
            f'{bad} line(s) could not be read; each must be like {{"id": "1", "state": "idle", "text": "…"}}'
        )


def _site(settings: Settings) -> Profile:
    """As the server reads by it, where there is a database of ours; as the files say where there is none."""
    # imported here: without a database this starts in half the time
    if settings.secret_key:
        from ticket_store.engine import is_there  # noqa: PLC0415

        if is_there(settings.database_url) and (site := _standing(settings)) is not None:
            return site
    return read_files(settings.site).profile


def _standing(settings: Settings) -> Profile | None:
    """The site with the console's edits; None, and told why, when they cannot be read. Nothing is set up or upgraded."""
    from ticket_store.errors import StoreError  # noqa: PLC0415
    from ticket_store.records import Schema  # noqa: PLC0415

    store = store_of(settings)
    try:
        schema = store.schema()
        if schema is Schema.CURRENT:
            return site_of(settings, store)
        why = f"the database is {schema.value}"
    except StoreError as error:
        why = str(error)
    finally:
        store.close()
    tell(f"the site's files count, without the console's edits: {why}")
    return None


def _lines() -> Iterable[str]:
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    return sys.stdin


def _answer(number: int, line: str, site: Profile) -> bool:
    if not line.strip():
        return True
    try:
        record = json.loads(line)
        text, state = record["text"], Phase(record.get("state") or "idle")
        if not isinstance(text, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError):
        tell(f"line {number}: needs a JSON object with id, text and a known state")
        return False
    print_json(as_record(record.get("id"), read(text, state, site.lexicon)))
    return True
