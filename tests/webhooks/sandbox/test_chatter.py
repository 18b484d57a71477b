"""The scripted citizens, against a hotline of a dozen lines: it asks four questions and gives a code."""

from typing import Any

import pytest

from webhooks.sandbox.dialogues import STYLES, reports, without_marks
from webhooks.sandbox.people import CODE, chatter
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button

QUESTIONS = (
    "Anh/chị đồng ý chứ ạ?", "Cho Tổng đài xin họ tên ạ.", "Anh/chị cho xin số điện thoại ạ.", "Sự việc xảy ra ở đâu ạ?",
    "Anh/chị cho biết nội dung: việc gì ạ?", "Thông tin đã đúng chưa ạ?", "✅ Mã phản ánh: 1022-261121-7K3MX.",
)  # fmt: skip


@pytest.fixture
def hotline(place: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Answers right on the phone, without any platform: the citizens are what is tested here."""
    heard: dict[str, list[str]] = {}

    async def answer(person: Person, text: str) -> None:
        said = heard.setdefault(person.id, [])
        said.append(text)
        question = QUESTIONS[min(len(said) - 1, len(QUESTIONS) - 1)]
        buttons = {QUESTIONS[0]: ["Không đồng ý", "Đồng ý"], QUESTIONS[5]: ["Sửa", "Đúng, gửi đi"]}.get(question, [])
        keys = [Button(label, "reply", label) for label in buttons]
        await person.receive(Bubble(len(said) + 1000, "", False, "text", question, 0.0, buttons=keys))

    for line in place.sandbox.lines.values():

        async def opened(person: Person, ref: str) -> None:
            await answer(person, f"(mở){ref}")

        async def wrote(person: Person, bubble: Bubble) -> None:
            await answer(person, bubble.text)

        async def pressed(person: Person, button: Button) -> None:
            await answer(person, button.label)

        async def sent_media(person: Person, bubble: Bubble, _uploads: Any) -> None:
            await answer(person, bubble.text)

        for verb in (opened, wrote, pressed, sent_media):
            monkeypatch.setattr(line, verb.__name__, verb)
    return heard


async def test_every_citizen_gets_a_code_on_every_platform(place: Any, hotline: dict[str, list[str]]) -> None:
    result = await chatter(place.sandbox, 20, seed=7)
    assert (result.people, result.with_code) == (20, 20)
    assert set(result.codes) == {"1022-261121-7K3MX"}
    assert all(len(line.people) == 5 for line in place.sandbox.lines.values())
    for said in hotline.values():
        assert "Không đồng ý" not in said
        assert len(said) <= 8
    assert any("Nguyễn" in text or "Trần" in text for said in hotline.values() for text in said)


async def test_a_citizen_who_is_not_answered_gives_up(place: Any) -> None:
    result = await chatter(place.sandbox, 2, patience=0.02, seed=7)
    assert (result.people, result.with_code, result.codes) == (2, 0, ())


def test_the_same_seed_gives_the_same_citizens_in_all_styles() -> None:
    script = reports(10, 3)
    assert script == reports(10, 3)
    assert [each.style for each in script] == [*STYLES, *STYLES]
    assert script[0].phone.startswith("0900 ")
    assert all(
        word in script[1].whole() for word in (script[1].name, script[1].phone, script[1].place, script[1].matter)
    )


def test_without_marks_is_how_people_type_in_a_hurry() -> None:
    assert without_marks("Đường trước nhà hỏng, tối om") == "Duong truoc nha hong, toi om"
    assert reports(3, 1)[2].spoken("Đèn hỏng") == "Den hong"
    assert CODE.search("mã 1022-261121-7K3MX.")
    assert not CODE.search("1022-261121-IIIII")
