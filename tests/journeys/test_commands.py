"""The commands, as an admin types them: what they print, their exit status, and the way out they tell."""

import csv
import io
import shutil
from pathlib import Path

import aiohttp
import pytest
from kit.citizens import reported
from kit.cli import Ran, tongdai
from kit.town import KEY, PLATFORMS, TICKET_CODE, sandbox_town, town

from bots.gateway import listen
from bots.site import SHIPPED

pytestmark = pytest.mark.journey


async def test_wrong_use_and_wrong_settings_end_with_2(tmp_path: Path) -> None:
    for arguments in (("nonsense",), ("tickets", "show"), ("tokens", "add", "x", "--role", "king"), ("replay",)):
        ran = await tongdai(*arguments, environment={"SECRET_KEY": KEY}, folder=tmp_path)
        assert ran.status == 2, (arguments, ran)
        assert ran.err.startswith("tongdai: ")
    ran = await tongdai("serve", environment={"BOT_VIBER_TOKEN": "x", "PORT": "x"}, folder=tmp_path)
    assert ran.status == 2
    for name in ("SECRET_KEY", "PORT", "BOT_VIBER_SENDER_NAME"):
        assert name in ran.err
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "site.toml").write_text('prefix = "!"\n', encoding="utf-8")
    ran = await tongdai("serve", environment={"SECRET_KEY": KEY, "SITE": "site"}, folder=tmp_path)
    assert ran.status == 2
    assert "site.toml" in ran.err
    shutil.copytree(SHIPPED, tmp_path / "other")
    with (tmp_path / "other" / "lexicon.toml").open("a", encoding="utf-8") as lexicon:
        lexicon.write('\n"xứ dừa" = ["Bến Tra"]\n')
    ran = await tongdai("serve", environment={"SECRET_KEY": KEY, "SITE": "other"}, folder=tmp_path)
    assert ran.status == 2
    assert "lexicon.toml: aliases.xứ dừa: no province and no district" in ran.err
    assert "is called 'Bến Tra'; near: Bến Tre" in ran.err


async def test_a_ticket_is_shown_listed_and_exported(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["messenger"]) as place:
        person = place.sandbox.person("messenger")
        await person.send_text(
            "Họ tên: Đặng Văn Lâm\nSĐT: 0903 111 222\nĐịa chỉ: 5 Hai Bà Trưng, phường Bến Thành, TP.HCM\n"
            "Nội dung: cúp nước hai ngày nay"
        )
        await person.next_message()
        for label in ("Đồng ý", "Đúng, gửi đi"):
            place.clock.pass_time(3)
            await person.press(label)
            answer = await person.next_message()
        code = TICKET_CODE.search(answer.text)
        assert code is not None
        spoken = code.group().lower().replace("-", " ")
        shown = await tongdai("tickets", "show", spoken, "--json", environment=place.environment, folder=tmp_path)
        assert shown.status == 0, shown.err
        ticket = shown.json()
        assert set(ticket) >= {
            "code", "status", "name", "phone", "address", "ward", "province", "request", "category", "department",
            "account", "platform", "contact", "publish", "subject", "attachments", "created_at", "updated_at", "history",
        }  # fmt: skip
        assert ticket["code"] == code.group()
        assert (ticket["name"], ticket["phone"]) == ("Đặng Văn Lâm", "+84903111222")
        assert (ticket["category"], ticket["publish"], ticket["contact"]) == ("water_supply", False, person.id)
        listed = await tongdai("tickets", "list", "--json", environment=place.environment, folder=tmp_path)
        exported = await tongdai("tickets", "export", "--json", environment=place.environment, folder=tmp_path)
        assert listed.lines() == exported.lines() == [ticket]
        table = await tongdai("tickets", "export", "--csv", environment=place.environment, folder=tmp_path)
        (row,) = csv.DictReader(io.StringIO(table.out))
        assert (row["code"], row["name"], row["phone"]) == (code.group(), "Đặng Văn Lâm", "+84903111222")
        readable = await tongdai("tickets", "show", code.group(), environment=place.environment, folder=tmp_path)
        assert "cúp nước hai ngày nay" in readable.out
        store = place.store()
        with store.reading() as work:
            looks = {(one.act, one.object) for one in work.audit.page(person="command")}
        store.close()
        assert looks == {("ticket.read", code.group()), ("ticket.export", "all")}
        missing = await tongdai("tickets", "show", "1022-261121-22222", environment=place.environment, folder=tmp_path)
        assert missing.status == 1
        assert "there is no ticket" in missing.err


