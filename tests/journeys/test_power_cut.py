"""`kill -9` after any message, start again: nothing is lost, there is one ticket, every answer arrives."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from kit.town import TICKET_CODE, GatewayProcess, Town, free_port, sandbox_town

from webhooks.sandbox.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

Act = Callable[[Person], Awaitable[object]]

ACTS: tuple[tuple[str, Act], ...] = (
    ("opens the chat", lambda person: person.open_chat()),
    ("agrees", lambda person: person.press("Đồng ý")),
    ("tells the name", lambda person: person.send_text("Trần Thị Bình")),
    ("tells the phone", lambda person: person.send_text("0987 654 321")),
    ("tells the place", lambda person: person.send_text("45 Nguyễn Huệ, phường Sài Gòn, TP.HCM")),
    ("tells the matter", lambda person: person.send_text("Rác không ai thu gom cả tuần")),
    ("confirms", lambda person: person.press("Đúng, gửi đi")),
)


async def act(place: Town, person: Person, doing: Act) -> str:
    """The answer to what the citizen does. An answer from before the power cut may come a second time: never lost,
    never silent is the promise, and it is passed over here.
    """
    place.clock.pass_time(2)
    before = {bubble.text for bubble in person.inbox}
    await doing(person)
    while (text := (await person.next_message(timeout=30)).text) in before:
        pass
    return text


@pytest.mark.parametrize(
    ("platform", "killed_after"),
    [
        ("messenger", {1, 5, 6}),
        *(pytest.param(platform, set(range(7)), marks=pytest.mark.long) for platform in ("messenger", "zalo")),
    ],
)
async def test_killed_after_any_message_and_nothing_is_lost(
    platform: str, killed_after: set[int], tmp_path: Path
) -> None:
    port = free_port()
    async with sandbox_town(tmp_path, platforms=[platform], hook_port=port) as place:
        gateway = GatewayProcess(place.environment, tmp_path, port)
        await gateway.start()
        person = place.sandbox.person(platform)
        answer = ""
        for number, (_, doing) in enumerate(ACTS):
            if number == 0 and platform == "zalo":
                answer = await act(place, person, lambda one: one.send_text("xin chào"))
            else:
                answer = await act(place, person, doing)
            if number not in killed_after:
                continue
            await place.sandbox.settled()  # a receipt cut off would hold up the platform's queue for its own long wait
            await gateway.kill()
            await gateway.start()
        assert TICKET_CODE.search(answer), answer
        assert await gateway.terminate() == 0
        (ticket,) = place.tickets()
        assert ticket["name"] == "Trần Thị Bình"
        assert ticket["phone"] == "+84987654321"


async def test_killed_before_the_answer_left_the_answer_comes_after_the_start(tmp_path: Path) -> None:
    port = free_port()
    async with sandbox_town(tmp_path, platforms=["messenger"], hook_port=port) as place:
        gateway = GatewayProcess(place.environment, tmp_path, port)
        await gateway.start()
        person = place.sandbox.person("messenger")
        faults = place.sandbox.lines["messenger"].faults
        faults.fail_next(1, "hang")
        await person.open_chat()
        await place.sandbox.settled()
        await gateway.kill()
        faults.clear()
        await gateway.start()
        assert "1022" in (await person.next_message(timeout=10)).text
        assert await gateway.terminate() == 0


async def test_while_the_gateway_is_down_platforms_redeliver(tmp_path: Path) -> None:
    port = free_port()
    async with sandbox_town(tmp_path, platforms=["viber"], hook_port=port) as place:
        person = place.sandbox.person("viber")
        await person.send_text("chào")
        gateway = GatewayProcess(place.environment, tmp_path, port)
        await gateway.start()
        assert "1022" in (await person.next_message(timeout=30)).text
        assert await gateway.terminate() == 0
