"""Errors of the remembering half.

StoreError
├── BadDatabaseUrl      the admin must correct DATABASE_URL
├── StoreUnreachable    the database does not answer or is locked for too long: wait and try again
├── SchemaMismatch      the admin must run `tongdai db upgrade`, or start the version that made this database
├── StaleState          somebody else moved the conversation on meanwhile: load and decide again
├── Undecryptable       a stored value opens with none of the keys: the admin must put the former key back
├── UnknownTicket       there is no ticket of this code: the asker must look again
├── ForbiddenStatus     the ticket cannot go from here to there: the asker picks one of `allowed`
│   └── MissingReason   this status is only given with a reason for the citizen
├── UnknownBroadcast    there is no announcement of this id: the asker must look again
├── ForbiddenStep       the announcement is not in a state for this step: the asker must look again
├── NameTaken           the admin must pick another name
├── SiteChanged         somebody else changed the site meanwhile: look again, and check again
└── Unsupported         this database cannot do it this way; the text names the way that works
"""

from collections.abc import Sequence


class StoreError(Exception):
    """Base of all errors raised in ticket_store/. Texts name tables, ids and codes, never what a citizen said."""


class BadDatabaseUrl(StoreError):
    """DATABASE_URL is not one of the two forms we know; the text never shows the password."""


class StoreUnreachable(StoreError):
    """The database cannot be reached, or somebody holds it for too long. Nothing was kept."""


class SchemaMismatch(StoreError):
    """The database's tables are not those of this version."""


class StaleState(StoreError):
    """A conversation changed between load and save, or the database broke a deadlock: nothing was kept, run again."""


class Undecryptable(StoreError):
    """A stored value opens with none of our keys, or was moved to another row or column."""


class UnknownTicket(StoreError):
    """No ticket has this code."""


class ForbiddenStatus(StoreError):
    """`current` may become one of `allowed` only."""

    def __init__(self, current: str, wanted: str, allowed: Sequence[str]) -> None:
        super().__init__(f"a ticket that is {current} cannot become {wanted}; allowed: {', '.join(allowed) or 'none'}")
        self.current, self.wanted, self.allowed = current, wanted, tuple(allowed)


class MissingReason(ForbiddenStatus):
    """The status needs a reason for the citizen (an answer or a note) in the same change."""


class UnknownBroadcast(StoreError):
    """No announcement has this id."""


class ForbiddenStep(StoreError):
    """The announcement is in the state `current`, in which it cannot be `verb`."""

    def __init__(self, current: str, verb: str) -> None:
        super().__init__(f"an announcement that is {current} cannot be {verb}")
        self.current, self.verb = current, verb


class NameTaken(StoreError):
    """Somebody of this name exists already."""


class SiteChanged(StoreError):
    """The site's last revision is not the one that the change was made from. Nothing was kept."""


class Unsupported(StoreError):
    """Not possible on this database; the text says what to do instead."""
