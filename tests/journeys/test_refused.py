"""Forged, oversized, malformed, unknown: the contract's status, no ticket, no answer, and nothing personal in the log."""

import hashlib
import hmac
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from kit.town import GatewayProcess, Town, sandbox_town

from bots.gateway import listen

pytestmark = pytest.mark.journey

SECRET_WORDS = ("Lý Thị Bí Mật", "0911222333", "77 Đường Kín", "chuyện riêng của tôi")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[tuple[Town, GatewayProcess]]:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    async with sandbox_town(tmp_path, hook_port=port) as there:
        gateway = GatewayProcess(there.environment, tmp_path, port)
        await gateway.start()
        yield there, gateway
        assert await gateway.terminate() == 0


def viber_headers(place: Town, body: bytes) -> dict[str, str]:
    token = place.environment["BOT_VIBER_TOKEN"]
    return {"X-Viber-Content-Signature": hmac.new(token.encode(), body, hashlib.sha256).hexdigest()}


async def test_every_refusal_has_its_status(place: tuple[Town, GatewayProcess]) -> None:
    there, gateway = place
    text = {
        "event": "message",
        "timestamp": 1,
        "message_token": 5,
        "sender": {"id": "x"},
        "message": {"type": "text", "text": "hi"},
    }
    body = json.dumps(text).encode()
    async with aiohttp.ClientSession(there.gateway_url) as client:

        async def status(method: str, path: str, data: bytes | io.BytesIO = b"", **headers: str) -> int:
            async with client.request(method, path, data=data, headers=headers) as answer:
                return answer.status

        for account in ("zalo", "viber", "messenger", "telegram"):
            assert await status("POST", f"/hooks/{account}", body) == 401
            assert await status("PUT", f"/hooks/{account}", body) == 405
            assert await status("POST", f"/hooks/{account}", io.BytesIO(b"x" * (1024 * 1024 + 1))) == 413
        assert await status("POST", "/hooks/nobody", body) == 404
        assert await status("GET", "/hooks/messenger?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=7") == 403
        token = there.environment["BOT_MESSENGER_VERIFY_TOKEN"]
        good = f"/hooks/messenger?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444"
        async with client.get(good) as answer:
            assert (answer.status, await answer.text()) == (200, "1158201444")
        for probe in (b"{}", b""):
            assert await status("POST", "/hooks/zalo", probe) == 200
        flipped = body.replace(b"hi", b"ho")
        assert await status("POST", "/hooks/viber", flipped, **viber_headers(there, body)) == 401
        unknown = b'{"event":"brand_new","timestamp":1,"message_token":9}'
        assert await status("POST", "/hooks/viber", unknown, **viber_headers(there, unknown)) == 200
        unreadable = b'["not", "an", "object"]'
        assert await status("POST", "/hooks/viber", unreadable, **viber_headers(there, unreadable)) == 200
        async with client.get("/healthz") as answer:
            assert answer.status == 200
        async with client.get("/readyz") as answer:
            assert answer.status == 200
        async with client.get("/metrics") as answer:
            figures = await answer.text()
        assert 'tongdai_refused_webhooks_total{account="telegram"}' in figures
        assert "tongdai_intake_waiting 0.0" in figures
        assert 'tongdai_open_alerts{urgency="emergency"} 0.0' in figures
        assert 'tongdai_unknown_events_total{account="viber"} 1.0' in figures
    assert there.tickets() == []
    assert all(not person.inbox for line in there.sandbox.lines.values() for person in line.people.values())
    store = there.store()
    with store.reading() as work:
        kept = work.quarantine.page(limit=10, after=None)
    store.close()
    assert len(kept) == 2
    assert b"listening" in gateway.log.read_bytes()


async def test_the_log_at_debug_level_holds_nothing_personal_and_no_secret(place: tuple[Town, GatewayProcess]) -> None:
    there, gateway = place
    for platform in ("zalo", "viber", "messenger", "telegram"):
        person = there.sandbox.person(platform, name="Lý Thị Bí Mật")
        there.clock.pass_time(5)
        await person.send_text("xin chào")
        await person.next_message(timeout=20)
        there.clock.pass_time(5)
        await person.press("Đồng ý")
        await person.next_message()
        there.clock.pass_time(5)
        await person.send_text(
            "Họ tên: Lý Thị Bí Mật\nSĐT: 0911222333\nĐịa chỉ: 77 Đường Kín, phường Sài Gòn\nNội dung: chuyện riêng của tôi"
        )
        assert "Bí Mật" in (await person.next_message()).text
        there.sandbox.lines[platform].faults.fail_next(1, "html")
        there.clock.pass_time(5)
        await person.press(0)
        await person.next_message(timeout=10)
    log = gateway.log.read_text(encoding="utf-8")
    assert "sending failed" in log
    for words in (*SECRET_WORDS, "911222333", "Bí Mật"):
        assert words not in log
        assert json.dumps(words)[1:-1] not in log
    for name, value in there.environment.items():
        if name.endswith(("TOKEN", "SECRET", "KEY")):
            assert value not in log, name


async def test_with_the_store_out_of_reach_platforms_are_told_to_come_back(place: tuple[Town, GatewayProcess]) -> None:
    there, _ = place
    body = b'{"event":"message","timestamp":1,"message_token":8,"sender":{"id":"x=="},"message":{"type":"text","text":"alo"}}'
    path = there.environment["DATABASE_URL"].removeprefix("sqlite:///")
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        async with (
            aiohttp.ClientSession(there.gateway_url) as client,
            client.post("/hooks/viber", data=body, headers=viber_headers(there, body)) as answer,
        ):
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) > 0
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    async with (
        aiohttp.ClientSession(there.gateway_url) as client,
        client.post("/hooks/viber", data=body, headers=viber_headers(there, body)) as answer,
    ):
        assert answer.status == 200