async def test_a_token_opens_the_api_until_it_is_revoked(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["viber"]) as place:
        person = place.sandbox.person("viber", name="Người Dùng Viber")
        await person.send_text("xin chào")
        await person.next_message()
        other = place.sandbox.person("viber")
        await other.send_text("alo")
        await other.next_message()
        added = await tongdai(
            "tokens", "add", "bob", "--role", "operator", environment=place.environment, folder=tmp_path
        )
        token = added.out.strip()
        assert added.status == 0
        assert len(added.out.splitlines()) == 1
        twice = await tongdai("tokens", "add", "bob", "--role", "admin", environment=place.environment, folder=tmp_path)
        assert twice.status == 1
        async with aiohttp.ClientSession(place.gateway_url, headers={"Authorization": f"Bearer {token}"}) as client:
            async with client.get("/api/v1/conversations?limit=1") as answer:
                assert answer.status == 200
                first = await answer.json()
            async with client.get(f"/api/v1/conversations?limit=1&after={first['next']}") as answer:
                second = await answer.json()
            ids = {one["id"] for page in (first, second) for one in page["items"]}
            assert len(ids) == 2
            async with client.get(f"/api/v1/conversations?account=viber&contact={person.id}") as answer:
                # the platform's ids hold + and /, which an address must escape: unescaped finds nobody
                unescaped = await answer.json()
            async with client.get("/api/v1/conversations", params={"account": "viber", "contact": person.id}) as answer:
                (conversation,) = (await answer.json())["items"]
            assert unescaped["items"] in ([], [conversation])
            assert set(conversation) == {
                "id", "account", "platform", "contact", "name", "phase", "held_by", "waiting_since", "last_message_at",
            }  # fmt: skip
            assert (conversation["contact"], conversation["phase"]) == (person.id, "consent")
            assert person.id not in conversation["id"]
            async with client.get(f"/api/v1/conversations/{conversation['id']}") as answer:
                assert await answer.json() == conversation
            async with client.get(f"/api/v1/conversations/{conversation['id']}/messages") as answer:
                messages = (await answer.json())["items"]
            assert [(one["direction"], one["author"]) for one in messages] == [("in", "contact"), ("out", "bot")]
            assert messages[0]["text"] == "xin chào"
            assert messages[1]["delivery"] in {"sent", "delivered", "seen"}
            for path, status in (
                ("/api/v1/conversations/nobody", 404),
                ("/api/v1/conversations/nobody/messages", 404),
                ("/api/v1/conversations?limit=0", 400),
                ("/api/v1/conversations?limit=201", 400),
                ("/api/v1/conversations?limit=x", 400),
                ("/api/v1/conversations?held=maybe", 400),
                ("/api/v1/conversations?after=%00", 400),
                ("/api/v1/conversations/%00", 404),
                ("/api/v1/conversations?after=99999999999999999999-x", 400),
                (f"/api/v1/conversations/{conversation['id']}/messages?limit=-1", 400),
                ("/api/v1/nothing", 404),
            ):
                async with client.get(path) as answer:
                    assert answer.status == status, path
                    assert answer.content_type == "application/problem+json"
            for query, count in (("held=true", 0), ("held=false", 2), ("waiting=true", 0)):
                async with client.get(f"/api/v1/conversations?{query}") as answer:
                    assert len((await answer.json())["items"]) == count
        listed = await tongdai("tokens", "list", "--json", environment=place.environment, folder=tmp_path)
        assert [(one["name"], one["role"]) for one in listed.lines()] == [("bob", "operator")]
        assert token not in listed.out
        revoked = await tongdai("tokens", "revoke", "bob", environment=place.environment, folder=tmp_path)
        assert revoked.status == 0
        async with aiohttp.ClientSession(place.gateway_url) as client:
            for header in ({"Authorization": f"Bearer {token}"}, {"Authorization": "Basic eDp5"}, {}):
                async with client.get("/api/v1/conversations", headers=header) as answer:
                    assert answer.status == 401
                    assert (await answer.json())["status"] == 401
        again = await tongdai("tokens", "revoke", "bob", environment=place.environment, folder=tmp_path)
        assert again.status == 1


