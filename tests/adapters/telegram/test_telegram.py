import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram import methods
from aiogram.enums import ContentType
from aiogram.types import Message as TypedMessage
from kit.adapter_cases import cases, platform_of

from adapters.base import (
    Accepted,
    ApiReply,
    Failed,
    Outcome,
    RefusalReason,
    Refused,
    Throttled,
    Unauthorised,
)
from adapters.errors import BadSignature, Unreadable
from adapters.telegram import ADAPTER
from adapters.telegram.adapter import Telegram
from adapters.telegram.content import _BESIDE_CONTENT, _FILES, _SAID_BUT_UNREAD
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

PLATFORM = platform_of("telegram")
ACCOUNT = PLATFORM.account
TO = ContactId("6900000001")
BUSINESS = ContactId("biz:bc1:6900000001")


def said(message: Message, to: ContactId = TO) -> list[dict[str, Any]]:
    return [dict(call.json or {}) for call in ADAPTER.render(message, to, ACCOUNT, "1")]


# --- what is imported when ---------------------------------------------------------------------------------------------

WITHOUT_AIOGRAM = """
import sys
from datetime import datetime, UTC
from adapters.base import Account, WebhookRequest
from adapters.registry import adapter_for
from conversation.ids import ContactId
from conversation.messages import Choice, Message

adapter = adapter_for("telegram")
account = Account("bot", "telegram", "https://api.telegram.org", {"TOKEN": "1:x", "SECRET": "s"})
plain = open(sys.argv[1], "rb").read()
request = WebhookRequest("POST", {}, {"x-telegram-bot-api-secret-token": "s"}, plain, datetime(2026, 11, 24, tzinfo=UTC))
adapter.verify(request, account)
assert not adapter.needs_load(request)
assert type(adapter.parse(request, account, [account])[0].event).__name__ == sys.argv[2]
assert adapter.render(Message("?", (Choice("yes", "x"),)), ContactId("1"), account, "1")
assert not adapter.loaded
assert not [name for name in sys.modules if name.split(".")[0] in {"aiogram", "pydantic"}]
"""


@pytest.mark.parametrize(
    ("name", "event"), [("text", "TextReceived"), ("start_deep_link", "ChatOpened"), ("press", "ChoicePicked")]
)
def test_texts_and_presses_come_and_go_without_aiogram(name: str, event: str) -> None:
    fixture = next(case for case in cases("telegram") if case.name == name)
    path = f"tests/adapters/telegram/fixtures/{fixture.name}.body"
    done = subprocess.run([sys.executable, "-c", WITHOUT_AIOGRAM, path, event], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_what_holds_more_than_text_asks_for_the_types_until_they_are_loaded() -> None:
    adapter = Telegram()
    wanting = {case.name for case in cases("telegram") if adapter.needs_load(case.request)}
    assert {"photo", "contact_own", "location", "business_owner_photo", "new_content"} <= wanting
    assert not wanting & {"text", "start", "press", "blocked", "reaction", "business_text", "edited", "unknown_update"}
    assert not adapter.needs_load(PLATFORM.request(b"<html>"))
    adapter.load()
    assert adapter.loaded
    assert not any(adapter.needs_load(case.request) for case in cases("telegram"))


def test_an_adapter_that_was_not_loaded_loads_by_itself() -> None:
    adapter = Telegram()
    photo = next(case for case in cases("telegram") if case.name == "photo")
    assert adapter.parse(photo.request, ACCOUNT, [ACCOUNT])
    assert adapter.loaded


def test_every_kind_of_content_aiogram_knows_is_sorted() -> None:
    """A new one shows here: is it said by a person, or a service message?"""
    people_say = {*_FILES, *_SAID_BUT_UNREAD, "photo", "contact", "venue", "location", "text"}
    service = {
        *("new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title"),
        *("new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created"),
        *("channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id"),
        *("pinned_message", "successful_payment", "refunded_payment", "gift_upgrade_sent", "connected_website"),
        *("write_access_allowed", "proximity_alert_triggered", "boost_added", "chat_background_set"),
        *("checklist_tasks_done", "checklist_tasks_added", "direct_message_price_changed", "forum_topic_created"),
        *("forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden"),
        *("general_forum_topic_unhidden", "giveaway_created", "giveaway_winners", "giveaway_completed"),
        *("managed_bot_created", "paid_message_price_changed", "poll_option_added", "poll_option_deleted"),
        *("suggested_post_approved", "suggested_post_approval_failed", "suggested_post_declined"),
        *("suggested_post_paid", "suggested_post_refunded", "video_chat_scheduled", "video_chat_started"),
        *("video_chat_ended", "video_chat_participants_invited", "community_chat_added", "community_chat_removed"),
        "community_chat_joined",
    }
    assert {kind.value for kind in ContentType} - {"unknown", "any"} == people_say | service
    assert set(TypedMessage.model_fields) >= _SAID_BUT_UNREAD | set(_FILES)
    assert not (_SAID_BUT_UNREAD | set(_FILES) | service) & _BESIDE_CONTENT


# --- who sent it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", ["", "header-secret_1", "Header-secret_1 ", "ễ", "\udcff", "Header-secret_1\udcff"])
def test_another_header_is_refused_whatever_its_letters(told: str) -> None:
    request = replace(PLATFORM.request(b"{}"), headers={"x-telegram-bot-api-secret-token": told})
    with pytest.raises(BadSignature):
        ADAPTER.verify(request, ACCOUNT)


def test_an_update_without_an_id_is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"^body\.update_id: an id is missing$"):
        ADAPTER.parse(PLATFORM.request(b'{"message":{"text":"Alo"}}'), ACCOUNT, [ACCOUNT])


