"""Citizens' files in the pages: from a signed address that expires, with a type that cannot harm, under our own name."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from ticket_store.engine import Store
from ticket_store.records import Attachment
from webhooks.console.routing import EVERYBODY, Route, Visit, get
from webhooks.signing import Signer

_PURPOSE = "console attachment"
_IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
_PLAYED = re.compile(r"(audio|video)/[a-z0-9.+-]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Attachments:
    def __init__(self, store: Store, signer: Signer, folder: Path, now: Callable[[], datetime]) -> None:
        self._store, self._signer, self._folder, self._now = store, signer, folder, now

    def routes(self) -> Sequence[Route]:
        return [get("/attachments/{token}", EVERYBODY, self.serve)]

    def address(self, attachment_id: str) -> str:
        """Where somebody who is logged in may fetch it for one to two days; the same all day, so that browsers keep it."""
        midnight = datetime.combine(self._now().astimezone(UTC).date(), datetime.min.time(), UTC)
        return f"/console/attachments/{self._signer.sign(_PURPOSE, attachment_id, midnight + timedelta(days=2))}"

    async def serve(self, visit: Visit) -> web.StreamResponse:
        """The file of a signed address; 404 for any other. Whoever got the address was shown the file's message or ticket."""
        name = self._signer.read(_PURPOSE, visit.request.match_info["token"], self._now())
        return await self.send(await asyncio.to_thread(self._find, name) if name else None)

    async def send(self, found: Attachment | None) -> web.StreamResponse:
        """The stored file, harmless; 404 when we have none."""
        if found is None or found.sha256 is None or not _DIGEST.fullmatch(found.sha256):
            raise web.HTTPNotFound
        path = self._folder / found.sha256[:2] / found.sha256
        if not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound
        shown = shown_as(found)
        headers = {
            "Content-Type": (found.mime or "") if shown in {"image", "audio", "video"} else "application/octet-stream",
            "Content-Disposition": disposition(file_name(found), inline=shown != "file"),
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=86400",
        }
        return web.FileResponse(path, headers=headers)

    def _find(self, attachment_id: str) -> Attachment | None:
        with self._store.reading() as work:
            return work.media.find(attachment_id)


def shown_as(attachment: Attachment) -> str:
    """`image`, `audio`, `video` (by the type its content told), or `file`: named, and only ever saved."""
    mime = attachment.mime or ""
    if mime in _IMAGES:
        return "image"
    played = _PLAYED.fullmatch(mime)
    return played[1] if played else "file"


def file_name(attachment: Attachment) -> str:
    """The name it came with, without what could mislead a file system; else one of our own."""
    given = re.sub(
        r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+", " ", attachment.name or ""
    ).strip(" .")
    return given[:120] or f"{attachment.kind.value}-{attachment.id[:6]}"


def disposition(name: str, *, inline: bool) -> str:
    """The header, with the name in RFC 5987's form."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


def size(attachment: Attachment) -> str:
    """In people's units."""
    number = float(attachment.size_bytes or 0)
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"
