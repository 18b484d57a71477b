"""Each rule of the Viber bot API that the sandbox holds, one row each."""

from typing import Any

import pytest

SENDER = {"name": "Tổng đài 1022"}
PDF = "https://a.vn/a.pdf"


def keyboard(*buttons: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"keyboard": {"Type": "keyboard", "Buttons": list(buttons) or [{"ActionBody": "a", "Text": "a"}], **extra}}


def rows(count: int) -> dict[str, Any]:
    return keyboard(*[{"ActionBody": "a", "Text": "a"}] * count)


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("text_of_7001", {"text": "a" * 7001}, 3),
    ("no_text", {}, 4),
    ("empty_text", {"text": ""}, 4),
    ("text_as_a_number", {"text": 5}, 3),
    ("unknown_field", {"text": "a", "priority": 1}, 3),
    ("unknown_type", {"type": "poll", "text": "a"}, 3),
    ("no_sender", {"text": "a", "sender": None}, 4),
    ("sender_name_of_29", {"text": "a", "sender": {"name": "a" * 29}}, 3),
    ("tracking_data_of_4001", {"text": "a", "tracking_data": "a" * 4001}, 3),
    ("api_version_as_a_string", {"text": "a", "min_api_version": "3"}, 3),
    ("keyboard_without_type", {"text": "a", "keyboard": {"Buttons": [{"ActionBody": "a"}]}}, 4),
    ("button_without_action_body", {"text": "a", **keyboard({"Text": "a"})}, 4),
    ("columns_as_a_string", {"text": "a", **keyboard({"ActionBody": "a", "Columns": "6"})}, 3),
    ("seven_columns", {"text": "a", **keyboard({"ActionBody": "a", "Columns": 7})}, 3),
    ("three_rows_tall", {"text": "a", **keyboard({"ActionBody": "a", "Rows": 3})}, 3),
    ("thirteen_rows", {"text": "a", **rows(13)}, 3),
    ("foreign_html", {"text": "a", **keyboard({"ActionBody": "a", "Text": "<script>"})}, 3),
    ("bad_colour", {"text": "a", **keyboard({"ActionBody": "a", "BgColor": "red"})}, 3),
    ("share_phone_below_api_3", {"text": "a", **keyboard({"ActionBody": "a", "ActionType": "share-phone"})}, 3),
    ("location_below_api_3", {"text": "a", **keyboard({"ActionBody": "a", "ActionType": "location-picker"})}, 3),
    ("input_field_state_below_api_4", {"text": "a", "min_api_version": 3, **keyboard(InputFieldState="hidden")}, 3),
    ("rich_media_below_api_2", {"type": "rich_media", "rich_media": {"Type": "rich_media", "Buttons": [{"ActionBody": "a"}]}}, 3),
    ("caption_of_513", {"type": "picture", "text": "a" * 513, "media": "https://a.vn/a.jpg"}, 3),
    ("picture_without_extension", {"type": "picture", "text": "", "media": "https://a.vn/a"}, 3),
    ("picture_over_http", {"type": "picture", "text": "", "media": "http://a.vn/a.jpg"}, 3),
    ("video_without_size", {"type": "video", "media": "https://a.vn/a.mp4"}, 4),
    ("file_over_50_mb", {"type": "file", "media": PDF, "size": 60 * 1024 * 1024, "file_name": "a.pdf"}, 3),
    ("executable", {"type": "file", "media": PDF, "size": 5, "file_name": "a.exe"}, 3),
    ("file_name_without_extension", {"type": "file", "media": PDF, "size": 5, "file_name": "a"}, 3),
    ("latitude_of_91", {"type": "location", "location": {"lat": 91, "lon": 0}}, 3),
    ("url_of_2001", {"type": "url", "media": "https://a.vn/" + "a" * 2000}, 3),
    ("contact_name_of_29", {"type": "contact", "contact": {"name": "a" * 29, "phone_number": "+84900000000"}}, 3),
    ("whole_json_over_30_kb", {"text": "ắ" * 7000, "tracking_data": "ắ" * 4000}, 3),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_a_message_that_breaks_a_rule_is_refused_and_recorded(place: Any, fields: Any, status: int) -> None:
    person = await place.met("viber")
    answer = await place.viber("send_message", {"receiver": person.id, "type": "text", "sender": SENDER, **fields})
    assert answer["status"] == status, answer
    assert "message_token" not in answer
    assert len(place.rules) == 1
    assert person.inbox == []


ACCEPTED: list[dict[str, Any]] = [
    {"text": "a" * 7000},
    {"text": "a", **rows(12)},
    {"text": "a", "min_api_version": 3, **keyboard({"ActionBody": "a", "ActionType": "share-phone", "Text": "Số"})},
    {"text": "a", "min_api_version": 4, **keyboard(InputFieldState="hidden")},
    {"type": "picture", "text": "", "media": "https://a.vn/a.jpg?x=1"},
    {"type": "file", "media": PDF, "size": 5, "file_name": "a.pdf"},
    {"type": "location", "location": {"lat": 10, "lon": 106.5}},
]


