"""A gateway in a thread of its own, for tools that call it and wait: hypothesis, schemathesis."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kit.api import callers, conversation_of
from kit.town import gateway_in_process, sandbox_town

from bots.gateway import listen
from webhooks.api.operations import Operation
from webhooks.api.v1 import Api


@dataclass
class Server:
    """`conversation`: the id of one that exists; a ticket exists too."""

    address: str
    token: str
    conversation: str
    operations: list[Operation]

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, Any]:
        """Status, content type, and the body as JSON."""
        connection = http.client.HTTPConnection(self.address, timeout=20)
        try:
            sent = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
            connection.request(method, path, body, {k: v for k, v in sent.items() if v})
            reply = connection.getresponse()
            content = reply.read()
            kind = reply.headers.get_content_type()
            return reply.status, kind, json.loads(content) if content else None
        finally:
            connection.close()


@contextmanager
def api_server(folder: Path) -> Iterator[Server]:
    """It runs, with one conversation and one ticket; `token` is an administrator's."""
    found: list[Server] = []
    ready, stop = threading.Event(), threading.Event()

    async def run() -> None:
        listener = listen("127.0.0.1", 0)
        async with (
            sandbox_town(folder, platforms=["telegram"], hook_port=listener.getsockname()[1]) as place,
            gateway_in_process(place, listener) as gateway,
        ):
            async with callers(place, lan="admin") as (lan,):
                person = place.sandbox.person("telegram")
                await person.open_chat()
                await person.next_message()
                conversation = await conversation_of(lan, person.id)
                await lan.post(
                    "/tickets",
                    {"account": "phone", "name": "A", "phone": "0912345678", "address": "1 X", "request": "Y"},
                )
                operations = Api(gateway.desk).operations
                found.append(Server(urlsplit(place.gateway_url).netloc, lan.token, conversation, operations))
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield found[0]
    finally:
        stop.set()
        thread.join(30)
