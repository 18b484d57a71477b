"""Scripts, styles and icons: served under names that hold a digest of their content, so that browsers keep them for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
PATH = "/console/static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    content_type: str


class Assets:
    """All files of `static/`, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._addresses: dict[str, str] = {}
        self._served: dict[str, Asset] = {}
        for file in sorted(folder.rglob("*")):
            if file.suffix not in _TYPES:
                continue
            body = file.read_bytes()
            name = file.relative_to(folder).as_posix()
            served = f"{name.removesuffix(file.suffix)}.{sha256(body).hexdigest()[:12]}{file.suffix}"
            self._addresses[name] = f"{PATH}/{served}"
            self._served[served] = Asset(body, _TYPES[file.suffix])

    @property
    def addresses(self) -> Mapping[str, str]:
        return self._addresses

    def address(self, name: str) -> str:
        """Where a file of `static/` is served. Raises KeyError."""
        return self._addresses[name]

    async def serve(self, request: web.Request) -> web.Response:
        asset = self._served.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=headers)
