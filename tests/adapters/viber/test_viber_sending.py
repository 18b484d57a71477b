import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from kit.adapter_cases import RECEIVED_AT, platform_of

from adapters.base import ApiCall, FetchesMedia
from adapters.viber import ADAPTER
from conversation.events import ChoicePicked, Inbound, PhoneShared, UnsupportedReceived
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

PLATFORM = platform_of("viber")
ACCOUNT = PLATFORM.account
CITIZEN = ContactId("Ab3/9+Zq1RkX0w8sTt7uVg==")
YES_NO = (Choice("yes", "Có"), Choice("no", "Không"))
PHOTO = Media(MediaKind.IMAGE, "https://1022.example.vn/a.JPG?size=big", "a.jpg")


def rendered(message: Message, reference: str = "78") -> list[ApiCall]:
    calls = list(ADAPTER.render(message, CITIZEN, ACCOUNT, reference))
    for call in calls:
        PLATFORM.check(call)
    return calls


def bodies(message: Message, reference: str = "78") -> list[Any]:
    return [call.json for call in rendered(message, reference)]


def received(message: dict[str, Any]) -> Any:
    body = {"event": "message", "message_token": 1, "timestamp": 1, "sender": {"id": CITIZEN}, "message": message}
    (item,) = ADAPTER.parse(PLATFORM.request(json.dumps(body).encode()), ACCOUNT, [ACCOUNT])
    assert isinstance(item, Inbound)
    return item.event


def test_a_text_is_one_call_with_the_token_in_a_header_and_our_reference_as_tracking_data() -> None:
    (call,) = rendered(Message("Mã phản ánh: 1022-261121-7K3MX"))
    assert call.url == "https://chatapi.viber.com/pa/send_message"
    assert call.headers == {"X-Viber-Auth-Token": ACCOUNT.secrets["TOKEN"]}
    assert call.json == {
        "receiver": CITIZEN,
        "type": "text",
        "text": "Mã phản ánh: 1022-261121-7K3MX",
        "sender": {"name": "Tổng đài 1022"},
        "tracking_data": "78",
    }


@pytest.mark.parametrize("reference", ["", "r" * 201])
def test_a_reference_that_has_no_place_is_left_out(reference: str) -> None:
    (body,) = bodies(Message("Xin chào"), reference)
    assert "tracking_data" not in body


def test_choices_are_silent_buttons_whose_press_comes_back_as_the_choice() -> None:
    (body,) = bodies(Message("Đúng <b>không</b>?", (Choice("yes", "Có & <đúng>"), Choice("no", "Không"))))
    first, second = body["keyboard"]["Buttons"]
    assert first == {
        "Columns": 6,
        "Rows": 1,
        "ActionType": "reply",
        "ActionBody": "#td:yes",
        "Text": "Có &amp; &lt;đúng&gt;",
        "Silent": True,
    }
    assert body["text"] == "Đúng <b>không</b>?"
    assert "min_api_version" not in body
    assert received({"type": "text", "text": second["ActionBody"]}) == ChoicePicked(RECEIVED_AT, "no")


@pytest.mark.parametrize(
    "choices",
    [
        tuple(Choice(f"c{number}", f"Mục {number}") for number in range(12)),
        (Choice("yes", "C" * 61), Choice("no", "Không")),
        (Choice("yes", "&" * 51), Choice("no", "Không")),
        (Choice("Not Ours", "Có"), Choice("no", "Không")),
        (Choice("yes", "  "), Choice("no", "Không")),
    ],
)
def test_choices_that_do_not_fit_are_typed_as_numbers_all_of_them(choices: tuple[Choice, ...]) -> None:
    (body,) = bodies(Message("Chọn:", choices))
    assert "keyboard" not in body
    assert len(body["text"].splitlines()) == len(choices) + 1


def test_eleven_choices_and_a_share_button_fill_the_keyboard() -> None:
    choices = tuple(Choice(f"c{number}", f"Mục {number}") for number in range(11))
    (body,) = bodies(Message("Chọn:", choices, ask=NativeAsk.PHONE, ask_label="Gửi số của tôi"))
    assert [button["ActionType"] for button in body["keyboard"]["Buttons"]] == ["share-phone", *["reply"] * 11]


