from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.adapter_cases import RECEIVED_AT, platform_of

from adapters.base import Account, ApiCall
from adapters.zalo import ADAPTER
from adapters.zalo.contacts import anonymous_contact, is_anonymous, recipient_of
from conversation.events import ChoicePicked, Inbound
from conversation.ids import ContactId
from conversation.messages import Choice, Media, MediaKind, Message, NativeAsk

PLATFORM = platform_of("zalo")
ACCOUNT = PLATFORM.account
CITIZEN = ContactId("7100000000000000002")
VISITOR = anonymous_contact("1f1e1d1c1b1a19181716", "c0c1c2c3c4c5c6c7c8c9")
YES_NO = (Choice("yes", "Có"), Choice("no", "Không"))
FORM = Message("Xin cho biết thông tin liên hệ.", ask=NativeAsk.FORM, ask_label="Tổng đài 1022")
PHOTO = Media(MediaKind.IMAGE, "https://1022.example.vn/a.jpg", "a.jpg")


def rendered(message: Message, to: ContactId = CITIZEN, account: Account = ACCOUNT) -> list[ApiCall]:
    calls = list(ADAPTER.render(message, to, account, "78"))
    for call in calls:
        PLATFORM.check(call)
    return calls


def bodies(message: Message, to: ContactId = CITIZEN, account: Account = ACCOUNT) -> list[Any]:
    return [(call.json or {})["message"] for call in rendered(message, to, account)]


def test_a_text_goes_to_the_consultation_call_with_the_token_in_zalos_own_header() -> None:
    (call,) = rendered(Message("Mã phản ánh: 1022-261121-7K3MX"))
    assert call.url == "https://openapi.zalo.me/v3.0/oa/message/cs"
    assert call.headers == {"access_token": "an-invented-access-token"}
    assert call.json == {"recipient": {"user_id": CITIZEN}, "message": {"text": "Mã phản ánh: 1022-261121-7K3MX"}}


def test_choices_are_hidden_buttons_whose_payload_comes_back_as_the_choice() -> None:
    (message,) = bodies(Message("Đúng không?", YES_NO))
    buttons = message["attachment"]["payload"]["buttons"]
    assert message["attachment"] == {"type": "template", "payload": {"buttons": buttons}}
    assert [button["title"] for button in buttons] == ["Có", "Không"]
    assert {button["type"] for button in buttons} == {"oa.query.hide"}
    body = (
        '{"app_id":"3300000000000000001","event_name":"user_send_text","timestamp":"1","sender":{"id":"7"},'
        f'"recipient":{{"id":"1900000000000000004"}},"message":{{"msg_id":"m","text":"{buttons[1]["payload"]}"}}}}'
    )
    (item,) = ADAPTER.parse(PLATFORM.request(body.encode()), ACCOUNT, [ACCOUNT])
    assert isinstance(item, Inbound)
    assert item.event == ChoicePicked(RECEIVED_AT, "no")


@pytest.mark.parametrize(
    "choices",
    [
        tuple(Choice(f"c{number}", f"Mục {number}") for number in range(6)),
        (Choice("yes", "Có " * 40), Choice("no", "Không")),
        (Choice("Not Ours", "Có"), Choice("no", "Không")),
        (Choice("yes", "  "), Choice("no", "Không")),
    ],
)
def test_choices_that_do_not_fit_are_typed_as_numbers_all_of_them(choices: tuple[Choice, ...]) -> None:
    (message,) = bodies(Message("Chọn:", choices))
    assert "attachment" not in message
    assert [line.partition(". ")[0] for line in message["text"].splitlines()[1:]] == [
        str(number) for number in range(1, len(choices) + 1)
    ]


def test_buttons_without_words_get_the_labels_as_their_text() -> None:
    (message,) = bodies(Message(" ", YES_NO))
    assert "1. Có" in message["text"]
    assert len(message["attachment"]["payload"]["buttons"]) == 2


def test_a_long_text_is_split_and_the_buttons_hang_on_its_end() -> None:
    first, last = bodies(Message("Đoạn một. " * 150 + "\n\n" + "Đoạn hai. " * 100, YES_NO))
    assert first["text"].endswith("Đoạn một.")
    assert last["text"].startswith("Đoạn hai.")
    assert "attachment" not in first
    assert "attachment" in last


def test_letters_are_counted_as_utf_16_to_be_sure() -> None:
    assert [len(message["text"]) for message in bodies(Message("🛵" * 1000))] == [950, 50]


def test_a_form_is_zalos_own_with_heading_words_and_picture() -> None:
    (message,) = bodies(FORM)
    assert message == {
        "attachment": {
            "type": "template",
            "payload": {
                "template_type": "request_user_info",
                "elements": [
                    {
                        "title": "Tổng đài 1022",
                        "subtitle": "Xin cho biết thông tin liên hệ.",
                        "image_url": "https://1022.example.vn/form.png",
                    }
                ],
            },
        }
    }


