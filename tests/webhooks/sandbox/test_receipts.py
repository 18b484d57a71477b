"""Receipts and echoes of what the account sends, and answers of people in the platform's own inbox."""

from typing import Any


async def test_zalo_tells_of_the_echo_the_arrival_and_the_reading(place: Any) -> None:
    person = await place.met("zalo")
    sent = (await place.consult(person, text="Dạ"))["data"]["message_id"]
    await place.sandbox.settled()
    (echo,) = place.hook.of("oa_send_text")
    assert (echo["message"]["msg_id"], echo["recipient"]["id"], "admin_id" in echo["sender"]) == (
        sent,
        person.id,
        False,
    )
    (received,), (seen,) = place.hook.of("user_received_message"), place.hook.of("user_seen_message")
    assert (received["message"]["msg_id"], seen["message"]["msg_ids"]) == (sent, [sent])
    assert received["recipient"]["id"] == seen["recipient"]["id"] == person.id


async def test_viber_tells_of_the_arrival_once_per_device_and_of_the_reading_once(place: Any) -> None:
    person = await place.met("viber")
    body = {"receiver": person.id, "type": "text", "text": "Dạ", "sender": {"name": "1022"}}
    token = (await place.viber("send_message", body))["message_token"]
    await place.sandbox.settled()
    events = [(each.json["event"], each.json["message_token"], each.json["user_id"]) for each in place.hook.received]
    assert events == [("delivered", token, person.id)] * 2 + [("seen", token, person.id)]


async def test_messenger_echoes_with_app_id_and_metadata_and_tells_by_watermarks(place: Any) -> None:
    person = await place.met("messenger")
    message = {"text": "Dạ", "metadata": "outbox:5f0d2c"}
    body = {"recipient": {"id": person.id}, "messaging_type": "RESPONSE", "message": message}
    sent = (await place.messenger("POST", "me/messages", **body))[1]["message_id"]
    await place.sandbox.settled()
    (echo,) = place.hook.of("message")
    assert echo["sender"]["id"] == place.sandbox.lines["messenger"].account.secret("PAGE_ID")
    assert echo["recipient"]["id"] == person.id
    assert echo["message"] == {
        "mid": sent,
        "is_echo": True,
        "app_id": 880011,
        "text": "Dạ",
        "metadata": "outbox:5f0d2c",
    }
    assert place.hook.of("delivery")[0]["delivery"]["mids"] == [sent]
    assert place.hook.of("read")[0]["read"]["watermark"] == place.clock.now * 1000


async def test_nothing_is_seen_while_the_screen_is_off(place: Any) -> None:
    person = await place.met("zalo")
    person.open = False
    first = (await place.consult(person, text="một"))["data"]["message_id"]
    second = (await place.consult(person, text="hai"))["data"]["message_id"]
    await place.sandbox.settled()
    assert place.hook.of("user_seen_message") == []
    assert len(place.hook.of("user_received_message")) == 2
    await person.read_all()
    await place.sandbox.settled()
    (seen,) = place.hook.of("user_seen_message")
    assert seen["message"]["msg_ids"] == [first, second]


async def test_a_person_in_zalos_inbox_is_told_by_admin_id(place: Any) -> None:
    person = await place.met("zalo")
    bubble = await place.sandbox.staff_reply("zalo", person, "Tôi là Lan ở Tổng đài")
    await place.sandbox.settled()
    (echo,) = place.hook.of("oa_send_text")
    assert (echo["sender"]["admin_id"], echo["message"]["text"]) == ("8800000000000000009", "Tôi là Lan ở Tổng đài")
    assert (bubble.staff, person.inbox) == (True, [bubble])


async def test_a_person_in_the_pages_inbox_is_told_by_the_inboxs_app_id(place: Any) -> None:
    person = await place.met("messenger")
    await place.sandbox.staff_reply("messenger", person, "Tôi là Lan")
    await place.sandbox.settled()
    (echo,) = place.hook.of("message")
    assert echo["message"]["app_id"] == 263902037430900
    assert "metadata" not in echo["message"]


async def test_viber_and_telegram_have_no_inbox(place: Any) -> None:
    for account in ("viber", "telegram"):
        person = await place.met(account)
        status, text = await place.call(
            "POST", "/sandbox/staff", json={"account": account, "person": person.id, "text": "a"}
        )
        assert (status, b"no inbox" in text) == (409, True)


