"""The sandbox on a port of its own, a gateway that only listens, and a clock that stands still until it is moved."""

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from webhooks.sandbox.person import Person
from webhooks.sandbox.server import Sandbox, SandboxAccount

SECRETS = {
    "zalo": {
        "APP_ID": "3300000000000000001", "APP_SECRET": "zalo-app-secret", "OA_ID": "1900000000000000004",
        "OA_SECRET": "zalo-oa-secret", "REFRESH_TOKEN": "zalo-first-refresh",
    },
    "viber": {"TOKEN": "4f00000000000001-4f00000000000002-4f00000000000003", "SENDER_NAME": "Tổng đài 1022"},
    "messenger": {
        "PAGE_ID": "200111222333444", "PAGE_TOKEN": "messenger-page-token", "APP_ID": "880011", "APP_SECRET": "meta-app-secret",
        "VERIFY_TOKEN": "meta-verify-token",
    },
    "telegram": {"TOKEN": "7000000001:AAtelegram-token", "SECRET": "telegram-secret"},
}  # fmt: skip


class StillClock:
    """Time moves only when told, or when the sandbox waits: then at once, and the wait is remembered."""

    def __init__(self) -> None:
        self.now = 1_795_231_404.0  # 21 November 2026, 10:23 in Vietnam
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class Delivered:
    account: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Hook:
    """What reached the gateway. `answers`: what the next webhooks are answered with; 200 afterwards."""

    received: list[Delivered] = field(default_factory=list)
    answers: deque[web.Response] = field(default_factory=deque)
    verify_token: str = SECRETS["messenger"]["VERIFY_TOKEN"]
    hold: asyncio.Event = field(default_factory=asyncio.Event)  # cleared: answers wait until it is set

    async def post(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Delivered(request.match_info["account"], headers, await request.read()))
        await self.hold.wait()
        return self.answers.popleft() if self.answers else web.Response()

    async def get(self, request: web.Request) -> web.StreamResponse:
        right = request.query["hub.verify_token"] == self.verify_token
        return web.Response(text=request.query["hub.challenge"] if right else "no", status=200 if right else 403)

    def refuse(self, *statuses: int) -> None:
        self.answers.extend(web.Response(status=status) for status in statuses)

    def of(self, key: str) -> list[Any]:
        """The received documents that have this key, or this event name."""
        found = []
        for each in self.received:
            document = each.json
            items = [item for entry in document.get("entry", []) for item in entry["messaging"]] or [document]
            names = ("event_name", "event")
            found += [item for item in items if key in item or key in [item.get(name) for name in names]]
        return found


@dataclass
class Place:
    sandbox: Sandbox
    hook: Hook
    clock: StillClock
    url: str
    session: aiohttp.ClientSession
    zalo_token: str = ""

    def person(self, account: str) -> Person:
        return self.sandbox.person(account)

    async def met(self, account: str) -> Person:
        """Somebody who has written, so that every window is open and every webhook delivered."""
        person = self.sandbox.person(account)
        await person.send_text("Xin chào")
        await self.sandbox.settled()
        self.hook.received.clear()
        return person

    @property
    def rules(self) -> list[str]:
        return [incident.rule for incident in self.sandbox.incidents]

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self.session.request(method, self.url + path, **options) as response:
            body = await response.read()
            return response.status, json.loads(body) if body[:1] in {b"[", b"{"} else body

    async def telegram(self, name: str, **parameters: Any) -> tuple[int, Any]:
        return await self.call("POST", f"/bot{SECRETS['telegram']['TOKEN']}/{name}", json=parameters)

    async def viber(self, name: str, body: Any) -> Any:
        headers = {"X-Viber-Auth-Token": SECRETS["viber"]["TOKEN"], "Content-Type": "application/json"}
        raw = json.dumps(body, ensure_ascii=False).encode()
        return (await self.call("POST", f"/pa/{name}", data=raw, headers=headers))[1]

    async def messenger(self, method: str, edge: str, **parameters: Any) -> tuple[int, Any]:
        token = SECRETS["messenger"]["PAGE_TOKEN"]
        proof = hmac.new(SECRETS["messenger"]["APP_SECRET"].encode(), token.encode(), hashlib.sha256).hexdigest()
        headers = {"Authorization": f"Bearer {token}"}
        body = {"appsecret_proof": proof, **parameters}
        return await self.call(method, f"/v25.0/{edge}", json=body, headers=headers)

    async def refresh(self, token: str, **changed: str) -> Any:
        form = {"refresh_token": token, "app_id": SECRETS["zalo"]["APP_ID"], "grant_type": "refresh_token", **changed}
        headers = {"secret_key": SECRETS["zalo"]["APP_SECRET"]}
        return (await self.call("POST", "/v4/oa/access_token", data=form, headers=headers))[1]

    async def zalo(self, method: str, path: str, **options: Any) -> Any:
        if not self.zalo_token:
            self.zalo_token = (await self.refresh(SECRETS["zalo"]["REFRESH_TOKEN"]))["access_token"]
        return (await self.call(method, path, headers={"access_token": self.zalo_token}, **options))[1]

    async def consult(self, person: Person, **message: Any) -> Any:
        body = {"recipient": {"user_id": person.id}, "message": message}
        return await self.zalo("POST", "/v3.0/oa/message/cs", json=body)


async def _serve(routes: list[web.AbstractRouteDef]) -> tuple[web.AppRunner, str]:
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    hook, clock = Hook(), StillClock()
    hook.hold.set()
    gateway, gateway_url = await _serve(
        [web.post("/hooks/{account}", hook.post), web.get("/hooks/{account}", hook.get)]
    )
    accounts = [SandboxAccount(name, name, secrets, f"{gateway_url}/hooks/{name}") for name, secrets in SECRETS.items()]
    sandbox = Sandbox(accounts, clock=clock, sleep=clock.sleep, title="Tổng đài 1022", links=[("Bàn", "/console/")])
    platforms, url = await _serve(sandbox.routes())
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        yield Place(sandbox, hook, clock, url, session)
    hook.hold.set()
    await sandbox.stop()
    await platforms.cleanup()
    await gateway.cleanup()
