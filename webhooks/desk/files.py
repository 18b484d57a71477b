"""Files that go from us to people: kept by content, and fetched by the platforms from a signed address that expires."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from conversation.messages import Media, MediaKind, Message
from webhooks.desk.tools import Tools
from webhooks.errors import BadFields

_PURPOSE = "file"
VALID = timedelta(days=7)
"""Platforms fetch at once, phones when the chat is opened; after that the copy is theirs."""
_KINDS = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
_SHOWN = ("image/", "video/", "audio/")


class Files:
    """`base_url`: where the platforms reach us."""

    def __init__(self, tools: Tools, folder: Path, base_url: str) -> None:
        self._tools, self._folder, self._base_url = tools, folder, base_url

    def keep(self, content: bytes, name: str | None = None) -> Media:
        """The file is kept. Raises BadFields when it is of no kind that is kept."""
        kept = self._tools.keep(content)
        if kept is None:
            raise BadFields({"file": "is of no kind that can be kept: a photo, a film, a recording or a document"})
        digest, mime = kept
        return Media(
            kind=_KINDS.get(mime.partition("/")[0], MediaKind.FILE),
            source=self.address(digest, mime, name),
            name=name,
            mime=mime,
            size_bytes=len(content),
            sha256=digest,
        )

    def address(self, digest: str, mime: str, name: str | None = None) -> str:
        """Where the file can be fetched for a week. Ends with the file's name: some platforms tell its kind by that."""
        token = self._tools.signer.sign(_PURPOSE, f"{digest} {mime}", self._tools.now() + VALID)
        return f"{self._base_url}/files/{token}/{quote(name or _default_name(mime), safe='')}"

    def addressed(self, message: Message) -> Message:
        """The message with an address for each file that is kept here, good from now on."""
        if not message.media:
            return message
        media = [
            replace(one, source=self.address(one.sha256, one.mime)) if one.sha256 and one.mime else one
            for one in message.media
        ]
        return replace(message, media=tuple(media))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The file of a signed address; 404 for any other."""
        words = self._tools.signer.read(_PURPOSE, request.match_info["token"], self._tools.now())
        if words is None:
            raise web.HTTPNotFound(text="there is no such file, or its address has expired")
        digest, mime = words.split(" ", 1)
        path = self._folder / digest[:2] / digest
        if not path.is_file():
            raise web.HTTPNotFound(text="the file is gone")
        way = "inline" if mime.startswith(_SHOWN) else "attachment"
        headers = {
            "Content-Type": mime,
            "Content-Disposition": way,
            "Cache-Control": "private, max-age=86400",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return web.FileResponse(path, headers=headers)


def _default_name(mime: str) -> str:
    kind, _, ending = mime.partition("/")
    return f"{kind}.{ending.partition('+')[0].replace('jpeg', 'jpg')}"
