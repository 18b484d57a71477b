"""Each rule of the Send API and the Page's edges that the sandbox holds, one row each."""

from typing import Any

import aiohttp
import pytest

QUICK = {"content_type": "text", "title": "Có", "payload": "Y"}
POSTBACK = {"type": "postback", "title": "Có", "payload": "Y"}


def template(**payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("text_of_2000", {"text": "a" * 2000}),
    ("empty_text", {"text": ""}),
    ("nothing", {}),
    ("text_beside_attachment", {"text": "a", **template(template_type="button", text="a", buttons=[POSTBACK])}),
    ("metadata_of_1000", {"text": "a", "metadata": "a" * 1000}),
    ("unknown_field", {"text": "a", "buttons": []}),
    ("fourteen_quick_replies", {"text": "a", "quick_replies": [QUICK] * 14}),
    ("quick_reply_title_of_21", {"text": "a", "quick_replies": [{**QUICK, "title": "a" * 21}]}),
    ("quick_reply_payload_of_1001", {"text": "a", "quick_replies": [{**QUICK, "payload": "a" * 1001}]}),
    ("quick_reply_without_payload", {"text": "a", "quick_replies": [{"content_type": "text", "title": "a"}]}),
    ("location_quick_reply", {"text": "a", "quick_replies": [{"content_type": "location"}]}),
    ("phone_quick_reply_with_title", {"text": "a", "quick_replies": [{"content_type": "user_phone_number", "title": "a"}]}),
    ("quick_replies_without_words", {"quick_replies": [QUICK]}),
    ("button_text_of_641", template(template_type="button", text="a" * 641, buttons=[POSTBACK])),
    ("four_buttons", template(template_type="button", text="a", buttons=[POSTBACK] * 4)),
    ("no_buttons", template(template_type="button", text="a", buttons=[])),
    ("button_title_of_21", template(template_type="button", text="a", buttons=[{**POSTBACK, "title": "a" * 21}])),
    ("button_over_http", template(template_type="button", text="a", buttons=[{"type": "web_url", "title": "a", "url": "http://a.vn"}])),
    ("eleven_elements", template(template_type="generic", elements=[{"title": "a", "subtitle": "b"}] * 11)),
    ("element_with_a_title_only", template(template_type="generic", elements=[{"title": "a"}])),
    ("element_title_of_81", template(template_type="generic", elements=[{"title": "a" * 81, "subtitle": "b"}])),
    ("unknown_attachment", {"attachment": {"type": "sticker", "payload": {}}}),
    ("url_and_id", {"attachment": {"type": "image", "payload": {"url": "https://a.vn/a.png", "attachment_id": "1"}}}),
    ("attachment_of_nothing", {"attachment": {"type": "image", "payload": {"attachment_id": "12345"}}}),
    ("image_without_source", {"attachment": {"type": "image", "payload": {}}}),
]  # fmt: skip


async def send(place: Any, psid: str, message: Any, **more: Any) -> tuple[int, Any]:
    body = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": message, **more}
    status, answer = await place.messenger("POST", "me/messages", **body)
    return status, answer


