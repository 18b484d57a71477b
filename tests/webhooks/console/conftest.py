"""One town with people at its console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from kit.console import add_person
from kit.town import Town, gateway_in_process, sandbox_town

from bots.gateway import Gateway, listen

PEOPLE = {"Lan": "operator", "Hoa": "operator", "Tú": "supervisor", "Minh": "admin"}


@pytest.fixture
async def gateway_and_place(tmp_path: Path) -> AsyncIterator[tuple[Gateway, Town]]:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with (
        sandbox_town(tmp_path, platforms=("zalo", "telegram"), hook_port=port) as place,
        gateway_in_process(place, listener) as gateway,
    ):
        for name, role in PEOPLE.items():
            add_person(place, name, role)
        add_person(place, "Sở", "department", "transport")
        yield gateway, place


@pytest.fixture
def place(gateway_and_place: tuple[Gateway, Town]) -> Town:
    """Zalo and Telegram simulated; Lan, Hoa (operators), Tú (supervisor), Minh (admin), Sở (a department)."""
    return gateway_and_place[1]


@pytest.fixture
def gateway(gateway_and_place: tuple[Gateway, Town]) -> Gateway:
    return gateway_and_place[0]
