"""What most commands need: settings, the kept key, the store."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bots.errors import BadSettings
from bots.settings import VAR, Settings, read_environment, read_settings
from bots.site import read_files
from conversation.errors import BadProfile
from conversation.profile import Profile

if TYPE_CHECKING:
    from ticket_store.engine import Store

KEY_FILE = VAR / "secret.key"


def settings_for(*, need_key: bool = False) -> Settings:
    """Checked settings with a key: the set one, else the one kept in `var/`. Raises `BadSettings`."""
    settings = read_settings(read_environment(), need_key=need_key, terminal=sys.stderr.isatty())
    if not settings.secret_key and KEY_FILE.is_file():
        settings = replace(settings, secret_key=KEY_FILE.read_text(encoding="ascii").strip())
    return settings


def keep_key() -> str:
    """The key kept in `var/`; made when there is none, readable by its owner only."""
    if not KEY_FILE.is_file():
        KEY_FILE.parent.mkdir(parents=True, exist_ok=True)
        part = KEY_FILE.with_suffix(f".part{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(KEY_FILE)
    return KEY_FILE.read_text(encoding="ascii").strip()


def store_of(settings: Settings) -> "Store":
    """The opened store. Raises `BadSettings` without a key, `StoreError` when it cannot be opened."""
    # imported here: commands without a database start in half the time
    from ticket_store.crypto import KeyRing  # noqa: PLC0415
    from ticket_store.engine import open_store  # noqa: PLC0415

    if not settings.secret_key:
        raise BadSettings([f"SECRET_KEY is not set and there is no {KEY_FILE}; set it, or run tongdai demo once"])
    keys = KeyRing.from_secrets(settings.secret_key, settings.secret_keys_old)
    return open_store(settings.database_url, keys)


@contextmanager
def ready_store(settings: Settings) -> Iterator["Store"]:
    """A store with our tables; set up when empty, refused when behind or ahead."""
    from bots.schema import prepare  # noqa: PLC0415

    store = store_of(settings)
    try:
        prepare(store)
        yield store
    finally:
        store.close()


def site_of(settings: Settings, store: "Store") -> Profile:
    """The site as the server runs it: its files with the console's edits over them. Edits that no longer hold do not count,
    and that is told.
    """
    files = read_files(settings.site)
    with store.reading() as work:
        edits = work.site_revisions.edits()
    try:
        return files.edited(edits)
    except BadProfile as problem:
        tell(f"the console's edits of the site do not hold, its files count; see tongdai doctor ({problem})")
        return files.profile


def print_json(document: Any) -> None:  # noqa: ANN401 - any JSON
    """One JSON document on a line of its own, readable Vietnamese."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def tell(text: str) -> None:
    """A line for the person at the terminal, on standard error."""
    sys.stderr.write(text + "\n")