async def test_a_department_may_not_read_chats(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["viber"]) as place:
        added = await tongdai(
            "tokens", "add", "d", "--role", "department", environment=place.environment, folder=tmp_path
        )
        header = {"Authorization": f"Bearer {added.out.strip()}"}
        async with (
            aiohttp.ClientSession(place.gateway_url) as client,
            client.get("/api/v1/conversations", headers=header) as answer,
        ):
            assert answer.status == 403


@pytest.mark.long
async def test_register_tells_the_platforms_and_doctor_then_finds_nothing_bad_there(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=PLATFORMS) as place:
        environment = {**place.environment, "PUBLIC_URL": place.gateway_url}
        without = await tongdai("register", environment=place.environment, folder=tmp_path)
        assert without.status == 2
        assert "PUBLIC_URL" in without.err
        unknown = await tongdai("register", "whatsapp", environment=environment, folder=tmp_path)
        assert unknown.status == 2
        for _ in range(2):  # repeatable
            registered = await tongdai(
                "register", "viber", "telegram", "messenger", environment=environment, folder=tmp_path
            )
            assert registered.status == 0, registered.out + registered.err
        assert "BAD" not in registered.out
        person = place.sandbox.person("zalo")
        await person.send_text("xin chào")  # the first message makes the first token
        await person.next_message()
        doctor = await tongdai("doctor", "--json", environment=environment, folder=tmp_path)
        bad = [(finding["subject"], finding["check"]) for finding in doctor.json() if finding["ok"] is False]
        # Zalo takes https on a domain only, and no address of this machine is one
        assert bad == [("zalo", "webhook")]
        place.sandbox.revoke_token("viber")
        doctor = await tongdai("doctor", environment=environment, folder=tmp_path)
        assert doctor.status == 1
        assert any(line.startswith("BAD viber") for line in doctor.out.splitlines()), doctor.out
        for name, value in environment.items():
            if name.endswith(("TOKEN", "SECRET", "KEY")):
                assert value not in doctor.out + registered.out


async def test_an_unreachable_platform_is_told_with_a_remedy(tmp_path: Path) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    environment = {
        "SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "BOT_VIBER_TOKEN": "t",
        "BOT_VIBER_SENDER_NAME": "1022",
        "BOT_VIBER_API_BASE": f"http://127.0.0.1:{port}",
    }
    doctor = await tongdai("doctor", "--json", environment=environment, folder=tmp_path)
    assert doctor.status == 1
    (finding,) = [one for one in doctor.json() if one["subject"] == "viber" and one["ok"] is False]
    assert "does not answer" in finding["detail"]
    assert finding["remedy"]


