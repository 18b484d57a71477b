"""The platforms' side of the wire: webhook bodies signed as each platform signs them, and their APIs on loopback.

The API answers at once and accepts everything: it must never be what is measured. Formats by the platforms' own
documentation of 2026; only what a text message needs.
"""

import asyncio
import hashlib
import hmac
import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs

import orjson

SECRET = "benchmark-secret-of-nobody"
APP_ID, PAGE_ID, OA_ID = "3600001", "178900000001", "579700000001"
NOW = int(time.mktime((2026, 11, 1, 8, 0, 0, 0, 0, 0)))
"""The platforms' own time of every message; nobody's clock depends on it."""


@dataclass(frozen=True, slots=True)
class Platform:
    """How one platform delivers a text. `body(contact, number, text as JSON)`; `headers(body)` proves who sent it."""

    hello: str
    body: Callable[[bytes, int, bytes], bytes]
    headers: Callable[[bytes], bytes]


def _telegram(contact: bytes, number: int, text: bytes) -> bytes:
    entities = b',"entities":[{"type":"bot_command","offset":0,"length":6}]' if text.startswith(b'"/') else b""
    return (
        b'{"update_id":%d,"message":{"message_id":%d,"from":{"id":%s,"is_bot":false,"first_name":"Citizen",'
        b'"language_code":"vi"},"chat":{"id":%s,"first_name":"Citizen","type":"private"},"date":%d,"text":%s%s}}'
    ) % (number, number, contact, contact, NOW, text, entities)


def _messenger(contact: bytes, number: int, text: bytes) -> bytes:
    return (
        b'{"object":"page","entry":[{"id":"%s","time":%d000,"messaging":[{"sender":{"id":"%s"},"recipient":{"id":"%s"},'
        b'"timestamp":%d000,"message":{"mid":"m_%d","text":%s}}]}]}'
    ) % (PAGE_ID.encode(), NOW, contact, PAGE_ID.encode(), NOW, number, text)


def _viber(contact: bytes, number: int, text: bytes) -> bytes:
    return (
        b'{"event":"message","timestamp":%d000,"message_token":%d,"chat_hostname":"SN-CHAT-01_","sender":{"id":"%s",'
        b'"name":"Citizen","language":"vi","country":"VN","api_version":10},"message":{"type":"text","text":%s},"silent":false}'
    ) % (NOW, number, contact, text)


def _zalo(contact: bytes, number: int, text: bytes) -> bytes:
    return (
        b'{"app_id":"%s","user_id_by_app":"%s","event_name":"user_send_text","timestamp":"%d000","sender":{"id":"%s"},'
        b'"recipient":{"id":"%s"},"message":{"msg_id":"%d","text":%s}}'
    ) % (APP_ID.encode(), contact, NOW, contact, OA_ID.encode(), number, text)


def _keyed(body: bytes) -> bytes:
    return hmac.digest(SECRET.encode(), body, "sha256").hex().encode()


def _zalo_mac(body: bytes) -> bytes:
    return hashlib.sha256(b"%s%s%d000%s" % (APP_ID.encode(), body, NOW, SECRET.encode())).hexdigest().encode()


PLATFORMS = {
    "telegram": Platform("/start", _telegram, lambda _: b"X-Telegram-Bot-Api-Secret-Token: %s\r\n" % SECRET.encode()),
    "messenger": Platform("Xin chào", _messenger, lambda body: b"X-Hub-Signature-256: sha256=%s\r\n" % _keyed(body)),
    "viber": Platform("Xin chào", _viber, lambda body: b"X-Viber-Content-Signature: %s\r\n" % _keyed(body)),
    "zalo": Platform("Xin chào", _zalo, lambda body: b"X-ZEvent-Signature: mac=%s\r\n" % _zalo_mac(body)),
}


# -- the platforms' APIs

Heard = Callable[[str, str, int], None]
"""Told of each message to a person: contact, text, monotonic nanoseconds."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_MESSENGER_PATH = re.compile(r"/v\d+\.\d+/[^/]+/messages")
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"


class FakeApis:
    """All four platforms' APIs at one loopback address. `strange` counts calls that none of them knows."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self.strange: dict[str, int] = {}
        self._ids = itertools.count(1)
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listens; the base address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Caller(self), "127.0.0.1", 0, backlog=512)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def answer(self, head: bytes, body: bytes) -> bytes:
        """The platform's answer to one call; a message to a person is stamped and told before."""
        at = time.monotonic_ns()
        path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
        if path.startswith("/bot"):
            return self._telegram(path.rpartition("/")[2].lower(), head, body, at)
        call: dict[str, Any] = orjson.loads(body) if body.startswith(b"{") else {}
        number = next(self._ids)
        if path == "/v3.0/oa/message/cs":
            self.heard(call["recipient"]["user_id"], call["message"].get("text", ""), at)
            return b'{"error":0,"message":"Success","data":{"message_id":"z%d","user_id":"0"}}' % number
        if path == "/pa/send_message":
            self.heard(call["receiver"], call.get("text", ""), at)
            return b'{"status":0,"status_message":"ok","message_token":%d,"chat_hostname":"SN"}' % number
        if path == "/v4/oa/access_token":
            return b'{"access_token":"a%d","refresh_token":"r%d","expires_in":"90000"}' % (number, number)
        if _MESSENGER_PATH.fullmatch(path) and "message" in call:
            contact = call["recipient"]["id"]
            self.heard(contact, call["message"].get("text", ""), at)
            return b'{"recipient_id":"%s","message_id":"m_out%d"}' % (contact.encode(), number)
        self.strange[path] = self.strange.get(path, 0) + 1
        return b'{"ok":true}'

    def _telegram(self, method: str, head: bytes, body: bytes, at: int) -> bytes:
        if method != "sendmessage":
            if method not in {"getme", "sendchataction", "setwebhook", "getwebhookinfo", "setmycommands"}:
                self.strange[method] = self.strange.get(method, 0) + 1
            return b'{"ok":true,"result":true}'
        if b"application/json" in head:
            call = orjson.loads(body)
            contact, text = str(call["chat_id"]), call["text"]
        else:
            form = parse_qs(body.decode())
            contact, text = form["chat_id"][0], form["text"][0]
        self.heard(contact, text, at)
        return (
            b'{"ok":true,"result":{"message_id":%d,"from":{"id":42,"is_bot":true,"first_name":"Hotline"},'
            b'"chat":{"id":%s,"type":"private","first_name":"Citizen"},"date":%d,"text":"..."}}'
        ) % (next(self._ids), contact.encode(), NOW)


class _Caller(asyncio.Protocol):
    """One keep-alive connection of a bot to the APIs."""

    def __init__(self, apis: FakeApis) -> None:
        self._apis = apis
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (head_end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:head_end]
            length = _LENGTH.search(head)
            if length is None and not head.startswith(b"GET "):
                raise ValueError("a call without Content-Length: these APIs do not read chunks")
            end = head_end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[head_end + 4 : end], self._buffer[end:]
            answer = self._apis.answer(head, body)
            assert self._transport is not None
            self._transport.write(_OK % (len(answer), answer))
