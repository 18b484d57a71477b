"""The page's own addresses: its files, what it reads and does, and what it keeps to itself."""

import json
from pathlib import Path
from typing import Any

import pytest

import webhooks.sandbox.pages
from webhooks.sandbox.wire import MASK

FOLDER = Path(webhooks.sandbox.pages.__file__).parent / "page"


async def act(place: Any, person: Any, act: str, **more: Any) -> tuple[int, Any]:
    body = {"account": person.account, "person": person.id, "act": act, **more}
    return await place.call("POST", "/sandbox/act", json=body)


async def test_the_page_and_all_its_files_come_with_a_strict_policy(place: Any) -> None:
    for path in ["/", *(f"/sandbox/page/{each.name}" for each in FOLDER.iterdir())]:
        async with place.session.get(place.url + path) as response:
            assert response.status == 200
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert (await place.call("GET", "/sandbox/page/..%2fserver.py"))[0] == 404
    assert (await place.call("GET", "/sandbox/page/nothing.js"))[0] == 404


def test_the_page_loads_nothing_from_elsewhere_and_has_no_inline_code() -> None:
    for path in FOLDER.iterdir():
        source = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in source
        assert "https://" not in source
        assert " style=" not in source
        assert "innerHTML" not in source
        assert " onclick=" not in source
        assert "<script>" not in source


def test_both_languages_have_the_same_words() -> None:
    source = (FOLDER / "words.js").read_text(encoding="utf-8")
    vi, en = source.split("  en: {")
    import re

    keys = re.compile(r"(\w+): '")
    assert set(keys.findall(vi)) == set(keys.findall(en.split("};")[0]))
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-i18n(?:-label|-placeholder)?="(\w+)"', page)) <= set(keys.findall(vi))


async def test_the_state_names_accounts_links_and_faults_and_no_secret(place: Any) -> None:
    await place.met("zalo")
    _, state = await place.call("GET", "/sandbox/state")
    assert [each["account"] for each in state["accounts"]] == ["zalo", "viber", "messenger", "telegram"]
    assert [each["has_inbox"] for each in state["accounts"]] == [True, False, True, False]
    assert state["links"] == [{"label": "Bàn", "url": "/console/"}]
    assert state["faults"]["viber"]["duplicate"] == 1
    text = json.dumps(state)
    for line in place.sandbox.lines.values():
        for key, value in line.account.secrets.items():
            assert key.endswith(("_ID", "_NAME")) or value not in text


async def test_the_wire_keeps_both_directions_with_secrets_masked(place: Any) -> None:
    person = await place.met("telegram")
    await place.telegram("sendMessage", chat_id=int(person.id), text="Dạ")
    pair = await place.refresh("zalo-first-refresh")
    place.zalo_token = pair["access_token"]
    await place.zalo("GET", "/v2.0/oa/getoa")
    await place.refresh(pair["refresh_token"])
    items = (await place.call("GET", "/sandbox/wire"))[1]["items"]
    assert [each["direction"] for each in items] == ["webhook", "call", "call", "call", "call"]
    assert items[1]["path"] == f"/bot{MASK}/sendMessage"
    assert items[0]["headers"]["X-Telegram-Bot-Api-Secret-Token"] == MASK
    assert (items[0]["status"], items[1]["status"]) == (200, 200)
    assert "Dạ" in items[1]["body"] or "D\\u1ea1" in items[1]["body"]
    text = json.dumps(items)
    for secret in (
        "AAtelegram-token",
        "telegram-secret",
        "zalo-app-secret",
        pair["access_token"],
        pair["refresh_token"],
    ):
        assert secret not in text