def test_a_form_without_a_label_takes_its_first_line_as_heading_and_has_choices_as_numbers() -> None:
    (message,) = bodies(Message("Thông tin liên hệ\nXin điền vào mẫu.", YES_NO, ask=NativeAsk.FORM))
    (element,) = message["attachment"]["payload"]["elements"]
    assert element["title"] == "Thông tin liên hệ"
    assert element["subtitle"] == "Xin điền vào mẫu.\n1. Có\n2. Không"


@pytest.mark.parametrize(
    "message",
    [
        replace(FORM, text="Một dòng, không có tiêu đề.", ask_label=None),
        replace(FORM, text="a" * 101 + "\nb", ask_label=None),
        replace(FORM, text="a" * 501),
        replace(FORM, ask_label=" "),
        replace(FORM, media=(PHOTO,)),
        replace(FORM, ask=NativeAsk.PHONE),
    ],
)
def test_a_form_that_does_not_fit_is_asked_in_words(message: Message) -> None:
    *_, last = bodies(message)
    assert last["text"] == message.text


@pytest.mark.parametrize("image", ["", "http://1022.example.vn/form.png"])
def test_a_form_without_a_picture_is_asked_in_words(image: str) -> None:
    account = replace(ACCOUNT, secrets={**ACCOUNT.secrets, "FORM_IMAGE": image})
    assert bodies(FORM, account=account) == [{"text": FORM.text}]


def test_a_simulator_may_hold_the_forms_picture_itself() -> None:
    image = "http://127.0.0.1:9/form.png"
    account = replace(ACCOUNT, api_base="http://127.0.0.1:9", secrets={**ACCOUNT.secrets, "FORM_IMAGE": image})
    (call,) = ADAPTER.render(FORM, CITIZEN, account, "")
    assert (call.json or {})["message"]["attachment"]["payload"]["elements"][0]["image_url"] == image


def test_a_visitor_without_an_id_is_written_to_by_the_old_call_without_form_or_buttons() -> None:
    (call,) = rendered(replace(FORM, choices=YES_NO, media=(PHOTO,)), VISITOR)
    assert call.url == "https://openapi.zalo.me/v2.0/oa/message"
    assert call.json == {
        "recipient": {"anonymous_id": "1f1e1d1c1b1a19181716", "conversation_id": "c0c1c2c3c4c5c6c7c8c9"},
        "message": {"text": f"{FORM.text}\n1. Có\n2. Không\n{PHOTO.source}"},
    }
    assert call.name != rendered(FORM)[0].name


@given(st.text(min_size=1, max_size=20), st.none() | st.text(min_size=1, max_size=20))
@settings(deadline=None)
def test_a_visitors_contact_leads_back_to_the_pair_of_ids(anonymous_id: str, conversation_id: str | None) -> None:
    contact = anonymous_contact(anonymous_id, conversation_id)
    assert is_anonymous(contact)
    expected = {"anonymous_id": anonymous_id, "conversation_id": conversation_id}
    assert recipient_of(contact) == {name: value for name, value in expected.items() if value}


def test_a_picture_is_shown_and_other_attachments_are_told_in_words() -> None:
    paper = Media(MediaKind.FILE, "https://1022.example.vn/don.pdf", "don.pdf")
    kept = Media(MediaKind.IMAGE, "/var/media/ab/cd", "hien-truong.jpg")
    picture, text = bodies(Message("Kết quả", YES_NO, media=(PHOTO, paper, kept)))
    assert picture["attachment"]["payload"]["elements"] == [{"media_type": "image", "url": PHOTO.source}]
    assert text["text"] == "Kết quả\nhttps://1022.example.vn/don.pdf\n📎 hien-truong.jpg"
    assert text["attachment"]["payload"]["buttons"]


def test_an_attachment_alone_is_enough_and_nothing_is_sent_for_nothing() -> None:
    assert len(rendered(Message("", media=(PHOTO,)))) == 1
    assert not rendered(Message(" \n "))
    assert not rendered(Message(""), VISITOR)


def test_media_is_fetched_from_zalos_hosts_and_a_sticker_without_picture_is_not() -> None:
    (call,) = ADAPTER.media_steps(Media(MediaKind.IMAGE, "https://f1.photo.talk.zdn.vn/1.jpg"), ACCOUNT)
    assert (call.method, call.url, call.headers) == ("GET", "https://f1.photo.talk.zdn.vn/1.jpg", {})
    assert "*.zdn.vn" in ADAPTER.media_hosts
    assert not list(ADAPTER.media_steps(Media(MediaKind.STICKER, "sticker:46"), ACCOUNT))
