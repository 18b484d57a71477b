"""The desk's commands, as an admin types them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.cli import tongdai
from kit.town import KEY, TICKET_CODE, Town, town

from webhooks.sandbox.person import Person

pytestmark = pytest.mark.journey

PASSWORD = "một mật khẩu đủ dài"


def settings(folder: Path) -> dict[str, str]:
    return {"SECRET_KEY": KEY, "DATABASE_URL": f"sqlite:///{folder}/town.db", "MEDIA_DIR": str(folder / "media")}


@pytest.mark.long
async def test_people_of_the_console_are_added_listed_locked_out_and_let_in_again(tmp_path: Path) -> None:
    async def operators(*arguments: str, stdin: str = "") -> Any:
        return await tongdai("operators", *arguments, environment=settings(tmp_path), folder=tmp_path, stdin=stdin)

    added = await operators("add", "Lan", "--role", "operator", stdin=PASSWORD + "\n")
    assert added.status == 0, added.err
    assert PASSWORD not in added.out + added.err
    added = await operators("add", "Sở GT", "--role", "department", "--department", "transport", stdin=PASSWORD)
    assert added.status == 0, added.err
    for arguments, stdin, way_out in (
        (("add", "Lan", "--role", "admin"), PASSWORD, "reset"),
        (("add", "Minh", "--role", "admin"), "short", "at least"),
        (("add", "Minh", "--role", "admin"), "", "at least"),
        (("add", "a:b", "--role", "admin"), PASSWORD, "colon"),
        (("add", "Minh", "--role", "department"), PASSWORD, "--department"),
        (("disable", "Minh"), "", "operators list"),
        (("reset", "Minh"), PASSWORD, "operators list"),
    ):
        refused = await operators(*arguments, stdin=stdin)
        assert (refused.status, way_out in refused.err) == (1, True), (arguments, refused)
    assert (await operators("add", "Minh", "--role", "king", stdin=PASSWORD)).status == 2
    assert (await operators("disable", "Lan")).status == 0
    listed = (await operators("list", "--json")).lines()
    assert [(one["name"], one["role"], one["department"], one["disabled_at"] is None) for one in listed] == [
        ("Lan", "operator", None, False),
        ("Sở GT", "department", "transport", True),
    ]
    assert (await operators("reset", "Lan", stdin="another long password")).status == 0
    assert [one["disabled_at"] for one in (await operators("list", "--json")).lines()] == [None, None]
    assert "Lan" in (await operators("list")).out
    raw = (tmp_path / "town.db").read_bytes()
    assert b"$argon2id$" in raw
    assert PASSWORD.encode() not in raw


async def reported(place: Town, phone: str = "0903 111 222") -> tuple[Person, str]:
    person = place.sandbox.person("messenger")
    await person.send_text(
        f"Họ tên: Đặng Văn Lâm\nSĐT: {phone}\nĐịa chỉ: 5 Hai Bà Trưng, phường Bến Thành, TP.HCM\n"
        "Nội dung: cúp nước hai ngày nay"
    )
    await person.next_message()
    place.clock.pass_time(3)
    await person.press("Đồng ý")
    await person.next_message()
    place.clock.pass_time(3)
    await person.send_photo()
    await person.next_message()
    place.clock.pass_time(3)
    await person.press("Đúng, gửi đi")
    found = TICKET_CODE.search((await person.next_message()).text)
    assert found is not None
    return person, found.group()


async def look(place: Town, see: Callable[[Any], Any]) -> Any:
    def read() -> Any:
        store = place.store()
        try:
            with store.reading() as work:
                return see(work)
        finally:
            store.close()

    return await asyncio.to_thread(read)


def files(place: Town) -> list[Path]:
    folder = Path(place.environment["MEDIA_DIR"])
    return [one for one in folder.rglob("*") if one.is_file()] if folder.is_dir() else []


@pytest.mark.long
async def test_what_is_kept_of_a_person_is_erased_while_the_gateway_runs(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["messenger"]) as place:

        async def erase(*arguments: str) -> Any:
            return await tongdai("erase", *arguments, environment=place.environment, folder=tmp_path)

        person, code = await reported(place)
        other, kept_code = await reported(place, "0903 555 666")
        async with asyncio.timeout(10):
            while len(files(place)) < 1 or await look(place, lambda work: len(work.tickets.attachments(code))) < 1:  # noqa: ASYNC110 - disk and database are looked at
                await asyncio.sleep(0.05)
        for arguments in ((), ("--phone", "1", "--contact", "2"), ("--phone", "x"), ("--phone", "0900000000")):
            assert (await erase(*arguments)).status == 1, arguments
        erased = await erase("--phone", "0903.111.222", "--json")
        assert erased.status == 0, erased.err
        assert erased.json() == {"conversations": 1, "tickets": 0, "tickets_kept": 1, "files": 0}
        assert await look(place, lambda work: work.conversations.list(contact=person.id)) == []
        ticket = await look(place, lambda work: work.tickets.find(code))
        assert (ticket.conversation_id, ticket.contact, ticket.name) == (None, None, "Đặng Văn Lâm")
        # the gateway goes on with whoever writes again as with a stranger
        place.clock.pass_time(3)
        await person.send_text("xin chào")
        assert "đồng ý" in (await person.next_message()).text.lower()
        erased = await erase("--phone", "+84903111222", "--tickets", "--json")
        assert erased.json()["tickets"] == 1
        assert await look(place, lambda work: work.tickets.find(code)) is None
        assert (await erase("--contact", other.id)).status == 0
        assert await look(place, lambda work: [one.code for one in work.tickets.page()]) == [kept_code]
        noted = await look(place, lambda work: [one.object for one in work.audit.page(person="command")])
        assert code in noted


@pytest.mark.long
async def test_what_is_older_than_the_site_allows_is_purged(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["messenger"]) as place:
        _, code = await reported(place)

        async def purge() -> Any:
            return await tongdai("purge", "--json", environment=place.environment, folder=tmp_path)

        fresh = await purge()
        assert fresh.status == 0, fresh.err
        assert not any(fresh.json().values())
        await asyncio.to_thread(age, place, timedelta(days=91))
        old = await purge()
        assert old.json()["messages"] >= 8
        assert old.json()["conversations"] == 1
        assert old.json()["tickets"] == 0  # kept by the archive's rules, as the shipped profile says
        assert "messages: " in old.err
        (found,) = await look(place, lambda work: work.conversations.list())
        assert (found.profile_name, found.state.known.name, found.state.tickets) == (None, None, ())
        assert await look(place, lambda work: work.messages.page(found.id)) == []
        assert (await look(place, lambda work: work.tickets.find(code))).name == "Đặng Văn Lâm"
        assert not any((await purge()).json().values())
        await asyncio.to_thread(age, place, timedelta(days=731))
        assert (await purge()).json()["audit"] > 0


def age(place: Town, by: timedelta) -> None:
    """As if everything had been said so long ago."""
    store = place.store()
    micros = int(by.total_seconds() * 1_000_000)
    try:
        with store.writing() as work:
            connection = work._connection
            for table, column in (
                ("messages", "at"),
                ("conversations", "last_message_at"),
                ("inbox", "at"),
                ("audit", "at"),
            ):
                connection.exec_driver_sql(f"UPDATE {table} SET {column} = {column} - {micros}")  # noqa: S608 - our own names
    finally:
        store.close()


async def test_a_departments_token_names_its_department(tmp_path: Path) -> None:
    environment = settings(tmp_path)
    for arguments in (("kho", "--role", "department", "--department", "water"), ("power", "--role", "department")):
        added = await tongdai("tokens", "add", *arguments, environment=environment, folder=tmp_path)
        assert added.status == 0, added.err
    listed = (await tongdai("tokens", "list", "--json", environment=environment, folder=tmp_path)).lines()
    assert [(one["name"], one["department"]) for one in listed] == [("kho", "water"), ("power", "power")]
    assert datetime.fromisoformat(listed[0]["created_at"]) <= datetime.now(UTC)  # noqa: TID251 - the command's own clock