async def test_a_phone_is_driven_by_json(place: Any) -> None:
    _, made = await place.call("POST", "/sandbox/people", json={"account": "telegram", "name": "Lan"})
    person = place.sandbox.lines["telegram"].people[made["phone"]["id"]]
    assert person.name == "Lan"
    assert (await act(place, person, "open", ref="q7"))[0] == 200
    assert (await act(place, person, "text", text="Xin chào"))[0] == 200
    for name in ("phone", "location", "photo", "album", "voice", "video", "sticker", "file"):
        assert (await act(place, person, name))[0] == 200
    await place.telegram("sendMessage", chat_id=int(person.id), text="?", reply_markup={
        "inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]})  # fmt: skip
    assert (await act(place, person, "press", choice="Có"))[0] == 200
    assert person.inbox[-1].buttons[0].pressed
    assert (await act(place, person, "react"))[0] == 200
    assert (await act(place, person, "close"))[1]["phone"]["open"] is False
    assert (await act(place, person, "reopen"))[1]["phone"]["open"] is True
    assert (await act(place, person, "block"))[1]["phone"]["blocked"] is True
    query = {"account": "telegram", "person": person.id}
    shown = (await place.call("GET", "/sandbox/phone", params=query))[1]
    assert [each["kind"] for each in shown["bubbles"]][:4] == ["text", "text", "contact", "location"]


async def test_what_a_platform_cannot_do_is_a_conflict_and_nonsense_is_refused(place: Any) -> None:
    person = await place.met("viber")
    assert (await act(place, person, "react"))[0] == 409
    assert (await act(place, person, "form", name="a"))[0] == 409
    assert (await act(place, person, "press", choice="Không có"))[0] == 409
    assert (await act(place, person, "dance"))[0] == 400
    assert (await act(place, person, "text", text=" "))[0] == 400
    assert (await place.call("POST", "/sandbox/act", json={"account": "viber", "person": "nobody", "act": "text"}))[
        0
    ] == 404
    assert (await place.call("POST", "/sandbox/people", json={"account": "line"}))[0] == 404
    assert (await place.call("POST", "/sandbox/act", data="{}", headers={"Content-Type": "application/json"}))[0] == 404
    assert (await place.call("POST", "/sandbox/act", data="[", headers={"Content-Type": "application/json"}))[0] == 400


async def test_another_site_cannot_play_with_the_sandbox(place: Any) -> None:
    person = await place.met("viber")
    body = {"account": "viber", "person": person.id, "act": "text", "text": "a"}
    headers = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/sandbox/act", "/sandbox/people", "/sandbox/faults", "/sandbox/staff", "/sandbox/upload"):
        assert (await place.call("POST", path, json=body, headers=headers))[0] == 403
    assert (await place.call("POST", "/sandbox/act", data=json.dumps(body)))[0] == 415


async def test_a_picture_from_the_visitors_computer_is_sent_as_a_photo(place: Any) -> None:
    person = place.person("viber")
    path = "/sandbox/upload"
    query = {"account": "viber", "person": person.id, "text": "Hố ga"}
    headers = {"Content-Type": "image/png"}
    assert (await place.call("POST", path, params=query, data=b"\x89PNG mine", headers=headers))[0] == 200
    await place.sandbox.settled()
    (event,) = place.hook.of("message")
    assert (event["message"]["type"], event["message"]["text"]) == ("picture", "Hố ga")
    assert (await place.call("POST", path, params=query, data=b"a", headers={"Content-Type": "text/html"}))[0] == 415


async def test_staff_answer_from_the_page(place: Any) -> None:
    person = await place.met("zalo")
    body = {"account": "zalo", "person": person.id, "text": "Tôi là Lan"}
    assert (await place.call("POST", "/sandbox/staff", json=body))[0] == 200
    assert person.inbox[-1].staff
    assert (await place.call("POST", "/sandbox/staff", json={**body, "text": " "}))[0] == 400


async def test_faults_are_set_from_the_page(place: Any) -> None:
    async def set_faults(**change: Any) -> tuple[int, Any]:
        return await place.call("POST", "/sandbox/faults", json={"account": "messenger", **change})

    status, answer = await set_faults(fail="500", count=2, duplicate=3, shuffle=True, batch=5, delay=1.5, down=True)
    assert status == 200
    assert answer["faults"] == {
        "delay": 1.5, "duplicate": 3, "shuffle": True, "batch": 5, "down": True, "held": False, "waiting": 2,
    }  # fmt: skip
    assert (await set_faults(do="clear"))[1]["faults"]["waiting"] == 0
    assert (await set_faults(do="hold"))[1]["faults"]["held"] is True
    assert (await set_faults(do="release"))[1]["faults"]["held"] is False
    assert (await set_faults(fail="sometimes"))[0] == 400
    assert (await set_faults(do="expire_tokens"))[0] == 400
    assert (await set_faults(do="expire_links"))[0] == 200
    assert (await set_faults(do="revoke_token"))[0] == 200
    assert (await place.messenger("GET", "me"))[0] == 400
    assert (await place.call("POST", "/sandbox/faults", json={"account": "x"}))[0] == 404


async def test_the_event_stream_tells_of_every_change_and_ends_with_the_sandbox(place: Any) -> None:
    async with place.session.get(f"{place.url}/sandbox/events") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": connected\n"
        person = place.person("zalo")
        await person.send_text("Xin chào")
        await place.zalo("POST", "/v3.0/oa/message/cs", json={})
        kinds = set()
        while not {"phone", "bubble", "wire", "incident"} <= kinds:
            line = (await response.content.readline()).decode()
            if line.startswith("event: "):
                kinds.add(line.removeprefix("event: ").strip())
        await place.sandbox.stop()
        rest = await response.content.read()
        assert rest.endswith(b"\n\n") or rest == b""


async def test_media_that_a_browser_could_run_is_only_given_as_a_download(place: Any) -> None:
    item = place.sandbox.stage.shelf.put(b"<script>", "a.html", "text/html")
    async with place.session.get(f"{place.url}/sandbox/media/{item.key}/{item.name}") as response:
        assert response.headers["Content-Disposition"] == "attachment"
    assert (await place.call("GET", "/sandbox/form.png"))[1].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path", ["/bot/x", "/pa/send_message", "/v25.0/me", "/v3.0/oa/message/cs", "/v4/oa/access_token"]
)
async def test_all_four_apis_answer_on_one_port(place: Any, path: str) -> None:
    status, answer = await place.call("POST", path)
    assert status in {200, 400, 401}
    assert isinstance(answer, dict)
    assert place.rules == ["credentials"]
