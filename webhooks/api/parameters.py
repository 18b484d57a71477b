"""Query parameters of the API."""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from ticket_store.statuses import Status
from webhooks.api.operations import BadQuery, Parameter

_MOST = 200
_MOST_CHARS = 256
_POSITION = re.compile(r"[A-Za-z0-9_-]{1,90}")
_FLAGS = {"true": True, "True": True, "1": True, "yes": True, "false": False, "False": False, "0": False, "no": False}


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= _MOST):
        raise BadQuery(f"limit must be a whole number from 1 to {_MOST}")
    return int(text)


_MOST_DIGITS = 19


def _after(text: str) -> str:
    if not _POSITION.fullmatch(text):
        raise BadQuery("after must be a `next` value that this list gave")
    if text[:_MOST_DIGITS].isdigit() and len(text) >= _MOST_DIGITS:  # no position we gave, and no database's number
        raise BadQuery("after must be a `next` value that this list gave")
    return text


LIMIT = Parameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 50},
    _limit,
    default=50,
    may_be_empty=False,
)
AFTER = Parameter(
    "after", {"type": "string", "pattern": r"^[A-Za-z0-9_-]{0,90}$"}, _after, "`next` of the page before."
)
PAGING = (LIMIT, AFTER)


def word(name: str, description: str = "") -> Parameter:
    """A free text. What names nothing finds nothing; PostgreSQL takes no NUL in a text."""

    def read(text: str) -> str:
        if len(text) > _MOST_CHARS:
            raise BadQuery(f"{name} must be at most {_MOST_CHARS} characters")
        return text.replace("\0", "\ufffd")

    return Parameter(name, {"type": "string", "maxLength": _MOST_CHARS}, read, description)


def flag(name: str, description: str) -> Parameter:
    """True or false; `any` and nothing ask for both."""

    def read(text: str) -> bool | None:
        if text == "any":
            return None
        if text not in _FLAGS:
            raise BadQuery(f"{name} must be true or false")
        return _FLAGS[text]

    return Parameter(name, {"type": "string", "enum": [*_FLAGS, "any", ""]}, read, description)


def status() -> Parameter:
    names = [one.value for one in Status]

    def read(text: str) -> str:
        if text not in names:
            raise BadQuery(f"status must be one of {', '.join(names)}")
        return text

    return Parameter("status", {"type": "string", "enum": [*names, ""]}, read)


_EARLIEST, _LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


def moment(name: str, zone: ZoneInfo, description: str) -> Parameter:
    """A moment with its offset, or a day of the site's own time, from its beginning."""

    def read(text: str) -> datetime:
        try:
            if len(text) == 10:
                found = datetime.combine(date.fromisoformat(text), time(), zone)
            else:
                found = datetime.fromisoformat(text.replace(" ", "+"))
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except OverflowError:  # the first or the last day that there is, elsewhere in the world
            return _EARLIEST if found.year == 1 else _LATEST
        except ValueError:
            raise BadQuery(f"{name} must be a date or a moment such as 2026-11-21T08:00:00+07:00") from None

    forms: list[dict[str, Any]] = [{"format": "date"}, {"format": "date-time"}, {"maxLength": 0}]
    schema: dict[str, Any] = {"anyOf": [{"type": "string", **form} for form in forms]}
    return Parameter(name, schema, read, description)
