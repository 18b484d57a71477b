"""The page with the four phones: its files, its event stream, and the JSON by which it (or a script) acts."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from webhooks.sandbox.faults import KINDS
from webhooks.sandbox.messenger import Messenger
from webhooks.sandbox.person import Person
from webhooks.sandbox.samples import picture_png
from webhooks.sandbox.stage import incident_view

if TYPE_CHECKING:
    from webhooks.sandbox.server import Sandbox

Json = dict[str, Any]
_FOLDER = Path(__file__).parent / "page"
_FILES = {path.name: path for path in sorted(_FOLDER.iterdir())} if _FOLDER.is_dir() else {}
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}  # fmt: skip
_QUEUE = 2000
_MOST_UPLOAD = 12 * 1024 * 1024
_MOST_TEXT = 20_000


class Pages:
    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self._index),
            web.get("/sandbox/page/{name}", self._file),
            web.get("/sandbox/media/{key}/{name}", self._media),
            web.get("/sandbox/form.png", self._picture),
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/phone", self._phone),
            web.get("/sandbox/events", self._events),
            web.get("/sandbox/wire", self._wire),
            web.get("/sandbox/incidents", self._incidents),
            web.post("/sandbox/people", self._people),
            web.post("/sandbox/act", self._act),
            web.post("/sandbox/upload", self._upload),
            web.post("/sandbox/staff", self._staff),
            web.post("/sandbox/faults", self._faults),
        ]

    # -- files -------------------------------------------------------------------------------------------------

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return self._static("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._static(request.match_info["name"])

    def _static(self, name: str) -> web.StreamResponse:
        path = _FILES.get(name)
        if path is None:
            raise web.HTTPNotFound
        kind = _TYPES[path.suffix]
        return web.Response(body=path.read_bytes(), headers={**_HEADERS, "Content-Type": f"{kind}; charset=utf-8"})

    async def _media(self, request: web.Request) -> web.StreamResponse:
        item = self.sandbox.stage.shelf.get(request.match_info["key"])
        if item is None:
            raise web.HTTPNotFound
        headers = {**_HEADERS, "Content-Type": item.content_type}
        if not item.content_type.startswith(("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")):
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=item.data, headers=headers)

    async def _picture(self, _request: web.Request) -> web.StreamResponse:
        """A picture for Zalo's form card, so that a demonstration needs no other host."""
        return web.Response(body=picture_png(), headers={**_HEADERS, "Content-Type": "image/png"})

    # -- what the page reads -----------------------------------------------------------------------------------

    async def _state(self, _request: web.Request) -> web.StreamResponse:
        sandbox = self.sandbox
        return _json(
            {
                "title": sandbox.title,
                "links": [{"label": label, "url": url} for label, url in sandbox.links],
                "accounts": [line.look() for line in sandbox.lines.values()],
                "faults": {name: _faults_view(line.faults) for name, line in sandbox.lines.items()},
                "kinds": list(KINDS),
                "incidents": [incident_view(each) for each in sandbox.incidents[-100:]],
                "wire": [asdict(entry) for entry in list(sandbox.stage.wire.entries)[-150:]],
            }
        )

    async def _phone(self, request: web.Request) -> web.StreamResponse:
        person = self._person(dict(request.query))
        return _json({"phone": person.view(), "bubbles": [bubble.view() for bubble in person.bubbles[-200:]]})

    async def _wire(self, _request: web.Request) -> web.StreamResponse:
        return _json({"items": [asdict(entry) for entry in self.sandbox.stage.wire.entries]})

    async def _incidents(self, _request: web.Request) -> web.StreamResponse:
        return _json({"items": [incident_view(each) for each in self.sandbox.incidents]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[tuple[str, Json]] = asyncio.Queue(_QUEUE)
        listeners = self.sandbox.stage.listeners
        listeners.add(queue)
        stopped = asyncio.ensure_future(self.sandbox.stopping.wait())
        try:
            await response.write(b": connected\n\n")
            while queue in listeners and not stopped.done():
                next_event = asyncio.ensure_future(queue.get())
                await asyncio.wait({next_event, stopped}, timeout=15, return_when=asyncio.FIRST_COMPLETED)
                if not next_event.done():
                    next_event.cancel()
                    await response.write(b": still here\n\n")
                    continue
                kind, data = next_event.result()
                await response.write(f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            listeners.discard(queue)
            stopped.cancel()
        return response

    # -- what the page does ------------------------------------------------------------------------------------

    async def _people(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        line = self.sandbox.lines.get(str(wanted.get("account")))
        if line is None:
            raise web.HTTPNotFound
        name = wanted.get("name")
        person = line.person(str(name)[:60] if name else None)
        return _json({"phone": person.view(), "bubbles": []})

    async def _act(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        person = self._person(wanted)
        text = str(wanted.get("text", ""))[:_MOST_TEXT]
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "open": lambda: person.open_chat(str(wanted.get("ref", ""))),
            "text": lambda: person.send_text(text),
            "press": lambda: person.press(wanted.get("choice", 0)),
            "phone": lambda: person.share_phone(wanted.get("phone"), own=bool(wanted.get("own", True))),
            "location": lambda: person.share_location(
                float(wanted.get("lat", 10.7769)), float(wanted.get("lng", 106.7009))
            ),
            "photo": lambda: person.send_photo(None, text),
            "album": lambda: person.send_album(min(int(wanted.get("count", 3)), 10), text),
            "voice": person.send_voice,
            "video": person.send_video,
            "sticker": person.send_sticker,
            "file": person.send_file,
            "form": lambda: person.submit_form(*(str(wanted.get(each, ""))[:500] for each in _FORM)),
            "follow": person.follow,
            "unfollow": person.unfollow,
            "block": person.block,
            "read": person.read_all,
            "react": person.react,
            "edit": lambda: person.edit(self._bubble(person, wanted), text),
            "close": lambda: _close(person),
            "reopen": lambda: _reopen(person),
        }
        act = acts.get(str(wanted.get("act")))
        if act is None or (wanted.get("act") == "text" and not text.strip()):
            raise web.HTTPBadRequest(text="no such act")
        try:
            await act()
        except (NotImplementedError, LookupError, TypeError, ValueError) as error:
            raise web.HTTPConflict(text=str(error)) from error
        return _json({"phone": person.view()})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        _same_site(request)
        if not request.content_type.startswith("image/"):
            raise web.HTTPUnsupportedMediaType
        person = self._person(dict(request.query))
        data = bytearray()
        async for piece in request.content.iter_chunked(65536):
            data += piece
            if len(data) > _MOST_UPLOAD:
                raise web.HTTPRequestEntityTooLarge(max_size=_MOST_UPLOAD, actual_size=len(data))
        await person.send_photo(bytes(data), request.query.get("text", "")[:_MOST_TEXT])
        return _json({"phone": person.view()})

    async def _staff(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        person = self._person(wanted)
        text = str(wanted.get("text", "")).strip()[:_MOST_TEXT]
        if not text:
            raise web.HTTPBadRequest(text="an empty answer")
        try:
            await self.sandbox.staff_reply(person.account, person, text)
        except NotImplementedError as error:
            raise web.HTTPConflict(text=str(error)) from error
        return _json({"phone": person.view()})

    async def _faults(self, request: web.Request) -> web.StreamResponse:  # noqa: C901 - one line per fault
        """`{"account", "fail": kind, "count", "only", "delay", "duplicate", "shuffle", "batch", "down", "do"}`; `do` is one
        of clear, enable_webhook, expire_tokens, revoke_token, expire_links, hold, release, flush.
        """
        wanted = await _body(request)
        line = self.sandbox.lines.get(str(wanted.get("account")))
        if line is None:
            raise web.HTTPNotFound
        faults, courier = line.faults, line.courier
        try:
            if "fail" in wanted:
                faults.fail_next(
                    min(int(wanted.get("count", 1)), 1000), str(wanted["fail"]), only=str(wanted.get("only", ""))
                )
            faults.delay = min(max(float(wanted.get("delay", faults.delay)), 0.0), 60.0)
            faults.duplicate = min(max(int(wanted.get("duplicate", faults.duplicate)), 1), 10)
            faults.batch = min(max(int(wanted.get("batch", faults.batch)), 1), 1000)
            faults.shuffle = bool(wanted.get("shuffle", faults.shuffle))
            faults.down = bool(wanted.get("down", faults.down))
            match wanted.get("do"):
                case "clear":
                    faults.clear()
                case "expire_tokens":
                    self.sandbox.expire_tokens(line.account.name)
                case "revoke_token":
                    self.sandbox.revoke_token(line.account.name)
                case "expire_links":
                    self.sandbox.stage.shelf.expire_links()
                case "enable_webhook":
                    line.subscribed = True
                case "hold":
                    faults.held = True
                case "release":
                    courier.release()
            if isinstance(line, Messenger) and (faults.batch <= 1 or wanted.get("do") == "flush"):
                line.flush()
        except (ValueError, TypeError, NotImplementedError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        self.sandbox.stage.publish("faults", {"account": line.account.name, "faults": _faults_view(faults)})
        return _json({"faults": _faults_view(faults)})

    def _person(self, wanted: Json) -> Person:
        line = self.sandbox.lines.get(str(wanted.get("account")))
        person = line.people.get(str(wanted.get("person"))) if line else None
        if person is None:
            raise web.HTTPNotFound
        return person

    def _bubble(self, person: Person, wanted: Json) -> Any:  # noqa: ANN401 - a Bubble, or LookupError
        for bubble in person.bubbles:
            if bubble.mine and bubble.id == wanted.get("bubble"):
                return bubble
        raise LookupError("no such message")


_FORM = ("name", "phone", "address", "ward", "city")


async def _close(person: Person) -> None:
    person.open = False
    person.publish()


async def _reopen(person: Person) -> None:
    person.open = True
    await person.read_all()


def _faults_view(faults: Any) -> Json:  # noqa: ANN401 - a Faults
    return {
        "delay": faults.delay, "duplicate": faults.duplicate, "shuffle": faults.shuffle, "batch": faults.batch,
        "down": faults.down, "held": faults.held, "waiting": faults.waiting,
    }  # fmt: skip


def _json(document: Json) -> web.Response:
    return web.json_response(document, headers=_HEADERS, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _same_site(request: web.Request) -> None:
    """Another site's page in the same browser must not play with the sandbox."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise web.HTTPForbidden


async def _body(request: web.Request) -> Json:
    _same_site(request)
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    with suppress(ValueError):
        found = await request.json()
        if isinstance(found, dict):
            return found
    raise web.HTTPBadRequest(text="the body must be a JSON object")
