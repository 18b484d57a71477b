"""Who gets in: sessions, roles on every route, forged forms, guessed passwords, second factors."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from kit.api import Caller, callers
from kit.console import HERE, PASSWORD, Visitor, add_person, visitor
from kit.databases import KEYS
from kit.town import Town, sandbox_town

from bots.gateway import Gateway, listen
from bots.schema import prepare
from bots.settings import read_settings
from bots.site import read_files
from ticket_store.engine import Store, open_store
from webhooks.api.v1 import Api
from webhooks.console.routing import ROLES, OpenRoute, Route
from webhooks.console.throttle import begin_try, succeeded

pytestmark = pytest.mark.journey
MOMENT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def filled(path: str) -> str:
    """A path of that pattern that names nothing."""
    return re.sub(r"\{\w+(:([^{}]|\{[^{}]*\})*)?\}", "nothing", path)


async def test_every_route_asks_for_its_role_and_every_other_role_is_refused(place: Town, gateway: Gateway) -> None:
    declared = [route for route in gateway.console.declared() if isinstance(route, Route)]
    assert len(declared) > 10
    for role in ROLES:
        name = f"one {role}"
        add_person(place, name, role, "transport" if role == "department" else None)
        async with visitor(place, name) as one:
            for route in declared:
                if route.path in {"/logout", "/live", "/account/sessions/end"} and role in route.roles:
                    continue  # the one ends this visit, the next never ends by itself
                path = filled(route.path)
                status, _ = await (one.get(path) if route.method == "GET" else one.post(path))
                assert (status == 403) == (role not in route.roles), f"{route.method} {route.path} as {role}: {status}"
                assert status < 500, f"{route.method} {route.path} as {role}: {status}"


async def test_every_call_of_the_api_asks_for_its_role_too(place: Town, gateway: Gateway) -> None:
    operations = Api(gateway.desk).operations
    assert len(operations) > 10
    tokens = {role: "department:transport" if role == "department" else role for role in ROLES}
    async with callers(place, **tokens) as people:
        for role, caller in zip(ROLES, people, strict=True):
            for one in operations:
                path = re.sub(r"\{\w+\}", "nothing", one.path)
                reply = await caller.call(one.method, path, {} if one.body else None)
                expected = reply.status == 403 if role not in one.roles else reply.status not in {401, 403}
                assert expected, f"{one.name} as {role}: {reply.status}"
                assert reply.status < 500, f"{one.name} as {role}: {reply.status}"
        stranger = Caller(people[0].session, "nobody")
        for one in operations:
            reply = await stranger.call(one.method, re.sub(r"\{\w+\}", "nothing", one.path), {} if one.body else None)
            assert reply.status == 401, one.name


async def test_nobody_without_a_session_reaches_a_page(place: Town, gateway: Gateway) -> None:
    async with visitor(place) as stranger:
        for route in gateway.console.declared():
            path = filled(route.path)
            if isinstance(route, OpenRoute):
                continue
            status, page = await (stranger.get(path) if route.method == "GET" else stranger.post(path))
            assert status in {303, 401}, f"{route.method} {route.path}: {status}"
            assert page == ""


@pytest.mark.parametrize(
    ("headers", "proof"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Origin": "https://elsewhere.example"}, True),
        ({}, True),
        (HERE, False),
    ],
)
async def test_a_form_that_is_not_ours_is_refused(place: Town, headers: dict[str, str], proof: bool) -> None:
    async with visitor(place, "Lan") as lan:
        status, _ = await lan.post("/logout", headers, proof=proof)
        assert status == 403
        assert (await lan.get("/account"))[0] == 200


async def test_the_token_of_one_session_is_worth_nothing_in_another(place: Town) -> None:
    async with visitor(place, "Lan") as lan, visitor(place, "Hoa") as hoa:
        lan.csrf = hoa.csrf
        assert (await lan.post("/logout"))[0] == 403


async def test_a_wrong_password_and_an_unknown_name_look_the_same_and_a_disabled_person_stays_out(place: Town) -> None:
    async with visitor(place) as one:
        assert await one.login("Lan", "wrong") == 422
        assert await one.login("nobody", PASSWORD) == 422
        store = place.store()
        with store.writing() as work:
            work.operators.disable("Lan", MOMENT)
        store.close()
        assert await one.login("Lan") == 422


async def test_disabling_a_person_ends_what_they_have_open(place: Town) -> None:
    async with visitor(place, "Hoa") as hoa:
        store = place.store()
        with store.writing() as work:
            work.operators.disable("Hoa", MOMENT)
        store.close()
        assert (await hoa.get("/inbox"))[0] == 303


async def test_guessing_is_slowed_down_and_told_when_to_come_back(place: Town) -> None:
    async with visitor(place) as guesser:
        statuses = [await guesser.login("Minh", f"guess {number}") for number in range(7)]
        assert statuses[:5] == [422] * 5
        assert statuses[-1] == 429
        assert await guesser.login("Minh") == 429
        assert await guesser.login("Lan") == 303


HERE_AND_NOW = ("Minh", "10.0.0.1", MOMENT)


def test_the_wait_grows_is_bounded_and_a_stranger_does_not_lock_a_colleague_out(store: Store) -> None:
    waits, now = [], MOMENT
    with store.writing() as work:
        for _ in range(20):
            now += waits[-1] if waits else timedelta(0)
            assert begin_try(work, "Minh", "10.0.0.1", now) == timedelta(0)
            waits.append(timedelta(0) if len(waits) < 4 else begin_try(work, "Minh", "10.0.0.1", now))
        assert waits[4] < waits[5] < waits[8]
        assert waits[-1] == timedelta(minutes=15)
        assert begin_try(work, "Minh", "10.0.0.2", now) == timedelta(0)


def test_a_wait_holds_for_every_process_and_ends_with_the_right_password_or_an_hour(
    store: Store, store_url: str
) -> None:
    with store.writing() as work:
        for _ in range(5):
            begin_try(work, *HERE_AND_NOW)
    another = open_store(store_url, KEYS)
    with another.writing() as work:
        assert begin_try(work, *HERE_AND_NOW) == timedelta(seconds=4)
        assert begin_try(work, "Minh", "10.0.0.1", MOMENT + timedelta(seconds=4)) == timedelta(0)
        succeeded(work, "Minh", "10.0.0.1")
        assert begin_try(work, "Minh", "10.0.0.1", MOMENT + timedelta(seconds=4)) == timedelta(0)
        assert work.log_ins.forget(MOMENT + timedelta(hours=1)) == 2
    another.close()


def test_tries_from_everywhere_slow_down_a_name_too(store: Store) -> None:
    with store.writing() as work:
        waits = [begin_try(work, "Minh", f"10.0.0.{number}", MOMENT) for number in range(32)]
        assert begin_try(work, "Lan", "10.0.0.1", MOMENT) == timedelta(0)
    assert [number for number, wait in enumerate(waits) if wait] == [30, 31]


async def test_sessions_are_seen_and_ended_from_another_one(place: Town) -> None:
    async with visitor(place, "Lan") as desk, visitor(place, "Lan") as phone:
        _, page = await desk.get("/account")
        ids = re.findall(r'name="id" value="([0-9a-f]{24})"', page)
        assert len(ids) == 1
        assert (await desk.post("/account/sessions/end", id=ids[0]))[0] == 303
        assert (await phone.get("/account"))[0] == 303
        assert (await desk.get("/account"))[0] == 200


async def test_logging_out_ends_the_session_itself_not_only_the_cookie(place: Town) -> None:
    async with visitor(place, "Lan") as lan:
        cookie = {one.key: one.value for one in lan.session.cookie_jar}["tongdai_session"]
        assert (await lan.post("/logout"))[0] == 303
        async with visitor(place) as thief:
            status, _ = await thief.get("/account", cookies={"tongdai_session": cookie})
            assert status == 303


async def test_the_cookie_is_for_the_console_alone_and_no_script_reads_it(place: Town) -> None:
    async with visitor(place) as one:
        _, page = await one.get("/login")
        token = re.search(r'name="_form" value="([^"]+)"', page)
        assert token
        form = {"name": "Lan", "password": PASSWORD, "_form": token[1]}
        call = one.session.post(
            f"{one.url}/console/login",
            data=form,
            headers={**HERE, "X-Forwarded-Proto": "https"},
            allow_redirects=False,
        )
        async with call as answer:
            cookie = answer.headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Lax", "Path=/console/", "Secure"):
            assert part in cookie


@pytest.mark.parametrize(
    "address", ["//elsewhere.example", "https://elsewhere.example", "/sandbox", "/console/\\x", "/console//x"]
)
async def test_logging_in_leads_nowhere_else(place: Town, address: str) -> None:
    async with visitor(place) as one:
        _, page = await one.get("/login")
        token = re.search(r'name="_form" value="([^"]+)"', page)
        assert token
        form = {"name": "Lan", "password": PASSWORD, "_form": token[1], "next": address}
        async with one.session.post(
            f"{one.url}/console/login", data=form, headers=HERE, allow_redirects=False
        ) as answer:
            assert answer.headers["Location"] == "/console/"


async def second_factor_on(one: Visitor) -> tuple[pyotp.TOTP, str]:
    """The second factor, and the code it was set up with."""
    _, page = await one.get("/account")
    secret = re.search(r"secret=([A-Z2-7]{32})", page)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert secret
    assert sealed
    totp = pyotp.TOTP(secret[1])
    code = totp.now()
    assert (await one.post("/account/second-factor", sealed=sealed[1], code="000000"))[0] == 422
    assert (await one.post("/account/second-factor", sealed=sealed[1], code=code))[0] == 303
    return totp, code


async def test_with_a_second_factor_the_password_alone_opens_nothing_and_a_code_counts_once(place: Town) -> None:
    async with visitor(place, "Tú") as tu:
        totp, used = await second_factor_on(tu)
    async with visitor(place) as thief:
        assert await thief.login("Tú") == 303
        for path in ("/inbox", "/account", "/live"):
            assert (await thief.get(path))[0] == 303
    async with visitor(place) as tu:
        await tu.login("Tú")
        _, page = await tu.get("/second-factor")
        csrf = re.search(r'name="_csrf" value="([^"]+)"', page)
        assert csrf
        tu.csrf = csrf[1]
        assert (await tu.post("/second-factor", code=used))[0] == 422  # it was used when the factor was set up
        following = totp.generate_otp(int(datetime.now(UTC).timestamp()) // 30 + 1)  # noqa: TID251 - the gateway's clock is the real one
        assert (await tu.post("/second-factor", code=following))[0] == 303
        assert (await tu.get("/inbox"))[0] == 200


async def test_a_new_password_needs_the_old_one_and_ends_all_other_sessions(place: Town) -> None:
    async with visitor(place, "Lan") as lan, visitor(place, "Lan") as other:
        assert (await lan.post("/account/password", old="wrong", new="a longer pass phrase"))[0] == 422
        assert (await lan.post("/account/password", old=PASSWORD, new="short"))[0] == 422
        assert (await lan.post("/account/password", old=PASSWORD, new="a longer pass phrase"))[0] == 303
        assert (await lan.get("/account"))[0] == 200
        assert (await other.get("/account"))[0] == 303
    async with visitor(place) as lan:
        assert await lan.login("Lan") == 422
        assert await lan.login("Lan", "a longer pass phrase") == 303


async def test_a_stream_ends_with_its_session(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.console.live._BEAT", 0.05)
    async with visitor(place, "Lan") as lan, lan.session.get(f"{lan.url}/console/live?feed=counts") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        async with asyncio.timeout(20):
            while not (await stream.content.readline()).startswith(b"event: beat"):
                pass
            assert (await lan.post("/logout"))[0] == 303
            await stream.content.read()  # returns when the gateway has ended it


async def test_a_department_gets_no_feed_of_chats(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.console.live._BEAT", 0.05)
    async with visitor(place, "Sở") as one:
        feeds = "feed=counts&feed=inbox:view=all&feed=chat:abc@1"
        async with one.session.get(f"{one.url}/console/live?{feeds}") as stream, asyncio.timeout(20):
            lines = [await stream.content.readline() for _ in range(12)]
    assert any(line.startswith(b"event: beat") for line in lines)
    assert not any(line.startswith(b"data: [") for line in lines)


async def test_the_demonstrations_links_log_in_with_one_click_and_only_from_its_own_page(tmp_path: Path) -> None:
    listener = listen("127.0.0.1", 0)
    async with sandbox_town(tmp_path, platforms=("zalo",), hook_port=listener.getsockname()[1]) as place:
        store = place.store()
        await asyncio.to_thread(prepare, store)
        gateway = Gateway(read_settings(place.environment, need_key=True, terminal=False), read_files(None), store)
        links = [address.removeprefix("/console") for _, address in gateway.console.demo_links()]
        stop = asyncio.Event()
        serving = asyncio.create_task(gateway.serve(listener, stop=stop))
        try:
            for link, name in zip(links, ("Lan", "Minh"), strict=True):
                async with visitor(place) as one:
                    assert (await one.get(link, headers={"Sec-Fetch-Site": "cross-site"}))[0] == 404
                    assert (await one.get(link[:-2] + "xx"))[0] == 404
                    assert (await one.get("/inbox"))[0] == 303
                    assert (await one.get(link))[0] == 303
                    status, page = await one.get("/inbox")
                    assert status == 200
                    assert f'data-person="{name}"' in page
            async with visitor(place) as guesser:
                assert await guesser.login("Minh", "-") == 422
        finally:
            stop.set()
            await serving


async def test_there_are_no_demo_log_ins_outside_the_demonstration(place: Town, gateway: Gateway) -> None:
    assert not any("/demo/" in route.path for route in gateway.console.declared())
    async with visitor(place) as one:
        assert (await one.get("/demo/anything"))[0] == 404


async def test_who_is_not_known_cannot_send_much(place: Town) -> None:
    """Neither with a length that tells nor, in pieces, without one."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"name=" + b"x" * 1000

    async with visitor(place) as one:
        for path in ("/login", "/preferences"):
            for body in (b"name=" + b"x" * 20_000, pieces()):
                headers = {**HERE, "Content-Type": "application/x-www-form-urlencoded"}
                call = one.session.post(f"{place.gateway_url}/console{path}", data=body, headers=headers)
                async with call as answer:
                    assert answer.status == 413
