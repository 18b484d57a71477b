"""Logging: ids and event names only. An error is logged as its kind and its place; its text may hold people's words."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from bots.lean import hidden

# structlog loads both if they are there, for coloured tracebacks and a context that we have no use for: 7 MB (26.0, 2026)
with hidden("rich", "greenlet"):
    import structlog

_QUIET = {
    # httpx logs whole addresses, which may hold tokens (0.28, 2024); viberbot logs payloads with the token (1.0.12)
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "viber.bot.api": logging.CRITICAL + 1,
    "aiohttp.access": logging.CRITICAL + 1,
    "aiohttp.server": logging.CRITICAL + 1,
    "asyncio": logging.CRITICAL + 1,
    "sqlalchemy": logging.CRITICAL + 1,
    "alembic": logging.WARNING,
}


def tell_place_of_error(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces `exc_info` by the error's type and frames; never its text, never values."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else (given if isinstance(given, tuple) else sys.exc_info())[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    return event


def set_up_logs(form: str, level: str) -> None:
    """Everything goes to standard error, one line an event; `form` is `console` or `json`."""
    processors: list[Any] = [
        structlog.stdlib.add_log_level if form == "json" else structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_place_of_error,
    ]
    if form == "json":
        processors.append(structlog.processors.JSONRenderer(sort_keys=True))
    else:
        processors.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # other people's libraries: warnings and worse, without their texts' arguments
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s", stream=sys.stderr, force=True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