def test_buttons_without_words_get_the_labels_as_their_text() -> None:
    (body,) = bodies(Message(" ", YES_NO))
    assert "1. Có" in body["text"]
    assert body["keyboard"]["Buttons"]


@pytest.mark.parametrize(
    ("ask", "action", "sign"),
    [(NativeAsk.PHONE, "share-phone", "📱"), (NativeAsk.LOCATION, "location-picker", "📍")],
)
def test_phone_and_place_are_asked_by_viberbs_own_buttons_for_clients_that_know_them(
    ask: NativeAsk, action: str, sign: str
) -> None:
    for label, shown in (("Gửi", "Gửi"), (None, sign), ("x" * 61, sign), (" ", sign)):
        (body,) = bodies(Message("Xin cho biết:", ask=ask, ask_label=label))
        (button,) = body["keyboard"]["Buttons"]
        assert (button["ActionType"], button["Text"]) == (action, shown)
        assert body["min_api_version"] == 3


def test_a_form_is_asked_in_words_since_viber_has_none() -> None:
    (body,) = bodies(Message("Xin cho biết:", ask=NativeAsk.FORM, ask_label="Điền"))
    assert "keyboard" not in body


def test_the_number_is_their_own_only_when_our_button_gave_it() -> None:
    (body,) = bodies(Message("Số?", ask=NativeAsk.PHONE))
    press = body["keyboard"]["Buttons"][0]["ActionBody"]
    contact = {"phone_number": "84900000000"}
    own = received({"type": "contact", "contact": contact, "text": press})
    assert own == PhoneShared(RECEIVED_AT, "84900000000", own=True)
    for text in (None, "", "số của tôi", press + " ", "#td:share-phone"):
        assert not received({"type": "contact", "contact": contact, "text": text}).own


@pytest.mark.parametrize("ask", [NativeAsk.PHONE, NativeAsk.LOCATION])
def test_a_share_button_pressed_on_a_desktop_is_no_answer(ask: NativeAsk) -> None:
    (body,) = bodies(Message("Số?", ask=ask))
    press = body["keyboard"]["Buttons"][0]["ActionBody"]
    assert isinstance(received({"type": "text", "text": press}), UnsupportedReceived)


def test_a_long_text_is_split_by_letters_and_by_bytes_and_the_keyboard_comes_last() -> None:
    for text in ("a " * 6000, "ờ" * 13_000, "🛵" * 6000, '"\\\n\t' * 3000, "\x01" * 9000):
        *firsts, last = bodies(Message(text, YES_NO, ask=NativeAsk.PHONE))
        assert firsts
        assert "keyboard" in last
        assert not any("keyboard" in body or "min_api_version" in body for body in firsts)