@pytest.mark.parametrize("fields", ACCEPTED, ids=range(len(ACCEPTED)))
async def test_a_message_at_the_limit_passes(place: Any, fields: Any) -> None:
    person = await place.met("viber")
    answer = await place.viber("send_message", {"receiver": person.id, "type": "text", "sender": SENDER, **fields})
    assert answer["status"] == 0, answer
    assert answer["message_token"] > 2**53
    assert place.rules == []
    assert len(person.inbox) == 1


async def send(place: Any, receiver: str, **fields: Any) -> int:
    body = {"receiver": receiver, "type": "text", "text": "a", "sender": SENDER, **fields}
    return int((await place.viber("send_message", body))["status"])


async def test_who_may_be_written_to(place: Any) -> None:
    stranger, person = place.person("viber"), await place.met("viber")
    assert await send(place, "nobody==") == 5
    assert await send(place, stranger.id) == 6
    assert await send(place, person.id) == 0
    await person.unfollow()
    assert await send(place, person.id) == 6
    await person.follow()
    assert await send(place, person.id) == 0
    person.app_version = 2
    assert await send(place, person.id, min_api_version=3) == 13
    assert place.rules == ["unknown_recipient"]


async def test_a_hundred_and_first_message_without_an_answer_is_too_many(place: Any) -> None:
    person = await place.met("viber")
    statuses = []
    for _ in range(101):
        place.clock.now += 0.1
        statuses.append(await send(place, person.id))
    assert statuses == [0] * 100 + [12]
    await person.send_text("đây")
    assert await send(place, person.id) == 0
    assert place.rules == ["too_fast"]


async def test_a_broadcast_names_those_it_did_not_reach(place: Any) -> None:
    one, two = await place.met("viber"), await place.met("viber")
    await two.unfollow()
    body = {"broadcast_list": [one.id, two.id, "nobody"], "type": "text", "text": "Cúp nước", "sender": SENDER}
    answer = await place.viber("broadcast_message", body)
    assert [(each["receiver"], each["status"]) for each in answer["failed_list"]] == [(two.id, 6), ("nobody", 5)]
    assert (len(one.inbox), len(two.inbox)) == (1, 0)
    assert (await place.viber("broadcast_message", {**body, "broadcast_list": [one.id] * 301}))["status"] == 3
    assert (await place.viber("broadcast_message", {**body, "receiver": one.id}))["status"] == 4


async def test_a_token_is_asked_for_on_every_call(place: Any) -> None:
    _, answer = await place.call("POST", "/pa/get_account_info", json={}, headers={"X-Viber-Auth-Token": "wrong"})
    assert answer == {"status": 2, "status_message": "invalidAuthToken"}
    _, answer = await place.call(
        "POST", "/pa/get_account_info", json={"auth_token": place.sandbox.lines["viber"].account.secret("TOKEN")}
    )
    assert answer["status"] == 0
    assert place.rules == ["credentials"]


async def test_set_webhook_probes_the_address_before_it_answers(place: Any) -> None:
    url = place.sandbox.lines["viber"].courier.url
    answer = await place.viber("set_webhook", {"url": url, "event_types": ["seen"], "send_name": True})
    assert answer["status"] == 0
    assert set(answer["event_types"]) == {"seen", "message", "subscribed", "unsubscribed", "webhook"}
    (probe,) = place.hook.received
    assert probe.json["event"] == "webhook"
    place.hook.refuse(500)
    assert (await place.viber("set_webhook", {"url": url}))["status"] == 1
    assert (await place.viber("set_webhook", {"url": "http://example.vn/"}))["status"] == 3
    assert (await place.viber("set_webhook", {"url": ""}))["status"] == 0
    person = place.person("viber")
    person.following = True
    assert await send(place, person.id) == 10


async def test_user_details_are_given_twice_in_twelve_hours(place: Any) -> None:
    person = await place.met("viber")
    statuses = [(await place.viber("get_user_details", {"id": person.id}))["status"] for _ in range(3)]
    assert statuses == [0, 0, 12]
    assert (await place.viber("get_online", {"ids": [person.id, "x"]}))["users"][1]["online_status"] == 4


@pytest.mark.parametrize(
    ("welcome", "kept"),
    [
        (b'{"sender":{"name":"1022"},"type":"text","text":"Xin ch\xc3\xa0o"}', True),
        (b"", False),
        (b'{"sender":{"name":"1022"},"type":"text","text":"a","receiver":"b"}', False),
        (b'{"sender":{"name":"1022"},"type":"text","text":"a","auth_token":"b"}', False),
        (b'{"status":"ok"}', False),
        (b"OK", False),
    ],
)
async def test_the_answer_to_conversation_started_may_be_one_welcome(place: Any, welcome: bytes, kept: bool) -> None:
    from aiohttp import web

    place.hook.answers.append(web.Response(body=welcome, content_type="application/json"))
    person = place.person("viber")
    await person.open_chat("qr-07")
    await place.sandbox.settled()
    (event,) = place.hook.of("conversation_started")
    assert (event["context"], event["subscribed"], event["type"]) == ("qr-07", False, "open")
    assert len(person.inbox) == int(kept)
    assert place.rules == ([] if kept or not welcome else ["welcome"])
