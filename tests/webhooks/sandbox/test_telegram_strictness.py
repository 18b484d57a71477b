"""Each rule of the Bot API that the sandbox holds, one row each."""

import json
from typing import Any

import pytest
from aiohttp import web

KEY = {"callback_data": "a"}


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [list(buttons)]}}


REFUSED = [
    ("text_of_4097", {"text": "a" * 4097}, "message is too long"),
    ("text_of_4097_utf16_units", {"text": "😀" * 2048 + "a"}, "message is too long"),
    ("empty_text", {"text": ""}, "at least 1"),
    ("blank_text", {"text": "   "}, "message text is empty"),
    ("chat_id_as_a_string_in_json", {"text": "a", "chat_id": "12"}, "must be an integer"),
    ("unknown_parameter", {"text": "a", "parse": "HTML"}, "not a documented field"),
    ("unknown_parse_mode", {"text": "a", "parse_mode": "html"}, "must be one of"),
    ("unescaped_html", {"text": "1 < 2", "parse_mode": "HTML"}, "can't parse entities"),
    ("unclosed_html", {"text": "<b>a", "parse_mode": "HTML"}, "can't parse entities"),
    (
        "callback_data_of_65_bytes",
        {"text": "a", **inline({"text": "x", "callback_data": "ư" * 33})},
        "BUTTON_DATA_INVALID",
    ),
    ("empty_callback_data", {"text": "a", **inline({"text": "x", "callback_data": ""})}, "BUTTON_DATA_INVALID"),
    ("button_without_action", {"text": "a", **inline({"text": "x"})}, "exactly one action"),
    (
        "button_with_two_actions",
        {"text": "a", **inline({"text": "x", "url": "https://a.vn", **KEY})},
        "exactly one action",
    ),
    ("nine_buttons_in_a_row", {"text": "a", **inline(*[{"text": "x", **KEY}] * 9)}, "at most 8"),
    (
        "101_buttons",
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", **KEY}]] * 101}},
        "101 entries",
    ),
    (
        "keyboard_button_that_asks_twice",
        {
            "text": "a",
            "reply_markup": {"keyboard": [[{"text": "x", "request_contact": True, "request_location": True}]]},
        },
        "one thing",
    ),
    ("entity_beyond_the_text", {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 5}]}, "can't parse"),
]