@pytest.mark.parametrize("worst", ["ờ", "🛵", '"', "\x01", "<"])
def test_the_whole_json_stays_below_vibers_limit_at_its_worst(worst: str) -> None:
    choices = tuple(Choice("c" * 58 + f"{number:02}", worst * (60 // (1 + (worst > "\uffff")))) for number in range(11))
    message = Message(worst * 20_000, choices, NativeAsk.PHONE, worst * 30, sender_name=worst * 28)
    for call in rendered(message, "r" * 200):
        assert len(json.dumps(call.json, ensure_ascii=False).encode()) < 29_000
    assert bodies(message)[-1]["keyboard"]["Buttons"]


def test_a_person_speaks_under_their_own_name_cut_to_what_viber_shows() -> None:
    for name, shown in (("1022 – Lan", "1022 – Lan"), (" ", "Tổng đài 1022"), (None, "Tổng đài 1022")):
        (body,) = bodies(Message("Xin chào", sender_name=name))
        assert body["sender"]["name"] == shown
    (body,) = bodies(Message("Xin chào", sender_name="Nguyễn Thị Ngọc Lan tổng đài viên"))
    assert body["sender"]["name"] == "Nguyễn Thị Ngọc Lan tổng đài"
    nameless = replace(ACCOUNT, secrets={"TOKEN": "t"})
    assert (ADAPTER.render(Message("a"), CITIZEN, nameless, "")[0].json or {})["sender"] == {"name": "viber"}


def test_what_viber_can_fetch_is_shown_and_the_rest_is_told_in_words() -> None:
    video = Media(MediaKind.VIDEO, "https://1022.example.vn/b", size_bytes=1000)
    paper = Media(MediaKind.FILE, "https://1022.example.vn/c", "đơn.pdf", size_bytes=1000)
    picture, film, file, text = bodies(Message("Kết quả", YES_NO, media=(PHOTO, video, paper)))
    assert (picture["type"], picture["media"], picture["text"]) == ("picture", PHOTO.source, "")
    assert (film["type"], film["media"], film["size"]) == ("video", video.source, 1000)
    assert (file["type"], file["file_name"], file["size"]) == ("file", "đơn.pdf", 1000)
    assert text["text"] == "Kết quả"
    assert "keyboard" in text
    assert "keyboard" not in file


@pytest.mark.parametrize(
    ("media", "line"),
    [
        (Media(MediaKind.IMAGE, "https://1022.example.vn/a"), "https://1022.example.vn/a"),
        (Media(MediaKind.IMAGE, "https://["), "https://["),
        (Media(MediaKind.IMAGE, "https://x.vn/" + "a" * 2000 + ".jpg"), "https://x.vn/" + "a" * 2000 + ".jpg"),
        (Media(MediaKind.IMAGE, "/var/media/a.jpg", "a.jpg"), "📎 a.jpg"),
        (Media(MediaKind.VIDEO, "https://1022.example.vn/b"), "https://1022.example.vn/b"),
        (Media(MediaKind.VIDEO, "https://x.vn/b", size_bytes=27 * 1024 * 1024), "https://x.vn/b"),
        (Media(MediaKind.FILE, "https://x.vn/c", "c.pdf"), "https://x.vn/c"),
        (Media(MediaKind.FILE, "https://x.vn/c", "c", size_bytes=5), "https://x.vn/c"),
        (Media(MediaKind.FILE, "https://x.vn/c", "c.EXE", size_bytes=5), "https://x.vn/c"),
        (Media(MediaKind.FILE, "https://x.vn/c", "c" * 256 + ".pdf", size_bytes=5), "https://x.vn/c"),
        (Media(MediaKind.FILE, "https://x.vn/c", "c.pdf", size_bytes=51 * 1024 * 1024), "https://x.vn/c"),
    ],
)
def test_an_attachment_that_viber_would_refuse_is_told_in_words(media: Media, line: str) -> None:
    (body,) = bodies(Message("Kết quả", media=(media,)))
    assert body["text"] == f"Kết quả\n{line}"


def test_an_attachment_alone_carries_the_keyboard_and_nothing_is_sent_for_nothing() -> None:
    (body,) = bodies(Message("", media=(PHOTO,), ask=NativeAsk.PHONE))
    assert body["type"] == "picture"
    assert body["keyboard"]
    assert not rendered(Message(" ", ask=NativeAsk.PHONE))


def test_viberbot_is_imported_only_when_a_message_is_built() -> None:
    program = (
        "import sys, adapters.viber as v; assert 'viberbot' not in sys.modules and not v.ADAPTER.loaded; "
        "v.ADAPTER.load(); assert 'viberbot' in sys.modules and v.ADAPTER.loaded"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_media_is_fetched_from_vibers_hosts_and_a_sticker_without_picture_is_not() -> None:
    assert isinstance(ADAPTER, FetchesMedia)
    (call,) = ADAPTER.media_steps(Media(MediaKind.IMAGE, "https://dl-media.viber.com/1.jpg"), ACCOUNT)
    assert (call.method, call.url, call.headers) == ("GET", "https://dl-media.viber.com/1.jpg", {})
    assert not list(ADAPTER.media_steps(Media(MediaKind.STICKER, "sticker:46105"), ACCOUNT))
