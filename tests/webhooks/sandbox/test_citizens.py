"""What each act of a citizen becomes on each platform."""

from typing import Any

import pytest

PHOTO = b"\x89PNG photo"


async def events(place: Any) -> list[Any]:
    await place.sandbox.settled()
    found = []
    for each in place.hook.received:
        document = each.json
        found += [item for entry in document.get("entry", []) for item in entry["messaging"]] or [document]
    place.hook.received.clear()
    return found


async def test_zalo_acts(place: Any) -> None:
    person = place.person("zalo")
    await person.open_chat()
    await person.open_chat()
    await person.follow()
    await person.unfollow()
    names = [each["event_name"] for each in await events(place)]
    assert names == ["user_click_chatnow", "follow", "unfollow"]
    await person.share_location(10.5, 106.25)
    await person.share_phone("84900111222", own=False)
    await person.send_photo(PHOTO, "Hố ga")
    await person.send_album(2, "Rác")
    await person.send_voice()
    await person.send_file()
    await person.send_sticker()
    await person.submit_form("Trần Văn Mẫu", "84900000000", "12 đường Mẫu", "Phường Mẫu", "Thành phố Mẫu")
    found = await events(place)
    assert [each["event_name"] for each in found] == [
        "user_send_location", "user_send_business_card", "user_send_image", "user_send_image", "user_send_image",
        "user_send_audio", "user_send_file", "user_send_sticker", "user_submit_info",
    ]  # fmt: skip
    assert found[0]["message"]["attachments"][0]["payload"]["coordinates"] == {
        "latitude": "10.5",
        "longitude": "106.25",
    }
    assert '"phone": "84900111222"' in found[1]["message"]["attachments"][0]["payload"]["description"]
    assert [each["message"].get("text") for each in found[2:5]] == ["Hố ga", "Rác", None]
    assert len({each["message"]["msg_id"] for each in found[:-1]}) == 8
    assert found[-1]["info"]["full_address"]["user_ward"] == "Phường Mẫu"
    assert "msg_id" not in str(found[-1])


async def test_zalo_buttons_come_back_as_text_shown_or_hidden(place: Any) -> None:
    person = await place.met("zalo")
    buttons = [
        {"title": "Đồng ý", "type": "oa.query.hide", "payload": "#1022:yes"},
        {"title": "Sửa", "type": "oa.query.show", "payload": "Sửa"},
        {"title": "Gọi", "type": "oa.open.phone", "payload": {"phone_code": "840000001022"}},
    ]
    await place.consult(person, text="?", attachment={"type": "template", "payload": {"buttons": buttons}})
    await events(place)
    before = len(person.bubbles)
    await person.press("Đồng ý")
    await person.press(2)
    assert [each["message"]["text"] for each in await events(place)] == ["#1022:yes"]
    assert len(person.bubbles) == before
    await person.press("sửa")
    assert [each["message"]["text"] for each in await events(place)] == ["Sửa"]
    assert person.bubbles[-1].text == "Sửa"
    with pytest.raises(LookupError, match="Đồng ý"):
        await person.press("Không có nút này")


async def test_viber_acts(place: Any) -> None:
    person = place.person("viber")
    await person.follow()
    await person.send_photo(PHOTO, "Hố ga")
    await person.share_location(10, 106.25)
    await person.share_phone("84900111222", own=False)
    await person.send_sticker()
    await person.send_voice()
    await person.unfollow()
    found = await events(place)
    assert [each["event"] for each in found] == ["subscribed"] + ["message"] * 5 + ["unsubscribed"]
    kinds = [each["message"]["type"] for each in found[1:6]]
    assert kinds == ["picture", "location", "contact", "sticker", "file"]
    assert found[3]["message"]["contact"]["phone_number"] == "84900111222"
    assert "text" not in found[3]["message"]


async def test_viber_buttons_come_back_as_text_contact_and_location(place: Any) -> None:
    person = await place.met("viber")
    keyboard = {"Type": "keyboard", "Buttons": [
        {"ActionBody": "yes", "Text": "<b>Đồng ý</b>", "Silent": True},
        {"ActionBody": "no", "Text": "Không &amp; thôi"},
        {"ActionType": "share-phone", "ActionBody": "phone", "Text": "Số của tôi"},
        {"ActionType": "location-picker", "ActionBody": "pin", "Text": "Vị trí"},
    ]}  # fmt: skip
    body = {"receiver": person.id, "type": "text", "text": "?", "sender": {"name": "1022"}, "min_api_version": 3,
            "tracking_data": "r1", "keyboard": keyboard}  # fmt: skip
    await place.viber("send_message", body)
    await events(place)
    for label in ("Đồng ý", "Không & thôi", "Số của tôi", "Vị trí"):
        await person.press(label)
    first, second, third, fourth = await events(place)
    assert (first["message"]["text"], first["silent"], second["message"]["text"]) == ("yes", True, "no")
    assert third["message"]["text"] == "phone"
    assert third["message"]["contact"]["phone_number"] == person.phone
    assert fourth["message"]["type"] == "location"
    assert {each["message"]["tracking_data"] for each in (first, second, third, fourth)} == {"r1"}


