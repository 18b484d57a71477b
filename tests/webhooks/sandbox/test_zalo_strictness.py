"""Each rule of the Zalo OA OpenAPI that the sandbox holds, one row each."""

import io
import json
from typing import Any

import aiohttp
import pytest

SHOW = {"title": "Có", "type": "oa.query.show", "payload": "Có"}
FORM = {"title": "Tổng đài", "subtitle": "Thông tin", "image_url": "https://a.vn/f.png"}


def buttons(*each: dict[str, Any]) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": {"buttons": list(each)}}}


def template(kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": {"template_type": kind, "elements": list(elements)}}}


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("text_of_2001", {"text": "a" * 2001}, -210),
    ("nothing", {}, -201),
    ("empty_text", {"text": ""}, -201),
    ("text_as_a_number", {"text": 5}, -201),
    ("unknown_field", {"text": "a", "buttons": []}, -201),
    ("six_buttons", {"text": "a", **buttons(*[SHOW] * 6)}, -210),
    ("buttons_without_text", buttons(SHOW), -201),
    ("title_of_101", {"text": "a", **buttons({**SHOW, "title": "a" * 101})}, -210),
    ("payload_of_1001", {"text": "a", **buttons({**SHOW, "payload": "a" * 1001})}, -210),
    ("payload_as_an_object", {"text": "a", **buttons({**SHOW, "payload": {"a": 1}})}, -201),
    ("unknown_action", {"text": "a", **buttons({**SHOW, "type": "oa.query"})}, -201),
    ("url_as_a_text", {"text": "a", **buttons({"title": "a", "type": "oa.open.url", "payload": "https://a.vn"})}, -201),
    ("phone_with_a_plus", {"text": "a", **buttons({"title": "a", "type": "oa.open.phone", "payload": {"phone_code": "+8410"}})}, -201),
    (
        "sms_of_161",
        {"text": "a", **buttons({"title": "a", "type": "oa.open.sms", "payload": {"phone_code": "8410", "content": "a" * 161}})},
        -210,
    ),
    ("two_forms", template("request_user_info", FORM, FORM), -210),
    ("form_title_of_101", template("request_user_info", {**FORM, "title": "a" * 101}), -210),
    ("form_subtitle_of_501", template("request_user_info", {**FORM, "subtitle": "a" * 501}), -210),
    ("form_without_image", template("request_user_info", {"title": "a", "subtitle": "b"}), -201),
    ("list_template", template("list", FORM), -201),
    ("image_by_url_and_id", {"text": "", **template("media", {"media_type": "image", "url": "https://a.vn/a.png", "attachment_id": "x"})}, -201),
    ("gif_without_size", template("media", {"media_type": "gif", "url": "https://a.vn/a.gif"}), -201),
    ("attachment_id_of_nothing", template("media", {"media_type": "image", "attachment_id": "x"}), -100),
    ("file_token_of_nothing", {"attachment": {"type": "file", "payload": {"token": "x"}}}, -100),
]  # fmt: skip