@pytest.mark.parametrize(("parameters", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_a_message_that_breaks_a_rule_is_refused_and_recorded(place: Any, parameters: Any, words: str) -> None:
    person = await place.met("telegram")
    status, answer = await place.telegram("sendMessage", **{"chat_id": int(person.id), **parameters})
    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
    assert words in answer["description"]
    assert len(place.rules) == 1
    assert person.inbox == []


ACCEPTED = [
    {"text": "a" * 4096},
    {"text": "😀" * 2048},
    {"text": "x", **inline({"text": "x", "callback_data": "ư" * 32})},
    {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", **KEY}] * 8] * 12}},
    {"text": "<b>1</b> &lt; 2", "parse_mode": "HTML"},
    {"text": "x", "reply_markup": {"remove_keyboard": True}},
]


@pytest.mark.parametrize("parameters", ACCEPTED, ids=range(len(ACCEPTED)))
async def test_a_message_at_the_limit_passes(place: Any, parameters: Any) -> None:
    person = await place.met("telegram")
    status, answer = await place.telegram("sendMessage", chat_id=int(person.id), **parameters)
    assert (status, answer["ok"]) == (200, True), answer
    assert place.rules == []
    assert len(person.inbox) == 1


async def test_forms_and_multipart_are_read_like_json(place: Any) -> None:
    person = await place.met("telegram")
    path = f"/bot{place.sandbox.lines['telegram'].account.secret('TOKEN')}"
    markup = json.dumps({"keyboard": [[{"text": "Gửi số", "request_contact": True}]]})
    status, _ = await place.call(
        "POST", f"{path}/sendMessage", data={"chat_id": person.id, "text": "Số?", "reply_markup": markup}
    )
    assert status == 200
    assert [button.action for button in person.keyboard] == ["share_phone"]
    import aiohttp

    form = aiohttp.FormData()
    form.add_field("chat_id", person.id)
    form.add_field("caption", "Ảnh\r\n--hai dòng")
    form.add_field("photo", b"\x89PNG\r\n\x1a\n\r\nrest", filename="a.png", content_type="image/png")
    status, _ = await place.call("POST", f"{path}/sendPhoto", data=form)
    assert status == 200
    assert person.inbox[-1].text == "Ảnh\r\n--hai dòng"
    assert person.inbox[-1].media[0].name == "a.png"
    assert place.rules == []


async def test_who_may_be_written_to(place: Any) -> None:
    stranger = place.person("telegram")
    assert (await place.telegram("sendMessage", chat_id=12345, text="a"))[1][
        "description"
    ] == "Bad Request: chat not found"
    status, answer = await place.telegram("sendMessage", chat_id=int(stranger.id), text="a")
    assert (status, answer["description"]) == (403, "Forbidden: bot can't initiate conversation with a user")
    person = await place.met("telegram")
    await person.block()
    status, answer = await place.telegram("sendMessage", chat_id=int(person.id), text="a")
    assert (status, answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    assert place.rules == ["unknown_recipient", "initiated"]


async def test_a_fourth_message_within_a_second_must_wait(place: Any) -> None:
    person = await place.met("telegram")
    statuses = [(await place.telegram("sendMessage", chat_id=int(person.id), text="a"))[0] for _ in range(3)]
    status, answer = await place.telegram("sendMessage", chat_id=int(person.id), text="a")
    assert (statuses, status, answer["parameters"]) == ([200] * 3, 429, {"retry_after": 2})
    place.clock.now += 1.0
    assert (await place.telegram("sendMessage", chat_id=int(person.id), text="a"))[0] == 200
    assert place.rules == ["too_fast"]


async def test_a_thirty_first_message_in_a_second_must_wait(place: Any) -> None:
    people = [await place.met("telegram") for _ in range(31)]
    statuses = [(await place.telegram("sendMessage", chat_id=int(each.id), text="a"))[0] for each in people]
    assert statuses == [200] * 30 + [429]


async def test_wrong_and_revoked_tokens_are_unauthorised(place: Any) -> None:
    assert (await place.call("POST", "/bot1:wrong/getMe"))[0] == 401
    assert place.rules == ["credentials"]
    place.sandbox.revoke_token("telegram")
    assert (await place.telegram("getMe"))[0] == 401


async def test_a_chat_that_moved_tells_its_new_id(place: Any) -> None:
    place.sandbox.lines["telegram"].migrated[-100] = -1001
    status, answer = await place.telegram("sendMessage", chat_id=-100, text="a")
    assert (status, answer["parameters"]) == (400, {"migrate_to_chat_id": -1001})


@pytest.mark.parametrize(
    ("method", "parameters", "rule"),
    [
        ("setWebhook", {"url": "http://example.vn/hook", "secret_token": "s"}, "value"),
        ("setWebhook", {"url": "https://example.vn/hook", "secret_token": "có dấu"}, "value"),
        ("setWebhook", {"url": "https://example.vn/hook"}, "missing"),
        ("setWebhook", {"url": "https://a.vn", "secret_token": "s", "allowed_updates": ["messages"]}, "value"),
        ("setWebhook", {"url": "https://a.vn", "secret_token": "s", "max_connections": 101}, "out_of_range"),
        ("setMyCommands", {"commands": [{"command": "Trợ_giúp", "description": "a"}]}, "value"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "a"}]}, "too_long"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, "too_long"),
        ("getUpdates", {}, "polling"),
        ("sendMesage", {"text": "a"}, "unknown_method"),
        ("sendMediaGroup", {"chat_id": 1, "media": [{"type": "photo", "media": "https://a.vn/a.png"}]}, "too_few"),
    ],
)
async def test_other_methods_are_held_to_their_rules(place: Any, method: str, parameters: Any, rule: str) -> None:
    await place.telegram(method, **parameters)
    assert place.rules == [rule]


async def test_set_webhook_moves_address_secret_and_kinds(place: Any) -> None:
    url = place.sandbox.lines["telegram"].courier.url.replace("/telegram", "/moved")
    status, _ = await place.telegram("setWebhook", url=url, secret_token="fresh", allowed_updates=["message"])
    assert status == 200
    person = place.person("telegram")
    await person.send_text("một")
    await person.block()
    await place.sandbox.settled()
    (delivered,) = place.hook.received
    assert delivered.account == "moved"
    assert delivered.headers["x-telegram-bot-api-secret-token"] == "fresh"
    assert (await place.telegram("getWebhookInfo"))[1]["result"]["url"] == url


async def test_a_press_is_answered_once_and_within_its_time(place: Any) -> None:
    person = await place.met("telegram")
    await place.telegram(
        "sendMessage", chat_id=int(person.id), text="?", **inline({"text": "Có", "callback_data": "y"})
    )
    await person.press("Có")
    await place.sandbox.settled()
    (update,) = place.hook.of("callback_query")
    query = update["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("y", int(person.inbox[-1].ref))
    assert (await place.telegram("answerCallbackQuery", callback_query_id=query["id"]))[0] == 200
    assert "too old" in (await place.telegram("answerCallbackQuery", callback_query_id=query["id"]))[1]["description"]
    await person.press("Có")
    await place.sandbox.settled()
    place.clock.now += 151
    late = place.hook.of("callback_query")[-1]["callback_query"]["id"]
    assert (await place.telegram("answerCallbackQuery", callback_query_id=late))[0] == 400


async def test_files_are_fetched_by_id_until_their_links_die(place: Any) -> None:
    person = place.person("telegram")
    await person.send_photo(b"\x89PNG data", "ảnh")
    await place.sandbox.settled()
    file_id = place.hook.received[0].json["message"]["photo"][-1]["file_id"]
    found = (await place.telegram("getFile", file_id=file_id))[1]["result"]
    path = f"/file/bot{place.sandbox.lines['telegram'].account.secret('TOKEN')}/{found['file_path']}"
    assert await place.call("GET", path) == (200, b"\x89PNG data")
    place.sandbox.stage.shelf.expire_links()
    assert (await place.call("GET", path))[0] == 404
    assert (await place.telegram("getFile", file_id="nothing"))[0] == 400


async def test_editing_to_the_same_text_is_not_a_change(place: Any) -> None:
    person = await place.met("telegram")
    await place.telegram("sendMessage", chat_id=int(person.id), text="một")
    number = int(person.inbox[0].ref)
    answer = (await place.telegram("editMessageText", chat_id=int(person.id), message_id=number, text="một"))[1]
    assert answer["description"] == "Bad Request: message is not modified"
    assert (await place.telegram("editMessageText", chat_id=int(person.id), message_id=number, text="hai"))[0] == 200
    assert (person.inbox[0].text, person.inbox[0].edited) == ("hai", True)


async def test_a_method_in_the_answer_to_an_update_is_carried_out(place: Any) -> None:
    person = place.person("telegram")
    answers = [{"method": "sendMessage", "chat_id": int(person.id), "text": "Dạ"}, {"method": "getMe"}, {"ok": True}]
    place.hook.answers.extend(web.json_response(answer) for answer in answers)
    for text in ("một", "hai", "ba"):
        await person.send_text(text)
    await place.sandbox.settled()
    assert [bubble.text for bubble in person.inbox] == ["Dạ"]
    assert place.rules == ["value"]
