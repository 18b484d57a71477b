"""What is edited in the console is what the next citizen meets, and what programs may say from then on."""

import re
from pathlib import Path

import pytest
from kit.api import callers
from kit.cli import tongdai
from kit.console import add_person, visitor
from kit.town import gateway_in_process, sandbox_town, town

from bots.gateway import listen

pytestmark = pytest.mark.journey


async def test_a_text_edited_in_the_console_is_what_the_next_citizen_gets(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place:
        add_person(place, "Minh", "admin")
        first = place.sandbox.person("telegram")
        await first.open_chat()
        assert "Kính chào quý vị" not in (await first.next_message()).text
        async with visitor(place, "Minh") as minh:
            key, greeting = "texts/vi/greeting", "Kính chào quý vị, đây là {title}. Khẩn cấp: {emergency}."
            form = {"key": key, "seen": "0", "act": "save"}
            status, page = await minh.post("/admin/site/edit", **form, value="Kính chào quý vị, đây là {title}.")
            assert status == 422
            assert "thiếu {emergency}" in page
            assert "Kính chào quý vị, đây là {title}." in page  # what was typed is not lost
            assert (await minh.post("/admin/site/edit", **form, value=greeting))[0] == 303
            status, page = await minh.post("/admin/site/edit", **form, value="Chào {title} {emergency}")
            assert status == 409
            assert "Minh vừa sửa phần này" in page
            assert "<del>Kính chào quý vị, đây là {title}. Khẩn cấp: {emergency}.</del>" in page
            assert ">Chào {title} {emergency}</textarea>" in page
        second = place.sandbox.person("telegram")
        await second.open_chat()
        assert (await second.next_message()).text.startswith("Kính chào quý vị, đây là Tổng đài 1022")
        doctor = await tongdai("doctor", "--json", environment=place.environment, folder=tmp_path)
        (edits,) = [one for one in doctor.json() if one["subject"] == "site"]
        assert (edits["ok"], edits["detail"][:9]) == (True, "1 edit(s)")


async def test_a_department_added_in_the_console_gets_tickets_by_the_api_and_a_retired_one_does_not(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place, callers(place, lan="operator") as (lan,):
        add_person(place, "Minh", "admin")
        report = {"account": "phone", "name": "Nguyễn Văn An", "phone": "0912345678", "address": "12 Lê Lợi, Bến Thành"}
        report |= {"request": "Cây đổ trong công viên", "department": "parks"}
        assert (await lan.post("/tickets", report)).status == 422
        async with visitor(place, "Minh") as minh:
            form = {"key": "departments/parks", "name-vi": "Công viên", "name-en": "Parks", "act": "save"}
            assert (await minh.post("/admin/site/edit", **form, seen="0"))[0] == 303
            opened = await lan.post("/tickets", report)
            assert (opened.status, opened.body["department"]) == (201, "parks")
            status, page = await minh.post("/admin/site/edit", key="departments/parks", act="reset", seen="1")
            assert status == 422
            assert "ngừng nhận" in page
            assert (await minh.post("/admin/site/edit", **form, retired="1", seen="1"))[0] == 303
            assert (await lan.post("/tickets", report)).status == 422
            _, page = await minh.get(f"/tickets/{opened.body['code']}")
            assert len(re.findall(r'<option value="parks"', page)) == 1  # where it is; not where another may go


async def test_edits_that_no_longer_hold_do_not_stop_the_server_and_the_page_says_so(tmp_path: Path) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with sandbox_town(tmp_path, platforms=["telegram"], hook_port=port) as place:
        async with gateway_in_process(place, listener):
            add_person(place, "Minh", "admin")
            async with visitor(place, "Minh") as minh:
                form = {"key": "texts/vi/greeting", "value": "Chào. {title} {emergency}", "act": "save", "seen": "0"}
                assert (await minh.post("/admin/site/edit", **form))[0] == 303
        store = place.store()
        with store._write.begin() as connection:
            connection.exec_driver_sql("""UPDATE site_revisions SET after = '{"of": "another version"}'""")
        store.close()
        listener = listen("127.0.0.1", port)
        async with gateway_in_process(place, listener), visitor(place, "Minh") as minh:
            person = place.sandbox.person("telegram")
            await person.open_chat()
            assert "Tổng đài 1022" in (await person.next_message()).text
            _, page = await minh.get("/admin/site")
            assert "hiện chỉ dùng tệp cấu hình" in page
            status, page = await minh.get("/admin/site/edit?key=texts/vi/greeting")
            assert status == 200
            assert "another version" in page  # in its history
            assert (await minh.post("/admin/site/edit", key="texts/vi/greeting", act="reset", seen="1"))[0] == 303
            _, page = await minh.get("/admin/site")
            assert "hiện chỉ dùng tệp cấu hình" not in page


async def test_commands_read_by_the_site_as_it_stands_and_by_its_files_without_a_database(tmp_path: Path) -> None:
    line = '{"id": "1", "state": "request", "text": "Khinh khí cầu bay thấp quá"}'

    async def category(environment: dict[str, str]) -> tuple[str | None, str]:
        ran = await tongdai("understand", environment=environment, folder=tmp_path, stdin=line)
        assert ran.status == 0, ran.err
        return ran.json()["category"], ran.err

    async with town(tmp_path, platforms=["telegram"]) as place:
        add_person(place, "Minh", "admin")
        other = place.environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/none/other.db"}
        assert await category(place.environment) == (None, "")
        async with visitor(place, "Minh") as minh:
            phrases = {"key": "categories/trees", "value": "khinh khí cầu", "act": "save", "seen": "0"}
            assert (await minh.post("/admin/site/edit", **phrases))[0] == 303
        assert await category(place.environment) == ("trees", "")
        assert await category({}) == (None, "")
        assert await category(other) == (None, "")
        assert not (tmp_path / "none").exists()
        (tmp_path / "empty.db").touch()
        empty, told = await category(place.environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"})
        assert (empty, "the database is empty" in told) == (None, True)
        away, told = await category(place.environment | {"DATABASE_URL": "postgresql://u:p@127.0.0.1:9/nowhere"})
        assert away is None
        assert "the site's files count" in told
        assert "does not answer" in told
        store = place.store()
        with store._write.begin() as connection:
            connection.exec_driver_sql("""UPDATE site_revisions SET after = '[7]'""")
        store.close()
        found, told = await category(place.environment)
        assert (found, "the console's edits of the site do not hold" in told) == (None, True)
        purged = await tongdai("purge", "--json", environment=place.environment, folder=tmp_path)
        assert (purged.status, "do not hold" in purged.err) == (0, True)
        erased = await tongdai("erase", "--phone", "0912345678", environment=place.environment, folder=tmp_path)
        assert (erased.status, "nothing is kept of this person" in erased.err) == (1, True)