def test_the_answer_is_empty_because_a_method_in_it_would_be_performed() -> None:
    reply = ADAPTER.acknowledge(PLATFORM.request(b"{}"), ACCOUNT, Message("Xin chào"))
    assert (reply.status, reply.body) == (200, b"")


def test_a_press_is_confirmed_at_once_and_nothing_else_is() -> None:
    press = next(case for case in cases("telegram") if case.name == "press")
    (call,) = ADAPTER.press_answer(press.request, ACCOUNT)
    assert call.json == {"callback_query_id": "4380000000000000001"}
    assert call.url.endswith("/answerCallbackQuery")
    methods.AnswerCallbackQuery.model_validate(call.json)
    for body in (b'{"update_id":1,"message":{"text":"x"}}', b'{"callback_query":{}}', b'"callback_query"', b"\xff"):
        assert ADAPTER.press_answer(PLATFORM.request(body), ACCOUNT) == []


# --- what we send ------------------------------------------------------------------------------------------------------


def test_a_text_goes_out_plain_and_clears_a_leftover_keyboard() -> None:
    assert said(Message("Mã: <b>1022-261124-7K3MX</b>")) == [
        {
            "chat_id": 6900000001,
            "text": "Mã: <b>1022-261124-7K3MX</b>",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"remove_keyboard": True},
        }
    ]


def test_choices_are_inline_buttons_on_the_last_part() -> None:
    first, last = said(Message("👍" * 2048 + " xong?", (Choice("yes", "Có"), Choice("no", "Không"))))
    assert "reply_markup" not in first
    assert last["text"] == "xong?"
    assert last["reply_markup"] == {
        "inline_keyboard": [[{"text": "Có", "callback_data": "yes"}, {"text": "Không", "callback_data": "no"}]]
    }


def test_three_choices_stand_below_each_other() -> None:
    (message,) = said(Message("?", tuple(Choice(f"c{number}", f"Mục {number}") for number in range(3))))
    assert [len(row) for row in message["reply_markup"]["inline_keyboard"]] == [1, 1, 1]
    (message,) = said(Message("?", (Choice("a", "Gặp cán bộ trực tổng đài"), Choice("b", "Bỏ qua"))))
    assert [len(row) for row in message["reply_markup"]["inline_keyboard"]] == [1, 1]


def test_choices_that_do_not_fit_are_numbered_lines() -> None:
    many = tuple(Choice(f"c{number}", f"Mục {number}") for number in range(101))
    (message,) = said(Message("Mục nào?", many))
    assert message["text"].endswith("\n101. Mục 100")
    (message,) = said(Message("?", (Choice("a", "x" * 65),)))
    assert message["text"] == "?\n1. " + "x" * 65


