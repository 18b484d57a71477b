"""What goes outside: signed news of tickets for another program, and signed links for departments without an account."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from kit.api import callers
from kit.town import gateway_in_process, sandbox_town
from kit.town import town as a_town

from bots.gateway import Gateway, listen
from bots.notices import next_wait
from ticket_store.errors import ForbiddenStatus
from ticket_store.records import Person
from ticket_store.unit_of_work import Work
from webhooks.desk.clock import DeskClock
from webhooks.errors import BadFields, SpentLink

pytestmark = pytest.mark.journey

SECRET = "signs what another program is told"
FIELDS = {"name": "Trần Thị Bé", "phone": "0912345678", "address": "12 Lê Lợi", "request": "Đèn hỏng"}
BY_PHONE = {"account": "phone", **FIELDS}
LAN = Person("lan", "operator", datetime(2026, 11, 24, tzinfo=UTC))


@dataclass
class Listener:
    """Another program: takes news, or fails as often as it is told."""

    url: str = ""
    fails: int = 0
    heard: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        if self.fails:
            self.fails -= 1
            return web.Response(status=500)
        return web.Response()

    async def has_heard(self, count: int) -> list[tuple[Mapping[str, str], bytes]]:
        async with asyncio.timeout(20):
            while len(self.heard) < count:  # noqa: ASYNC110 - the gateway calls from outside
                await asyncio.sleep(0.02)
        return self.heard


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    program = Listener()
    app = web.Application()
    app.add_routes([web.post("/tickets", program.hear)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    socket = listen("127.0.0.1", 0)
    await web.SockSite(runner, socket).start()
    program.url = f"http://127.0.0.1:{socket.getsockname()[1]}/tickets"
    try:
        yield program
    finally:
        await runner.cleanup()


async def test_every_change_of_a_ticket_is_told_once_signed_and_repeated_until_heard(tmp_path: Path) -> None:
    listener = listen("127.0.0.1", 0)
    async with (
        listening() as program,
        sandbox_town(tmp_path, platforms=["telegram"], hook_port=listener.getsockname()[1]) as place,
    ):
        place.environment |= {"NOTIFY_URL": program.url, "NOTIFY_SECRET": SECRET}
        async with gateway_in_process(place, listener), callers(place, lan="operator") as (lan,):
            code = (await lan.post("/tickets", BY_PHONE)).body["code"]
            await program.has_heard(1)
            program.fails = 1
            await lan.patch(f"/tickets/{code}", {"status": "in_progress", "note": "Bí mật"})
            await lan.patch(f"/tickets/{code}", {"status": "resolved", "answer": "Bí mật"})
            heard = await program.has_heard(4)
    bodies = [json.loads(body) for _, body in heard]
    assert [one["type"] for one in bodies] == ["ticket.opened"] + ["ticket.changed"] * 3
    assert {one["data"]["code"] for one in bodies} == {code}
    told = [one["data"]["changes"]["status"][1] for one in bodies]
    assert sorted(told) == ["in_progress", "in_progress", "received", "resolved"]
    ids = [headers["webhook-id"] for headers, _ in heard]
    repeated = [place for place, status in enumerate(told) if status == "in_progress"]
    assert len(set(ids)) == 3
    assert len({ids[one] for one in repeated}) == 1  # the same id, and the same words
    assert heard[repeated[0]][1] == heard[repeated[1]][1]
    for headers, body in heard:
        text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        tag = base64.b64encode(hmac.digest(SECRET.encode(), text, "sha256")).decode()
        assert headers["webhook-signature"] == f"v1,{tag}"
        for secret in ("Bé", "912345678", "Lê Lợi", "Bí mật", "Đèn"):
            assert secret not in body.decode()


def test_a_program_that_does_not_hear_is_asked_less_and_less_often_for_three_days() -> None:
    start = datetime(2026, 11, 24, tzinfo=UTC)
    waits = [next_wait(attempts, start, start) for attempts in (1, 2, 3, 20)]
    assert [one - start for one in waits if one] == [timedelta(seconds=s) for s in (5, 10, 20, 3600)]
    assert next_wait(99, start, start + timedelta(days=3)) is None


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with (
        sandbox_town(tmp_path, platforms=["telegram"], hook_port=port) as place,
        gateway_in_process(place, listener) as running,
    ):
        yield running


async def opened(gateway: Gateway) -> str:
    from webhooks.desk.reports import Report

    return (await gateway.desk.open_ticket(LAN, Report(account="phone", **FIELDS))).code


async def test_a_department_accepts_and_reports_by_its_link_and_then_the_link_is_worth_nothing(
    gateway: Gateway,
) -> None:
    desk = gateway.desk
    code = await opened(gateway)
    ticket, token = await desk.forward(code, LAN, "transport", "xin kiểm tra", "once")
    assert (ticket.status, ticket.department) == ("forwarded", "transport")
    assert token is not None
    assert (await desk.forward(code, LAN, "transport", "xin kiểm tra", "once")).token is None
    seen = await desk.link(token)
    assert (seen.ticket.code, seen.link.department) == (code, "transport")
    assert (await desk.link_accept(token)).ticket.status == "in_progress"
    photo = gateway.files.keep(b"\x89PNG\r\n\x1a\n" + bytes(40), "den.png")
    done = await desk.link_report(token, "Đã thay bóng đèn.", [photo])
    assert (done.ticket.status, done.ticket.answer) == ("resolved", "Đã thay bóng đèn.")
    assert done.link.spent_at is not None

    def read() -> tuple[list[str], list[str | None]]:
        with desk.tools.store.reading() as work:
            return [one.actor for one in work.tickets.history(code)], [
                one.sha256 for one in work.tickets.attachments(code)
            ]

    actors, files = await asyncio.to_thread(read)
    assert actors == ["lan", "lan", "department:transport", "department:transport"]
    assert files == [photo.sha256]
    for again in (
        desk.link(token),
        desk.link_accept(token),
        desk.link_refuse(token, "x"),
        desk.link_report(token, "x"),
    ):
        with pytest.raises(SpentLink):
            await again


async def test_a_department_refuses_with_a_reason_and_the_ticket_is_back_at_the_desk(gateway: Gateway) -> None:
    desk = gateway.desk
    code = await opened(gateway)
    first = (await desk.forward(code, LAN, "transport")).token
    second = (await desk.forward(code, LAN, "power")).token
    assert first is not None
    assert second is not None
    with pytest.raises(SpentLink):  # the newer link took its place
        await desk.link(first)
    with pytest.raises(BadFields):
        await desk.link_refuse(second, "  ")
    back = await desk.link_refuse(second, "Không thuộc địa bàn")
    assert back.ticket.status == "received"
    for token in (second, second[:-2] + "xx", "", "a.b", "ü"):
        with pytest.raises(SpentLink):
            await desk.link(token)


async def test_a_link_ends_after_fourteen_days_and_with_its_ticket(gateway: Gateway) -> None:
    desk = gateway.desk
    code = await opened(gateway)
    token = (await desk.forward(code, LAN, "transport")).token
    assert token is not None
    signer, now = desk.tools.signer, desk.tools.now()
    assert signer.read("department-link", token, now + timedelta(days=13, hours=23)) is not None
    assert signer.read("department-link", token, now + timedelta(days=14, minutes=1)) is None
    await desk.change_ticket(code, LAN, status="cancelled", answer="Theo yêu cầu")
    with pytest.raises(SpentLink):
        await desk.link(token)
    with pytest.raises(ForbiddenStatus):
        await desk.forward(code, LAN, "transport")


async def test_a_silent_department_and_a_near_deadline_are_told_once_and_an_answer_ends_the_silence(
    gateway: Gateway,
) -> None:
    desk, clock = gateway.desk, DeskClock(gateway.desk.tools)
    code = await opened(gateway)
    token = (await desk.forward(code, LAN, "transport")).token
    assert token is not None

    def age(work: Work) -> None:
        """As if all of it had been three days ago; the deadline is in an hour."""
        days, due = 3 * 86_400_000_000, desk.tools.now() + timedelta(hours=1)
        work.tickets.change(code, "test", desk.tools.now(), due_at=due)
        for table in ("tickets", "department_links"):
            work._connection.exec_driver_sql(f"UPDATE {table} SET created_at = created_at - {days}")  # noqa: S608 - our own names

    def told(work: Work) -> list[Mapping[str, object]]:
        return [one.changes for one in work.tickets.history(code) if one.actor == "clock"]

    await clock.tick()
    assert await desk.tools.writer.write(told) == []
    await desk.tools.writer.write(age)
    await clock.tick()
    await clock.tick()
    assert await desk.tools.writer.write(told) == [{"due_soon": [False, True]}, {"unanswered": [False, True]}]
    assert [one.code for one in await desk.tickets(LAN, reminded=True)] == [code]
    after = (await desk.link_accept(token)).ticket
    assert (after.unanswered_at, after.status) == (None, "in_progress")
    await clock.tick()
    assert len(await desk.tools.writer.write(told)) == 2


async def test_a_file_of_ours_is_served_from_its_signed_address_only(tmp_path: Path) -> None:
    import aiohttp

    async with a_town(tmp_path, platforms=["telegram"]) as place:
        listener = listen("127.0.0.1", 0)
        place.environment["PUBLIC_URL"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        content = b"%PDF-1.4 words"
        async with gateway_in_process(place, listener) as gateway, aiohttp.ClientSession() as session:
            media = gateway.files.keep(content, "tra lời.pdf")
            async with session.get(media.source) as reply:
                assert (reply.status, await reply.read()) == (200, content)
                assert reply.headers["Content-Disposition"] == "attachment"
                assert reply.headers["X-Content-Type-Options"] == "nosniff"
                assert reply.headers["Content-Type"] == "application/pdf"
            async with session.get(media.source.replace("/files/", "/files/x")) as reply:
                assert reply.status == 404
            with pytest.raises(BadFields):
                gateway.files.keep(b"MZ program")