async def test_with_routing_the_inbox_takes_the_thread_and_gives_it_back(place: Any) -> None:
    place.sandbox.route_conversations("messenger")
    person = await place.met("messenger")
    await place.sandbox.staff_reply("messenger", person, "Tôi là Lan")
    await person.send_text("Cảm ơn chị")
    await place.sandbox.settled()
    entries = [entry for each in place.hook.received for entry in each.json["entry"]]
    taken = entries[0]["messaging"][0]["take_thread_control"]
    assert (taken["previous_owner_app_id"], taken["new_owner_app_id"]) == ("880011", "263902037430900")
    standby = [
        entry["standby"][0]["message"]["text"] for entry in entries if "message" in entry.get("standby", [{}])[0]
    ]
    assert standby == ["Tôi là Lan", "Cảm ơn chị"]
    body = {"recipient": {"id": person.id}, "messaging_type": "RESPONSE", "message": {"text": "Dạ"}}
    assert (await place.messenger("POST", "me/messages", **body))[1]["error"]["error_subcode"] == 2018300
    owner = (await place.messenger("GET", "me/thread_owner", recipient=person.id))[1]
    assert owner["data"][0]["thread_owner"]["app_id"] == "263902037430900"
    place.hook.received.clear()
    place.sandbox.hand_back("messenger", person)
    await place.sandbox.settled()
    assert place.hook.of("pass_thread_control")[0]["pass_thread_control"]["new_owner_app_id"] == "880011"
    assert (await place.messenger("POST", "me/messages", **body))[0] == 200


async def test_events_that_need_no_act_of_a_citizen(place: Any) -> None:
    person = await place.met("viber")
    body = {"receiver": person.id, "type": "text", "text": "Dạ", "sender": {"name": "1022"}}
    token = (await place.viber("send_message", body))["message_token"]
    zalo_person = await place.met("zalo")
    place.sandbox.lines["zalo"].withdrew(zalo_person)
    await place.sandbox.settled()
    assert place.hook.of("user_withdraw")[0]["user_id"] == zalo_person.id
    place.hook.received.clear()
    place.sandbox.lines["viber"].failed(person, person.inbox[0], "bad keyboard")
    place.sandbox.lines["messenger"].police("warning", "spam")
    await place.sandbox.settled()
    (failed,), (policy,) = place.hook.of("failed"), place.hook.of("policy_enforcement")
    assert (failed["message_token"], failed["desc"]) == (token, "bad keyboard")
    assert policy["policy_enforcement"] == {"action": "warning", "reason": "spam"}
    assert "sender" not in policy


async def test_the_owner_of_a_business_account_answers_beside_the_bot(place: Any) -> None:
    person = place.sandbox.business_person("telegram")
    bubble = await person.send_text("Nhầm")
    await person.edit(bubble, "Cho hỏi")
    await place.sandbox.settled()
    kinds = [next(key for key in each.json if key != "update_id") for each in place.hook.received]
    assert kinds == ["business_connection", "business_message", "edited_business_message"]
    connection = place.hook.received[0].json["business_connection"]
    assert place.hook.received[1].json["business_message"]["business_connection_id"] == connection["id"]
    place.hook.received.clear()
    body = {"chat_id": int(person.id), "text": "Dạ"}
    assert (await place.telegram("sendMessage", **body))[0] == 400
    status, sent = await place.telegram("sendMessage", **body, business_connection_id=connection["id"])
    assert (status, sent["result"]["business_connection_id"]) == (200, connection["id"])
    await place.sandbox.staff_reply("telegram", person, "Tôi là Lan")
    await place.sandbox.settled()
    ours, theirs = [each["business_message"] for each in place.hook.of("business_message")]
    assert ours["from"] == theirs["from"] == connection["user"]
    assert (ours["sender_business_bot"]["is_bot"], "sender_business_bot" in theirs) == (True, False)
    markup = {"keyboard": [[{"text": "Số", "request_contact": True}]]}
    place.clock.now += 5
    refused = await place.telegram("sendMessage", **body, business_connection_id=connection["id"], reply_markup=markup)
    assert refused[0] == 400
    place.clock.now += 86_400
    late = (await place.telegram("sendMessage", **body, business_connection_id=connection["id"]))[1]
    assert late["description"] == "Bad Request: BUSINESS_PEER_USAGE_MISSING"
    await person.send_text("Còn đây")
    keys = {"inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]}
    await place.telegram("sendMessage", **body, business_connection_id=connection["id"], reply_markup=keys)
    await person.press("Có")
    await place.sandbox.settled()
    (pressed,) = place.hook.of("callback_query")
    assert pressed["callback_query"]["message"]["business_connection_id"] == connection["id"]