def test_phone_and_location_are_asked_for_natively_with_the_choices_beside() -> None:
    (phone,) = said(Message("Số điện thoại?", (Choice("skip", "Bỏ qua"),), NativeAsk.PHONE, "Gửi số của tôi"))
    assert phone["reply_markup"] == {
        "keyboard": [[{"text": "Gửi số của tôi", "request_contact": True}], [{"text": "Bỏ qua"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    (place,) = said(Message("Ở đâu?", ask=NativeAsk.LOCATION))
    assert place["reply_markup"]["keyboard"] == [[{"text": "📍", "request_location": True}]]
    (form,) = said(Message("Thông tin?", ask=NativeAsk.FORM))
    assert form["reply_markup"] == {"remove_keyboard": True}


def test_a_business_chat_gets_its_connection_and_no_reply_keyboard() -> None:
    (asked,) = said(Message("Số?", (Choice("skip", "Bỏ qua"),), NativeAsk.PHONE), BUSINESS)
    assert (asked["chat_id"], asked["business_connection_id"]) == (6900000001, "bc1")
    assert asked["reply_markup"] == {"inline_keyboard": [[{"text": "Bỏ qua", "callback_data": "skip"}]]}
    (plain,) = said(Message("Chào"), BUSINESS)
    assert "reply_markup" not in plain


def test_attachments_go_first_by_address_or_file_id() -> None:
    media = (
        Media(MediaKind.FILE, "/var/media/x", name="đơn.pdf"),
        Media(MediaKind.VOICE, "AwACAgUAAxkBAAIBZ2dE"),
        Media(MediaKind.IMAGE, "https://1022.example.vn/a.jpg"),
    )
    calls = ADAPTER.render(Message("Kết quả", media=media), TO, ACCOUNT, "1")
    assert [call.name for call in calls] == ["sendVoice", "sendPhoto", "sendMessage"]
    assert calls[1].json == {"chat_id": 6900000001, "photo": "https://1022.example.vn/a.jpg"}
    assert calls[2].json is not None
    assert calls[2].json["text"] == "Kết quả\n📎 đơn.pdf"


# --- what the answers mean ---------------------------------------------------------------------------------------------


def judged(code: int, description: str = "Bad Request: something", parameters: str = "{}") -> Outcome:
    body = f'{{"ok":false,"error_code":{code},"description":"{description}","parameters":{parameters}}}'
    return ADAPTER.judge("sendMessage", ApiReply(code, {}, body.encode()))


def test_an_accepted_message_is_named_by_its_chat_too() -> None:
    sent = b'{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":6900000001,"type":"private"}}}'
    assert ADAPTER.judge("sendMessage", ApiReply(200, {}, sent)) == Accepted("6900000001/7")
    business = sent.replace(b'"date"', b'"business_connection_id":"bc1","date"')
    assert ADAPTER.judge("sendMessage", ApiReply(200, {}, business)) == Accepted("biz:bc1:6900000001/7")
    assert ADAPTER.judge("answerCallbackQuery", ApiReply(200, {}, b'{"ok":true,"result":true}')) == Accepted(None)
    unexpected = ADAPTER.judge("sendMessage", ApiReply(200, {}, b'{"ok":true,"result":true}'))
    assert unexpected == Failed("the result is no message", maybe_delivered=True)


@pytest.mark.parametrize(
    ("code", "description", "reason"),
    [
        (403, "Forbidden: bot was blocked by the user", RefusalReason.BLOCKED),
        (403, "Forbidden: user is deactivated", RefusalReason.BLOCKED),
        (403, "Forbidden: bot can't initiate conversation with a user", RefusalReason.UNKNOWN_CONTACT),
        (403, "Forbidden: bot was kicked from the group chat", RefusalReason.BLOCKED),
        (403, "Forbidden: something new", RefusalReason.BLOCKED),
        (400, "Bad Request: chat not found", RefusalReason.UNKNOWN_CONTACT),
        (400, "Bad Request: BUSINESS_PEER_USAGE_MISSING", RefusalReason.WINDOW_CLOSED),
        (400, "Bad Request: message is too long: Nguyễn Văn An", RefusalReason.BAD_REQUEST),
        (413, "Request Entity Too Large", RefusalReason.BAD_REQUEST),
    ],
)
def test_refusals_by_description(code: int, description: str, reason: RefusalReason) -> None:
    outcome = judged(code, description)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.whole_account) == (reason, False)
    assert "Nguyễn" not in outcome.detail


def test_a_wrong_token_is_unauthorised() -> None:
    assert isinstance(judged(401, "Unauthorized"), Unauthorised)
    assert isinstance(judged(404, "Not Found"), Unauthorised)


def test_a_short_wait_is_one_chats_and_a_long_one_is_everybodys() -> None:
    assert judged(429, "Too Many Requests", '{"retry_after":2}') == Throttled(timedelta(seconds=2), whole_account=False)
    assert judged(429, "Too Many Requests", '{"retry_after":33}') == Throttled(timedelta(seconds=33))
    assert judged(429, "Too Many Requests") == Throttled(timedelta(seconds=5))
    assert ADAPTER.judge("sendMessage", ApiReply(429, {}, b"")) == Throttled(timedelta(seconds=5))


def test_what_may_be_tried_again() -> None:
    assert judged(500, "Internal Server Error") == Failed("telegram error 500")
    assert isinstance(judged(409, "Conflict"), Failed)
    html = ADAPTER.judge("sendMessage", ApiReply(502, {}, b"<html>Bad Gateway</html>"))
    assert html == Failed("HTTP 502 without an answer of the Bot API", maybe_delivered=True)
    assert ADAPTER.judge("sendMessage", ApiReply(302, {}, b"")) == Failed("HTTP 302 without an answer of the Bot API")


def test_an_edit_that_changes_nothing_is_done() -> None:
    assert judged(400, "Bad Request: message is not modified") == Accepted(None)
