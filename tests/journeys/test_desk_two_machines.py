"""Two machines on one PostgreSQL: who holds a chat, what is silent, and what is done once does not depend on the machine."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from kit.api import Caller, callers, conversation_of
from kit.databases import PostgresServer
from kit.town import gateway_in_process, sandbox_town

from bots.gateway import listen

pytestmark = [pytest.mark.journey, pytest.mark.postgres]

BY_PHONE = {"account": "phone", "name": "A", "phone": "0912345678", "address": "1 Lê Lợi", "request": "Đèn hỏng"}


async def test_a_takeover_on_one_machine_silences_the_other_and_keys_count_on_both(
    tmp_path: Path, postgres_server: PostgresServer, postgres_template: str
) -> None:
    url = postgres_server.lend(postgres_template)
    first, second = listen("127.0.0.1", 0), listen("127.0.0.1", 0)
    try:
        async with (
            sandbox_town(tmp_path, platforms=["telegram"], database_url=url, hook_port=first.getsockname()[1]) as place,
            gateway_in_process(place, first),
            gateway_in_process(place, second),
            callers(place, lan="operator", minh="operator") as (lan, minh),
            aiohttp.ClientSession(f"http://127.0.0.1:{second.getsockname()[1]}") as elsewhere,
        ):
            lan_there, minh_there = Caller(elsewhere, lan.token), Caller(elsewhere, minh.token)
            faults = place.sandbox.lines["telegram"].faults
            for number in range(6):
                person = place.sandbox.person("telegram")
                await person.open_chat()
                await person.next_message()
                path = f"/conversations/{await conversation_of(lan, person.id)}"
                faults.delay = 0.2
                place.clock.pass_time(3)
                await person.send_text("hướng dẫn")
                await place.sandbox.settled()
                taker = lan_there if number % 2 else lan
                assert (await taker.post(f"{path}/takeover")).status == 200
                arrived = len(person.inbox)
                faults.clear()
                refused = await asyncio.gather(minh.post(f"{path}/takeover"), minh_there.post(f"{path}/takeover"))
                assert [reply.status for reply in refused] == [409, 409]
                place.clock.pass_time(3)
                said = await asyncio.gather(
                    *(one.post(f"{path}/messages", {"text": "Em đây"}, "k") for one in (lan, lan_there, lan, lan_there))
                )
                assert [reply.status for reply in said] == [201] * 4, [reply.body for reply in said]
                assert len({reply.body["id"] for reply in said}) == 1
                while len(person.inbox) == arrived:
                    await person.next_message()
                assert len(person.inbox) == arrived + 1
                both = await asyncio.gather(minh.post(f"{path}/handback"), lan_there.post(f"{path}/handback"))
                assert min(reply.status for reply in both) == 200
            opened = await asyncio.gather(
                *(one.post("/tickets", BY_PHONE, "call") for one in (lan, lan_there, lan, lan_there))
            )
            assert len({reply.body["code"] for reply in opened}) == 1
            code = opened[0].body["code"]
            change = {"status": "in_progress", "note": "x"}
            done = await asyncio.gather(
                *(one.patch(f"/tickets/{code}", change, "c") for one in (lan, lan_there, lan, lan_there))
            )
            assert {reply.status for reply in done} == {200}
            assert len((await minh.get(f"/tickets/{code}")).body["history"]) == 2
    finally:
        postgres_server.take_back(url)