async def test_after_a_new_key_everything_is_sealed_with_it_and_the_former_one_is_not_needed(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place:
        _, code = await reported(place)
    former, new = place.environment["SECRET_KEY"], KEY[::-1]

    async def run(*command: str, **keys: str) -> Ran:
        return await tongdai(*command, "--json", environment={**place.environment, **keys}, folder=tmp_path)

    without = await run("db", "rekey", SECRET_KEY=new)
    assert without.status == 1
    assert "SECRET_KEY_OLD" in without.err
    done = await run("db", "rekey", SECRET_KEY=new, SECRET_KEY_OLD=former)
    assert done.status == 0, done.err
    assert done.json()["left"] == 0
    assert done.json()["sealed"] > 10
    shown = await run("tickets", "show", code, SECRET_KEY=new)
    assert (shown.status, shown.json()["code"]) == (0, code)
    assert (await run("tickets", "show", code, SECRET_KEY=former)).status == 1
    again = await run("db", "rekey", SECRET_KEY=new, SECRET_KEY_OLD=former)
    assert again.json() == {"sealed": 0, "left": 0}


@pytest.mark.long
async def test_the_database_is_upgraded_checked_and_copied(tmp_path: Path) -> None:
    environment = {"SECRET_KEY": KEY, "DATABASE_URL": f"sqlite:///{tmp_path}/made/by/us.db"}
    empty = await tongdai("db", "check", environment=environment, folder=tmp_path)
    assert empty.status == 1
    assert "tongdai db upgrade" in empty.err
    assert (await tongdai("db", "upgrade", environment=environment, folder=tmp_path)).status == 0
    assert (await tongdai("db", "check", environment=environment, folder=tmp_path)).status == 0
    copied = await tongdai("db", "backup", str(tmp_path / "copy.db"), environment=environment, folder=tmp_path)
    assert copied.status == 0
    assert (tmp_path / "copy.db").stat().st_size > 0
    again = await tongdai("db", "backup", str(tmp_path / "copy.db"), environment=environment, folder=tmp_path)
    assert again.status == 1


async def test_other_commands_use_the_key_that_the_demo_kept(tmp_path: Path) -> None:
    nothing = await tongdai("tickets", "list", environment={}, folder=tmp_path)
    assert nothing.status == 2
    assert "SECRET_KEY" in nothing.err
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_text("k" * 40 + "\n", encoding="ascii")
    assert (await tongdai("tickets", "list", environment={}, folder=tmp_path)).status == 0


async def test_understand_reads_lines_and_names_bad_ones(tmp_path: Path) -> None:
    lines = (
        '{"id": "1", "state": "phone", "text": "0912 345 678 nha"}\n'
        "not json\n"
        '{"id": 2, "state": "nowhere", "text": "x"}\n'
        '{"id": "3", "state": "idle", "text": "hủy"}\n'
    )
    ran = await tongdai("understand", environment={}, folder=tmp_path, stdin=lines)
    first, second = ran.lines()
    assert (first["id"], first["phone"], first["name"]) == ("1", "+84912345678", None)
    assert set(first) == {"id", "intent", "name", "phone", "address", "ward", "province", "request", "category"}
    assert (second["id"], second["intent"]) == ("3", "cancel")
    assert ran.status == 1
    assert "line 2" in ran.err
    assert "line 3" in ran.err


@pytest.mark.long
async def test_what_was_quarantined_is_replayed_after_a_fix(tmp_path: Path) -> None:
    async with sandbox_town(tmp_path, platforms=["viber"], hook_port=1) as place:
        body = b'{"event":"message","timestamp":1,"message_token":77,"sender":{"id":"someone=="},"message":{"type":"text","text":"alo"}}'
        store = place.store()
        store.upgrade()
        with store.writing() as work:
            from datetime import UTC, datetime

            good = work.quarantine.keep("viber", datetime(2026, 11, 21, tzinfo=UTC), "test", {}, body, "POST", {})  # type: ignore[arg-type]
            work.quarantine.keep("viber", datetime(2026, 11, 21, tzinfo=UTC), "test", {}, b"[]", "POST", {})  # type: ignore[arg-type]
        store.close()
        one = await tongdai("replay", good, environment=place.environment, folder=tmp_path)
        assert one.status == 0, one.err
        rest = await tongdai("replay", "--all", environment=place.environment, folder=tmp_path)
        assert rest.status == 1
        assert "0 applied, 1 left" in rest.err
        store = place.store()
        with store.reading() as work:
            (conversation,) = work.conversations.list(limit=5)
            (message, answer) = work.messages.page(conversation.id, 5)
        store.close()
        assert (message.text, answer.delivery) == ("alo", "queued")
