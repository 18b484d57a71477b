"""Files that somebody sends with a form, kept and ready to go on."""

import asyncio
from collections.abc import Mapping

from aiohttp.web_request import FileField

from conversation.messages import Media
from webhooks.desk.files import Files
from webhooks.errors import BadFields

MOST_FILES = 5
MOST_FILE_BYTES = 25 * 1024 * 1024
"""What the strictest of the four platforms takes, rounded down; and what a slow line can carry."""


async def kept_files(form: Mapping[str, object], files: Files, name: str = "files") -> list[Media]:
    """The form's files, kept. Raises BadFields: too many, too large, or of a kind that is not kept."""
    getall = getattr(form, "getall", None)
    given = [one for one in (getall(name, []) if getall else []) if isinstance(one, FileField) and one.filename]
    if len(given) > MOST_FILES:
        raise BadFields({"files": f"must be at most {MOST_FILES}"})
    return [await asyncio.to_thread(_keep, one, files) for one in given]


def _keep(given: FileField, files: Files) -> Media:
    content = given.file.read(MOST_FILE_BYTES + 1)
    if len(content) > MOST_FILE_BYTES:
        raise BadFields({"files": f"must have at most {MOST_FILE_BYTES // 1024 // 1024} MB each"})
    return files.keep(content, given.filename[:120])