@pytest.mark.parametrize("message", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_a_message_that_breaks_a_rule_is_refused_and_recorded(place: Any, message: Any) -> None:
    person = await place.met("messenger")
    status, answer = await send(place, person.id, message)
    assert (status, answer["error"]["code"], answer["error"]["type"]) == (400, 100, "OAuthException")
    assert answer["error"]["fbtrace_id"]
    assert len(place.rules) == 1
    assert person.inbox == []


ACCEPTED: list[dict[str, Any]] = [
    {"text": "a" * 1999, "metadata": "a" * 999},
    {"text": "a", "quick_replies": [QUICK] * 12 + [{"content_type": "user_phone_number"}]},
    template(template_type="button", text="a" * 640, buttons=[POSTBACK, {"type": "phone_number", "title": "a", "payload": "+841022"}]),
    template(template_type="generic", elements=[{"title": "a", "subtitle": "b", "buttons": [POSTBACK] * 3}] * 10),
    {"attachment": {"type": "image", "payload": {"url": "https://a.vn/a.png"}}},
]  # fmt: skip


@pytest.mark.parametrize("message", ACCEPTED, ids=range(len(ACCEPTED)))
async def test_a_message_at_the_limit_passes(place: Any, message: Any) -> None:
    person = await place.met("messenger")
    status, answer = await send(place, person.id, message)
    assert (status, answer["recipient_id"]) == (200, person.id), answer
    assert answer["message_id"].startswith("m_")
    assert place.rules == []


@pytest.mark.parametrize(
    ("changes", "code", "subcode", "rules"),
    [
        ({"messaging_type": "MESSAGE_TAG"}, 100, None, ["value"]),
        ({"tag": "HUMAN_AGENT"}, 100, None, ["value"]),
        ({"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}, 100, None, ["value"]),
        ({"messaging_type": "UTILITY", "message": {"template": {"name": "x", "language": {"code": "vi"}}}}, 100, None, ["value"]),
        ({"messaging_type": "PROMO"}, 100, None, ["value"]),
        ({"messaging_type": None}, 100, None, ["missing"]),
        ({"recipient": {"id": 5550001112223334}}, 100, None, ["kind"]),
        ({"recipient": {"id": "5550001112223334"}}, 100, 2018001, ["unknown_recipient"]),
        ({"sender_action": "typing_on"}, 100, 2018014, ["value"]),
        ({"persona_id": "123"}, 100, None, ["value"]),
    ],
)  # fmt: skip
async def test_the_request_around_the_message_is_held_to_its_rules(
    place: Any, changes: Any, code: int, subcode: int | None, rules: list[str]
) -> None:
    person = await place.met("messenger")
    body = {"recipient": {"id": person.id}, "messaging_type": "RESPONSE", "message": {"text": "a"}, **changes}
    body = {name: value for name, value in body.items() if value is not None}
    _, answer = await place.messenger("POST", "me/messages", **body)
    assert (answer["error"]["code"], answer["error"].get("error_subcode")) == (code, subcode)
    assert place.rules == rules


async def test_the_window_closes_after_24_hours_and_for_people_after_7_days(place: Any) -> None:
    person = await place.met("messenger")
    human = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    place.clock.now += 86_400
    assert (await send(place, person.id, {"text": "a"}))[0] == 200
    place.clock.now += 1
    _, answer = await send(place, person.id, {"text": "a"})
    assert (answer["error"]["code"], answer["error"]["error_subcode"]) == (10, 2018278)
    assert (await send(place, person.id, {"text": "a"}, **human))[0] == 200
    place.clock.now += 6 * 86_400 + 1
    assert (await send(place, person.id, {"text": "a"}, **human))[1]["error"]["code"] == 10
    await person.react(person.inbox[0])
    assert (await send(place, person.id, {"text": "a"}))[0] == 200
    await person.read_all()
    assert place.rules == ["window", "window"]


async def test_a_utility_template_needs_approval_and_no_window(place: Any) -> None:
    person = await place.met("messenger")
    place.clock.now += 30 * 86_400
    made = {
        "name": "status_v1",
        "language": "vi",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "{{1}}"}],
    }
    assert (await place.messenger("POST", "me/message_templates", **made))[1]["status"] == "APPROVED"
    message = {"template": {"name": "status_v1", "language": {"code": "vi"}}}
    assert (await send(place, person.id, message, messaging_type="UTILITY"))[0] == 200


async def test_whoever_blocked_the_page_is_not_available(place: Any) -> None:
    person = await place.met("messenger")
    await person.block()
    _, answer = await send(place, person.id, {"text": "a"})
    assert (answer["error"]["code"], answer["error"]["error_subcode"]) == (551, 1545041)
    assert place.rules == []


async def test_the_token_is_checked_and_has_no_place_in_the_address(place: Any) -> None:
    secrets = place.sandbox.lines["messenger"].account.secrets
    _, answer = await place.call("GET", "/v25.0/me", headers={"Authorization": "Bearer wrong"})
    assert answer["error"]["code"] == 190
    _, answer = await place.call("GET", "/v25.0/me", headers={"Authorization": f"Bearer {secrets['PAGE_TOKEN']}"})
    assert "appsecret_proof" in answer["error"]["message"]
    _, answer = await place.call("GET", f"/v25.0/me?access_token={secrets['PAGE_TOKEN']}&appsecret_proof=00")
    assert answer["error"]["code"] == 100
    assert place.rules == ["credentials", "missing", "token_in_address", "value"]
    assert (await place.messenger("GET", "me"))[1]["id"] == secrets["PAGE_ID"]
    place.sandbox.revoke_token("messenger")
    _, answer = await place.messenger("GET", "me")
    assert (answer["error"]["code"], answer["error"]["error_subcode"]) == (190, 460)


@pytest.mark.parametrize("version", ["v20.0", "v27.0"])
async def test_versions_that_ended_or_do_not_exist_are_refused(place: Any, version: str) -> None:
    token = place.sandbox.lines["messenger"].account.secret("PAGE_TOKEN")
    status, _ = await place.call("GET", f"/{version}/me", headers={"Authorization": f"Bearer {token}"})
    assert status == 400
    assert place.rules == ["version"]


@pytest.mark.parametrize(
    ("profile", "rule"),
    [
        ({"persistent_menu": [{"locale": "default", "call_to_actions": [POSTBACK]}]}, "missing"),
        ({"get_started": {"payload": "a" * 1001}}, "too_long"),
        ({"greeting": [{"locale": "vi_VN", "text": "a"}]}, "missing"),
        ({"greeting": [{"locale": "default", "text": "a" * 161}]}, "too_long"),
        (
            {"ice_breakers": [{"locale": "default", "call_to_actions": [{"question": "a", "payload": "b"}] * 5}]},
            "too_many",
        ),
        ({"menu": []}, "unknown_field"),
    ],
)
async def test_a_profile_that_breaks_a_rule_is_refused(place: Any, profile: Any, rule: str) -> None:
    status, _ = await place.messenger("POST", "me/messenger_profile", **profile)
    assert (status, place.rules) == (400, [rule])


async def test_a_profile_is_kept_read_and_deleted(place: Any) -> None:
    profile = {
        "get_started": {"payload": "BEGIN"},
        "persistent_menu": [{"locale": "default", "composer_input_disabled": False, "call_to_actions": [POSTBACK]}],
    }
    assert (await place.messenger("POST", "me/messenger_profile", **profile))[1] == {"result": "success"}
    await place.person("messenger").open_chat("qr7")
    await place.sandbox.settled()
    (postback,) = place.hook.of("postback")
    assert postback["postback"]["payload"] == "BEGIN"
    assert postback["postback"]["referral"]["ref"] == "qr7"
    assert (await place.messenger("DELETE", "me/messenger_profile", fields=["persistent_menu"]))[0] == 200
    kept = (await place.messenger("GET", "me/messenger_profile", fields="get_started,persistent_menu"))[1]
    assert kept == {"data": [{"get_started": {"payload": "BEGIN"}}]}


async def test_an_eleventh_profile_call_in_ten_minutes_is_too_many(place: Any) -> None:
    codes = [(await place.messenger("GET", "me/messenger_profile", fields="greeting"))[0] for _ in range(11)]
    assert codes == [200] * 10 + [400]


async def test_only_subscribed_fields_are_delivered(place: Any) -> None:
    answer = (await place.messenger("POST", "me/subscribed_apps", subscribed_fields="messages,message_echoes"))[1]
    assert answer == {"success": True}
    person = await place.met("messenger")
    await send(place, person.id, {"text": "a"})
    await place.sandbox.settled()
    assert len(place.hook.received) == 1
    assert place.hook.of("message")[0]["message"]["is_echo"] is True
    listed = (await place.messenger("GET", "me/subscribed_apps"))[1]["data"][0]["subscribed_fields"]
    assert listed == ["message_echoes", "messages"]
    assert (await place.messenger("POST", "me/subscribed_apps", subscribed_fields="feed"))[0] == 400


async def test_the_callback_is_set_only_after_its_handshake(place: Any) -> None:
    line = place.sandbox.lines["messenger"]
    secrets, url = line.account.secrets, line.courier.url
    headers = {"Authorization": f"Bearer {secrets['APP_ID']}|{secrets['APP_SECRET']}"}
    path = f"/v25.0/{secrets['APP_ID']}/subscriptions"
    for token, code in ((secrets["VERIFY_TOKEN"], 200), ("wrong", 400)):
        body = {"object": "page", "callback_url": url, "verify_token": token, "fields": "messages"}
        assert (await place.call("POST", path, data=body, headers=headers))[0] == code
    assert place.rules == ["handshake"]


async def test_an_upload_must_be_of_its_kind_and_may_be_used_again(place: Any) -> None:
    person = await place.met("messenger")

    def form(kind: str, content_type: str) -> aiohttp.FormData:
        secrets = place.sandbox.lines["messenger"].account.secrets
        import hashlib
        import hmac
        import json

        proof = hmac.new(secrets["APP_SECRET"].encode(), secrets["PAGE_TOKEN"].encode(), hashlib.sha256).hexdigest()
        data = aiohttp.FormData()
        data.add_field("access_token", secrets["PAGE_TOKEN"])
        data.add_field("appsecret_proof", proof)
        data.add_field("message", json.dumps({"attachment": {"type": kind, "payload": {"is_reusable": True}}}))
        data.add_field("filedata", b"\x89PNG", filename="a.png", content_type=content_type)
        return data

    _, answer = await place.call("POST", "/v25.0/me/message_attachments", data=form("image", "image/png"))
    message = {"attachment": {"type": "image", "payload": {"attachment_id": answer["attachment_id"]}}}
    assert (await send(place, person.id, message))[0] == 200
    place.clock.now += 91 * 86_400
    await person.send_text("còn đây")
    assert (await send(place, person.id, message))[1]["error"]["error_subcode"] == 2018074
    _, answer = await place.call("POST", "/v25.0/me/message_attachments", data=form("image", "application/pdf"))
    assert answer["error"]["error_subcode"] == 2018047


async def test_thread_control_personas_and_profiles_answer(place: Any) -> None:
    person = await place.met("messenger")
    recipient = {"recipient": {"id": person.id}}
    assert (await place.messenger("POST", "me/pass_thread_control", target_app_id="263902037430900", **recipient))[
        0
    ] == 200
    assert (await place.messenger("POST", "me/take_thread_control", **recipient))[1]["error"]["code"] == 27
    picture = {"name": "Lan", "profile_picture_url": "https://a.vn/a.png"}
    persona = (await place.messenger("POST", "me/personas", **picture))[1]["id"]
    assert (await send(place, person.id, {"text": "a"}, persona_id=persona))[0] == 200
    assert "first_name" in (await place.messenger("GET", person.id, fields="first_name,last_name"))[1]
    assert (await place.messenger("GET", person.id, fields="email"))[0] == 400
    assert (await place.messenger("GET", "me/feed"))[1]["error"]["error_subcode"] == 33