@pytest.mark.parametrize(("message", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_a_message_that_breaks_a_rule_is_refused_and_recorded(place: Any, message: Any, code: int) -> None:
    person = await place.met("zalo")
    answer = await place.consult(person, **message)
    assert answer["error"] == code, answer
    assert len(place.rules) == 1
    assert person.inbox == []


ACCEPTED: list[dict[str, Any]] = [
    {"text": "a" * 2000},
    {"text": "a", **buttons(*[{**SHOW, "title": "a" * 100, "payload": "a" * 1000}] * 5)},
    {"text": "", **template("request_user_info", FORM)},
    {"text": "Ảnh", **template("media", {"media_type": "image", "url": "https://a.vn/a.png"})},
    {"text": "a", "quote_message_id": "a1b2"},
]


@pytest.mark.parametrize("message", ACCEPTED, ids=range(len(ACCEPTED)))
async def test_a_message_at_the_limit_passes(place: Any, message: Any) -> None:
    person = await place.met("zalo")
    answer = await place.consult(person, **message)
    assert (answer["error"], answer["data"]["user_id"]) == (0, person.id), answer
    assert answer["data"]["quota"]["quota_type"] == "reply"
    assert place.rules == []


async def test_the_window_is_free_for_48_hours_and_closed_after_7_days(place: Any) -> None:
    person = await place.met("zalo")
    place.zalo_token = (await place.refresh("zalo-first-refresh"))["access_token"]
    place.clock.now += 86_399
    assert "quota" in (await place.consult(person, text="a"))["data"]
    await person.send_text("còn đây")
    place.sandbox.lines["zalo"].oauth._current = None  # a token of any age, as after a restart
    line = place.sandbox.lines["zalo"]
    for seconds, error, quota in ((48 * 3600 + 1, 0, False), (5 * 86_400, -230, False)):
        place.clock.now += seconds
        place.zalo_token = line.oauth._new("A", 90_000)
        answer = await place.consult(person, text="a")
        assert (answer["error"], "quota" in answer.get("data", {})) == (error, quota)
    await person.follow()
    assert (await place.consult(person, text="a"))["error"] == 0
    assert place.rules == ["window"]


async def test_a_follower_who_never_wrote_may_be_welcomed_three_times(place: Any) -> None:
    stranger = place.person("zalo")
    assert (await place.consult(stranger, text="a"))["error"] == -232
    stranger.following = True
    answers = [await place.consult(stranger, text="a") for _ in range(4)]
    assert [each["error"] for each in answers] == [0, 0, 0, -232]
    assert answers[0]["data"]["quota"]["quota_type"] == "welcome_msg"


async def test_unknown_and_blocking_recipients_are_refused(place: Any) -> None:
    person = await place.met("zalo")
    await person.block()
    assert (await place.consult(person, text="a"))["error"] == -217
    body = {"recipient": {"user_id": "7100000000000000002"}, "message": {"text": "a"}}
    assert (await place.zalo("POST", "/v3.0/oa/message/cs", json=body))["error"] == -201
    body["recipient"] = {"user_id": 7100000000000000002}
    assert (await place.zalo("POST", "/v3.0/oa/message/cs", json=body))["error"] == -201
    assert place.rules == ["unknown_recipient", "kind"]


async def test_anonymous_visitors_are_written_to_in_their_own_way(place: Any) -> None:
    visitor = place.sandbox.person("zalo", anonymous=True)
    await visitor.send_text("Cho hỏi")
    await place.sandbox.settled()
    (event,) = place.hook.of("anonymous_send_text")
    conversation = event["message"]["conversation_id"]
    recipient = {"anonymous_id": visitor.id, "conversation_id": conversation}
    sent = await place.zalo("POST", "/v2.0/oa/message", json={"recipient": recipient, "message": {"text": "Dạ"}})
    assert (sent["error"], visitor.inbox[0].text) == (0, "Dạ")
    wrong = {"recipient": {**recipient, "conversation_id": "other"}, "message": {"text": "Dạ"}}
    assert (await place.zalo("POST", "/v2.0/oa/message", json=wrong))["error"] == -201
    assert (await place.consult(visitor, text="a"))["error"] == -201
    await place.sandbox.settled()
    assert place.hook.of("user_seen_message") == []
    assert len(place.hook.of("oa_send_anonymous_text")) == 1


async def test_the_old_message_call_is_shut_but_for_reactions(place: Any) -> None:
    person = await place.met("zalo")
    old = {"recipient": {"user_id": person.id}, "message": {"text": "a"}}
    assert (await place.zalo("POST", "/v2.0/oa/message", json=old))["error"] == -240
    react = {"recipient": {"user_id": person.id},
             "sender_action": {"react_message_id": person.bubbles[0].ref, "react_icon": "/-strong"}}  # fmt: skip
    assert (await place.zalo("POST", "/v2.0/oa/message", json=react))["error"] == 0
    assert person.bubbles[0].reaction == "👍"


@pytest.mark.parametrize(
    ("kind", "data", "content_type", "code"),
    [
        ("image", b"\x89PNG", "image/png", 0),
        ("image", b"a" * (1024 * 1024 + 1), "image/png", -210),
        ("image", b"GIF89a", "image/gif", -201),
        ("gif", b"GIF89a", "image/gif", 0),
        ("file", b"%PDF", "application/pdf", 0),
        ("file", b"PK", "application/zip", -201),
        ("video", b"a", "video/mp4", -201),
    ],
)
async def test_uploads_have_a_kind_and_a_size(place: Any, kind: str, data: bytes, content_type: str, code: int) -> None:
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(data), filename="a.bin", content_type=content_type)
    answer = await place.zalo("POST", f"/v2.0/oa/upload/{kind}", data=form)
    assert answer["error"] == code


async def test_an_uploaded_image_is_sent_by_its_id_for_seven_days(place: Any) -> None:
    person = await place.met("zalo")
    form = aiohttp.FormData()
    form.add_field("file", b"\x89PNG", filename="a.png", content_type="image/png")
    key = (await place.zalo("POST", "/v2.0/oa/upload/image", data=form))["data"]["attachment_id"]
    message = template("media", {"media_type": "image", "attachment_id": key})
    assert (await place.consult(person, **message))["error"] == 0
    assert person.inbox[0].media[0].name == "a.png"
    line = place.sandbox.lines["zalo"]
    place.clock.now += 7 * 86_400 + 1
    line.oauth._current = None
    place.zalo_token = line.oauth._new("A", 90_000)
    await person.send_text("còn đây")
    assert (await place.consult(person, **message))["error"] == -100


async def test_get_parameters_travel_as_one_json_object(place: Any) -> None:
    person = await place.met("zalo")
    detail = await place.zalo("GET", "/v3.0/oa/user/detail", params={"data": json.dumps({"user_id": person.id})})
    assert detail["data"]["display_name"] == person.name
    assert (await place.zalo("GET", "/v3.0/oa/user/detail", params={"user_id": person.id}))["error"] == -201
    listed = await place.zalo("GET", "/v3.0/oa/user/getlist", params={"data": '{"offset":0,"count":50}'})
    assert listed["data"]["users"] == [{"user_id": person.id}]
    assert (await place.zalo("GET", "/v3.0/oa/user/getlist", params={"data": '{"offset":0,"count":51}'}))[
        "error"
    ] == -201
    assert (await place.zalo("GET", "/v2.0/oa/getoa"))["data"]["oa_id"] == "1900000000000000004"
    assert place.rules == ["unknown_field", "out_of_range"]


async def test_the_form_and_the_content_type_matter(place: Any) -> None:
    person = await place.met("zalo")
    body = {"recipient": json.dumps({"user_id": person.id}), "message": "a"}
    assert (await place.zalo("POST", "/v3.0/oa/message/cs", data=body))["error"] == -201
    assert (await place.zalo("POST", "/v3.0/oa/message/chat", json={}))["error"] == -201
    assert place.rules == ["content_type", "unknown_method"]


async def test_a_4001st_request_in_a_minute_is_too_many(place: Any) -> None:
    line = place.sandbox.lines["zalo"]
    for _ in range(4000):
        line.crowded("all", 4000, 60.0)
    assert (await place.zalo("GET", "/v2.0/oa/getoa"))["error"] == -32
    place.clock.now += 60
    assert (await place.zalo("GET", "/v2.0/oa/getoa"))["error"] == 0