async def test_viber_gives_names_only_when_asked_for(place: Any) -> None:
    person = place.person("viber")
    await person.send_text("a")
    await place.viber("set_webhook", {"url": place.sandbox.lines["viber"].courier.url, "send_name": True})
    await person.send_text("b")
    names = [each["sender"]["name"] for each in await events(place) if each["event"] == "message"]
    assert names == ["Subscriber", person.name]


async def test_messenger_acts(place: Any) -> None:
    person = place.person("messenger")
    await person.open_chat()
    await person.open_chat("qr-07")
    await person.send_album(2, "Rác")
    await person.send_voice()
    await person.send_sticker()
    await person.share_location(10.5, 106.25)
    await person.share_phone()
    bubble = await person.send_text("Nhầm")
    await person.edit(bubble, "Đúng")
    found = await events(place)
    assert found[0]["postback"]["payload"] == "GET_STARTED"
    assert found[1]["referral"] == {"ref": "qr-07", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    assert [each["type"] for each in found[2]["message"]["attachments"]] == ["image", "image"]
    assert found[3]["message"]["attachments"][0]["type"] == "audio"
    assert found[4]["message"]["attachments"][0]["payload"]["sticker_id"] == 144884805685780
    assert found[5]["message"]["attachments"][0]["payload"]["coordinates"] == {"lat": 10.5, "long": 106.25}
    assert found[6]["message"]["quick_reply"]["payload"] == found[6]["message"]["text"] == f"+{person.phone}"
    assert found[8]["message_edit"] == {"mid": bubble.ref, "text": "Đúng", "num_edit": 1}


async def test_messenger_quick_replies_vanish_and_buttons_stay(place: Any) -> None:
    person = await place.met("messenger")
    button = {"type": "postback", "title": "Gửi phản ánh", "payload": "MENU:NEW"}
    template = {"type": "template", "payload": {"template_type": "button", "text": "?", "buttons": [button]}}
    replies = [{"content_type": "text", "title": "Có", "payload": "Y"}, {"content_type": "user_phone_number"}]
    for message in ({"attachment": template}, {"text": "?", "quick_replies": replies}):
        body = {"recipient": {"id": person.id}, "messaging_type": "RESPONSE", "message": message}
        await place.messenger("POST", "me/messages", **body)
    await events(place)
    assert [each.label for each in person.keyboard] == ["Có", f"+{person.phone}"]
    await person.press("Có")
    assert person.keyboard == []
    await person.press("Gửi phản ánh")
    first, second = await events(place)
    assert first["message"]["quick_reply"] == {"payload": "Y"}
    assert second["postback"]["payload"] == "MENU:NEW"


async def test_telegram_acts(place: Any) -> None:
    person = place.person("telegram")
    await person.open_chat("q7")
    await person.send_album(2, "Rác")
    await person.send_voice()
    await person.send_sticker()
    await person.send_file()
    await person.share_location(10.5, 106.25)
    await person.share_phone()
    await person.share_phone("84900111222", own=False)
    bubble = await person.send_text("Nhầm")
    await person.edit(bubble, "Đúng")
    await person.block()
    found = await events(place)
    messages = [each["message"] for each in found if "message" in each]
    assert messages[1]["media_group_id"] == messages[2]["media_group_id"]
    assert [each.get("caption") for each in messages[1:3]] == ["Rác", None]
    kinds = ("voice", "sticker", "document", "location")
    assert [kind in message for kind, message in zip(kinds, messages[3:], strict=False)] == [True] * 4
    assert messages[7]["contact"]["user_id"] == int(person.id)
    assert "user_id" not in messages[8]["contact"]
    (edited,) = [each["edited_message"] for each in found if "edited_message" in each]
    assert (edited["message_id"], edited["text"]) == (int(bubble.ref), "Đúng")
    (member,) = [each["my_chat_member"] for each in found if "my_chat_member" in each]
    assert member["new_chat_member"] == {**member["new_chat_member"], "status": "kicked", "until_date": 0}
    numbers = [each["update_id"] for each in found]
    assert len(set(numbers)) == len(numbers)


async def test_a_media_link_points_where_the_gateway_calls(place: Any) -> None:
    person = await place.met("zalo")
    await place.consult(person, text="Dạ")
    await place.sandbox.settled()
    place.hook.received.clear()
    await person.send_photo(PHOTO)
    (event,) = await events(place)
    url = event["message"]["attachments"][0]["payload"]["url"]
    assert url.startswith(f"{place.url}/sandbox/media/")
    assert await place.call("GET", url.removeprefix(place.url)) == (200, PHOTO)
    place.sandbox.stage.shelf.expire_links()
    assert (await place.call("GET", url.removeprefix(place.url)))[0] == 404


async def test_next_message_waits_and_gives_up(place: Any) -> None:
    person = await place.met("telegram")
    with pytest.raises(TimeoutError):
        await person.next_message(0.01)
    await place.telegram("sendMessage", chat_id=int(person.id), text="một")
    await place.telegram("sendMessage", chat_id=int(person.id), text="hai")
    assert [(await person.next_message()).text for _ in range(2)] == ["một", "hai"]


async def test_the_same_id_is_the_same_person(place: Any) -> None:
    person = place.sandbox.person("viber", "An", "Ab3/9+Zq1RkX0w8sTt7uVg==")
    assert place.sandbox.person("viber", id="Ab3/9+Zq1RkX0w8sTt7uVg==") is person
    assert "An" not in repr(person)
